"""Roll-calls as the journal tells them: a mark is an event, an undo is a void, and the last mark that stands counts.

A roll-call of a tour begins anew with a mark about nobody (``MARK``, ``present``, the tour, no subject).  While an
alarm is on, marks other than ``present`` belong to the muster and to no roll-call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import effective
from checkin.domain.muster import Mark, Muster, muster

KINDS = (Kind.ALARM, Kind.ALL_CLEAR, Kind.MARK, Kind.VOID)
"""Kinds of events that a fold of calls looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """``began`` is the event that began a tour's last roll-call, ``marks`` the standing mark on each subject in it."""

    muster: Muster | None = None
    began: dict[str, AttendanceEvent] = field(default_factory=dict)
    marks: dict[str, AttendanceEvent] = field(default_factory=dict)

    @property
    def alarm(self) -> Muster | None:
        """The muster that is on now."""
        return self.muster if self.muster is not None and self.muster.on else None


def begins(event: AttendanceEvent) -> bool:
    """Whether an event begins a tour's roll-call."""
    return event.kind is Kind.MARK and event.reason == Mark.PRESENT and event.subject is None and bool(event.tour)


def fold(events: Iterable[AttendanceEvent]) -> Calls:
    """Roll-calls and muster from events of one plant, in whatever order they came."""
    events = list(events)
    began: dict[str, AttendanceEvent] = {}
    marks: dict[str, AttendanceEvent] = {}
    alarm = False
    for event in effective(events):
        if event.kind is Kind.ALARM:
            alarm = True
        elif event.kind is Kind.ALL_CLEAR:
            alarm = False
        elif begins(event):
            began[event.tour or ""] = event
            marks = {subject: mark for subject, mark in marks.items() if mark.tour != event.tour}
        elif event.kind is Kind.MARK and event.subject is not None and (event.reason == Mark.PRESENT or not alarm):
            marks[event.subject] = event
    return Calls(muster=muster(events), began=began, marks=marks)
