"""Lines that come through another hub.  Each keeps its device's chain and signature, and is checked with its key.

A hub may name devices that are new here; it cannot speak for one whose key is known.  Which gate a line names was
checked by the hub that took it from the gate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, or_, select, update

from checkin.domain.events import JournalLine
from checkin.domain.visit import Gate
from checkin.hub import rows
from checkin.hub.attendance import Received, examine, settle
from checkin.hub.book import Book, Refused
from checkin.hub.cursors import cursor, number
from checkin.hub.database import lock_plant, reading, writing
from checkin.hub.devices import Enrolled
from checkin.hub.guides.rows import house
from checkin.hub.models import RelayDevice
from checkin.hub.peers import line_json, peer_json
from checkin.hub.roster import MAX_ID, fits, put, records
from checkin.hub.signatures import verifier
from checkin.hub.statements import among, upsert
from checkin.wire import MAX_EVENT_BYTES, Answer, Rejection, Status

MAX_BATCH_BYTES = 1_400_000
MAX_NAME = 200
_d, _a, _k, _h = rows.device.c, rows.attendance.c, rows.counter.c, house.c
_PLANT: Any = bindparam("plant")
_DEVICES = select(_d.id, _d.gate, _d.gate_name, _d.public_key).where(_d.plant == _PLANT, among(_d.id, "ids"))
_HOUSE = select(_h.device, _h.public_key).where(_h.plant == _PLANT, among(_h.device, "ids"))
_COUNTERS = select(_k.epoch, _k.position).where(_k.plant == _PLANT)
_LINES = (
    select(_a.position, _a.device, _a.seq, _a.id, _a.prev, _a.hash, _a.signature, _a.body, _a.private, _a.received_at)
    .where(_a.plant == _PLANT, _a.position > bindparam("begin"), _a.position <= bindparam("end"))
    .order_by(_a.position)
    .limit(bindparam("most"))
)
_BROUGHT = (
    update(rows.device)
    .where(_d.plant == bindparam("in_plant"), _d.id == bindparam("hub"))
    .values(brought=_d.brought + bindparam("more"))
)
_NOT_FROM = _LINES.where(or_(_a.via.is_(None), _a.via != bindparam("via")))


def take(
    engine: Engine, plant: str, via: str, named: Iterable[RelayDevice], lines: Sequence[object], now: datetime
) -> Received:
    """Stores what can be stored of lines that a hub passes on, in their order, all in one transaction."""
    devices = {one.id: Enrolled(one.id, plant, one.gate, one.gate_name, one.public_key, None, False) for one in named}
    with reading(engine) as connection:
        known = devices_of(connection, plant, devices)
    new = [device for device in devices.values() if device.id not in known]
    devices |= {
        one.id: Enrolled(one.id, plant, one.gate, one.gate_name, one.public_key, None, False) for one in known.values()
    }
    checks = {device.id: _check(device) for device in devices.values()}
    examined = [_examined(line, devices, checks) for line in lines]
    by_device: dict[str, list[JournalLine]] = {}
    for item in examined:
        if isinstance(item, JournalLine):
            by_device.setdefault(item.device, []).append(item)
    with writing(engine) as connection:
        counters = lock_plant(connection, plant)
        upsert(connection, rows.device, [_row(one, via, now) for one in new], update=())
        books = {device: Book.of(connection, devices[device], of_it) for device, of_it in by_device.items()}
        answers: list[Answer] = []
        accepted: list[JournalLine] = []
        for item in examined:
            if isinstance(item, Refused):
                answers.append(Answer(id=item.id, status=Status.REJECTED, reason=item.reason))
                continue
            book = books[item.device]
            before = len(book.accepted)
            answers.append(book.judge(item))
            accepted += book.accepted[before:]
        settle(connection, counters, books.values(), accepted, now, via)
        if accepted:
            connection.execute(_BROUGHT, {"in_plant": plant, "hub": via, "more": len(accepted)})
        return Received(answers, counters.position, len(accepted))


def name_gates(engine: Engine, plant: str, named: Iterable[RelayDevice]) -> None:
    """Gates of a lower hub that the roster here does not know get their record, so that people read their names."""
    wanted = {one.gate: one.gate_name for one in named if one.gate and one.gate_name}
    with reading(engine) as connection:
        known = records(connection, plant, "gate", list(wanted))
    new = [Gate(id=gate, plant=plant, name=name) for gate, name in wanted.items() if gate not in known]
    put(engine, [gate for gate in new if fits(plant, "gate", gate.id, gate)])


def _check(device: Enrolled) -> Callable[[bytes, str], bool]:
    try:
        return verifier(device.public_key)
    except ValueError:
        return lambda _digest, _signature: False


def _examined(
    raw: object, devices: dict[str, Enrolled], checks: dict[str, Callable[[bytes, str], bool]]
) -> JournalLine | Refused:
    event = raw.get("event") if isinstance(raw, dict) else None
    named = event.get("device") if isinstance(event, dict) else None
    device = devices.get(named) if isinstance(named, str) else None
    if device is None:
        identity = event.get("id") if isinstance(event, dict) else None
        return Refused(identity[:200] if isinstance(identity, str) else "", 0, Rejection.WRONG_GATE)
    return examine(raw, device, checks[device.id])


def _row(device: Enrolled, via: str, now: datetime) -> dict[str, Any]:
    return {
        "plant": device.plant,
        "id": device.id,
        "gate": device.gate,
        "gate_name": device.gate_name,
        "token_hash": f"none:{device.plant}:{device.id}",  # no token has this hash
        "public_key": device.public_key,
        "software": "",
        "enrolled_at": now,
        "via": via,
    }


def devices_of(connection: Connection, plant: str, ids: Iterable[str]) -> dict[str, RelayDevice]:
    """Devices that are known here, the hub's own among them."""
    given = {"plant": plant, "ids": sorted(ids)}
    found = {row.id: _named(row) for row in connection.execute(_DEVICES, given)}
    for row in connection.execute(_HOUSE, given):
        found[row.device] = RelayDevice(id=row.device, gate="hub", gate_name="", public_key=row.public_key)
    return found


def _named(row: Any) -> RelayDevice:
    """A device as a hub names it to another; an older version took longer names and NULs."""
    gate, name = row.gate.replace("\0", "")[:MAX_ID], row.gate_name.replace("\0", "")[:MAX_NAME]
    return RelayDevice(id=row.id, gate=gate, gate_name=name, public_key=row.public_key)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Lines for the hub above as a ``RelayBatch``'s JSON, which they are, and the position of the last."""

    body: bytes
    lines: list[tuple[str, int, str]]
    """Device, number and id of each."""
    position: int


def outgoing(
    engine: Engine, plant: str, after: int, most: int, now: datetime, *, everything: bool = False
) -> Outgoing | None:
    """The next lines after a position that did not come from above, or all of them; None when there are none."""
    with reading(engine) as connection:
        given = {"plant": plant, "begin": after, "end": 2**62, "most": most}
        given |= {} if everything else {"via": rows.UPSTREAM}
        found: list[Any] = []
        size = 0
        for row in connection.execute(_LINES if everything else _NOT_FROM, given):
            size += len(row.body.encode()) + len((row.private or "").encode()) + MAX_EVENT_BYTES // 16
            if found and size > MAX_BATCH_BYTES:
                break
            found.append(row)
        if not found:
            return None
        devices = devices_of(connection, plant, {row.device for row in found})
    body = (
        f'{{"devices":{_devices_json(devices.values())},"lines":[{",".join(line_json(row) for row in found)}],'
        f'"sent_at":"{now.isoformat()}"}}'
    )
    return Outgoing(body.encode(), [(row.device, row.seq, row.id) for row in found], found[-1].position)


def position_of(engine: Engine, plant: str, event: str) -> int | None:
    """Where a line stands that is here, by its event's id."""
    with reading(engine) as connection:
        return connection.scalar(select(_a.position).where(_a.plant == plant, _a.id == event))


def newest(engine: Engine, plant: str) -> int:
    """Where the last line stands that did not come from above; 0 when there is none."""
    own = or_(_a.via.is_(None), _a.via != rows.UPSTREAM)
    with reading(engine) as connection:
        return connection.scalar(select(func.max(_a.position)).where(_a.plant == plant, own)) or 0


def page(engine: Engine, plant: str, hub: str, after: str, limit: int, now: datetime, *, everything: bool) -> str:
    """A ``RelayPage`` for a lower hub as JSON text; raises ``CursorUnknown``."""
    with reading(engine) as connection:
        counters = connection.execute(_COUNTERS, {"plant": plant}).one_or_none()
        epoch, top = (counters.epoch, counters.position) if counters is not None else ("", 0)
        begin = number(after, epoch, top)
        given = {"plant": plant, "begin": begin, "end": top, "most": limit + 1}
        query, given = (_LINES, given) if everything else (_NOT_FROM, {**given, "via": hub})
        found = connection.execute(query, given).all() if begin < top else []
        more = len(found) > limit
        end = found[limit - 1].position if more else top
        found = found[:limit]
        devices = devices_of(connection, plant, {row.device for row in found})
        brought = _brought(connection, plant, hub)
    return (
        f'{{"devices":{_devices_json(devices.values())},"lines":[{",".join(peer_json(row) for row in found)}],'
        f'"cursor":"{cursor(epoch, end) if epoch else ""}","more":{json.dumps(more)},"epoch":"{epoch}",'
        f'"brought":{brought},"server_time":"{now.isoformat()}"}}'
    )


def _devices_json(devices: Iterable[RelayDevice]) -> str:
    return json.dumps([one.model_dump() for one in devices], ensure_ascii=False)


def stand(engine: Engine, plant: str, hub: str) -> tuple[str, int]:
    """What shows a lower hub that this one was restored: the epoch of the plant's counters changes with ``restored``,
    and without it the number of lines that the lower hub has brought is smaller than it was told before."""
    with reading(engine) as connection:
        found = connection.execute(_COUNTERS, {"plant": plant}).one_or_none()
        return "" if found is None else str(found.epoch), _brought(connection, plant, hub)


def _brought(connection: Connection, plant: str, hub: str) -> int:
    return connection.scalar(select(_d.brought).where(_d.plant == plant, _d.id == hub)) or 0
