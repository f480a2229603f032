"""Attendance at the hub: every pushed line gets an answer of its own, and what is answered is on the disk.

A line is stored when it is what its gate signed; whether it follows the one before it is written down beside it
(``checkin.hub.findings``) and never holds back the lines behind.  The same line sent again is a duplicate and changes
nothing.  Two lines under one number cannot both be stored: the second is answered ``fork``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, bindparam, select

from checkin import wire
from checkin.domain.events import GENESIS, AttendanceEvent, Fault, JournalLine, Private, follows, line_fault
from checkin.hub import rows
from checkin.hub.database import Counters, lock_plant, writing
from checkin.hub.devices import Enrolled, other_gates, seen
from checkin.hub.findings import Finding, heal, keep
from checkin.hub.presence import refold, subject_of, touched, under_ticket, visitors_of
from checkin.hub.signatures import verifier
from checkin.hub.statements import add, among
from checkin.wire import Answer, Rejection, Status

MAX_ID = 64
MAX_PARTY = 10_000
MAX_SEQ = 2**53
"""Where a number in JSON stops being exact elsewhere."""
MAX_TEXT = 200
_PRIVATE = TypeAdapter(Private)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not stored, and why."""

    id: str
    seq: int
    reason: Rejection


@dataclass(frozen=True, slots=True)
class Received:
    """The answers, in the order of the lines, and the plant's position after them."""

    answers: list[Answer]
    position: int
    accepted: int


def receive(engine: Engine, device: Enrolled, lines: Sequence[object], sent_at: datetime, now: datetime) -> Received:
    """Stores what can be stored of a device's lines (oldest first), all in one transaction."""
    verify = verifier(device.public_key)
    examined = [examine(line, device, verify) for line in lines]
    with writing(engine) as connection:
        counters = lock_plant(connection, device.plant)
        received = _keep_lines(connection, counters, device, examined, now)
        seen(connection, device, now, clock_offset=sent_at - now)
    return received


def append(
    connection: Connection, counters: Counters, device: Enrolled, lines: Sequence[object], now: datetime
) -> Received:
    """Stores lines that the hub itself has written, as it stores a gate's, in a transaction that holds the plant."""
    verify = verifier(device.public_key)
    return _keep_lines(connection, counters, device, [examine(line, device, verify) for line in lines], now)


def _keep_lines(
    connection: Connection,
    counters: Counters,
    device: Enrolled,
    examined: Sequence[JournalLine | Refused],
    now: datetime,
) -> Received:
    own = {device.gate, device.gate_name}
    strange = {item.event.gate for item in examined if isinstance(item, JournalLine)} - own
    others = other_gates(connection, device) - own if strange else set()
    examined = [_of_its_gate(item, others) for item in examined]
    book = Book(connection, device, [item for item in examined if isinstance(item, JournalLine)])
    answers = [book.judge(item) for item in examined]
    settle(connection, counters, [book], book.accepted, now)
    return Received(answers, counters.position, len(book.accepted))


def settle(
    connection: Connection,
    counters: Counters,
    books: Iterable[Book],
    accepted: Sequence[JournalLine],
    now: datetime,
    via: str | None = None,
) -> None:
    """Writes what the books have accepted, in this order, and what they have found; the plant must be locked."""
    tickets = {line.event.subject or "" for line in accepted if under_ticket(line.event)}
    whose = visitors_of(connection, counters.plant, tickets)
    _insert(connection, counters, accepted, now, via, whose)
    for book in books:
        keep(connection, book.device, book.findings, now)
        heal(connection, book.device, book.healed, now)
    refold(connection, counters.plant, touched(connection, counters.plant, [line.event for line in accepted], whose))
    counters.save(connection)


def examine(raw: object, device: Enrolled, verify: Callable[[bytes, str], bool]) -> JournalLine | Refused:
    """What one line is by itself: the journal line, or why it cannot be one of this device's."""
    event = raw.get("event") if isinstance(raw, dict) else None
    fields: dict[Any, Any] = event if isinstance(event, dict) else {}
    given, count = fields.get("id"), fields.get("seq")
    identity = given[:MAX_TEXT] if isinstance(given, str) else ""
    seq = count if isinstance(count, int) and not isinstance(count, bool) and 0 < count <= MAX_SEQ else 0
    try:
        line = wire.line_in(wire.LineIn.model_validate(raw))
        if not _bounded(line.event):
            return Refused(identity, seq, Rejection.MALFORMED)
        if line.event.plant != device.plant:
            return Refused(identity, seq, Rejection.WRONG_PLANT)
        if line.device != device.id:
            return Refused(identity, seq, Rejection.WRONG_GATE)
        fault = line_fault(line, verify)
    except (ValueError, OverflowError, RecursionError):  # what its fields hold cannot be an event's
        return Refused(identity, seq, Rejection.MALFORMED)
    return line if fault is None else Refused(identity, seq, _rejection(fault))


def _of_its_gate(item: JournalLine | Refused, others: set[str]) -> JournalLine | Refused:
    """Refuses what is written in another gate's name; a name of its own, from before it enrolled, is no harm."""
    if isinstance(item, JournalLine) and item.event.gate in others:
        return Refused(item.event.id, item.seq, Rejection.WRONG_GATE)
    return item


def _bounded(event: AttendanceEvent) -> bool:
    """Whether an event fits the tables: lengths, numbers, an aware time, and no NUL, which PostgreSQL cannot hold."""
    texts = (event.id, event.gate, event.tour, event.subject, event.ticket, event.group, event.voids, event.reason)
    return (
        0 < len(event.id) <= MAX_ID
        and 0 < event.seq <= MAX_SEQ
        and 0 < event.party <= MAX_PARTY
        and event.at.tzinfo is not None
        and event.at - timedelta(days=2) < event.at + timedelta(days=2)  # OverflowError at the calendar's ends
        and all(text is None or (len(text) <= MAX_TEXT and "\0" not in text) for text in texts)
        and len(wire.event_json(event).encode()) <= wire.MAX_EVENT_BYTES
    )


def _rejection(fault: Fault) -> Rejection:
    match fault:
        case Fault.CHANGED:
            return Rejection.CHANGED
        case Fault.GAP:
            return Rejection.GAP
        case Fault.FORK:
            return Rejection.FORK
        case Fault.PRIVATE:
            return Rejection.PRIVATE
        case Fault.SIGNATURE:
            return Rejection.SIGNATURE
        case _:
            assert_never(fault)


@dataclass(frozen=True, slots=True)
class _Kept:
    """As much of a stored line as its neighbours are compared with."""

    id: str
    prev: str
    hash: str


_a = rows.attendance.c
_KNOWN = select(_a.id, _a.hash).where(_a.plant == bindparam("plant"), among(_a.id, "ids"))
_CHAIN = select(_a.seq, _a.id, _a.prev, _a.hash).where(
    _a.plant == bindparam("plant"), _a.device == bindparam("device"), among(_a.seq, "around")
)


class Book:
    """What is stored of a device's chain around the lines that came, and what is decided about each of them."""

    def __init__(self, connection: Connection, device: Enrolled, lines: list[JournalLine]) -> None:
        self.device = device
        self.accepted: list[JournalLine] = []
        self.findings: list[Finding] = []
        self.healed: set[int] = set()
        ids = {line.event.id for line in lines}
        known = connection.execute(_KNOWN, {"plant": device.plant, "ids": ids})
        self._hash_of = {row.id: row.hash for row in known}
        around = {line.seq + step for line in lines for step in (-1, 0, 1)}
        chain = connection.execute(_CHAIN, {"plant": device.plant, "device": device.id, "around": around})
        self._at = {row.seq: _Kept(row.id, row.prev, row.hash) for row in chain}

    def judge(self, item: JournalLine | Refused) -> Answer:
        """The answer to one line, in the order in which they came."""
        if isinstance(item, Refused):
            return self._reject(item)
        identity, seq = item.event.id, item.seq
        known = self._hash_of.get(identity)
        if known is not None:
            if known == item.hash:
                return Answer(id=identity, status=Status.DUPLICATE)
            return self._reject(Refused(identity, seq, Rejection.ID_TAKEN))
        if seq in self._at:
            return self._reject(Refused(identity, seq, Rejection.FORK))
        self._place(item)
        return Answer(id=identity, status=Status.ACCEPTED)

    def _reject(self, item: Refused) -> Answer:
        if item.reason not in (Rejection.WRONG_GATE, Rejection.WRONG_PLANT):
            self.findings.append(Finding(item.seq, item.reason.value, item.id[:MAX_ID]))
        return Answer(id=item.id, status=Status.REJECTED, reason=item.reason)

    def _place(self, line: JournalLine) -> None:
        seq = line.seq
        before, after = self._at.get(seq - 1), self._at.get(seq + 1)
        if before is None and seq > 1:
            self._find(seq, Fault.GAP, line.event.id)
        elif follows(seq - 1, before.hash if before else GENESIS, line) is not None:
            self._find(seq, Fault.FORK, line.event.id)
        if after is not None:  # a line that comes late closes the gap that the next one left
            self.healed.add(seq + 1)
            self.findings = [found for found in self.findings if (found.seq, found.fault) != (seq + 1, Fault.GAP)]
            if after.prev != line.hash:
                self._find(seq + 1, Fault.FORK, after.id)
        self._at[seq] = _Kept(line.event.id, line.prev, line.hash)
        self._hash_of[line.event.id] = line.hash
        self.accepted.append(line)

    def _find(self, seq: int, fault: Fault, event: str) -> None:
        self.findings.append(Finding(seq, fault.value, event))


def _insert(
    connection: Connection,
    counters: Counters,
    lines: Iterable[JournalLine],
    now: datetime,
    via: str | None,
    whose: Mapping[str, str],
) -> None:
    values = []
    for line in lines:
        event = line.event
        counters.position += 1
        kept = event.private
        values.append(
            {
                "plant": event.plant,
                "id": event.id,
                "device": event.device,
                "seq": event.seq,
                "position": counters.position,
                "at": event.at,
                "received_at": now,
                "kind": event.kind.value,
                "tour": event.tour,
                "subject": subject_of(event, whose),
                "gate": event.gate,
                "party": event.party,
                "voids": event.voids,
                "prev": line.prev,
                "hash": line.hash,
                "signature": line.signature,
                "body": wire.event_json(event if kept is None else replace(event, private=None)),
                "private": None if kept is None else _PRIVATE.dump_json(kept).decode(),
                "via": via,
            }
        )
    add(connection, rows.attendance, values)
