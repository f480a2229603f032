"""The hub's HTTP as anybody would see it."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import requests

from checkin.domain.events import Kind, private
from checkin.errors import Offline, Retry
from checkin.hub import Hub, open_hub
from checkin.wire import Status
from tests.integration.hub.gates import enrol, now, statuses
from tests.integration.hub_process import HubProcess, start_hub
from tests.integration.postgres_server import fresh_database, installed
from tests.unit.hub.hub_world import season


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

    with open_hub(fresh_database(postgres_url, "empty")) as hub, reading(hub.engine) as connection:
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
