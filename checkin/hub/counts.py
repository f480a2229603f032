"""Heads by tour and by plant, as the hub sees them.

``expected`` is everybody on the list: visitors who have not cancelled, and the party of each ticket that stands for
people without names (a group whose members are listed by name is not counted a second time).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, exists, func, or_, select, text

from checkin.domain.visit import Plant, Tour
from checkin.hub import rows
from checkin.hub.roster import record, records
from checkin.wire import CountOut


def headcount(connection: Connection, plant: str) -> list[CountOut]:
    """A line for each tour in the order of their starts, and the plant's own line (``tour`` null) last.

    Whoever is inside without a tour, or on one that is gone from the roster, counts in the plant's line alone.
    """
    expected = _expected(connection, plant)
    inside = _present(connection, plant)
    zone = _zone(connection, plant)
    tours: list[Tour] = sorted(
        records(connection, plant, "tour").values(), key=lambda tour: (tour.start, tour.title, tour.id)
    )
    lines = []
    for tour in tours:
        start = tour.start.astimezone(zone)
        here, left = inside.get(tour.id, (0, 0))
        lines.append(
            CountOut(
                plant=plant,
                tour=tour.title,
                tour_id=tour.id,
                date=start.date().isoformat(),
                start=f"{start:%H:%M}",
                expected=expected.get(tour.id, 0),
                inside=here,
                left=left,
            )
        )
    whole = CountOut(
        plant=plant,
        tour=None,
        expected=sum(expected.values()),
        inside=sum(here for here, _ in inside.values()),
        left=sum(left for _, left in inside.values()),
    )
    return [*lines, whole]


def _expected(connection: Connection, plant: str) -> dict[str, int]:
    c = rows.roster.c
    named = rows.roster.alias("named")
    listed_by_name = exists().where(
        named.c.plant == plant,
        named.c.kind == "visitor",
        named.c.parent == c.parent,
        named.c.group_id == c.group_id,
        named.c.body.is_not(None),
    )
    query = (
        select(c.parent, func.sum(c.heads).label("heads"))
        .where(
            c.plant == plant,
            text(rows.EXPECTED),
            or_(
                c.kind == "visitor",
                and_(c.kind == "ticket", or_(c.group_id == "", ~listed_by_name)),
            ),
        )
        .group_by(c.parent)
    )
    found = {row.parent: int(row.heads) for row in connection.execute(query)}
    for tour, heads in _elsewhere(connection, plant).items():
        found[tour] = max(0, found.get(tour, 0) - heads)
    return found


def _elsewhere(connection: Connection, plant: str) -> dict[str, int]:
    """Heads by the tour whose list they are on, of those who have come with another one: they are counted there."""
    c, p = rows.roster.c, rows.presence.c
    theirs = and_(
        c.plant == p.plant,
        c.kind.in_(("visitor", "ticket")),
        c.id == p.subject,
        c.parent != p.tour,
        c.body.is_not(None),
        c.heads > 0,
    )
    query = (  # an outer join: SQLite would else begin with the plant's roster, and look for each of it here
        select(c.parent, func.sum(c.heads).label("heads"))
        .select_from(rows.presence.outerjoin(rows.roster, theirs))
        .where(p.plant == plant, p.tour.is_not(None), p.inside + p.left > 0)
        .group_by(c.parent)
    )
    return {row.parent: int(row.heads) for row in connection.execute(query) if row.parent is not None}


def _present(connection: Connection, plant: str) -> dict[str | None, tuple[int, int]]:
    c = rows.presence.c
    query = (
        select(c.tour, func.sum(c.inside).label("inside"), func.sum(c.left).label("gone"))
        .where(c.plant == plant)
        .group_by(c.tour)
    )
    return {row.tour: (int(row.inside), int(row.gone)) for row in connection.execute(query)}


def _zone(connection: Connection, plant: str) -> ZoneInfo:
    try:
        found = record(connection, plant, "plant", plant)
        return ZoneInfo(found.tz if isinstance(found, Plant) else Plant(id=plant, name=plant).tz)
    except (ValueError, OSError, LookupError):  # written where more zones are known than here
        return ZoneInfo("UTC")
