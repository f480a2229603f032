"""An evacuation, or a drill of one: who was inside when the alarm was raised, and who has been found since.

A muster begins with an ``ALARM`` event and ends with ``ALL_CLEAR``; in between every mark is an event of its own, from
any gate or phone, and the last mark on a person counts.  Nobody is taken for safe because a clock ran out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import effective

OVERDUE = timedelta(minutes=10)
"""Wardens wait five to ten minutes; whoever is not marked by then is shown red (FIELD, Evacuation)."""

DRILL = "drill"
"""The reason of an ``ALARM`` that is none."""


class Mark(StrEnum):
    """What was found out about a person."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    ELSEWHERE = "elsewhere"  # safe, but not at the meeting point
    NOT_LISTED = "not_listed"  # somebody who stands here and is on no list
    PRESENT = "present"  # an ordinary roll-call, no alarm


SAFE = frozenset({Mark.FOUND, Mark.ELSEWHERE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Muster:
    """The muster that is on, or was on last.  ``marks`` are the last mark on each subject."""

    alarm: AttendanceEvent
    ended_at: datetime | None = None
    marks: dict[str, AttendanceEvent] = field(default_factory=dict)
    not_listed: tuple[AttendanceEvent, ...] = ()

    @property
    def started_at(self) -> datetime:
        return self.alarm.at

    @property
    def drill(self) -> bool:
        return self.alarm.reason == DRILL

    @property
    def on(self) -> bool:
        return self.ended_at is None

    def mark(self, subject: str) -> Mark | None:
        """The last mark on a subject."""
        event = self.marks.get(subject)
        return Mark(event.reason) if event is not None else None

    def overdue(self, subject: str, now: datetime) -> bool:
        """Whether a subject should have been marked by now."""
        return self.mark(subject) not in SAFE and (self.ended_at or now) - self.started_at >= OVERDUE


def muster(events: Iterable[AttendanceEvent]) -> Muster | None:
    """The last muster that these events tell of, in whatever order they came; None when there never was one.

    An alarm raised at a second gate while a muster is on joins it: there is one list for one plant.  A real alarm in
    the middle of a drill begins anew, and nobody is found yet: marks of a drill do not say where people are now.
    """
    alarm: AttendanceEvent | None = None
    ended_at: datetime | None = None
    marks: dict[str, AttendanceEvent] = {}
    strangers: list[AttendanceEvent] = []
    for event in effective(events):
        match event.kind:
            case Kind.ALARM:
                if alarm is None or ended_at is not None or (alarm.reason == DRILL and event.reason != DRILL):
                    alarm, ended_at, marks, strangers = event, None, {}, []
            case Kind.ALL_CLEAR:
                if alarm is not None and ended_at is None:
                    ended_at = event.at
            case Kind.MARK:
                if alarm is None or ended_at is not None or event.reason == Mark.PRESENT:
                    continue
                if event.reason == Mark.NOT_LISTED:
                    strangers.append(event)
                elif event.subject is not None:
                    marks[event.subject] = event
            case _:
                pass
    if alarm is None:
        return None
    return Muster(alarm=alarm, ended_at=ended_at, marks=marks, not_listed=tuple(strangers))


def course(events: Iterable[AttendanceEvent], held: Muster) -> list[AttendanceEvent]:
    """What happened from the alarm of a muster to its end, in order, whatever the devices' clocks said."""
    told: list[AttendanceEvent] = []
    for event in effective(events):
        if event.id == held.alarm.id or told:
            told.append(event)
            if event.kind is Kind.ALL_CLEAR:
                break
    return told
