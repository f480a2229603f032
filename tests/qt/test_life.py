"""From start to end: the app is closed, a bug is not silent, answers that come too late harm nobody."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest
from fake_app import FakeApp, busy_app
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from checkin.desk.outcome import Source
from checkin.errors import Offline
from ui import main
from ui.bridge import Bridge
from ui.shots import shoot
from ui.text import tidy, tooltip


def test_closing_the_window_closes_the_app(qtbot: QtBot) -> None:
    app = FakeApp()
    began: list[str] = []

    def end() -> None:
        began.append("started")
        for window in QApplication.topLevelWidgets():
            window.close()

    assert main.run(app, ["checkin"], started=lambda: QTimer.singleShot(0, end)) == 0
    assert app.closed
    assert began == ["started"]


def test_a_bug_is_told_and_ends_with_its_code(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = FakeApp()
    told: list[str] = []
    monkeypatch.setattr(main, "_say_bug", told.append)
    broken: Future[None] = Future()
    broken.set_exception(ZeroDivisionError())
    monkeypatch.setattr(app, "recent", lambda limit=12: broken)
    with qtbot.captureExceptions():
        code = main.run(app, ["checkin"])
    assert code == main.BUG_EXIT_CODE
    assert told == ["ZeroDivisionError"]
    assert app.closed


def test_the_bridge_tells_expected_errors_and_cancelled_futures_apart(qtbot: QtBot) -> None:
    bridge = Bridge()
    done: list[object] = []
    failed: list[Exception] = []
    good: Future[int] = Future()
    offline: Future[int] = Future()
    dropped: Future[int] = Future()
    for future in (good, offline, dropped):
        bridge.deliver(future, done.append, failed.append)
    good.set_result(7)
    offline.set_exception(Offline("нет связи"))
    dropped.cancel()
    qtbot.waitUntil(lambda: bridge.open == 0)
    assert done == [7]
    assert [str(error) for error in failed] == ["нет связи"]
    late: Future[int] = Future()
    bridge.deliver(late, done.append)
    bridge.after(0, lambda: done.append("late"))
    bridge.shut()
    late.set_result(8)
    QApplication.processEvents()
    assert done == [7]


def test_shots_are_whole_pages(qtbot: QtBot, tmp_path: Path) -> None:
    app = busy_app()
    outcome = app.scan("C-V002", Source.CAMERA).result()
    shots = shoot(app, tmp_path, [outcome], query="ов")
    names = ["gate", "card-1-ask", "find", "tours", "exchange", "settings"]
    assert [shot.stem for shot in shots] == names
    for shot in shots:
        image = QImage(str(shot))
        assert (image.width(), image.height()) == (1280, 720)


def test_tidy_and_tooltip() -> None:
    assert tidy("а\u202eб\x00в\n г\ud800") == "аб в г"
    assert tidy("x" * 9999) == "x" * 2000
    assert tooltip("<b>&") == "<p style='white-space: pre-wrap'>&lt;b&gt;&amp;</p>"
    assert tooltip("") == ""
