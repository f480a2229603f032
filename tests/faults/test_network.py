"""A gate, a network that loses, a hub that is killed: what was green is at the hub exactly once when they are back."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from checkin.clock import SystemClock
from checkin.desk import Desk, Place, Source
from checkin.errors import Retry, SettingsWrong
from checkin.hub import open_hub
from checkin.hub.database import reading
from checkin.hub.rows import attendance
from checkin.store import Store
from checkin.store.roster import put
from checkin.sync.engine import Engine
from checkin.sync.enrol import enrol
from checkin.sync.http import HttpBackend
from tests.faults.lossy import ALL, Fault, Tls, lossy
from tests.field import opened
from tests.integration.hub.test_hub_serving import certificate
from tests.integration.hub_process import HubProcess, hub_process, start_hub
from tests.unit.hub.hub_world import season

LONG = bool(os.environ.get("PROHODNAYA_LONG"))
ROUNDS = 40 if LONG else 1
SCANS = 400 if LONG else 45
BACK_WITHIN_S = 90


def gate(folder: Path, hub_url: str, code: str) -> Store:
    """A store that is enrolled and has the roster of a few people."""
    store = opened(folder)
    with store.write() as tx:
        tx.roster.apply(map(put, season(tours=1, visitors=SCANS)))
    with HttpBackend(hub_url) as backend:
        enrol(store, backend, hub_url, code)
    return store


def greens_of(store: Store, name: str, count: int = SCANS) -> list[str]:
    desk = Desk(store, SystemClock(), Place(plant="bread", gate=name))
    outcomes = [desk.scan(f"bread-1-{number}", Source.PIPE) for number in range(1, count + 1)]
    return [outcome.event.id for outcome in outcomes if outcome.event is not None]


def at_hub(db_url: str, device: str) -> Counter[str]:
    with open_hub(db_url) as hub, reading(hub.engine) as connection:
        return Counter(row.id for row in connection.execute(attendance.select().where(attendance.c.device == device)))


def sync_until_quiet(engine: Engine, within_s: float = BACK_WITHIN_S) -> int:
    """Rounds until nothing waits; how many failed."""
    until = time.monotonic() + within_s
    failed = 0
    while True:
        assert time.monotonic() < until, f"still waiting after {failed} failures"
        try:
            engine.round()
        except Retry:
            failed += 1
            continue
        with engine.store.read() as tx:
            if not tx.outbox.waiting():
                return failed


@pytest.fixture(scope="module")
def one_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A hub for all faults, each with a gate of its own: its database and its address."""
    folder = tmp_path_factory.mktemp("hub")
    db_url = f"sqlite:///{folder}/hub.sqlite"
    with open_hub(db_url) as hub:
        hub.put_records(season(tours=1, visitors=30))
    with hub_process(db_url, folder) as process:
        yield db_url, process.url


@pytest.mark.parametrize("fault", ALL)
def test_each_fault_alone_loses_nothing_and_doubles_nothing(
    one_hub: tuple[str, str], tmp_path: Path, fault: Fault
) -> None:
    db_url, url = one_hub
    with open_hub(db_url) as hub:
        code = hub.invite("bread", fault)
    with lossy(url, 1, 0.6, (fault,)) as proxy:
        store = gate(tmp_path / "gate", url, code)
        ids = greens_of(store, fault, 25)
        with store.read() as tx:
            token, device = tx.meta.get("hub.token"), tx.meta.device().id
        with HttpBackend(proxy.url, token, timeout_s=3) as backend:
            engine = Engine(store, backend, SystemClock(), "bread")
            for _ in range(4):
                with suppress(Retry):
                    engine.round()
            proxy.mend()
            sync_until_quiet(engine)
        assert proxy.met[fault]
        assert at_hub(db_url, device) == Counter(ids)
        store.close()


def test_somebody_elses_certificate_gets_nothing_and_costs_nothing(one_hub: tuple[str, str], tmp_path: Path) -> None:
    db_url, url = one_hub
    with open_hub(db_url) as hub:
        code = hub.invite("bread", "TLS")
    for name in ("right", "wrong"):
        (tmp_path / name).mkdir()
    tls = Tls(certificate(tmp_path / "right"), certificate(tmp_path / "wrong"))
    with lossy(url, 1, 1.0, ("wrong certificate",), tls) as proxy:
        store = gate(tmp_path / "gate", url, code)
        ids = greens_of(store, "TLS", 25)
        with store.read() as tx:
            token, device = tx.meta.get("hub.token"), tx.meta.device().id
        with (
            pytest.raises(SettingsWrong, match="ертификат"),
            HttpBackend(proxy.url, token, timeout_s=3, verify=str(tls.right[0])) as backend,
        ):
            Engine(store, backend, SystemClock(), "bread").round()
        assert not at_hub(db_url, device)
        proxy.mend()
        with HttpBackend(proxy.url, token, timeout_s=3, verify=str(tls.right[0])) as backend:
            sync_until_quiet(Engine(store, backend, SystemClock(), "bread"))
        assert at_hub(db_url, device) == Counter(ids)
        store.close()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_gate_at_work_behind_a_lossy_network_and_a_hub_that_is_killed(tmp_path: Path, seed: int) -> None:
    db_url = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(db_url) as hub:
        hub.put_records(season(tours=1, visitors=SCANS))
        code = hub.invite("bread", "Главная")
    process = start_hub(db_url, tmp_path / "hub.log")
    running: list[HubProcess] = [process]
    store = gate(tmp_path / "gate", process.url, code)
    with store.read() as tx:
        token, device = tx.meta.get("hub.token"), tx.meta.device().id
    turns = threading.Semaphore(0)
    finished = threading.Event()
    ids: list[str] = []

    def work() -> None:
        try:
            desk = Desk(store, SystemClock(), Place(plant="bread", gate="Главная"))
            for number in range(1, SCANS + 1):
                turns.acquire(timeout=30)
                event = desk.scan(f"bread-1-{number}", Source.PIPE).event
                assert event is not None
                ids.append(event.id)
        finally:
            finished.set()

    working = threading.Thread(target=work)
    failed = kills = 0
    try:
        with lossy(process.url, seed) as proxy, HttpBackend(proxy.url, token, timeout_s=3) as backend:
            engine = Engine(store, backend, SystemClock(), "bread")
            working.start()
            rounds = 0
            while not finished.is_set():
                rounds += 1
                turns.release(3)
                if rounds % 12 == 6:
                    running[-1].kill()
                    kills += 1
                    running.append(start_hub(db_url, tmp_path / "hub.log", process.port))
                try:
                    engine.round()
                except Retry:
                    failed += 1
            working.join()
            proxy.mend()
            failed += sync_until_quiet(engine)
            met = sum(count for fault, count in proxy.met.items() if fault != "none")
    finally:
        turns.release(SCANS)
        working.join(60)
        running[-1].kill()
    assert len(ids) == SCANS
    assert met
    assert at_hub(db_url, device) == Counter(ids)
    with store.read() as tx:
        assert tx.outbox.rejected_count() == 0
        assert tx.journal.first_break(tx.meta.device().id) is None
    store.close()
    print(f"seed {seed}: {SCANS} greens, {met} faults of the network, {failed} rounds failed, {kills} hubs killed")
