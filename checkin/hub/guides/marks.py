"""What becomes of a tap on a name: the events to be written, or why there are none.

A phone makes each mark's id, so one that is sent twice counts once.  A mark that waited on a phone while somebody
marked the same person later is written and taken back at once: it is in the journal, and does not count.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from checkin.domain.events import AttendanceEvent, Kind, new_id
from checkin.domain.muster import Mark
from checkin.hub.guides.day import Day
from checkin.hub.guides.passes import Pass
from checkin.wire import Message

MAX_MARKS = 200
MAX_WAIT = timedelta(hours=24)
SOURCE = "guide"
_UNSURE = timedelta(seconds=5)
"""Ages that phones tell differ by how long the way here took."""

Identity = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
Key = Annotated[str, Field(min_length=1, max_length=120)]


class Asked(Message):
    """One tap: a mark on a person, the undo of a mark, or a new roll-call of a tour.

    ``age_ms`` is how long ago it was, by the phone: the phone's own clock is nobody's business.
    """

    id: Identity
    do: Literal["mark", "undo", "begin"]
    tour: Key
    subject: Key | None = None
    mark: Literal["present", "not_found", "found", "elsewhere"] | None = None
    voids: Identity | None = None
    age_ms: int = Field(ge=0, le=2**53)


class MarkStatus(StrEnum):
    """What became of a mark."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class Taken(Message):
    """The answer for one mark; a rejected one never will be accepted."""

    id: str
    status: MarkStatus


class Clerk:
    """Turns what a guide asks for into events, one request's worth of it, oldest first."""

    def __init__(self, day: Day, who: Pass, gate: str, known: Collection[str]) -> None:
        calls = day.calls()
        self._day = day
        self._who = who
        self._gate = gate
        self._known = set(known)
        self._subjects = {visit.tour.id: {person.subject for person in visit.people} for visit in day.visits}
        self._marks = {event.id: event for event in day.events if event.kind is Kind.MARK}
        self._alarm = calls.alarm is not None
        self._in_call = dict(calls.marks)
        self._in_muster = dict(calls.alarm.marks) if calls.alarm is not None else {}
        self._began = {tour: event.at for tour, event in calls.began.items()}

    def take(self, asked: Asked) -> tuple[Taken, list[AttendanceEvent]]:
        """The answer, and the events to be written (none unless it is ``accepted``)."""
        if asked.id in self._known:
            return Taken(id=asked.id, status=MarkStatus.DUPLICATE), []
        events = self._events(asked) if asked.tour in self._subjects else []
        if not events:
            return Taken(id=asked.id, status=MarkStatus.REJECTED), []
        self._known.add(asked.id)
        return Taken(id=asked.id, status=MarkStatus.ACCEPTED), events

    def _events(self, asked: Asked) -> list[AttendanceEvent]:
        at = self._day.at - min(MAX_WAIT, timedelta(milliseconds=min(asked.age_ms, 10**11)))
        match asked.do:
            case "begin":
                return self._begin(asked, at)
            case "undo":
                return self._undo(asked, at)
            case "mark":
                return self._mark(asked, at)

    def _begin(self, asked: Asked, at: datetime) -> list[AttendanceEvent]:
        self._in_call = {subject: mark for subject, mark in self._in_call.items() if mark.tour != asked.tour}
        self._began[asked.tour] = at
        return [self._event(asked.id, at, Kind.MARK, asked.tour, None, reason=Mark.PRESENT)]

    def _undo(self, asked: Asked, at: datetime) -> list[AttendanceEvent]:
        target = self._marks.get(asked.voids or "")
        if target is None or target.subject is None or target.subject not in self._subjects[asked.tour]:
            return []
        for marks in (self._in_call, self._in_muster):
            if (standing := marks.get(target.subject)) is not None and standing.id == target.id:
                del marks[target.subject]
        return [self._event(asked.id, at, Kind.VOID, target.tour, target.subject, voids=target.id)]

    def _mark(self, asked: Asked, at: datetime) -> list[AttendanceEvent]:
        if asked.mark is None or asked.subject not in self._subjects[asked.tour]:
            return []
        event = self._event(asked.id, at, Kind.MARK, asked.tour, asked.subject, reason=Mark(asked.mark))
        self._marks[event.id] = event
        marks = self._in_muster if self._alarm and event.reason != Mark.PRESENT else self._in_call
        standing = marks.get(asked.subject)
        since = standing.at if standing is not None else self._began.get(asked.tour) if marks is self._in_call else None
        if since is not None and since > at + _UNSURE:
            now = self._day.at
            late = self._event(new_id(now), now, Kind.VOID, event.tour, event.subject, voids=event.id)
            return [event, late]
        marks[asked.subject] = event
        return [event]

    def _event(
        self,
        identity: str,
        at: datetime,
        kind: Kind,
        tour: str | None,
        subject: str | None,
        *,
        reason: str = "",
        voids: str | None = None,
    ) -> AttendanceEvent:
        return AttendanceEvent(
            id=identity,
            plant=self._day.plant.id,
            gate=self._gate,
            at=at,
            kind=kind,
            reason=str(reason),
            tour=tour,
            subject=subject,
            operator=self._who.guide,
            source=SOURCE,
            voids=voids,
        )
