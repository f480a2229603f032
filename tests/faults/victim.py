"""A gate that is about to be killed: what its process does until then, and what it has said was green.

It lives in a process of its own that a fork server makes within milliseconds, so that a thousand kills take minutes.
Whatever it says goes through a pipe at once, after the verdict was returned and before the next scan.
"""

from __future__ import annotations

import multiprocessing as processes
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

from checkin.clock import SystemClock
from checkin.desk import Desk, Place, Source
from checkin.desk.outcome import Direction
from checkin.errors import Retry
from checkin.settings import Profile, Settings
from checkin.store import Store, open_store
from checkin.sync.engine import ROSTER_CURSOR, Engine
from checkin.sync.enrol import enrolment
from checkin.sync.http import HttpBackend

CODES = 300
READY = "ready"
_context = processes.get_context("forkserver")
_context.set_forkserver_preload([__name__])


class Victim:
    """The process and what it says."""

    def __init__(self, work: str, folder: Path, seed: int) -> None:
        self._hears, says = _context.Pipe(duplex=False)
        self.process: ForkServerProcess = _context.Process(target=_live, args=(work, folder, seed, says))
        self.process.start()
        says.close()

    def hear(self, within_s: float = 30.0) -> str:
        """The next thing that it says; empty when it is dead and has no more to say."""
        try:
            return str(self._hears.recv()) if self._hears.poll(within_s) else ""
        except EOFError:
            return ""

    def kill(self) -> list[str]:
        """SIGKILL; everything that it had still said."""
        self.process.kill()
        self.process.join(30)
        said = []
        while one := self.hear(0.0):
            said.append(one)
        self._hears.close()
        assert self.process.exitcode == -9, f"it ended by itself: {self.process.exitcode}"
        return said


def _live(work: str, folder: Path, seed: int, says: Connection) -> None:
    if work == "migration":
        says.send(READY)  # the kill comes while the store is opened
    store, _key_place = open_store(Profile(folder), Settings(key_place="file"))
    random = Random(seed)
    desk = Desk(store, SystemClock(), Place(plant="hleb", gate="1"))

    def scan() -> None:
        """One green: whoever is inside leaves, whoever is not comes in."""
        text = f"CODE-{random.randrange(CODES)}"
        outcome = desk.scan(text, Source.PIPE)
        if outcome.word != "admit":
            outcome = desk.scan(text, Source.PIPE, Direction.OUT)
        assert outcome.word == "admit", outcome
        assert outcome.event is not None
        says.send(outcome.event.id)

    if work != "migration":
        says.send(READY)
    _WORK[work](store, scan)


def _scan(_store: Store, scan: Callable[[], None]) -> None:
    while True:
        scan()


def _sync(store: Store, scan: Callable[[], None]) -> None:
    """Roster pages, batches and other gates' events, over HTTP, with a scan after every unit of the store."""
    known = enrolment(store)
    assert known is not None

    def unit(job: Callable[[], int]) -> int:
        done = job()
        scan()
        return done

    with HttpBackend(known.url, known.token) as backend:
        engine = Engine(store, backend, SystemClock(), "hleb", unit=unit)
        while True:
            try:
                engine.round()
            except Retry:  # the hub was killed too
                scan()
                continue
            with store.write() as tx:
                tx.meta.put(ROSTER_CURSOR, "")  # the whole roster once more


def _checkpoint(store: Store, scan: Callable[[], None]) -> None:
    """The write-ahead log is written back and cut, again and again, on a thread beside the scans."""

    def write_back() -> None:
        while True:
            with store.read() as tx:
                connection = tx.session.connection().connection.dbapi_connection
                assert connection is not None
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    threading.Thread(target=write_back, daemon=True).start()
    while True:
        scan()


_WORK: dict[str, Callable[[Store, Callable[[], None]], None]] = {
    "scan": _scan,
    "sync": _sync,
    "checkpoint": _checkpoint,
    "migration": _scan,
}
