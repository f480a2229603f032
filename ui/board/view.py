"""The board's window: everything grows with it, so that it is read from across the hall on whatever screen there is.

It draws its texts itself, letter by letter: nothing from outside is ever markup.  It takes the keyboard only when
somebody touches it, and then Esc, F9 or Q close it and F11 makes it fill the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from checkin.domain.headcount import Count
from checkin.i18n import gettext as _
from ui import theme
from ui.board.presenter import BoardRow, BoardState
from ui.muster.state import Mode
from ui.text import tidy

CLOSING = (Qt.Key.Key_Escape, Qt.Key.Key_F9, Qt.Key.Key_Q)
LEFT, RIGHT, MIDDLE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
FIGURE = 15
"""Units of width of a tour's figure."""
GROUNDS = {Mode.REAL: "refuse", Mode.DRILL: "ask"}


class BoardWindow(QWidget):
    """Shows a ``BoardState`` in a window of its own."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("board")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setMinimumSize(640, 360)
        self.resize(1024, 576)
        self._state = BoardState()

    def open_beside(self, other: QWidget) -> None:
        """Fills a screen on which ``other`` is not; where there is only one, a window that can be moved."""
        self.setWindowTitle(_("Headcount board"))
        beside = free_screen(QGuiApplication.screens(), other.screen())
        if beside is not None:
            self.setGeometry(beside.geometry())
            self.showFullScreen()
        else:
            self.showNormal()

    def present(self, state: BoardState) -> None:
        """Shows this state from now on."""
        self._state = state
        texts = [f"{row.starts} {row.title}: {figures(row.count)}" for row in state.rows]
        self.setAccessibleName(_("Headcount board"))
        self.setAccessibleDescription(". ".join((state.alarm, figures(state.whole), *texts, state.age)))
        self.update()

    @property
    def state(self) -> BoardState:
        """What is shown."""
        return self._state

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in CLOSING:
            self.close()
        elif event.key() == Qt.Key.Key_F11:
            self._fill_or_not()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._fill_or_not()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    def _fill_or_not(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _Drawing(painter, self.rect(), self.font()).draw(self._state)
        painter.end()


class Screen(Protocol):
    """As much of a ``QScreen`` as it takes to find a free one."""

    def geometry(self) -> QRect: ...


def free_screen(screens: Sequence[Screen], taken: Screen | None) -> Screen | None:
    """The first screen that shows another part of the desktop than ``taken``: a mirrored one is not free."""
    if taken is None:
        return None
    return next((screen for screen in screens if not screen.geometry().intersects(taken.geometry())), None)


def figures(count: Count) -> str:
    """Four figures in words."""
    return _("expected {expected}, inside {inside}, left {left}, missing {missing}").format(
        expected=count.expected + count.walk_ins, inside=count.inside, left=count.left, missing=count.missing
    )


class _Drawing:
    """One picture of the board.  ``unit`` is a hundredth of the height, or less where the window is narrow."""

    def __init__(self, painter: QPainter, area: QRect, font: QFont) -> None:
        self._painter, self._area, self._font = painter, area, QFont(font)
        self._unit = min(area.height() / 100, area.width() / 150)

    def draw(self, state: BoardState) -> None:
        unit, area = self._unit, self._area
        self._painter.fillRect(area, theme.colour("ground"))
        margin = round(3 * unit)
        inner = area.adjusted(margin, round(2 * unit), -margin, -round(unit))
        top = QRect(inner.left(), inner.top(), inner.width(), round(9 * unit))
        clock = self._words(top, state.clock, 7, "text", RIGHT, bold=True)
        self._words(top.adjusted(0, 0, -clock - margin, 0), state.plant, 5, "text", LEFT, bold=True)
        y = top.bottom()
        if state.alarm:
            band = QRect(area.left(), y, area.width(), round(12 * unit))
            self._painter.fillRect(band, theme.colour(GROUNDS[state.mode]))
            ink = "on-ask" if state.mode is Mode.DRILL else "on-refuse"
            self._words(band.adjusted(margin, 0, -margin, 0), state.alarm, 8.5, ink, MIDDLE, bold=True)
            y = band.bottom()
        y = self._whole(QRect(inner.left(), y, inner.width(), round(23 * unit)), state.whole)
        foot = QRect(inner.left(), inner.bottom() - round(5 * unit), inner.width(), round(5 * unit))
        place = QRect(inner.left(), y + round(2 * unit), inner.width(), foot.top() - y - round(3 * unit))
        pages = self._tours(place, state) if state.rows else 1
        if state.says:
            self._words(place, state.says, 6, "muted", MIDDLE)
        page = f"{state.turn % pages + 1} / {pages}" if pages > 1 else ""
        width = self._words(foot, page, 3, "muted", RIGHT)
        self._words(foot.adjusted(0, 0, -width - margin, 0), state.age, 3, "ask" if state.stale else "muted", LEFT)

    def _whole(self, area: QRect, count: Count) -> int:
        """The plant in four figures; returns where they end."""
        unit = self._unit
        parts = (
            (_("Expected"), count.expected + count.walk_ins, "text", 1.0),
            (_("Inside"), count.inside, "admit-bright", 1.5),
            (_("Left"), count.left, "muted", 1.0),
            (_("Missing"), count.missing, "ask" if count.missing else "text", 1.0),
        )
        share = area.width() / sum(width for *_rest, width in parts)
        left = float(area.left())
        for name, value, ink, width in parts:
            place = QRect(round(left), area.top(), round(share * width), area.height())
            number = QRect(place.left(), place.top(), place.width(), round(18 * unit))
            self._words(number, str(value), 19 if width > 1 else 14, ink, MIDDLE, bold=True)
            label = QRect(place.left(), number.bottom(), place.width(), round(5 * unit))
            self._words(label, name, 3.6, "muted", MIDDLE)
            left += share * width
        return area.bottom()

    def _tours(self, area: QRect, state: BoardState) -> int:
        """As many tours as there is room for; returns the number of pages."""
        unit = self._unit
        heading = QRect(area.left(), area.top(), area.width() - round(2 * unit), round(4 * unit))
        for name in (_("Missing"), _("Left"), _("Inside"), _("Expected")):
            self._words(heading, name, 2.3, "muted", RIGHT)
            heading.setRight(heading.right() - round(FIGURE * unit))
        area = area.adjusted(0, heading.height(), 0, 0)
        high = round((13 if any(row.missing for row in state.rows) else 10) * unit)
        fit = max(1, area.height() // high)
        pages = -(-len(state.rows) // fit)
        first = state.turn % pages * fit
        for place, row in enumerate(state.rows[first : first + fit]):
            self._row(QRect(area.left(), area.top() + place * high, area.width(), high - round(unit)), row)
        return pages

    def _row(self, area: QRect, row: BoardRow) -> None:
        unit, painter = self._unit, self._painter
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("refuse" if row.late else "panel"))
        painter.drawRoundedRect(QRectF(area), unit, unit)
        inner = area.adjusted(round(2 * unit), 0, -round(2 * unit), 0)
        line = QRect(inner)
        if row.missing:
            line.setHeight(round(inner.height() * 0.66))
            below = QRect(inner.left(), line.bottom(), inner.width(), inner.bottom() - line.bottom() - round(unit / 2))
            self._words(below, row.missing, 3, "on-refuse" if row.late else "ask", LEFT)
        count, right = row.count, line.right()
        values = (
            (count.missing, "ask" if count.missing else "muted"),
            (count.left, "muted"),
            (count.inside, "admit-bright"),
            (count.expected + count.walk_ins, "text"),
        )
        width = round(FIGURE * unit)
        for value, ink in values:
            place = QRect(right - width, line.top(), width, line.height())
            self._words(place, str(value), 6, "on-refuse" if row.late else ink, RIGHT, bold=True)
            right -= width
        time = QRect(line.left(), line.top(), round(17 * unit), line.height())
        self._words(time, row.starts, 4.6, "on-refuse" if row.late else "accent", LEFT, bold=True)
        title = QRect(time.right(), line.top(), right - time.right() - round(unit), line.height())
        self._words(title, row.title, 4.2, "on-refuse" if row.late else "text", LEFT)

    def _words(
        self, area: QRect, text: str, size: float, ink: str, side: Qt.AlignmentFlag, *, bold: bool = False
    ) -> int:
        """Draws one line, cut to its place; returns its width.  ``size`` is in units."""
        font = self._font
        font.setPixelSize(max(8, round(size * self._unit)))
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(theme.colour(ink))
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(tidy(text), Qt.TextElideMode.ElideRight, max(0, area.width()))
        self._painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        return metrics.horizontalAdvance(shown)
