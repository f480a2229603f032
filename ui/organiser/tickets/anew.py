"""Tickets taken back or given anew: found by name, group or code, ticked, and asked once more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, EmptyPlace, row_of
from ui.organiser.grid import Grid
from ui.organiser.tickets.issuing import secret_field, text_field
from ui.organiser.tickets.state import Question, TicketsState
from ui.text import Lines, PlainLabel, reveal


class AnewView(QWidget):
    """Shows the second part of a ``TicketsState``."""

    query_changed = Signal(str)
    ticket_pressed = Signal(int)
    shown_pressed = Signal()
    asked = Signal(object)
    answered = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.query = text_field(_("Name, group, tour or code"))
        self.query.textEdited.connect(lambda text: self.query_changed.emit(text))
        self.every = Button(_("All / none"), "admit", size=52)
        self.every.clicked.connect(lambda: self.shown_pressed.emit())
        self.grid = Grid(_("Tickets: Enter or a touch ticks one"))
        self.grid.clicked.connect(lambda index: self.ticket_pressed.emit(index.row()))
        self.grid.activated.connect(
            lambda index: None if self.grid.underMouse() else self.ticket_pressed.emit(index.row())
        )
        self._empty = EmptyPlace("ticket", size=56)
        self._count = PlainLabel(role="row-title")
        self.revoke = Button(_("Revoke"), "refuse")
        self.reissue = Button(_("Give anew"), "ticket", "main")
        self.revoke.clicked.connect(lambda: self.asked.emit(Question.REVOKE))
        self.reissue.clicked.connect(lambda: self.asked.emit(Question.REISSUE))
        self._asks = Lines(role="warn", lines=2)
        self.reason = text_field(_("Why, for the record: lost, refused by the plant…"), 200)
        self.passphrase = secret_field(_("Passphrase of the key"))
        self.yes = Button(_("Yes"), "admit", "main")
        self.no = Button(_("No"), "undo")
        self.passphrase.returnPressed.connect(lambda: self._answer(yes=True))
        self.yes.clicked.connect(lambda: self._answer(yes=True))
        self.no.clicked.connect(lambda: self._answer(yes=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(row_of(self.query, self.every))
        column.addWidget(self.grid, 1)
        column.addWidget(self._empty, 1)
        column.addLayout(row_of(self._count, 1, self.revoke, self.reissue))
        column.addWidget(self._asks)
        column.addLayout(row_of(self.reason, self.passphrase, self.yes, self.no))

    def _answer(self, *, yes: bool) -> None:
        reason, passphrase = self.reason.text(), self.passphrase.text()
        self.reason.clear()
        self.passphrase.clear()
        self.answered.emit(yes, reason, passphrase)

    def present(self, state: TicketsState) -> None:
        """Shows this state from now on."""
        if self.query.text() != state.people_query:  # a view that was made anew, in another language
            self.query.setText(state.people_query)
        row = self.grid.currentIndex().row()
        self.grid.present(state.people, row)
        reveal(self.grid, bool(state.people.rows))
        self._empty.present("" if state.people.rows else state.people_empty)
        asking = state.question in (Question.REVOKE, Question.REISSUE)
        self._count.setText(_("Ticked: {count}").format(count=state.chosen))
        for widget in (self._count, self.revoke, self.reissue):
            reveal(widget, not asking)
        self.revoke.setEnabled(state.chosen > 0)
        self.reissue.setEnabled(state.chosen > 0 and state.has_key)
        self._asks.setText(state.asks)
        for shown in (self._asks, self.yes, self.no):
            reveal(shown, asking)
        before = self.reason.isVisible() or self.passphrase.isVisible()
        reveal(self.reason, state.question is Question.REVOKE)
        reveal(self.passphrase, state.question is Question.REISSUE)
        if asking and not before:
            (self.reason if state.question is Question.REVOKE else self.passphrase).setFocus()
