"""Taking a list: choose, see what it would bring and what is wrong in it, take it or leave it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, Rows, RowWidget, row_of
from ui.sync.presenter import ImportState, ImportStep
from ui.text import Lines, PlainLabel, reveal


class FaultView(RowWidget[str]):
    """One fault of a list, with its place."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Lines(role="fault", lines=3)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(4), theme.px(2), theme.px(4), theme.px(2))
        column.addWidget(self._text)

    def present(self, row: str) -> None:
        self._text.setText(row)


class ImportView(QWidget):
    """Shows an ``ImportState``."""

    choose_pressed = Signal()
    take_pressed = Signal()
    cancel_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._says = Lines(role="row-title", lines=3)
        self._detail = Lines(role="muted", lines=2)
        self._error = Lines(role="error", lines=6)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._count = PlainLabel(role="muted")
        self.faults: Rows[str] = Rows(FaultView, spacing=2)
        self.faults.setMinimumHeight(theme.px(70))
        self.choose = Button(_("Choose a file…"), "import", "main")
        self.take = Button("", "admit", "main")
        self.cancel = Button("", "refuse")
        self.choose.clicked.connect(lambda: self.choose_pressed.emit())
        self.take.clicked.connect(lambda: self.take_pressed.emit())
        self.cancel.clicked.connect(lambda: self.cancel_pressed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        for widget in (self._says, self._detail, self._error, self._progress, self._count):
            column.addWidget(widget)
        column.addWidget(self.faults, 1)
        column.addWidget(self.choose)
        column.addLayout(row_of(self.take, self.cancel))
        column.addStretch(0)

    def present(self, state: ImportState) -> None:
        """Shows this state from now on."""
        running = state.step in (ImportStep.TRYING, ImportStep.TAKING)
        summary, _newline, moved = state.summary.partition("\n")
        for label, text in (
            (self._says, self._sentence(state)),
            (self._detail, f"{summary}. {moved}" if summary and not running else self._advice(state)),
            (self._error, state.error),
        ):
            label.setText(text)
            reveal(label, bool(text))
        reveal(self._progress, running)
        self._progress.setRange(0, state.total)
        self._progress.setValue(state.done)
        reveal(self._count, running and state.total > 0)
        self._count.setText(_("{done} of {total}").format(done=state.done, total=state.total))
        self.faults.present(state.faults)
        reveal(self.faults, bool(state.faults) and not running)
        reveal(self.choose, state.step in (ImportStep.NONE, ImportStep.TAKEN))
        if state.step is ImportStep.TAKEN and self.take.hasFocus():
            self.choose.setFocus()
        self.choose.say(_("Choose another file…") if state.step is ImportStep.TAKEN else _("Choose a file…"))
        tried = state.step is ImportStep.TRIED
        reveal(self.take, tried)
        self.take.setEnabled(state.can_take)
        self.take.say(_("Take this list"))
        reveal(self.cancel, tried or running)
        self.cancel.say(_("Stop") if running else _("Do not take"))

    def _advice(self, state: ImportState) -> str:
        if state.step is not ImportStep.NONE:
            return ""
        return _("A CSV or Excel file. It is looked through first; nothing is taken before you say so.")

    def _sentence(self, state: ImportState) -> str:
        match state.step:
            case ImportStep.NONE:
                return ""
            case ImportStep.TRYING:
                return _("Looking through {file}…").format(file=state.file)
            case ImportStep.TRIED:
                return _("{file}: nothing has been taken yet").format(file=state.file)
            case ImportStep.TAKING:
                return _("Taking {file}…").format(file=state.file)
            case ImportStep.TAKEN:
                return _("{file} was taken").format(file=state.file)
