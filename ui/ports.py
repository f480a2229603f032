"""What presenters see of the rest of the program: the gate's facade, and a way to be called back in their own thread.

``checkin.app.GateApp`` is a ``Facade``; tests have one written by hand.  A presenter owns one frozen state and is used
from one thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from checkin.app import ImportReport, Sight, Status
from checkin.clock import Clock
from checkin.desk.acts import ActLine
from checkin.desk.groups import GroupCard, GroupResult
from checkin.desk.heads import DayHeads
from checkin.desk.musters import MusterList
from checkin.desk.outcome import Direction, Found, Outcome, RecentScan, Source, TourLine
from checkin.domain.admission import Reason
from checkin.domain.events import AttendanceEvent
from checkin.domain.muster import Mark
from checkin.domain.people import Person, Right, Role
from checkin.domain.visit import Gate, Plant
from checkin.errors import CheckinError
from checkin.facade.guidespage import GuidesNow
from checkin.reports.printing import Printed, SavedOnly
from checkin.settings import Settings

if TYPE_CHECKING:
    from checkin.hub.guides.passes import Code  # loads the hub, and the window can do without

S = TypeVar("S")
T = TypeVar("T")


class Preview(Protocol):
    """The newest picture of the camera, and the symbols last seen in it: corners, and their verdict's word if any."""

    @property
    def pixels(self) -> Any: ...
    @property
    def number(self) -> int: ...
    @property
    def symbols(self) -> Sequence[tuple[Any, str | None]]: ...


class Groups(Protocol):
    """See ``checkin.facade.groups``."""

    def find(self, text: str) -> Future[GroupCard | None]: ...
    def open_group(self, plant: str, group: str) -> Future[GroupCard | None]: ...
    def open_tour(self, plant: str, tour: str) -> Future[GroupCard | None]: ...
    def admit(
        self,
        card: GroupCard,
        ticked: Collection[str],
        confirmed: frozenset[Reason] = frozenset(),
        source: Source = Source.SCANNER,
    ) -> Future[GroupResult]: ...
    def let_out(
        self, card: GroupCard, ticked: Collection[str], source: Source = Source.SCANNER
    ) -> Future[GroupResult]: ...
    def brief(self, card: GroupCard) -> Future[None]: ...
    def walk_in(self, card: GroupCard, name: str, note: str, supervisor: str = "") -> Future[AttendanceEvent]: ...
    def substitute(
        self, card: GroupCard, instead_of: str, name: str, note: str, supervisor: str = ""
    ) -> Future[AttendanceEvent]: ...
    def remained(self) -> Future[list[GroupCard]]: ...
    def print_signatures(self, card: GroupCard) -> Future[Printed | SavedOnly]: ...


class Musters(Protocol):
    """See ``checkin.facade.musters``."""

    def raise_alarm(self, *, drill: bool) -> Future[AttendanceEvent]: ...
    def listed(self) -> Future[MusterList | None]: ...
    def mark(self, subject: str, mark: Mark, note: str = "") -> Future[AttendanceEvent]: ...
    def stranger(self, name: str, note: str = "") -> Future[AttendanceEvent]: ...
    def all_clear(self, note: str = "") -> Future[AttendanceEvent | None]: ...
    def print_sheet(self, listed: MusterList | None = None) -> Future[Printed | SavedOnly]: ...
    def print_report(self) -> Future[Printed | SavedOnly]: ...


class Guides(Protocol):
    """See ``checkin.facade.guidespage``."""

    def switch(self, *, on: bool, port: int) -> Future[GuidesNow]: ...
    def now(self) -> Future[GuidesNow]: ...
    def make_code(self, guide: str = "", *, tour: str = "") -> Future[Code]: ...
    def log_out(self) -> Future[GuidesNow]: ...


class People(Protocol):
    """See ``checkin.facade.people``."""

    @property
    def known(self) -> bool: ...
    @property
    def locked(self) -> bool: ...
    @property
    def person(self) -> Person | None: ...
    def may(self, right: Right) -> bool: ...
    def log_in(self, ident: str, pin: str) -> Future[Person | None]: ...
    def show_badge(self, text: str) -> Future[Person | None]: ...
    def log_out(self) -> Future[None]: ...
    def moved(self) -> None: ...
    def lock_if_idle(self, after_s: int) -> bool: ...
    def everybody(self) -> Future[list[Person]]: ...
    def add(self, name: str, role: Role, pin: str) -> Future[Person]: ...
    def change(
        self, ident: str, *, name: str | None = None, role: Role | None = None, pin: str | None = None
    ) -> Future[Person]: ...
    def give_badge(self, ident: str) -> Future[str]: ...
    def remove(self, ident: str) -> Future[Person]: ...
    def unlock(self, ident: str) -> Future[None]: ...
    def acts(self) -> Future[list[ActLine]]: ...


class Facade(Protocol):
    """The part of ``GateApp`` that the window uses; what each method means is said there."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def musters(self) -> Musters: ...
    @property
    def guides(self) -> Guides: ...
    @property
    def people(self) -> People: ...
    def listen(self, listener: Callable[[], None]) -> None: ...
    def listen_codes(self, listener: Callable[[list[str]], None]) -> None: ...
    def listen_sights(self, taker: Callable[[Sight], None]) -> None: ...
    def status(self) -> Status: ...
    def preview(self) -> Preview | None: ...
    def scan(
        self,
        text: str,
        source: Source,
        direction: Direction = Direction.IN,
        confirmed: frozenset[Reason] = frozenset(),
    ) -> Future[Outcome]: ...
    def decline(self, outcome: Outcome) -> Future[Outcome]: ...
    def undo(self, event_id: str) -> Future[bool]: ...
    def search(self, query: str, limit: int = 30) -> Future[list[Found]]: ...
    def tours(self) -> Future[list[TourLine]]: ...
    def heads(self) -> Future[DayHeads]: ...
    def recent(self, limit: int = 12) -> Future[list[RecentScan]]: ...
    def plants(self) -> Future[list[Plant]]: ...
    def gates(self, plant: str) -> Future[list[Gate]]: ...
    def choose_place(self, plant: str, gate: str) -> Future[None]: ...
    def change_settings(self, settings: Settings) -> None: ...
    def import_list(
        self,
        path: Path,
        *,
        plant: str | None = None,
        apply: bool = True,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Future[ImportReport]: ...
    def enrol(self, url: str, code: str) -> Future[None]: ...
    def sync_now(self) -> None: ...
    def open_organiser(self) -> None: ...
    def export_attendance(self, path: Path) -> Future[int]: ...
    def close(self) -> None: ...


class Turn(Protocol):
    """How a presenter gets its turn again.  Every call comes in the thread that the presenter lives in."""

    def deliver(
        self, future: Future[T], done: Callable[[T], None], failed: Callable[[CheckinError], None] | None = None
    ) -> None:
        """``done`` or ``failed`` is called later; what is not a ``CheckinError`` is a bug and is raised."""
        ...

    def after(self, delay_s: float, call: Callable[[], None]) -> Callable[[], None]:
        """``call`` is called once after the delay, unless the returned function was called before."""
        ...

    def post(self, call: Callable[[], None]) -> None:
        """``call`` is called soon.  May be used from any thread."""
        ...


class Tone(StrEnum):
    """What the gate says to the ear."""

    YES = "yes"
    NO = "no"
    QUESTION = "question"
    ALARM = "alarm"


class Page(StrEnum):
    """The pages of the rail, in its order."""

    GATE = "gate"
    FIND = "find"
    TOURS = "tours"
    SYNC = "sync"
    SETTINGS = "settings"
    MUSTER = "muster"


class Presenter(Generic[S]):
    """Holds a state and tells a view when it has changed.  ``_tell`` makes the state from what the presenter knows."""

    def __init__(self) -> None:
        self._shown: S | None = None
        self._show: Callable[[S], None] | None = None

    @property
    def state(self) -> S:
        """The state as it is now, whether or not somebody looks at it."""
        return self._tell()

    def attach(self, show: Callable[[S], None]) -> None:
        """From now on ``show`` is called with each new state; at once with the present one."""
        self._show, self._shown = show, None
        self._publish()

    def _publish(self) -> None:
        state = self._tell()
        if self._show is not None and state != self._shown:
            self._shown = state
            self._show(state)

    def _tell(self) -> S:
        raise NotImplementedError
