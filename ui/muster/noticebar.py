"""The bar above every page that tells of an alarm: read from two metres, answered by one touch."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ui import theme
from ui.controls import Button
from ui.muster.notice import NoticeState
from ui.muster.state import Mode
from ui.text import Lines, PlainLabel, reveal

INKS = {Mode.DRILL: "on-ask", Mode.OVER: "on-admit"}


class NoticeBar(QFrame):
    """Shows a ``NoticeState``; takes no room while there is nothing to tell."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("alarm-notice")
        self._picture = PlainLabel()
        self._title, self._detail = Lines(role="notice-title"), Lines(role="notice-detail", lines=2)
        self.go = Button("", "alarm", "notice", size=64)
        self.go.setMinimumWidth(theme.px(230))
        self.go.clicked.connect(lambda: self.pressed.emit())
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(8), theme.px(10), theme.px(8))
        line.setSpacing(theme.px(14))
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(words, 1)
        line.addWidget(self.go)
        self.hide()

    def present(self, state: NoticeState) -> None:
        """Shows this from now on."""
        told = state.mode is not Mode.NONE
        if told:
            over = state.mode is Mode.OVER
            theme.restyle(self, "mode", state.mode.value)
            ink = INKS.get(state.mode, "on-refuse")
            self._picture.setPixmap(theme.picture("admit" if over else "alarm", ink, theme.px(44)))
            self._title.setText(state.title)
            self._detail.setText(state.detail)
            self.go.draw("admit" if over else "list", "text")
            self.go.say(state.press, f"{state.title}. {state.detail}. {state.press}")
        reveal(self, told)
