"""Tickets that two gates admitted without knowing of each other, as far as this gate has heard.

A conflict stands as long as both entries stand: a void of one of them settles it everywhere.  A person's word, given
here, at another gate or at a hub, marks it as dealt with: it is an act in the journal and travels as any event does.
"""

from __future__ import annotations

from dataclasses import dataclass

from checkin.desk.acts import MAX_NOTE
from checkin.desk.desk import Desk
from checkin.desk.overview import name_of
from checkin.domain.events import AttendanceEvent, Kind, new_id, private
from checkin.domain.headcount import clash, stay
from checkin.domain.people import Act
from checkin.domain.visit import Ticket, Tour
from checkin.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One ticket, and the entries on it: the one that counted first.  ``resolved`` when a person has dealt with it."""

    plant: str
    ticket: Ticket | None
    visitor: str
    tour: Tour | None
    entries: tuple[AttendanceEvent, ...]
    gates: tuple[str, ...]
    """The name of each entry's gate."""
    resolved: bool


def conflicts(tx: Transaction, plant: str | None) -> list[Conflict]:
    """What is known here, the oldest second entry first."""
    found: list[Conflict] = []
    done = resolved(tx, plant)
    names: dict[str, dict[str, str]] = {}
    for home, subject, party, _doubles in tx.headcounts.doubled(plant):
        story = tx.journal.of_subject(home, subject)
        entries = clash(story, party)
        if not entries:
            continue
        last = entries[-1]
        if home not in names:
            names[home] = {gate.id: gate.name for gate in tx.roster.gates(home)}
        found.append(
            Conflict(
                plant=home,
                ticket=tx.roster.ticket(home, last.ticket) if last.ticket else None,
                visitor=name_of(tx, last),
                tour=tx.roster.tour(home, last.tour) if last.tour else None,
                entries=tuple(entries),
                gates=tuple(names[home].get(entry.gate, entry.gate) for entry in entries),
                resolved=done.issuperset(stay(story, party).doubles),
            )
        )
    return sorted(found, key=lambda one: (one.entries[-1].at, one.entries[-1].id))


class Doubles:
    """Keeps the list, and reads it again only when an entry or somebody's word about one has changed it."""

    def __init__(self) -> None:
        self._of: object = None
        self._kept: tuple[Conflict, ...] = ()

    def look(self, tx: Transaction, plant: str | None) -> tuple[Conflict, ...]:
        """The list as it is now: what is still open first."""
        doubled = tx.headcounts.doubled(plant)
        of = plant, doubled, resolved(tx, plant) if doubled else None
        if of != self._of:
            self._kept = tuple(sorted(conflicts(tx, plant), key=lambda one: one.resolved)) if doubled else ()
            self._of = of
        return self._kept


def resolved(tx: Transaction, plant: str | None) -> set[str]:
    """Ids of the entries on top that a person has dealt with."""
    return {entry for act in tx.journal.acts(plant, Act.RESOLVE.value) for entry in act.confirmed}


def resolve(desk: Desk, tx: Transaction, conflict: Conflict, person: str, note: str = "") -> AttendanceEvent:
    """Marks a conflict, as it is now, as dealt with: another entry on top of these opens it again."""
    now = desk.clock.now()
    return desk.append(
        tx,
        AttendanceEvent(
            id=new_id(now),
            plant=conflict.plant,
            gate=desk.place.gate,
            at=now,
            kind=Kind.ACT,
            reason=Act.RESOLVE.value,
            operator=person,
            confirmed=tuple(entry.id for entry in conflict.entries[1:]),
            mono_ns=desk.clock.monotonic_ns(),
            private=private("", note.strip()[:MAX_NOTE]),
        ),
    )
