"""The gate page: picture, card, field, today's tours, last scans."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from checkin.desk.outcome import Direction
from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, EmptyPlace, Rows
from ui.gate.card import CardView
from ui.gate.lists import RecentLineView, TourLineView
from ui.gate.presenter import GateState
from ui.gate.preview import PreviewView
from ui.gate.rows import RecentRow, TourRow
from ui.ports import Preview
from ui.text import PlainLabel


class EntryField(QLineEdit):
    """The field for a code or a name.  Ctrl+Z in the empty field is the page's undo, Escape empties it."""

    undo_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Z and control and not self.text():
            self.undo_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class GateView(QWidget):
    """Shows a ``GateState``; emits what the operator does."""

    yes_pressed = Signal()
    no_pressed = Signal()
    undo_pressed = Signal(str)
    direction_chosen = Signal(object)
    entry_changed = Signal(str)
    entry_submitted = Signal(str)
    camera_wanted = Signal()

    def __init__(self, preview: Callable[[], Preview | None]) -> None:
        super().__init__()
        self.preview = PreviewView(preview)
        self.card = CardView()
        self.field = EntryField()
        self.field.setMaxLength(600)
        self.field.setPlaceholderText(_("Code or name"))
        self.field.setAccessibleName(_("Code or name"))
        self.field.setMinimumHeight(theme.px(64))
        self._hint = PlainLabel(role="hint")
        self._hint.hide()
        self._go = Button(_("Check it"), "find", "main")
        self._go.setMinimumWidth(theme.px(180))
        entry = QHBoxLayout()
        entry.setSpacing(theme.px(10))
        entry.addWidget(self.field, 1)
        entry.addWidget(self._go)
        top = QHBoxLayout()
        top.setSpacing(theme.px(14))
        top.addWidget(self.preview, 1)
        top.addWidget(self._side())
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addLayout(top, 1)
        left.addWidget(self.card)
        left.addWidget(self._hint)
        left.addLayout(entry)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        line.setSpacing(theme.px(16))
        line.addLayout(left, 1)
        line.addWidget(self._lists())
        self._connect()

    def _side(self) -> QWidget:
        """Beside the picture: which way, how many are inside, how many scans wait."""
        side = QFrame()
        side.setFixedWidth(theme.px(224))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.way_in = Button(_("Entry"), "in", "way")
        self.way_out = Button(_("Exit"), "out", "way-out")
        self._ways = QButtonGroup(self)
        for button, ink, icon in ((self.way_in, "on-accent", "in"), (self.way_out, "on-out", "out")):
            button.setCheckable(True)
            button.setIcon(theme.icon(icon, "text", theme.px(26), ink))
            self._ways.addButton(button)
            column.addWidget(button)
        self.waiting = PlainLabel(role="waiting")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._inside = PlainLabel(role="big-figure")
        self._inside_of = PlainLabel(role="row-detail", wrap=True)
        inside = PlainLabel(_("inside now"), "section")
        for label in (self._inside, inside, self._inside_of):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        column.addWidget(self._inside)
        column.addWidget(inside)
        column.addWidget(self._inside_of)
        column.addStretch(1)
        column.addWidget(self.waiting)
        return side

    def _lists(self) -> QWidget:
        """On the right: today's tours above, last scans below."""
        side = QFrame()
        side.setProperty("panel", "yes")
        side.setFixedWidth(theme.px(352))
        side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.tours: Rows[TourRow] = Rows(TourLineView)
        self.recent: Rows[RecentRow] = Rows(self._recent_line)
        self._no_tours = EmptyPlace("tours", size=36)
        self._no_scans = EmptyPlace("ticket", size=36)
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.px(12), theme.px(12), theme.px(10), theme.px(10))
        column.setSpacing(theme.px(6))
        column.addWidget(PlainLabel(_("Today"), "section"))
        column.addWidget(self.tours, 4)
        column.addWidget(self._no_tours, 4)
        column.addSpacing(theme.px(4))
        column.addWidget(PlainLabel(_("Last scans"), "section"))
        column.addWidget(self.recent, 5)
        column.addWidget(self._no_scans, 5)
        return side

    def _recent_line(self) -> RecentLineView:
        line = RecentLineView()
        line.undo_pressed.connect(lambda event: self.undo_pressed.emit(event))
        return line

    def _connect(self) -> None:
        self.card.yes_pressed.connect(lambda: self.yes_pressed.emit())
        self.card.no_pressed.connect(lambda: self.no_pressed.emit())
        self.card.undo_pressed.connect(lambda event: self.undo_pressed.emit(event))
        self.preview.camera_wanted.connect(lambda: self.camera_wanted.emit())
        self.field.textEdited.connect(lambda text: self.entry_changed.emit(text))
        self.field.returnPressed.connect(self._submit)
        self.field.undo_wanted.connect(lambda: self.undo_pressed.emit(""))
        self._go.clicked.connect(self._submit)
        self.way_in.clicked.connect(lambda: self.direction_chosen.emit(Direction.IN))
        self.way_out.clicked.connect(lambda: self.direction_chosen.emit(Direction.OUT))

    def _submit(self) -> None:
        text = self.field.text()
        self.field.clear()
        self.entry_submitted.emit(text)

    def present(self, state: GateState) -> None:
        """Shows this state from now on."""
        leaving = state.direction is Direction.OUT
        self.preview.present(
            on=state.camera_on,
            says=state.camera_says,
            advice=state.camera_advice,
            choose=state.choose_camera,
            leaving=leaving,
        )
        self.card.present(state.card)
        (self.way_out if leaving else self.way_in).setChecked(True)
        self.waiting.setText(state.waiting)
        self.waiting.setVisible(bool(state.waiting))
        self._inside.setText(str(state.totals.inside))
        self._inside_of.setText(_("expected today: {expected}").format(expected=state.totals.expected))
        self.tours.present(state.tours)
        self.tours.setVisible(not state.no_tours)
        self._no_tours.present(state.no_tours)
        self.recent.present(state.recent)
        self.recent.setVisible(bool(state.recent))
        self._no_scans.present("" if state.recent else _("Nothing scanned yet"))
        self._hint.setText(state.hint)
        self._hint.setVisible(bool(state.hint))
