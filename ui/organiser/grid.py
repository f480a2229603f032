"""A table on the screen: rows high enough for a finger, texts plain, one row chosen by touch or keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QScroller, QTableView

from ui import theme
from ui.organiser.table import NOTHING, TICKED, Table
from ui.text import tidy, tooltip

Index = QModelIndex | QPersistentModelIndex
NARROWEST, READABLE, WIDEST, WIDEST_OF_ALL = 56, 180, 240, 330


class GridModel(QAbstractTableModel):
    """A ``Table`` as Qt wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.table = NOTHING

    def show(self, table: Table) -> None:
        """Another table."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.table.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        text = self.table.rows[index.row()][index.column()]
        if self.table.ticks and index.column() == 0:
            if role == Qt.ItemDataRole.CheckStateRole and text:
                return Qt.CheckState.Checked if text == TICKED else Qt.CheckState.Unchecked
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tidy(text)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(text)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.table.headings[section] if section < len(self.table.headings) else None
        return None


class Grid(QTableView):
    """Shows a ``Table``; tells which row is chosen, -1 for none."""

    row_chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.model_ = GridModel()
        self._wanted: list[int] = []
        self.setModel(self.model_)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table, arrows walk in it
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(46))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setMinimumHeight(theme.px(40))
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.row_chosen.emit(now.row()))

    def present(self, table: Table, chosen: int = -1) -> None:
        """Shows this table, with this row chosen.  Emits nothing."""
        self.selectionModel().blockSignals(True)
        if table is not self.model_.table:
            self.model_.show(table)
            self._widen(table)
        if chosen != self.currentIndex().row():
            if 0 <= chosen < len(table.rows):
                self.selectRow(chosen)
            else:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def _widen(self, table: Table) -> None:
        header, metrics = self.horizontalHeader(), self.fontMetrics()
        self._wanted = []
        for column, heading in enumerate(table.headings):
            shown = [heading, *(row[column] for row in table.rows[:60])]
            width = max(metrics.horizontalAdvance(tidy(text)[:80]) for text in shown) + theme.px(36)
            most = WIDEST_OF_ALL if column == table.wide else WIDEST
            self._wanted.append(min(max(width, theme.px(NARROWEST)), theme.px(most)))
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(theme.px(NARROWEST))
        self._lay()

    def _lay(self) -> None:
        """The columns' widths in the room that there is: a scroll bar is had or not had, never tried out."""
        room = self.viewport().width()
        for column, width in enumerate(widths(self._wanted, self.model_.table.wide, room, theme.px(READABLE))):
            self.horizontalHeader().resizeSection(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()


def widths(wanted: list[int], wide: int, room: int, readable: int) -> list[int]:
    """What each column gets, px.  The ``wide`` one takes the room that is left.  Where none is, those that want more
    than is ``readable`` give way alike; where that is not enough, each has what it wants, and the table scrolls.
    """
    if not wanted:
        return []
    least = [min(width, readable) for width in wanted]
    over = sum(wanted) - room
    if sum(least) > room:
        return wanted
    given = list(wanted)
    if over > 0:
        spare = sum(wanted) - sum(least)
        given = [width + -over * (width - low) // spare for width, low in zip(wanted, least, strict=True)]
    given[wide] += room - sum(given)
    return given
