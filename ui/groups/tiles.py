"""The names of a group as tiles for gloved fingers: a box with a tick, the name, what tells it apart.

A tile draws its texts itself, letter by letter; a name from outside is never markup.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QScrollArea, QScroller, QSizePolicy, QWidget

from ui import theme
from ui.groups.state import MemberKind, MemberRow
from ui.text import reveal, tidy, tooltip

HEIGHT = 50
NARROWEST = 258
GAP = 5

INKS = {
    MemberKind.TICK: ("raised", "text", "muted"),
    MemberKind.INSIDE: ("panel", "muted", "admit-bright"),
    MemberKind.AWAY: ("panel", "muted", "muted"),
    MemberKind.REFUSED: ("panel", "text", "refuse-bright"),
}
ICONS = {MemberKind.INSIDE: ("admit", "admit-bright"), MemberKind.REFUSED: ("refuse", "refuse-bright")}


class MemberTile(QAbstractButton):
    """One member.  What is ticked is what the state says."""

    def __init__(self) -> None:
        super().__init__()
        self._row: MemberRow | None = None
        self._name = self._detail = ""
        self.setFixedHeight(theme.px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(True)

    def nextCheckState(self) -> None:
        """Left to ``present``."""

    @property
    def row(self) -> MemberRow | None:
        """Who is shown."""
        return self._row

    def present(self, row: MemberRow) -> None:
        """Shows this member from now on."""
        if row == self._row:
            return
        self._row = row
        self._name, self._detail = tidy(row.name), tidy(row.detail)
        can = row.kind is MemberKind.TICK
        self.setChecked(row.ticked)
        self.setEnabled(can)
        self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(f"{self._name}, {self._detail} {row.marks}")
        self.setToolTip(tooltip(f"{row.name} · {row.detail}"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(NARROWEST), theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        row = self._row
        if row is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink, second = INKS[row.kind]
        whole = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        edge = "text" if self.hasFocus() else "accent" if row.scanned else "admit-bright" if row.ticked else "line"
        fill = QColor("#12351f") if row.ticked else theme.colour("hover" if self.isDown() else ground)
        painter.setPen(QPen(theme.colour(edge), theme.px(2)))
        painter.setBrush(fill)
        painter.drawRoundedRect(whole, theme.px(9), theme.px(9))
        box = QRect(theme.px(9), (self.height() - theme.px(32)) // 2, theme.px(32), theme.px(32))
        self._draw_box(painter, box, row)
        left = box.right() + theme.px(10)
        room = self.width() - left - theme.px(8)
        font = self.font()
        font.setPixelSize(theme.px(13))
        small = QFontMetrics(font)
        below = " · ".join(part for part in (self._detail, row.marks) if part)
        top = theme.px(23) if below else self.height() // 2 + theme.px(6)
        painter.setFont(font)
        painter.setPen(theme.colour(second))
        painter.drawText(left, theme.px(41), small.elidedText(below, Qt.TextElideMode.ElideRight, room))
        font.setPixelSize(theme.px(17))
        font.setBold(row.ticked)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        painter.drawText(left, top, QFontMetrics(font).elidedText(self._name, Qt.TextElideMode.ElideRight, room))
        painter.end()

    def _draw_box(self, painter: QPainter, box: QRect, row: MemberRow) -> None:
        if row.kind in ICONS:
            name, ink = ICONS[row.kind]
            painter.drawPixmap(box, theme.picture(name, ink, box.width()))
        elif row.kind is MemberKind.TICK:
            painter.setPen(QPen(theme.colour("admit-bright" if row.ticked else "muted"), theme.px(2)))
            painter.setBrush(theme.colour("admit") if row.ticked else theme.colour("ground"))
            painter.drawRoundedRect(QRectF(box), theme.px(7), theme.px(7))
            if row.ticked:
                painter.drawPixmap(box.adjusted(3, 3, -3, -3), theme.picture("admit", "on-admit", box.width()))


class Tiles(QScrollArea):
    """All members, in as many columns as the width has; down the columns' rows in the order given."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget()
        self._inner.setProperty("rows", "yes")
        self._grid = QGridLayout(self._inner)
        self._grid.setContentsMargins(0, 0, theme.px(4), 0)
        self._grid.setSpacing(theme.px(GAP))
        self._tiles: list[MemberTile] = []
        self._columns = self._shown = 0
        self.setWidget(self._inner)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    @property
    def shown(self) -> list[MemberTile]:
        """The tiles of members who are there."""
        return self._tiles[: self._shown]

    def present(self, rows: Sequence[MemberRow]) -> None:
        """Shows these members."""
        while len(self._tiles) < len(rows):
            tile = MemberTile()
            tile.clicked.connect(self._clicked)
            self._tiles.append(tile)
            self._columns = 0
        self._shown = len(rows)
        self._lay()
        for number, tile in enumerate(self._tiles):
            if number < len(rows):
                tile.present(rows[number])
            reveal(tile, number < len(rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, MemberTile) and tile.row is not None:
            self.pressed.emit(tile.row.id)

    def _lay(self) -> None:
        columns = max(1, self.viewport().width() // theme.px(NARROWEST + GAP))
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for number, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, number // columns, number % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        for row in range(len(self._tiles) + 1):
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch((len(self._tiles) + columns - 1) // columns, 1)
