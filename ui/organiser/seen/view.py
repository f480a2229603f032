"""The report page: figures above, tables on the left, the chosen one with its chart on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace, Panel, row_of, scrolling
from ui.organiser.grid import Grid
from ui.organiser.seen.drawing import Drawing
from ui.organiser.seen.presenter import SeenState
from ui.text import Lines, PlainLabel, reveal


class SeenView(QWidget):
    """Shows a ``SeenState``."""

    table_chosen = Signal(int)
    compare_chosen = Signal(object)
    report_chosen = Signal(object)
    dataset_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._when = PlainLabel(role="muted")
        self._compared = Lines(role="muted")
        self.report = Button(_("Report…"), "export", "main", size=52, hint=_("Save the report as XLSX or PDF"))
        self.compare = Button(
            _("Compare…"), "list", size=52, hint=_("Compare with the season before: its report, XLSX")
        )
        self.dataset = Button(_("Open data…"), "export", size=52, hint=_("Save a dataset without anybody in it (CSV)"))
        self.report.clicked.connect(self._choose_report)
        self.compare.clicked.connect(self._choose_before)
        self.dataset.clicked.connect(self._choose_dataset)
        self._error, self._says = Lines(role="error", lines=3), Lines(role="good", lines=2)
        self._busy = Lines(role="row-title")
        self._figures_row = QHBoxLayout()
        self._figures_row.setSpacing(theme.px(10))
        self._figures: list[tuple[Panel, PlainLabel, Lines]] = []
        self._titles = QWidget()
        self._titles_column = QVBoxLayout(self._titles)
        self._titles_column.setContentsMargins(0, 0, theme.px(8), 0)
        self._titles_column.setSpacing(theme.px(6))
        self._titles_column.addStretch(1)
        self.titles: list[ChoiceButton] = []
        self._left = scrolling(self._titles)
        self._left.setFixedWidth(theme.px(300))
        self.drawing = Drawing()
        self._chart_area = scrolling(self.drawing)
        self.grid = Grid(_("Figures"))
        self._note = Lines(role="muted", lines=5)
        self._empty = EmptyPlace("find", size=64)
        right = QVBoxLayout()
        right.setSpacing(theme.px(8))
        right.addWidget(self._chart_area, 3)
        right.addWidget(self._note)
        right.addWidget(self.grid, 2)
        right.addWidget(self._empty, 1)
        line = QHBoxLayout()
        line.setSpacing(theme.px(14))
        line.addWidget(self._left)
        line.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(10))
        title = PlainLabel(_("The season seen"), "page")
        column.addLayout(row_of(title, self._when, 1, self.report, self.compare, self.dataset))
        for label in (self._compared, self._error, self._says, self._busy):
            column.addWidget(label)
        column.addLayout(self._figures_row)
        column.addLayout(line, 1)

    def _choose_report(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Report"), str(Path.home() / "season.xlsx"), "Excel (*.xlsx);;PDF (*.pdf)"
        )
        if path:
            ending = ".pdf" if "pdf" in _kind.lower() and not path.lower().endswith((".pdf", ".xlsx")) else ""
            self.report_chosen.emit(Path(path + ending))

    def _choose_before(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Report of the season before"), str(Path.home()), "Excel (*.xlsx)"
        )
        if path:
            self.compare_chosen.emit(Path(path))

    def _choose_dataset(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(self, _("Open data"), str(Path.home() / "season.csv"), "CSV (*.csv)")
        if path:
            self.dataset_chosen.emit(Path(path))

    def _figure(self) -> None:
        panel = Panel(margin=10, spacing=0)
        number, name = PlainLabel(role="figure"), Lines(role="row-detail")
        panel.column.addWidget(number)
        panel.column.addWidget(name)
        self._figures.append((panel, number, name))
        self._figures_row.addWidget(panel, 1)

    def _title(self) -> None:
        number = len(self.titles)
        button = ChoiceButton("", size=48)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.table_chosen.emit(number))
        self.titles.append(button)
        self._titles_column.insertWidget(number, button)

    def present(self, state: SeenState) -> None:
        """Shows this state from now on."""
        self._when.setText(state.when)
        for label, text in (
            (self._compared, state.compared),
            (self._error, state.error),
            (self._says, state.says),
            (self._busy, state.busy),
        ):
            label.setText(text)
            reveal(label, bool(text))
        while len(self._figures) < len(state.figures):
            self._figure()
        for number, (panel, figure, name) in enumerate(self._figures):
            reveal(panel, number < len(state.figures))
            if number < len(state.figures):
                name.setText(state.figures[number][0])
                figure.setText(state.figures[number][1])
        while len(self.titles) < len(state.titles):
            self._title()
        for number, button in enumerate(self.titles):
            reveal(button, number < len(state.titles))
            if number < len(state.titles):
                button.say(state.titles[number])
                button.setChecked(number == state.chosen)
        reveal(self._left, bool(state.titles))
        self.drawing.present(state.chart)
        reveal(self._chart_area, bool(state.chart))
        rows = bool(state.table.rows) and bool(state.titles)
        self.grid.present(state.table)
        reveal(self.grid, rows)
        self._note.setText(state.note)
        reveal(self._note, bool(state.note) and rows)
        self._empty.present("" if rows else state.empty, "" if rows else state.advice)
        for each in (self.report, self.compare, self.dataset):
            each.setEnabled(state.can_save)
