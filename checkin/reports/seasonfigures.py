"""What a season's report shows: visits without a name, lines of tables, the parts of an index; counts and shares only.

Nothing here is about any person.  The engagement index is a mean of shares, each from 0 to 1, see ``WEIGHTS``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

LATE = timedelta(minutes=10)
WEIGHTS = {"attendance": 0.4, "fill": 0.3, "variety": 0.2, "punctuality": 0.1}
DIMENSIONS = ("plant", "format", "region", "district", "day", "hour", "age", "language")


@dataclass(frozen=True, slots=True)
class Visit:
    """One registered head or a walk-in, without a name.  ``late`` is against the start, None for who did not come.

    ``awaited`` heads have not come to a tour that is not over.
    """

    keys: Mapping[str, str]
    heads: int
    came: int
    walk_in: bool
    late: timedelta | None
    awaited: int = 0

    @property
    def punctual(self) -> str:
        """``early``, ``on_time`` (up to ``LATE`` after the start) or ``late``; empty for who did not come."""
        if self.late is None:
            return ""
        return "early" if self.late < timedelta(0) else "on_time" if self.late <= LATE else "late"


@dataclass(slots=True)
class Line:
    """One line of a table."""

    registered: int = 0
    came: int = 0
    walk_ins: int = 0
    refused: int = 0
    awaited: int = 0

    @property
    def due(self) -> int:
        """Registered heads who have come or should have."""
        return self.registered - self.awaited

    @property
    def no_show(self) -> int:
        return max(0, self.due - self.came)


@dataclass(slots=True)
class Engagement:
    """The parts of the index of a plant or a region, and the index from 0 to 100."""

    attendance: float = 0.0
    fill: float = 0.0
    variety: float = 0.0
    punctuality: float = 0.0

    @property
    def index(self) -> float:
        return round(100 * sum(weight * float(getattr(self, name)) for name, weight in WEIGHTS.items()), 1)


@dataclass(slots=True)
class Season:
    """Everything that a report shows."""

    first: str = ""
    last: str = ""
    plants: int = 0
    tours: int = 0
    total: Line = field(default_factory=Line)
    tables: dict[str, dict[str, Line]] = field(default_factory=lambda: {name: {} for name in DIMENSIONS})
    refused: Counter[str] = field(default_factory=Counter)
    punctual: Counter[str] = field(default_factory=Counter)
    punctual_at: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    groups_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    gates: dict[str, Counter[int]] = field(default_factory=dict)
    by_plant: dict[str, Engagement] = field(default_factory=dict)
    by_region: dict[str, Engagement] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)

    @property
    def group_minutes(self) -> list[float]:
        """From the first to the last of each group."""
        return [one for some in self.groups_at.values() for one in some]

    @property
    def group_median(self) -> float | None:
        return round(median(self.group_minutes), 1) if self.group_minutes else None

    def summary(self) -> dict[str, float]:
        """The figures that seasons are compared by.  ``attendance_percent`` is of those who were due by now."""
        came = self.total.came
        on_time = self.punctual["early"] + self.punctual["on_time"]
        return {
            "plants": self.plants,
            "tours": self.tours,
            "registered": self.total.registered,
            "came": came,
            "no_show": self.total.no_show,
            "awaited": self.total.awaited,
            "walk_ins": self.total.walk_ins,
            "refused": self.total.refused,
            "attendance_percent": _percent(came, self.total.due),
            "on_time_percent": _percent(on_time, sum(self.punctual.values())),
            "group_minutes_median": self.group_median or 0,
        }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
