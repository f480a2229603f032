"""A packet before it is taken: what it would bring on the left, whose it is on the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, Panel, row_of
from ui.packets.keycard import FourWords
from ui.packets.state import Seen, Step
from ui.text import Lines, PlainLabel, reveal

FACTS = 9
ROLES = {"bad": "error", "warn": "warn", "ok": "good", "plain": "row-title"}


class SeenView(Panel):
    """Shows a ``Seen``."""

    take_pressed = Signal()
    away_pressed = Signal()

    def __init__(self) -> None:
        super().__init__(margin=16, spacing=10)
        self._title = Lines(role="title")
        self._facts = [(PlainLabel(role="label"), Lines(role="row-title", lines=3)) for _number in range(FACTS)]
        self._words_title = PlainLabel(_("The maker's four words"), "label")
        self.words = FourWords(size=210)
        self._advice = Lines(role="row-title", lines=6)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self.take = Button(_("Take it"), "admit", "main", size=72)
        self.away = Button(_("Leave it"), "refuse", size=72)
        self.take.clicked.connect(lambda: self.take_pressed.emit())
        self.away.clicked.connect(lambda: self.away_pressed.emit())
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for number, (what, value) in enumerate(self._facts):
            grid.addWidget(what, number, 0)
            grid.addWidget(value, number, 1)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addLayout(grid)
        left.addStretch(1)
        right.setSpacing(theme.px(6))
        right.addWidget(self._words_title)
        right.addWidget(self.words)
        right.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(24))
        middle.addLayout(left, 1)
        middle.addLayout(right, 1)
        self.column.addWidget(self._title)
        self.column.addLayout(middle, 1)
        self.column.addWidget(self._advice)
        self.column.addWidget(self._progress)
        self.column.addLayout(row_of(self.take, self.away))

    def present(self, seen: Seen, step: Step, done: int, total: int) -> None:
        """Shows this packet."""
        running = step is Step.TAKING
        self._title.setText(seen.title)
        for number, (what, value) in enumerate(self._facts):
            there = number < len(seen.facts)
            what.setText(seen.facts[number][0] if there else "")
            value.setText(seen.facts[number][1] if there else "")
            reveal(what, there)
            reveal(value, there)
        self.words.present(seen.words, seen.qr)
        self._advice.setText(_("Taking the packet…") if running else seen.advice)
        theme.restyle(self._advice, "role", ROLES[seen.tone])
        reveal(self._progress, running)
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        self.take.say(seen.take)
        reveal(self.take, seen.can_take)
        self.away.say(_("Leave it") if seen.can_take else _("Close"))
        reveal(self.away, not running)
