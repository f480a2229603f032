"""Enrolment, rosters and journals between gates and a real hub process."""

from __future__ import annotations

import json
import random

import pytest
import requests

from checkin.domain.events import AttendanceEvent, Kind, private
from checkin.domain.headcount import stay
from checkin.errors import DeviceRevoked, SettingsWrong
from checkin.hub import Hub
from checkin.sync.http import HttpBackend
from checkin.wire import PAGE, BatchAnswer, Change, Rejection, Status, record_of
from tests.integration.hub.gates import all_peers, enrol, now, statuses
from tests.integration.hub_process import HubProcess
from tests.unit.hub.hub_world import Journal, party, raw, season


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
