"""The few controls that every page is made of.  Their texts are plain, their places do not depend on their texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.text import PlainLabel, cut, reveal, tooltip

ICON_GAP = 4
"""Qt's own, and a little more: between a button's icon and its text, px."""

TAIL_S = 0.5
"""A Return that comes so soon after a character is the end of a slow scanner's code, no press."""

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)


class Button(QPushButton):
    """A button with an icon; ``kind`` is main, plain, quiet or one of the card's.  Ampersands are shown as such.

    A text that is wider than the button is wrapped between words where its height has room for that, and elided at
    its end.  Return presses it like Space does, unless ``vouches`` says that a scanner's Return must never do that.
    """

    vouches = False
    _typed_at = -TAIL_S

    def __init__(self, text: str, icon: str = "", kind: str = "plain", *, size: int = 64, hint: str = "") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self._said = ""
        self.setMinimumHeight(theme.px(size))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(theme.px(26), theme.px(26)))
        if icon:
            self.draw(icon)
        self.say(text, hint)

    def draw(self, icon: str, colour: str = "") -> None:
        """Another icon."""
        ink = colour or {"main": "on-accent", "no": "on-ask"}.get(self.property("kind"), "text")
        self.setIcon(theme.icon(icon, ink, theme.px(26)))
        self._write()

    def mark(self, key: str) -> None:
        """Shows in the button's corner which key does the same."""
        self._key = label = PlainLabel(key, "key", parent=self)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, theme.px(12), 0)
        line.addStretch(1)
        line.addWidget(label)

    def changeEvent(self, event: QEvent) -> None:
        """A key that does nothing is not shown, and leaves its room to the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and self._key is not None:
            reveal(self._key, self.isEnabled())

    _key: PlainLabel | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt leaves it to the desktop whether Return presses a button; here it is the same everywhere."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.text().strip().isprintable() and event.text().strip():
                self._typed_at = time.monotonic()
            super().keyPressEvent(event)
        elif self.vouches or event.isAutoRepeat() or time.monotonic() - self._typed_at < TAIL_S:
            event.ignore()
        else:
            self.click()

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """What Qt draws: it would cut a text that is too wide at both ends."""
        super().initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        icon = 0 if self.icon().isNull() else self.iconSize().width() + ICON_GAP
        key = 0 if self._key is None or self._key.isHidden() else self._key.sizeHint().width() + theme.px(12)
        room, metrics = min(inside.width(), self.width() - 2 * key) - icon, self.fontMetrics()
        gap = self._gap()
        if room > 8 * metrics.horizontalAdvance(gap):
            room -= metrics.horizontalAdvance(gap)
        else:
            gap = ""  # a narrow button needs every pixel for its letters
        if not self._said or metrics.horizontalAdvance(self._said) <= room:
            return
        words = all(metrics.horizontalAdvance(word) <= room for word in self._said.split())
        most = min(2, inside.height() // metrics.height()) if words else 1
        lines = cut(self._said, self.font(), room, max(1, most))
        option.text = "\n".join(gap + line for line in lines).replace("&", "&&")  # type: ignore[attr-defined]  # not in the stubs

    def say(self, text: str, hint: str = "") -> None:
        """Another text; the hint, by default the text, is what a reader for the blind says and what a tooltip shows."""
        self._said = text
        self._write()
        self.setAccessibleName(hint or text)
        self.setToolTip(tooltip(hint))

    def _write(self) -> None:
        self.setText(self._gap() + self._said.replace("&", "&&"))

    def _gap(self) -> str:
        """What stands before each line: the style sets icon and text too close."""
        return "  " if self._said and not self.icon().isNull() else ""


class ChoiceButton(Button):
    """One of several, or a switch: pressing it changes nothing by itself, what is checked is what a state says."""

    def __init__(self, text: str, icon: str = "", kind: str = "choice", *, size: int = 64, ink: str = "") -> None:
        super().__init__(text, icon, kind, size=size)
        self.setCheckable(True)
        if icon:
            self.setIcon(theme.icon(icon, "text", theme.px(26), ink or "on-accent"))

    def nextCheckState(self) -> None:
        """Left to ``present``."""


class Stack(QStackedWidget):
    """Pages of which one is in view, and only that one asks for room: a hidden page never makes the window larger."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _place: self.updateGeometry())

    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """No: Qt would ask all pages, and give the highest of them the room of what stands below."""
        return False


class Panel(QFrame):
    """A raised area with a column in it, and a title if there is one."""

    def __init__(self, title: str = "", *, margin: int = 20, spacing: int = 12) -> None:
        super().__init__()
        self.setProperty("panel", "yes")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*[theme.px(margin)] * 4)
        self.column.setSpacing(theme.px(spacing))
        if title:
            self.column.addWidget(PlainLabel(title, "title"))


class Presenting(Protocol[R_contra]):
    """A row's widget."""

    def present(self, row: R_contra) -> None: ...


class RowWidget(QFrame, Generic[R]):
    """A line of a list: shows one row at a time."""

    def present(self, row: R) -> None:
        """Shows this row from now on."""
        raise NotImplementedError


class Rows(QScrollArea, Generic[R]):
    """A list of row widgets that are used again and again; wheel, touch and keys scroll it."""

    def __init__(self, make: Callable[[], RowWidget[R]], *, spacing: int = 6) -> None:
        super().__init__()
        self._make = make
        self._widgets: list[RowWidget[R]] = []
        self._rows: list[R | None] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget()
        self._inner.setProperty("rows", "yes")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(spacing))
        self._column.addStretch(1)
        self.setWidget(self._inner)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    def present(self, rows: Sequence[R]) -> None:
        """Shows these rows."""
        while len(self._widgets) < len(rows):
            widget = self._make()
            self._column.insertWidget(len(self._widgets), widget)
            self._widgets.append(widget)
            self._rows.append(None)
        for number, widget in enumerate(self._widgets):
            if number < len(rows) and self._rows[number] != rows[number]:
                widget.present(rows[number])
                self._rows[number] = rows[number]
            reveal(widget, number < len(rows))

    @property
    def shown(self) -> list[RowWidget[R]]:
        """The widgets that show a row now."""
        return [widget for widget in self._widgets if not widget.isHidden()]


class Bar(QWidget):
    """Heads of a tour: inside in colour, left in grey, expected as the empty rest."""

    def __init__(self, height: int = 10) -> None:
        super().__init__()
        self._inside = self._left = 0.0
        self._colour = "accent"
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, inside: float, left: float, colour: str = "accent") -> None:
        """Parts of the whole, 0 to 1."""
        if (inside, left, colour) != (self._inside, self._left, self._colour):
            self._inside, self._left, self._colour = inside, left, colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        radius = whole.height() / 2
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(whole, radius, radius)
        for share, colour in ((self._inside + self._left, "muted"), (self._inside, self._colour)):
            if share > 0:
                painter.setBrush(theme.colour(colour))
                width = max(whole.height(), whole.width() * min(1.0, share))
                painter.drawRoundedRect(QRectF(0, 0, width, whole.height()), radius, radius)
        painter.end()


class EmptyPlace(QWidget):
    """What a page or list says when there is nothing to show: why, and what to do about it."""

    def __init__(self, icon: str, *, button: Button | None = None, size: int = 64) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(10))
        column.addStretch(1)
        self._icon = PlainLabel()
        self._icon.setPixmap(theme.picture(icon, "muted", theme.px(size)))
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.says = PlainLabel(role="empty-title", wrap=True)
        self.advice = PlainLabel(role="empty", wrap=True)
        for label in (self.says, self.advice):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._icon)
        column.addWidget(self.says)
        column.addWidget(self.advice)
        if button is not None:
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(button)
            line.addStretch(1)
            column.addSpacing(theme.px(8))
            column.addLayout(line)
        column.addStretch(1)

    def present(self, says: str, advice: str = "") -> None:
        """Hidden when there is nothing to say."""
        self.says.setText(says)
        self.advice.setText(advice)
        reveal(self.advice, bool(advice))
        reveal(self, bool(says))


class Picker(QComboBox):
    """A choice of one; the wheel does not change it in passing, and its list has rows for fingers."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(theme.px(56))
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(10)
        self.setView(QListView(self))
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self._choices: list[tuple[str, str]] = []

    def present(self, choices: Sequence[tuple[str, str]], key: str, nothing: str = "") -> None:
        """``choices`` are (key, text); ``nothing`` is what stands there while none is chosen.  Emits nothing."""
        wanted = (
            [(key, nothing), *choices] if nothing and all(key != each for each, _text in choices) else list(choices)
        )
        self.blockSignals(True)
        if wanted != self._choices:
            self.clear()
            for each, text in wanted:
                self.addItem(text, each)
            self._choices = wanted
        self.setCurrentIndex(next((number for number, (each, _text) in enumerate(wanted) if each == key), -1))
        self.blockSignals(False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()
            return False
        return super().event(event)


def scrolling(inner: QWidget) -> QScrollArea:
    """A page that may be higher than the window."""
    inner.setProperty("rows", "yes")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
    return area


def row_of(*widgets: QWidget | int, spacing: int = 10) -> QHBoxLayout:
    """Widgets side by side; a number is a stretch."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.px(spacing))
    for widget in widgets:
        if isinstance(widget, int):
            line.addStretch(widget)
        else:
            line.addWidget(widget)
    return line
