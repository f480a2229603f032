"""The gate page: picture, card, field, today's tours, last scans."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from checkin.desk.outcome import Direction
from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace, Rows, Stack
from ui.gate.card import CardView
from ui.gate.lists import RecentLineView, SetLineView, TourLineView
from ui.gate.preview import PreviewView
from ui.gate.rows import RecentRow, SetRow, TourRow
from ui.gate.state import GateState
from ui.ports import Preview
from ui.text import Headline, Lines, PlainLabel, reveal


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


class WhereRoom(QWidget):
    """A column that is shown whole, or as one line: it never asks for room that a banner or a question needs."""

    def __init__(self, brief: QWidget, *widgets: QWidget) -> None:
        super().__init__()
        self._brief = brief
        brief.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._whole = QWidget(self)
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addStretch(1)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = self.height() >= self._whole.minimumSizeHint().height()
        for widget in (self._whole, self._brief):
            widget.setGeometry(self.rect())
        self._whole.setVisible(fits)
        self._brief.setVisible(not fits)


class RemainedButton(Button):
    """Who stayed inside while their group left; pressed, it opens that group."""

    def __init__(self) -> None:
        super().__init__("", "trouble", "remain", size=52)
        self.draw("trouble", "on-ask")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._says = Lines(role="remain", lines=1, parent=self)
        self._says.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(58), 0, theme.px(12), 0)
        line.addWidget(self._says)

    def present(self, text: str) -> None:
        """Hidden when nobody stayed."""
        self._says.setText(text)
        self.setAccessibleName(text)
        reveal(self, bool(text))


class GateView(QWidget):
    """Shows a ``GateState``; emits what the operator does."""

    yes_pressed = Signal()
    no_pressed = Signal()
    undo_pressed = Signal(str)
    direction_chosen = Signal(object)
    entry_changed = Signal(str)
    entry_submitted = Signal(str)
    camera_wanted = Signal()
    remained_pressed = Signal()

    def __init__(self, preview: Callable[[], Preview | None]) -> None:
        super().__init__()
        self.preview = PreviewView(preview)
        self.waiting = self.preview.badge
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
        self.remained = RemainedButton()
        self.remained.clicked.connect(lambda: self.remained_pressed.emit())
        left.addWidget(self.remained)
        left.addWidget(self._hint)
        left.addLayout(entry)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        line.setSpacing(theme.px(16))
        line.addLayout(left, 1)
        self._beside = Stack()
        self._beside.setFixedWidth(theme.px(352))
        self._beside.addWidget(self._lists())
        self._beside.addWidget(self._set())
        line.addWidget(self._beside)
        self._connect()
        chain = [self.field, self._go, *self.card.tab_chain(), self.way_in, self.way_out]
        for one, following in itertools.pairwise(chain):
            QWidget.setTabOrder(one, following)

    def show_lists(self, *, shown: bool) -> None:
        """Tours and last scans beside the card, for those who may see more than the card."""
        reveal(self._beside, shown)

    def _side(self) -> QWidget:
        """Beside the picture: which way, how many are inside, how many scans wait."""
        side = QFrame()
        side.setFixedWidth(theme.px(224))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.way_in = ChoiceButton(_("Entry"), "in", "way")
        self.way_out = ChoiceButton(_("Exit"), "out", "way-out", ink="on-out")
        column.addWidget(self.way_in)
        column.addWidget(self.way_out)
        self._inside = PlainLabel(role="big-figure")
        self._inside_of = PlainLabel(role="row-detail", wrap=True)
        self.inside_brief = Headline("figures")
        inside = PlainLabel(_("inside now"), "section")
        for label in (self._inside, inside, self._inside_of):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(WhereRoom(self.inside_brief, self._inside, inside, self._inside_of), 1)
        return side

    def _lists(self) -> QWidget:
        """On the right: today's tours above, last scans below."""
        side = QFrame()
        side.setProperty("panel", "yes")
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

    def _set(self) -> QWidget:
        """In the lists' place: who belongs to the set that the card is about."""
        side = QFrame()
        side.setProperty("panel", "yes")
        self.ticket_set: Rows[SetRow] = Rows(SetLineView, spacing=2)
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.px(10), theme.px(10), theme.px(8), theme.px(8))
        column.setSpacing(theme.px(6))
        column.addWidget(PlainLabel(_("Shown together"), "section"))
        column.addWidget(self.ticket_set, 1)
        return side

    def _recent_line(self) -> RecentLineView:
        line = RecentLineView()
        line.undo_pressed.connect(self._undo_of_line)
        return line

    def _undo_of_line(self, event: str) -> None:
        """The line's button goes with the entry, and Qt would give the keyboard to somebody else's."""
        self.field.setFocus()
        self.undo_pressed.emit(event)

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
        self.field.setFocus()
        self.entry_submitted.emit(text)

    _newest: tuple[RecentRow, ...] = ()

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
        self.way_in.setChecked(not leaving)
        self.way_out.setChecked(leaving)
        self.preview.say_waiting(state.waiting)
        whole = state.totals.expected + state.totals.walk_ins  # as beside the tours' bars and on the board
        self._inside.setText(str(state.totals.inside))
        self.inside_brief.setText(str(state.totals.inside) + " " + _("inside now"))
        self._inside_of.setText(_("expected today: {expected}").format(expected=whole))
        self.tours.present(state.tours)
        reveal(self.tours, not state.no_tours)
        self._no_tours.present(state.no_tours)
        if state.recent[:1] != self._newest:  # whoever came last is seen, wherever the list was scrolled to
            self._newest = state.recent[:1]
            self.recent.verticalScrollBar().setValue(0)
        self.recent.present(state.recent)
        reveal(self.recent, bool(state.recent))
        self._no_scans.present("" if state.recent else _("Nothing scanned yet"))
        self.ticket_set.present(state.ticket_set)
        self._beside.setCurrentIndex(1 if state.ticket_set else 0)
        self.remained.present(state.remained)
        self._hint.setText(state.hint)
        reveal(self._hint, bool(state.hint))
