"""The keys that sign tickets: those there are, a new one, and an end to one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, EmptyPlace, Panel, row_of
from ui.organiser.grid import Grid
from ui.organiser.tickets.issuing import secret_field, text_field
from ui.organiser.tickets.state import Question, TicketsState
from ui.text import Lines, PlainLabel, reveal


class KeysView(QWidget):
    """Shows the last part of a ``TicketsState``."""

    key_pressed = Signal(int)
    key_wanted = Signal(str, str, str)
    asked = Signal(object)
    answered = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid(_("Keys"))
        self.grid.row_chosen.connect(lambda number: self.key_pressed.emit(number))
        self._empty = EmptyPlace("ticket", size=56)
        self._empty.present(
            _("There are no keys yet"),
            _("A key signs tickets. Its secret half stays on this PC under a passphrase; gates get the public half."),
        )
        self.revoke = Button(_("Revoke the chosen key"), "refuse", size=56)
        self.revoke.clicked.connect(lambda: self.asked.emit(Question.REVOKE_KEY))
        left = QVBoxLayout()
        left.setSpacing(theme.px(8))
        left.addWidget(self.grid, 1)
        left.addWidget(self._empty, 1)
        left.addLayout(row_of(self.revoke, 1))
        panel = Panel(margin=14, spacing=8)
        self._title = PlainLabel(_("A new key"), "title")
        panel.setFixedWidth(theme.px(372))
        self.issuer = text_field(_("Who issues tickets"), 120)
        self.first = secret_field(_("Passphrase, 8 characters or more"))
        self.again = secret_field(_("The same once more"))
        self.again.returnPressed.connect(self._make)
        self.make = Button("", "ticket", "main", size=56)
        self.make.clicked.connect(self._make)
        self._advice = Lines(role="muted", lines=8)
        self._asks = Lines(role="warn", lines=4)
        self.yes = Button(_("Yes"), "admit", "main", size=56)
        self.no = Button(_("No"), "undo", size=56)
        self.yes.clicked.connect(lambda: self._answer(yes=True))
        self.no.clicked.connect(lambda: self._answer(yes=False))
        for widget in (self._title, self.issuer, self.first, self.again, self._advice):
            panel.column.addWidget(widget)
        panel.column.addWidget(self.make)
        panel.column.addWidget(self._asks)
        panel.column.addLayout(row_of(self.yes, self.no))
        panel.column.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(14))
        line.addLayout(left, 1)
        line.addWidget(panel)

    def _make(self) -> None:
        self.key_wanted.emit(self.issuer.text(), self.first.text(), self.again.text())

    def _answer(self, *, yes: bool) -> None:
        self.answered.emit(yes, self.issuer.text(), self.first.text())

    def forget(self) -> None:
        """Passphrases do not stay on the screen."""
        self.first.clear()
        self.again.clear()

    def present(self, state: TicketsState) -> None:
        """Shows this state from now on."""
        self.grid.present(state.keys, state.key)
        reveal(self.grid, bool(state.keys.rows))
        reveal(self._empty, not state.keys.rows)
        self.revoke.setEnabled(state.can_revoke_key)
        reveal(self.revoke, bool(state.keys.rows))
        asking = state.question in (Question.REVOKE_KEY, Question.ROTATE)
        self._asks.setText(state.asks)
        for widget in (self._asks, self.yes, self.no):
            reveal(widget, asking)
        reveal(self.make, not asking)
        for field in (self._title, self.issuer, self.first, self.again, self._advice):
            reveal(field, state.question is not Question.REVOKE_KEY)
        self.make.say(_("Change the key") if state.has_key else _("Make a key"))
        self._advice.setText(
            _("Without the passphrase nobody can sign, nor can you: write it down in a safe place.")
            + (" " + _("The key before ends with the last visit that it signed for.") if state.has_key else "")
        )
        if state.says:
            self.forget()
