"""The season page: five tables, a form beside them, the workbook below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from checkin.rosters.seasonsheets import SHEETS
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace, Panel, Stack, row_of, scrolling
from ui.organiser.grid import Grid
from ui.organiser.season.form import FormView
from ui.organiser.season.presenter import SeasonState
from ui.resting import Resting
from ui.text import Lines, PlainLabel, reveal


class SeasonView(QWidget):
    """Shows a ``SeasonState``."""

    sheet_chosen = Signal(str)
    query_changed = Signal(str)
    row_chosen = Signal(int)
    add_pressed = Signal()
    keep_pressed = Signal(object)
    remove_pressed = Signal()
    remove_answered = Signal(object)
    template_chosen = Signal(object)
    export_chosen = Signal(object)
    workbook_chosen = Signal(object)
    trial_answered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tabs: dict[str, ChoiceButton] = {}
        tabs = QHBoxLayout()
        tabs.setSpacing(theme.px(8))
        tabs.addWidget(PlainLabel(_("Season"), "page"))
        tabs.addSpacing(theme.px(14))
        for key in SHEETS:
            button = ChoiceButton("", size=52)
            button.clicked.connect(lambda _checked=False, key=key: self.sheet_chosen.emit(key))
            self.tabs[key] = button
            tabs.addWidget(button)
        tabs.addStretch(1)
        self._error = Lines(role="error", lines=3)
        self._says = Lines(role="good", lines=2)
        self._busy = Lines(role="row-title")
        self._stack = Stack()
        self._tables, self._trial = self._tables_page(), self._trial_page()
        self._stack.addWidget(self._tables)
        self._stack.addWidget(self._trial)
        self._resting = Resting(self._stack)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addLayout(tabs)
        for label in (self._error, self._says, self._busy):
            column.addWidget(label)
        column.addWidget(self._stack, 1)

    def _tables_page(self) -> QWidget:
        self.query = QLineEdit()
        self.query.setPlaceholderText(_("Find in these rows"))
        self.query.setAccessibleName(_("Find in these rows"))
        self.query.setMinimumHeight(theme.px(50))
        self.query.setMaxLength(100)
        self.query.textEdited.connect(lambda text: self.query_changed.emit(text))
        self.grid = Grid(_("Rows of the season"))
        self.grid.row_chosen.connect(lambda number: self.row_chosen.emit(number))
        self._empty = EmptyPlace("list", size=56)
        self.add = Button(_("New row"), "in", size=52)
        self.add.clicked.connect(lambda: self.add_pressed.emit())
        left = QVBoxLayout()
        left.setSpacing(theme.px(8))
        left.addLayout(row_of(self.query, self.add))
        left.addWidget(self.grid, 1)
        left.addWidget(self._empty, 1)
        self.template = Button(_("Template…"), "list", size=56, hint=_("Writes a spreadsheet to fill in"))
        self.workbook = Button(_("Take a file in…"), "import", size=56)
        self.export = Button(_("Save a file…"), "export", size=56)
        self.template.clicked.connect(lambda: self._save(self.template_chosen, "season.xlsx"))
        self.workbook.clicked.connect(self._choose_workbook)
        self.export.clicked.connect(lambda: self._save(self.export_chosen, "season.xlsx"))
        left.addLayout(row_of(self.template, self.workbook, self.export, 1))
        page = QWidget()
        line = QHBoxLayout(page)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(14))
        line.addLayout(left, 1)
        line.addWidget(self._form_panel())
        return page

    def _form_panel(self) -> Panel:
        self._panel = panel = Panel(margin=14, spacing=8)
        panel.setFixedWidth(theme.px(416))
        self._form_title = PlainLabel(role="title")
        self.form = FormView()
        self.form.entered.connect(self._keep)
        self.keep = Button(_("Keep"), "admit", "main", size=56)
        self.keep.clicked.connect(self._keep)
        self.remove = Button(_("Take away"), "refuse", size=56)
        self.remove.clicked.connect(lambda: self.remove_pressed.emit())
        self._asks = Lines(role="warn", lines=2)
        self.yes = Button(_("Yes, take away"), "refuse", size=56)
        self.no = Button(_("No"), "undo", size=56)
        self.yes.clicked.connect(lambda: self.remove_answered.emit(True))
        self.no.clicked.connect(lambda: self.remove_answered.emit(False))
        self._general = Lines(role="error", lines=3)
        panel.column.addWidget(self._form_title)
        panel.column.addWidget(scrolling(self.form), 1)
        panel.column.addWidget(self._general)
        panel.column.addLayout(row_of(self.keep, self.remove))
        panel.column.addWidget(self._asks)
        panel.column.addLayout(row_of(self.yes, self.no))
        self._form_of = -1
        return panel

    def _trial_page(self) -> QWidget:
        self._trial_says = Lines(role="row-title", lines=2)
        self.faults = Grid(_("Faults of the workbook"))
        self._no_faults = EmptyPlace("admit", size=56)
        self._no_faults.present(_("Every row can be taken"))
        self.take = Button(_("Take the workbook"), "admit", "main")
        self.leave = Button(_("Do not take"), "undo")
        self.take.clicked.connect(lambda: self.trial_answered.emit(True))
        self.leave.clicked.connect(lambda: self.trial_answered.emit(False))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self._trial_says)
        column.addWidget(self.faults, 1)
        column.addWidget(self._no_faults, 1)
        column.addLayout(row_of(self.take, self.leave, 1))
        return page

    def _keep(self) -> None:
        if self.form.fields:
            self.keep_pressed.emit(self.form.values())

    def _save(self, signal: SignalInstance, name: str) -> None:
        path, _kind = QFileDialog.getSaveFileName(self, _("Season"), str(Path.home() / name), "Excel (*.xlsx)")
        if path:
            signal.emit(Path(path))

    def _choose_workbook(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Season"), str(Path.home()), "Excel (*.xlsx *.ods *.xls)")
        if path:
            self.workbook_chosen.emit(Path(path))

    def present(self, state: SeasonState) -> None:
        """Shows this state from now on."""
        for key, text, count in state.sheets:
            self.tabs[key].say(f"{text}: {count}")
            self.tabs[key].setChecked(key == state.sheet)
            self.tabs[key].setEnabled(not state.trial)
        for label, text in ((self._error, state.error), (self._says, state.says), (self._busy, state.busy)):
            label.setText(text)
            reveal(label, bool(text))
        self._stack.setCurrentWidget(self._trial if state.trial else self._tables)
        if self.query.text() != state.query:
            self.query.setText(state.query)
        self.grid.present(state.table, state.chosen)
        reveal(self.grid, bool(state.table.rows))
        self._empty.present("" if state.table.rows else state.empty)
        reveal(self.add, state.can_add)
        if self._form_of != state.form_of or bool(self.form.fields) != bool(state.form):
            self._form_of = state.form_of
            self.form.fill(state.form)
        self._form_title.setText(state.form_title)
        self.form.tell(state.wrong, state.wrong_text)
        general = state.wrong_text if all(view.key != state.wrong for view in self.form.fields) else ""
        self._general.setText(general)
        reveal(self._general, bool(general))
        asks = bool(state.asks)
        self._asks.setText(state.asks)
        reveal(self._asks, asks)
        for button in (self.yes, self.no):
            reveal(button, asks)
        reveal(self.keep, not asks and bool(state.form))
        reveal(self.remove, not asks and state.can_remove)
        self._trial_says.setText(state.trial)
        self.faults.present(state.trial_faults)
        reveal(self.faults, bool(state.trial_faults.rows))
        reveal(self._no_faults, not state.trial_faults.rows)
        self.take.setEnabled(state.trial_can_take)
        self._resting.present(busy=bool(state.busy))
