"""Presenters without Qt.  The hand-written facade lies with the window's tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hand_turn import HandTurn

sys.path.append(str(Path(__file__).resolve().parents[2] / "qt"))

from checkin import i18n


@pytest.fixture
def turn() -> HandTurn:
    return HandTurn()


@pytest.fixture(autouse=True)
def _russian() -> Iterator[None]:
    before = i18n.language()
    i18n.use("ru")
    yield
    i18n.use(before)
