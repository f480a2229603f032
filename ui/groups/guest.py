"""The form for somebody who is not on the list: big fields, reasons to touch instead of to type."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import ChoiceButton, Picker
from ui.groups.state import GuestForm
from ui.text import Lines, PlainLabel, reveal

ROW = 60


class GuestView(QFrame):
    """Shows a ``GuestForm``; ``changed`` carries a dict of the fields that changed."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = False
        self.name = self._field(_("Surname and name, as in the document"), "name")
        self.note = self._field(_("Remark, if needed"), "note")
        self.supervisor = self._field(_("Who agreed: surname of the supervisor"), "supervisor")
        self.place = Picker()
        self.place.setMinimumHeight(theme.px(ROW))
        self.place.currentIndexChanged.connect(
            lambda _index: self.changed.emit({"instead_of": self.place.currentData() or ""})
        )
        self.reasons: list[ChoiceButton] = []
        self._reason_row = QHBoxLayout()
        self._reason_row.setSpacing(theme.px(8))
        self._says = Lines(role="error", lines=2)
        self._ticket = Lines(role="empty", lines=2)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(8))
        self._supervisor_label = PlainLabel(_("Agreed by") + " *", "label")
        for number, (label, widget) in enumerate(
            (
                (PlainLabel(_("Who") + " *", "label"), self.name),
                (PlainLabel(_("In place of"), "label"), self.place),
                (PlainLabel(_("Why") + " *", "label"), None),
                (PlainLabel(_("Remark"), "label"), self.note),
                (self._supervisor_label, self.supervisor),
            )
        ):
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignVCenter)
            if widget is not None:
                grid.addWidget(widget, number, 1)
            else:
                grid.addLayout(self._reason_row, number, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(PlainLabel(_("Not on the list: a walk-in or a substitute"), "title"))
        column.addLayout(grid)
        column.addWidget(self._ticket)
        column.addWidget(self._says)
        column.addStretch(1)

    def _field(self, hint: str, key: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.setAccessibleName(hint)
        field.setMaxLength(120)
        field.setMinimumHeight(theme.px(ROW))
        field.textEdited.connect(lambda text: self.changed.emit({key: text}))
        return field

    def present(self, form: GuestForm | None) -> None:
        """Shows the form; an opened one is empty and has the keyboard."""
        if form is None:
            self._open = False
            return
        if not self._open:
            self._open = True
            for field in (self.name, self.note, self.supervisor):
                field.clear()
            self.name.setFocus()
        if form.name != self.name.text():
            self.name.setText(form.name)
        self._ticket.setText(form.ticket)
        self.place.present([("", _("Nobody: one more person")), *form.places], form.instead_of)
        while len(self.reasons) < len(form.reasons):
            button = ChoiceButton("", size=ROW)
            number = len(self.reasons)
            button.clicked.connect(lambda _checked=False, number=number: self._reason_clicked(number))
            self._reason_row.addWidget(button, 1)
            self.setTabOrder(self.reasons[-1] if self.reasons else self.place, button)
            self.setTabOrder(button, self.note)
            self.reasons.append(button)
        self._texts = form.reasons
        for button, text in zip(self.reasons, form.reasons, strict=True):
            button.say(text)
            button.setChecked(text == form.reason)
        for widget in (self._supervisor_label, self.supervisor):
            reveal(widget, form.supervisor)
        self._says.setText(form.says)
        reveal(self._says, bool(form.says))

    def _reason_clicked(self, number: int) -> None:
        self.changed.emit({"reason": self._texts[number]})
