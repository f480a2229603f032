"""The real window while a shift is played: it shows every verdict as it comes, and pictures of it are taken.

The shift runs in a thread of its own and the window in this one, as at a gate; only the screen is missing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from checkin.desk.outcome import Outcome
from ui.main import application
from ui.ports import Facade, Page
from ui.program import Program
from ui.shots import SIZE, settle, take_pages

T = TypeVar("T")
Step = Callable[[int, Outcome], None]

WANTED = ("admitted", "needs_document", "already_used", "forged", "wrong_plant", "stop_list")
"""Reasons whose first card is taken as a picture."""
TICK_S = 0.004
WARM_UP = 12
"""Verdicts before the first picture, so that it shows a gate at work."""


class Rehearsed:
    """A window on ``app`` that is not on any screen; use it in a ``with`` statement."""

    def __init__(self, app: Facade, folder: Path) -> None:
        application(["checkin"])
        self._folder = folder
        self._program = Program(app, size=QSize(*SIZE))
        self._program.sounds.on = False
        self._shots: list[Path] = []
        self._wanted = list(WANTED)

    def __enter__(self) -> Rehearsed:
        self._program.shell.show()
        self._program.welcome.finished_pressed()
        self._program.open_page(Page.GATE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.shut()
        self._program.shell.hide()

    def play(self, shift: Callable[[Step], T], tell: Callable[[int], None]) -> T:
        """Runs the shift in a thread while the window works; returns what it returned."""
        done: Future[T] = Future()

        def step(number: int, outcome: Outcome) -> None:
            seen = threading.Event()

            def show() -> None:
                self._program.gate.outcome_came(outcome)
                tell(number)
                if number >= WARM_UP and outcome.reason.value in self._wanted:
                    self._wanted.remove(outcome.reason.value)
                    self._take(f"card-{outcome.reason.value}")
                seen.set()

            self._program.bridge.post(show)
            seen.wait()

        def work() -> None:
            try:
                done.set_result(shift(step))
            except BaseException as error:  # noqa: BLE001 - handed to the caller below
                done.set_exception(error)

        tick = threading.Event()
        thread = threading.Thread(target=work, name="shift")
        thread.start()
        while not done.done():
            QApplication.processEvents()
            tick.wait(TICK_S)
        thread.join()
        return done.result()

    def shoot(self, outcomes: Sequence[Outcome]) -> list[Path]:
        """Pictures of every page after the shift, behind those of the cards."""
        names = [outcome.visitor_name for outcome in outcomes if outcome.visitor_name]
        query = names[0].split()[0] if names else ""
        return self._shots + take_pages(self._program, self._folder, query)

    def _take(self, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        settle(lambda: self._program.bridge.open == 0, 1.0)
        path = self._folder / f"{name}.png"
        self._program.shell.grab().save(str(path))
        self._shots.append(path)
