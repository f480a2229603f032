"""The tours page: the day in four figures, and a line for each tour."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from checkin.domain.headcount import Count
from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Bar, Button, EmptyPlace, Panel, Rows, RowWidget, row_of
from ui.text import Lines, PlainLabel, reveal
from ui.tours.presenter import HeadsRow, ToursState


class Figures(QWidget):
    """Expected, inside, left, not come: the same four in the same order everywhere on the page."""

    def __init__(self, role: str, width: int, *, named: bool) -> None:
        super().__init__()
        self._labels: list[PlainLabel] = []
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for name in (_("expected"), _("inside"), _("left"), _("not come")):
            column = QVBoxLayout()
            column.setSpacing(0)
            figure = PlainLabel(role=role)
            self._labels.append(figure)
            for label in (figure, PlainLabel(name, "row-detail")) if named else (figure,):
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                label.setFixedWidth(theme.px(width))
                column.addWidget(label)
            line.addLayout(column)

    def present(self, count: Count) -> None:
        """Shows these heads."""
        for label, value in zip(
            self._labels,
            (count.expected + count.walk_ins, count.inside, count.left, count.missing),
            strict=True,
        ):
            label.setText(str(value))


class TourWideView(RowWidget[HeadsRow]):
    """A tour, in the width of the page; touched, it opens its people at the gate."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._id = ""
        self._open = Button(_("Group"), "tours", size=60, hint=_("Open everybody of this tour at the gate"))
        self._open.clicked.connect(lambda: self.chosen.emit(self._id))
        self.setMinimumHeight(theme.px(76))
        self._time = PlainLabel(role="time")
        self._time.setFixedWidth(theme.px(124))
        self._title = Lines(role="row-title", lines=2)
        self._detail = Lines(role="row-detail")
        self._late, self._missing = Lines(role="error"), Lines(role="row-missing", lines=2)
        self._bar = Bar(12)
        self._bar.setFixedWidth(theme.px(120))
        self._figures = Figures("figures", 96, named=False)
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        words.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(theme.px(14))
        line.addWidget(self._time)
        line.addLayout(words, 1)
        line.addWidget(self._bar)
        line.addWidget(self._figures)
        line.addWidget(self._open)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(8), theme.px(10), theme.px(8))
        whole.setSpacing(theme.px(4))
        whole.addLayout(line)
        whole.addWidget(self._late)
        whole.addWidget(self._missing)

    def present(self, heads: HeadsRow) -> None:
        row = heads.tour
        self._id = row.id
        self._open.setEnabled(not row.cancelled)
        self._time.setText(f"{row.starts}–{row.ends}")
        self._title.setText(row.title)
        self._detail.setText(" · ".join(part for part in (row.detail, heads.extra) if part))
        self._late.setText(heads.late)
        reveal(self._late, bool(heads.late))
        self._missing.setText(heads.missing)
        reveal(self._missing, bool(heads.missing))
        self._bar.present(row.share_inside, row.share_left)
        self._bar.setEnabled(not row.cancelled)
        self._figures.present(row.count)
        theme.restyle(self, "now", "yes" if row.on_now else "no")
        theme.restyle(self, "faded", "yes" if (row.over or row.cancelled) and not row.count.inside else "no")


class ToursView(QWidget):
    """Shows a ``ToursState``."""

    load_pressed = Signal()
    board_pressed = Signal()
    guides_pressed = Signal()
    tour_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._title = PlainLabel(role="page")
        self._totals = Figures("figure", 96, named=True)
        self._head = Panel(margin=10)
        inner = QHBoxLayout()
        inner.setContentsMargins(theme.px(8), 0, theme.px(4), 0)
        self._extra = Lines(role="row-detail")
        names = QVBoxLayout()
        names.setSpacing(theme.px(2))
        names.addStretch(1)
        names.addWidget(PlainLabel(_("The whole plant"), "title"))
        names.addWidget(self._extra)
        names.addStretch(1)
        inner.addLayout(names, 1)
        inner.addWidget(self._totals)
        self._head.column.addLayout(inner)
        self.rows: Rows[HeadsRow] = Rows(self._line, spacing=8)
        self._load = Button(_("Load a list"), "import", "main")
        self._load.clicked.connect(lambda: self.load_pressed.emit())
        self._empty = EmptyPlace("tours", button=self._load)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(14))
        self.board = Button(_("Board"), "tours", size=56, hint=_("Numbers in large type on the second screen (F9)"))
        self.board.mark("F9")
        self.board.setMinimumWidth(theme.px(180))
        self.guides = Button(_("For guides"), "person", size=56, hint=_("Page for guides' phones"))
        self.board.clicked.connect(lambda: self.board_pressed.emit())
        self.guides.clicked.connect(lambda: self.guides_pressed.emit())
        column.addLayout(row_of(self._title, 1, self.guides, self.board))
        column.addWidget(self._head)
        column.addWidget(self.rows, 1)
        column.addWidget(self._empty, 1)

    def _line(self) -> TourWideView:
        line = TourWideView()
        line.chosen.connect(lambda identity: self.tour_chosen.emit(identity))
        return line

    def present(self, state: ToursState) -> None:
        """Shows this state from now on."""
        self._title.setText(_("Tours, {day}").format(day=state.day))
        self._totals.present(state.totals)
        self._extra.setText(state.extra)
        reveal(self._extra, bool(state.extra))
        self.rows.present(state.rows)
        reveal(self._head, not state.says)
        reveal(self.rows, not state.says)
        self._empty.present(state.says, state.advice)
        reveal(self._load, state.load)
