"""A real hub process, over real HTTP, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from checkin.domain.events import AttendanceEvent, Kind, private
from checkin.domain.headcount import stay
from checkin.domain.visit import Visitor
from checkin.errors import DeviceRevoked, Offline, Retry, SettingsWrong
from checkin.hub import Hub, open_hub
from checkin.sync.http import HttpBackend
from checkin.wire import PAGE, BatchAnswer, Change, Rejection, Status, line_in, record_of
from tests.integration.hub_process import HubProcess, hub_process, start_hub
from tests.integration.postgres_server import fresh_database, installed, postgres
from tests.unit.hub.hub_world import Journal, party, raw, season

_names = (f"hub{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


_POSTGRES = pytest.param(
    "postgresql",
    marks=[pytest.mark.postgres, pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")],
)


@pytest.fixture(params=["sqlite", _POSTGRES])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hub.sqlite"
    return fresh_database(request.getfixturevalue("postgres_url"), next(_names))


@pytest.fixture
def hub(db_url: str) -> Iterator[Hub]:
    """The administrator's side, beside the running process."""
    with open_hub(db_url) as hub:
        hub.put_records(season(tours=4, visitors=500))
        yield hub


@pytest.fixture
def running(hub: Hub, db_url: str, tmp_path: Path) -> Iterator[HubProcess]:
    with hub_process(db_url, tmp_path) as process:
        yield process


def enrol(hub: Hub, url: str, gate: str = "Главная", plant: str = "bread") -> tuple[Journal, HttpBackend]:
    journal = Journal()
    with HttpBackend(url) as stranger:
        journal.take(stranger.enrol(journal.request(hub.invite(plant, gate))))
    return journal, HttpBackend(url, journal.token)


def now() -> datetime:
    return datetime.now(UTC)


def statuses(answer: BatchAnswer) -> set[Status]:
    return {one.status for one in answer.answers}


def all_peers(backend: HttpBackend) -> list[AttendanceEvent]:
    events: list[AttendanceEvent] = []
    cursor, more = "", True
    while more:
        page = backend.peers(cursor)
        events += [line_in(line.line).event for line in page.lines]
        cursor, more = page.cursor, page.more
    return events


def push_until_done(backend: HttpBackend, journal: Journal, batch: int, deadline_s: float = 60) -> None:
    """What a gate does: sends what is not answered for yet, oldest first, and tries again when that fails."""
    until = time.monotonic() + deadline_s
    waiting = list(journal.lines)
    while waiting:
        assert time.monotonic() < until, f"{len(waiting)} lines still wait"
        try:
            answers = backend.push(waiting[:batch], now()).answers
        except Retry:
            time.sleep(0.05)
            continue
        done = {answer.id for answer in answers if answer.status in (Status.ACCEPTED, Status.DUPLICATE)}
        assert done
        waiting = [line for line in waiting if line.event.id not in done]


def test_enrolment(hub: Hub, running: HubProcess) -> None:
    code = hub.invite("bread", "Главная")
    journal = Journal()
    with HttpBackend(running.url) as stranger:
        answer = stranger.enrol(journal.request(code.lower().replace("-", " ")))
        assert (answer.plant, answer.plant_name, answer.gate_name) == ("bread", "Завод bread", "Главная")
        for used in (code, "K7QF4-M2XD9", "?"):
            with pytest.raises(SettingsWrong):
                stranger.enrol(Journal().request(used))
    with HttpBackend(running.url, answer.token) as backend:
        assert abs(backend.clock_offset().offset_s) < 5
        backend.fetch("")
        hub.revoke(journal.device)
        with pytest.raises(DeviceRevoked):
            backend.fetch("")
    with HttpBackend(running.url, "no such token") as nobody, pytest.raises(DeviceRevoked):
        nobody.push(journal.lines or [journal.write("v1-1")], now())


def test_guessing_codes_is_slowed_down(running: HubProcess) -> None:
    body = Journal().request("K7QF4-M2XD9").model_dump_json()
    answers = [requests.post(f"{running.url}/api/v1/enrol", data=body, timeout=10) for _ in range(15)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429] * 5
    assert answers[-1].json()["code"] == "too_many_requests"
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_roster_in_pages_and_on_from_a_cursor(hub: Hub, running: HubProcess) -> None:
    _, backend = enrol(hub, running.url)
    expected = list(season(tours=4, visitors=500))
    got = []
    cursor, more = "", True
    while more:
        page = backend.fetch(cursor)
        assert len(page.changes) <= PAGE
        got += [(change.kind, record_of(change.kind, change.record or {})) for change in page.changes]
        with HttpBackend(running.url, _token(backend)) as fresh:  # a gate that was started again goes on
            assert fresh.fetch(cursor, 3).changes == page.changes[:3]
        cursor, more = page.cursor, page.more
    records = [record for kind, record in got if kind != "gate"]
    assert records == expected
    hub.put_records(party(), removed=[("bread", "visitor", "v1-1")])
    assert [(change.kind, change.id, change.record is None) for change in backend.fetch(cursor).changes] == [
        ("group", "school", False),
        ("ticket", "k-school", False),
        ("visitor", "v1-1", True),
    ]


def _token(backend: HttpBackend) -> str:
    request = requests.Request("GET", "http://127.0.0.1/").prepare()
    auth = backend._session.auth
    assert callable(auth)
    return str(auth(request).headers["Authorization"]).removeprefix("Bearer ")


def test_five_thousand_events_with_duplicates_and_poison(hub: Hub, running: HubProcess) -> None:
    chance = random.Random(7)
    gates = [enrol(hub, running.url, name) for name in ("Главная", "Вторая")]
    people = [f"v{tour}-{number}" for tour in range(1, 5) for number in range(1, 501)]
    poisoned: set[str] = set()
    for journal, backend in gates:
        for _ in range(2500):
            who = chance.choice(people)
            kind = chance.choice([Kind.ENTRY] * 3 + [Kind.EXIT, Kind.REFUSAL])
            tour = f"tour-{who[1]}"
            if journal.lines and chance.random() < 0.05:
                target = chance.choice(journal.lines[-20:]).event
                journal.write(target.subject, Kind.VOID, tour=target.tour, voids=target.id, at=now())
            else:
                journal.write(who, kind, tour=tour, at=now(), private=private("Имя", "заметка"))
        for begin in range(0, 2500, 250):
            batch = journal.lines[begin : begin + 250]
            bad = chance.sample(batch, 3)
            poisoned |= {line.event.id for line in bad}
            lines = [raw(line) for line in batch]
            for line in lines:
                if line["event"]["id"] in poisoned:
                    line["event"]["subject"] = "v1-1"
                    line["event"]["tour"] = "tour-99"
            body = json.dumps({"lines": lines, "sent_at": now().isoformat()})
            for expected in (Status.ACCEPTED, Status.DUPLICATE):
                answer = requests.post(
                    f"{running.url}/api/v1/attendance",
                    data=body,
                    headers={"Authorization": f"Bearer {journal.token}"},
                    timeout=60,
                )
                told = BatchAnswer.model_validate_json(answer.content).answers
                assert [one.id for one in told] == [line.event.id for line in batch]
                assert {one.status for one in told if one.id not in poisoned} == {expected}
                assert {one.reason for one in told if one.id in poisoned} == {Rejection.CHANGED}
        assert statuses(backend.push(journal.lines[:PAGE], now())) == {Status.DUPLICATE, Status.ACCEPTED}
    for (journal, _), (_, other) in (gates, gates[::-1]):
        seen = [event.id for event in all_peers(other)]
        accepted = {line.event.id for line in journal.lines[:PAGE]} | {
            line.event.id for line in journal.lines
        } - poisoned
        assert set(seen) == accepted
        assert len(seen) == len(set(seen))
    taken = {event.id: event for _, backend in gates for event in all_peers(backend)}
    _equal_to_the_fold(hub, list(taken.values()))


def _equal_to_the_fold(hub: Hub, events: list[AttendanceEvent]) -> None:
    by_subject: dict[str, list[AttendanceEvent]] = {}
    for event in events:
        if event.subject is not None and event.kind is not Kind.REFUSAL:
            by_subject.setdefault(event.subject, []).append(event)
    inside: dict[str | None, int] = {}
    left: dict[str | None, int] = {}
    for subject, story in by_subject.items():
        tour, found = f"tour-{subject[1]}", stay(story)
        for line in (tour, None):
            inside[line] = inside.get(line, 0) + found.inside
            left[line] = left.get(line, 0) + found.left
    lines = hub.headcount("bread")
    assert {line.tour_id: (line.inside, line.left) for line in lines} == {
        line.tour_id: (inside.get(line.tour_id, 0), left.get(line.tour_id, 0)) for line in lines
    }
    assert lines[-1].inside > 100
    assert {line.expected for line in lines} == {500, 2000}


def test_a_token_reaches_its_own_plant_only(hub: Hub, running: HubProcess) -> None:
    hub.put_records(season("steel", visitors=3))
    bread, bread_backend = enrol(hub, running.url)
    steel, steel_backend = enrol(hub, running.url, plant="steel")
    assert {
        change.record["plant"] for change in _changes(steel_backend) if change.record and change.kind != "plant"
    } == {"steel"}
    steel_backend.push([steel.write("v1-1", at=now())], now())
    assert bread_backend.peers("").lines == []
    foreign = bread_backend.push([steel.lines[0], bread.write("v1-1", plant="steel")], now())
    assert [answer.reason for answer in foreign.answers] == [Rejection.WRONG_PLANT, Rejection.WRONG_PLANT]
    for path in ("headcount", "conflicts", "findings"):
        answer = requests.get(
            f"{running.url}/api/v1/{path}", headers={"Authorization": f"Bearer {bread.token}"}, timeout=10
        )
        assert all(line["plant"] == "bread" for line in answer.json())
    with pytest.raises(SettingsWrong):
        steel_backend.fetch("bread")
    assert [line.inside for line in hub.headcount("steel")] == [1, 0, 1]


def _changes(backend: HttpBackend) -> list[Change]:
    return backend.fetch("").changes


def test_peers_hear_within_a_moment(hub: Hub, running: HubProcess, db_url: str, tmp_path: Path) -> None:
    """Through one process, and through another on the same database."""
    one, one_backend = enrol(hub, running.url, "Главная")
    with hub_process(db_url, tmp_path) as second:
        two, _ = enrol(hub, running.url, "Вторая")
        for url in (running.url, second.url):
            with HttpBackend(url, two.token) as listener, ThreadPoolExecutor(1) as pool:
                cursor = listener.peers("").cursor
                began = time.monotonic()
                waiting = pool.submit(lambda cursor=cursor: (listener.peers(cursor, 20), time.monotonic()))
                assert not waiting.done()
                line = one.write("v1-1", at=now())
                one_backend.push([line], now())
                pushed = time.monotonic()
                page, heard = waiting.result(20)
                assert [peer.line.event["id"] for peer in page.lines] == [line.event.id]
                assert heard - pushed < 1.0
                assert heard - began < 10


def test_a_wait_ends_with_its_time_and_with_the_hub(hub: Hub, running: HubProcess) -> None:
    _, backend = enrol(hub, running.url)
    cursor = backend.peers("").cursor
    began = time.monotonic()
    assert backend.peers(cursor, 0.4).lines == []
    assert 0.35 < time.monotonic() - began < 5
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(backend.peers, cursor, 20)
        time.sleep(0.5)  # nothing tells from outside that the hub has begun to wait
        assert running.stop() == 0
        assert waiting.result(10).lines == []


@pytest.mark.slow
def test_sigkill_in_the_middle_of_pushes(hub: Hub, db_url: str, tmp_path: Path) -> None:
    process = start_hub(db_url, tmp_path / "hub.log")
    port = process.port
    gates = [enrol(hub, process.url, f"Проходная {number}") for number in range(3)]
    for place, (journal, _) in enumerate(gates):
        for number in range(400):
            journal.write(f"v{place + 1}-{number % 500 + 1}", at=now(), tour=f"tour-{place + 1}")
    with ThreadPoolExecutor(3) as pool:
        pushing = [pool.submit(push_until_done, backend, journal, 20) for journal, backend in gates]
        for _ in range(3):
            time.sleep(0.4)  # not a wait for anything: the moment of the kill is the point
            process.kill()
            process = start_hub(db_url, tmp_path / "hub.log", port)
        for one in pushing:
            one.result(90)
    try:
        _, reader = enrol(hub, process.url, "Читает")
        seen = [event.id for event in all_peers(reader)]
    finally:
        assert process.stop() == 0
    assert sorted(seen) == sorted(line.event.id for journal, _ in gates for line in journal.lines)
    assert [line.inside for line in hub.headcount("bread")] == [400, 400, 400, 0, 1200]
    assert hub.findings() == []


@pytest.mark.slow
def test_several_processes_side_by_side(hub: Hub, running: HubProcess, db_url: str, tmp_path: Path) -> None:
    with hub_process(db_url, tmp_path) as second, hub_process(db_url, tmp_path) as third:
        urls = [running.url, second.url, third.url]
        gates = [enrol(hub, running.url, f"Проходная {number}") for number in range(6)]
        reader, _ = enrol(hub, running.url, "Читает")
        for place, (journal, _) in enumerate(gates):
            for number in range(200):
                journal.write(f"v{place % 4 + 1}-{number + 1}", at=now(), tour=f"tour-{place % 4 + 1}")
        seen: list[str] = []
        finished = threading.Event()

        def read() -> None:
            cursor = ""
            backends = itertools.cycle([HttpBackend(url, reader.token) for url in urls])
            while True:
                last = finished.is_set()
                page = next(backends).peers(cursor, 0.2)
                seen.extend(str(line.line.event["id"]) for line in page.lines)
                cursor = page.cursor
                if last and not page.lines:
                    return

        with ThreadPoolExecutor(7) as pool:
            reading = pool.submit(read)
            pushing = [
                pool.submit(push_until_done, HttpBackend(urls[place % 3], journal.token), journal, 25)
                for place, (journal, _) in enumerate(gates)
            ]
            for one in pushing:
                one.result(90)
            finished.set()
            reading.result(60)
    # A reader that follows its cursor from process to process has missed nothing and got nothing twice.
    assert sorted(seen) == sorted(line.event.id for journal, _ in gates for line in journal.lines)
    assert hub.findings() == []
    assert hub.headcount("bread")[-1].inside == 800
    assert len(hub.conflicts("bread")) == 400


def test_a_roster_written_meanwhile_is_read_without_holes(hub: Hub, running: HubProcess) -> None:
    _, backend = enrol(hub, running.url)
    writers = [list(season(tours=4, visitors=500)), list(season(tours=4, visitors=500))]
    fresh = [
        [Visitor(id=f"{name}-{number}", plant="bread", tour="tour-1", name=name) for number in range(1500)]
        for name in ("а", "б")
    ]
    got: dict[tuple[str, str], int] = {}
    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(hub.put_records, one) for one in fresh]
        cursor = ""
        while True:
            done = all(one.done() for one in writing)
            page = backend.fetch(cursor, 200)
            for change in page.changes:
                assert (change.kind, change.id) not in got
                got[change.kind, change.id] = change.revision
            cursor = page.cursor
            if done and not page.changes:
                break
    assert len(got) == len(writers[0]) + 3000 + 1


def test_what_load_balancers_and_browsers_see(running: HubProcess) -> None:
    for path in ("/health", "/ready", "/api/v1/health", "/api/v1/ready", "/api/v1/time"):
        answer = requests.get(running.url + path, timeout=10)
        assert answer.status_code == 200, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Server" not in answer.headers
    missing = requests.get(f"{running.url}/nothing", timeout=10)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = requests.delete(f"{running.url}/api/v1/roster", timeout=10)
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")


def test_the_description_describes_what_is_there(running: HubProcess) -> None:
    described = requests.get(f"{running.url}/api/v1/openapi.json", timeout=10).json()
    paths = {path.removeprefix("/api/v1/") for path in described["paths"]}
    assert paths >= {"enrol", "roster", "attendance", "peers", "headcount", "conflicts", "findings", "time", "health"}
    for path, methods in described["paths"].items():
        for endpoint in methods.values():
            assert endpoint["summary"], path
            assert endpoint["description"], path
            assert set(endpoint["responses"]) > {"200", "503"}
    text = json.dumps(described)
    schemas = described["components"]["schemas"]
    for reference in {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert reference in schemas


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "code"),
    [
        ("POST", "enrol", b"{", {}, 422, "malformed"),
        ("POST", "enrol", b"[" * 100_000, {}, 422, "malformed"),
        ("POST", "enrol", b"\xff\xfe", {}, 422, "malformed"),
        ("POST", "enrol", b"x" * 3_000_000, {}, 413, "too_large"),
        ("POST", "enrol", b"{}", {"Content-Encoding": "br"}, 415, "encoding"),
        ("POST", "enrol", b"{}", {"Content-Encoding": "gzip"}, 400, "encoding"),
        ("POST", "attendance", b'{"lines": [], "sent_at": "yesterday"}', {}, 422, "malformed"),
        ("POST", "attendance", b'{"lines": {}, "sent_at": "2026-08-05T10:00:00Z"}', {}, 422, "malformed"),
        ("GET", "roster?limit=501", None, {}, 422, "malformed"),
        ("GET", "roster?cursor=%00", None, {}, 400, "cursor_unknown"),
        ("GET", "peers?wait_s=nan", None, {}, 422, "malformed"),
        ("GET", "peers?wait_s=26", None, {}, 422, "malformed"),
        ("GET", "peers?cursor=1", None, {}, 400, "cursor_unknown"),
        ("GET", "roster", None, {"Authorization": ""}, 401, "unauthorised"),
        ("GET", "roster", None, {"Authorization": "Basic eDp5"}, 401, "unauthorised"),
        ("GET", "roster", None, {"Authorization": "Bearer " + "x" * 5000}, 401, "unauthorised"),
    ],
)
def test_requests_that_are_not_as_described(
    sqlite_hub: tuple[HubProcess, str],
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
    status: int,
    code: str,
) -> None:
    process, token = sqlite_hub
    answer = requests.request(
        method,
        f"{process.url}/api/v1/{path}",
        data=body,
        headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity", **headers},
        timeout=20,
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "xx" not in answer.text


@pytest.fixture(scope="module")
def sqlite_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HubProcess, str]]:
    folder = tmp_path_factory.mktemp("hub")
    url = f"sqlite:///{folder}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season())
        with hub_process(url, folder) as process:
            journal, backend = enrol(hub, process.url)
            backend.close()
            yield process, journal.token


def test_no_name_reaches_the_log(hub: Hub, running: HubProcess) -> None:
    journal, backend = enrol(hub, running.url)
    backend.push([journal.write(kind=Kind.WALK_IN, at=now(), private=private("Секретова Анна"))], now())
    backend.fetch("")
    requests.get(f"{running.url}/api/v1/roster?name=Секретова", timeout=10)
    assert running.stop() == 0
    lines = [json.loads(line) for line in running.log.read_text(encoding="utf-8").splitlines()]
    assert {line["route"] for line in lines if line["what"] == "request"} == {"/enrol", "/attendance", "/roster"}
    text = running.log.read_text(encoding="utf-8")
    for secret in ("Секретова", "%D0", journal.token, "Иванова"):
        assert secret not in text


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AssertionError, match=r"Сервер не может занять порт"):
            start_hub(f"sqlite:///{tmp_path}/hub.sqlite", tmp_path / "log", taken.getsockname()[1])


@pytest.mark.postgres
@pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")
def test_the_migrated_schema_is_what_the_rows_say(postgres_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from checkin.hub import rows
    from checkin.hub.database import reading

    with open_hub(fresh_database(postgres_url, next(_names))) as hub, reading(hub.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, rows.METADATA) == []


@pytest.mark.postgres
@pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")
def test_postgres_that_is_not_there() -> None:
    with pytest.raises(Retry):
        open_hub("postgresql://nobody@127.0.0.1:9/none")


def test_a_hub_inside_another_program(tmp_path: Path) -> None:
    from checkin.hub.serve import start

    with start(f"sqlite:///{tmp_path}/hub.sqlite") as embedded:
        embedded.hub.put_records(season())
        journal, backend = enrol(embedded.hub, embedded.url)
        assert statuses(backend.push([journal.write("v1-1", at=now())], now())) == {Status.ACCEPTED}
        assert embedded.hub.headcount()[-1].inside == 1
    with pytest.raises(Offline):
        backend.fetch("")
