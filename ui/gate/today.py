"""Today at this plant, as the gate page's lists show it.  Many words of change are one look at the store."""

from __future__ import annotations

from collections.abc import Callable

from checkin.desk.groups import GroupCard
from checkin.desk.outcome import RecentScan, TourLine
from checkin.domain.headcount import Count
from ui.ports import Facade, Turn


class Today:
    """``tours`` is None until the first answer.  ``changed`` is called after each answer."""

    def __init__(self, app: Facade, turn: Turn, changed: Callable[[], None]) -> None:
        self._app, self._turn, self._changed = app, turn, changed
        self.tours: list[TourLine] | None = None
        self.recent: list[RecentScan] = []
        self.remained: list[GroupCard] = []
        self._asking = self._again = False

    def refreshed(self) -> None:
        """Something may have changed."""
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        self._turn.deliver(self._app.tours(), self._tours_came, lambda _error: None)
        self._turn.deliver(self._app.groups.remained(), self._remained_came, lambda _error: None)
        self._turn.deliver(self._app.recent(), self._recent_came, lambda _error: self._done())

    @property
    def totals(self) -> Count:
        """Heads of all tours that take place."""
        return sum((line.count for line in self.tours or [] if not line.tour.cancelled), Count())

    @property
    def open_scans(self) -> list[RecentScan]:
        """What can still be taken back, newest first."""
        return [scan for scan in self.recent if scan.can_undo and not scan.undone]

    def _tours_came(self, lines: list[TourLine]) -> None:
        self.tours = lines
        self._changed()

    def _remained_came(self, groups: list[GroupCard]) -> None:
        self.remained = groups
        self._changed()

    def _recent_came(self, scans: list[RecentScan]) -> None:
        self.recent = scans
        self._done()

    def _done(self) -> None:
        self._asking = False
        self._changed()
        if self._again:
            self.refreshed()
