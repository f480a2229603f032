"""The group card: who is expected, who is ticked, what is asked, and one big button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.domain.admission import Reason
from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton
from ui.gate.preview import PreviewView
from ui.groups.guest import GuestView
from ui.groups.state import GroupState, QuestionRow
from ui.groups.tiles import Tiles
from ui.ports import Preview
from ui.text import Lines, PlainLabel, reveal


class GroupView(QFrame):
    """Shows a ``GroupState``; emits what the operator does."""

    member_pressed = Signal(str)
    question_pressed = Signal(object)
    one_by_one_pressed = Signal()
    pass_pressed = Signal()
    away_pressed = Signal()
    brief_pressed = Signal()
    sheet_pressed = Signal()
    guest_pressed = Signal()
    form_changed = Signal(object)

    def __init__(self, preview: Callable[[], Preview | None]) -> None:
        super().__init__()
        self.setObjectName("group")
        self._title, self._detail = Lines(role="page"), Lines(role="card-line")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(theme.px(8))
        self._chips.addStretch(1)
        self._chip_labels: list[PlainLabel] = []
        self._preview = PreviewView(preview)
        self._preview.setMinimumSize(1, 1)
        self._preview.setFixedSize(theme.px(180), theme.px(102))
        self.waiting = PlainLabel(role="waiting")
        words = QVBoxLayout()
        words.setSpacing(theme.px(4))
        for one in (self._title, self._detail):
            words.addWidget(one)
        words.addLayout(self._chips)
        head = QHBoxLayout()
        head.setSpacing(theme.px(14))
        head.addLayout(words, 1)
        head.addWidget(self.waiting, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._preview)
        self.tiles = Tiles()
        self.guest = GuestView()
        self._remain = Lines(role="remain", lines=2)
        self._says = Lines(role="warn", lines=2)
        self._good = Lines(role="good", lines=2)
        self._questions = QHBoxLayout()
        self._questions.setSpacing(theme.px(8))
        self.question_buttons: list[ChoiceButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addWidget(self.tiles, 1)
        column.addWidget(self.guest, 1)
        for label in (self._says, self._good, self._remain):
            column.addWidget(label)
        column.addLayout(self._questions)
        column.addLayout(self._buttons())
        self.tiles.pressed.connect(lambda identity: self.member_pressed.emit(identity))
        self.guest.changed.connect(lambda changes: self.form_changed.emit(changes))

    def _buttons(self) -> QHBoxLayout:
        self.go = Button("", "admit", "pass", size=72)
        self.go.mark("F1")
        self.go.vouches = True
        self.single = ChoiceButton(_("One by one"), "qr", size=72)
        self.another = Button(_("Another person"), "person", size=72, hint=_("Somebody who is not on the list"))
        self._brief = Button("", "list", size=72)
        self.sheet = Button(_("Signatures"), "list", size=72, hint=_("Print the signature sheet of the briefing"))
        self.away = Button(_("Put away"), "refuse", size=72, hint=_("Nothing is recorded (Esc)"))
        self.go.clicked.connect(lambda: self.pass_pressed.emit())
        self.single.clicked.connect(lambda: self.one_by_one_pressed.emit())
        self.another.clicked.connect(lambda: self.guest_pressed.emit())
        self._brief.clicked.connect(lambda: self.brief_pressed.emit())
        self.sheet.clicked.connect(lambda: self.sheet_pressed.emit())
        self.away.clicked.connect(lambda: self.away_pressed.emit())
        line = QHBoxLayout()
        line.setSpacing(theme.px(7))
        self.go.setMinimumWidth(theme.px(190))
        self.go.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line.addWidget(self.go, 1)
        for button in (self.single, self.another, self._brief, self.sheet, self.away):
            line.addWidget(button)
        return line

    def show_camera(self, *, on: bool, leaving: bool) -> None:
        """The small picture to aim by; no picture, no place."""
        self._preview.present(on=on, says="", advice="", choose=False, leaving=leaving)
        reveal(self._preview, on)

    def present(self, state: GroupState) -> None:
        """Shows this state from now on."""
        if not state.active:
            return
        theme.restyle(self, "way", "out" if state.leaving else "in")
        self._title.setText(state.title)
        self._detail.setText(state.detail)
        self._fill_chips(state.chips)
        self.tiles.present(state.members)
        reveal(self.tiles, state.form is None)
        reveal(self.guest, state.form is not None)
        self.guest.present(state.form)
        for label, text in ((self._says, state.says), (self._good, state.good), (self._remain, state.remain)):
            label.setText(text)
            reveal(label, bool(text))
        self.waiting.setText(state.waiting)
        reveal(self.waiting, bool(state.waiting))
        self._fill_questions(state.questions if state.form is None else ())
        self.go.say(state.press if state.form is None else _("Let in"))
        self.go.setEnabled(state.can_press if state.form is None else state.form.can_press)
        self.single.setChecked(state.one_by_one)
        for button in (self.single, self.sheet):
            reveal(button, state.form is None)
        reveal(self.another, state.form is None and not state.leaving)
        reveal(self.sheet, state.form is None and not state.leaving)
        self._brief.say(state.brief)
        reveal(self._brief, bool(state.brief) and state.form is None)
        self.away.say(_("Put away") if state.form is None else _("Back"), _("Nothing is recorded (Esc)"))

    def _fill_chips(self, chips: tuple[str, ...]) -> None:
        while len(self._chip_labels) < len(chips):
            label = PlainLabel(role="chip")
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self._chips.insertWidget(len(self._chip_labels), label)
            self._chip_labels.append(label)
        for number, label in enumerate(self._chip_labels):
            reveal(label, number < len(chips))
            if number < len(chips):
                label.setText(chips[number])

    def _fill_questions(self, rows: tuple[QuestionRow, ...]) -> None:
        while len(self.question_buttons) < len(rows):
            button = ChoiceButton("", "ask", "question", size=56)
            button.vouches = True
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            number = len(self.question_buttons)
            button.clicked.connect(lambda _checked=False, number=number: self._question_clicked(number))
            self._questions.addWidget(button, 1)
            self.question_buttons.append(button)
        self._asked: tuple[Reason, ...] = tuple(row.reason for row in rows)
        for number, button in enumerate(self.question_buttons):
            reveal(button, number < len(rows))
            if number < len(rows):
                row = rows[number]
                button.draw("admit" if row.settled else "ask", "on-admit" if row.settled else "ask")
                button.say(row.text, row.text)
                button.setChecked(row.settled)

    def _question_clicked(self, number: int) -> None:
        if number < len(self._asked):
            self.question_pressed.emit(self._asked[number])

    def focus_first(self) -> QWidget:
        """Where the keyboard goes when the card opens."""
        self.setFocus()
        return self
