"""The composition root of a gate: one object that a window, a shift script or a test drives.

Every method that touches the store answers with a future of the store's worker thread; ``status`` is a snapshot that
costs nothing.  Listeners are called from whatever thread something happened in, with nothing but the fact that it did.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from checkin.clock import Clock, SystemClock
from checkin.clockwatch import ClockWatch
from checkin.desk import Desk, Direction, Found, Outcome, Place, RecentScan, Source, TourLine
from checkin.desk.overview import find, recent_scans, tours_of_day
from checkin.domain.admission import Reason
from checkin.domain.visit import Gate, Plant
from checkin.errors import Broken, CheckinError
from checkin.eyes import CameraState, Eyes, Preview
from checkin.facade import GroupsAtGate, MustersAtGate
from checkin.facade.papers import Papers
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.runtime.worker import Urgency, Worker
from checkin.settings import Profile, Settings
from checkin.store import Store, Transaction, open_store
from checkin.sync.engine import ROSTER_AT
from checkin.sync.runner import HubState, SyncRunner, SyncState

log = logging.getLogger(__name__)
T = TypeVar("T")

FRAMES_KEPT = 500
"""Codes whose frame's time is kept until they are judged; one held back by a question does not come to more."""
CLOCK_WRONG_S = 120.0
"""From here on the clock is far from the hub's: a banner (DESIGN 4.9)."""

__all__ = ["CameraState", "GateApp", "HubState", "ImportReport", "Preview", "Status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the status line and the banners show.  ``banners`` are translated sentences that say what to do."""

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
    banners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a list brought.  ``faults`` are (sheet, row, column, reason); ``applied`` False for a dry run."""

    file: str
    rows: int
    taken: int
    changed: int
    unchanged: int
    removed: int
    faults: tuple[tuple[str, int, str, str], ...]
    notices: tuple[str, ...]
    applied: bool


class GateApp:
    """One running gate.  ``start`` it, ``close`` it; it may be made in any thread."""

    def __init__(self, profile: Profile, clock: Clock | None = None) -> None:
        self.profile = profile
        self.clock = clock or SystemClock()
        self.settings, self._settings_note = profile.load()
        self._store, self._key_place = open_store(profile, self.settings)
        self._worker = Worker("store")
        self._slow = ThreadPoolExecutor(max_workers=4, thread_name_prefix="slow")
        self._papers = Papers(profile.folder / "documents", self._slow, self.clock, lambda: self.settings.language)
        self._eyes = Eyes(self._codes_came, self._changed)
        self._runner: SyncRunner | None = None
        self._listeners: list[Callable[[], None]] = []
        self._code_taker: Callable[[list[str]], None] | None = None
        self._frame_at: dict[str, float] = {}
        self._trouble = ""
        self._desk = self._made_desk()
        with self._store.read() as tx:
            last = tx.journal.recent(self._desk.device.id, 1)
        self._clock_watch = ClockWatch(self.clock, last[0].at if last else None)
        self._kept = Status()
        self.frame_to_verdict_ms: deque[float] = deque(maxlen=10_000)
        """For codes from the camera: from the frame to the committed verdict."""
        self._worker.submit(Urgency.PAGE, self._look_at_store).result()

    @property
    def store(self) -> Store:
        """For commands and reports that run beside the gate; the desk's writes go through the worker."""
        return self._store

    # --- hearing and seeing -----------------------------------------------------------------------

    def listen(self, listener: Callable[[], None]) -> None:
        """``listener`` is called, from any thread, whenever status, counts or last scans may have changed."""
        self._listeners.append(listener)

    def listen_codes(self, taker: Callable[[list[str]], None]) -> None:
        """``taker`` gets the codes that come into the camera's view, from any thread, and decides when to scan them.

        There is one taker: another one takes its place.
        """
        self._code_taker = taker

    def word_of(self, text: str) -> str | None:
        """The word of the last verdict on a code, when there was one lately."""
        return self._eyes.word_of(text)

    def status(self) -> Status:
        """How everything is, now."""
        sync = self._runner.state if self._runner is not None else SyncState()
        eyes = self._eyes
        return replace(
            self._kept,
            gate=self._desk.place.gate,
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

    def preview(self) -> Preview | None:
        """The camera's newest picture, or None."""
        return self._eyes.preview()

    # --- the desk ---------------------------------------------------------------------------------

    def scan(
        self,
        text: str,
        source: Source,
        direction: Direction = Direction.IN,
        confirmed: frozenset[Reason] = frozenset(),
    ) -> Future[Outcome]:
        """Judges and writes.  To answer an ``Ask`` with yes: scan the same text with its reason among ``confirmed``."""
        frame_at = self._frame_at.pop(text, None) if source is Source.CAMERA else None

        def job() -> Outcome:
            outcome = self._guarded(lambda: self._desk.scan(text, source, direction, confirmed))
            if frame_at is not None:
                self.frame_to_verdict_ms.append((time.monotonic() - frame_at) * 1000)
            self._eyes.judged(text, outcome.word)
            return outcome

        return self._submit(Urgency.SCAN, job, changes=True)

    def decline(self, outcome: Outcome) -> Future[Outcome]:
        """The operator's no to a question: written as a refusal for the same reason."""

        def job() -> Outcome:
            declined = self._guarded(lambda: self._desk.decline(outcome))
            self._eyes.judged(outcome.text, declined.word)
            return declined

        return self._submit(Urgency.SCAN, job, changes=True)

    def undo(self, event_id: str) -> Future[bool]:
        """Takes an entry or exit back; False when it cannot be taken back any more."""
        return self._submit(Urgency.SCAN, lambda: self._guarded(lambda: self._desk.undo(event_id)), changes=True)

    def search(self, query: str, limit: int = 30) -> Future[list[Found]]:
        """People of this plant's tours whose name holds every word of the query, nearest tours first."""
        return self._read(lambda tx: find(tx, self._desk.place.plant, query, limit, self.clock.now()))

    def tours(self) -> Future[list[TourLine]]:
        """Tours of this plant's day, in order of start."""
        return self._read(lambda tx: tours_of_day(tx, self._desk.place.plant, self.clock.now()))

    def recent(self, limit: int = 12) -> Future[list[RecentScan]]:
        """The last scans at this gate, newest first."""
        return self._read(lambda tx: recent_scans(tx, self._desk, limit, self.clock.now()))

    @property
    def groups(self) -> GroupsAtGate:
        """Groups: opened, admitted, let out."""
        return GroupsAtGate(self._desk, self._work, self._papers, self.musters.renew_sheet)

    @property
    def musters(self) -> MustersAtGate:
        """The alarm, and its list."""
        return MustersAtGate(self._desk, self._work, self._papers)

    # --- place, settings, lists -------------------------------------------------------------------

    def plants(self) -> Future[list[Plant]]:
        """Every plant of the roster."""
        return self._read(lambda tx: tx.roster.plants())

    def gates(self, plant: str) -> Future[list[Gate]]:
        """The gates that the roster names for a plant."""
        return self._read(lambda tx: tx.roster.gates(plant))

    def choose_place(self, plant: str, gate: str) -> Future[None]:
        """Where this gate stands, from now on."""

        def job() -> None:
            self.settings = self.settings.model_copy(update={"plant": plant, "gate": gate})
            self.profile.save(self.settings)
            self._desk = self._made_desk()

        return self._submit(Urgency.PAGE, job, changes=True)

    def change_settings(self, settings: Settings) -> None:
        """Saves; a changed camera is started at once."""
        before, self.settings = self.settings, settings
        self.profile.save(settings)
        if _camera(before) != _camera(settings):
            self._slow.submit(self._look)
        self._changed()

    def import_list(
        self,
        path: Path,
        *,
        plant: str | None = None,
        apply: bool = True,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Future[ImportReport]:
        """Reads a list in a thread of its own and takes it into the store (not ``apply``: only says what it would)."""

        def job() -> ImportReport:
            from checkin.rosters.taking import take_list

            taken = take_list(
                self._store,
                path,
                plant=plant,
                apply=apply,
                progress=progress,
                cancelled=cancelled,
                unit=self._unit,
            )
            if apply:
                self._worker.submit(Urgency.PAGE, self._list_taken).result()
            counts = taken.plan.counts()
            return ImportReport(
                file=path.name,
                rows=counts["rows"],
                taken=counts["taken"],
                changed=counts["changed"],
                unchanged=counts["unchanged"],
                removed=counts["removed"],
                faults=tuple((one.sheet, one.row, one.column, one.reason) for one in taken.plan.result.faults),
                notices=tuple(counts["notices"]),
                applied=apply,
            )

        return self._slow.submit(job)

    def export_attendance(self, path: Path) -> Future[int]:
        """Writes the journal as XLSX or CSV by the file's ending; returns the number of rows."""

        def job() -> int:
            from checkin.reports.attendance import export_attendance

            return export_attendance(self._store, path)

        return self._slow.submit(job)

    # --- the hub ----------------------------------------------------------------------------------

    def enrol(self, url: str, code: str) -> Future[None]:
        """Makes this profile the gate that the one-use code is for; errors are ``CheckinError`` with a message."""

        def job() -> None:
            from checkin.sync.enrol import enrol
            from checkin.sync.http import HttpBackend

            with HttpBackend(url) as backend:
                answer = enrol(self._store, backend, url, code)
            self.choose_place(answer.plant, answer.gate_name).result()
            self._start_sync()
            self._changed()

        return self._slow.submit(job)

    def sync_now(self) -> None:
        """Wakes the sync thread."""
        if self._runner is not None:
            self._runner.wake()

    # --- life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts camera, reader and sync threads."""
        self._slow.submit(self._look)
        self._start_sync()

    def look_at(self, source: object) -> None:
        """Reads from a camera source made by a program (a rehearsal) instead of the chosen one."""
        self._eyes.look_at(source)

    def close(self) -> None:
        """Stops sources, decode, sync, store, in this order."""
        self._slow.shutdown(wait=True, cancel_futures=True)
        self._eyes.close()
        self._stop_sync()
        self._worker.close()
        self._store.close()

    # --- inside -----------------------------------------------------------------------------------

    def _made_desk(self) -> Desk:
        plant = self.settings.plant or None
        with self._store.read() as tx:
            known = [one.id for one in tx.roster.plants()]
        if plant is None and len(known) == 1:
            plant = known[0]
        return Desk(self._store, self.clock, Place(plant=plant, gate=self.settings.gate))

    def _list_taken(self) -> None:
        with self._store.write() as tx:
            tx.meta.put(ROSTER_AT, self.clock.now().isoformat())
        self._desk = self._made_desk()
        self._look_at_store()

    def _look(self) -> None:
        settings = self.settings
        size = (settings.camera_width, settings.camera_height)
        self._eyes.look(settings.camera, size=size, loop=settings.camera_loop)

    def _start_sync(self) -> None:
        from checkin.sync.engine import Engine
        from checkin.sync.enrol import enrolment
        from checkin.sync.http import HttpBackend

        known = enrolment(self._store)
        if known is None:
            return
        self._stop_sync()
        backend = HttpBackend(known.url, known.token, clock=self.clock)
        engine = Engine(self._store, backend, self.clock, known.plant, unit=self._unit)
        watching = Engine(
            self._store, HttpBackend(known.url, known.token, clock=self.clock), self.clock, known.plant, unit=self._unit
        )
        self._runner = SyncRunner(engine, self.clock, self._synced, peers=watching)
        self._runner.start()

    def _stop_sync(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.stop()

    def _unit(self, job: Callable[[], int]) -> int:
        return self._worker.submit(Urgency.SYNC, job).result()

    def _synced(self) -> None:
        try:
            self._worker.submit(Urgency.PAGE, self._look_at_store)
        except RuntimeError:
            return  # closing: nobody looks any more
        self._changed()

    def _codes_came(self, texts: list[str], at: float) -> None:
        if len(self._frame_at) > FRAMES_KEPT:
            self._frame_at.clear()
        self._frame_at.update(dict.fromkeys(texts, at))
        if self._code_taker is not None:
            self._code_taker(texts)

    def _read(self, question: Callable[[Transaction], T]) -> Future[T]:
        def job() -> T:
            with self._store.read() as tx:
                return question(tx)

        return self._worker.submit(Urgency.PAGE, job)

    def _submit(self, urgency: Urgency, job: Callable[[], T], *, changes: bool) -> Future[T]:
        future = self._worker.submit(urgency, job)
        if changes:
            future.add_done_callback(self._desk_moved)
        return future

    def _work(self, urgency: Urgency, job: Callable[[], T], changes: bool) -> Future[T]:
        if not changes:
            return self._worker.submit(urgency, job)
        return self._submit(urgency, lambda: self._guarded(job), changes=True)

    def _desk_moved(self, future: Future[T]) -> None:
        if future.cancelled() or future.exception() is not None:
            self._changed()
            return
        if self._runner is not None:
            self._runner.nudge()
        self._synced()

    def _guarded(self, job: Callable[[], T]) -> T:
        """Runs the desk's work; what broke stays visible as a banner until something works again."""
        try:
            done = job()
        except Broken as error:
            self._trouble = str(error)
            raise
        self._trouble = ""
        return done

    def _look_at_store(self) -> None:
        try:
            with self._store.read() as tx:
                plant = self._desk.place.plant
                at = tx.meta.get(ROSTER_AT)
                self._kept = Status(
                    plant=tx.roster.plant(plant) if plant else None,
                    waiting=tx.outbox.waiting(),
                    rejected=tx.outbox.rejected_count(),
                    roster_at=datetime.fromisoformat(at) if at else None,
                    visitors=tx.roster.visitor_count(),
                )
        except CheckinError as error:
            self._trouble = str(error)
        self._changed()

    def _banners(self, sync: SyncState) -> tuple[str, ...]:
        notes = (self._trouble, self._store.note, self._settings_note, self._clock_watch.look())
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
        if sync.hub is HubState.REVOKED:
            found.append(_("The hub does not know this gate any more. Visitors can still come in; call the organiser"))
        if sync.clock_offset_s is not None and abs(sync.clock_offset_s) > CLOCK_WRONG_S:
            found.append(
                _("This PC's clock differs from the hub's by {minutes} min. Set the clock").format(
                    minutes=round(abs(sync.clock_offset_s) / 60)
                )
            )
        return tuple(found)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()


def _camera(settings: Settings) -> tuple[str, bool, int, int]:
    return settings.camera, settings.camera_loop, settings.camera_width, settings.camera_height
