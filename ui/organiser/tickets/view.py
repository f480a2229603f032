"""The tickets page: four parts in one place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, Panel, Rows, RowWidget, Stack, row_of
from ui.organiser.tickets.anew import AnewView
from ui.organiser.tickets.issuing import IssuingView, text_field
from ui.organiser.tickets.keys import KeysView
from ui.organiser.tickets.state import Part, TicketsState
from ui.resting import Resting
from ui.text import Lines, PlainLabel, reveal


class FindingView(RowWidget[str]):
    """One fact about a ticket."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Lines(role="row-title", lines=3)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        column.addWidget(self._text)

    def present(self, row: str) -> None:
        self._text.setText(row)


class VerifyView(QWidget):
    """Shows the third part of a ``TicketsState``."""

    ticket_came = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = text_field(_("Scan a ticket with the handheld scanner, or paste or type its code"), 512)
        self.button = Button(_("Explain"), "find", "main", size=56)
        self.field.returnPressed.connect(self._send)
        self.button.clicked.connect(self._send)
        self._panel = Panel()
        self._verdict = Lines(role="big", lines=2)
        self.findings: Rows[str] = Rows(FindingView, spacing=2)
        self._panel.column.addWidget(self._verdict)
        self._panel.column.addWidget(self.findings, 1)
        self._hint = Lines(
            _("Says who issued a ticket, for what, whether its signature holds, and since when it is revoked."),
            "muted",
            lines=2,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(row_of(self.field, self.button))
        column.addWidget(self._hint)
        column.addWidget(self._panel, 1)
        column.addStretch(0)

    def _send(self) -> None:
        self.ticket_came.emit(self.field.text())
        self.field.selectAll()

    def present(self, state: TicketsState) -> None:
        """Shows this state from now on."""
        self._verdict.setText(state.verdict)
        theme.restyle(self._verdict, "tone", state.verdict_tone)
        self.findings.present(state.findings)
        reveal(self._panel, bool(state.verdict))


class TicketsView(QWidget):
    """Shows a ``TicketsState``."""

    part_chosen = Signal(object)
    cancel_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[Part, ChoiceButton] = {}
        names = {
            Part.ISSUE: _("Write out"),
            Part.ANEW: _("Take back, give anew"),
            Part.VERIFY: _("Explain a ticket"),
            Part.KEYS: _("Keys"),
        }
        tabs = QHBoxLayout()
        tabs.setSpacing(theme.px(8))
        tabs.addWidget(PlainLabel(_("Tickets out"), "page"))
        tabs.addSpacing(theme.px(14))
        for part, name in names.items():
            button = ChoiceButton(name, size=52)
            button.clicked.connect(lambda _checked=False, part=part: self.part_chosen.emit(part))
            self.parts[part] = button
            tabs.addWidget(button)
        tabs.addStretch(1)
        self._error, self._says = Lines(role="error", lines=3), Lines(role="good", lines=2)
        self._busy, self._count = Lines(role="row-title"), PlainLabel(role="muted")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self.stop = Button(_("Stop"), "refuse", size=52)
        self.stop.clicked.connect(lambda: self.cancel_pressed.emit())
        self.issuing, self.anew, self.verify, self.keys = IssuingView(), AnewView(), VerifyView(), KeysView()
        self._pages = {
            Part.ISSUE: self.issuing,
            Part.ANEW: self.anew,
            Part.VERIFY: self.verify,
            Part.KEYS: self.keys,
        }
        self._stack = Stack()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._resting = Resting(self.issuing, self.anew, self.keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addLayout(tabs)
        for label in (self._error, self._says):
            column.addWidget(label)
        column.addLayout(row_of(self._busy, self._count, self.stop))
        column.addWidget(self._progress)
        column.addWidget(self._stack, 1)

    def focus_part(self, part: Part, *, failed: bool = False) -> None:
        """The keyboard where it is wanted; after a failure that is no field that shows a passphrase in clear."""
        {
            Part.ISSUE: self.issuing.passphrase if failed else self.issuing.query,
            Part.ANEW: self.anew.grid if failed else self.anew.query,
            Part.VERIFY: self.verify.field,
            Part.KEYS: self.keys.first if failed else self.keys.issuer,
        }[part].setFocus()

    def present(self, state: TicketsState) -> None:
        """Shows this state from now on."""
        for part, button in self.parts.items():
            button.setChecked(part is state.part)
        for label, text in ((self._error, state.error), (self._says, state.says), (self._busy, state.busy)):
            label.setText(text)
            reveal(label, bool(text))
        reveal(self._progress, bool(state.busy))
        reveal(self.stop, bool(state.busy))
        self.stop.setEnabled(not state.stopping)
        self._progress.setRange(0, state.total)
        self._progress.setValue(state.done)
        self._count.setText(_("{done} of {total}").format(done=state.done, total=state.total))
        reveal(self._count, bool(state.busy) and state.total > 0)
        changed = self._stack.currentWidget() is not self._pages[state.part]
        self._stack.setCurrentWidget(self._pages[state.part])
        self.issuing.present(state)
        self.anew.present(state)
        self.verify.present(state)
        self.keys.present(state)
        homeless = self._resting.present(busy=bool(state.busy))
        if (changed or homeless) and self.isVisible():
            self.focus_part(state.part, failed=bool(state.error))
