"""Pictures of the window, taken without a screen: each page as it is, and cards for outcomes that one wants to see.

The window is the real one on the app that is given; nothing is scanned or written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSize
from PySide6.QtWidgets import QApplication

from checkin.desk.outcome import Outcome
from ui.ports import Facade, Page
from ui.program import Program

PATIENCE_S = 10.0
SIZE = (1280, 720)


def shoot(
    app: Facade,
    out_dir: Path,
    outcomes: Sequence[Outcome] = (),
    *,
    size: tuple[int, int] = SIZE,
    query: str = "",
) -> list[Path]:
    """PNG files: ``gate.png``, one ``card-N-WORD.png`` for each outcome, ``find.png`` (looking for ``query``),
    ``tours.png``, ``exchange.png``, ``settings.png``.  The app stays open.
    """
    if QCoreApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.main import application

    application(["checkin"])
    out_dir.mkdir(parents=True, exist_ok=True)
    program = Program(app, size=QSize(*size))
    try:
        program.sounds.on = False
        program.shell.show()
        if program.welcome.state.active and app.status().visitors:
            program.welcome.finished_pressed()
        return _all(program, out_dir, outcomes, query)
    finally:
        program.shut()
        program.shell.hide()
        program.shell.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _all(program: Program, out_dir: Path, outcomes: Sequence[Outcome], query: str) -> list[Path]:
    shots: list[Path] = []

    def take(name: str) -> None:
        settle(lambda: program.bridge.open == 0)
        path = out_dir / f"{name}.png"
        program.shell.grab().save(str(path))
        shots.append(path)

    program.open_page(Page.GATE)
    take("gate")
    for number, outcome in enumerate(outcomes, 1):
        program.gate.outcome_came(outcome)
        take(f"card-{number}-{outcome.word}")
    program.gate.card_put_away()
    return shots + take_pages(program, out_dir, query)


def take_pages(program: Program, out_dir: Path, query: str) -> list[Path]:
    """The pages behind the gate page, as they are."""
    shots: list[Path] = []
    for page, name in (
        (Page.FIND, "find"),
        (Page.TOURS, "tours"),
        (Page.SYNC, "exchange"),
        (Page.SETTINGS, "settings"),
    ):
        program.open_page(page)
        if page is Page.FIND and query:
            program.find.query_submitted(query)
        settle(lambda: program.bridge.open == 0)
        shots.append(out_dir / f"{name}.png")
        program.shell.grab().save(str(shots[-1]))
    return shots


def settle(done: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Lets the window work until it has nothing to do and ``done`` holds; False when it took too long."""
    until = time.monotonic() + patience_s
    calm = 0
    while time.monotonic() < until and calm < 8:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        calm = calm + 1 if done() else 0
        time.sleep(0.02)
    return calm >= 8
