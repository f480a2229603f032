"""The headcount of the plant's day, tour by tour.  Nothing here can be changed, so nothing here can go wrong."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.desk.heads import DayHeads, TourHeads
from checkin.domain.headcount import Count
from checkin.i18n import gettext as _
from checkin.i18n import local_day
from ui.gate.rows import TourRow, tour_rows
from ui.ports import Facade, Presenter, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsRow:
    """A tour with its figures.  ``extra`` tells of walk-ins and refusals, ``missing`` names who has not come.

    ``late`` tells of those who are still inside although the tour is over: nobody is signed out by a clock.
    """

    tour: TourRow
    late: str = ""
    extra: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToursState:
    """``says`` and ``advice`` fill the page when there are no rows; ``load`` offers to load a list."""

    day: str
    totals: Count
    extra: str
    rows: tuple[HeadsRow, ...]
    says: str
    advice: str
    load: bool


class ToursPresenter(Presenter[ToursState]):
    """Owns the tours page's state."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._heads: DayHeads | None = None
        self._asking = False

    def refreshed(self) -> None:
        """Somebody may have come or gone, or the roster is another."""
        if not self._asking:
            self._asking = True
            self._turn.deliver(self._app.heads(), self._came, lambda _error: self._came(self._heads))
        self._publish()

    def _came(self, heads: DayHeads | None) -> None:
        self._asking, self._heads = False, heads
        self._publish()

    def _tell(self) -> ToursState:
        status, now = self._app.status(), self._app.clock.now()
        heads = self._heads
        tours = heads.tours if heads is not None else ()
        whole = heads.whole if heads is not None else Count()
        says = advice = ""
        if not status.visitors:
            says, advice = _("There is no list yet"), _("Load a list of visitors or connect this gate to a hub.")
        elif heads is not None and not tours:
            says, advice = _("No tours at this plant today"), _("The list has tours on other days only.")
        elif heads is None:
            says = _("Counting…")
        rows = tour_rows((one.line for one in tours), now)
        return ToursState(
            day=local_day(now, status.plant.tz if status.plant is not None else "Europe/Moscow"),
            totals=whole,
            extra=extra_of(whole),
            rows=tuple(
                HeadsRow(
                    tour=row,
                    late=_("Over, still inside: {count}").format(count=row.count.inside)
                    if row.over and row.count.inside
                    else "",
                    extra=extra_of(one.line.count),
                    missing=missing_of(one),
                )
                for one, row in zip(tours, rows, strict=True)
            ),
            says=says,
            advice=advice,
            load=not status.visitors,
        )


def extra_of(count: Count) -> str:
    """Those whom the four figures do not tell of by themselves."""
    parts = []
    if count.walk_ins:
        parts.append(_("walk-ins: {count}").format(count=count.walk_ins))
    if count.refused:
        parts.append(_("refusals: {count}").format(count=count.refused))
    return " · ".join(parts)


def missing_of(heads: TourHeads) -> str:
    """The missing by name; those of a party without names by their number."""
    names = list(heads.missing)
    nameless = heads.line.count.missing - len(names)
    if names and nameless > 0:
        names.append(_("without names: {count}").format(count=nameless))
    return _("Not come: {names}").format(names=", ".join(names)) if names else ""
