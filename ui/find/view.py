"""The find page: one field, and people with what tells namesakes apart."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, EmptyPlace, Rows, RowWidget
from ui.find.presenter import FindState, FoundRow
from ui.text import Lines, PlainLabel, reveal


class FoundLineView(RowWidget[FoundRow]):
    """A person."""

    action_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._key = ""
        self._name = Lines(role="row-name")
        self._facts = Lines(role="row-detail")
        self._tour = Lines(role="row-detail", lines=2)
        self._state = PlainLabel(role="chip")
        self._state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._state.setFixedSize(theme.px(132), theme.px(36))
        self._action = Button("", kind="plain")
        self._action.setFixedWidth(theme.px(196))
        who = QVBoxLayout()
        who.setSpacing(theme.px(2))
        who.addStretch(1)
        who.addWidget(self._name)
        who.addWidget(self._facts)
        who.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(7), theme.px(10), theme.px(7))
        line.setSpacing(theme.px(16))
        line.addLayout(who, 5)
        line.addWidget(self._tour, 4)
        line.addWidget(self._state)
        line.addWidget(self._action)
        self._action.clicked.connect(lambda: self.action_pressed.emit(self._key))

    def present(self, row: FoundRow) -> None:
        self._key = row.key
        self._name.setText(row.name)
        self._facts.setText(row.facts)
        reveal(self._facts, bool(row.facts))
        self._tour.setText(row.tour)
        self._state.setText(row.state)
        theme.restyle(self._state, "kind", row.kind)
        self._action.say(row.action or _("No ticket"))
        self._action.setEnabled(bool(row.action))
        theme.restyle(self._action, "kind", "main" if row.action and row.kind != "inside" else "plain")
        self._action.draw("out" if row.kind == "inside" else "in")


class FindView(QWidget):
    """Shows a ``FindState``."""

    query_changed = Signal(str)
    query_submitted = Signal(str)
    action_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setMaxLength(200)
        self.field.setMinimumHeight(theme.px(68))
        self.field.setPlaceholderText(_("Surname or first name"))
        self.field.setAccessibleName(_("Name to look for"))
        self._clear = Button("", "refuse", size=68, hint=_("Clear"))
        self._clear.setFixedWidth(theme.px(76))
        entry = QHBoxLayout()
        entry.setSpacing(theme.px(10))
        entry.addWidget(self.field, 1)
        entry.addWidget(self._clear)
        self.rows: Rows[FoundRow] = Rows(self._line)
        self._empty = EmptyPlace("person")
        self._more = PlainLabel(role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(14))
        column.addWidget(PlainLabel(_("Find a visitor"), "page"))
        column.addLayout(entry)
        column.addWidget(self.rows, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self._more)
        self.field.textEdited.connect(lambda text: self.query_changed.emit(text))
        self.field.returnPressed.connect(lambda: self.query_submitted.emit(self.field.text()))
        self._clear.clicked.connect(self._cleared)
        self.setFocusProxy(self.field)

    def _cleared(self) -> None:
        self.field.setFocus()
        self.query_changed.emit("")

    def _line(self) -> FoundLineView:
        line = FoundLineView()
        line.action_pressed.connect(lambda key: self.action_pressed.emit(key))
        return line

    def present(self, state: FindState) -> None:
        """Shows this state from now on."""
        if self.field.text() != state.query:
            self.field.setText(state.query)
        self._clear.setEnabled(bool(state.query))
        self.rows.present(state.rows)
        reveal(self.rows, not state.says)
        self._empty.present(state.says, state.advice)
        self._more.setText(state.more)
        reveal(self._more, bool(state.more))
