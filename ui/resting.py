"""Pages that cannot be used while a job runs.  Afterwards the keyboard is where it was: never in another field."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid


class Resting:
    """Takes ``pages`` out of use and back; Qt gives the keyboard to whatever field comes next, a search field too."""

    def __init__(self, *pages: QWidget) -> None:
        self._pages = pages
        self._before: QWidget | None = None

    def present(self, *, busy: bool) -> bool:
        """Whether the pages came back into use just now and nobody has the keyboard that was on them."""
        rested = not self._pages[0].isEnabled()
        if busy and not rested:
            focus = QApplication.focusWidget()
            held = focus is not None and any(page.isAncestorOf(focus) for page in self._pages)
            self._before = focus if held else None
        for page in self._pages:
            page.setEnabled(not busy)
        return rested and not busy and not self._given_back()

    def _given_back(self) -> bool:
        before, self._before = self._before, None
        if before is None or not isValid(before) or not before.isVisible() or not before.isEnabled():
            return False
        before.setFocus()
        if isinstance(before, QLineEdit):
            before.selectAll()
        return True
