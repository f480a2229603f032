"""The lists page: four steps in one place, each with its one main button."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace, Picker, Rows, Stack, row_of
from ui.organiser.grid import Grid
from ui.organiser.lists.columns import ColumnView
from ui.organiser.lists.state import Choices, ColumnRow, Kind, ListsState, Step
from ui.text import Lines, PlainLabel, reveal

FILES = "*.csv *.tsv *.txt *.xlsx *.xlsm *.xls *.ods"


class ListsView(QWidget):
    """Shows a ``ListsState``."""

    file_chosen = Signal(object)
    sheet_chosen = Signal(str)
    column_said = Signal(str, str)
    mapping_chosen = Signal(str)
    mapping_named = Signal(str)
    plant_chosen = Signal(str)
    tour_chosen = Signal(str)
    check_pressed = Signal()
    take_pressed = Signal()
    cancel_pressed = Signal()
    back_pressed = Signal()
    kind_chosen = Signal(object)
    query_changed = Signal(str)
    reason_chosen = Signal(str)
    revoke_pressed = Signal()
    correction_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._known: Choices = ()
        self._held: QWidget | None = None
        self._title = Lines(role="page")
        self._error = Lines(role="error", lines=4)
        self._saved = Lines(role="good", lines=2)
        self._busy = Lines(role="row-title")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._count = PlainLabel(role="muted")
        self.stop = Button(_("Stop"), "refuse", size=56)
        self.stop.clicked.connect(lambda: self.cancel_pressed.emit())
        self._stack = Stack()
        self._pages = {
            Step.CHOOSE: self._choose_page(),
            Step.COLUMNS: self._columns_page(),
            Step.CHECKED: self._checked_page(),
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addWidget(self._title)
        column.addWidget(self._error)
        column.addWidget(self._saved)
        column.addLayout(row_of(self._busy, self._count, self.stop))
        column.addWidget(self._progress)
        column.addWidget(self._stack, 1)

    def _choose_page(self) -> QWidget:
        self.choose = Button(_("Choose a file…"), "import", "main")
        self.choose.clicked.connect(self._choose_file)
        page = EmptyPlace("import", button=self.choose, size=80)
        page.present(
            _("Choose a list, or drop it here"),
            _(
                "CSV, Excel or ODS, as a registration site, a school or an agency sends it. It is looked at first; "
                "nothing is written before you say so."
            ),
        )
        return page

    def _columns_page(self) -> QWidget:
        self.sheet, self.mapping, self.plant, self.tour = Picker(), Picker(), Picker(), Picker()
        for picker, signal, name in (
            (self.sheet, self.sheet_chosen, _("Sheet")),
            (self.mapping, self.mapping_chosen, _("Columns as in")),
            (self.plant, self.plant_chosen, _("Plant of this list")),
            (self.tour, self.tour_chosen, _("Tour of this list")),
        ):
            picker.setAccessibleName(name)
            picker.activated.connect(
                lambda number, picker=picker, signal=signal: signal.emit(str(picker.itemData(number) or ""))
            )
        self._sheet_says = Lines(role="muted", lines=2)
        self._labelled = {
            picker: self._labelled_by(name, picker)
            for picker, name in (
                (self.sheet, _("Sheet")),
                (self.mapping, _("Columns as in")),
                (self.plant, _("Plant of this list")),
                (self.tour, _("Tour of this list")),
            )
        }
        self.columns: Rows[ColumnRow] = Rows(self._column, spacing=6)
        self._left_out = Lines(role="hint", lines=2)
        self.check = Button(_("Check the list"), "find", "main")
        self.check.clicked.connect(lambda: self.check_pressed.emit())
        other = Button(_("Another file"), "undo")
        other.clicked.connect(lambda: self.back_pressed.emit())
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(row_of(*self._labelled.values(), spacing=14))
        column.addWidget(self._sheet_says)
        column.addWidget(self.columns, 1)
        column.addWidget(self._left_out)
        column.addLayout(row_of(self.check, other, 1))
        return page

    @staticmethod
    def _labelled_by(name: str, widget: QWidget) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(PlainLabel(name, "label"))
        column.addWidget(widget)
        return holder

    def _column(self) -> ColumnView:
        view = ColumnView()
        view.know(self._known)
        view.said.connect(lambda key, column: self.column_said.emit(key, column))
        return view

    def _checked_page(self) -> QWidget:
        self._says = Lines(role="row-title", lines=2)
        self.kinds: dict[Kind, ChoiceButton] = {}
        tabs = QHBoxLayout()
        tabs.setSpacing(theme.px(8))
        for kind in Kind:
            button = ChoiceButton("", size=52)
            button.clicked.connect(lambda _checked=False, kind=kind: self.kind_chosen.emit(kind))
            self.kinds[kind] = button
            tabs.addWidget(button)
        tabs.addStretch(1)
        self.query = QLineEdit()
        self.query.setPlaceholderText(_("Find in these rows"))
        self.query.setAccessibleName(_("Find in these rows"))
        self.query.setMaxLength(100)
        self.query.setMinimumHeight(theme.px(52))
        self.query.textEdited.connect(lambda text: self.query_changed.emit(text))
        self.reason = Picker()
        self.reason.setAccessibleName(_("Kind of fault"))
        self.reason.activated.connect(lambda number: self.reason_chosen.emit(str(self.reason.itemData(number) or "")))
        self.grid = Grid(_("Rows of the list"))
        self._empty = EmptyPlace("admit", size=48)
        self.revoke = ChoiceButton("", "refuse", size=56)
        self.revoke.clicked.connect(lambda: self.revoke_pressed.emit())
        self.take = Button(_("Take the list"), "admit", "main")
        self.take.clicked.connect(lambda: self.take_pressed.emit())
        self.correction = Button(_("Save the rows to mend…"), "export")
        self.correction.clicked.connect(self._choose_correction)
        self.back = Button(_("Back to the columns"), "undo")
        self.back.clicked.connect(lambda: self.back_pressed.emit())
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.name.setMinimumHeight(theme.px(56))
        self.name.setPlaceholderText(_("Name for this kind of list"))
        self.name.setAccessibleName(_("Name for this kind of list"))
        self.remember = Button(_("Remember the columns"), "list", size=56)
        self.remember.clicked.connect(lambda: self.mapping_named.emit(self.name.text()))
        self.name.returnPressed.connect(lambda: self.mapping_named.emit(self.name.text()))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self._says)
        column.addLayout(tabs)
        column.addLayout(row_of(self.query, self.reason))
        column.addWidget(self.grid, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self.revoke)
        column.addLayout(row_of(self.take, self.correction, self.back, 1))
        column.addLayout(row_of(self.name, self.remember))
        return page

    def _choose_file(self) -> None:
        kinds = f"{_('Lists')} ({FILES})"
        path, _kind = QFileDialog.getOpenFileName(self, _("List of visitors"), str(Path.home()), kinds)
        if path:
            self.file_chosen.emit(Path(path))

    def _choose_correction(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Rows to mend"), str(Path.home() / (_("to mend") + ".xlsx")), "Excel (*.xlsx)"
        )
        if path:
            self.correction_chosen.emit(Path(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.file_chosen.emit(Path(files[0]))

    def present(self, state: ListsState) -> None:
        """Shows this state from now on."""
        self._known = state.known
        title = _("Lists in")
        self._title.setText(f"{title}: {state.file}" if state.file and state.step is not Step.CHOOSE else title)
        for label, text in ((self._error, state.error), (self._saved, state.saved), (self._busy, state.busy)):
            label.setText(text)
            reveal(label, bool(text))
        reveal(self._progress, bool(state.busy))
        reveal(self.stop, bool(state.busy) and state.step is not Step.CHOOSE)
        self._progress.setRange(0, state.total)
        self._progress.setValue(state.done)
        self._count.setText(_("{done} of {total}").format(done=state.done, total=state.total))
        reveal(self._count, bool(state.busy) and state.total > 0)
        step = Step.CHECKED if state.step is Step.DONE else state.step
        self._stack.setCurrentWidget(self._pages[step])
        self._hold_focus(bool(state.busy))
        if step is Step.COLUMNS:
            self._present_columns(state)
        elif step is Step.CHECKED:
            self._present_checked(state)

    def _hold_focus(self, busy: bool) -> None:
        """Nothing can be touched while something runs; then the keyboard is again where it was."""
        if busy and self._stack.isEnabled():
            held = self.focusWidget()
            self._held = held if held is not None and self._stack.isAncestorOf(held) else None
        self._stack.setEnabled(not busy)
        if not busy and self._held is not None:
            if self._held.isVisible() and self._held.isEnabled():
                self._held.setFocus()
            self._held = None

    def _present_columns(self, state: ListsState) -> None:
        self.sheet.present(state.sheets, state.sheet)
        reveal(self._labelled[self.sheet], len(state.sheets) > 1)
        self.mapping.present((("", _("guess")), *state.mappings), state.mapping)
        reveal(self._labelled[self.mapping], bool(state.mappings))
        self.plant.present((("", _("— choose —")), *state.plants), state.plant)
        reveal(self._labelled[self.plant], state.asks_plant)
        self.tour.present((("", _("— the list says it —")), *state.tours), state.tour)
        reveal(self._labelled[self.tour], state.asks_tour)
        self._sheet_says.setText(state.sheet_says)
        theme.restyle(self._sheet_says, "role", "muted" if state.can_check or state.busy else "hint")
        self.columns.present(state.columns)
        self._left_out.setText(state.left_out)
        reveal(self._left_out, bool(state.left_out))
        self.check.setEnabled(state.can_check)

    def _present_checked(self, state: ListsState) -> None:
        done = state.step is Step.DONE
        self._says.setText(state.says)
        theme.restyle(self._says, "role", "good" if done else "row-title")
        for kind, text, count in state.counts:
            self.kinds[kind].say(f"{text}: {count}")
            self.kinds[kind].setChecked(kind is state.kind)
        if self.query.text() != state.query:
            self.query.setText(state.query)
        self.reason.present(state.reasons, state.reason)
        reveal(self.reason, len(state.reasons) > 1)
        self.grid.present(state.table)
        reveal(self.grid, bool(state.table.rows))
        self._empty.present("" if state.table.rows else state.empty)
        gone = (
            ngettext(
                "The ticket of {count} who is gone will be revoked",
                "The tickets of {count} who are gone will be revoked",
                state.gone,
            )
            if state.revoke
            else ngettext(
                "{count} is gone from the list and keeps the ticket. Touch here to revoke it",
                "{count} are gone from the list and keep their tickets. Touch here to revoke them",
                state.gone,
            )
        )
        self.revoke.say(gone.format(count=state.gone))
        self.revoke.setChecked(state.revoke)
        reveal(self.revoke, state.gone > 0 and not done)
        reveal(self.take, not done)
        self.take.setEnabled(state.can_take)
        reveal(self.correction, state.faults > 0)
        self.back.say(_("Another list") if done else _("Back to the columns"))
        if not done:
            self.name.clear()
        reveal(self.name, done)
        reveal(self.remember, done)
