"""The lock over the pages: names on the left, keys for a PIN on the right.  The keyboard types as the keys do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, Panel, Rows, RowWidget
from ui.people.lock import LockState, PersonTile
from ui.text import Lines, PlainLabel, reveal

DOT = "●"
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9")


class TileView(RowWidget[PersonTile]):
    """A name."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._key = ""
        self._button = ChoiceButton("", size=76)
        self._button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name, self._role = Lines(role="row-name"), Lines(role="row-detail")
        words = QVBoxLayout(self._button)
        words.setContentsMargins(theme.px(20), theme.px(8), theme.px(20), theme.px(8))
        words.setSpacing(0)
        for label in (self._name, self._role):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            words.addWidget(label)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._button)
        self._button.clicked.connect(lambda: self.pressed.emit(self._key))

    def present(self, row: PersonTile) -> None:
        self._key = row.key
        self._name.setText(row.name)
        self._role.setText(row.role)
        self._button.setChecked(row.chosen)
        self._button.setAccessibleName(f"{row.name}, {row.role}")
        for label in (self._name, self._role):
            theme.restyle(label, "checked", "yes" if row.chosen else "no")


class LockView(QWidget):
    """Shows a ``LockState``."""

    chosen = Signal(str)
    typed = Signal(str)
    erased = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._asks = PlainLabel(role="title", wrap=True)
        self._asks.setMinimumHeight(theme.px(72))
        self._says = Lines(role="warn", lines=2)
        self.people: Rows[PersonTile] = Rows(self._tile, spacing=10)
        picture = PlainLabel()
        picture.setPixmap(theme.picture("lock", "accent", theme.px(44)))
        head = QHBoxLayout()
        head.setSpacing(theme.px(16))
        head.addWidget(picture)
        head.addWidget(PlainLabel(_("The gate is locked"), "page"))
        head.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(theme.px(14))
        left.addLayout(head)
        left.addWidget(self._asks)
        left.addWidget(self.people, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(theme.px(36), theme.px(24), theme.px(36), theme.px(18))
        whole.setSpacing(theme.px(36))
        whole.addLayout(left, 5)
        whole.addWidget(self._pad(), 4)

    def _pad(self) -> Panel:
        panel = Panel(margin=22, spacing=12)
        self._dots = PlainLabel(role="pin")
        self._dots.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._dots.setMinimumHeight(theme.px(56))
        self._dots.setAccessibleName(_("PIN"))
        panel.column.addWidget(self._dots)
        panel.column.addWidget(self._says)
        grid = QGridLayout()
        grid.setSpacing(theme.px(12))
        self.keys: dict[str, Button] = {}
        for number, digit in enumerate(KEYS):
            grid.addWidget(self._key(digit), number // 3, number % 3)
        grid.addWidget(self._key("0"), 3, 1)
        self.erase = Button("", "undo", size=84, hint=_("Erase the last digit"))
        self.enter = Button("", "admit", "main", size=84, hint=_("Log in"))
        self.enter.draw("admit")
        grid.addWidget(self.erase, 3, 0)
        grid.addWidget(self.enter, 3, 2)
        panel.column.addLayout(grid)
        panel.column.addStretch(1)
        self.erase.clicked.connect(lambda: self.erased.emit())
        self.enter.clicked.connect(lambda: self.submitted.emit())
        for button in (*self.keys.values(), self.erase, self.enter):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter is the PIN's, whatever key was pressed before
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return panel

    def _key(self, digit: str) -> Button:
        button = Button(digit, kind="digit", size=84)
        button.clicked.connect(lambda: self.typed.emit(digit))
        self.keys[digit] = button
        return button

    def _tile(self) -> TileView:
        tile = TileView()
        tile.pressed.connect(self._tile_pressed)
        return tile

    def _tile_pressed(self, key: str) -> None:
        self.chosen.emit(key)
        self.setFocus()

    def present(self, state: LockState) -> None:
        """Shows this state from now on."""
        self._asks.setText(state.asks)
        self.people.present(state.tiles)
        self._dots.setText(" ".join(DOT * state.digits) if state.digits else "")
        self._says.setText(state.says)
        reveal(self._says, bool(state.says))
        for button in (*self.keys.values(), self.erase):
            button.setEnabled(state.typing)
        self.enter.setEnabled(state.ready)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, Backspace and Enter, from the keys' row and from the number block."""
        match event.key():
            case Qt.Key.Key_Backspace:
                self.erased.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.submitted.emit()
            case _ if event.text().isascii() and event.text().isdigit():
                self.typed.emit(event.text())
            case _:
                super().keyPressEvent(event)
