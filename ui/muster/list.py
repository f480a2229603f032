"""The muster list for thousands of people: a model, and a delegate that draws what is in view and nothing else."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QScroller, QStyledItemDelegate, QStyleOptionViewItem

from checkin.domain.muster import SAFE, Mark
from checkin.i18n import gettext as _
from ui import theme
from ui.muster.state import MusterRow
from ui.text import tidy

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole.UserRole
PERSON, HEADING = 68, 46
BUTTONS = ((Mark.FOUND, 168), (Mark.NOT_FOUND, 132), (Mark.ELSEWHERE, 180))
ROOT = QModelIndex()


class MusterModel(QAbstractListModel):
    """Rows as they are in the state."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[MusterRow, ...] = ()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return tidy(f"{row.title} {row.detail}")
        return None

    def take(self, rows: tuple[MusterRow, ...]) -> None:
        """Other rows; where only marks differ, the list stays where it was scrolled to."""
        if rows is self.rows or rows == self.rows:
            return
        same = len(rows) == len(self.rows) and all(a.subject == b.subject for a, b in zip(rows, self.rows, strict=True))
        if not same:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        changed = [number for number, (a, b) in enumerate(zip(rows, self.rows, strict=True)) if a != b]
        self.rows = rows
        self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))


class MusterDelegate(QStyledItemDelegate):
    """Draws a row, and says which of its buttons was touched."""

    touched = Signal(str, object)

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.marking = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: MusterRow = index.data(ROLE)
        return QSize(200, theme.px(PERSON if row.subject else HEADING))

    def buttons(self, area: QRect) -> list[tuple[Mark, QRect]]:
        """The places of a row's buttons."""
        places = []
        right = area.right() - theme.px(6)
        for mark, width in reversed(BUTTONS):
            place = QRect(
                right - theme.px(width), area.top() + theme.px(4), theme.px(width), area.height() - theme.px(8)
            )
            places.append((mark, place))
            right = place.left() - theme.px(8)
        return places[::-1]

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        row: MusterRow = index.data(ROLE)
        released = event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent)
        if self.marking and row.subject and released and isinstance(event, QMouseEvent):
            for mark, place in self.buttons(option.rect):  # type: ignore[attr-defined]
                if place.contains(event.position().toPoint()):
                    self.touched.emit(row.subject, mark)
                    return True
        return False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: MusterRow = index.data(ROLE)
        area: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.subject:
            self._person(painter, area, row)
        else:
            self._heading(painter, area, row)
        painter.restore()

    def _heading(self, painter: QPainter, area: QRect, row: MusterRow) -> None:
        painter.fillRect(area.adjusted(0, 2, 0, -2), theme.colour("hover"))
        inner = area.adjusted(theme.px(12), 0, -theme.px(12), 0)
        width = _words(painter, inner, row.badge, 20, "accent", bold=True, right=True)
        inner.setRight(inner.right() - width - theme.px(16))
        width = _words(painter, inner, row.title, 18, "text", bold=True)
        inner.setLeft(inner.left() + width + theme.px(16))
        _words(painter, inner, row.detail, 16, "muted")

    def _person(self, painter: QPainter, area: QRect, row: MusterRow) -> None:
        safe, late = row.mark in SAFE, row.overdue or row.mark is Mark.NOT_FOUND
        body = QRectF(area).adjusted(1, 2, -1, -2)
        painter.setPen(QPen(theme.colour("refuse-bright" if late else "raised"), theme.px(2)))
        painter.setBrush(theme.colour("panel" if safe else "refuse" if row.overdue else "raised"))
        painter.drawRoundedRect(body, theme.px(8), theme.px(8))
        inner = area.adjusted(theme.px(14), theme.px(6), -theme.px(12), -theme.px(6))
        if self.marking and not row.subject.startswith("?"):
            places = self.buttons(area)
            inner.setRight(places[0][1].left() - theme.px(12))
            for mark, place in places:
                _button(painter, place, mark, chosen=row.mark is mark)
        half = inner.height() * 11 // 20
        above, below = QRect(inner), QRect(inner)
        above.setHeight(half)
        below.setTop(inner.top() + half)
        _words(painter, above, row.title, 20, "muted" if safe else "text", bold=True)
        _words(painter, below, row.detail, 15, "text" if row.overdue else "muted")


def _words(
    painter: QPainter, area: QRect, text: str, size: int, ink: str, *, bold: bool = False, right: bool = False
) -> int:
    """Draws plain text, cut to its place; returns its width."""
    font = painter.font()
    font.setPixelSize(theme.px(size))
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(theme.colour(ink))
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(tidy(text), Qt.TextElideMode.ElideRight, max(0, area.width()))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)


def _button(painter: QPainter, place: QRect, mark: Mark, *, chosen: bool) -> None:
    fill, edge, ink = {
        Mark.FOUND: ("admit", "admit-bright", "on-admit"),
        Mark.NOT_FOUND: ("refuse", "refuse-bright", "on-refuse"),
    }.get(mark, ("out", "out-bright", "on-out"))
    word = {Mark.FOUND: _("Here"), Mark.NOT_FOUND: _("Not here")}.get(mark, _("Elsewhere, safe"))
    painter.setPen(QPen(theme.colour(edge), theme.px(3 if chosen else 2)))
    painter.setBrush(theme.colour(fill) if chosen else theme.colour("ground"))
    painter.drawRoundedRect(QRectF(place), theme.px(10), theme.px(10))
    font = painter.font()
    font.setPixelSize(theme.px(17))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(theme.colour(ink if chosen else edge))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, ("✓ " if chosen else "") + word)


class MusterList(QListView):
    """The list; Enter or Space marks the chosen person as found."""

    touched = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("muster-list")
        self.people = MusterModel()
        self.drawn = MusterDelegate(self)
        self.setModel(self.people)
        self.setItemDelegate(self.drawn)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.drawn.touched.connect(lambda subject, mark: self.touched.emit(subject, mark))
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and index.isValid():
            row: MusterRow = index.data(ROLE)
            if row.subject and self.drawn.marking:
                self.touched.emit(row.subject, Mark.FOUND)
        else:
            super().keyPressEvent(event)
