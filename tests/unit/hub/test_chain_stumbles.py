"""A hub above that fails over one line, or answers what nobody expects: the others get through and nothing is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from checkin.errors import Misunderstood, Offline, ServerBusy, ServerFailed
from checkin.hub import relay
from checkin.hub.models import RelayAnswer, RelayDevice
from checkin.hub.upstreams import joined
from checkin.hubchain import runner as runner_module
from checkin.hubchain.rounds import Rounds
from checkin.hubchain.runner import Runner
from checkin.sync.http import HttpBackend
from tests.field import NOW, visitor
from tests.property.nearby import _response
from tests.unit.hub.chain_of_hubs import Chain, send
from tests.unit.hub.hub_world import enrolled

Between = Callable[[str, str, bytes], tuple[int, bytes] | None]


def between(
    chain: Chain, says: Between, edit: Callable[[str, dict[str, Any]], object] = lambda _path, _told: None
) -> None:
    """Somebody between the two answers in the hub's place, or changes its answers."""
    through = type(chain.air).send

    def sends(request: requests.PreparedRequest, *given: Any, **more: Any) -> requests.Response:
        path = urlsplit(request.url or "").path
        body = request.body or b""
        text = body if isinstance(body, bytes) else body.encode()
        if text[:2] == b"\x1f\x8b":
            import gzip

            text = gzip.decompress(text)
        said = says(request.method or "", path, text)
        if said is not None:
            return _response(request, said[0], {}, said[1])
        answer = through(chain.air, request, *given, **more)
        told = json.loads(answer.raw.read())
        edit(path, told)
        return _response(request, answer.status_code, {}, json.dumps(told).encode())

    chain.air.send = sends  # type: ignore[method-assign]


def stumbles(*ids: str, status: int = 500, body: bytes = b"boom") -> Between:
    """The hub above fails over these events."""

    def says(method: str, path: str, text: bytes) -> tuple[int, bytes] | None:
        poisoned = method == "POST" and any(one.encode() in text for one in ids)
        return (status, body) if poisoned else None

    return says


def written(chain: Chain, count: int) -> list[str]:
    """Events of a gate at the hub below."""
    here, who = enrolled(chain.below, "Восток", "hleb")
    for _ in range(count):
        here.write("v1")
    send(chain.below, who, here)
    return [line.event.id for line in here.lines]


def above(chain: Chain) -> int:
    return len(chain.lines(chain.above))


UNREADABLE = b'{"code": "malformed", "detail": "x"}'


@pytest.mark.parametrize(("status", "body"), [(500, b"boom"), (422, UNREADABLE)])
@pytest.mark.parametrize("place", [0, 7, 19])
def test_one_line_holds_up_none_and_goes_up_later_once(chain: Chain, place: int, status: int, body: bytes) -> None:
    ids = written(chain, 20)
    chain.above.put_records([visitor("v2", "Новый")])
    between(chain, stumbles(ids[place], status=status, body=body))
    chain.round()
    assert above(chain) == 19
    assert [one.id for one in chain.below.held(["hleb"])["visitor"]] == ["v1", "v2"]
    (waits,) = [one for one in chain.below.findings() if one.fault == "upstream_failed"]
    assert (waits.event_id, waits.healed_at) == (ids[place], None)
    assert chain.rounds is not None
    assert "1" in chain.rounds.problem()

    chain.round()
    assert above(chain) == 19
    (place_above,) = joined(chain.below.engine)
    assert place_above.waiting == 0

    between(chain, lambda *_asked: None)
    chain.round()
    assert chain.lines(chain.above) == chain.lines(chain.below)
    assert above(chain) == 20
    assert chain.rounds.problem() == ""
    assert all(one.healed_at is not None for hub in (chain.above, chain.below) for one in hub.findings())


def test_many_in_a_row_hold_up_none(chain: Chain) -> None:
    ids = written(chain, 60)
    between(chain, stumbles(*ids[:40]))
    chain.round()
    assert above(chain) == 20
    between(chain, lambda *_asked: None)
    for _ in range(4):
        chain.round()
    assert above(chain) == 60


def test_a_hub_above_that_takes_nothing_leaves_everything_in_its_place(chain: Chain) -> None:
    ids = written(chain, 20)
    chain.above.put_records([visitor("v2", "Новый")])
    between(chain, stumbles(*ids))
    with pytest.raises(ServerFailed):
        chain.round()
    assert not chain.below.findings()
    assert len(chain.below.held(["hleb"])["visitor"]) == 2  # the roster came all the same
    between(chain, lambda *_asked: None)
    chain.round()
    assert above(chain) == 20


def test_a_restored_hub_above_that_stumbles_gets_the_rest(chain: Chain) -> None:
    ids = written(chain, 9)
    chain.round()
    chain.above.restored()
    between(chain, stumbles(ids[4]))
    chain.round()
    chain.round()
    (place,) = joined(chain.below.engine)
    assert place.waiting == 0


def test_a_page_that_fails_keeps_no_line_down(chain: Chain) -> None:
    written(chain, 3)
    between(chain, lambda method, path, _text: (500, b"") if method == "GET" and path.endswith("attendance") else None)
    with pytest.raises(ServerFailed):
        chain.round()
    assert above(chain) == 3


def test_answers_that_are_missing_are_a_strange_answer(chain: Chain) -> None:
    written(chain, 3)

    def fewer(path: str, told: dict[str, Any]) -> None:
        if "answers" in told:
            told["answers"].pop()

    between(chain, lambda *_asked: None, fewer)
    with pytest.raises(ServerBusy):
        chain.round()
    between(chain, lambda *_asked: None)
    chain.round()
    assert above(chain) == 3


ODD: list[dict[str, Any]] = [
    {"kind": "spaceship", "id": "x", "revision": 9, "record": None},
    {"kind": "spaceship", "id": "x", "revision": 9, "record": {"id": "x"}},
    {
        "kind": "visitor",
        "id": "x" * 120,
        "revision": 9,
        "record": {"id": "x" * 121, "plant": "hleb", "tour": "t1", "name": "Ли"},
    },
    {
        "kind": "visitor",
        "id": "x",
        "revision": 9,
        "record": {"id": "x", "plant": "hleb", "tour": "t1", "name": "Л" * 70_000},
    },
    {"kind": "visitor", "id": "x", "revision": 9, "record": {"id": "x\0", "plant": "hleb", "tour": "t1", "name": "Ли"}},
    {"kind": "", "id": "x", "revision": 9, "record": None},
]


@pytest.mark.parametrize("odd", ODD)
def test_a_record_that_cannot_be_kept_stops_none_behind_it(chain: Chain, odd: dict[str, Any]) -> None:
    chain.above.put_records([visitor("v2", "Новый")])

    def adds(path: str, told: dict[str, Any]) -> None:
        if path.endswith("/roster"):
            told["changes"].insert(0, odd)

    between(chain, lambda *_asked: None, adds)
    chain.round()
    assert [one.id for one in chain.below.held(["hleb"])["visitor"]] == ["v1", "v2"]


def test_a_cursor_that_does_not_move_ends_the_round(chain: Chain) -> None:
    asked = 0

    def more(path: str, told: dict[str, Any]) -> None:
        nonlocal asked
        asked += 1
        assert asked < 20
        if "more" in told:
            told["more"] = True

    between(chain, lambda *_asked: None, more)
    chain.round()


def test_what_nobody_expected_is_written_down_and_the_thread_goes_on(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(chain.below)
    (place,) = joined(chain.below.engine)
    way = runner._way(place)

    def breaks(_place: object) -> None:
        raise ValueError("Иванова Мария")

    monkeypatch.setattr(type(way.rounds), "go", lambda _rounds, given: breaks(given))
    runner._try(place)
    (place,) = joined(chain.below.engine)
    assert place.problem
    assert "Иванова" not in place.problem
    assert way.failures == 1
    assert way.next_s > 0


@pytest.mark.parametrize("gate", ["g" * 121, "g" * 200, "g\0"])
def test_a_gate_whose_name_cannot_be_kept_is_said_to_be_so(chain: Chain, gate: str) -> None:
    (place,) = joined(chain.below.engine)
    batch = {
        "devices": [{"id": "a" * 32, "gate": gate, "gate_name": "Восток", "public_key": "b" * 64}],
        "lines": [],
        "sent_at": NOW.isoformat(),
    }
    with pytest.raises(Misunderstood):
        chain.air.backend("above", place.token).ask(
            RelayAnswer, "POST", "relay/attendance", body=json.dumps(batch).encode()
        )


def test_a_gate_that_no_record_can_name_is_passed_over(chain: Chain) -> None:
    named = [
        RelayDevice.model_construct(id="a" * 32, gate=gate, gate_name="Восток", public_key="b" * 64)
        for gate in ("g" * 121, "g\0", "good")
    ]
    relay.name_gates(chain.above.engine, "hleb", named)
    assert [gate.id for gate in chain.above.held(["hleb"])["gate"]] == ["good"]


def test_a_request_that_never_ends_is_cut_when_the_hub_ends(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "STOP_S", 0.05)
    asked, cut = threading.Event(), threading.Event()

    def drips(_rounds: object, _place: object) -> None:
        asked.set()
        assert cut.wait(60)
        raise Offline("cut")

    monkeypatch.setattr(Rounds, "go", drips)
    monkeypatch.setattr(HttpBackend, "interrupt", lambda _backend: cut.set())
    runner = Runner(chain.below)
    runner.start()
    assert asked.wait(60)
    runner.stop()
    assert not runner.is_alive()
