"""The tours of the plant's day with their heads.  Nothing here can be changed, so nothing here can go wrong."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.desk.outcome import TourLine
from checkin.domain.headcount import Count
from checkin.i18n import gettext as _
from checkin.i18n import local_day
from ui.gate.rows import TourRow, tour_rows
from ui.ports import Facade, Presenter, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class ToursState:
    """``says`` and ``advice`` fill the page when there are no rows; ``load`` offers to load a list."""

    day: str
    totals: Count
    rows: tuple[TourRow, ...]
    says: str
    advice: str
    load: bool


class ToursPresenter(Presenter[ToursState]):
    """Owns the tours page's state."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._lines: list[TourLine] | None = None
        self._asking = False

    def refreshed(self) -> None:
        """Somebody may have come or gone, or the roster is another."""
        if not self._asking:
            self._asking = True
            self._turn.deliver(self._app.tours(), self._came, lambda _error: self._came(self._lines or []))
        self._publish()

    def _came(self, lines: list[TourLine]) -> None:
        self._asking, self._lines = False, lines
        self._publish()

    def _tell(self) -> ToursState:
        status, now = self._app.status(), self._app.clock.now()
        lines = self._lines or []
        says = advice = ""
        if not status.visitors:
            says, advice = _("There is no list yet"), _("Load a list of visitors or connect this gate to a hub.")
        elif self._lines is not None and not lines:
            says, advice = _("No tours at this plant today"), _("The list has tours on other days only.")
        elif self._lines is None:
            says = _("Counting…")
        return ToursState(
            day=local_day(now, status.plant.tz if status.plant is not None else "Europe/Moscow"),
            totals=sum((line.count for line in lines if not line.tour.cancelled), Count()),
            rows=tour_rows(lines, now),
            says=says,
            advice=advice,
            load=not status.visitors,
        )
