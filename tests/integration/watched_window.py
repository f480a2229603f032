"""The real window of a profile, for a test that types into it: ``python watched_window.py PROFILE FOLDER``.

It is opened as ``checkin`` opens it.  Into the folder it writes ``ready`` once the field for a code has the keyboard,
everything that the field ever held into ``field`` and the times of keys into ``times``; it ends when ``stop`` is there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from checkin.app import GateApp
from checkin.settings import Profile
from ui.gate.view import EntryField
from ui.main import run


class Times(QObject):
    """When the screen says that each key was pressed, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(watched, QWindow) and event.text():
            self.pressed.append(event.timestamp())
        return False


def main(profile: Path, folder: Path) -> int:
    app = GateApp(Profile(profile))
    held: list[str] = []
    timer = QTimer()
    times = Times()

    def look() -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, EntryField) and not (folder / "ready").exists():
            focus.textChanged.connect(held.append)
            (folder / "ready").write_text("")
        if (folder / "stop").exists():
            timer.stop()
            (folder / "times").write_text(" ".join(map(str, times.pressed)))
            (folder / "field").write_text("\n".join(held), encoding="utf-8")
            for window in QApplication.topLevelWidgets():
                window.close()

    def started() -> None:
        app.start()
        QApplication.instance().installEventFilter(times)
        timer.timeout.connect(look)
        timer.start(50)

    return run(app, sys.argv[:1], started=started)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
