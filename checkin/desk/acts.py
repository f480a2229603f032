"""What people do at a gate besides letting visitors through: log-ins, searches, exports, settings.

Each is an event of its own in the chain.  Who did it stands there as an id; what could name a visitor, such as the
words of a search, goes into the private part, which is purged with the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from checkin.desk.desk import Desk
from checkin.desk.gatenames import gate_names
from checkin.domain.events import AttendanceEvent, Kind, new_id, private
from checkin.domain.muster import DRILL
from checkin.domain.people import Act
from checkin.i18n import gettext as _
from checkin.store import Transaction

MAX_NOTE = 300
TOLD = (Kind.ACT, Kind.OVERRIDE, Kind.WALK_IN, Kind.ALARM, Kind.ALL_CLEAR)


@dataclass(frozen=True, slots=True)
class ActLine:
    """One line of the report on what people did.  ``gate`` and ``operator``: names where they are known, else ids."""

    at: datetime
    gate: str
    operator: str
    what: str
    note: str
    event: AttendanceEvent


def note_act(desk: Desk, tx: Transaction, act: Act, person: str, details: str = "") -> AttendanceEvent:
    """Writes an act of a person to this gate's journal, in a transaction that is under way."""
    now = desk.clock.now()
    return desk.append(
        tx,
        AttendanceEvent(
            id=new_id(now),
            plant=desk.place.plant or "",
            gate=desk.place.gate,
            at=now,
            kind=Kind.ACT,
            reason=act.value,
            operator=person,
            mono_ns=desk.clock.monotonic_ns(),
            private=private("", details.strip()[:MAX_NOTE]),
        ),
    )


def acts(tx: Transaction, plant: str, kinds: Sequence[Kind] = TOLD) -> list[ActLine]:
    """What people did at all gates of a plant, oldest first."""
    names, gates = {one.id: one.name for one in tx.roster.people(plant)}, gate_names(tx, plant)
    found = [event for event in tx.journal.of_kinds(plant, kinds) if event.kind in kinds]
    found.sort(key=lambda event: (event.at, event.device, event.seq))
    drills = _drills(found)
    return [
        ActLine(
            at=event.at,
            gate=gates.get(event.gate, event.gate),
            operator=names.get(event.operator, event.operator),
            what=event.reason if event.kind is Kind.ACT else event.kind.value,
            note=_("a drill") if event.id in drills else _noted(event),
            event=event,
        )
        for event in found
    ]


def _noted(event: AttendanceEvent) -> str:
    kept = event.private
    return " · ".join(part for part in (kept.name, kept.note) if part) if kept is not None else ""


def _drills(events: Sequence[AttendanceEvent]) -> set[str]:
    """Alarms that were drills, and the all-clears after them."""
    found, drill = set(), False
    for event in events:
        if event.kind is Kind.ALARM:
            drill = event.reason == DRILL
        if drill and event.kind in (Kind.ALARM, Kind.ALL_CLEAR):
            found.add(event.id)
    return found
