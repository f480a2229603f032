"""What is decided about each line of a device: against what is stored of its chain, in the order in which they came.

Whether a line follows the one before it is a finding and rejects nothing; a second line under one number or one id
cannot be stored beside the first, and is rejected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from checkin.domain.events import GENESIS, Fault, JournalLine, follows
from checkin.hub import rows
from checkin.hub.devices import Enrolled
from checkin.hub.findings import Finding
from checkin.hub.journeys import Question, together
from checkin.hub.statements import under
from checkin.wire import Answer, Rejection, Status

MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not stored, and why."""

    id: str
    seq: int
    reason: Rejection


@dataclass(frozen=True, slots=True)
class _Kept:
    """As much of a stored line as its neighbours are compared with."""

    id: str
    prev: str
    hash: str


_a = rows.attendance.c
_PLANT: Any = bindparam("plant")
_DEVICE: Any = bindparam("device")
_LINE = (_a.device, _a.seq, _a.id, _a.prev, _a.hash)
_TOP = select(*_LINE).where(_a.plant == _PLANT, _a.device == _DEVICE).order_by(_a.seq.desc()).limit(1).subquery()
NEAR = under(select(*_LINE).where(_a.plant == _PLANT), _a.id, "ids").also(
    under(select(*_LINE).where(_a.plant == _PLANT, _a.device == _DEVICE), _a.seq, "around"),
    select(_TOP),
)
"""What is stored under these ids, beside these numbers of the device, and as its last: three in one question."""


def neighbours(connection: Connection, device: Enrolled, lines: Collection[JournalLine]) -> Question:
    """Asks for what a ``Book`` is made from."""
    given = {
        "plant": device.plant,
        "device": device.id,
        "ids": {line.event.id for line in lines},
        "around": {line.seq + step for line in lines for step in (-1, 0, 1)},
    }
    return NEAR.question(connection, given)


class Book:
    """What is stored of a device's chain around the lines that came, and what is decided about each of them."""

    @classmethod
    def of(cls, connection: Connection, device: Enrolled, lines: Collection[JournalLine]) -> Book:
        """The book for these lines."""
        (found,) = together(connection, neighbours(connection, device, lines))
        return cls(device, found)

    def __init__(self, device: Enrolled, found: Iterable[Any]) -> None:
        self.device = device
        self.accepted: list[JournalLine] = []
        self.findings: list[Finding] = []
        self.healed: set[int] = set()
        found = list(found)
        self._hash_of = {row.id: row.hash for row in found}
        self._at = {row.seq: _Kept(row.id, row.prev, row.hash) for row in found if row.device == device.id}
        self.top = max(self._at, default=0)
        """The device's highest number that was stored before these lines."""

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
