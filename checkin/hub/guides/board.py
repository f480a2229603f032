"""What travels to a guide's phone: names and flags of their own tours, heads, marks.  Nothing else is in here."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from checkin.domain.events import AttendanceEvent
from checkin.hub.guides.calls import Calls
from checkin.hub.guides.day import Day, Person, Visit
from checkin.hub.guides.marks import Taken
from checkin.hub.guides.passes import Pass
from checkin.wire import Message


class MarkOut(Message):
    """A mark that stands."""

    id: str
    mark: str
    at: str


class PersonOut(Message):
    """A line of a list.  ``call`` is the mark in the tour's roll-call, ``muster`` the one in the alarm.

    ``language`` is empty for those who speak the tour's.
    """

    id: str
    name: str
    heads: int
    band: str | None
    mobility: bool
    language: str
    state: str
    extra: bool
    call: MarkOut | None
    muster: MarkOut | None
    overdue: bool


class TourOut(Message):
    """A tour with its heads.  Times are the plant's; ``began`` is when its roll-call was begun anew, if it was."""

    id: str
    title: str
    date: str
    start: str
    end: str
    language: str
    cancelled: bool
    expected: int
    inside: int
    left: int
    missing: int
    began: str | None
    people: list[PersonOut]


class MusterOut(Message):
    """An alarm that is on."""

    drill: bool
    began: str


class Board(Message):
    """All that a page shows.  ``at`` is when it was read; a page keeps the newest."""

    scope: str
    guide: str
    plant: str
    at: AwareDatetime
    muster: MusterOut | None
    tours: list[TourOut]


class Answered(Message):
    """Answers to marks, and the board after them."""

    answers: list[Taken]
    board: Board


def board(day: Day, who: Pass) -> Board:
    """A guide's day as their phone gets it."""
    zone = ZoneInfo(day.plant.tz)
    calls = day.calls()
    alarm = calls.alarm
    return Board(
        scope=who.scope,
        guide=who.guide,
        plant=day.plant.name,
        at=day.at,
        muster=None if alarm is None else MusterOut(drill=alarm.drill, began=_time(alarm.started_at, zone)),
        tours=[_tour(visit, calls, day.at, zone) for visit in day.visits],
    )


def _tour(visit: Visit, calls: Calls, now: datetime, zone: ZoneInfo) -> TourOut:
    tour = visit.tour
    began = calls.began.get(tour.id)
    return TourOut(
        id=tour.id,
        title=tour.title,
        date=tour.start.astimezone(zone).date().isoformat(),
        start=_time(tour.start, zone),
        end=_time(tour.end, zone),
        language=tour.language,
        cancelled=tour.cancelled,
        expected=visit.expected,
        inside=visit.inside,
        left=visit.left,
        missing=visit.missing,
        began=_time(began.at, zone) if began is not None else None,
        people=[_person(person, tour.language, calls, now, zone) for person in visit.people],
    )


def _person(person: Person, spoken: str, calls: Calls, now: datetime, zone: ZoneInfo) -> PersonOut:
    alarm = calls.alarm
    return PersonOut(
        id=person.subject,
        name=person.name,
        heads=person.heads,
        band=person.band,
        mobility=person.mobility,
        language=person.language if person.language != spoken else "",
        state=person.state,
        extra=person.extra,
        call=_mark(calls.marks.get(person.subject), zone),
        muster=_mark(alarm.marks.get(person.subject), zone) if alarm is not None else None,
        overdue=alarm is not None and alarm.overdue(person.subject, now),
    )


def _mark(event: AttendanceEvent | None, zone: ZoneInfo) -> MarkOut | None:
    return None if event is None else MarkOut(id=event.id, mark=event.reason, at=_time(event.at, zone))


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
