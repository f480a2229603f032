"""The window's life: from the first show to the closed app.  A bug ends the program and is never silent."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from checkin.i18n import gettext as _
from ui.ports import Facade
from ui.program import Program

log = logging.getLogger(__name__)

BUG_EXIT_CODE = 70


def application(argv: Sequence[str]) -> QApplication:
    """The one QApplication of the process."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    made = QApplication(list(argv))
    made.setApplicationName("Prohodnaya")
    made.setApplicationDisplayName("")
    made.setDesktopFileName("prohodnaya")
    return made


def run(app: Facade, argv: Sequence[str], *, started: Callable[[], None] | None = None) -> int:
    """Shows the window until it is closed, then closes the app; returns the process's exit code.

    ``started`` is called once the window is on the screen: the place for what may take its time (``app.start``).
    """
    qt = application(argv)
    with bugs_told(qt) as bugs:
        try:
            program = Program(app)
            program.show()
            if started is not None:
                program.bridge.after(0, started)
            code = qt.exec()
            program.shut()
            program.shell.hide()
        finally:
            app.close()
    return BUG_EXIT_CODE if bugs else code


@contextmanager
def bugs_told(qt: QApplication) -> Iterator[list[str]]:
    """Within it a bug is logged, told to the person, and ends the event loop; the names of bugs come out."""
    bugs: list[str] = []

    def bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            qt.quit()
            return
        log.critical("a bug", exc_info=(kind, error, trace))
        first = not bugs
        bugs.append(kind.__name__)
        if first:
            _say_bug(kind.__name__)
            qt.exit(BUG_EXIT_CODE)

    before, sys.excepthook = sys.excepthook, bug
    try:
        yield bugs
    finally:
        sys.excepthook = before


def _say_bug(kind: str) -> None:
    """Tells the person without markup and without anybody's data, and waits for them."""
    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle(_("Prohodnaya"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(_("The program has to close because of a fault of its own."))
    rest = _("Everything that was shown green is recorded. Start the program again; the log has the details ({kind}).")
    box.setInformativeText(rest.format(kind=kind))
    box.exec()
