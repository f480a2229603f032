"""Tickets that two gates admitted without knowing of each other.

A conflict is there as long as the second entry stands: a void of it takes it off the list.  A person's word marks it
resolved: an act in the hub's own journal of the plant, so that it reaches every gate and hub as any event does.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from checkin import wire
from checkin.domain.events import AttendanceEvent, Kind, new_id, private
from checkin.domain.headcount import clash
from checkin.domain.people import Act
from checkin.domain.visit import Gate, Ticket, Tour, Visitor
from checkin.hub import rows
from checkin.hub.attendance import append
from checkin.hub.database import lock_plant, writing
from checkin.hub.guides.house import GATE, house_of
from checkin.hub.models import ConflictEvent, ConflictOut
from checkin.hub.presence import gather
from checkin.hub.resolutions import resolved
from checkin.hub.roster import records
from checkin.hub.statements import among

SOURCE = "command line"
MAX_NOTE = 300


def resolve(engine: Engine, plant: str, event: str, note: str, now: datetime) -> ConflictOut | None:
    """Marks the conflict to which an entry belongs as dealt with, as it is now; None when there is none."""
    with writing(engine) as connection:
        counters = lock_plant(connection, plant)
        found = next(
            (one for one in listed(connection, plant) if event in {entry.event_id for entry in one.events}), None
        )
        if found is None or found.resolved:
            return found
        act = AttendanceEvent(
            id=new_id(now),
            plant=plant,
            gate=GATE,
            at=now,
            kind=Kind.ACT,
            reason=Act.RESOLVE.value,
            operator=SOURCE,
            source=SOURCE,
            confirmed=tuple(entry.event_id for entry in found.events[1:]),
            private=private("", note.strip()[:MAX_NOTE]),
        )
        house = house_of(connection, plant, now)
        append(connection, counters, house.device, house.lines(connection, [act]), now)
    return found.model_copy(update={"resolved": True})


def listed(connection: Connection, plant: str) -> list[ConflictOut]:
    """A plant's conflicts, the oldest second entry first."""
    c, a = rows.presence.c, rows.attendance.c
    query = select(c.subject, c.party, c.doubles).where(c.plant == plant, c.doubles.is_not(None))
    subjects = {row.subject: row for row in connection.execute(query)}
    if not subjects:
        return []
    stories = gather(connection, plant, set(subjects))
    done = resolved(connection, plant)
    clashes: list[tuple[str, list[AttendanceEvent], bool]] = []
    for subject, row in subjects.items():
        doubles = set(json.loads(row.doubles))
        entries = clash(stories[subject], row.party)
        clashes.append((subject, entries, doubles <= done))
    wanted = {entries[-1].id for _subject, entries, _done in clashes}
    bodies = connection.execute(select(a.id, a.body).where(a.plant == plant, among(a.id, wanted)))
    whole = {row.id: wire.event_from_json(row.body) for row in bodies}
    names = _Names(connection, plant, list(whole.values()), set(subjects))
    found = [names.conflict(subject, whole[entries[-1].id], entries, done) for subject, entries, done in clashes]
    return sorted(found, key=lambda conflict: (conflict.events[-1].at, conflict.events[-1].event_id))


class _Names:
    """The roster's words for what the events name."""

    def __init__(self, connection: Connection, plant: str, events: list[AttendanceEvent], subjects: set[str]) -> None:
        self._plant = plant
        self._gates = records(connection, plant, "gate")
        self._tickets = records(connection, plant, "ticket", {event.ticket for event in events if event.ticket})
        self._visitors = records(connection, plant, "visitor", subjects)
        self._tours = records(connection, plant, "tour", {event.tour for event in events if event.tour})

    def conflict(self, subject: str, last: AttendanceEvent, entries: list[AttendanceEvent], done: bool) -> ConflictOut:
        ticket, tour = self._tickets.get(last.ticket or ""), self._tours.get(last.tour or "")
        visitor = self._visitors.get(subject)
        code = (ticket.short or ticket.code) if isinstance(ticket, Ticket) else last.code
        return ConflictOut(
            plant=self._plant,
            ticket=code or last.ticket or subject,
            ticket_id=last.ticket,
            visitor=visitor.name if isinstance(visitor, Visitor) else None,
            tour=tour.title if isinstance(tour, Tour) else None,
            events=[ConflictEvent(event_id=one.id, gate=self._gate(one.gate), at=one.at) for one in entries],
            resolved=done,
        )

    def _gate(self, gate: str) -> str:
        found = self._gates.get(gate)
        return found.name if isinstance(found, Gate) else gate
