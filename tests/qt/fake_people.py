"""People of a fake gate: PINs in the clear, everything at once."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from checkin.desk.acts import ActLine
from checkin.domain.people import Person, Right, Role
from checkin.people.badges import badge_in, digest, new_badge

if TYPE_CHECKING:
    from fake_app import FakeApp

T = TypeVar("T")


class FakePeople:
    """See ``checkin.facade.people``.  A gate without people is open."""

    def __init__(self, app: FakeApp) -> None:
        self._app = app
        self.staff: list[Person] = []
        self.person: Person | None = None
        self.lines: list[ActLine] = []
        self.touched = 0
        self.idle = False

    def hire(self, name: str, role: Role, pin: str = "4821", badge: str = "") -> Person:
        made = Person(
            id=f"p-{len(self.staff)}",
            plant="bread-9",
            name=name,
            role=role,
            pin=pin,
            badge=digest(badge) if badge else "",
        )
        self.staff.append(made)
        self._app.tell()
        return made

    @property
    def known(self) -> bool:
        return bool(self.staff)

    @property
    def locked(self) -> bool:
        return self.known and self.person is None

    def may(self, right: Right) -> bool:
        return not self.known or (self.person is not None and self.person.may(right))

    def log_in(self, ident: str, pin: str) -> Future[Person | None]:
        self._app.asked.append(("log_in", ident))

        def look() -> Person | None:
            found = next((one for one in self.staff if one.id == ident and one.pin == pin), None)
            self.person = found or self.person
            return found

        return self._app._answer(look, changes=True)

    def show_badge(self, text: str) -> Future[Person | None]:
        def look() -> Person | None:
            kept = digest(badge_in(text) or "")
            found = next((one for one in self.staff if one.badge == kept), None)
            self.person = found or self.person
            return found

        return self._app._answer(look, changes=True)

    def log_out(self) -> Future[None]:
        self.person = None
        return self._app._answer(lambda: None, changes=True)

    def moved(self) -> None:
        self.touched += 1

    def lock_if_idle(self, after_s: int) -> bool:
        if self.idle and after_s and self.person is not None:
            self.person = None
            return True
        return False

    def everybody(self) -> Future[list[Person]]:
        return self._app._answer(lambda: list(self.staff))

    def add(self, name: str, role: Role, pin: str) -> Future[Person]:
        self._app.asked.append(("add", name, role))
        return self._app._answer(lambda: self.hire(name, role, pin), changes=True)

    def change(
        self, ident: str, *, name: str | None = None, role: Role | None = None, pin: str | None = None
    ) -> Future[Person]:
        def job() -> Person:
            number = next(number for number, one in enumerate(self.staff) if one.id == ident)
            before = self.staff[number]
            self.staff[number] = replace(
                before, name=name or before.name, role=role or before.role, pin=pin or before.pin
            )
            return self.staff[number]

        return self._app._answer(job, changes=True)

    def give_badge(self, ident: str) -> Future[str]:
        badge = new_badge()
        self.staff = [replace(one, badge=digest(badge)) if one.id == ident else one for one in self.staff]
        return self._app._answer(lambda: badge, changes=True)

    def remove(self, ident: str) -> Future[Person]:
        gone = next(one for one in self.staff if one.id == ident)
        self.staff.remove(gone)
        return self._app._answer(lambda: gone, changes=True)

    def unlock(self, ident: str) -> Future[None]:
        return self._app._answer(lambda: None)

    def acts(self) -> Future[list[ActLine]]:
        return self._app._answer(lambda: list(self.lines))
