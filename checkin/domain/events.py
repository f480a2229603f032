"""What happened at a gate: attendance events, and their place in the gate's hash chain.

An event is never changed or removed; an undo is another event (``Kind.VOID``).  What could name a person stands in
``private`` and enters the chain only as a salted digest, so that it can be purged later without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

GENESIS = "0" * 64
"""``prev`` of the first line of every chain."""


class Kind(StrEnum):
    """What an event says."""

    ENTRY = "entry"
    WALK_IN = "walk_in"  # somebody who was not on the list
    OVERRIDE = "override"  # let in although the rules said no; `reason` is the refusal's
    EXIT = "exit"
    VOID = "void"  # `voids` names the event that is taken back
    REFUSAL = "refusal"
    QUESTION = "question"  # the gate asked the operator for something first
    BRIEFING = "briefing"  # a group was briefed
    MARK = "mark"  # roll-call or muster: a person was looked for; `reason` is a domain.muster.Mark
    ALARM = "alarm"  # a muster begins; `reason` is real or drill
    ALL_CLEAR = "all_clear"  # the muster has ended
    ACT = "act"  # somebody at the gate did what must be accounted for; `reason` is a domain.people.Act


INWARD = frozenset({Kind.ENTRY, Kind.WALK_IN, Kind.OVERRIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """The part of an event that may name a person.  ``salt`` is 16 random bytes in hex and goes when the rest goes."""

    salt: str
    name: str = ""
    note: str = ""

    def digest(self) -> str:
        """What the chain keeps of it."""
        text = json.dumps([self.name, self.note], ensure_ascii=False)
        return hashlib.sha256(bytes.fromhex(self.salt) + text.encode()).hexdigest()


def private(name: str = "", note: str = "") -> Private | None:
    """A private part with a fresh salt, or None when there is nothing to keep."""
    return Private(salt=os.urandom(16).hex(), name=name, note=note) if name or note else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceEvent:
    """One thing that happened.  ``at`` is the gate's clock, in UTC; ``subject`` whose stay it changes, if anybody's.

    ``subject`` is a visitor's id, or a ticket's for a party without names; ``party`` how many heads went through.
    ``device`` and ``seq`` (from 1, without gaps) are given when the event is written to that device's journal.
    """

    id: str
    plant: str
    gate: str
    at: datetime
    kind: Kind
    device: str = ""
    seq: int = 0
    reason: str = ""
    tour: str | None = None
    subject: str | None = None
    ticket: str | None = None
    group: str | None = None
    party: int = 1
    operator: str = ""
    source: str = ""
    code: str = ""
    voids: str | None = None
    confirmed: tuple[str, ...] = ()
    mono_ns: int = 0
    private: Private | None = None
    private_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """An event and its place in the chain of the device that wrote it."""

    prev: str
    hash: str
    signature: str
    event: AttendanceEvent

    @property
    def device(self) -> str:
        return self.event.device

    @property
    def seq(self) -> int:
        return self.event.seq


_CHAINED = tuple(one.name for one in fields(AttendanceEvent) if one.name != "private")
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content(event: AttendanceEvent) -> bytes:
    """The bytes of an event that the chain protects: canonical JSON, without ``private``."""
    values = {name: getattr(event, name) for name in _CHAINED}
    values["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _CANONICAL.encode(values).encode()


def chain_hash(prev: str, event: AttendanceEvent) -> str:
    """SHA-256 over the previous line's hash and the event's content, in hex."""
    return hashlib.sha256(prev.encode() + b"\n" + content(event)).hexdigest()


def chained(event: AttendanceEvent, prev: str, sign: Callable[[bytes], str]) -> JournalLine:
    """The journal line for an event that has its device and number.  ``sign`` takes the hash's 32 bytes, gives hex."""
    if event.private is not None:
        event = replace(event, private_digest=event.private.digest())
    digest = chain_hash(prev, event)
    return JournalLine(prev=prev, hash=digest, signature=sign(bytes.fromhex(digest)), event=event)


class Fault(StrEnum):
    """How a chain is broken."""

    CHANGED = "changed"  # the line's content is not what was hashed
    GAP = "gap"  # a number is missing
    FORK = "fork"  # two lines claim one number, or a line does not follow the one before it
    PRIVATE = "private"  # the private part is not what was hashed
    SIGNATURE = "signature"  # not signed by the device


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain breaks."""

    seq: int
    fault: Fault


def line_fault(line: JournalLine, verify: Callable[[bytes, str], bool] | None = None) -> Fault | None:
    """What is wrong with one line by itself, if anything."""
    if chain_hash(line.prev, line.event) != line.hash:
        return Fault.CHANGED
    kept = line.event.private
    if kept is not None and kept.digest() != line.event.private_digest:
        return Fault.PRIVATE
    if verify is not None and not verify(bytes.fromhex(line.hash), line.signature):
        return Fault.SIGNATURE
    return None


def follows(seq: int, prev_hash: str, line: JournalLine) -> Fault | None:
    """Whether ``line`` may come right after line ``seq`` with hash ``prev_hash``; None when it may."""
    if line.seq > seq + 1:
        return Fault.GAP
    if line.seq != seq + 1 or line.prev != prev_hash:
        return Fault.FORK
    return None


def first_break(lines: Iterable[JournalLine], verify: Callable[[bytes, str], bool] | None = None) -> Break | None:
    """The first place where one device's chain, given in order, breaks; None when it is intact."""
    seq, prev = 0, GENESIS
    for line in lines:
        fault = line_fault(line, verify) or follows(seq, prev, line)
        if fault is not None:
            return Break(line.seq, fault)
        seq, prev = line.seq, line.hash
    return None


def new_id(at: datetime | None = None) -> str:
    """A UUIDv7 (RFC 9562): sorts by time, and is its event's idempotency key."""
    ms = time.time_ns() // 1_000_000 if at is None else int(at.timestamp() * 1000)
    raw = bytearray((ms & (1 << 48) - 1).to_bytes(6, "big") + os.urandom(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def effect(kind: Kind) -> int:
    """+1 for events that let somebody in, -1 for those that let somebody out, 0 for the rest."""
    match kind:
        case Kind.ENTRY | Kind.WALK_IN | Kind.OVERRIDE:
            return 1
        case Kind.EXIT:
            return -1
        case (
            Kind.VOID
            | Kind.REFUSAL
            | Kind.QUESTION
            | Kind.BRIEFING
            | Kind.MARK
            | Kind.ALARM
            | Kind.ALL_CLEAR
            | Kind.ACT
        ):
            return 0
        case _:
            assert_never(kind)
