"""The page of people: who works here, what each may do, what was done.  A PIN is kept no longer than a call takes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkin.desk.acts import ActLine
from checkin.domain.events import Kind
from checkin.domain.people import Person, Role
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time
from checkin.people.wording import act_word, role_says, role_word
from checkin.wholefile import written_whole
from ui.ports import Facade, Presenter, Turn

MOST_ACTS = 300
OVERRIDES = frozenset({Kind.OVERRIDE, Kind.WALK_IN})


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """Somebody who works here."""

    key: str
    name: str
    role: str
    ways: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One thing that somebody did."""

    when: str
    who: str
    what: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffState:
    """``chosen`` is whom the form is about; empty when it is about somebody new.  ``badge`` is a PNG, or empty."""

    rows: tuple[StaffRow, ...] = ()
    empty: str = ""
    chosen: str = ""
    title: str = ""
    name: str = ""
    role: str = ""
    role_says: str = ""
    busy: bool = False
    says: str = ""
    trouble: str = ""
    badge: bytes = b""
    log: bool = False
    overrides: bool = False
    acts: tuple[ActRow, ...] = ()
    no_acts: str = ""


class StaffPresenter(Presenter[StaffState]):
    """Owns the page's state."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._people: list[Person] = []
        self._acts: list[ActLine] = []
        self._chosen = ""
        self._role = Role.OPERATOR
        self._busy = self._log = self._overrides = False
        self._says = self._trouble = ""
        self._badge = ""

    def opened(self) -> None:
        """The page comes into view."""
        self._new()
        self.refreshed()

    def left(self) -> None:
        """The page is left: a badge is not shown to whoever comes next."""
        self._new()
        self._publish()

    def refreshed(self) -> None:
        """People may be others."""
        self._turn.deliver(self._app.people.everybody(), self._came, self._failed)
        if self._log:
            self._turn.deliver(self._app.people.acts(), self._acts_came, self._failed)

    def person_pressed(self, key: str) -> None:
        """The form is about this person from now on, or about somebody new."""
        self._new()
        person = next((one for one in self._people if one.id == key), None)
        if person is not None:
            self._chosen, self._role = person.id, person.role
        self._publish()

    def role_chosen(self, role: str) -> None:
        """Another role in the form."""
        self._role = Role(role)
        self._publish()

    def saved(self, name: str, pin: str, again: str) -> None:
        """The form is as it shall be; an empty PIN leaves the one that there is.

        Nobody sees a PIN that is typed, so it is typed twice: a slip would lock its owner out.
        """
        if self._busy:
            return
        if pin != again:
            self._says, self._trouble = (
                "",
                _("The two PINs differ, nothing was saved. Type the same PIN in both fields"),
            )
            self._publish()
            return
        people = self._app.people
        if self._chosen:
            self._do(people.change(self._chosen, name=name, role=self._role, pin=pin or None), self._kept)
        else:
            self._do(people.add(name, self._role, pin), self._kept)

    def badge_pressed(self) -> None:
        """A fresh badge; the one before opens nothing any more."""
        if self._chosen and not self._busy:
            self._do(self._app.people.give_badge(self._chosen), self._badge_came)

    def badge_saved(self, path: Path) -> None:
        """The badge as a picture to print."""
        from checkin.issuing.qr import png

        try:
            with written_whole(path) as file:
                file.write_bytes(png(self._badge, 12))
        except CheckinError as error:
            self._trouble = str(error)
        else:
            self._says = _("Saved. Whoever has the picture can log in: print it, then delete the file")
        self._publish()

    def removed(self) -> None:
        """Somebody has left."""
        if self._chosen and not self._busy:
            self._do(self._app.people.remove(self._chosen), self._gone)

    def unlocked(self) -> None:
        """Wrong PINs are forgotten."""
        if self._chosen and not self._busy:
            self._do(self._app.people.unlock(self._chosen), self._free)

    def log_wanted(self, *, wanted: bool, overrides: bool = False) -> None:
        """What was done, or the people."""
        self._log, self._overrides = wanted, overrides
        self.refreshed()
        self._publish()

    # What came back

    def _do(self, future: Future[Any], done: Callable[[Any], None]) -> None:
        self._busy, self._says, self._trouble, self._badge = True, "", "", ""
        self._turn.deliver(future, done, self._failed)
        self._publish()

    def _kept(self, person: Person) -> None:
        self._busy = False
        self._new()
        self._says = _("{name}: saved").format(name=person.name)
        self.refreshed()

    def _gone(self, person: Person) -> None:
        self._busy = False
        self._new()
        self._says = _("{name} cannot log in any more").format(name=person.name)
        self.refreshed()

    def _free(self, _nothing: None) -> None:
        self._busy = False
        self._says = _("The PIN can be tried again at once")
        self._publish()

    def _badge_came(self, badge: str) -> None:
        self._busy, self._badge = False, badge
        self.refreshed()

    def _came(self, people: list[Person]) -> None:
        self._people = people
        if not people:
            self._role = Role.ADMINISTRATOR
        self._publish()

    def _acts_came(self, lines: list[ActLine]) -> None:
        self._acts = lines
        self._publish()

    def _failed(self, error: CheckinError) -> None:
        self._busy = False
        self._trouble = str(error)
        self._publish()

    def _new(self) -> None:
        self._chosen = self._says = self._trouble = self._badge = ""
        self._role = Role.OPERATOR if self._people else Role.ADMINISTRATOR

    # The state

    def _tell(self) -> StaffState:
        person = next((one for one in self._people if one.id == self._chosen), None)
        badge = b""
        if self._badge:
            from checkin.issuing.qr import png

            badge = png(self._badge, 6)
        lines = [line for line in reversed(self._acts) if not self._overrides or line.event.kind in OVERRIDES]
        return StaffState(
            rows=tuple(_row(one, self._chosen) for one in self._people),
            empty=""
            if self._people
            else _(
                "Nobody was added: whoever stands at this gate may do everything. The first person you add is an "
                "administrator; from then on everybody logs in"
            ),
            chosen=self._chosen,
            title=person.name if person is not None else _("Somebody new"),
            name=person.name if person is not None else "",
            role=self._role.value,
            role_says=role_says(self._role),
            busy=self._busy,
            says=self._says,
            trouble=self._trouble,
            badge=badge,
            log=self._log,
            overrides=self._overrides,
            acts=tuple(self._act(line) for line in lines[:MOST_ACTS]),
            no_acts="" if lines else _("Nothing has been done here yet"),
        )

    def _act(self, line: ActLine) -> ActRow:
        plant = self._app.status().plant
        zone = plant.tz if plant is not None else "Europe/Moscow"
        return ActRow(
            when=f"{local_day(line.at, zone)}, {local_time(line.at, zone)}",
            who=" · ".join(part for part in (line.operator, line.gate) if part),
            what=act_word(line.what),
            note=line.note,
        )


def _row(person: Person, chosen: str) -> StaffRow:
    ways = [word for word, kept in ((_("PIN"), person.pin), (_("badge"), person.badge)) if kept]
    return StaffRow(
        key=person.id,
        name=person.name,
        role=role_word(person.role),
        ways=", ".join(ways),
        chosen=person.id == chosen,
    )
