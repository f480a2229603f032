"""What pages ask of a gate's store: each answer is a view of one moment, read between two scans."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from checkin.clock import Clock
from checkin.desk import Desk, Found, RecentScan, TourLine
from checkin.desk.overview import find, recent_scans, tours_of_day
from checkin.domain.visit import Gate, Plant
from checkin.runtime.worker import Urgency, Worker
from checkin.store import Store, Transaction

T = TypeVar("T")


class PagesAtGate:
    """The part of a gate's app that only reads."""

    clock: Clock
    _store: Store
    _worker: Worker
    _desk: Desk

    def search(self, query: str, limit: int = 30) -> Future[list[Found]]:
        """People of this plant's tours whose name holds every word of the query, nearest tours first."""
        return self._read(lambda tx: find(tx, self._desk.place.plant, query, limit, self.clock.now()))

    def tours(self) -> Future[list[TourLine]]:
        """Tours of this plant's day, in order of start."""
        return self._read(lambda tx: tours_of_day(tx, self._desk.place.plant, self.clock.now()))

    def recent(self, limit: int = 12) -> Future[list[RecentScan]]:
        """The last scans at this gate, newest first."""
        return self._read(lambda tx: recent_scans(tx, self._desk, limit, self.clock.now()))

    def plants(self) -> Future[list[Plant]]:
        """Every plant of the roster."""
        return self._read(lambda tx: tx.roster.plants())

    def gates(self, plant: str) -> Future[list[Gate]]:
        """The gates that the roster names for a plant."""
        return self._read(lambda tx: tx.roster.gates(plant))

    def _read(self, question: Callable[[Transaction], T]) -> Future[T]:
        def job() -> T:
            with self._store.read() as tx:
                return question(tx)

        return self._worker.submit(Urgency.PAGE, job)
