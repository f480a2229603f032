"""The hub under load, on PostgreSQL: batches of 50 gates, single events between them, 1,000 gates that wait, a roster.

``python -m tests.bench hubload --pretix`` measures a real pretix beside it (``../shared/pretix``) in the same run.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import requests
from sqlalchemy import select

from checkin.clock import SystemClock
from checkin.domain.events import Kind
from checkin.hub import Hub, devices, open_hub, rows
from checkin.hub.database import reading
from checkin.settings import Profile, Settings
from checkin.store import open_store
from checkin.sync.engine import Engine
from checkin.sync.http import HttpBackend
from checkin.wire import line_out
from tests.bench.hubclients import Client
from tests.bench.report import Report
from tests.integration.hub_process import HubProcess, hub_process
from tests.integration.postgres_server import fresh_database, installed, postgres
from tests.unit.hub.hub_world import Journal, season

NAME = "hubload"
GATES, BATCH = 50, 200
PLANTS = 10
IDLE_PLANTS = 90
"""Plants whose gates only wait, as most of a season's do at any moment."""
WORKERS = 2
WAITING = 1000
TOUR = 25
ROSTER = 20_000
PRETIX = Path(__file__).resolve().parents[3] / "shared" / "pretix" / "serve_pretix.sh"


def now() -> datetime:
    return datetime.now(UTC)


def run(report: Report) -> None:
    if not installed():
        report.table("Hub under load", ("what",), [("PostgreSQL is not installed here",)])
        return
    batches = 2 if report.quick else 4
    with (
        tempfile.TemporaryDirectory() as name,
        postgres() as server,
        open_hub(fresh_database(server, "hubload")) as hub,
    ):
        folder = Path(name)
        url = hub.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
        hub.put_records(season("big", tours=20, visitors=ROSTER // 20 // (10 if report.quick else 1)))
        plants = [f"plant-{number}" for number in range(PLANTS)]
        for plant, gates in [(plants[0], GATES), *((plant, GATES // PLANTS) for plant in plants[1:])]:
            hub.put_records(season(plant, tours=-(-gates * batches * BATCH // 2 // TOUR), visitors=TOUR))
        waiting = _waiting(hub, plants, 100 if report.quick else WAITING)
        with hub_process(url, folder, 0, "--workers", str(WORKERS), "--log-level", "warning") as process:
            took_s, records = max(_roster(hub, process.url, folder / f"gate{number}") for number in range(2))
            with Polling(process, waiting) as polling:
                spread = _attendance(hub, process, batches, plants)
                single = _attendance(hub, process, batches, plants[:1])
                time.sleep(2)
                _one_event(hub, process.url, "plant-0")
    report.table(
        f"{GATES} gates, batches of {BATCH}; {len(waiting)} gates poll; PostgreSQL, {WORKERS} workers",
        ("what", f"{PLANTS} plants", "one plant"),
        [
            ("events/s", *(f"{one.per_s:.0f}" for one in (spread, single))),
            ("single event p50 ms", *(f"{one.at(0.5):.1f}" for one in (spread, single))),
            ("single event p99 ms", *(f"{one.at(0.99):.1f}" for one in (spread, single))),
            ("processor time of the hub, µs an event", *(f"{one.hub_us:.0f}" for one in (spread, single))),
            ("and of PostgreSQL", *(f"{one.database_us:.0f}" for one in (spread, single))),
            ("and of those who send", *(f"{one.clients_us:.0f}" for one in (spread, single))),
            ("single events measured", *(len(one.single_ms) for one in (spread, single))),
        ],
    )
    report.table(
        f"{len(waiting)} gates that wait for events, and a roster into a gate's store",
        ("what", "value"),
        [
            ("answers to them, failed", f"{polling.answers}, {polling.failed}"),
            ("an event at another gate, p50 / p99 ms", f"{polling.at(0.5):.0f} / {polling.at(0.99):.0f}"),
            ("a worker's memory before / with them, MB", f"{polling.before_mb:.0f} / {polling.with_mb:.0f}"),
            ("a worker's threads with them", polling.threads),
            (f"roster of {records} records, s", f"{took_s:.2f}"),
        ],
    )
    report.figure("hub.events_per_s", spread.per_s)
    report.figure("hub.events_per_s_one_plant", single.per_s)
    report.figure("hub.single_p99_ms", spread.at(0.99))
    report.figure("hub.single_p99_one_plant_ms", single.at(0.99))
    report.figure("hub.heard_p99_ms", polling.at(0.99))
    report.figure("hub.roster_s", took_s)
    if report.pretix:
        _compare(report, spread.per_s, took_s, _pretix(report.quick))


class Load:
    """What came of one load."""

    def __init__(self, events: int, took_s: float, single_ms: list[float], spent_s: list[float]) -> None:
        self.per_s = events / took_s
        self.single_ms = sorted(single_ms)
        self.hub_us, self.database_us, self.clients_us = (seconds / events * 1e6 for seconds in spent_s)

    def at(self, part: float) -> float:
        return self.single_ms[min(len(self.single_ms) - 1, int(len(self.single_ms) * part))]


class Spent:
    """Processor time of the hub's workers, of every PostgreSQL here, and of this process, from now on."""

    def __init__(self, hub: HubProcess) -> None:
        self._hub = hub
        self._at = self._now()

    def _now(self) -> tuple[float, float, float]:
        workers = psutil.Process(self._hub.process.pid).children()
        servers = [one for one in psutil.process_iter(["name"]) if one.info["name"] == "postgres"]
        return _seconds(workers), _seconds(servers), _seconds([psutil.Process()])

    def since(self) -> list[float]:
        return [now - before for now, before in zip(self._now(), self._at, strict=True)]


def _seconds(processes: list[psutil.Process]) -> float:
    spent = 0.0
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            spent += times.user + times.system
    return spent


def enrol(hub: Hub, plant: str, gate: str) -> Journal:
    journal = Journal()
    code = hub.invite(plant, gate)
    journal.take(devices.enrol(hub.engine, journal.request(code), now()))
    return journal


def body(lines: Sequence[object]) -> bytes:
    return json.dumps({"lines": lines, "sent_at": now().isoformat()}, ensure_ascii=False).encode()


def _attendance(hub: Hub, process: HubProcess, batches: int, plants: list[str]) -> Load:
    url = process.url
    work: list[tuple[str, list[bytes]]] = []
    for number in range(GATES):
        journal = enrol(hub, plants[number % len(plants)], f"load {len(plants)} {number}")
        for count in range(batches * BATCH // 2):
            _one_visitor(journal, number // len(plants), count, batches * BATCH // 2)
        lines = [line_out(line).model_dump() for line in journal.lines]
        work.append(
            (journal.token, [gzip.compress(body(lines[at : at + BATCH]), 5) for at in range(0, len(lines), BATCH)])
        )
    live = enrol(hub, plants[0], f"live {len(plants)}")
    singles = [body([line_out(live.write(f"v1-{1 + count % 500}", at=now())).model_dump()]) for count in range(3000)]
    measuring = Client("live", {"url": url, "token": live.token, "bodies": [one.decode() for one in singles]})
    with ThreadPoolExecutor(GATES) as pool:
        time.sleep(1)
        spent = Spent(process)
        began = time.perf_counter()
        done = [pool.submit(_push, url, token, bodies) for token, bodies in work]
        accepted = sum(one.result() for one in done)
        took_s = time.perf_counter() - began
        spent_s = spent.since()
    assert accepted == GATES * batches * BATCH
    return Load(accepted, took_s, measuring.end()["took_ms"], spent_s)


def _one_visitor(journal: Journal, gate: int, count: int, each: int) -> None:
    """Somebody comes, and somebody leaves: of ten visitors one by another gate, of fifty one is let in there again."""

    def write(person: int, kind: Kind) -> None:
        tour = 1 + person // TOUR
        journal.write(f"v{tour}-{1 + person % TOUR}", kind, tour=f"tour-{tour}", at=now())

    write(gate * each + count, Kind.ENTRY)
    match count % 50:
        case 1 if gate:
            write((gate - 1) * each + count, Kind.ENTRY)
        case remainder:
            write((gate - (remainder % 10 == 0 and gate > 0)) * each + count, Kind.EXIT)


def _push(url: str, token: str, bodies: list[bytes]) -> int:
    accepted = 0
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update({"Authorization": f"Bearer {token}", "Content-Encoding": "gzip"})  # as a gate sends it
        for one in bodies:
            answer = session.post(f"{url}/api/v1/attendance", data=one, timeout=120)
            answer.raise_for_status()
            accepted += answer.text.count('"accepted"')
    return accepted


def _waiting(hub: Hub, busy: list[str], gates: int) -> list[dict[str, str]]:
    """Gates that will wait, a tenth of them at the busy plants, with the place from which each of them reads on."""
    plants = busy + [f"idle-{number}" for number in range(IDLE_PLANTS)]
    for plant in plants[len(busy) :]:
        hub.put_records(season(plant, tours=1, visitors=1))
    chosen = [plants[number % len(plants)] for number in range(gates)]
    tokens = [enrol(hub, plant, f"waiting {number}").token for number, plant in enumerate(chosen)]
    epochs = epochs_of(hub)
    return [
        {"token": token, "cursor": f"{epochs[plant]}.0", "roster": f"{epochs[plant]}.{_revision(hub, plant)}"}
        for token, plant in zip(tokens, chosen, strict=True)
    ]


def epochs_of(hub: Hub) -> dict[str, str]:
    """What the cursors of each plant begin with."""
    with reading(hub.engine) as connection:
        return {row.plant: row.epoch for row in connection.execute(select(rows.counter))}


def _revision(hub: Hub, plant: str) -> int:
    c = rows.counter.c
    with reading(hub.engine) as connection:
        return int(connection.execute(select(c.revision).where(c.plant == plant)).scalar_one())


class Polling:
    """Gates that wait while all else happens, and what their waiting costs the hub's workers."""

    def __init__(self, hub: HubProcess, gates: list[dict[str, str]]) -> None:
        self._workers = psutil.Process(hub.process.pid).children()
        self.before_mb = self._memory_mb()
        self._client = Client("poll", {"url": hub.url, "gates": gates})
        time.sleep(4)
        self.with_mb = self._memory_mb()
        self.threads = max(worker.num_threads() for worker in self._workers)
        self.answers = self.failed = 0
        self.late_ms: list[float] = []

    def __enter__(self) -> Polling:
        return self

    def __exit__(self, *_error: object) -> None:
        found = self._client.end()
        self.answers, self.failed, self.late_ms = found["answers"], found["failed"], sorted(found["late_ms"])

    def _memory_mb(self) -> float:
        return max(worker.memory_info().rss for worker in self._workers) / 2**20

    def at(self, part: float) -> float:
        return self.late_ms[min(len(self.late_ms) - 1, int(len(self.late_ms) * part))]


def _one_event(hub: Hub, url: str, plant: str) -> None:
    speaker = enrol(hub, plant, "speaker")
    one = body([line_out(speaker.write("v1-1", at=now())).model_dump()])
    assert _push(url, speaker.token, [gzip.compress(one)]) == 1
    time.sleep(2)


def _roster(hub: Hub, url: str, folder: Path) -> tuple[float, int]:
    """Seconds from the first request to the last commit in the gate's encrypted store, and how many records."""
    journal = enrol(hub, "big", folder.name)
    profile = Profile(folder)
    profile.ensure()
    store, _note = open_store(profile, Settings(key_place="file"))
    try:
        with HttpBackend(url, journal.token) as backend:
            engine = Engine(store, backend, SystemClock(), "big")
            began = time.perf_counter()
            moved = engine.pull()
            return time.perf_counter() - began, moved.changes
    finally:
        store.close()


@dataclass(frozen=True)
class Beside:
    """What a real pretix did."""

    positions: int
    roster_s: float
    redeemed_per_s: float


def _pretix(quick: bool) -> Beside:
    """pretix on the same machine: its client's roster query, page by page, and redeeming by three workers."""
    home = os.environ.get("PRETIX_HOME", "/var/tmp/prohodnaya-pretix")
    environment = {**os.environ, "PRETIX_HOME": home}
    positions = 2000 if quick else ROSTER
    given = ["--positions", str(positions), "--db", "postgres", "--port", "8399", "--pgport", "5499"]
    subprocess.run([str(PRETIX), "start", *given], check=True, env=environment, stdout=subprocess.DEVNULL)
    try:
        base = "http://127.0.0.1:8399/api/v1"
        session = _pretix_session(base, "labtoken01")
        fetch_s, secrets = _pretix_roster(session, base)
        lists = session.get(f"{base}/organizers/lab/events/gate/checkinlists/", timeout=60).json()["results"]
        per_s = _pretix_redeem(base, session, secrets[: 60 if quick else 240], lists[0]["id"])
    finally:
        stop = [str(PRETIX), "stop", "--dir", f"{home}/run-postgres"]
        subprocess.run(stop, env=environment, stdout=subprocess.DEVNULL, check=False)
    return Beside(positions, fetch_s, per_s)


def _compare(report: Report, events_per_s: float, roster_s: float, pretix: Beside) -> None:
    roster, attendance = pretix.roster_s / roster_s, events_per_s / pretix.redeemed_per_s
    report.table(
        f"Beside pretix, {pretix.positions} positions, one run on one machine",
        ("what", "ours", "pretix", "times"),
        [
            ("roster to a gate, s", f"{roster_s:.2f}", f"{pretix.roster_s:.1f}", f"{roster:.0f}"),
            ("attendance records/s", f"{events_per_s:.0f}", f"{pretix.redeemed_per_s:.1f}", f"{attendance:.0f}"),
        ],
    )
    report.figure("pretix.roster_s", pretix.roster_s)
    report.figure("pretix.redeem_per_s", pretix.redeemed_per_s)
    report.figure("ratio.roster", roster)
    report.figure("ratio.attendance", attendance)


def _pretix_session(base: str, token: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    about = dict.fromkeys(("hardware_brand", "hardware_model", "software_brand"), "bench") | {"software_version": "1"}
    told = session.post(f"{base}/device/initialize", json={"token": token, **about}, timeout=60).json()
    session.headers["Authorization"] = f"Device {told['api_token']}"
    return session


def _pretix_roster(session: requests.Session, base: str) -> tuple[float, list[str]]:
    """Seconds for all orders as pretixSCAN asks for them, and the tickets' secrets."""
    secrets: list[str] = []
    began = time.perf_counter()
    url: str | None = f"{base}/organizers/lab/events/gate/orders/?testmode=false&ordering=-last_modified"
    while url:
        page = session.get(url, timeout=120).json()
        secrets += [one["secret"] for order in page["results"] for one in order["positions"] if order["status"] == "p"]
        url = page["next"]
    return time.perf_counter() - began, secrets


def _pretix_redeem(base: str, session: requests.Session, secrets: list[str], checkin_list: int) -> float:
    def redeem(secret: str) -> None:
        given = {
            "lists": [checkin_list],
            "secret": secret,
            "force": True,
            "questions_supported": False,
            "type": "entry",
        }
        answer = requests.post(
            f"{base}/organizers/lab/checkinrpc/redeem/",
            json={**given, "nonce": secret[:30]},
            headers={"Authorization": str(session.headers["Authorization"])},
            timeout=120,
        )
        assert answer.status_code in (201, 400, 404), answer.status_code

    began = time.perf_counter()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(redeem, secrets))
    return len(secrets) / (time.perf_counter() - began)
