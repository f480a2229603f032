"""The gate's journal: append only, numbered and hash-chained, with other gates' events beside it.

Whoever appends gets the event, its place in the chain, its outbox row and the changed presence in one transaction.
Nothing here updates or deletes an event.

A ticket that was scanned before the roster told whose it is has its own id as the event's subject.  Those events are
its visitor's as soon as the roster is known, whichever came first: ``whose`` says so and every fold goes by it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BindParameter, String, bindparam, delete, text, union_all
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col, select

from checkin.domain.events import (
    GENESIS,
    AttendanceEvent,
    Break,
    Fault,
    JournalLine,
    Kind,
    chained,
    effect,
    first_break,
    line_fault,
)
from checkin.domain.headcount import stay, tour_of
from checkin.store.lines import event_of, line_of, told, values_of
from checkin.store.meta import HEAD, Device
from checkin.store.prepared import Prepared
from checkin.store.rows import EventRow, MetaRow, OutboxRow, PresenceRow, TicketRow, from_us
from checkin.tickets.keys import verify_hex
from checkin.wire import event_from_json

_EVENT = EventRow.__table__  # type: ignore[attr-defined]
_CHUNK = 500
_HIGHEST = 2**63 - 1
"""What sorts behind it is no number: whoever edits the file may write a text or bytes where one belongs."""
_LAST = Prepared(
    select(EventRow.seq, EventRow.hash)
    .where(col(EventRow.device) == bindparam("device"), col(EventRow.seq) <= _HIGHEST)
    .order_by(col(EventRow.seq).desc())
    .limit(1)
)
_SUBJECT: BindParameter[str] = bindparam("subject", type_=String())
_VISITOR_OF = Prepared(
    select(TicketRow.visitor).where(
        col(TicketRow.plant) == bindparam("plant"),
        col(TicketRow.id) == bindparam("ticket"),
        col(TicketRow.visitor).is_not(None),
    )
)
_OF_SUBJECT = Prepared(
    select(EventRow.body, EventRow.private).where(
        col(EventRow.plant) == bindparam("plant"),
        col(EventRow.subject).in_(
            union_all(
                select(_SUBJECT),
                select(TicketRow.id).where(
                    col(TicketRow.plant) == bindparam("plant"), col(TicketRow.visitor) == _SUBJECT
                ),
            )
        ),
    )
)
_VISITORS_OF = Prepared(
    text(
        "SELECT id, visitor FROM ticket WHERE plant = :plant AND visitor IS NOT NULL "
        "AND id IN (SELECT value FROM json_each(:tickets))"
    )
)
_UNDER_TICKETS = Prepared(
    text(
        "SELECT DISTINCT event.plant, event.subject, ticket.visitor FROM event "
        "LEFT JOIN ticket ON ticket.plant = event.plant AND ticket.id = event.subject "
        "WHERE event.subject IN (SELECT value FROM json_each(:tickets))"
    )
)
_PARTY = Prepared(
    select(TicketRow.party).where(
        col(TicketRow.plant) == bindparam("plant"),
        col(TicketRow.id) == bindparam("subject"),
        col(TicketRow.visitor).is_(None),
    )
)
_BRIEFED = Prepared(
    select(EventRow.id, EventRow.body).where(
        col(EventRow.plant) == bindparam("plant"),
        col(EventRow.tour) == bindparam("tour"),
        col(EventRow.kind) == Kind.BRIEFING.value,
    )
)
_OF_KIND = Prepared(
    select(EventRow.id)
    .where(col(EventRow.kind) == bindparam("kind"), col(EventRow.plant) == bindparam("plant"))
    .limit(1)
)
_ANY = Prepared(select(EventRow.id).limit(1))
_APPEND = Prepared(insert(_EVENT))
_TAKE = Prepared(insert(_EVENT).on_conflict_do_nothing().returning(_EVENT.c.id))
_put = insert(MetaRow.__table__)  # type: ignore[attr-defined]
_HEADED = Prepared(_put.on_conflict_do_update(index_elements=["key"], set_={"value": _put.excluded.value}))
_QUEUE = Prepared(insert(OutboxRow.__table__))  # type: ignore[attr-defined]
_FORGET = Prepared(
    delete(PresenceRow.__table__).where(  # type: ignore[attr-defined]
        col(PresenceRow.plant) == bindparam("plant"), col(PresenceRow.subject) == bindparam("subject")
    )
)
_fold = insert(PresenceRow.__table__)  # type: ignore[attr-defined]
_FOLD = Prepared(
    _fold.on_conflict_do_update(
        index_elements=["plant", "subject"],
        set_={name: _fold.excluded[name] for name in ("tour", "party", "inside", "left", "walk_in", "doubles")},
    )
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A line as the store holds it: ``received_at`` is the hub's receipt time, for another gate's events."""

    line: JournalLine
    received_at: datetime | None


def _number(row: EventRow, expected: int) -> int:
    """The number of the event that a row held, whatever stands there now."""
    if row.seq == expected:
        return expected
    try:
        return event_from_json(row.body).seq
    except (ValueError, TypeError):
        return row.seq if isinstance(row.seq, int) else expected


def _moves(event: AttendanceEvent) -> bool:
    """Whether an event can change where somebody is."""
    return event.kind is Kind.VOID or effect(event.kind) != 0


class Journal:
    """Appends and reads events."""

    def __init__(self, session: Session, written: list[JournalLine] | None = None) -> None:
        self._session = session
        self._written = written if written is not None else []

    def append(self, event: AttendanceEvent, device: Device) -> JournalLine:
        """Writes this device's next event, to be sent to the hub."""
        last = _LAST(self._session, device=device.id)
        seq, prev = last[0] if last else (0, GENESIS)
        line = chained(replace(event, device=device.id, seq=seq + 1), prev, device.sign)
        _APPEND(self._session, **values_of(line, None))
        _HEADED(self._session, key=HEAD, value=f"{line.seq} {line.hash}")
        _QUEUE(self._session, event_id=event.id, seq=line.seq, attempts=0, next_us=0, rejected="")
        self._written.append(line)
        if event.subject is not None and _moves(event):
            self._refresh(event.plant, event.subject)
        return line

    def restore(self, lines: Sequence[JournalLine]) -> int:
        """This device's own lines, from the journal's copy, as they were; all of them go to the hub (again).

        Returns how many were not here.
        """
        fresh = [line for line in lines if _TAKE(self._session, **values_of(line, None))]
        for line in fresh:
            _QUEUE(self._session, event_id=line.event.id, seq=line.seq, attempts=0, next_us=0, rejected="")
        last = max(fresh, key=lambda line: line.seq, default=None)
        if last is not None and last.seq == self.count(last.device) > self.head()[0]:
            _HEADED(self._session, key=HEAD, value=f"{last.seq} {last.hash}")
        self.rebuild_presence(
            {
                (line.event.plant, line.event.subject): None
                for line in fresh
                if line.event.subject is not None and _moves(line.event)
            }
        )
        return len(fresh)

    def numbers(self, device: str) -> set[int]:
        """The numbers of a device's events that are here."""
        rows = select(EventRow.seq).where(col(EventRow.device) == device, col(EventRow.seq) <= _HIGHEST)
        return set(self._session.exec(rows))

    def numbered(self, device: str, seqs: Iterable[int]) -> Iterator[JournalLine]:
        """A device's events with these numbers, in order."""
        for seq in sorted(seqs):
            row = self._session.exec(
                select(EventRow).where(col(EventRow.device) == device, col(EventRow.seq) == seq)
            ).first()
            if row is not None:
                yield line_of(row)

    def take_peers(self, lines: Sequence[Stored], own_device: str) -> list[AttendanceEvent]:
        """Other gates' events, as the hub passed them on; those that are here already change nothing.

        Returns the events that were new.
        """
        fresh: list[AttendanceEvent] = []
        for stored in lines:
            event = stored.line.event
            if event.device == own_device:
                continue
            if _TAKE(self._session, **values_of(stored.line, stored.received_at)):
                fresh.append(event)
        for plant, subject in {
            (event.plant, event.subject) for event in fresh if event.subject is not None and _moves(event)
        }:
            self._refresh(plant, subject)
        return fresh

    def by_id(self, event_id: str) -> AttendanceEvent | None:
        row = self._session.get(EventRow, event_id)
        return None if row is None else line_of(row).event

    def is_void(self, event_id: str) -> bool:
        """Whether some event takes this one back."""
        return (
            self._session.exec(select(EventRow.id).where(col(EventRow.voids) == event_id).limit(1)).first() is not None
        )

    def whose(self, plant: str, subject: str) -> str:
        """The one name of a subject: the visitor of a ticket that the roster knows, else the subject itself."""
        found = _VISITOR_OF(self._session, plant=plant, ticket=subject)
        return str(found[0][0]) if found else subject

    def of_subject(self, plant: str, subject: str) -> list[AttendanceEvent]:
        """Everything that happened to one subject, from every gate, under whichever name it was written."""
        rows = _OF_SUBJECT(self._session, plant=plant, subject=self.whose(plant, subject))
        return [event_of(body, kept) for body, kept in rows]

    def briefed(self, plant: str, tour: str, group: str | None) -> bool:
        """Whether the group, or the whole tour, was briefed, and nobody has taken that back."""
        for event_id, body in _BRIEFED(self._session, plant=plant, tour=tour):
            said = event_from_json(body).group
            if (said is None or said == group) and not self.is_void(event_id):
                return True
        return False

    def of_kinds(self, plant: str, kinds: Sequence[Kind]) -> list[AttendanceEvent]:
        """Every event of these kinds and what takes them back, of a plant, their subjects by their one name.

        Voids of other events are left out: a season has thousands, and an alarm is asked for after every scan.
        """
        if not any(_OF_KIND(self._session, plant=plant, kind=kind.value) for kind in kinds):
            return []
        columns = select(EventRow.id, EventRow.body, EventRow.private)
        here, wanted = col(EventRow.plant) == plant, col(EventRow.kind).in_([kind.value for kind in kinds])
        rows = {row.id: row for row in self._session.execute(columns.where(here, wanted))}
        named = select(EventRow.id).where(here, wanted)
        found = list(self._session.execute(columns.where(here, col(EventRow.voids).in_(named))))
        while fresh := [row for row in found if row.id not in rows]:  # a void can itself be taken back
            rows |= {row.id: row for row in fresh}
            found = list(self._session.execute(columns.where(col(EventRow.voids).in_([row.id for row in fresh]))))
        events = [event_of(row.body, row.private) for row in rows.values()]
        subjects = json.dumps(sorted({event.subject for event in events if event.subject is not None}))
        whose = dict(_VISITORS_OF(self._session, plant=plant, tickets=subjects))
        return [replace(event, subject=whose[event.subject]) if event.subject in whose else event for event in events]

    def acts(self, plant: str | None, what: str) -> list[AttendanceEvent]:
        """Every act of one sort, at whichever gate or hub, of a plant or of all."""
        query = select(EventRow.body, EventRow.private).where(
            col(EventRow.kind) == Kind.ACT.value, col(EventRow.reason) == what
        )
        if plant is not None:
            query = query.where(col(EventRow.plant) == plant)
        return [event_of(body, kept) for body, kept in self._session.execute(query)]

    def newest(self, plant: str) -> datetime | None:
        """When somebody went in or out last, as far as is known here: how old a list of those inside is."""
        moves = [kind.value for kind in Kind if effect(kind)]
        row = self._session.exec(
            select(EventRow.at_us)
            .where(col(EventRow.plant) == plant, col(EventRow.kind).in_(moves))
            .order_by(col(EventRow.at_us).desc())
            .limit(1)
        ).first()
        return None if row is None else from_us(row)

    def recent(self, device: str, limit: int) -> list[AttendanceEvent]:
        """This device's last events about visits, newest first, without voids."""
        rows = self._session.exec(
            select(EventRow)
            .where(col(EventRow.device) == device, col(EventRow.kind).not_in((Kind.VOID.value, Kind.ACT.value)))
            .order_by(col(EventRow.seq).desc())
            .limit(limit)
        ).all()
        return [line_of(row).event for row in rows]

    def lines(self, device: str | None = None) -> Iterator[Stored]:
        """Every line, of one device or of all, each device's in order."""
        query = select(EventRow).order_by(col(EventRow.device), col(EventRow.seq))
        if device is not None:
            query = query.where(col(EventRow.device) == device)
        for row in self._session.exec(query.execution_options(yield_per=_CHUNK)):
            yield Stored(line_of(row), None if row.received_us is None else from_us(row.received_us))

    def count(self, device: str) -> int:
        """How many events this device has written."""
        last = _LAST(self._session, device=device)
        return int(last[0][0]) if last else 0

    def head(self) -> tuple[int, str]:
        """Number and hash of this device's last event, as it was noted when that was written; 0 where it was not."""
        row = self._session.exec(select(MetaRow.value).where(col(MetaRow.key) == HEAD)).first()
        number, _space, digest = (row or "").partition(" ")
        return (int(number), digest) if number.isascii() and number.isdigit() else (0, "")

    def first_break(self, device: str, public_hex: str = "") -> Break | None:
        """Where a device's chain breaks: a line, a signature (with its key), a column that says other than the line."""
        rows = select(EventRow).where(col(EventRow.device) == device).order_by(col(EventRow.seq))
        strange: list[Break] = []

        def lines() -> Iterator[JournalLine]:
            before = 0
            for row in self._session.exec(rows.execution_options(yield_per=_CHUNK)):
                line = told(row, own=bool(public_hex))
                if line is None:
                    strange.append(Break(_number(row, before + 1), Fault.CHANGED))
                    return
                before = line.seq
                yield line

        told_lines = lines()
        broken = first_break(
            told_lines, (lambda message, signed: verify_hex(public_hex, message, signed)) if public_hex else None
        )
        if broken is not None and broken.fault is not Fault.GAP:
            return broken
        list(told_lines)  # the event that is missed may stand behind, under another number
        found = [*strange, *([broken] if broken is not None else [])]
        return min(found, key=lambda one: one.seq, default=None)

    def others_break(self, own: str) -> Break | None:
        """The first event of another device that is not what was hashed; who signed it, and gaps, the hub knows."""
        rows = select(EventRow).where(col(EventRow.device) != own).order_by(col(EventRow.device), col(EventRow.seq))
        for row in self._session.exec(rows.execution_options(yield_per=_CHUNK)):
            line = told(row, own=False)
            fault = Fault.CHANGED if line is None else line_fault(line)
            if fault is not None:
                return Break(_number(row, 1), fault)
        return None

    def rebuild_presence(self, subjects: Iterable[tuple[str, str]]) -> None:
        """Folds the events of these (plant, subject) again."""
        for plant, subject in subjects:
            self._refresh(plant, subject)

    @contextmanager
    def handing_over(self, tickets: Collection[str]) -> Iterator[None]:
        """While the roster changes whose these tickets are: what was recorded under them counts as theirs after it."""
        held = self._under(tickets)
        yield
        self.rebuild_presence(held | self._under(tickets) if held else ())

    def _under(self, tickets: Collection[str]) -> set[tuple[str, str]]:
        """Plant and subject (by its one name) of every stay with events under these tickets' own ids."""
        if not tickets or not _ANY(self._session):
            return set()
        rows = _UNDER_TICKETS(self._session, tickets=json.dumps(list(tickets)))
        return {(plant, visitor or ticket) for plant, ticket, visitor in rows}

    def _refresh(self, plant: str, subject: str) -> None:
        name = self.whose(plant, subject)
        moving = [event for event in self.of_subject(plant, name) if _moves(event)]
        if name != subject or not moving:  # they are another's now
            _FORGET(self._session, plant=plant, subject=subject)
        if not moving:
            return
        known = _PARTY(self._session, plant=plant, subject=name)
        party = known[0][0] if known else max(event.party for event in moving)
        now = stay(moving, party)
        values = {
            "plant": plant,
            "subject": name,
            "tour": tour_of(moving, now),
            "party": party,
            "inside": now.inside,
            "left": now.left,
            "walk_in": now.entry is not None and now.entry.kind is Kind.WALK_IN,
            "doubles": ",".join(now.doubles),
        }
        _FOLD(self._session, **values)
