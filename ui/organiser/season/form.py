"""The form of one row: a field for each column, with what belongs there; what is wrong stands under its field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui import theme
from ui.controls import Picker
from ui.organiser.season.presenter import Field
from ui.text import Lines, PlainLabel, reveal

LONGEST = 2000


class FieldView(QWidget):
    """A field."""

    entered = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.key = field.key
        self.box: QLineEdit | Picker
        title = f"{field.title} *" if field.needed else field.title
        self.wrong = Lines(role="error", lines=3)
        if field.choices:
            self.box = Picker()
            self.box.present(field.choices, field.value, " " if not field.value else "")
        else:
            self.box = QLineEdit(field.value)
            self.box.setMaxLength(LONGEST)
            self.box.setMinimumHeight(theme.px(50))
            self.box.setPlaceholderText(field.hint)
            self.box.setCursorPosition(0)
            self.box.returnPressed.connect(lambda: self.entered.emit())
        self.box.setEnabled(not field.locked)
        self.box.setAccessibleName(f"{field.title}. {field.hint}" if field.hint else field.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(PlainLabel(title, "label"))
        column.addWidget(self.box)
        column.addWidget(self.wrong)
        self.tell("")

    @property
    def value(self) -> str:
        """What stands in it."""
        return str(self.box.currentData() or "") if isinstance(self.box, Picker) else self.box.text()

    def tell(self, wrong: str) -> None:
        """What is wrong with it."""
        self.wrong.setText(wrong)
        reveal(self.wrong, bool(wrong))


class FormView(QWidget):
    """The fields of a row."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[FieldView] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.px(10), 0)
        self._column.setSpacing(theme.px(8))
        self._column.addStretch(1)

    def fill(self, fields: Sequence[Field]) -> None:
        """Other fields, or the same ones with other values."""
        held = next((old.key for old in self.fields if old.box.hasFocus()), "")
        for old in self.fields:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.fields = [FieldView(field) for field in fields]
        for place, view in enumerate(self.fields):
            view.entered.connect(lambda: self.entered.emit())
            self._column.insertWidget(place, view)
        if held:  # Enter in a field keeps the row: the keyboard stays in the form
            same = next((view.box for view in self.fields if view.key == held and view.box.isEnabled()), None)
            same.setFocus() if same is not None else self.focus_first()

    def focus_first(self) -> None:
        """The keyboard to the first field that can be filled in."""
        first = next((view.box for view in self.fields if view.box.isEnabled()), None)
        if first is not None:
            first.setFocus()

    def tell(self, key: str, wrong: str) -> None:
        """What is wrong, at its field; the keyboard goes there."""
        for view in self.fields:
            hit = bool(wrong) and view.key == key
            before = view.wrong.text()
            view.tell(wrong if hit else "")
            if hit and wrong != before:
                view.box.setFocus()

    def values(self) -> dict[str, str]:
        """Everything that stands in it."""
        return {view.key: view.value for view in self.fields}
