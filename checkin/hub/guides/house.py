"""The hub as a device of a plant: what guides mark at the hub is a signed, hash-chained journal of its own.

So a mark travels to the gates as any other gate's event does, and is checked as one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, bindparam, delete, select

from checkin.domain.events import GENESIS, AttendanceEvent, JournalLine, chained
from checkin.hub import rows
from checkin.hub.devices import Enrolled
from checkin.hub.guides.rows import house
from checkin.hub.statements import add, upsert

GATE = "hub"
_a = rows.attendance.c
_KEY = select(house).where(house.c.plant == bindparam("plant"))
_LAST = (
    select(_a.seq, _a.hash)
    .where(_a.plant == bindparam("plant"), _a.device == bindparam("device"))
    .order_by(_a.seq.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class House:
    """The hub's device in one plant."""

    device: Enrolled
    private_key: Ed25519PrivateKey

    def lines(self, connection: Connection, events: Iterable[AttendanceEvent]) -> list[JournalLine]:
        """The next lines of the chain, not written yet.  The plant must be locked until they are."""
        last = connection.execute(_LAST, {"plant": self.device.plant, "device": self.device.id}).one_or_none()
        seq, prev = (last.seq, last.hash) if last is not None else (0, GENESIS)
        lines: list[JournalLine] = []
        for event in events:
            seq += 1
            line = chained(replace(event, device=self.device.id, seq=seq), prev, self._sign)
            lines.append(line)
            prev = line.hash
        return lines

    def _sign(self, digest: bytes) -> str:
        return self.private_key.sign(digest).hex()


def house_of(connection: Connection, plant: str, now: datetime) -> House:
    """A plant's house, made when there is none yet.  The plant must be locked."""
    row = connection.execute(_KEY, {"plant": plant}).one_or_none()
    if row is not None:
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(row.private_key))
        return House(_enrolled(plant, row.device, row.public_key), private)
    private = Ed25519PrivateKey.generate()
    value = {
        "plant": plant,
        "device": os.urandom(16).hex(),
        "private_key": private.private_bytes_raw().hex(),
        "public_key": private.public_key().public_bytes_raw().hex(),
        "made_at": now,
    }
    add(connection, house, [value])
    return House(_enrolled(plant, str(value["device"]), str(value["public_key"])), private)


def retire(connection: Connection) -> None:
    """Every plant's house becomes one device among others, whose key checks what it signed; another one follows."""
    old = connection.execute(select(house)).all()
    values = [
        {
            "plant": row.plant,
            "id": row.device,
            "gate": GATE,
            "gate_name": "",
            "token_hash": f"none:{row.plant}:{row.device}",  # no token has this hash
            "public_key": row.public_key,
            "software": "",
            "enrolled_at": row.made_at,
            "via": GATE,
        }
        for row in old
    ]
    upsert(connection, rows.device, values, update=())
    connection.execute(delete(house))


def _enrolled(plant: str, device: str, public_key: str) -> Enrolled:
    return Enrolled(device, plant, GATE, GATE, public_key, last_seen_at=None, revoked=False)
