"""What holds for every test: it begins in Russian, as the program does, whatever the test before it chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checkin import i18n


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Puts the language back."""
    i18n.use("ru")
    yield
    i18n.use("ru")
