"""A chart of the report on the screen: the same drawing as in the documents, in the screen's colours."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme


class Drawing(QWidget):
    """An SVG in its own proportions, as wide as its place."""

    def __init__(self) -> None:
        super().__init__()
        self._svg = ""
        self._renderer = QSvgRenderer(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def present(self, svg: str) -> None:
        """Shows this drawing."""
        if svg != self._svg:
            self._svg = svg
            if svg:
                self._renderer.load(QByteArray(svg.encode()))
            self.setFixedHeight(max(1, self.heightForWidth(self.width())))
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        size = self._renderer.defaultSize()
        return round(size.height() * self._scaled(width, size)) if self._svg and size.width() else 0

    @staticmethod
    def _scaled(width: int, size: QSize) -> float:
        return min(1.6 * theme.scale(), width / max(1, size.width()))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(400), self.heightForWidth(max(self.width(), theme.px(400))))

    def resizeEvent(self, event: object) -> None:
        self.setFixedHeight(max(1, self.heightForWidth(self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._svg:
            return
        size = self._renderer.defaultSize()
        factor = self._scaled(self.width(), size)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._renderer.render(painter, QRectF(0, 0, size.width() * factor, size.height() * factor))
        painter.end()
