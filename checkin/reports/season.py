"""A season in figures: who was registered, who came, when and how; counts and shares only, nothing about any person.

Heads are counted once for each visit.  ``came`` is whoever was let in at least once, whatever happened later; undone
entries do not count.  How full a plant was is told from tours alone that are over and have a number of places.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from checkin.domain.events import INWARD, AttendanceEvent, Kind
from checkin.domain.headcount import effective
from checkin.domain.plants import titles
from checkin.domain.visit import Flag, Format, Plant, Record, Revocation, Ticket, Tour, Visitor
from checkin.reports.seasonfigures import WEIGHTS, Engagement, Line, Season, Visit
from checkin.rosters.planning import GONE

BANDS = ((0, 6), (7, 13), (14, 17), (18, 24), (25, 44), (45, 64), (65, 200))


def season(records: Iterable[Record], events: Iterable[AttendanceEvent], now: datetime | None = None) -> Season:
    """The figures of everything in these records and events.

    ``now`` says which tours are not over: nobody is missing from those yet.  None when there are none such.
    """
    return _Season(list(records), list(events), now).fold()


class _Season:
    def __init__(self, records: list[Record], events: list[AttendanceEvent], now: datetime | None) -> None:
        self._now = now
        self._plants = {one.id: one for one in records if isinstance(one, Plant)}
        self._tours = {(one.plant, one.id): one for one in records if isinstance(one, Tour)}
        self._visitors = {(one.plant, one.id): one for one in records if isinstance(one, Visitor)}
        tickets = [one for one in records if isinstance(one, Ticket)]
        gone = {one.id for one in records if isinstance(one, Revocation) and one.reason == GONE}
        self._parties = [one for one in tickets if one.visitor is None]
        self._gone = {(one.plant, one.id) for one in self._parties if one.id in gone}
        standing = {(one.plant, one.visitor) for one in tickets if one.id not in gone}
        self._gone |= {
            (one.plant, one.visitor)
            for one in tickets
            if one.visitor is not None and (one.plant, one.visitor) not in standing
        }
        self._labels = titles(self._plants.values())
        whose = {(one.plant, one.id): one.visitor for one in tickets if one.visitor is not None}
        self._events = effective(_named(event, whose) for event in events)
        self._out = Season()
        self._first: dict[tuple[str, str], AttendanceEvent] = {}
        self._heads: Counter[tuple[str, str]] = Counter()  # the most of a party that were inside at once
        self._listed: set[tuple[str, str]] = set()
        self._placed: Counter[str] = Counter()
        inside: Counter[tuple[str, str]] = Counter()
        for event in self._events:
            key = (event.plant, event.subject or "")
            if event.kind in INWARD and event.subject is not None:
                self._first.setdefault(key, event)
                inside[key] += event.party
                self._heads[key] = max(self._heads[key], inside[key])
            elif event.kind is Kind.EXIT:
                inside[key] = max(0, inside[key] - event.party)

    def fold(self) -> Season:
        out = self._out
        for visitor in self._visitors.values():
            tour = self._tours.get((visitor.plant, visitor.tour))
            if tour is not None:
                self._registered(tour, visitor.id, 1, visitor)
        for ticket in self._parties:
            tour = self._tours.get((ticket.plant, ticket.tour))
            if tour is not None:
                self._registered(tour, ticket.id, ticket.party, None)
        for event in self._events:
            self._event(event)
        for visit in out.visits:
            self._count(visit)
        self._groups()
        self._engagement()
        days = sorted(out.tables["day"])
        out.first, out.last = (days[0], days[-1]) if days else ("", "")
        seen = {(tour.plant, tour.id) for tour in self._tours.values() if not tour.cancelled}
        out.tours, out.plants = len(seen), len({plant for plant, _tour in seen})
        return out

    def _registered(self, tour: Tour, subject: str, heads: int, visitor: Visitor | None) -> None:
        """Who came with another tour than their own is one who was registered and came.

        Who was cancelled, with or without the tour, and whose ticket was taken back because the list has them no more
        is not registered, unless they came.
        """
        first = self._first.get((tour.plant, subject))
        off = tour.cancelled or (visitor is not None and Flag.CANCELLED in visitor.flags)
        if first is None and (off or (tour.plant, subject) in self._gone):
            return
        self._listed.add((tour.plant, subject))
        came = min(heads, self._heads[tour.plant, subject]) if first is not None else 0
        joined = self._tours.get((tour.plant, first.tour or ""), tour) if first is not None else tour
        late = None if first is None else first.at - joined.start
        keys = self._keys(tour.plant, tour, tour.start)
        keys["age"] = age_of(visitor, tour.start)
        keys["language"] = visitor.language if visitor is not None else tour.language
        awaited = heads - came if self._coming(tour) else 0
        self._seat(joined, came)
        self._out.visits.append(Visit(keys, heads, came, False, late, awaited))

    def _coming(self, tour: Tour) -> bool:
        """Whether the tour is not over yet."""
        return self._now is not None and tour.end > self._now

    def _places(self, tour: Tour) -> int:
        """The places that count for how full a plant was: those of tours that are over, where there is a number."""
        return 0 if tour.cancelled or self._coming(tour) else tour.capacity or 0

    def _seat(self, tour: Tour | None, heads: int) -> None:
        """Heads of a tour whose places count: of the others there is nothing to compare them with."""
        if tour is not None and self._places(tour):
            self._placed[tour.plant] += heads

    def _event(self, event: AttendanceEvent) -> None:
        tour = self._tours.get((event.plant, event.tour or ""))
        if event.kind is Kind.WALK_IN and (event.plant, event.subject or "") not in self._listed:
            keys = self._keys(event.plant, tour, event.at) | {"age": "?", "language": "?"}
            late = None if tour is None else event.at - tour.start
            self._out.visits.append(Visit(keys, 0, max(1, event.party), True, late))
            self._seat(tour, max(1, event.party))
        if event.kind is Kind.REFUSAL:
            self._out.refused[event.reason] += 1
            self._out.total.refused += 1
            for name, key in self._keys(event.plant, tour, event.at).items():
                self._out.tables[name].setdefault(key, Line()).refused += 1
        if event.kind in INWARD:
            plant = self._plants.get(event.plant)
            gate = f"{self._labels.get(event.plant, event.plant)} · {event.gate}"
            hour = event.at.astimezone(_zone(plant)).hour
            self._out.gates.setdefault(gate, Counter())[hour] += max(1, event.party)

    def _keys(self, plant_id: str, tour: Tour | None, at: datetime) -> dict[str, str]:
        plant = self._plants.get(plant_id)
        local = at.astimezone(_zone(plant))
        return {
            "plant": self._labels.get(plant_id, plant_id),
            "format": tour.format.value if tour else "?",
            "region": (plant.region if plant else "") or "?",
            "district": (plant.district if plant else "") or "?",
            "day": f"{local:%Y-%m-%d}",
            "hour": f"{local:%H}:00",
        }

    def _count(self, visit: Visit) -> None:
        lines = [self._out.total]
        lines += [self._out.tables[name].setdefault(key, Line()) for name, key in visit.keys.items()]
        for line in lines:
            line.registered += visit.heads
            line.awaited += visit.awaited
            line.came += 0 if visit.walk_in else visit.came
            line.walk_ins += visit.came if visit.walk_in else 0
        if visit.punctual:
            self._out.punctual[visit.punctual] += visit.came
            self._out.punctual_at[visit.keys["plant"]][visit.punctual] += visit.came

    def _groups(self) -> None:
        """Minutes from the first to the last of a group, for groups of whom at least two came."""
        times: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        for (plant, subject), event in self._first.items():
            visitor = self._visitors.get((plant, subject))
            if visitor is not None and visitor.group:
                times[plant, visitor.group].append(event.at)
        for (plant, _group), some in times.items():
            if len(some) > 1:
                minutes = (max(some) - min(some)) / timedelta(minutes=1)
                self._out.groups_at[self._labels.get(plant, plant)].append(minutes)

    def _engagement(self) -> None:
        offered: dict[str, set[Format]] = defaultdict(set)
        room: Counter[str] = Counter()
        for tour in self._tours.values():
            if tour.cancelled:
                continue
            offered[tour.plant].add(tour.format)
            room[tour.plant] += self._places(tour)
        regions: dict[str, list[tuple[int, Engagement]]] = defaultdict(list)
        for plant in self._plants.values():
            label = self._labels[plant.id]
            line = self._out.tables["plant"].get(label)
            if line is None or not line.due:
                continue
            attendance = min(1.0, line.came / line.due)
            punctual = self._out.punctual_at.get(label, Counter())
            timed = sum(punctual.values())
            made = Engagement(
                attendance=attendance,
                fill=min(1.0, self._placed[plant.id] / room[plant.id]) if room[plant.id] else attendance,
                variety=len(offered[plant.id]) / len(Format),
                punctuality=(timed - punctual["late"]) / timed if timed else 0.0,
            )
            self._out.by_plant[label] = made
            regions[plant.region or "?"].append((line.registered, made))
        for region, parts in regions.items():
            whole = sum(size for size, _part in parts)
            self._out.by_region[region] = Engagement(
                **{name: sum(size * getattr(part, name) for size, part in parts) / whole for name in WEIGHTS}
            )


def _named(event: AttendanceEvent, whose: Mapping[tuple[str, str], str]) -> AttendanceEvent:
    """The event under its visitor, where a gate that did not have the list yet wrote it under the ticket."""
    visitor = whose.get((event.plant, event.subject or ""))
    return event if visitor is None else replace(event, subject=visitor)


def age_of(visitor: Visitor | None, at: datetime) -> str:
    """The age band: by birth year, else by flag, else unknown."""
    if visitor is None:
        return "?"
    if visitor.birth_year is not None:
        years = at.year - visitor.birth_year
        for low, high in BANDS:
            if low <= years <= high:
                return f"{low}–{high}" if high < 200 else f"{low}+"
    return "0–17" if Flag.MINOR in visitor.flags else "18+" if Flag.ADULT in visitor.flags else "?"


def _zone(plant: Plant | None) -> ZoneInfo:
    return ZoneInfo(plant.tz if plant is not None else "UTC")
