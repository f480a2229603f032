"""Presenters without Qt.  The hand-written facade lies with the window's tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "qt"))

from checkin import i18n
from checkin.errors import CheckinError

T = TypeVar("T")


class HandTurn:
    """A ``ui.ports.Turn`` whose time passes when a test says so."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[[], None]]] = []

    def deliver(
        self, future: Future[T], done: Callable[[T], None], failed: Callable[[CheckinError], None] | None = None
    ) -> None:
        def hand_over(answered: Future[T]) -> None:
            error = answered.exception()
            if error is None:
                done(answered.result())
            elif isinstance(error, CheckinError):
                if failed is not None:
                    failed(error)
            else:
                raise error

        future.add_done_callback(hand_over)

    def after(self, delay_s: float, call: Callable[[], None]) -> Callable[[], None]:
        entry = (delay_s, call)
        self.later.append(entry)

        def cancel() -> None:
            if entry in self.later:
                self.later.remove(entry)

        return cancel

    def post(self, call: Callable[[], None]) -> None:
        call()

    def pass_time(self, seconds: float) -> None:
        """Calls what is due within so long; what it puts off is not called in the same go."""
        due = [entry for entry in self.later if entry[0] <= seconds]
        self.later = [(delay - seconds, call) for delay, call in self.later if delay > seconds]
        for _delay, call in due:
            call()


@pytest.fixture
def turn() -> HandTurn:
    return HandTurn()


@pytest.fixture(autouse=True)
def _russian() -> Iterator[None]:
    before = i18n.language()
    i18n.use("ru")
    yield
    i18n.use(before)
