"""The verdict card: a colour, an icon and a word that are read from two metres, and what belongs to them.

Its size does not depend on what it says.  A question has two big buttons in it; nothing else opens or closes.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button
from ui.gate.state import CardKind, CardState
from ui.text import Headline, Lines, PlainLabel, reveal

INKS = {
    CardKind.IDLE: ("qr", "muted"),
    CardKind.ADMIT: ("admit", "on-admit"),
    CardKind.OUT: ("out", "on-out"),
    CardKind.ASK: ("ask", "on-ask"),
    CardKind.REFUSE: ("refuse", "on-refuse"),
    CardKind.TROUBLE: ("trouble", "ask"),
}
FLASH_MS = 160


class CardView(QFrame):
    """Shows a ``CardState``."""

    yes_pressed = Signal()
    no_pressed = Signal()
    undo_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(288))
        self._undo = ""
        self._serial = -1
        self._icon = PlainLabel()
        self._icon.setFixedSize(QSize(theme.px(108), theme.px(108)))
        self._headline = Headline("headline")
        self._brief = Lines(role="brief", lines=2)
        self._name = Lines(role="name", lines=2)
        self._tour = Lines(role="card-line")
        self._happened = Lines(role="card-line", lines=2)
        self._next = Lines(role="card-next", lines=2)
        self._top = QHBoxLayout()
        self._top.setSpacing(theme.px(24))
        self._brief.setMinimumWidth(theme.px(210))
        self._top.addWidget(self._headline)
        self._top.addWidget(self._brief, 1)
        words = QVBoxLayout()
        words.setSpacing(theme.px(4))
        for label in (self._name, self._tour, self._happened, self._next):
            words.addWidget(label)
        self._take_back = Button(_("Undo"), "undo", "undo", hint=_("Take this entry back (Ctrl+Z)"))
        self._take_back.setMinimumWidth(theme.px(176))
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(16))
        middle.addLayout(words, 1)
        middle.addWidget(self._take_back, 0, Qt.AlignmentFlag.AlignVCenter)
        self._yes = Button("", "admit", "yes", size=76)
        self._no = Button("", "refuse", "no", size=76)
        for button in (self._take_back, self._yes, self._no):
            button.vouches = True
        self._yes.mark("F1")
        self._no.mark("Esc")
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(12))
        buttons.addWidget(self._yes, 1)
        buttons.addWidget(self._no, 1)
        right = QVBoxLayout()
        right.setSpacing(theme.px(6))
        right.addStretch(1)
        right.addLayout(self._top)
        right.addLayout(middle)
        right.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(theme.px(20))
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(right, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(8), theme.px(20), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addLayout(line, 1)
        column.addLayout(buttons)
        self._yes.clicked.connect(lambda: self.yes_pressed.emit())
        self._no.clicked.connect(lambda: self.no_pressed.emit())
        self._take_back.clicked.connect(lambda: self.undo_pressed.emit(self._undo))
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(lambda: theme.restyle(self, "flash", ""))

    def tab_chain(self) -> list[QWidget]:
        """Its buttons in the order of the Tab key."""
        return [self._yes, self._no, self._take_back]

    def present(self, state: CardState) -> None:
        """Shows this card from now on, laid out once and not once for each label."""
        self._column.setEnabled(False)
        try:
            self._fill(state)
        finally:
            self._column.setEnabled(True)
            self._column.activate()

    def _fill(self, state: CardState) -> None:
        icon, ink = INKS[state.kind]
        self._icon.setPixmap(theme.picture(icon, ink, theme.px(108)))
        theme.restyle(self, "verdict", state.kind.value)
        for label, text in (
            (self._headline, state.headline),
            (self._brief, state.brief),
            (self._name, state.name),
            (self._tour, state.tour),
            (self._happened, state.happened),
            (self._next, state.next),
        ):
            label.setText(text)
            reveal(label, bool(text))
        asking = bool(state.yes)
        short = asking or bool(state.next)  # what to do next must not be pushed out by a long name
        self._name.set_lines(1 if short else 2)
        self._tour.set_lines(1 if short else 2)
        self._yes.say(state.yes)
        self._no.say(state.no)
        for button in (self._yes, self._no):
            reveal(button, asking)
            button.setEnabled(not state.busy)
        self._undo = state.undo
        reveal(self._take_back, bool(state.undo))
        self.setAccessibleName(f"{state.headline}. {state.brief} {state.name}")
        if state.serial != self._serial and state.kind is not CardKind.IDLE:
            theme.restyle(self, "flash", "yes")
            self._flash.start()
        self._serial = state.serial
