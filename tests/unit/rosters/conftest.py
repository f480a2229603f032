"""What tests of lists share: English, in which they compare what is said, and a store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin import i18n
from checkin.store import Store
from tests.field import opened


@pytest.fixture
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    held = opened(tmp_path / "profile")
    yield held
    held.close()
