"""The lock: who is here says so with a PIN or a badge.  What is typed is kept here only until it was looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin.domain.people import Person
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.people.badges import badge_in
from checkin.people.guard import Waiting
from checkin.people.pins import LONGEST
from checkin.people.wording import role_word
from ui.ports import Facade, Presenter, Tone, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTile:
    """Somebody who may say who they are."""

    key: str
    name: str
    role: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LockState:
    """``digits`` is how many were typed; ``ready`` whether what was typed may be looked at now."""

    locked: bool
    tiles: tuple[PersonTile, ...] = ()
    chosen: str = ""
    asks: str = ""
    says: str = ""
    digits: int = 0
    ready: bool = False
    typing: bool = False


class LockPresenter(Presenter[LockState]):
    """Owns the lock's state.  ``opened`` is called when somebody has come, ``shut`` when the gate is locked."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        *,
        opened: Callable[[], None],
        shut: Callable[[], None],
        sound: Callable[[Tone], None],
    ) -> None:
        super().__init__()
        self._app, self._turn, self._opened, self._shut, self._sound = app, turn, opened, shut, sound
        self._people: list[Person] = []
        self._chosen = ""
        self._pin = ""
        self._says = ""
        self._waits = 0
        self._busy = False
        self._was_locked = False

    def refreshed(self) -> None:
        """Somebody may have come or gone, or people were changed."""
        locked = self._app.people.locked
        if locked != self._was_locked:
            self._was_locked = locked
            self._pin = self._says = ""
            self._chosen = self._chosen if locked else ""
            (self._shut if locked else self._opened)()
        if locked:
            self._turn.deliver(self._app.people.everybody(), self._came, self._failed)
        self._publish()

    def second_passed(self) -> None:
        """Counts the waiting down."""
        if self._waits:
            self._waits -= 1
            self._publish()

    def chosen(self, key: str) -> None:
        """This is me."""
        self._chosen, self._pin, self._says, self._waits = key, "", "", 0
        self._publish()

    def typed(self, digit: str) -> None:
        """One more digit of the PIN."""
        if self._chosen and not self._busy and len(self._pin) < LONGEST and digit.isascii() and digit.isdigit():
            self._pin, self._says = self._pin + digit, ""
            self._publish()

    def erased(self) -> None:
        """The last digit was wrong."""
        self._pin = self._pin[:-1]
        self._publish()

    def submitted(self) -> None:
        """The PIN is whole."""
        if not self._tell().ready:
            return
        pin, self._pin, self._busy = self._pin, "", True
        self._turn.deliver(self._app.people.log_in(self._chosen, pin), self._looked, self._failed)
        self._publish()

    def took(self, text: str) -> bool:
        """Whether a scanned text was for the lock: a badge always is, and anything else while the gate is locked."""
        if badge_in(text) is not None:
            if not self._busy:
                self._busy = True
                self._turn.deliver(self._app.people.show_badge(text), self._badge_looked, self._failed)
            return True
        if self._app.people.locked:
            self._says = _("Log in first: the ticket was not looked at")
            self._sound(Tone.QUESTION)
            self._publish()
            return True
        return False

    def lock_pressed(self) -> None:
        """Somebody else comes to the gate."""
        if self._app.people.known:
            self._turn.deliver(self._app.people.log_out(), lambda _nothing: self.refreshed(), self._failed)

    # What came back

    def _came(self, people: list[Person]) -> None:
        self._people = people
        if len(people) == 1:
            self._chosen = people[0].id
        self._publish()

    def _looked(self, person: Person | None) -> None:
        self._busy = False
        if person is None:
            self._says = _("This is not the PIN")
            self._sound(Tone.NO)
        else:
            self._says = ""
        self.refreshed()

    def _badge_looked(self, person: Person | None) -> None:
        self._busy = False
        if person is None:
            self._says = _("Nobody here has this badge")
        self._sound(Tone.NO if person is None else Tone.YES)
        self.refreshed()

    def _failed(self, error: CheckinError) -> None:
        self._busy = False
        self._says = str(error)
        if isinstance(error, Waiting):
            self._waits, self._says = error.seconds, ""
        self._publish()

    def _tell(self) -> LockState:
        if not self._app.people.locked:
            return LockState(locked=False)
        person = next((one for one in self._people if one.id == self._chosen), None)
        asks = _("Who is at the gate? Choose your name, or show your badge to the camera or the scanner")
        if person is not None:
            asks = _("{name}: type your PIN").format(name=person.name)
            if not person.pin:
                asks = _("{name}: show your badge to the camera or the scanner").format(name=person.name)
        if self._busy:
            asks = _("Checking…")
        says = self._says
        if self._waits:
            says = _("Wrong PINs were typed. Wait {seconds} s").format(seconds=self._waits)
        typing = person is not None and bool(person.pin)
        return LockState(
            locked=True,
            tiles=tuple(
                PersonTile(key=one.id, name=one.name, role=role_word(one.role), chosen=one.id == self._chosen)
                for one in self._people
            ),
            chosen=self._chosen,
            asks=asks,
            says=says,
            digits=len(self._pin),
            typing=typing,
            ready=typing and bool(self._pin) and not self._busy and not self._waits,
        )
