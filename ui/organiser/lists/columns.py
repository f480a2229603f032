"""The columns of a file, a line each: heading, first values, what it is taken for, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Picker, RowWidget
from ui.organiser.lists.state import Choices, ColumnRow
from ui.text import Lines, PlainLabel, reveal

SAMPLES = 3


class ColumnView(RowWidget[ColumnRow]):
    """A column."""

    said = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._key = ""
        self._known: Choices = ()
        self._heading = Lines(role="row-title", lines=2)
        self._why = Lines(role="why", lines=2)
        self._samples = [Lines(role="row-detail") for _number in range(SAMPLES)]
        self._private = PlainLabel(_("values are not shown"), "row-detail")
        self.picker = Picker()
        self.picker.setFixedWidth(theme.px(290))
        self.picker.activated.connect(lambda number: self.said.emit(self._key, str(self.picker.itemData(number) or "")))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._heading)
        words.addWidget(self._why)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(14), theme.px(6), theme.px(8), theme.px(6))
        line.setSpacing(theme.px(14))
        line.addLayout(words, 5)
        for label in self._samples:
            line.addWidget(label, 3)
        line.addWidget(self._private, 9, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.picker)

    def know(self, known: Choices) -> None:
        """What a column may be."""
        self._known = known

    def present(self, row: ColumnRow) -> None:
        self._key = row.key
        self._heading.setText(row.heading)
        self._why.setText(row.why)
        theme.restyle(self._why, "tone", row.tone)
        for number, label in enumerate(self._samples):
            label.setText(row.samples[number] if number < len(row.samples) else "")
            reveal(label, not row.private)
        reveal(self._private, row.private)
        self.picker.present(self._known, row.column)
        self.picker.setEnabled(not row.locked)
        self.picker.setAccessibleName(_("What “{heading}” is").format(heading=row.heading))
