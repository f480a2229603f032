"""The hub killed (SIGKILL) while it takes a batch in, and PostgreSQL below it: what it has answered for is there.

SQLite and PostgreSQL; with PROHODNAYA_LONG=1 many times.  At the end every journal event is at the hub exactly once.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psycopg
import pytest

from checkin.clock import SystemClock
from checkin.errors import Retry
from checkin.hub import open_hub
from checkin.store import Store
from checkin.sync.engine import Engine
from checkin.sync.http import HttpBackend
from tests.faults.test_network import at_hub, gate, sync_until_quiet
from tests.field import event
from tests.integration.hub_process import HubProcess, start_hub
from tests.integration.postgres_server import BINARIES, START_WITHIN_S, USER, as_postgres, fresh_database, installed
from tests.unit.hub.hub_world import season

LONG = os.environ.get("PROHODNAYA_LONG") == "1"
KILLS = 100 if LONG else 3
BATCH = 250
"""Events that are new at each kill: two requests."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600 if LONG else 240)]


class Server:
    """A PostgreSQL server that may be killed and comes back with what it has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = f"-D {folder / 'data'} -A trust -U {USER} -E UTF8 --locale=C.UTF-8".split()
        subprocess.run([*as_postgres(), BINARIES / "initdb", *words], check=True, capture_output=True, cwd=folder)
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}"

    def start(self) -> None:
        given = ["unix_socket_directories=", "listen_addresses=127.0.0.1", f"port={self.port}"]
        words = [part for one in given for part in ("-c", one)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*as_postgres(), str(BINARIES / "postgres"), "-D", str(self.folder / "data"), *words],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        until = time.monotonic() + START_WITHIN_S
        while True:
            try:
                psycopg.connect(f"{self.url}/postgres", connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the server and every process of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="prohodnaya-killed-"))
    made: Server | None = None
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        made = Server(folder)
        yield made
    finally:
        if made is not None and made.process.poll() is None:
            made.kill()
        shutil.rmtree(folder, ignore_errors=True)


def write(store: Store, count: int) -> list[str]:
    """Events in the journal, as a busy hour brings them."""
    ids = []
    with store.write() as tx:
        device = tx.meta.device()
        for _ in range(count):
            one = event(subject=None, plant="bread", gate="Главная", tour="tour-1", at=SystemClock().now())
            ids.append(tx.journal.append(one, device).event.id)
    return ids


def tortured(db_url: str, folder: Path, below: Server | None) -> None:
    seed = int.from_bytes(os.urandom(4), "big") if LONG else 5
    random = Random(seed)
    with open_hub(db_url) as hub:
        hub.put_records(season(tours=1, visitors=45))
        code = hub.invite("bread", "Главная")
    running: list[HubProcess] = [start_hub(db_url, folder / "hub.log")]
    port = running[0].port
    store = gate(folder / "gate", running[0].url, code)
    with store.read() as tx:
        token, device = tx.meta.get("hub.token"), tx.meta.device().id
    ids: list[str] = []
    stop = threading.Event()
    failed = 0

    with HttpBackend(running[0].url, token, timeout_s=5) as backend:
        engine = Engine(store, backend, SystemClock(), "bread")

        def work() -> None:
            nonlocal failed
            while not stop.is_set():
                try:
                    engine.push()
                except Retry:
                    failed += 1
                stop.wait(0.005)

        working = threading.Thread(target=work)
        working.start()
        try:
            for kill in range(KILLS):
                ids += write(store, BATCH)
                time.sleep(random.uniform(0.0, 0.25))
                if below is not None and kill % 2:
                    below.kill()
                    time.sleep(random.uniform(0.0, 0.3))
                    below.start()
                else:
                    running[-1].kill()
                    running.append(start_hub(db_url, folder / "hub.log", port))
        finally:
            stop.set()
            working.join(60)
        sync_until_quiet(engine)
    running[-1].kill()
    assert at_hub(db_url, device) == Counter(ids), seed
    with store.read() as tx:
        assert tx.outbox.rejected_count() == 0
        assert tx.journal.count(device) == len(ids)
    store.close()
    print(f"seed {seed}: {KILLS} kills, {len(ids)} events, {failed} pushes failed")


def test_the_hub_killed_while_it_takes_batches_in(tmp_path: Path) -> None:
    tortured(f"sqlite:///{tmp_path}/hub.sqlite", tmp_path, None)


@pytest.mark.postgres
@pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")
def test_the_hub_and_its_postgresql_killed_in_turn(tmp_path: Path) -> None:
    with server() as below:
        tortured(fresh_database(below.url, "hub"), tmp_path, below)
