"""Attendance at the hub: every pushed line gets an answer of its own, and what is answered is on the disk.

A line is stored when it is what its gate signed; whether it follows the one before it is written down beside it
(``checkin.hub.findings``) and never holds back the lines behind.  The same line sent again is a duplicate and changes
nothing.  Two lines under one number cannot both be stored: the second is answered ``fork``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, bindparam, func, select

from checkin import wire
from checkin.domain.events import AttendanceEvent, Fault, JournalLine, Private, line_fault
from checkin.hub import rows
from checkin.hub.book import MAX_ID, Book, Refused, neighbours
from checkin.hub.database import SAVE, Counters, lock_and_ask, reading, writing
from checkin.hub.devices import Enrolled, lately_seen, other_gates, seen
from checkin.hub.findings import heal, keep
from checkin.hub.presence import ahead, subject_of, take_in, under_ticket, visitors_of
from checkin.hub.resolutions import keep_resolved
from checkin.hub.signatures import verifier
from checkin.hub.statements import add_and
from checkin.wire import Answer, Rejection

SLICE = (10, 40)
"""Fewest and most lines stored in one transaction, which holds the plant's lock: live events pass between two."""
SLICE_S = 0.006
"""So long one slice may hold the lock: on a busy machine the next ones are shorter."""
SHORT_BATCH = 10
"""Lines up to which a batch is a live one, which goes before the others: an entry, or a whole group's as it comes."""
MAX_PARTY = 10_000
MAX_SEQ = 2**53
"""Where a number in JSON stops being exact elsewhere."""
MAX_TEXT = 200
SHORT = (wire.MAX_EVENT_BYTES - 8 * MAX_TEXT * 6 - 1_000) // 6
"""Characters of an event's other texts that fit in any case: one takes at most 6 bytes in JSON."""
_PRIVATE = TypeAdapter(Private)
_a, _f = rows.attendance.c, rows.finding.c
_PLANT: Any = bindparam("plant")
_DEVICE: Any = bindparam("device")
_FIRST_GAP = (
    select(func.min(_f.seq))
    .where(_f.plant == _PLANT, _f.device == _DEVICE, _f.fault == Fault.GAP.value, _f.healed_at.is_(None))
    .scalar_subquery()
)
_OWN = (_a.plant == _PLANT, _a.device == _DEVICE)
_HELD = select(
    select(func.max(_a.seq)).where(*_OWN, _a.seq < func.coalesce(_FIRST_GAP, 2**62)).scalar_subquery().label("whole"),
    select(func.count()).where(*_OWN, _a.seq >= func.coalesce(_FIRST_GAP, 2**62)).scalar_subquery().label("beyond"),
)


@dataclass(frozen=True, slots=True)
class Received:
    """The answers, in the order of the lines, and the plant's position after them."""

    answers: list[Answer]
    position: int
    accepted: int


def receive(engine: Engine, device: Enrolled, lines: Sequence[object], sent_at: datetime, now: datetime) -> Received:
    """Stores what can be stored of a device's lines (oldest first), a ``SLICE`` of them in a transaction.

    A line is a ``JournalLine``, or whatever stood in its place.
    """
    verify = verifier(device.public_key)
    examined = [examine(line, device, verify) for line in lines]
    answers: list[Answer] = []
    accepted = position = end = 0
    fewest, at_once = SLICE
    while end < max(1, len(examined)):
        some = examined[end : end + at_once]
        end += at_once
        with writing(engine) as connection:
            counters, part, since_s = _take_part(connection, device, some, now, patient=len(examined) > SHORT_BATCH)
            if end >= len(examined) and not lately_seen(device, now, sent_at - now):
                seen(connection, device, now, clock_offset=sent_at - now)
        answers += part.answers
        position, accepted = counters.position, accepted + part.accepted
        if time.monotonic() - since_s > SLICE_S:
            at_once = max(fewest, at_once // 2)
    return Received(answers, position, accepted)


@dataclass(frozen=True, slots=True)
class Held:
    """What is here of a device's journal: all up to a number, and so many lines behind the gap after it."""

    whole: int
    beyond: int


def held(engine: Engine, device: Enrolled) -> Held:
    """What a gate compares its own journal with.  Lines are counted only where there is a gap."""
    with reading(engine) as connection:
        found = connection.execute(_HELD, {"plant": device.plant, "device": device.id}).one()
    return Held(found.whole or 0, found.beyond)


def _take_part(
    connection: Connection,
    device: Enrolled,
    examined: Sequence[JournalLine | Refused],
    now: datetime,
    *,
    patient: bool,
) -> tuple[Counters, Received, float]:
    """Locks the plant and stores one slice: on PostgreSQL two journeys, of which the second commits.

    The last that is returned is when the plant was locked, by ``time.monotonic``.
    """
    lines = [item for item in examined if isinstance(item, JournalLine)]
    questions = [neighbours(connection, device, lines)]
    standing = ahead(connection, device.plant, [line.event for line in lines])
    if standing is not None:
        questions.append(standing)
    counters, (found, *stands) = lock_and_ask(connection, device.plant, *questions, patient=patient)
    since_s = time.monotonic()
    part = _keep_lines(connection, counters, Book(device, found), examined, now, stands[0] if stands else None)
    return counters, part, since_s


def append(
    connection: Connection, counters: Counters, device: Enrolled, lines: Sequence[object], now: datetime
) -> Received:
    """Stores lines that the hub itself has written, as it stores a gate's, in a transaction that holds the plant."""
    verify = verifier(device.public_key)
    examined = [examine(line, device, verify) for line in lines]
    book = Book.of(connection, device, [item for item in examined if isinstance(item, JournalLine)])
    return _keep_lines(connection, counters, book, examined, now)


def _keep_lines(
    connection: Connection,
    counters: Counters,
    book: Book,
    examined: Sequence[JournalLine | Refused],
    now: datetime,
    standing: Sequence[Any] | None = None,
) -> Received:
    device = book.device
    own = {device.gate, device.gate_name}
    strange = {item.event.gate for item in examined if isinstance(item, JournalLine)} - own
    others = other_gates(connection, device) - own if strange else set()
    examined = [_of_its_gate(item, others) for item in examined]
    answers = [book.judge(item) for item in examined]
    settle(connection, counters, [book], book.accepted, now, standing=standing)
    return Received(answers, counters.position, len(book.accepted))


def settle(
    connection: Connection,
    counters: Counters,
    books: Collection[Book],
    accepted: Sequence[JournalLine],
    now: datetime,
    via: str | None = None,
    standing: Sequence[Any] | None = None,
) -> None:
    """Writes what the books have accepted, in this order, and what they have found; the plant must be locked.

    ``standing`` answers ``presence.ahead`` for these lines, where that was asked.
    """
    tickets = {line.event.subject or "" for line in accepted if under_ticket(line.event)}
    whose = visitors_of(connection, counters.plant, tickets)
    _insert(connection, counters, accepted, now, via, whose)
    for book in books:
        keep(connection, book.device, book.findings, now)
        heal(connection, book.device, book.healed, now)
    tops = {book.device.id: book.top for book in books}
    take_in(connection, counters.plant, [line.event for line in accepted], whose, tops, standing)
    keep_resolved(connection, counters.plant, accepted)


def examine(raw: object, device: Enrolled, verify: Callable[[bytes, str], bool]) -> JournalLine | Refused:
    """What one line is by itself: the journal line, or why it cannot be one of this device's."""
    identity, seq = (raw.event.id[:MAX_TEXT], raw.seq) if isinstance(raw, JournalLine) else _named(raw)
    if not 0 < seq <= MAX_SEQ:
        seq = 0
    try:
        line = raw if isinstance(raw, JournalLine) else wire.line_in(wire.LineIn.model_validate(raw))
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


def _named(raw: object) -> tuple[str, int]:
    """The id and the number that a line gives itself, as far as it does."""
    event = raw.get("event") if isinstance(raw, dict) else None
    fields: dict[Any, Any] = event if isinstance(event, dict) else {}
    given, count = fields.get("id"), fields.get("seq")
    seq = count if isinstance(count, int) and not isinstance(count, bool) else 0
    return given[:MAX_TEXT] if isinstance(given, str) else "", seq


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
        and (_short(event) or len(wire.event_json(event).encode()) <= wire.MAX_EVENT_BYTES)
    )


def _short(event: AttendanceEvent) -> bool:
    """Whether an event is far from too long whatever its characters: nearly all are, and need not be written out."""
    kept = event.private
    free = len(event.operator) + len(event.source) + len(event.code) + len(event.private_digest)
    free += sum(map(len, event.confirmed)) + 4 * len(event.confirmed)
    free += 0 if kept is None else len(kept.salt) + len(kept.name) + len(kept.note)
    return free <= SHORT and abs(event.mono_ns) < MAX_SEQ


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
    add_and(connection, rows.attendance, values, SAVE, counters.now())
