"""The guides' page over the hub's database.  Any number of processes serve it; none keeps what another would need."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection, Engine, bindparam, or_, select, text

from checkin import wire
from checkin.clock import Clock
from checkin.domain.events import INWARD, AttendanceEvent, Kind
from checkin.domain.headcount import State
from checkin.domain.visit import Flag, Plant, Ticket, Tour, Visitor
from checkin.hub import attendance, rows
from checkin.hub.api.watch import Watch
from checkin.hub.database import lock_plant, reading, writing
from checkin.hub.guides.day import CALLS_KEPT, Day, Person, Visit, Woken, by_name, person, todays
from checkin.hub.guides.house import GATE, house_of
from checkin.hub.guides.marks import Asked, Clerk, Taken
from checkin.hub.guides.passes import Pass
from checkin.hub.guides.rows import CALLS
from checkin.hub.roster import record, records
from checkin.hub.statements import among

K = TypeVar("K")
V = TypeVar("V")
KEPT = 256
_c, _r, _p, _a = rows.counter.c, rows.roster.c, rows.presence.c, rows.attendance.c
_COUNTERS = select(_c.revision, _c.position).where(_c.plant == bindparam("plant"))
_BUSY = select(_p.tour).distinct().where(_p.plant == bindparam("plant"), among(_p.tour, "tours"), _p.inside > 0)
_HERE = select(_p.subject, _p.tour, _p.inside, _p.left, _p.party).where(
    _p.plant == bindparam("plant"), among(_p.tour, "tours")
)
_AWAY = select(_p.subject, _p.tour).where(
    _p.plant == bindparam("plant"),
    among(_p.subject, "subjects"),
    _p.tour.is_not(None),
    _p.inside + _p.left > 0,
)
_LISTED = select(_r.kind, _r.id, _r.parent, _r.group_id, _r.heads, _r.body).where(
    _r.plant == bindparam("plant"),
    among(_r.parent, "tours"),
    or_(_r.kind == "visitor", _r.kind == "ticket"),
    _r.body.is_not(None),
)
_ENTRIES = select(_a.subject, _a.at, _a.private).where(
    _a.plant == bindparam("plant"), among(_a.subject, "subjects"), _a.kind.in_(tuple(sorted(INWARD)))
)
_NAMED = (
    select(_a.subject)
    .distinct()
    .where(
        _a.plant == bindparam("plant"),
        among(_a.subject, "subjects"),
        _a.kind.in_(tuple(sorted(INWARD))),
        _a.private.is_not(None),
    )
)
_CALLS = select(_a.body).where(
    _a.plant == bindparam("plant"),
    text(CALLS),
    or_(_a.at >= bindparam("since"), _a.kind.in_((Kind.ALARM.value, Kind.ALL_CLEAR.value))),
)
_SINCE = select(_a.position, _a.tour, _a.kind).where(_a.plant == bindparam("plant"), _a.position > bindparam("after"))
_KNOWN = select(_a.id).where(_a.plant == bindparam("plant"), among(_a.id, "ids"))


@dataclass(frozen=True, slots=True)
class _Listed:
    """The roster's part of some tours."""

    visitors: dict[str, list[Visitor]]
    expected: dict[str, int]
    subjects: frozenset[str]
    heads: dict[str, tuple[str, int]]
    """The tour and the heads of each visitor, and of each party without names."""


class AttendanceAtHub:
    """See ``day.Attendance``."""

    def __init__(self, engine: Engine, clock: Clock, watch: Watch) -> None:
        self._engine = engine
        self._clock = clock
        self._watch = watch
        self._plants: OrderedDict[tuple[str, int], Plant] = OrderedDict()
        self._tours: OrderedDict[tuple[str, int], dict[str, Tour]] = OrderedDict()
        self._lists: OrderedDict[tuple[str, int, tuple[str, ...]], _Listed] = OrderedDict()

    def now(self) -> datetime:
        return self._clock.now()

    def day(self, who: Pass) -> tuple[Day, int]:
        with reading(self._engine) as connection:
            counters = connection.execute(_COUNTERS, {"plant": who.plant}).one_or_none()
            revision, position = (counters.revision, counters.position) if counters is not None else (0, 0)
            return self._day(connection, who, revision), position

    def take(self, who: Pass, asked: Sequence[Asked]) -> list[Taken]:
        answers: list[Taken] = []
        events: list[AttendanceEvent] = []
        with writing(self._engine) as connection:
            counters = lock_plant(connection, who.plant)
            day = self._day(connection, who, counters.revision)
            known = connection.scalars(_KNOWN, {"plant": who.plant, "ids": [one.id for one in asked]})
            clerk = Clerk(day, who, GATE, set(known))
            for one in asked:
                answer, written = clerk.take(one)
                answers.append(answer)
                events += written
            if events:
                house = house_of(connection, who.plant, day.at)
                lines = [wire.line_out(line).model_dump() for line in house.lines(connection, events)]
                attendance.append(connection, counters, house.device, lines, day.at)
        if events:
            self._watch.nudge(who.plant, counters.position)
        return answers

    async def wait(self, who: Pass, position: int, timeout_s: float) -> Woken:
        until = time.monotonic() + timeout_s
        while (left_s := until - time.monotonic()) > 0:
            if await self._watch.wait(who.plant, position, left_s):
                position, concerns = await run_in_threadpool(self._since, who, position)
                if concerns:
                    return Woken.MOVED
            elif time.monotonic() < until - 0.01:  # it gives up early only when the hub stops
                return Woken.CLOSING
        return Woken.TIME_UP

    # --- inside -----------------------------------------------------------------------------------

    def _since(self, who: Pass, position: int) -> tuple[int, bool]:
        """The plant's position, and whether anything since the one before may be this guide's."""
        with reading(self._engine) as connection:
            counters = connection.execute(_COUNTERS, {"plant": who.plant}).one()
            own = self._own(connection, who, counters.revision)
            found = connection.execute(_SINCE, {"plant": who.plant, "after": position}).all()
        everybodys = {Kind.ALARM, Kind.ALL_CLEAR, Kind.VOID}
        concerns = any(row.tour in own or row.tour is None or row.kind in everybodys for row in found)
        return max([counters.position, *(row.position for row in found)]), concerns

    def _plant(self, connection: Connection, plant: str, revision: int) -> Plant:
        kept = self._plants.get((plant, revision))
        if kept is not None:
            return kept
        found = record(connection, plant, "plant", plant)
        known = found if isinstance(found, Plant) else Plant(id=plant, name=plant)
        return _keep(self._plants, (plant, revision), known)

    def _own(self, connection: Connection, who: Pass, revision: int) -> dict[str, Tour]:
        key = (who.plant, revision)
        tours = self._tours.get(key)
        if tours is None:
            tours = _keep(self._tours, key, records(connection, who.plant, "tour"))
        return {tour.id: tour for tour in tours.values() if who.opens(tour)}

    def _day(self, connection: Connection, who: Pass, revision: int) -> Day:
        now = self._clock.now()
        plant = self._plant(connection, who.plant, revision)
        own = self._own(connection, who, revision)
        busy = set(connection.scalars(_BUSY, {"plant": who.plant, "tours": list(own)}))
        tours = todays(own.values(), plant, now, busy)
        listed = self._listed(connection, who.plant, revision, tuple(tour.id for tour in tours))
        here = _by_tour(connection, who.plant, [tour.id for tour in tours])
        away = _away(connection, who.plant, listed)
        subjects = {row.subject for present in here.values() for row in present}
        names = _Names(connection, who.plant, subjects, subjects - listed.subjects)
        since = now - CALLS_KEPT
        bodies = connection.scalars(_CALLS, {"plant": who.plant, "since": since})
        return Day(
            plant=plant,
            at=now,
            visits=tuple(_visit(tour, listed, away, here.get(tour.id, []), names, now) for tour in tours),
            events=tuple(wire.event_from_json(body) for body in bodies),
        )

    def _listed(self, connection: Connection, plant: str, revision: int, tours: tuple[str, ...]) -> _Listed:
        key = (plant, revision, tours)
        if (kept := self._lists.get(key)) is not None:
            return kept
        visitors: dict[str, list[Visitor]] = {tour: [] for tour in tours}
        expected = dict.fromkeys(tours, 0)
        named: set[tuple[str, str]] = set()
        heads: dict[str, tuple[str, int]] = {}
        parties: list[Any] = []
        for row in connection.execute(_LISTED, {"plant": plant, "tours": list(tours)}):
            if row.kind == "ticket":
                parties += [row] if row.heads else []
                continue
            visitor = wire.record_from_json("visitor", row.body)
            assert isinstance(visitor, Visitor)
            visitors[row.parent].append(visitor)
            expected[row.parent] += row.heads
            heads[row.id] = (row.parent, row.heads)
            named.add((row.parent, row.group_id))
        for row in parties:
            if not row.group_id or (row.parent, row.group_id) not in named:
                expected[row.parent] += row.heads
                heads[row.id] = (row.parent, row.heads)
        subjects = frozenset(visitor.id for some in visitors.values() for visitor in some)
        return _keep(self._lists, key, _Listed(visitors, expected, subjects, heads))


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> V:
    """Remembers a value; the one that was made first is forgotten when there are too many."""
    kept[key] = value
    while len(kept) > KEPT:
        try:
            kept.popitem(last=False)
        except KeyError:  # another thread was quicker
            break
    return value


def _away(connection: Connection, plant: str, listed: _Listed) -> dict[str, int]:
    """The heads of those on these lists who have come with another tour: they are on its list, and not waited for."""
    found = connection.execute(_AWAY, {"plant": plant, "subjects": list(listed.heads)})
    own = listed.heads
    return {row.subject: own[row.subject][1] for row in found if own[row.subject][0] != row.tour}


def _by_tour(connection: Connection, plant: str, tours: list[str]) -> dict[str, list[Any]]:
    here: dict[str, list[Any]] = {}
    for row in connection.execute(_HERE, {"plant": plant, "tours": tours}):
        here.setdefault(row.tour, []).append(row)
    return here


class _Names:
    """Names that the roster's visitors do not give: of who came in somebody's place or unlisted, and of groups."""

    def __init__(self, connection: Connection, plant: str, subjects: set[str], unlisted: set[str]) -> None:
        named = set(connection.scalars(_NAMED, {"plant": plant, "subjects": subjects}))
        latest: dict[str, Any] = {}
        for row in connection.execute(_ENTRIES, {"plant": plant, "subjects": named}) if named else ():
            if row.subject not in latest or row.at >= latest[row.subject].at:
                latest[row.subject] = row
        self.stood_in = {
            subject: str(json.loads(row.private).get("name", "")) for subject, row in latest.items() if row.private
        }
        tickets = records(connection, plant, "ticket", unlisted) if unlisted else {}
        groups = {one.group for one in tickets.values() if isinstance(one, Ticket) and one.group}
        called = records(connection, plant, "group", groups) if groups else {}
        self.group = {
            one.id: called[one.group].name
            for one in tickets.values()
            if isinstance(one, Ticket) and one.group is not None and one.group in called
        }


def _visit(tour: Tour, listed: _Listed, away: dict[str, int], here: list[Any], names: _Names, now: datetime) -> Visit:
    rows_of = {row.subject: row for row in here}
    people: list[Person] = []
    for visitor in listed.visitors.get(tour.id, []):
        if visitor.id in away:
            continue
        row = rows_of.pop(visitor.id, None)
        state = _state(row)
        if Flag.CANCELLED not in visitor.flags or state is not State.EXPECTED:
            stood_in = names.stood_in.get(visitor.id, "") if row is not None else ""
            people.append(person(visitor, now, state, stood_in))
    extra = 0
    for subject, row in rows_of.items():
        if not row.inside and not row.left:
            continue
        invited = listed.heads.get(subject, (tour.id, 0))[0] != tour.id  # another tour's, taken along
        group = names.group.get(subject) if not invited else None
        unlisted = Person(subject=subject, name=names.stood_in.get(subject, "") or names.group.get(subject, ""))
        people.append(replace(unlisted, heads=row.inside or row.left, state=_state(row), extra=group is None))
        extra += row.inside + row.left if group is None else 0
    return Visit(
        tour=tour,
        people=by_name(people),
        expected=listed.expected.get(tour.id, 0)
        - sum(heads for subject, heads in away.items() if listed.heads[subject][0] == tour.id),
        inside=sum(row.inside for row in here),
        left=sum(row.left for row in here),
        extra=extra,
    )


def _state(row: Any) -> State:
    if row is None or not (row.inside or row.left):
        return State.EXPECTED
    return State.INSIDE if row.inside else State.LEFT
