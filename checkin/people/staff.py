"""The people whom a gate knows, as records of its roster: made here, or come from the hub with everything else.

There is always somebody who may add people: the first one is an administrator, and the last one stays one.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from checkin.domain.people import Person, Right, Role
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.people import badges, pins
from checkin.store import Transaction

MAX_NAME = 120


class Staff:
    """Reads and changes the people of a plant in one transaction."""

    def __init__(self, tx: Transaction, plant: str | None) -> None:
        self._tx = tx
        self._plant = plant or ""

    def everybody(self) -> list[Person]:
        """Those who work here and have not left, by name."""
        found = {one.id: one for one in self._tx.roster.people(self._plant)}
        return sorted((one for one in found.values() if not one.retired), key=lambda one: (one.name.casefold(), one.id))

    def person(self, ident: str) -> Person:
        """Somebody by id; raises ``SettingsWrong`` when nobody has it."""
        found = next((one for one in self.everybody() if one.id == ident), None)
        if found is None:
            raise SettingsWrong(_("Nobody here has the id {id}. The list of people shows the ids").format(id=ident))
        return found

    def add(self, name: str, role: Role, *, pin: str = "", badge: str = "") -> Person:
        """Somebody new; raises ``SettingsWrong`` with what is missing."""
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME:
            raise SettingsWrong(_("A person needs a name of at most {most} characters").format(most=MAX_NAME))
        if not pin and not badge:
            raise SettingsWrong(_("Give {name} a PIN or a badge: without one nobody can log in").format(name=name))
        person = Person(
            id="p-" + secrets.token_hex(4),
            plant=self._plant,
            name=name,
            role=role,
            pin=pins.hashed(pin) if pin else "",
            badge=badges.digest(badge) if badge else "",
        )
        self._keep(person)
        return person

    def change(
        self,
        ident: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        pin: str | None = None,
        badge: str | None = None,
        retired: bool = False,
    ) -> Person:
        """Changes what is given: an empty PIN or badge takes it away.  Raises ``SettingsWrong``."""
        person = self.person(ident)
        changed = replace(
            person,
            name=person.name if name is None else " ".join(name.split())[:MAX_NAME] or person.name,
            role=role or person.role,
            pin=person.pin if pin is None else pins.hashed(pin) if pin else "",
            badge=person.badge if badge is None else badges.digest(badge) if badge else "",
            retired=retired,
        )
        if not (changed.retired or changed.pin or changed.badge):
            raise SettingsWrong(
                _("Give {name} a PIN or a badge: without one nobody can log in").format(name=person.name)
            )
        self._keep(changed)
        return changed

    def by_badge(self, badge: str) -> Person | None:
        """Whose badge this is."""
        kept = badges.digest(badge)
        return next((one for one in self.everybody() if secrets.compare_digest(one.badge, kept)), None)

    def _keep(self, person: Person) -> None:
        after = [one for one in self.everybody() if one.id != person.id]
        if not person.retired:
            after.append(person)
        if not any(one.may(Right.PEOPLE) for one in after):
            raise SettingsWrong(
                _("Somebody must be an administrator: without one nobody could add people or change settings")
            )
        self._tx.roster.put([person])
