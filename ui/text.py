"""Text from outside, shown as what it is: plain text, one label at a time, never wider than its place.

Every label of the program is a ``PlainLabel`` or a ``Lines``; names, codes, titles and messages never reach a widget
that guesses at rich text.  Tooltips cannot be told to be plain, so they are escaped.
"""

from __future__ import annotations

import html
import unicodedata

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

KEPT = 8
LONGEST = 2000
"""Characters of one text that are laid out at all; what is longer is cut."""

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def tidy(text: str) -> str:
    """One line without control characters and without marks that turn the rest of a line around."""
    kept = [
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text[:LONGEST]
        if character not in _BIDI_CONTROLS and unicodedata.category(character) != "Cs"
    ]
    return " ".join("".join(kept).split())


def tooltip(text: str) -> str:
    """A tooltip that shows ``text`` letter by letter, whatever markup it holds."""
    return f"<p style='white-space: pre-wrap'>{html.escape(tidy(text))}</p>" if text else ""


def reveal(widget: QWidget, wanted: bool) -> None:
    """Shows or hides; asking twice for the same costs nothing, where Qt would lay out everything around it again."""
    if widget.isHidden() == wanted:
        widget.setVisible(wanted)


def cut(text: str, font: QFont, width: int, lines: int) -> list[str]:
    """``text`` in at most so many lines of ``width`` pixels: wrapped at words where it can be, elided at its end."""
    metrics = QFontMetrics(font)
    if lines == 1 or width <= 0:
        return [metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, width))]
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts: list[int] = []
    while len(starts) < lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    shown = [text[start:end].rstrip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    if shown:
        shown[-1] = metrics.elidedText(shown[-1], Qt.TextElideMode.ElideRight, width)
    return shown


class PlainLabel(QLabel):
    """A label for short texts of the program's own; wraps when told to."""

    def __init__(self, text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        self.setText(text)


class Headline(PlainLabel):
    """One word that is never cut: its letters become smaller until it fits.  Asks for no width."""

    SMALLEST = 0.45

    def __init__(self, role: str) -> None:
        super().__init__(role=role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(10, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        font, room = self.font(), max(1, self.width())
        wanted = QFontMetrics(font).horizontalAdvance(self.text())
        if wanted > room:
            font.setPixelSize(max(1, int(font.pixelSize() * max(self.SMALLEST, room / wanted))))
        painter.setFont(font)
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), place, self.text())
        painter.end()


class Lines(PlainLabel):
    """A text of any length in at most ``lines`` lines: wrapped anywhere, elided at the end, whole in the tooltip.

    It asks for no width at all, so a name of 200 letters cannot widen a window.
    """

    def __init__(self, text: str = "", role: str = "", *, lines: int = 1, parent: QWidget | None = None) -> None:
        self._lines = lines
        self._whole = ""
        self._kept: dict[tuple[str, int, int, str], list[str]] = {}
        super().__init__(role=role, parent=parent)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(lines > 1)
        self.setSizePolicy(policy)
        self.setText(text)

    def text(self) -> str:
        return self._whole

    def setText(self, text: str) -> None:
        whole = tidy(text)
        if whole == self._whole and whole:
            return
        self._whole = whole
        super().setText("")  # Qt measures and draws nothing of its own here
        self.setAccessibleName(whole)
        self.updateGeometry()
        self._hint_whole()
        self.update()

    def set_lines(self, lines: int) -> None:
        """Changes how many lines there may be."""
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(10, self.heightForWidth(self.width() if self.width() > 20 else 400))

    def minimumSizeHint(self) -> QSize:
        return QSize(10, self._line_height())

    def hasHeightForWidth(self) -> bool:
        return self._lines > 1

    def heightForWidth(self, width: int) -> int:
        return self._line_height() * max(1, len(self._laid(width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint_whole()

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._laid(self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        metrics, height = QFontMetrics(self.font()), self._line_height()
        top = max(0, (self.height() - height * len(shown)) // 2)
        right = bool(self.alignment() & Qt.AlignmentFlag.AlignRight)
        centre = bool(self.alignment() & Qt.AlignmentFlag.AlignHCenter)
        for number, line in enumerate(shown):
            spare = max(0, self.width() - metrics.horizontalAdvance(line))
            left = spare if right else spare // 2 if centre else 0
            painter.drawText(QPointF(left, top + number * height + metrics.ascent()), line)
        painter.end()

    def _line_height(self) -> int:
        return QFontMetrics(self.font()).lineSpacing()

    def _hint_whole(self) -> None:
        cut = self._whole and "".join(self._laid(self.width())).replace(" ", "") != self._whole.replace(" ", "")
        self.setToolTip(tooltip(self._whole) if cut else "")

    def _laid(self, width: int) -> list[str]:
        """The lines as they are drawn in ``width``.  Layouts ask for them again and again, so they are kept."""
        if not self._whole:
            return []
        asked = (self._whole, width, self._lines, self.font().key())
        if asked not in self._kept:
            if len(self._kept) > KEPT:
                self._kept.clear()
            self._kept[asked] = self._cut(width)
        return self._kept[asked]

    def _cut(self, width: int) -> list[str]:
        return cut(self._whole, self.font(), width, self._lines)
