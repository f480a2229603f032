"""The page of the alarm: totals that are read from across the yard, then a list with three buttons for each person."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace
from ui.muster.list import MusterList
from ui.muster.state import Mode, MusterState
from ui.text import Lines, PlainLabel, reveal


class Total(QWidget):
    """A figure and what it counts."""

    def __init__(self, name: str, role: str = "total") -> None:
        super().__init__()
        self.figure, label = PlainLabel(role=role), PlainLabel(name, "total-name")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(10), 0, theme.px(10), 0)
        column.setSpacing(0)
        for each in (self.figure, label):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(each)


class NameField(QLineEdit):
    """The name of somebody who is on no list.  Escape leaves it."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class MusterView(QWidget):
    """Shows a ``MusterState``."""

    marked = Signal(str, object)
    filter_pressed = Signal()
    print_pressed = Signal()
    report_pressed = Signal()
    clear_pressed = Signal()
    alarm_pressed = Signal()
    stranger_pressed = Signal()
    stranger_named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._band = QFrame()
        self._band.setObjectName("muster-band")
        self._headline, self._since = PlainLabel(role="muster-head"), PlainLabel(role="muster-since")
        self._facts = Lines(role="muster-facts")
        self._inside, self._found = Total(_("inside")), Total(_("found"))
        self._missing = Total(_("MISSING"), "total-missing")
        names = QVBoxLayout()
        names.setSpacing(0)
        first = QHBoxLayout()
        first.setSpacing(theme.px(18))
        first.addWidget(self._headline)
        first.addWidget(self._since)
        first.addStretch(1)
        names.addLayout(first)
        names.addWidget(self._facts)
        band = QHBoxLayout(self._band)
        band.setContentsMargins(theme.px(18), theme.px(6), theme.px(18), theme.px(6))
        band.addLayout(names, 1)
        for total in (self._inside, self._found, self._missing):
            band.addWidget(total)
        self.list = MusterList()
        self.list.touched.connect(lambda subject, mark: self.marked.emit(subject, mark))
        self._empty = EmptyPlace("admit")
        self._says, self._trouble = Lines(role="good", lines=2), Lines(role="error", lines=2)
        self.name = NameField()
        self.name.left.connect(lambda: self.stranger_pressed.emit())
        self.name.setPlaceholderText(_("Name of the person who is on no list, then Enter"))
        self.name.setAccessibleName(_("Name of the person who is on no list, then Enter"))
        self.name.setMaxLength(120)
        self.name.setMinimumHeight(theme.px(60))
        self.name.returnPressed.connect(self._named)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addWidget(self._band)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty, 1)
        for widget in (self._says, self._trouble, self.name):
            column.addWidget(widget)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.only = ChoiceButton(_("Missing only"), "find", size=66)
        self.stranger = ChoiceButton(_("Not on the list"), "person", size=66)
        self.paper = Button(_("Print the list"), "list", size=66)
        self.report = Button(_("Report"), "export", size=66)
        self.over = Button(_("All clear"), "admit", "main", size=66)
        self.alarm = Button(_("Raise the alarm"), "alarm", "alarm", size=66)
        self.alarm.draw("alarm", "on-refuse")
        line = QHBoxLayout()
        line.setSpacing(theme.px(10))
        for button in (self.only, self.stranger, self.paper, self.report, self.over, self.alarm):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            line.addWidget(button, 1)
        self.only.clicked.connect(lambda: self.filter_pressed.emit())
        self.stranger.clicked.connect(lambda: self.stranger_pressed.emit())
        self.paper.clicked.connect(lambda: self.print_pressed.emit())
        self.report.clicked.connect(lambda: self.report_pressed.emit())
        self.over.clicked.connect(lambda: self.clear_pressed.emit())
        self.alarm.clicked.connect(lambda: self.alarm_pressed.emit())
        return line

    def _named(self) -> None:
        text = self.name.text()
        self.name.clear()
        self.stranger_named.emit(text)

    def present(self, state: MusterState) -> None:
        """Shows this state from now on."""
        on = state.mode in (Mode.REAL, Mode.DRILL)
        theme.restyle(self._band, "mode", state.mode.value)
        self._headline.setText(state.headline)
        self._since.setText(state.since)
        self._facts.setText(state.facts)
        self._inside.figure.setText(str(state.inside))
        self._found.figure.setText(str(state.found))
        self._missing.figure.setText(str(state.missing))
        for total in (self._found, self._missing):
            reveal(total, on)
        theme.restyle(self._missing, "none", "yes" if on and not state.missing else "no")
        if self.list.drawn.marking != on:
            self.list.drawn.marking = on
            self.list.viewport().update()
        self.list.people.take(state.rows)
        reveal(self.list, not state.empty)
        self._empty.present(state.empty)
        for label, text in ((self._says, state.says), (self._trouble, state.trouble)):
            label.setText(text)
            reveal(label, bool(text))
        opened = state.stranger and self.name.isHidden()
        if not state.stranger and self.name.hasFocus():
            self.list.setFocus()
        reveal(self.name, state.stranger and on)
        if opened and on:
            self.name.setFocus()
        self.only.setChecked(state.only_missing)
        self.stranger.setChecked(state.stranger)
        for button in (self.only, self.stranger, self.over):
            reveal(button, on)
        reveal(self.report, state.mode is not Mode.NONE)
        reveal(self.alarm, not on)
