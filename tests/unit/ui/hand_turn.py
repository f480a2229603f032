"""A presenter's way to get its turn again, moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

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
