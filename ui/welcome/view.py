"""The first start: three steps, the present one with its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, Panel, scrolling
from ui.text import Lines, PlainLabel, reveal
from ui.welcome.presenter import Mark, Step, WelcomeState

ICONS = {
    "import": "import",
    "packets": "stick",
    "enrol": "hub",
    "organiser": "list",
    "place": "place",
    "camera": "camera",
    "go": "gate",
}


class StepView(Panel):
    """A step."""

    action_pressed = Signal(str)

    def __init__(self, number: int) -> None:
        super().__init__(margin=16)
        self._number = PlainLabel(str(number), "number")
        self._number.setFixedSize(theme.px(44), theme.px(44))
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._count = number
        self._title = Lines(role="title")
        self._says = Lines(role="muted", lines=2)
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._says)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.px(10))
        self._buttons.addStretch(1)
        words.addLayout(self._buttons)
        words.addStretch(1)
        self._actions: tuple[tuple[str, str], ...] = ()
        self.main: Button | None = None
        line = QHBoxLayout()
        line.setSpacing(theme.px(18))
        line.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self.column.addLayout(line)
        self.setMinimumHeight(theme.px(100))

    def present(self, step: Step) -> None:
        """Shows this step."""
        self._title.setText(step.title)
        self._says.setText(step.says)
        theme.restyle(self._number, "mark", step.mark.value)
        if step.mark is Mark.DONE:
            self._number.setPixmap(theme.picture("admit", "on-admit", theme.px(28)))
        else:
            self._number.setText(str(self._count))
        if step.actions == self._actions:
            return
        self._actions, self.main = step.actions, None
        self._buttons.setContentsMargins(0, theme.px(10) if step.actions else 0, 0, 0)
        while self._buttons.count() > 1:
            item = self._buttons.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for place, (key, text) in enumerate(step.actions):
            button = Button(text, ICONS[key], "plain" if place else "main")
            button.setMinimumWidth(theme.px(150))  # in a narrow window its text takes two lines
            button.clicked.connect(lambda _checked=False, key=key: self.action_pressed.emit(key))
            self._buttons.insertWidget(place, button)
            if not place:
                self.main = button


class WelcomeView(QWidget):
    """Shows a ``WelcomeState``."""

    action_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.steps = [StepView(number) for number in (1, 2, 3)]
        icon = PlainLabel()
        icon.setPixmap(theme.picture("gate", "accent", theme.px(72)))
        title = QVBoxLayout()
        title.setSpacing(theme.px(2))
        title.addWidget(PlainLabel(_("Prohodnaya"), "page"))
        title.addWidget(Lines(_("Three steps, and the gate is ready for visitors."), "empty"))
        head = QHBoxLayout()
        head.setSpacing(theme.px(20))
        head.addWidget(icon)
        head.addLayout(title, 1)
        inner = QWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(48), theme.px(24), theme.px(48), theme.px(24))
        column.setSpacing(theme.px(16))
        column.addStretch(1)
        column.addLayout(head)
        column.addSpacing(theme.px(8))
        for step in self.steps:
            column.addWidget(step)
            step.action_pressed.connect(lambda key: self.action_pressed.emit(key))
        self._says = Lines(role="error", lines=2)
        column.addWidget(self._says)
        self._key = Lines(role="muted", lines=2)
        column.addWidget(self._key)
        column.addStretch(2)
        whole.addWidget(scrolling(inner))

    def focus_step(self) -> None:
        """The keyboard goes to the button of the step that is to be done."""
        for view in self.steps:
            if view.main is not None:
                view.main.setFocus()
                return

    def present(self, state: WelcomeState) -> None:
        """Shows this state from now on."""
        self._key.setText(state.key)
        for view, step in zip(self.steps, state.steps, strict=True):
            view.present(step)
        self._says.setText(state.says)
        reveal(self._says, bool(state.says))
