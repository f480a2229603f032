"""The camera's picture, whole and undistorted, with each symbol outlined in the colour of its verdict.

The picture is drawn from the camera's own pixels without a copy; a new one is asked for only while the page is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button
from ui.ports import Preview
from ui.text import PlainLabel, reveal

INTERVAL_MS = 33
ROOM_FOR_ICON = 240
OUTLINES = {"admit": "admit-bright", "ask": "ask-bright", "refuse": "refuse-bright", "unread": "muted"}


class PreviewView(QWidget):
    """Polls ``source`` for the newest picture at 30 Hz while it is visible."""

    camera_wanted = Signal()

    def __init__(self, source: Callable[[], Preview | None]) -> None:
        super().__init__()
        self._source = source
        self._preview: Preview | None = None
        self._pixels: Any = None
        self._image: QImage | None = None
        self._on = False
        self._leaving = False
        self.setMinimumSize(QSize(theme.px(240), theme.px(150)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Camera picture"))
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._look)
        self._place = QWidget(self)
        column = QVBoxLayout(self._place)
        column.setSpacing(theme.px(8))
        column.addStretch(1)
        self._icon = PlainLabel()
        self._icon.setPixmap(theme.picture("camera_off", "muted", theme.px(52)))
        self._says = PlainLabel(role="empty-title", wrap=True)
        self._advice = PlainLabel(role="empty", wrap=True)
        self._choose = Button(_("Choose a camera"), "camera")
        self._choose.clicked.connect(lambda: self.camera_wanted.emit())
        for widget in (self._icon, self._says, self._advice):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(widget)
        column.addSpacing(theme.px(6))
        column.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.badge = PlainLabel(role="waiting", parent=self)
        self.badge.hide()

    def say_waiting(self, text: str) -> None:
        """How many scans wait, in the corner of the picture; nothing when none does."""
        self.badge.setText(text)
        self.badge.adjustSize()
        self.badge.move(self.width() - self.badge.width() - theme.px(10), theme.px(10))
        self.badge.raise_()
        reveal(self.badge, bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Placed by hand: what stands in the picture's place must not ask for room that the card needs.
        self._place.setGeometry(self.rect())
        reveal(self._icon, self.height() >= theme.px(ROOM_FOR_ICON))
        self.say_waiting(self.badge.text())

    def present(self, *, on: bool, says: str, advice: str, choose: bool, leaving: bool) -> None:
        """Whether there is a picture to show, and what stands in its place."""
        self._on, self._leaving = on, leaving
        self._says.setText(says)
        reveal(self._says, bool(says))
        self._advice.setText(advice)
        reveal(self._advice, bool(advice))
        reveal(self._choose, choose)
        reveal(self._place, not on)
        if not on:
            self._preview = self._image = self._pixels = None
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _look(self) -> None:
        if not self._on:
            return
        preview = self._source()
        if preview is None or (self._preview is not None and preview is self._preview):
            return
        self.show_preview(preview)

    def show_preview(self, preview: Preview) -> None:
        """Draws this picture until the next one comes."""
        pixels = preview.pixels
        fresh = self._preview is None or self._preview.pixels is not pixels
        if fresh:
            height, width = pixels.shape[:2]
            grey = pixels.ndim == 2
            form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_BGR888
            if not pixels.flags["C_CONTIGUOUS"]:
                pixels = pixels.copy()
            self._pixels = pixels  # QImage does not keep its memory alive
            self._image = QImage(pixels.data, width, height, pixels.strides[0], form)
        elif self._preview is not None and list(self._preview.symbols) == list(preview.symbols):
            return
        self._preview = preview
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture is drawn: as large as fits, in its own proportions."""
        if self._image is None:
            return QRectF(self.rect())
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QPainterPath()
        whole.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(12), theme.px(12))
        painter.fillPath(whole, theme.colour("panel"))
        if self._image is not None and self._preview is not None and self._on:
            target = self.picture_rect()
            painter.setClipPath(whole)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, self._image)
            self._outline(painter, target)
            painter.setClipping(False)
        if self._leaving:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("out"), theme.px(5)))
            painter.drawPath(whole)
        painter.end()

    def _outline(self, painter: QPainter, target: QRectF) -> None:
        if self._image is None or self._preview is None:
            return
        across, down = target.width() / self._image.width(), target.height() / self._image.height()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for corners, word in self._preview.symbols:
            outline = QPolygonF([QPointF(target.x() + x * across, target.y() + y * down) for x, y in corners])
            for colour, width in (("ground", 9), (OUTLINES.get(word or "", "text"), 5)):
                pen = QPen(theme.colour(colour), theme.px(width))
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                if word is None:
                    pen.setStyle(Qt.PenStyle.DotLine)
                painter.setPen(pen)
                painter.drawPolygon(outline)
