"""Where the key to this gate's data is: said with its consequences, and changed here.

A press only shows what would follow; the change begins with a button of its own, since the window closes for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from checkin.errors import CheckinError
from checkin.facade.keyplace import PLACES, key_says, key_word
from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, Panel, row_of
from ui.ports import Facade, Presenter
from ui.text import Lines, PlainLabel, reveal


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """``chosen`` is what is being thought about, empty for none."""

    place: str
    chosen: str
    places: tuple[str, ...]
    says: str
    token: str
    error: str


class KeyPresenter(Presenter[KeyState]):
    """``leave`` closes the window; the key is changed then, and the window opens again."""

    def __init__(self, app: Facade, leave: Callable[[], None]) -> None:
        super().__init__()
        self._app, self._leave = app, leave
        self._chosen = self._error = ""

    def refreshed(self) -> None:
        """The page comes into view."""
        self._publish()

    def chosen(self, place: str) -> None:
        """What would follow from this place?"""
        self._chosen, self._error = "" if place == self._chosen else place, ""
        self._publish()

    def wished(self, words: str, again: str) -> None:
        """Do it."""
        try:
            self._app.key.wish(self._chosen, words, again)
        except CheckinError as error:
            self._error = str(error)
            self._publish()
            return
        self._leave()

    def _tell(self) -> KeyState:
        key = self._app.key
        return KeyState(
            place=key.place,
            chosen=self._chosen,
            places=tuple(place for place in PLACES if place != "keyring" or key.place == place or key.has_keyring()),
            says=key_says(self._chosen or key.place),
            token=key.token_says(),
            error=self._error,
        )


class KeyPanel(Panel):
    """Shows a ``KeyState``."""

    chosen = Signal(str)
    wished = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(_("Key to the data"), spacing=8)
        self._now = Lines(role="row-title", lines=2)
        names = {"keyring": _("System's keyring"), "passphrase": _("Passphrase"), "file": _("File")}
        self.places = {place: ChoiceButton(names[place], size=56) for place in PLACES}
        for place, button in self.places.items():
            button.clicked.connect(lambda _checked=False, place=place: self.chosen.emit(place))
        self._says = Lines(role="muted", lines=6)
        self._token = Lines(role="muted", lines=3)
        self.words, self.again = QLineEdit(), QLineEdit()
        self._fields = QWidget()
        for field, text in ((self.words, _("New passphrase")), (self.again, _("The same once more"))):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setMaxLength(1000)
            field.setMinimumHeight(theme.px(56))
            field.setPlaceholderText(text)
            field.setAccessibleName(text)
        fields = row_of(self.words, self.again)
        self._fields.setLayout(fields)
        self._warning = Lines(
            _("The window closes, everything is encrypted anew, and the window opens again: about a minute. Not while "
              "visitors wait."),
            "warn",
            lines=3,
        )  # fmt: skip
        self.do = Button("", "lock", "main", size=60)
        self._error = Lines(role="error", lines=3)
        self.column.addWidget(self._now)
        self.column.addWidget(PlainLabel(_("Another place, or a fresh key in the same one"), "label"))
        self.column.addLayout(row_of(*self.places.values(), 1))
        for widget in (self._says, self._fields, self._warning, self.do, self._error, self._token):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.do.clicked.connect(lambda: self.wished.emit(self.words.text(), self.again.text()))
        self.again.returnPressed.connect(lambda: self.do.click())

    def present(self, state: KeyState) -> None:
        """Shows this state from now on."""
        self._now.setText(_("It is in: {place}").format(place=key_word(state.place)))
        for place, button in self.places.items():
            reveal(button, place in state.places)
            button.setChecked(place == (state.chosen or state.place))
        for label, text in ((self._says, state.says), (self._error, state.error), (self._token, state.token)):
            label.setText(text)
            reveal(label, bool(text))
        asked = state.chosen == "passphrase"
        reveal(self._fields, asked)
        if not asked:
            self.words.clear()
            self.again.clear()
        reveal(self._warning, bool(state.chosen))
        reveal(self.do, bool(state.chosen))
        self.do.say(_("Give a fresh key") if state.chosen == state.place else _("Move the key"))
