"""Tickets out: tours ticked on the left; forms, language, passphrase and place on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from checkin.issuing.pieces import Format
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace, Panel, Picker, row_of, scrolling
from ui.organiser.grid import Grid
from ui.organiser.tickets.state import TicketsState
from ui.text import Lines, PlainLabel, reveal


def secret_field(name: str) -> QLineEdit:
    """A field for a passphrase."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(200)
    field.setMinimumHeight(theme.px(52))
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field


def text_field(name: str, most: int = 100) -> QLineEdit:
    """A field for words."""
    field = QLineEdit()
    field.setMaxLength(most)
    field.setMinimumHeight(theme.px(52))
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field


class IssuingView(QWidget):
    """Shows the first part of a ``TicketsState``."""

    query_changed = Signal(str)
    tour_pressed = Signal(int)
    all_pressed = Signal()
    format_pressed = Signal(object)
    language_chosen = Signal(str)
    place_chosen = Signal(object)
    issue_pressed = Signal(str)
    keys_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.query = text_field(_("Find a tour"))
        self.query.textEdited.connect(lambda text: self.query_changed.emit(text))
        self.every = Button(_("All / none"), "admit", size=52)
        self.every.clicked.connect(lambda: self.all_pressed.emit())
        self.grid = Grid(_("Tours: Enter or a touch ticks one"))
        self.grid.clicked.connect(lambda index: self.tour_pressed.emit(index.row()))
        self.grid.activated.connect(lambda index: self._activated(index.row()))
        self._empty = EmptyPlace("tours", size=56)
        left = QVBoxLayout()
        left.setSpacing(theme.px(8))
        left.addLayout(row_of(self.query, self.every))
        left.addWidget(self.grid, 1)
        left.addWidget(self._empty, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(14))
        line.addLayout(left, 1)
        line.addWidget(self._panel())

    def _activated(self, row: int) -> None:
        """Enter; a platform that activates by one click has told of the click already."""
        if not self.grid.underMouse():
            self.tour_pressed.emit(row)

    def _panel(self) -> Panel:
        panel = Panel(margin=14, spacing=8)
        panel.setFixedWidth(theme.px(372))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.px(10), 0)
        column.setSpacing(theme.px(6))
        self._picked = Lines(role="row-title", lines=2)
        self.formats: dict[Format, ChoiceButton] = {}
        names = {
            Format.PDF: _("A page for each visitor (PDF)"),
            Format.GROUP: _("Sheet for the leader (PDF)"),
            Format.SHEET: _("Sheet to cut, 12 a page (PDF)"),
            Format.PNG: _("QR picture (PNG)"),
            Format.SVG: _("QR drawing (SVG)"),
        }
        column.addWidget(self._picked)
        for form, name in names.items():
            button = ChoiceButton(name, size=44)
            button.clicked.connect(lambda _checked=False, form=form: self.format_pressed.emit(form))
            self.formats[form] = button
            column.addWidget(button)
        self.language = Picker()
        self.language.setAccessibleName(_("Language of tickets"))
        self.language.activated.connect(
            lambda number: self.language_chosen.emit(str(self.language.itemData(number) or ""))
        )
        column.addWidget(PlainLabel(_("Language of tickets"), "label"))
        column.addWidget(self.language)
        column.addWidget(PlainLabel(_("Where to (a mail-merge table comes with it)"), "label"))
        self.folder = Button(_("Folder…"), "list", size=52)
        self.zip = Button("ZIP…", "export", size=52)
        self.folder.clicked.connect(self._choose_folder)
        self.zip.clicked.connect(self._choose_zip)
        self._place = Lines(role="muted", lines=2)
        column.addLayout(row_of(self.folder, self.zip))
        column.addWidget(self._place)
        column.addStretch(1)
        self.passphrase = secret_field(_("Passphrase of the key"))
        self.passphrase.returnPressed.connect(self._issue)
        self.issue = Button("", "ticket", "main", size=60)
        self.issue.clicked.connect(self._issue)
        self.no_key = Button(_("Make a key first"), "ticket", "main", size=60)
        self.no_key.clicked.connect(lambda: self.keys_wanted.emit())
        panel.column.addWidget(scrolling(inner), 1)
        panel.column.addWidget(self.passphrase)
        panel.column.addWidget(self.issue)
        panel.column.addWidget(self.no_key)
        return panel

    def _issue(self) -> None:
        if self.issue.isEnabled():
            self.issue_pressed.emit(self.passphrase.text())

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, _("Folder for tickets"), str(Path.home()))
        if path:
            self.place_chosen.emit(Path(path))

    def _choose_zip(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(
            self, _("ZIP for tickets"), str(Path.home() / "tickets.zip"), "ZIP (*.zip)"
        )
        if path:
            self.place_chosen.emit(Path(path) if path.lower().endswith(".zip") else Path(path + ".zip"))

    def present(self, state: TicketsState) -> None:
        """Shows this state from now on."""
        if self.query.text() != state.tour_query:  # a view that was made anew, in another language
            self.query.setText(state.tour_query)
        row = self.grid.currentIndex().row()
        self.grid.present(state.tours, row)
        reveal(self.grid, bool(state.tours.rows))
        self._empty.present("" if state.tours.rows else state.tours_empty)
        self._picked.setText(state.picked)
        for form, button in self.formats.items():
            button.setChecked(form in state.formats)
        self.language.present(
            (("", _("each visitor's own")), ("ru", "Русский"), ("en", "English"), ("zh", "中文")), state.language
        )
        self._place.setText(state.place)
        reveal(self._place, bool(state.place))
        if state.says and not state.resume:
            self.passphrase.clear()
        self.issue.say(_("Go on") if state.resume else _("Sign and write"))
        self.issue.setEnabled(state.can_issue)
        reveal(self.issue, state.has_key)
        reveal(self.passphrase, state.has_key)
        reveal(self.no_key, not state.has_key)
