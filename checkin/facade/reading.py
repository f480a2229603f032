"""What pages ask of a gate's store: each answer is a view of one moment, read between two scans."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from checkin.clock import Clock
from checkin.desk import Desk, Found, RecentScan, TourLine
from checkin.desk.heads import DayHeads, heads_of_day
from checkin.desk.overview import find, recent_scans, tours_of_day
from checkin.domain.people import Right
from checkin.domain.visit import Gate, Plant
from checkin.facade.people import PeopleAtGate
from checkin.runtime.worker import Urgency, Worker
from checkin.store import Store, Transaction

T = TypeVar("T")


class PagesAtGate:
    """The part of a gate's app that only reads."""

    clock: Clock
    _store: Store
    _worker: Worker
    _desk: Desk
    people: PeopleAtGate

    def search(self, query: str, limit: int = 30) -> Future[list[Found]]:
        """People of this plant's tours whose name holds every word of the query, nearest tours first."""

        def job() -> list[Found]:
            with self._store.read() as tx:
                found = find(tx, self._desk.place.plant, query, limit, self.clock.now())
            self.people.searched(query)
            return found

        return self.people.for_right(Right.SEARCH)(Urgency.PAGE, job, False)

    def tours(self) -> Future[list[TourLine]]:
        """Tours of this plant's day, in order of start."""
        return self._read(lambda tx: tours_of_day(tx, self._desk.place.plant, self.clock.now()))

    def heads(self) -> Future[DayHeads]:
        """The plant's headcount, tour by tour, with the names of the missing."""
        return self._read(lambda tx: heads_of_day(tx, self._desk.place.plant, self.clock.now()))

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
