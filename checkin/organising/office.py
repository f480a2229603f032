"""The organiser's place of work, opened for a window: every job runs beside it and answers with a future.

Two threads: short questions never wait for a long run.  A job gets the desk of the place that is chosen when it begins.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from checkin.clock import Clock, SystemClock
from checkin.organising.book import Desk, HubBook, StoreBook
from checkin.rosters.mapping import FILE, Remembered
from checkin.settings import Profile, Settings
from checkin.store import Store, open_store

if TYPE_CHECKING:
    from checkin.packets.organiser import House

T = TypeVar("T")


class Place(StrEnum):
    """Whose roster is worked on."""

    GATE = "gate"
    HUB = "hub"


class Office:
    """Close it when the window is closed.  ``db`` is another hub's database than the profile's own."""

    def __init__(self, profile: Profile, *, place: Place | None = None, db: str | None = None) -> None:
        self.profile = profile
        self.clock: Clock = SystemClock()
        self.settings, self.note = profile.load()
        self._db = db
        self.place = place or (Place.HUB if db else Place.GATE)
        self._lock = threading.Lock()
        self._desks: dict[Place, Desk] = {}
        self._store: Store | None = None
        self._quick = ThreadPoolExecutor(max_workers=1, thread_name_prefix="organiser")
        self._long = ThreadPoolExecutor(max_workers=1, thread_name_prefix="organiser-run")

    @property
    def has_hub(self) -> bool:
        """Whether there is a hub to work on."""
        return bool(self._db) or self.profile.hub_file.exists()

    @property
    def memory(self) -> Remembered:
        """The named mappings and lead times, as they are now."""
        return Remembered(self.profile.folder / FILE)

    def use(self, place: Place) -> None:
        """Jobs that are asked for from now on work there."""
        self.place = place

    def choose_language(self, language: str) -> None:
        """Saves the language."""
        self.settings = self.settings.model_copy(update={"language": language})
        fresh, _note = self.profile.load()  # a gate's window may have saved a choice of its own meanwhile
        self.profile.save(Settings.model_validate(fresh.model_dump() | {"language": language}))

    def ask(self, question: Callable[[Desk], T]) -> Future[T]:
        """A short job."""
        place = self.place
        return self._quick.submit(lambda: question(self._desk(place)))

    def run(self, job: Callable[[Desk], T]) -> Future[T]:
        """A long job; one at a time."""
        place = self.place
        return self._long.submit(lambda: job(self._desk(place)))

    def pack(self, job: Callable[[Store, House], T]) -> Future[T]:
        """A long job with packets: whose they are is the profile's own key, wherever the roster is."""
        place = self.place

        def run() -> T:
            from checkin.packets.hubhouse import HubHouse
            from checkin.packets.storehouse import StoreHouse

            own, book = self._desk(Place.GATE).book, self._desk(place).book
            if not isinstance(own, StoreBook):
                raise TypeError("the profile's own book is its store")
            return job(own.store, HubHouse(book.hub) if isinstance(book, HubBook) else StoreHouse(own.store))

        return self._long.submit(run)

    def close(self) -> None:
        """Waits for what runs: its presenter was told to stop."""
        for pool in (self._long, self._quick):
            pool.shutdown(wait=True, cancel_futures=True)
        for desk in self._desks.values():
            if isinstance(desk.book, HubBook):
                desk.book.hub.close()
        if self._store is not None:
            self._store.close()

    def _desk(self, place: Place) -> Desk:
        with self._lock:
            if place not in self._desks:
                self._desks[place] = Desk(self.profile.folder, self._opened(place))
            return self._desks[place]

    def _opened(self, place: Place) -> StoreBook | HubBook:
        if place is Place.HUB:
            from checkin.hub import open_hub

            self.profile.ensure()
            return HubBook(open_hub(self._db or f"sqlite:///{self.profile.hub_file.resolve()}"))
        self._store, key_place = open_store(self.profile, self.settings)
        if key_place != self.settings.key_place:
            settings = self.profile.load()[0]
            self.profile.save(Settings.model_validate(settings.model_dump() | {"key_place": key_place}))
        return StoreBook(self._store)
