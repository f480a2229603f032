"""What a gate shows besides verdicts: the day's tours with their heads, the last scans, people found by name."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from checkin.desk.desk import Desk
from checkin.desk.guests import GUEST
from checkin.desk.outcome import Found, RecentScan, TourLine
from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import NOT_YET, stay
from checkin.domain.visit import Plant, Tour, Visitor
from checkin.store import Transaction
from checkin.store.rows import search_text

FAR = timedelta(days=3650)


def tours_of_day(tx: Transaction, plant: str | None, now: datetime) -> list[TourLine]:
    """Tours that touch the plant's local day or have somebody inside, by start; of every plant when none is chosen."""
    lines: list[TourLine] = []
    for one in _plants(tx, plant):
        zone = ZoneInfo(one.tz)
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        today = tx.roster.tours(one.id, midnight, midnight + timedelta(days=1))
        for tour in [*today, *_lasting(tx, one.id, {tour.id for tour in today})]:
            opens = tour.start - timedelta(minutes=(tour.policy or one.policy).opens_before_min)
            count = tx.headcounts.of_tour(one.id, tour.id)
            lines.append(TourLine(tour=tour, plant=one, count=count, on_now=opens <= now <= tour.end))
    return sorted(lines, key=lambda line: (line.tour.start, line.tour.title))


def recent_scans(tx: Transaction, desk: Desk, limit: int, now: datetime) -> list[RecentScan]:
    """This gate's last events with names, newest first."""
    plants = {plant.id: plant for plant in tx.roster.plants()}
    lines: list[RecentScan] = []
    for event in tx.journal.recent(desk.device.id, limit):
        tour = tx.roster.tour(event.plant, event.tour) if event.tour else None
        undone = tx.journal.is_void(event.id)
        lines.append(
            RecentScan(
                event=event,
                name=name_of(tx, event),
                tour_title=tour.title if tour is not None else "",
                tz=plants[event.plant].tz if event.plant in plants else "Europe/Moscow",
                undone=undone,
                can_undo=not undone and desk.can_undo(event, now),
            )
        )
    return lines


def name_of(tx: Transaction, event: AttendanceEvent) -> str:
    """The name of whom an event is about, or of their group; empty when nobody knows it (any more)."""
    if event.private is not None and event.private.name:
        return event.private.name
    if event.subject is not None and (event.kind is Kind.EXIT or event.subject.startswith(GUEST)):
        entry = stay(tx.journal.of_subject(event.plant, event.subject)).entry
        if entry is not None and entry.private is not None and entry.private.name:
            return entry.private.name
    if event.subject is not None:
        visitor = tx.roster.visitor(event.plant, tx.journal.whose(event.plant, event.subject))
        if visitor is not None:
            return visitor.name
    group = tx.roster.group(event.plant, event.group) if event.group else None
    return group.name if group is not None else ""


def find(tx: Transaction, plant: str | None, query: str, limit: int, now: datetime) -> list[Found]:
    """People whose name holds every word of the query: walk-ins who are inside, then those of tours nearest to now."""
    people = tx.roster.search(plant, query, 500)
    plants = {one.id: one for one in tx.roster.plants()}
    tours = {(one.plant, one.tour): tx.roster.tour(one.plant, one.tour) for one in people}

    def away(visitor: Visitor) -> timedelta:
        tour = tours[visitor.plant, visitor.tour]
        return FAR if tour is None else max(tour.start - now, now - tour.end, timedelta())

    found = _guests(tx, plant, query, {one.id for one in people}) if search_text(query) else []
    for visitor in sorted(people, key=away)[: max(0, limit - len(found))]:
        tour = tours[visitor.plant, visitor.tour]
        home = plants.get(visitor.plant)
        if tour is None or home is None:
            continue
        events = tx.journal.of_subject(visitor.plant, visitor.id)
        found.append(
            Found(
                visitor=visitor,
                ticket=tx.roster.ticket_of(visitor.plant, visitor.id),
                tour=tour,
                plant=home,
                group=tx.roster.group(visitor.plant, visitor.group) if visitor.group else None,
                stay=stay(events) if events else NOT_YET,
            )
        )
    return found


def _guests(tx: Transaction, plant: str | None, query: str, known: set[str]) -> list[Found]:
    """Walk-ins who are inside: no list has their names."""
    words, found = search_text(query).split(), []
    for home in _plants(tx, plant):
        for subject, came in tx.headcounts.walk_ins_inside(home.id):
            stayed = stay(tx.journal.of_subject(home.id, subject))
            tour = tx.roster.tour(home.id, came) if came is not None else None
            entry = stayed.entry
            name = entry.private.name if entry is not None and entry.private is not None else ""
            if entry is None or tour is None or subject in known or not all(one in search_text(name) for one in words):
                continue
            group = tx.roster.group(home.id, entry.group) if entry.group is not None else None
            visitor = Visitor(id=subject, plant=home.id, tour=tour.id, name=name, group=entry.group)
            found.append(Found(visitor=visitor, ticket=None, tour=tour, plant=home, group=group, stay=stayed))
    return found


def _lasting(tx: Transaction, plant: str, known: set[str]) -> list[Tour]:
    """Tours of other days whose people have not left."""
    others = {tour for _subject, tour, _heads in tx.headcounts.everybody_inside(plant) if tour is not None} - known
    found = (tx.roster.tour(plant, tour) for tour in others)
    return [tour for tour in found if tour is not None]


def _plants(tx: Transaction, plant: str | None) -> list[Plant]:
    return [one for one in tx.roster.plants() if plant is None or one.id == plant]
