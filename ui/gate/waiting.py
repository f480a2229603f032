"""Scans that wait to be judged, in their order.  Whoever waits and shows the ticket again is still one visit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from checkin.desk.outcome import Direction, Source
from ui.gate.sets import TicketSet

LONGEST_QUEUE = 5000


@dataclass(frozen=True, slots=True)
class Scan:
    """A code and how it came; ``company`` is the set it was in front of the camera with, if it was not alone."""

    text: str
    source: Source
    direction: Direction
    company: TicketSet | None = None


class Waiting:
    """The queue."""

    def __init__(self) -> None:
        self._scans: deque[Scan] = deque()

    def __len__(self) -> int:
        return len(self._scans)

    @property
    def first(self) -> Scan | None:
        """Whose turn it is."""
        return self._scans[0] if self._scans else None

    def add(self, scan: Scan) -> None:
        """At the end, unless it is there already."""
        same = any((each.text, each.direction) == (scan.text, scan.direction) for each in self._scans)
        if not same and len(self._scans) < LONGEST_QUEUE:
            self._scans.append(scan)

    def take(self) -> Scan:
        """The first one, which waits no more."""
        return self._scans.popleft()

    def drop(self, settled: Callable[[Scan], bool]) -> None:
        """Those that need no turn of their own any more."""
        self._scans = deque(scan for scan in self._scans if not settled(scan))

    def take_of(self, company: TicketSet) -> list[Scan]:
        """All of this set, in their order."""
        theirs = [scan for scan in self._scans if scan.company is company]
        self.drop(lambda scan: scan.company is company)
        return theirs

    def any_of(self, company: TicketSet) -> bool:
        """Whether somebody of this set still waits."""
        return any(scan.company is company for scan in self._scans)
