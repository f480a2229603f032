"""The hub under load, on PostgreSQL: batches of 50 gates, single events between them, 1,000 gates that wait, a roster.

``python -m tests.bench.hubload --pretix`` measures a real pretix beside it (``../shared/pretix``) in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests

from checkin.clock import SystemClock
from checkin.hub import Hub, devices, open_hub
from checkin.settings import Profile, Settings
from checkin.store import open_store
from checkin.sync.engine import Engine
from checkin.sync.http import HttpBackend
from checkin.wire import line_out
from tests.bench.report import Report
from tests.integration.hub_process import hub_process
from tests.integration.postgres_server import fresh_database, installed, postgres
from tests.unit.hub.hub_world import Journal, season

NAME = "hubload"
GATES, BATCH = 50, 200
PLANTS = 10
WORKERS = 2
WAITING = 1000
ROSTER = 20_000
PRETIX = Path(__file__).resolve().parents[3] / "shared" / "pretix" / "serve_pretix.sh"


def now() -> datetime:
    return datetime.now(UTC)


def run(report: Report, *, pretix: bool = False) -> None:
    if not installed():
        report.table("Hub under load", ("what",), [("PostgreSQL is not installed here",)])
        return
    batches = 2 if report.quick else 8
    with (
        tempfile.TemporaryDirectory() as name,
        postgres() as server,
        open_hub(fresh_database(server, "hubload")) as hub,
    ):
        folder = Path(name)
        url = hub.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
        hub.put_records(season("big", tours=20, visitors=ROSTER // 20 // (10 if report.quick else 1)))
        for number in range(PLANTS):
            hub.put_records(season(f"plant-{number}", tours=4, visitors=500))
        with hub_process(url, folder, 0, "--workers", str(WORKERS), "--log-level", "warning") as process:
            spread = _attendance(hub, process.url, batches, [f"plant-{number}" for number in range(PLANTS)])
            single = _attendance(hub, process.url, batches, ["plant-0"])
            heard = asyncio.run(_waiting(hub, process.url, 100 if report.quick else WAITING))
            took_s, records = _roster(hub, process.url, folder)
    report.table(
        f"{GATES} gates, batches of {BATCH}, PostgreSQL, {WORKERS} workers",
        ("what", f"{PLANTS} plants", "one plant"),
        [
            ("events/s", *(f"{one.per_s:.0f}" for one in (spread, single))),
            ("single event p50 ms", *(f"{one.at(0.5):.1f}" for one in (spread, single))),
            ("single event p99 ms", *(f"{one.at(0.99):.1f}" for one in (spread, single))),
            ("single events measured", *(len(one.single_ms) for one in (spread, single))),
        ],
    )
    report.table(
        "Gates that wait, and a roster into a gate's store",
        ("what", "value"),
        [
            ("gates waiting", len(heard)),
            ("first / p50 / last heard, ms", f"{min(heard):.0f} / {statistics.median(heard):.0f} / {max(heard):.0f}"),
            (f"roster of {records} records, s", f"{took_s:.2f}"),
        ],
    )
    report.figure("hub.events_per_s", spread.per_s)
    report.figure("hub.events_per_s_one_plant", single.per_s)
    report.figure("hub.single_p99_ms", spread.at(0.99))
    report.figure("hub.single_p99_one_plant_ms", single.at(0.99))
    report.figure("hub.heard_last_ms", max(heard))
    report.figure("hub.roster_s", took_s)
    if pretix:
        _beside(report, spread.per_s, took_s)


class Load:
    """What came of one load."""

    def __init__(self, events: int, took_s: float, single_ms: list[float]) -> None:
        self.per_s = events / took_s
        self.single_ms = sorted(single_ms)

    def at(self, part: float) -> float:
        return self.single_ms[min(len(self.single_ms) - 1, int(len(self.single_ms) * part))]


def enrol(hub: Hub, plant: str, gate: str) -> Journal:
    journal = Journal()
    code = hub.invite(plant, gate)
    journal.take(devices.enrol(hub.engine, journal.request(code), now()))
    return journal


def body(lines: Sequence[object]) -> bytes:
    return json.dumps({"lines": lines, "sent_at": now().isoformat()}).encode()


def _attendance(hub: Hub, url: str, batches: int, plants: list[str]) -> Load:
    work: list[tuple[str, list[bytes]]] = []
    for number in range(GATES):
        journal = enrol(hub, plants[number % len(plants)], f"load {len(plants)} {number}")
        for count in range(batches * BATCH):
            journal.write(f"v{1 + count % 4}-{1 + (number * 31 + count) % 500}", tour=f"tour-{1 + count % 4}", at=now())
        lines = [line_out(line).model_dump() for line in journal.lines]
        work.append((journal.token, [body(lines[at : at + BATCH]) for at in range(0, len(lines), BATCH)]))
    live = enrol(hub, plants[0], f"live {len(plants)}")
    singles = [body([line_out(live.write(f"v1-{1 + count % 500}", at=now())).model_dump()]) for count in range(2000)]
    ended = threading.Event()
    single_ms: list[float] = []
    with requests.Session() as session, ThreadPoolExecutor(GATES + 1) as pool:
        session.trust_env = False
        measuring = pool.submit(_live, session, url, live.token, singles, ended, single_ms)
        began = time.perf_counter()
        done = [pool.submit(_push, url, token, bodies) for token, bodies in work]
        accepted = sum(one.result() for one in done)
        took_s = time.perf_counter() - began
        ended.set()
        measuring.result()
    assert accepted == GATES * batches * BATCH
    return Load(accepted, took_s, single_ms)


def _push(url: str, token: str, bodies: list[bytes]) -> int:
    accepted = 0
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token}"
        for one in bodies:
            answer = session.post(f"{url}/api/v1/attendance", data=one, timeout=120)
            answer.raise_for_status()
            accepted += answer.text.count('"accepted"')
    return accepted


def _live(
    session: requests.Session, url: str, token: str, singles: list[bytes], ended: threading.Event, into: list[float]
) -> None:
    for one in singles:
        if ended.is_set():
            return
        began = time.perf_counter()
        answer = session.post(
            f"{url}/api/v1/attendance", data=one, headers={"Authorization": f"Bearer {token}"}, timeout=120
        )
        answer.raise_for_status()
        into.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)


async def _waiting(hub: Hub, url: str, gates: int) -> list[float]:
    """Milliseconds from a push until each of so many gates that wait has heard of it."""
    tokens = [enrol(hub, "plant-0", f"waiting {number}").token for number in range(gates)]
    speaker = enrol(hub, "plant-0", "speaker")
    where = urlsplit(url)
    assert where.hostname is not None

    async def ask(token: str, path: str) -> tuple[bytes, float]:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = await reader.read()
        writer.close()
        return answer, time.perf_counter()

    first, _at = await ask(speaker.token, "/api/v1/peers?limit=1")
    position = hub_position(hub, "plant-0")
    cursor = json.loads(first.partition(b"\r\n\r\n")[2])["cursor"].partition(".")[0] + f".{position}"
    waiting = []
    for token in tokens:
        waiting.append(asyncio.create_task(ask(token, f"/api/v1/peers?cursor={cursor}&wait_s=25")))
        if len(waiting) % 50 == 0:
            await asyncio.sleep(0.05)
    await asyncio.sleep(4)
    one = body([line_out(speaker.write("v1-1", at=now())).model_dump()])
    headers = {"Authorization": f"Bearer {speaker.token}"}
    began = time.perf_counter()
    await asyncio.to_thread(requests.post, f"{url}/api/v1/attendance", data=one, headers=headers, timeout=60)
    answers = await asyncio.gather(*waiting)
    assert all(b" 200 " in answer[:20] and speaker.lines[0].event.id.encode() in answer for answer, _at in answers)
    return [(at - began) * 1000 for _answer, at in answers]


def hub_position(hub: Hub, plant: str) -> int:
    from checkin.hub import rows
    from checkin.hub.database import reading

    with reading(hub.engine) as connection:
        return int(
            connection.scalar(
                rows.counter.select().with_only_columns(rows.counter.c.position).where(rows.counter.c.plant == plant)
            )
            or 0
        )


def _roster(hub: Hub, url: str, folder: Path) -> tuple[float, int]:
    journal = enrol(hub, "big", "roster")
    profile = Profile(folder / "gate")
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


def _beside(report: Report, events_per_s: float, roster_s: float) -> None:
    """pretix on the same machine: its client's roster query, page by page, and redeeming by three workers."""
    environment = {**os.environ, "PRETIX_HOME": "/var/tmp/prohodnaya-pretix"}
    positions = 2000 if report.quick else ROSTER
    start = [
        str(PRETIX),
        "start",
        "--positions",
        str(positions),
        "--db",
        "postgres",
        "--port",
        "8399",
        "--pgport",
        "5499",
    ]
    subprocess.run(start, check=True, env=environment, stdout=subprocess.DEVNULL)
    try:
        seed = json.loads(Path(environment["PRETIX_HOME"], "run-postgres", "seed.json").read_text(encoding="utf-8"))
        base = "http://127.0.0.1:8399/api/v1"
        session = _pretix_session(base, "labtoken01")
        fetch_s, secrets, taken = _pretix_roster(session, base, positions)
        lists = session.get(f"{base}/organizers/lab/events/gate/checkinlists/", timeout=60).json()["results"]
        per_s = _pretix_redeem(base, session, secrets[: 60 if report.quick else 240], lists[0]["id"])
    finally:
        subprocess.run([str(PRETIX), "stop"], env=environment, stdout=subprocess.DEVNULL, check=False)
    del seed
    report.table(
        f"Beside pretix: {taken} positions",
        ("what", "ours", "pretix", "times"),
        [
            ("roster to a gate, s", f"{roster_s:.2f}", f"{fetch_s:.1f}", f"{fetch_s / roster_s:.0f}"),
            ("attendance records/s", f"{events_per_s:.0f}", f"{per_s:.1f}", f"{events_per_s / per_s:.0f}"),
        ],
    )
    report.figure("pretix.roster_s", fetch_s)
    report.figure("pretix.redeem_per_s", per_s)
    report.figure("ratio.roster", fetch_s / roster_s)
    report.figure("ratio.attendance", events_per_s / per_s)


def _pretix_session(base: str, token: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    about = dict.fromkeys(("hardware_brand", "hardware_model", "software_brand"), "bench") | {"software_version": "1"}
    told = session.post(f"{base}/device/initialize", json={"token": token, **about}, timeout=60).json()
    session.headers["Authorization"] = f"Device {told['api_token']}"
    return session


def _pretix_roster(session: requests.Session, base: str, wanted: int) -> tuple[float, list[str], int]:
    """Seconds for all orders as pretixSCAN asks for them, and the tickets' secrets."""
    secrets: list[str] = []
    began = time.perf_counter()
    url: str | None = f"{base}/organizers/lab/events/gate/orders/?testmode=false&ordering=-last_modified"
    while url:
        page = session.get(url, timeout=120).json()
        secrets += [one["secret"] for order in page["results"] for one in order["positions"] if order["status"] == "p"]
        url = page["next"]
    return time.perf_counter() - began, secrets, wanted


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


def main(show: Callable[[str], object] = print) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hubload")
    parser.add_argument("--pretix", action="store_true", help="measure a real pretix too; takes minutes")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    report = Report(quick=given.quick)
    run(report, pretix=given.pretix)
    show(json.dumps(report.figures, indent=1))


if __name__ == "__main__":
    main()
