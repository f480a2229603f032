"""The roster at the hub: records go in with a new revision each, and come out as pages in the order of revisions.

A record that did not change keeps its revision, so importing the same list again sends nothing to any gate.  A removed
record stays as a row without a body.  One transaction holds at most ``CHUNK`` records of one plant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select

from checkin import wire
from checkin.domain.visit import KINDS, Flag, Group, Plant, Record, Ticket, Tour, Visitor
from checkin.hub import rows
from checkin.hub.cursors import cursor, number
from checkin.hub.database import lock_plant, reading, refresh_statistics, writing
from checkin.hub.presence import hand_over, refold_known
from checkin.hub.statements import among, upsert

CHUNK = 1000
ANALYSE_AFTER = frozenset({2, 20, 200, 2000})
MAX_ID = 120
TOTAL_UP_TO = 5_000
"""Changes that are counted for a page in the middle; counting more on every page would make a long fetch quadratic."""

Key = tuple[str, str, str]
"""Plant, kind and id of a record."""


@dataclass(frozen=True, slots=True)
class PutCounts:
    """What became of the records that were put."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: PutCounts) -> PutCounts:
        return PutCounts(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )


def put(engine: Engine, records: Iterable[Record], removed: Iterable[Key] = ()) -> PutCounts:
    """Writes records and removals, a chunk of one plant at a time; raises ``ValueError`` for a record too big."""
    counts = PutCounts()
    waiting: dict[str, dict[tuple[str, str], Record | None]] = {}
    chunks = 0

    def take(plant: str, kind: str, identity: str, record: Record | None) -> None:
        nonlocal counts, chunks
        chunk = waiting.setdefault(plant, {})
        chunk[kind, identity] = record
        if len(chunk) >= CHUNK:
            counts += _put_chunk(engine, plant, waiting.pop(plant))
            chunks += 1
            if chunks in ANALYSE_AFTER:
                refresh_statistics(engine, rows.roster)

    for record in records:
        take(record.plant, wire.kind_of(record), record.id, record)
    for plant, kind, identity in removed:
        if kind not in KINDS:
            raise ValueError(f"unknown kind of record: {kind}")
        take(plant, kind, identity, None)
    for plant, chunk in waiting.items():
        counts += _put_chunk(engine, plant, chunk)
    return counts


def fits(plant: str, kind: str, identity: str, record: Record | None) -> bool:
    """Whether a record, or a removal, can be put: a kind that is known, an id and a size that fit, and no NUL."""
    try:
        row = _row(plant, (kind, identity), record)
    except (ValueError, OverflowError):
        return False
    return kind in KINDS and not any(isinstance(value, str) and "\0" in value for value in row.values())


def _put_chunk(engine: Engine, plant: str, chunk: dict[tuple[str, str], Record | None]) -> PutCounts:
    values = {key: _row(plant, key, record) for key, record in chunk.items()}
    with writing(engine) as connection:
        counters = lock_plant(connection, plant)
        stored = _stored(connection, plant, values)
        fresh: list[dict[str, Any]] = []
        added = removed = 0
        for key, value in values.items():
            if value["body"] is None and stored.get(key) is None:
                continue
            if key in stored and stored[key] == value["body"]:
                continue
            counters.revision += 1
            counters.records += key not in stored
            value["revision"] = counters.revision
            fresh.append(value)
            added += stored.get(key) is None
            removed += value["body"] is None
        if not fresh:
            return PutCounts(unchanged=len(values))
        upsert(connection, rows.roster, fresh)
        counters.save(connection)
        tickets = [value for value in fresh if value["kind"] == "ticket"]
        before = {value["id"]: _visitor(stored.get(("ticket", value["id"]))) for value in tickets}
        after = {value["id"]: visitor for value in tickets if (visitor := _visitor(value["body"]))}
        hand_over(connection, plant, before, after)
        refold_known(connection, plant, {value["id"] for value in fresh if value["kind"] in ("ticket", "visitor")})
    return PutCounts(added, len(fresh) - added - removed, len(values) - len(fresh), removed)


def _visitor(body: str | None) -> str | None:
    """Whose a ticket is, by its record's text."""
    return None if body is None else json.loads(body).get("visitor")


def _stored(connection: Connection, plant: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    by_kind: dict[str, list[str]] = {}
    for kind, identity in keys:
        by_kind.setdefault(kind, []).append(identity)
    c = rows.roster.c
    found: dict[tuple[str, str], str | None] = {}
    for kind, identities in by_kind.items():
        query = select(c.id, c.body).where(c.plant == plant, c.kind == kind, among(c.id, identities))
        found |= {(kind, row.id): row.body for row in connection.execute(query)}
    return found


def _row(plant: str, key: tuple[str, str], record: Record | None) -> dict[str, Any]:
    kind, identity = key
    if not 0 < len(identity) <= MAX_ID or not plant:
        raise ValueError(f"a record's id has 1 to {MAX_ID} characters")
    body, parent, group, heads = None, "", "", 0
    if record is not None:
        body = _body(record)
        if len(body) > wire.MAX_RECORD_BYTES // 2 and len(body.encode()) > wire.MAX_RECORD_BYTES:
            raise ValueError(f"the {kind} {identity} is too big")
        match record:
            case Visitor():
                parent, group = record.tour, record.group or ""
                heads = 0 if Flag.CANCELLED in record.flags else 1
            case Ticket():
                parent, group = record.tour, record.group or ""
                heads = record.party if record.visitor is None else 0
            case Group():
                parent = record.tour
            case _:
                pass
    return {
        "plant": plant,
        "kind": kind,
        "id": identity,
        "parent": parent,
        "group_id": group,
        "heads": heads,
        "revision": 0,
        "body": body,
    }


def _body(record: Record) -> str:
    """A record's JSON, the same text whenever it is the same record: sets come in another order in each process."""
    text = wire.record_json(record)
    match record:
        case Visitor(flags=flags) if len(flags) < 2:
            return text
        case Visitor() | Plant() | Tour():
            fields = json.loads(text)
            for holder, name in ((fields, "flags"), (fields.get("policy") or {}, "supervisor_for")):
                if name in holder:
                    holder[name].sort()
            return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        case _:
            return text


_c, _k = rows.roster.c, rows.counter.c
_PLANT: Any = bindparam("plant")
_COUNTERS = select(_k.epoch, _k.revision, _k.records).where(_k.plant == _PLANT)
_AFTER = (_c.plant == _PLANT, _c.revision > bindparam("begin"), _c.revision <= bindparam("end"))
_CHANGES = select(_c.kind, _c.id, _c.revision, _c.body).where(*_AFTER).order_by(_c.revision).limit(bindparam("most"))
_COUNT = select(func.count()).where(*_AFTER)


def page(engine: Engine, plant: str, after: str, limit: int) -> str:
    """A ``RosterPage`` as JSON text, its records passed through as they are stored; raises ``CursorUnknown``."""
    with reading(engine) as connection:
        # The counters first: whatever they cover is committed, so the cursor never passes a row still to come.
        counters = connection.execute(_COUNTERS, {"plant": plant}).one_or_none()
        if counters is None:
            return '{"changes":[],"cursor":"","more":false,"total":0}'
        begin = number(after, counters.epoch, counters.revision)
        given = {"plant": plant, "begin": begin, "end": counters.revision, "most": limit + 1}
        found = connection.execute(_CHANGES, given).all() if begin < counters.revision else []
        total = None
        if len(found) <= limit:
            total = len(found)
        elif begin == 0:
            total = counters.records
        elif counters.revision - begin <= TOTAL_UP_TO:
            total = connection.execute(_COUNT, given).scalar_one()
    more = len(found) > limit
    found = found[:limit]
    end = found[-1].revision if more else counters.revision
    return _page_text(found, cursor(counters.epoch, end), more, total)


def _page_text(found: Sequence[Any], end: str, more: bool, total: int | None) -> str:
    changes = ",".join(
        f'{{"kind":"{row.kind}","id":{json.dumps(row.id, ensure_ascii=False)},'
        f'"revision":{row.revision},"record":{row.body or "null"}}}'
        for row in found
    )
    return f'{{"changes":[{changes}],"cursor":"{end}","more":{json.dumps(more)},"total":{json.dumps(total)}}}'


def record(connection: Connection, plant: str, kind: str, identity: str) -> Record | None:
    """One record, or None."""
    return records(connection, plant, kind, [identity]).get(identity)


def records(connection: Connection, plant: str, kind: str, identities: Iterable[str] | None = None) -> dict[str, Any]:
    """Records of one kind by id; all of the plant's when no ids are given."""
    c = rows.roster.c
    query = select(c.id, c.body).where(c.plant == plant, c.kind == kind, c.body.is_not(None))
    if identities is not None:
        query = query.where(among(c.id, list(identities)))
    return {row.id: wire.record_from_json(kind, row.body) for row in connection.execute(query)}


def plants(connection: Connection) -> list[Plant]:
    """Every plant that the hub knows, by name."""
    c = rows.roster.c
    one = (c.plant == rows.counter.c.plant) & (c.kind == "plant") & c.body.is_not(None)
    query = select(c.body).select_from(rows.counter.outerjoin(rows.roster, one))  # inner, SQLite would read the roster
    found = [wire.record_from_json("plant", row.body) for row in connection.execute(query) if row.body is not None]
    return sorted((plant for plant in found if isinstance(plant, Plant)), key=lambda plant: (plant.name, plant.id))


def held(connection: Connection, plants: Iterable[str]) -> dict[str, list[Record]]:
    """Every record of these plants by its kind, as a list's import compares itself with."""
    found: dict[str, list[Record]] = {kind: [] for kind in KINDS}
    c = rows.roster.c
    for plant in plants:
        query = select(c.kind, c.body).where(c.plant == plant, c.body.is_not(None))
        for row in connection.execute(query):
            found[row.kind].append(wire.record_from_json(row.kind, row.body))
    return found
