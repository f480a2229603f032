"""The headcount in large type for a second screen: numbers, and names only where that is switched on.

Visitors can read it, so without the switch nobody is named, and an alarm is told without names at all.  It asks for
nothing while it is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkin.app import HubState
from checkin.desk.heads import DayHeads, TourHeads
from checkin.domain.headcount import Count
from checkin.i18n import gettext as _
from checkin.i18n import local_time
from ui.muster.state import Mode
from ui.ports import Facade, Presenter, Turn
from ui.status import age

TURN_S = 8
"""So long a page of tours is shown when they do not fit on one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A tour.  ``missing`` is empty unless names are switched on."""

    starts: str
    title: str
    count: Count
    late: bool
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardState:
    """``turn`` grows while the board is open: the view shows that page of its rows.  ``stale`` colours the age."""

    plant: str = ""
    clock: str = ""
    mode: Mode = Mode.NONE
    alarm: str = ""
    whole: Count = Count()  # noqa: RUF009 - frozen
    rows: tuple[BoardRow, ...] = ()
    says: str = ""
    age: str = ""
    stale: bool = False
    turn: int = 0


class BoardPresenter(Presenter[BoardState]):
    """Owns the board's state."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._heads: DayHeads | None = None
        self._open = self._asking = self._again = False
        self._seconds = 0
        self._trouble = ""

    def opened(self) -> None:
        """The board is on a screen from now on."""
        self._open, self._seconds = True, 0
        self.refreshed()

    def closed(self) -> None:
        """Nobody looks any more."""
        self._open = False

    def refreshed(self) -> None:
        """Somebody may have come or gone."""
        if not self._open:
            return
        self._again = self._asking
        if not self._asking:
            self._asking = True
            self._turn.deliver(self._app.heads(), self._came, lambda error: self._failed(str(error)))
        self._publish()

    def second_passed(self) -> None:
        """Clock, age, and the next page."""
        if self._open:
            self._seconds += 1
            self._publish()

    def _came(self, heads: DayHeads) -> None:
        self._heads, self._trouble = heads, ""
        self._answered()

    def _failed(self, trouble: str) -> None:
        self._trouble = trouble
        self._answered()

    def _answered(self) -> None:
        self._asking = False
        if self._again:
            self.refreshed()
        self._publish()

    def _tell(self) -> BoardState:
        status, now, heads = self._app.status(), self._app.clock.now(), self._heads
        zone = status.plant.tz if status.plant is not None else "Europe/Moscow"
        tours = [one for one in heads.tours if _shown(one, now)] if heads is not None else []
        held = status.muster
        mode, alarm = Mode.NONE, ""
        if held is not None and held.on:
            mode = Mode.DRILL if held.drill else Mode.REAL
            alarm = _("DRILL: everybody out") if held.drill else _("ALARM: everybody out")
        said, stale = self._age(zone)
        return BoardState(
            plant=status.plant.name if status.plant is not None else "",
            clock=local_time(now, zone),
            mode=mode,
            alarm=alarm,
            whole=heads.whole if heads is not None else Count(),
            rows=tuple(self._row(one, zone) for one in tours),
            says=_("No tours now") if heads is not None and not tours else "",
            age=said,
            stale=stale,
            turn=self._seconds // TURN_S,
        )

    def _row(self, heads: TourHeads, zone: str) -> BoardRow:
        tour = heads.line.tour
        names = ", ".join(heads.missing) if self._app.settings.board_names else ""
        return BoardRow(
            starts=local_time(tour.start, zone),
            title=tour.title,
            count=heads.line.count,
            late=tour.end < self._app.clock.now() and heads.line.count.inside > 0,
            missing=_("Waiting for: {names}").format(names=names) if names and heads.line.on_now else "",
        )

    def _age(self, zone: str) -> tuple[str, bool]:
        """How old the numbers are, and whether that is something to look at."""
        status, now, heads = self._app.status(), self._app.clock.now(), self._heads
        if heads is None:
            return _("Counting…"), False
        if self._trouble or (now - heads.at > timedelta(minutes=1) and self._asking):
            return _("The numbers are of {time}: {why}").format(
                time=local_time(heads.at, zone), why=self._trouble or _("the gate does not answer")
            ), True
        if status.hub in (HubState.OFFLINE, HubState.REVOKED):
            since = local_time(status.hub_at, zone) if status.hub_at is not None else "—"
            return _("No connection to the hub since {time}: other gates are not counted").format(time=since), True
        moved = age(heads.data_at, now) if heads.data_at is not None else _("nobody yet")
        whose = _("this gate only") if status.hub is HubState.NONE else _("all gates")
        return _("Live · {whose} · last entry or exit: {age}").format(whose=whose, age=moved), False


def _shown(heads: TourHeads, now: datetime) -> bool:
    """Tours that are on, still to come, or have somebody inside, whatever the hour."""
    tour = heads.line.tour
    return heads.line.count.inside > 0 or (tour.end >= now and not tour.cancelled)
