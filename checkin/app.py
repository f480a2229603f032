"""The composition root of a gate: one object that a window, a shift script or a test drives.

Every method that touches the store answers with a future of the store's worker thread; ``status`` is a snapshot that
costs nothing.  Listeners are called from whatever thread something happened in, with nothing but the fact that it did.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from checkin.clock import Clock, SystemClock
from checkin.desk import Desk, Direction, Outcome, Place, Source
from checkin.domain.admission import Reason
from checkin.domain.people import Act, Right
from checkin.eyes import CameraState, Eyes, Preview, Sight
from checkin.facade import GroupsAtGate, MustersAtGate
from checkin.facade.beside import OrganiserBeside
from checkin.facade.camerapassword import CameraPassword
from checkin.facade.chosen import Chosen
from checkin.facade.exchange import Exchange
from checkin.facade.guidespage import GuidesAtGate
from checkin.facade.keyplace import KeyAtGate
from checkin.facade.lists import ImportReport, ListsAtGate
from checkin.facade.packets import PacketsAtGate
from checkin.facade.papers import Papers
from checkin.facade.people import PeopleAtGate
from checkin.facade.purging import PurgesAtGate
from checkin.facade.reading import PagesAtGate
from checkin.facade.scans import ScansAtGate
from checkin.facade.standing import Standing, Status
from checkin.facade.work import Work
from checkin.i18n import gettext as _
from checkin.runtime.worker import Urgency, Worker
from checkin.settings import Profile, Settings
from checkin.store import Store, open_store
from checkin.sync.engine import ROSTER_AT
from checkin.sync.runner import HubState

if TYPE_CHECKING:
    from checkin.facade.guides import GuideServer

T = TypeVar("T")

__all__ = ["CameraState", "GateApp", "HubState", "ImportReport", "Preview", "Sight", "Status"]


class GateApp(PagesAtGate):
    """One running gate.  ``start`` it, ``close`` it; it may be made in any thread."""

    def __init__(self, profile: Profile, clock: Clock | None = None) -> None:
        self.profile = profile
        self.clock = clock or SystemClock()
        settings, settings_note = profile.load()
        self._store, key_place = open_store(profile, settings)
        self._worker = Worker("store")
        self._slow = ThreadPoolExecutor(max_workers=4, thread_name_prefix="slow")
        self._scans = ScansAtGate(
            lambda: self._desk,
            self._allowed(Right.SCAN),
            lambda text, word: self._eyes.judged(text, word),
            lambda: self.people.require_entry(),
        )
        self._eyes = Eyes(self._scans.came, self._changed, self._scans.saw)
        password = CameraPassword(self._store, self._worker)
        self._chosen = Chosen(profile, settings, password, self._eyes, self._slow, self._changed)
        self._papers = Papers(
            profile.folder / "documents", self._slow, self.clock, lambda: self.settings, self._store.vault
        )
        self._exchange = Exchange(self._store, self.clock, self._unit, self._hub_came)
        self._lists = ListsAtGate(self._store, self._unit, self._list_came)
        self._organiser = OrganiserBeside(profile.folder)
        self._listeners: list[Callable[[], None]] = []
        self._looking = False
        self._desk = self._made_desk()
        self.people = PeopleAtGate(self._store, lambda: self._desk, self._slow, self._work, self._changed)
        """Who works here, and what each may do."""
        self.packets = PacketsAtGate(
            self._store, self.clock, self.people, self._slow, self._unit, lambda: self.settings, self._packet_came
        )
        """Rosters in and journals out on a stick."""
        self.key = KeyAtGate(self._store, key_place, self.people)
        """Where the key to the data is, and the wish to have it elsewhere."""
        self.guides = GuidesAtGate(
            self._guide_server,
            self._slow,
            self._switch,
            self._changed,
            lambda details: self.people.entitled(Right.GUIDES, details),
        )
        """The page for guides' phones, served by this PC."""
        self.purges = PurgesAtGate(
            self._store, self.clock, profile.certificates, self._unit, lambda: self.settings.language, self._purged
        )
        """What the retention policy no longer covers."""
        with self._store.read() as tx:
            last = tx.journal.recent(self._desk.device.id, 1)
        self._standing = Standing(
            self._store,
            self.clock,
            self._eyes,
            key_place,
            last[0].at if last else None,
            (lambda: settings_note, lambda: self.guides.note),
        )
        self.people.strict = self._standing.alone_too_long
        self._worker.submit(Urgency.PAGE, self._look_at_store).result()

    @property
    def settings(self) -> Settings:
        """What was chosen for this gate."""
        return self._chosen.settings

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
        self._scans.taker = taker

    def listen_sights(self, taker: Callable[[Sight], None]) -> None:
        """``taker`` is told, from any thread and before the codes come, which of them are in view together."""
        self._scans.sight_taker = taker

    def word_of(self, text: str) -> str | None:
        """The word of the last verdict on a code, when there was one lately."""
        return self._eyes.word_of(text)

    def status(self) -> Status:
        """How everything is, now."""
        return self._standing.status(self._desk.place.gate, self._exchange.state)

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
        return self._scans.scan(text, source, direction, confirmed)

    def decline(self, outcome: Outcome) -> Future[Outcome]:
        """The operator's no to a question: written as a refusal for the same reason."""
        return self._scans.decline(outcome)

    def undo(self, event_id: str) -> Future[bool]:
        """Takes an entry or exit back; False when it cannot be taken back any more."""
        return self._scans.undo(event_id)

    @property
    def frame_to_verdict_ms(self) -> deque[float]:
        """For codes from the camera: from the frame to the committed verdict."""
        return self._scans.frame_to_verdict_ms

    @property
    def groups(self) -> GroupsAtGate:
        """Groups: opened, admitted, let out."""
        return GroupsAtGate(self._desk, self.people, self._papers, self.musters.renew_sheet)

    @property
    def musters(self) -> MustersAtGate:
        """The alarm, and its list."""
        return MustersAtGate(self._desk, self._work, self._papers, self._allowed(Right.ALL_CLEAR))

    # --- place, settings, lists -------------------------------------------------------------------

    def choose_place(self, plant: str, gate: str) -> Future[None]:
        """Where this gate stands, from now on."""

        def job() -> None:
            person = self.people.guard.person
            self._chosen.set(plant=plant, gate=gate)
            self._desk = self._made_desk(self._desk.operator)
            if person is not None:
                self.people.keep_always(
                    Act.SETTING, _("plant: {plant}, gate: {gate}").format(plant=plant, gate=gate), person.id
                )
            self.people.refresh()

        return self._allowed(Right.SETTINGS)(Urgency.PAGE, job, True)

    def change_settings(self, settings: Settings) -> None:
        """Saves; a changed camera is started at once.  Raises ``NotAllowed``."""
        self.people.guard.require(Right.SETTINGS)
        changed = [name for name, value in settings if value != getattr(self.settings, name)]
        self._chosen.keep(settings)
        self.people.keep(Act.SETTING, ", ".join(changed))

    def _switch(self, **changes: object) -> None:
        """What a person switches; what stands so already needs nobody's right."""
        changed = self.settings.model_copy(update=changes)
        if changed != self.settings:
            self.change_settings(changed)

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
            self.people.guard.require(Right.LISTS)
            report = self._lists.bring(path, plant=plant, apply=apply, progress=progress, cancelled=cancelled)
            if apply:
                self.people.keep(Act.LIST, path.name)
            return report

        return self._slow.submit(job)

    def export_attendance(self, path: Path) -> Future[int]:
        """Writes the journal as XLSX or CSV by the file's ending; returns the number of rows."""

        def job() -> int:
            self.people.guard.require(Right.EXPORT)
            rows = self._lists.export(path)
            self.people.keep_always(Act.EXPORT, path.name)
            return rows

        return self._slow.submit(job)

    # --- the hub ----------------------------------------------------------------------------------

    def enrol(self, url: str, code: str, ca: str = "") -> Future[None]:
        """Makes this profile the gate that the one-use code is for; errors are ``CheckinError`` with a message.

        ``ca`` is an authority's certificate (PEM), or its fingerprint: the hub is pinned to it.
        """

        def job() -> None:
            self.people.guard.require(Right.SETTINGS)
            answer = self._exchange.enrol(url, code, ca)
            self.choose_place(answer.plant, answer.gate_name).result()
            self.people.keep_always(Act.SETTING, _("connected to a hub as gate {gate}").format(gate=answer.gate_name))
            self._exchange.start()
            self._changed()

        return self._slow.submit(job)

    def sync_now(self) -> None:
        """Wakes the sync thread."""
        self._exchange.wake()

    # --- life -------------------------------------------------------------------------------------

    def open_organiser(self) -> None:
        """Starts the organiser's window on this profile, as a program of its own.  Raises ``SettingsWrong``."""
        self._organiser.open()

    def start(self) -> None:
        """Starts camera, reader and sync threads, and what was left switched on."""
        self._chosen.start()
        self._exchange.start()
        self._papers.warm()
        self.purges.start()
        if self.settings.guides_page:
            self.guides.switch(on=True, port=self.settings.guides_port)

    def look_at(self, source: object) -> None:
        """Reads from a camera source made by a program (a rehearsal) instead of the chosen one."""
        self._eyes.look_at(source)

    def close(self) -> None:
        """Stops the guides' page, the purge, sources, decode, sync, store, in this order."""
        self.guides.close()
        self.purges.stop()
        self._slow.shutdown(wait=True, cancel_futures=True)
        self._papers.sweep()
        self._eyes.close()
        self._exchange.stop()
        self._worker.close()
        self._store.close()

    # --- inside -----------------------------------------------------------------------------------

    def _made_desk(self, operator: str = "") -> Desk:
        plant = self.settings.plant or None
        with self._store.read() as tx:
            known = [one.id for one in tx.roster.plants()]
        if plant is None and len(known) == 1:
            plant = known[0]
        return Desk(self._store, self.clock, Place(plant=plant, gate=self.settings.gate), operator)

    def _allowed(self, right: Right) -> Work:
        """The store's thread for what not everybody may do; who may is asked when it is that job's turn."""

        def work(urgency: Urgency, job: Callable[[], T], changes: bool) -> Future[T]:
            return self.people.for_right(right)(urgency, job, changes)

        return work

    def _guide_server(self) -> GuideServer:
        from checkin.facade.guides import GuideServer

        return GuideServer(lambda: self._desk, self._work, self.listen, self.clock)

    def _list_came(self) -> None:
        def job() -> None:
            with self._store.write() as tx:
                tx.meta.put(ROSTER_AT, self.clock.now().isoformat())
            self._roster_came()

        self._worker.submit(Urgency.PAGE, job).result()

    def _packet_came(self, plant: str) -> None:
        if not self.settings.plant:
            self._chosen.set(plant=plant)
        self._worker.submit(Urgency.PAGE, self._roster_came).result()

    def _roster_came(self) -> None:
        """On the store's thread: the desk, the people and what is shown follow the roster."""
        self._desk = self._made_desk(self._desk.operator)
        self.people.guard.refresh()
        self._look_at_store()

    def _unit(self, job: Callable[[], int]) -> int:
        return self._worker.submit(Urgency.SYNC, job).result()

    def _hub_came(self) -> None:
        self.people.guard.refresh()
        self._synced()

    def _purged(self) -> None:
        done = self.purges.last
        if done is not None:
            names = sum(tour.names for tour in done.tours)
            self.people.keep_always(
                Act.PURGE, _("tours: {tours}, names: {names}").format(tours=len(done.tours), names=names)
            )
        self._synced()

    def _synced(self) -> None:
        if not self._looking:  # one look is enough for all that happened before it
            self._looking = True
            try:
                self._worker.submit(Urgency.PAGE, self._look_at_store)
            except RuntimeError:
                return  # closing: nobody looks any more
        self._changed()

    def _work(self, urgency: Urgency, job: Callable[[], T], changes: bool) -> Future[T]:
        if not changes:
            return self._worker.submit(urgency, job)
        future = self._worker.submit(urgency, lambda: self._standing.guarded(job))
        future.add_done_callback(self._desk_moved)
        return future

    def _desk_moved(self, future: Future[T]) -> None:
        if future.cancelled() or future.exception() is not None:
            self._changed()
            return
        self.purges.served()
        self._exchange.nudge()
        self._synced()

    def _look_at_store(self) -> None:
        self._looking = False
        self._standing.look(self._desk.place.plant)
        self._changed()

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()
