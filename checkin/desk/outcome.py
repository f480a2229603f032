"""What the desk hands to whoever shows it: verdicts with their facts, tours with their counts, people found by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkin.domain.admission import Admit, Ask, Facts, Reason, Refuse, Verdict
from checkin.domain.events import AttendanceEvent
from checkin.domain.headcount import Count, Stay
from checkin.domain.visit import Group, Plant, Ticket, Tour, Visitor


class Source(StrEnum):
    """Which way a code came in."""

    CAMERA = "camera"
    SCANNER = "scanner"
    TYPED = "typed"
    SEARCH = "search"
    PIPE = "pipe"


class Direction(StrEnum):
    """Which way the visitor goes."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A verdict that is written (``event``), or, for a question put to the rule book only, not (``event`` None).

    ``first_gate`` is the gate of the entry that used the ticket, when it was used.
    """

    text: str
    source: Source
    direction: Direction
    at: datetime
    verdict: Verdict
    facts: Facts
    event: AttendanceEvent | None = None
    confirmed: frozenset[Reason] = frozenset()
    first_gate: str = ""
    count: Count | None = None
    """Heads of the ticket's tour right after this verdict."""

    @property
    def word(self) -> str:
        """``admit``, ``ask`` or ``refuse``."""
        match self.verdict:
            case Admit():
                return "admit"
            case Ask():
                return "ask"
            case Refuse():
                return "refuse"

    @property
    def reason(self) -> Reason:
        return self.verdict.reason

    @property
    def visitor_name(self) -> str:
        """The visitor's name, or the group's for a ticket without names, or nothing."""
        if self.facts.visitor is not None:
            return self.facts.visitor.name
        return self.facts.group.name if self.facts.group is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TourLine:
    """A tour of today, and how many of it are here."""

    tour: Tour
    plant: Plant
    count: Count
    on_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A person found by name, and what they could be let in with."""

    visitor: Visitor
    ticket: Ticket | None
    tour: Tour
    plant: Plant
    group: Group | None
    stay: Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentScan:
    """A line of the list of last scans.  ``undone`` when it was taken back; ``can_undo`` when it still can be."""

    event: AttendanceEvent
    name: str
    tour_title: str
    tz: str
    undone: bool
    can_undo: bool
