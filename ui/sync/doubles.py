"""Tickets that two gates let in: who, where and when.  Nothing of it is there as long as there are none."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.controls import Rows, RowWidget
from ui.sync.presenter import DoubleRow
from ui.text import Lines, PlainLabel, reveal


class DoubleView(RowWidget[DoubleRow]):
    """One ticket."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        column.setSpacing(theme.px(2))
        self._who = Lines(role="row-title", lines=2)
        self._where = Lines(role="label", lines=3)
        self._state = Lines(role="good", lines=2)
        for label in (self._who, self._where, self._state):
            column.addWidget(label)

    def present(self, row: DoubleRow) -> None:
        self._who.setText(row.who)
        self._where.setText(row.where)
        self._state.setText(row.state)
        theme.restyle(self._state, "role", "good" if row.done else "error")


class DoublesView(QWidget):
    """The list, what is still open first."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(6), 0, 0)
        column.setSpacing(theme.px(6))
        self._title = PlainLabel(role="label")
        self.list: Rows[DoubleRow] = Rows(DoubleView)
        self.list.setMinimumHeight(theme.px(210))
        column.addWidget(self._title)
        column.addWidget(self.list, 1)

    def present(self, title: str, rows: tuple[DoubleRow, ...]) -> None:
        """Shows these tickets."""
        self._title.setText(title)
        self.list.present(rows)
        reveal(self, bool(rows))
