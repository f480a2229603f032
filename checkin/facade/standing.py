"""How a gate is at this moment: a snapshot that costs nothing, and a sentence for whatever is wrong.

What comes from the store is looked at on the store's thread (``look``) and kept; everything else is asked for anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from checkin.clock import Clock
from checkin.clockwatch import ClockWatch
from checkin.desk.conflicts import Conflict, Doubles
from checkin.desk.gatenames import gate_names
from checkin.domain.events import Kind
from checkin.domain.muster import Muster, muster
from checkin.domain.visit import Plant, Policy
from checkin.errors import Broken, CheckinError
from checkin.eyes import CameraState, Eyes
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time, ngettext
from checkin.store import Store
from checkin.sync.engine import ROSTER_AT
from checkin.sync.runner import HubState, SyncState
from checkin.sync.shutout import ShutOut, shut_out

T = TypeVar("T")

CLOCK_WRONG_S = 120.0
"""From here on the clock is far from the hub's: a banner (DESIGN 4.9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the status line and the banners show.  ``banners`` are translated sentences that say what to do.

    ``muster`` is the plant's last alarm, from whatever gate, without its marks; None when there never was one.
    ``gate`` is a name where the roster knows one.
    ``doubles`` are tickets that two gates admitted, ``unread`` counts what the hub sent and this program cannot read.
    """

    plant: Plant | None = None
    gate: str = ""
    waiting: int = 0
    rejected: int = 0
    roster_at: datetime | None = None
    visitors: int = 0
    hub: HubState = HubState.NONE
    hub_at: datetime | None = None
    hub_message: str = ""
    camera: CameraState = CameraState.OFF
    camera_name: str = ""
    camera_message: str = ""
    camera_fps: float = 0.0
    key_place: str = ""
    muster: Muster | None = None
    doubles: tuple[Conflict, ...] = ()
    unread: int = 0
    shut_out: ShutOut | None = None
    banners: tuple[str, ...] = ()
    gate_names: Mapping[str, str] = field(default_factory=dict)

    def named(self, gate: str) -> str:
        """What a gate of this plant is called."""
        return self.gate_names.get(gate, gate)


def unread_words(count: int) -> str:
    """What came and cannot be read, and what to do about it."""
    return ngettext(
        "{count} record from the hub is in a form that this program does not know. It is kept: update the program, "
        "or tell the organiser. Visitors can come in",
        "{count} records from the hub are in a form that this program does not know. They are kept: update the "
        "program, or tell the organiser. Visitors can come in",
        count,
    ).format(count=count)


class Standing:
    """Keeps what was seen last.  ``notes`` are further sentences: each call gives one, or nothing."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        eyes: Eyes,
        key_place: str,
        last_event: datetime | None,
        notes: tuple[Callable[[], str], ...] = (),
    ) -> None:
        self._store, self._eyes, self._key_place, self._notes = store, eyes, key_place, notes
        self._clock = clock
        self._clock_watch = ClockWatch(clock, last_event)
        self._kept = Status()
        self._trouble = ""
        self._doubles = Doubles()

    def look(self, plant: str | None) -> None:
        """Reads the store; for its thread."""
        try:
            with self._store.read() as tx:
                at = tx.meta.get(ROSTER_AT)
                calls = tx.journal.of_kinds(plant, (Kind.ALARM, Kind.ALL_CLEAR)) if plant else []
                here = tx.roster.plant(plant) if plant else None
                self._kept = Status(
                    plant=here,
                    shut_out=shut_out(tx, (here.policy if here is not None else Policy()).shut_out_h),
                    waiting=tx.outbox.waiting(),
                    rejected=tx.outbox.rejected_count(),
                    roster_at=datetime.fromisoformat(at) if at else None,
                    visitors=tx.roster.visitor_count(),
                    muster=muster(calls),
                    doubles=self._doubles.look(tx, plant),
                    unread=tx.unread.count(),
                    gate_names=gate_names(tx, plant) if plant else {},
                )
        except CheckinError as error:
            self._trouble = str(error)

    def alone_too_long(self) -> bool:
        """Whether the hub shut this gate out, and the plant's policy gives it no more time."""
        kept = self._kept.shut_out
        return kept is not None and kept.over(self._clock.now())

    def guarded(self, job: Callable[[], T]) -> T:
        """Runs the desk's work; what broke stays visible as a banner until something works again."""
        try:
            done = job()
        except Broken as error:
            self._trouble = str(error)
            raise
        self._trouble = ""
        return done

    def status(self, gate: str, sync: SyncState) -> Status:
        """How everything is, now."""
        eyes = self._eyes
        return replace(
            self._kept,
            gate=self._kept.named(gate),
            hub=sync.hub,
            hub_at=sync.at,
            hub_message=sync.message,
            camera=eyes.state,
            camera_name=eyes.name,
            camera_message=eyes.message,
            camera_fps=eyes.fps,
            key_place=self._key_place,
            banners=self._banners(sync),
        )

    def _shut_out(self, told: ShutOut) -> str:
        plant = self._kept.plant
        zone = plant.tz if plant is not None else "Europe/Moscow"
        since, until = (f"{local_day(at, zone)}, {local_time(at, zone)}" for at in (told.since, told.until))
        if told.over(self._clock.now()):
            return _(
                "The hub has shut this gate out ({since}), and its time alone is over: only a supervisor lets people "
                "in now. They go out as ever. Call the organiser"
            ).format(since=since)
        return _(
            "The hub has shut this gate out ({since}). Visitors can come in by the list that is here until {until}. "
            "Call the organiser"
        ).format(since=since, until=until)

    def _clock_note(self, sync: SyncState) -> str:
        note = self._clock_watch.look()
        if note and sync.clock_offset_s is not None:
            self._clock_watch.agreed(sync.clock_offset_s, sync.clock_measured_ns)
            note = self._clock_watch.look()
        return note

    def _banners(self, sync: SyncState) -> tuple[str, ...]:
        notes = (self._trouble, self._store.note, self._clock_note(sync), *(note() for note in self._notes))
        found = [text for text in notes if text]
        if self._store.copy.trouble is not None:
            found.append(
                _(
                    "The second copy of the journal cannot be written. Free some space on the disk; "
                    "visitors can still come in"
                )
            )
        if self._eyes.state is CameraState.LOST:
            found.append(
                self._eyes.message
                or _("The camera gives no picture. The handheld scanner, typed codes and the search by name work")
            )
        if self._kept.rejected:
            found.append(
                ngettext(
                    "{count} record was not taken by the hub. Open the sync page",
                    "{count} records were not taken by the hub. Open the sync page",
                    self._kept.rejected,
                ).format(count=self._kept.rejected)
            )
        doubles = sum(not one.resolved for one in self._kept.doubles)
        if doubles:
            found.append(
                ngettext(
                    "{count} ticket was let in at two gates. Open the exchange page: it says who, where and when",
                    "{count} tickets were let in at two gates. Open the exchange page: it says who, where and when",
                    doubles,
                ).format(count=doubles)
            )
        if self._kept.unread:
            found.append(unread_words(self._kept.unread))
        if self._kept.shut_out is not None:
            found.append(self._shut_out(self._kept.shut_out))
        elif sync.hub is HubState.REVOKED:
            found.append(_("The hub does not know this gate any more. Visitors can still come in; call the organiser"))
        if sync.clock_offset_s is not None and abs(sync.clock_offset_s) > CLOCK_WRONG_S:
            found.append(
                _("This PC's clock differs from the hub's by {minutes} min. Set the clock").format(
                    minutes=round(abs(sync.clock_offset_s) / 60)
                )
            )
        return tuple(found)
