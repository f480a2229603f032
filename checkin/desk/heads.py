"""The headcount of a plant's day: for each tour who came, who is inside, who is missing by name, who came unlisted.

A tour counts on the day that it touches, and on every day on which somebody of it is still inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkin.desk.outcome import TourLine
from checkin.desk.overview import tours_of_day
from checkin.domain.headcount import Count
from checkin.domain.visit import Flag
from checkin.store import Transaction

NOBODY = Count()


@dataclass(frozen=True, slots=True, kw_only=True)
class TourHeads:
    """A tour's heads.  ``missing`` are the names of those on the list who never came; a party without names has none.

    They are looked up once somebody of the tour has come: before that everybody is still expected.
    """

    line: TourLine
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHeads:
    """The plant's day at ``at``.  ``data_at`` is the newest move that is known; ``strays`` are on no known tour."""

    at: datetime
    data_at: datetime | None = None
    tours: tuple[TourHeads, ...] = ()
    strays: Count = NOBODY

    @property
    def whole(self) -> Count:
        """Everybody at the plant.  Of a cancelled tour only those count who are there all the same."""
        return sum((_counted(one.line) for one in self.tours), self.strays)


def heads_of_day(tx: Transaction, plant: str | None, now: datetime) -> DayHeads:
    """The headcount of a plant; of every plant when none is chosen."""
    tours: list[TourHeads] = []
    for line in tours_of_day(tx, plant, now):
        came = line.count.inside + line.count.left > 0
        tours.append(TourHeads(line=line, missing=_missing(tx, line) if came and line.count.missing else ()))
    plants = [plant] if plant is not None else [one.id for one in tx.roster.plants()]
    known = [moment for one in plants if (moment := tx.journal.newest(one)) is not None]
    return DayHeads(
        at=now,
        data_at=max(known, default=None),
        tours=tuple(tours),
        strays=sum((tx.headcounts.strays(one) for one in plants), NOBODY),
    )


def _missing(tx: Transaction, line: TourLine) -> tuple[str, ...]:
    people = tx.roster.tour_members(line.plant.id, line.tour.id)
    came = tx.headcounts.came_of(line.plant.id, [one.id for one in people])
    names = (one.name for one in people if one.id not in came and Flag.CANCELLED not in one.flags)
    return tuple(sorted(names, key=str.casefold))


def _counted(line: TourLine) -> Count:
    count = line.count
    if not line.tour.cancelled:
        return count
    there = count.inside + count.left
    return Count(expected=min(there, count.expected), inside=count.inside, left=count.left, refused=count.refused)
