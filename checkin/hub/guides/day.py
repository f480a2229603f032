"""A guide's day as it is at one moment: their tours, who is on them, and what the journal says of roll-calls.

Whoever keeps the attendance fills this in; what the page shows and what a mark may do follow from it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from checkin.domain.admission import age_band
from checkin.domain.events import AttendanceEvent
from checkin.domain.headcount import State
from checkin.domain.visit import Flag, Plant, Tour, Visitor
from checkin.hub.guides.calls import Calls, fold
from checkin.hub.guides.passes import Pass

if TYPE_CHECKING:
    from checkin.hub.guides.marks import Asked, Taken

CALLS_KEPT = timedelta(hours=48)
"""Marks older than this belong to no tour that anybody still leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on a tour, or several without names (``heads`` > 1).  ``extra`` is who came and is on no list."""

    subject: str
    name: str
    heads: int = 1
    band: Flag | None = None
    mobility: bool = False
    language: str = ""
    state: State = State.EXPECTED
    extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A tour with its people by name, and its heads.  ``extra`` are those who came and are on no list."""

    tour: Tour
    people: tuple[Person, ...]
    expected: int
    inside: int
    left: int
    extra: int = 0

    @property
    def missing(self) -> int:
        """Heads that are expected and have not come; those who came unlisted stand for nobody."""
        return max(0, self.expected + self.extra - self.inside - self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything a guide may see.  ``events`` are of ``calls.KINDS``, from every device of the plant."""

    plant: Plant
    at: datetime
    visits: tuple[Visit, ...]
    events: tuple[AttendanceEvent, ...]

    def calls(self) -> Calls:
        """The roll-calls and the muster."""
        return fold(self.events)


class Woken(StrEnum):
    """Why a wait ended."""

    MOVED = "moved"
    TIME_UP = "time_up"
    CLOSING = "closing"


class Attendance(Protocol):
    """Where the attendance is kept: what the guides' page needs of a hub, or of a gate."""

    def now(self) -> datetime:
        """Its clock."""
        ...

    def day(self, who: Pass) -> tuple[Day, int]:
        """A guide's day, and the position to wait from."""
        ...

    def take(self, who: Pass, asked: Sequence[Asked]) -> list[Taken]:
        """Writes marks, oldest first; what is answered ``accepted`` is on the disk."""
        ...

    async def wait(self, who: Pass, position: int, timeout_s: float) -> Woken:
        """Waits until something may have changed for this guide."""
        ...


def todays(tours: Iterable[Tour], plant: Plant, now: datetime, busy: set[str]) -> list[Tour]:
    """Tours that touch the plant's local day, and those (``busy``, ids) with people still inside; by their start."""
    zone = ZoneInfo(plant.tz)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    tomorrow = midnight + timedelta(days=1)
    chosen = [one for one in tours if one.id in busy or (one.start < tomorrow and one.end >= midnight)]
    return sorted(chosen, key=lambda tour: (tour.start, tour.title, tour.id))


def person(visitor: Visitor, now: datetime, state: State, stood_in: str = "") -> Person:
    """A listed visitor; ``stood_in`` is the name of who came in their place, of whom nothing else is known."""
    return Person(
        subject=visitor.id,
        name=stood_in or visitor.name,
        band=None if stood_in else age_band(visitor, now),
        mobility=not stood_in and Flag.MOBILITY in visitor.flags,
        language=visitor.language,
        state=state,
    )


def by_name(people: Iterable[Person]) -> tuple[Person, ...]:
    """In the order in which a person looks for a name."""
    return tuple(sorted(people, key=lambda one: (one.name.casefold().replace("ё", "е"), one.subject)))
