"""What the gate's benchmarks share: a big roster, bare libraries to compare with, quantiles, and what PASS means."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from checkin.clock import SystemClock
from checkin.desk import Desk, Place
from checkin.domain.visit import Record, Ticket, Tour, Visitor
from checkin.rosters.demo import Season, season
from checkin.settings import Settings
from checkin.store import Store
from checkin.store.roster import put
from tests.field import crowd, opened, plant, profile

GROUP = 25
"""People of a tour, as at a real gate (FIELD: mode 23)."""


def roster(people: int) -> Iterator[Record]:
    """So many people with a ticket each, ``GROUP`` on each tour; all tours are on now.  Codes are ``N-CODE-M``."""
    start = datetime.now(UTC) - timedelta(minutes=30)
    yield plant()
    for number in range((people + GROUP - 1) // GROUP):
        tour = f"t{number}"
        yield Tour(id=tour, plant="hleb", title=f"Экскурсия {number}", start=start, end=start + timedelta(hours=6))
        for record in crowd(min(GROUP, people - number * GROUP), tour=tour):
            yield _renamed(record, number)


def _renamed(record: Record, number: int) -> Record:
    match record:
        case Visitor():
            return replace(record, id=f"{number}-{record.id}")
        case Ticket():
            return replace(
                record, id=f"{number}-{record.id}", code=f"{number}-{record.code}", visitor=f"{number}-{record.visitor}"
            )
        case _:
            return record


def codes(people: int) -> list[str]:
    """The codes of ``roster``."""
    return [f"{number // GROUP}-CODE-{number % GROUP}" for number in range(people)]


def filled(folder: Path, people: int) -> Store:
    """A gate's store with the roster in it."""
    store = opened(folder)
    waiting: list[Record] = []
    for record in roster(people):
        waiting.append(record)
        if len(waiting) == 5000:
            _take(store, waiting)
            waiting = []
    _take(store, waiting)
    return store


def _take(store: Store, records: Sequence[Record]) -> None:
    with store.write() as tx:
        tx.roster.apply(map(put, records))


def demo_gate(folder: Path) -> Season:
    """A profile with the whole demo season, as a gate of the plant that it shows has it: what a real day looks like."""
    made = season(1)
    profile(folder).save(Settings(key_place="file", plant=made.shown, gate="1", sound=False))
    store = opened(folder)
    _take(store, list(made.records()))
    store.close()
    return made


def desk(store: Store) -> Desk:
    """A desk with the PC's own clock."""
    return Desk(store, SystemClock(), Place(plant="hleb", gate="1"))


class BareStore:
    """One table in one encrypted SQLite file with the settings of ours, and nothing else."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlcipher.connect(str(path), isolation_level=None)
        for pragma in (f"key = \"x'{os.urandom(32).hex()}'\"", "journal_mode = WAL", "synchronous = FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE event (id TEXT PRIMARY KEY, body TEXT)")
        self._number = 0

    def commit_ms(self, size: int = 900) -> float:
        """One row of the length of a journal line, committed: milliseconds."""
        self._number += 1
        began = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO event VALUES (?, ?)", (f"{self._number:032}", "x" * size))
        self.connection.execute("COMMIT")
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        self.connection.close()


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def said(value: float, limit: float, unit: str) -> str:
    """A figure against the limit that issue 2 gives it."""
    return f"{'PASS' if value <= limit else 'MISS'} (limit {limit:g} {unit})"
