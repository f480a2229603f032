"""F12 works in every window of the program: a dialog that holds the others back is put away first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication


class AlarmAnywhere(QObject):
    """An event filter on the application; where no dialog is open, the window's own shortcut does the work."""

    def __init__(self, raised: Callable[[], None]) -> None:
        super().__init__()
        self._raised = raised

    def install(self) -> None:
        """Begins to listen."""
        application = QCoreApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def remove(self) -> None:
        """Listens no more."""
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_F12:
            return False
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return False
        dialog.close()
        QTimer.singleShot(0, self._raised)
        return True
