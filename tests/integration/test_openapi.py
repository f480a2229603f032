"""The hub against its own description: no answer that is not described, and never a 500."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from checkin.hub import Hub, devices, open_hub, rows
from checkin.hub.api.app import application
from checkin.hub.api.limits import Limits
from checkin.hub.database import reading
from checkin.hub.serve import start
from checkin.sync.http import HttpBackend
from checkin.wire import EnrolRequest, Rejection, Status, line_out, record_of
from tests.integration.hub.gates import enrol, now
from tests.integration.hub_process import hub_process
from tests.unit.hub.hub_world import Journal, season

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import CHECKS, load_all_checks

    load_all_checks()

CHECKED = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
MANY = Limits(requests_per_s=1e6, requests_burst=1e6, failures_per_min=1e6)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    made = open_hub(f"sqlite:///{tmp_path_factory.mktemp('openapi')}/hub.sqlite")
    made.put_records(season())
    return made


def tokens(hub: Hub) -> dict[str, str]:
    """A gate's and a lower hub's."""
    found = {}
    for role, code in ((None, hub.invite("bread", "Главная")), (rows.HUB, hub.invite_hub("bread", "Завод"))):
        journal = Journal()
        request: EnrolRequest = journal.request(code)
        found[role or "gate"] = devices.enrol(hub.engine, request, now(), role).token
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_endpoint_answers_as_described(hub: Hub) -> None:
    app = application(hub.engine, hub.clock, MANY)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    known = tokens(hub)
    checks = [CHECKS.get_one(name) for name in CHECKED]
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        token = known["hub" if "/relay/" in operation.path else "gate"]

        @settings(
            max_examples=400 if os.environ.get("PROHODNAYA_LONG") else 25,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one(case: schemathesis.Case) -> None:
            if "wait_s" in (case.query or {}):
                case.query["wait_s"] = 0
            for headers in ({"Authorization": f"Bearer {token}"}, {}):  # noqa: B023
                response = case.call(headers=headers)
                case.validate_response(response, checks=checks)

        one()
        tried += 1
    assert tried >= 14


def test_a_token_opens_its_own_plant_and_its_own_journal(tmp_path: Path) -> None:
    """Another plant's roster, another gate's events, another plant's journals: none of them can be reached."""
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(url) as hub, hub_process(url, tmp_path) as process:
        hub.put_records(season("bread", visitors=3))
        hub.put_records(season("steel", visitors=3))
        bread, bread_backend = enrol(hub, process.url)
        other, other_backend = enrol(hub, process.url, "Вторая")
        steel, steel_backend = enrol(hub, process.url, plant="steel")
        for backend, plant in ((bread_backend, "bread"), (steel_backend, "steel")):
            records = [record_of(one.kind, one.record or {}) for one in backend.fetch("").changes]
            assert {record.plant for record in records if hasattr(record, "plant")} == {plant}
        for parameter in ("plant", "device", "gate"):
            answer = requests.get(
                f"{process.url}/api/v1/roster?{parameter}=steel",
                headers={"Authorization": f"Bearer {bread.token}"},
                timeout=10,
            )
            assert "steel" not in answer.text
        theirs = other.write("v1-1", at=now())
        forged = bread.write("v1-2", at=now(), device=other.device)
        abroad = steel.write("v1-1", at=now())
        told = bread_backend.push([theirs, forged, abroad], now()).answers
        assert [one.reason for one in told] == [Rejection.WRONG_GATE, Rejection.WRONG_GATE, Rejection.WRONG_PLANT]
        assert hub.headcount("bread")[-1].inside == hub.headcount("steel")[-1].inside == 0
        assert other_backend.peers("").lines == steel_backend.peers("").lines == []


OPEN = {"/api/v1/enrol", "/api/v1/relay/enrol", "/api/v1/time", "/api/v1/health", "/api/v1/ready", "/api/v1/metrics"}


def test_no_endpoint_speaks_of_another_plant(tmp_path: Path) -> None:
    """Every endpoint that is described is shut without a token, and with one says nothing of another plant."""
    with start(f"sqlite:///{tmp_path}/hub.sqlite", limits=MANY) as process:
        hub = process.hub
        hub.put_records(season("bread", visitors=3))
        hub.put_records(season("steel", visitors=3))
        bread, backend = enrol(hub, process.url)
        backend.push([bread.write("v1-1", at=now()), bread.write("v1-1", at=now())], now())
        with HttpBackend(process.url) as stranger:
            token = stranger.enrol(Journal().request(hub.invite("steel", "Чужая"))).token
        described = requests.get(f"{process.url}/api/v1/openapi.json", timeout=10).json()["paths"]
        assert set(described) > OPEN
        asked = 0
        for path in set(described) - OPEN:
            for method in described[path]:
                for headers in ({}, {"Authorization": "Bearer nobody"}):
                    answer = requests.request(method, process.url + path, headers=headers, json={}, timeout=10)
                    assert answer.status_code == 401, (path, answer.status_code)
                for query in ("", "?plant=bread&gate=gate-1", f"?device={bread.device}"):
                    answer = requests.request(
                        method,
                        f"{process.url}{path}{query}",
                        headers={"Authorization": f"Bearer {token}"},
                        json={},
                        timeout=10,
                    )
                    allowed = {200, 422} if "/relay/" not in path else {403}
                    assert answer.status_code in allowed, (path, answer.text)
                    assert "bread" not in answer.text
                    assert bread.device not in answer.text
                    asked += 1
        assert asked >= 3 * 8


BODIES = {"EnrolRequest", "Batch", "RelayBatch"}


def test_no_endpoint_takes_another_gates_events(tmp_path: Path) -> None:
    """Every endpoint that takes a body is given a gate's lines by all who are not that gate: none gets in."""
    with start(f"sqlite:///{tmp_path}/hub.sqlite", limits=MANY) as process:
        hub = process.hub
        hub.put_records(season("bread", visitors=3))
        hub.put_records(season("steel", visitors=3))
        gate, backend = enrol(hub, process.url)
        beside, _backend = enrol(hub, process.url, "Вторая")
        abroad, _backend = enrol(hub, process.url, plant="steel")
        lower = Journal()
        request: EnrolRequest = lower.request(hub.invite_hub("steel", "Завод"))
        lower.take(devices.enrol(hub.engine, request, now(), rows.HUB))
        theirs = [gate.write("v1-1", at=now())]
        tried = 0
        described = requests.get(f"{process.url}/api/v1/openapi.json", timeout=10).json()["paths"]
        for path, method, about in [(path, *one) for path, methods in described.items() for one in methods.items()]:
            if "requestBody" not in about:
                continue
            taken = about["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert taken in BODIES, f"how would somebody misuse {method} {path}?"
            for who in (beside, abroad, lower):
                forged = [
                    one.write("v1-2", at=now(), plant=plant, device=device, gate=gate.gate)
                    for one in (Journal(), who)
                    for plant in ("bread", "steel")
                    for device in (gate.device, one.device)
                ]
                lines = [line_out(line).model_dump(mode="json") for line in (*theirs, *forged)]
                batch = {"lines": lines, "sent_at": now().isoformat()}
                named = [
                    {"id": one.device, "gate": gate.gate, "gate_name": "Главная", "public_key": one.public_key}
                    for one in (gate, who)
                ]
                for body in (batch, {**batch, "devices": named}, {**batch, "plant": "bread", "device": gate.device}):
                    answer = requests.request(
                        method,
                        f"{process.url}{path}?plant=bread&device={gate.device}",
                        headers={"Authorization": f"Bearer {who.token}"},
                        json=body,
                        timeout=10,
                    )
                    assert answer.status_code in (200, 403, 422), (path, answer.status_code, answer.text)
                    tried += 1
        assert tried >= 3 * 3 * 4
        with reading(hub.engine) as connection:
            a = rows.attendance.c
            assert (
                connection.execute(select(a.device).where((a.plant == "bread") | (a.device == gate.device))).all() == []
            )
        assert hub.headcount("bread")[-1].inside == 0
        assert [one.status for one in backend.push(theirs, now()).answers] == [Status.ACCEPTED]


def test_a_guesser_does_not_shut_out_the_gates_beside_him(tmp_path: Path) -> None:
    """A shut out or restored-away gate that goes on asking, behind the same address as all gates of the plant."""
    with start(f"sqlite:///{tmp_path}/hub.sqlite", limits=Limits(failures_per_min=3)) as process:
        process.hub.put_records(season())
        honest, _backend = enrol(process.hub, process.url)

        def ask(token: str) -> int:
            headers = {"Authorization": f"Bearer {token}"}
            return requests.get(f"{process.url}/api/v1/roster?limit=1", headers=headers, timeout=10).status_code

        assert ask(honest.token) == 200
        assert [ask(f"guess-{number}") for number in range(5)] == [401, 401, 401, 429, 429]
        assert ask(honest.token) == 200
        late = Journal()
        code = process.hub.invite("bread", "Вторая")
        late.take(devices.enrol(process.hub.engine, late.request(code), now()))
        assert ask(late.token) == 429  # a token never seen here waits with the guesses


def test_a_runaway_gate_is_told_when_to_come_again(tmp_path: Path) -> None:
    with start(f"sqlite:///{tmp_path}/hub.sqlite", limits=Limits(requests_per_s=0.01, requests_burst=3)) as process:
        process.hub.put_records(season())
        tokens = [enrol(process.hub, process.url, name)[0].token for name in ("Главная", "Вторая")]
        told = [
            requests.get(f"{process.url}/api/v1/time", timeout=10),  # asks nothing of the database, needs no token
            *(
                requests.get(
                    f"{process.url}/api/v1/headcount", headers={"Authorization": f"Bearer {token}"}, timeout=10
                )
                for token in (*[tokens[0]] * 4, tokens[1])
            ),
        ]
        assert [one.status_code for one in told] == [200, 200, 200, 200, 429, 200]
        assert int(told[4].headers["Retry-After"]) >= 99
        assert told[4].json()["code"] == "too_many_requests"
