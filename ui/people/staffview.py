"""The page of people: names on the left, on the right the form for one of them, or what was done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.domain.people import Role
from checkin.i18n import gettext as _
from checkin.people.pins import LONGEST
from checkin.people.wording import role_word
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace, Panel, Picker, Rows, RowWidget, Stack, row_of
from ui.people.lock import PersonTile
from ui.people.lockview import TileView
from ui.people.staff import ActRow, StaffState
from ui.text import Headline, Lines, PlainLabel, reveal

BADGE_PX = 200


class ActView(RowWidget[ActRow]):
    """One thing that somebody did."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._when, self._who = Lines(role="row-detail"), Lines(role="row-detail")
        self._what, self._note = Lines(role="row-name"), Lines(role="row-detail")
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(14), theme.px(6), theme.px(14), theme.px(6))
        line.setSpacing(theme.px(14))
        for label, share in ((self._when, 3), (self._what, 5), (self._who, 4), (self._note, 5)):
            line.addWidget(label, share)

    def present(self, row: ActRow) -> None:
        self._when.setText(row.when)
        self._who.setText(row.who)
        self._what.setText(row.what)
        self._note.setText(row.note)


class StaffView(QWidget):
    """Shows a ``StaffState``."""

    back_pressed = Signal()
    person_pressed = Signal(str)
    role_chosen = Signal(str)
    saved = Signal(str, str, str)
    badge_pressed = Signal()
    badge_saved = Signal(object)
    removed = Signal()
    unlocked = Signal()
    log_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown_badge = b""
        self._shown_for = ("", "")
        self._asked_from_again = False
        self.back = Button(_("Settings"), "settings", size=56)
        self.tabs = {
            "people": ChoiceButton(_("People"), "person", size=56),
            "log": ChoiceButton(_("What was done"), "list", size=56),
            "overrides": ChoiceButton(_("Against the rules"), "trouble", size=56),
        }
        for key, button in self.tabs.items():
            button.clicked.connect(lambda _checked=False, key=key: self.log_wanted.emit(key))
        self._head = Headline("page")
        self._head.setText(_("People at the gate"))
        self._pages = Stack()
        self._pages.addWidget(self._staff())
        self._pages.addWidget(self._log())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(12))
        column.setSpacing(theme.px(12))
        column.addLayout(row_of(self._head, 1, *self.tabs.values(), self.back))
        column.addWidget(self._pages, 1)
        self.back.clicked.connect(lambda: self.back_pressed.emit())

    def _staff(self) -> QWidget:
        page = QWidget()
        self.people: Rows[PersonTile] = Rows(self._tile, spacing=8)
        self._empty = Lines(role="muted", lines=8)
        self.new = Button(_("Somebody new"), "person", size=60)
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addWidget(self._empty)
        left.addWidget(self.people, 1)
        left.addWidget(self.new)
        line = QHBoxLayout(page)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(16))
        line.addLayout(left, 2)
        line.addWidget(self._form(), 3)
        self.new.clicked.connect(lambda: self.person_pressed.emit(""))
        self.new.clicked.connect(lambda: self.name.setFocus())
        return page

    def _form(self) -> Panel:
        panel = Panel(spacing=8)
        self._title = Lines(role="title")
        self.name, self.pin, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setMaxLength(120)
        self.name.setAccessibleName(_("Name"))
        for field, called in ((self.pin, _("PIN")), (self.again, _("PIN once more"))):
            field.setMaxLength(LONGEST)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
            field.setAccessibleName(called)
        for field in (self.name, self.pin, self.again):
            field.setMinimumHeight(theme.px(56))
        self.role = Picker()
        self.role.setAccessibleName(_("Role"))
        self._role_says = Lines(role="muted", lines=2)
        self.save = Button(_("Save"), "admit", "main", size=60)
        self.badge = Button(_("New badge"), "qr", size=60)
        self.free = Button(_("Let try again"), "undo", size=60)
        self.remove = Button(_("Has left"), "out", size=60)
        self._says, self._trouble = Lines(role="good", lines=2), Lines(role="error", lines=3)
        self._picture = PlainLabel()
        self._picture.setAccessibleName(_("The badge as a QR code"))
        self.keep = Button(_("Save the picture…"), "export", size=56)
        self._badge_says = Lines(_("This is shown once. The badge before opens nothing any more"), "muted", lines=3)
        self._badge_area = QWidget()
        beside = QVBoxLayout()
        beside.setContentsMargins(theme.px(14), 0, 0, 0)
        beside.addWidget(self._badge_says)
        beside.addWidget(self.keep)
        beside.addStretch(1)
        badge_line = QHBoxLayout(self._badge_area)
        badge_line.setContentsMargins(0, 0, 0, 0)
        badge_line.addWidget(self._picture)
        badge_line.addLayout(beside, 1)
        fields = QHBoxLayout()
        fields.setSpacing(theme.px(12))
        for text, widget, share in (
            (_("Name"), self.name, 4),
            (_("PIN, 4 to 12 digits"), self.pin, 3),
            (_("PIN once more"), self.again, 3),
        ):
            column = QVBoxLayout()
            column.addWidget(PlainLabel(text, "label"))
            column.addWidget(widget)
            fields.addLayout(column, share)
        panel.column.addWidget(self._title)
        panel.column.addLayout(fields)
        self._rest = QWidget()
        rest = QVBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(theme.px(8))
        rest.addWidget(PlainLabel(_("Role"), "label"))
        rest.addWidget(self.role)
        rest.addWidget(self._role_says)
        panel.column.addWidget(self._rest)
        panel.column.addLayout(row_of(self.save, self.badge, 1))
        panel.column.addLayout(row_of(self.free, self.remove, 1))
        panel.column.addWidget(self._says)
        panel.column.addWidget(self._trouble)
        panel.column.addWidget(self._badge_area)
        panel.column.addStretch(1)
        self.role.activated.connect(lambda number: self.role_chosen.emit(str(self.role.itemData(number))))
        self.save.clicked.connect(self._saved)
        self.pin.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self._saved)
        self.badge.clicked.connect(lambda: self.badge_pressed.emit())
        self.free.clicked.connect(lambda: self.unlocked.emit())
        self.remove.clicked.connect(lambda: self.removed.emit())
        self.keep.clicked.connect(self._keep)
        return panel

    def _log(self) -> QWidget:
        page = QWidget()
        self.acts: Rows[ActRow] = Rows(ActView)
        self._no_acts = EmptyPlace("list")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.acts, 1)
        column.addWidget(self._no_acts, 1)
        return page

    def _tile(self) -> TileView:
        tile = TileView()
        tile.pressed.connect(lambda key: self.person_pressed.emit(key))
        return tile

    def _saved(self) -> None:
        pin, again = self.pin.text(), self.again.text()
        for field in (self.pin, self.again):
            field.clear()
        if pin != again:
            self.pin.setFocus()
        elif self.again.hasFocus():
            self._asked_from_again = True
        self.saved.emit(self.name.text(), pin, again)

    def _keep(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(self, _("Badge"), str(Path.home() / "badge.png"), "PNG (*.png)")
        if path:
            self.badge_saved.emit(Path(path))

    def present(self, state: StaffState) -> None:
        """Shows this state from now on."""
        current = "overrides" if state.log and state.overrides else "log" if state.log else "people"
        for key, tab in self.tabs.items():
            tab.setChecked(key == current)
        self._pages.setCurrentIndex(1 if state.log else 0)
        self.people.present(
            [
                PersonTile(key=row.key, name=row.name, role=f"{row.role} · {row.ways}", chosen=row.chosen)
                for row in state.rows
            ]
        )
        self._empty.setText(state.empty)
        reveal(self._empty, bool(state.empty))
        self._title.setText(state.title)
        if self._shown_for != (state.chosen, state.name) or (state.says and not state.chosen):
            self._shown_for = (state.chosen, state.name)
            self.name.setText(state.name)
            self.pin.clear()
            self.again.clear()
        for field in (self.pin, self.again):
            field.setPlaceholderText(_("as it was") if state.chosen else "")
        self.role.present([(role.value, role_word(role)) for role in Role], state.role)
        self._role_says.setText(state.role_says)
        self.save.setEnabled(not state.busy)
        for button in (self.badge, self.free, self.remove):
            reveal(button, bool(state.chosen))
            button.setEnabled(not state.busy)
        if self._asked_from_again and not state.busy:  # both fields are empty again: from the first one on
            self._asked_from_again = False
            (self.pin if self.name.text().strip() else self.name).setFocus()
        for label, text in ((self._says, state.says), (self._trouble, state.trouble)):
            label.setText(text)
            reveal(label, bool(text))
        if state.badge != self._shown_badge:
            self._shown_badge = state.badge
            picture = QPixmap()
            picture.loadFromData(state.badge)
            side = theme.px(BADGE_PX)
            self._picture.setPixmap(picture.scaled(side, side) if not picture.isNull() else picture)
            self._picture.setFixedSize(side, side)
        reveal(self._badge_area, bool(state.badge))
        reveal(self._rest, not state.badge)
        self.acts.present(state.acts)
        reveal(self.acts, not state.no_acts)
        self._no_acts.present(state.no_acts)
