"""The one look at every event of the program: that somebody touches it, and F12 where a dialog holds the windows back.

Each filter on the application costs at each event; so there is one, for all that has to be noticed wherever it happens.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

_TOUCHED = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.Wheel})


class Watching(QObject):
    """``touched`` is called when a person does something; ``alarm`` when F12 comes to a dialog, which is put away."""

    def __init__(self, touched: Callable[[], None], alarm: Callable[[], None]) -> None:
        super().__init__()
        self._touched, self._alarm = touched, alarm

    def install(self) -> None:
        """Begins to notice."""
        application = QCoreApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def remove(self) -> None:
        """Notices nothing any more."""
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _TOUCHED:
            return False
        self._touched()
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_F12:
            return False
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return False  # the window's own shortcut does the work
        dialog.close()
        QTimer.singleShot(0, self._alarm)
        return True
