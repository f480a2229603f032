"""The panel of the guides' page: one switch, the address as a picture to scan, a code, who has logged in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, Panel, Picker, row_of
from ui.guides.presenter import GuidesState
from ui.text import Lines, PlainLabel, reveal

QR_PX = 250
NAMED = 4
"""So many who have logged in are named; the others are counted."""


class GuidesPanel(Panel):
    """Shows a ``GuidesState``."""

    switched = Signal()
    choice_made = Signal(str)
    code_wanted = Signal()
    log_out_pressed = Signal()

    def __init__(self) -> None:
        super().__init__(_("Page for guides' phones"), spacing=8)
        self._shown = b""
        self.switch = ChoiceButton("", "person", size=60)
        self.switch.setMinimumWidth(theme.px(300))
        self._note = Lines(role="warn", lines=3)
        self._says = Lines(role="muted", lines=2)
        self.url = Lines(role="guides-url")
        self.url.setMinimumHeight(theme.px(34))
        self.choice = Picker()
        self.choice.setAccessibleName(_("Whose code"))
        self.make = Button(_("New code"), "ticket", "main", size=56)
        self._nothing = Lines(role="muted", lines=2)
        self.code = PlainLabel(role="guides-code")
        self._code_says = Lines(role="muted", lines=2)
        self._who = Lines(role="row-detail", lines=3)
        self._out = Button(_("Log everybody out"), "out", size=56)
        self._qr = PlainLabel()
        self._qr.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._qr.setAccessibleName(_("Address of the guides' page as a QR code"))
        self._inner = QWidget()
        left = QVBoxLayout()
        left.setSpacing(theme.px(8))
        left.addWidget(self.url)
        left.addWidget(self._says)
        left.addWidget(PlainLabel(_("A code for"), "label"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        left.addLayout(row_of(self.choice, self.make))
        left.addWidget(self._nothing)
        left.addWidget(self.code)
        left.addWidget(self._code_says)
        left.addStretch(1)
        left.addLayout(row_of(self._who, self._out))
        whole = QHBoxLayout(self._inner)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(20))
        whole.addLayout(left, 1)
        whole.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row_of(self.switch, 1))
        self.column.addWidget(self._note)
        self.column.addWidget(self._inner)
        self.switch.clicked.connect(lambda: self.switched.emit())
        self.choice.activated.connect(lambda number: self.choice_made.emit(str(self.choice.itemData(number) or "")))
        self.make.clicked.connect(lambda: self.code_wanted.emit())
        self._out.clicked.connect(lambda: self.log_out_pressed.emit())

    def present(self, state: GuidesState) -> None:
        """Shows this state from now on."""
        self.switch.setChecked(state.on)
        self.switch.say(_("Switched on") if state.on else _("Switch on"), _("Page for guides' phones"))
        self.switch.setEnabled(not state.busy)
        self._note.setText(state.note)
        reveal(self._note, bool(state.note))
        reveal(self._inner, bool(state.url))
        self.url.setText(state.url)
        self._says.setText(state.says)
        self.choice.present(state.choices, state.chosen)
        for widget in (self.choice, self.make):
            widget.setEnabled(bool(state.choices) and not state.busy)
        for label, text in ((self._nothing, state.nothing), (self._code_says, state.code_says)):
            label.setText(text)
            reveal(label, bool(text))
        self.code.setText(state.code)
        reveal(self.code, bool(state.code))
        rest = len(state.sessions) - NAMED
        names = [*state.sessions[:NAMED], *([_("and {count} more").format(count=rest)] if rest > 0 else [])]
        self._who.setText(_("Logged in: {names}").format(names="; ".join(names)) if names else _("Nobody is logged in"))
        self._out.setEnabled(bool(state.sessions))
        if state.qr != self._shown:
            self._shown = state.qr
            picture = QPixmap()
            picture.loadFromData(state.qr)
            side = theme.px(QR_PX)
            self._qr.setPixmap(picture.scaled(side, side) if not picture.isNull() else picture)
        reveal(self._qr, bool(state.qr))
