"""What was found wrong with a device's chain: kept until a person has read it, never a reason to lose what came after.

A gap heals when the missing line arrives after all, and so does what the hub above broke down over when it takes it;
nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from checkin.domain.events import Fault
from checkin.hub import rows
from checkin.hub.devices import Enrolled
from checkin.hub.models import FindingOut
from checkin.hub.statements import among, upsert

WAITS = "upstream_failed"
"""The fault of a line over which the hub above breaks down: it heals when that hub takes it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.  ``seq`` is the number of the line that showed it, 0 when it has none; ``event`` that line's id."""

    seq: int
    fault: str
    event: str


def keep(connection: Connection, device: Enrolled, found: Iterable[Finding], now: datetime) -> None:
    """Writes findings down; one that is known already stays as it is."""
    values = {
        one: {
            "plant": device.plant,
            "device": device.id,
            "seq": one.seq,
            "fault": one.fault,
            "event": one.event.replace("\0", "") or "-",
            "at": now,
        }
        for one in found
    }
    upsert(connection, rows.finding, list(values.values()), update=())


def keep_refused(connection: Connection, plant: str, refused: Iterable[tuple[str, Finding]], now: datetime) -> None:
    """Writes down, by device, what the hub above refused: the line stays, and a person sees that it is only here."""
    for device, one in refused:
        value = {"plant": plant, "device": device, "seq": one.seq, "fault": one.fault, "event": one.event, "at": now}
        upsert(connection, rows.finding, [value], update=())


def keep_waiting(connection: Connection, plant: str, waiting: Iterable[tuple[str, Finding]], now: datetime) -> None:
    """Writes down, by device, over what the hub above breaks down: it stays here until it is taken after all."""
    for device, one in waiting:
        value = {"plant": plant, "device": device, "seq": one.seq, "fault": WAITS, "event": one.event, "at": now}
        upsert(connection, rows.finding, [value | {"healed_at": None}], update=("healed_at",))


def still_waiting(connection: Connection, plant: str) -> list[tuple[str, Finding]]:
    """What ``keep_waiting`` has written down and nobody has taken yet, oldest first."""
    c = rows.finding.c
    query = select(c.device, c.seq, c.event).where(c.plant == plant, c.fault == WAITS, c.healed_at.is_(None))
    return [(row.device, Finding(row.seq, WAITS, row.event)) for row in connection.execute(query.order_by(c.at, c.seq))]


def taken(connection: Connection, plant: str, device: str, seq: int, now: datetime) -> None:
    """The hub above has answered for it after all."""
    c = rows.finding.c
    which = (c.plant == plant, c.device == device, c.seq == seq, c.fault == WAITS)
    connection.execute(rows.finding.update().where(*which).values(healed_at=now))


def heal(connection: Connection, device: Enrolled, seqs: Iterable[int], now: datetime) -> None:
    """Notes that the lines missing before these numbers have come."""
    c = rows.finding.c
    numbers = list(seqs)
    if numbers:
        connection.execute(
            rows.finding.update()
            .where(
                c.plant == device.plant,
                c.device == device.id,
                among(c.seq, numbers),
                c.fault == Fault.GAP.value,
                c.healed_at.is_(None),
            )
            .values(healed_at=now)
        )


def listed(connection: Connection, plant: str) -> list[FindingOut]:
    """A plant's findings, oldest first."""
    c, d = rows.finding.c, rows.device.c
    query = (
        select(rows.finding, d.gate_name)
        .select_from(rows.finding.outerjoin(rows.device, (d.plant == c.plant) & (d.id == c.device)))
        .where(c.plant == plant)
        .order_by(c.at, c.device, c.seq)
    )
    return [
        FindingOut(
            plant=row.plant,
            device=row.device,
            gate=row.gate_name or "",
            seq=row.seq,
            fault=row.fault,
            event_id=row.event,
            at=row.at,
            healed_at=row.healed_at,
        )
        for row in connection.execute(query)
    ]
