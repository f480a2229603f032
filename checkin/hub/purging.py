"""What the retention policy no longer covers goes at the hub as it goes at a gate: names, never rows.

A visitor's name and a group's become empty as a change like any other, so gates and lower hubs take them away at their
next sync; an event loses what a person typed, which stands outside its chain.  Counts and chains stay.  One
transaction takes one tour, or some hundred notes.  Afterwards the file is written anew (SQLite), or its dead rows are
swept (PostgreSQL, whose log and backups are its administrator's).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select, update

from checkin.domain.visit import Group, Plant, Tour, Visitor
from checkin.hub import roster, rows
from checkin.hub.database import reading, writing

SLICE = 500


@dataclass(frozen=True, slots=True)
class PurgedAtHub:
    """What went of one tour; of a plant's events on no known tour where ``tour`` is empty."""

    plant: str
    tour: str
    title: str
    names: int
    groups: int
    notes: int

    def line(self) -> dict[str, object]:
        """As JSON values."""
        return asdict(self)


def purge(engine: Engine, now: datetime, *, dry_run: bool = False, full: bool = False) -> list[PurgedAtHub]:
    """Purges everything whose time has come; what was purged before is not said again.

    ``full`` writes PostgreSQL's tables anew, too, which holds everybody up meanwhile.
    """
    with reading(engine) as connection:
        plants = roster.plants(connection)
    done = [one for plant in plants for one in _of_plant(engine, plant, now, dry_run)]
    if done and not dry_run:
        _sweep(engine, full=full)
    return done


def _of_plant(engine: Engine, plant: Plant, now: datetime, dry_run: bool) -> Iterator[PurgedAtHub]:
    with reading(engine) as connection:
        tours: list[Tour] = list(roster.records(connection, plant.id, "tour").values())
    hours = {tour.id: (tour.policy or plant.policy).retention_h for tour in tours}
    a = rows.attendance.c
    for tour in sorted(tours, key=lambda tour: (tour.end, tour.id)):
        if tour.end + timedelta(hours=hours[tour.id]) > now:
            continue
        with reading(engine) as connection:
            fresh = _nameless(connection, plant.id, tour.id)
        if fresh and not dry_run:
            roster.put(engine, fresh)
        names = sum(isinstance(one, Visitor) for one in fresh)
        notes = _notes(engine, plant.id, a.tour == tour.id, dry_run)
        if fresh or notes:
            yield PurgedAtHub(plant.id, tour.id, tour.title, names, len(fresh) - names, notes)
    before = now - timedelta(hours=max([plant.policy.retention_h, *hours.values()]))
    lost = or_(a.tour.is_(None), a.tour.not_in(sorted(hours)))
    notes = _notes(engine, plant.id, and_(lost, a.at < before), dry_run)
    if notes:
        yield PurgedAtHub(plant.id, "", "", 0, 0, notes)


def _nameless(connection: Connection, plant: str, tour: str) -> list[Visitor | Group]:
    c = rows.roster.c
    query = select(c.kind, c.id).where(
        c.plant == plant, c.parent == tour, c.kind.in_(["visitor", "group"]), c.body.is_not(None)
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.kind, []).append(row.id)
    visitors = roster.records(connection, plant, "visitor", found.get("visitor", [])).values()
    groups = roster.records(connection, plant, "group", found.get("group", [])).values()
    return [
        *(replace(one, name="") for one in visitors if one.name),
        *(replace(one, name="", leader="") for one in groups if one.name or one.leader),
    ]


def _notes(engine: Engine, plant: str, condition: ColumnElement[bool], dry_run: bool) -> int:
    a = rows.attendance.c
    wanted = select(a.id).where(a.plant == plant, a.private.is_not(None), condition)
    if dry_run:
        with reading(engine) as connection:
            return len(connection.execute(wanted).all())
    gone = 0
    while True:
        with reading(engine) as connection:
            ids = [row.id for row in connection.execute(wanted.limit(SLICE))]
        if not ids:
            return gone
        with writing(engine) as connection:
            gone += connection.execute(
                update(rows.attendance).where(a.plant == plant, a.id.in_(ids)).values(private=None)
            ).rowcount


def _sweep(engine: Engine, *, full: bool) -> None:
    """Leaves nothing of what was taken out in any page."""
    with engine.connect() as begun:
        connection = begun.execution_options(isolation_level="AUTOCOMMIT")
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"VACUUM {'(FULL) ' if full else ''}roster, attendance")
            return
        raw = connection.connection.driver_connection
        assert raw is not None
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            raw.execute(statement).fetchall()
