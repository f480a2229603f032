"""An answer for each line, whatever the others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from checkin.domain.events import AttendanceEvent, JournalLine, Kind, chained, new_id, private
from checkin.hub import Hub, attendance, peers, rows
from checkin.hub.database import reading
from checkin.hub.devices import Enrolled
from checkin.wire import Answer, PeerPage, Rejection, Status, line_in
from tests.unit.hub.hub_world import NOW, Journal, enrolled, raw

ACCEPTED = (Status.ACCEPTED, None)
DUPLICATE = (Status.DUPLICATE, None)


def send(hub: Hub, who: Enrolled, lines: Sequence[JournalLine | dict[str, Any] | object]) -> list[Answer]:
    given = [raw(line) if isinstance(line, JournalLine) else line for line in lines]
    return attendance.receive(hub.engine, who, given, NOW, hub.clock.now()).answers


def said(answers: list[Answer]) -> list[tuple[Status, Rejection | None]]:
    return [(answer.status, answer.reason) for answer in answers]


def rejected(reason: Rejection) -> tuple[Status, Rejection]:
    return Status.REJECTED, reason


def stored(hub: Hub) -> int:
    with reading(hub.engine) as connection:
        return connection.execute(select(func.count()).select_from(rows.attendance)).scalar_one()


def faults(hub: Hub) -> list[tuple[int, str]]:
    return sorted((found.seq, found.fault) for found in hub.findings() if found.healed_at is None)


def test_lines_are_stored_once_however_often_they_come(hub: Hub) -> None:
    journal, who = enrolled(hub)
    lines = [journal.write(f"v1-{number}") for number in range(1, 6)]
    assert said(send(hub, who, lines)) == [ACCEPTED] * 5
    assert said(send(hub, who, lines)) == [DUPLICATE] * 5
    assert said(send(hub, who, [*lines[3:], journal.write("v1-6")])) == [DUPLICATE, DUPLICATE, ACCEPTED]
    assert stored(hub) == 6
    assert hub.findings() == []


def test_a_line_twice_in_one_batch(hub: Hub) -> None:
    journal, who = enrolled(hub)
    line = journal.write("v1-1")
    assert said(send(hub, who, [line, line])) == [ACCEPTED, DUPLICATE]


def test_a_poisoned_line_never_blocks_those_behind_it(hub: Hub) -> None:
    journal, who = enrolled(hub)
    first, second, third = (journal.write(f"v1-{number}") for number in (1, 2, 3))
    poison = raw(second)
    poison["event"]["subject"] = "v1-9"
    assert said(send(hub, who, [first, poison, third])) == [ACCEPTED, rejected(Rejection.CHANGED), ACCEPTED]
    assert faults(hub) == [(2, "changed"), (3, "gap")]


def test_a_gap_heals_when_the_missing_line_comes(hub: Hub) -> None:
    journal, who = enrolled(hub)
    first, second, third, fourth = (journal.write(f"v1-{number}") for number in range(1, 5))
    assert said(send(hub, who, [first, fourth])) == [ACCEPTED, ACCEPTED]
    assert faults(hub) == [(4, "gap")]
    assert said(send(hub, who, [third])) == [ACCEPTED]
    assert faults(hub) == [(3, "gap")]
    assert said(send(hub, who, [second])) == [ACCEPTED]
    assert faults(hub) == []
    assert {found.fault for found in hub.findings()} == {"gap"}


def test_lines_out_of_order_in_one_batch_leave_no_finding(hub: Hub) -> None:
    journal, who = enrolled(hub)
    lines = [journal.write(f"v1-{number}") for number in range(1, 5)]
    assert said(send(hub, who, lines[::-1])) == [ACCEPTED] * 4
    assert faults(hub) == []


def test_two_lines_under_one_number_are_a_fork(hub: Hub) -> None:
    journal, who = enrolled(hub)
    first, second = journal.write("v1-1"), journal.write("v1-2")
    del journal.lines[1]
    other = journal.write("v1-3")
    follower = journal.write("v1-4")
    assert said(send(hub, who, [first, second, other, follower])) == [
        ACCEPTED,
        ACCEPTED,
        rejected(Rejection.FORK),
        ACCEPTED,
    ]
    assert faults(hub) == [(2, "fork"), (3, "fork")]


def test_an_id_names_one_event(hub: Hub) -> None:
    journal, who = enrolled(hub)
    first = journal.write("v1-1")
    second = journal.write("v1-2", id=first.event.id)
    assert said(send(hub, who, [first, second])) == [ACCEPTED, rejected(Rejection.ID_TAKEN)]


def test_another_devices_or_plants_or_gates_events_are_not_taken(hub: Hub) -> None:
    journal, who = enrolled(hub)
    stranger, _ = enrolled(hub, "Вторая")
    strange = [
        stranger.write("v1-1"),
        journal.write("v1-1", plant="steel"),
        journal.write("v1-1", gate="Вторая"),
    ]
    assert said(send(hub, who, strange)) == [
        rejected(Rejection.WRONG_GATE),
        rejected(Rejection.WRONG_PLANT),
        rejected(Rejection.WRONG_GATE),
    ]
    assert stored(hub) == 0


def test_events_from_before_the_device_moved_to_another_gate_are_taken(hub: Hub) -> None:
    journal, who = enrolled(hub)
    early = journal.write("v1-1")
    moved, now_here = enrolled_again(hub, journal, "Вторая")
    assert moved.gate != early.event.gate
    assert said(send(hub, now_here, [early, journal.write("v1-2")])) == [ACCEPTED, ACCEPTED]
    assert who.gate != now_here.gate


def enrolled_again(hub: Hub, journal: Journal, gate: str) -> tuple[Journal, Enrolled]:
    from checkin.hub import devices

    journal.take(devices.enrol(hub.engine, journal.request(hub.invite("bread", gate)), hub.clock.now()))
    who = devices.bearer(hub.engine, journal.token, hub.clock.now())
    assert who is not None
    return journal, who


def test_a_line_that_another_key_signed(hub: Hub) -> None:
    journal, who = enrolled(hub)
    forged = chained(journal.write("v1-1").event, "0" * 64, Journal().sign)
    unsigned = replace(journal.lines[0], signature="")
    assert said(send(hub, who, [forged, unsigned])) == [rejected(Rejection.SIGNATURE)] * 2


def test_the_private_part_must_be_what_was_hashed_or_gone(hub: Hub) -> None:
    journal, who = enrolled(hub)
    named, purged = (journal.write(kind=Kind.WALK_IN, private=private("Ли Мэй")) for _ in range(2))
    altered = raw(named)
    altered["event"]["private"]["name"] = "Кто-то другой"
    without = replace(purged, event=replace(purged.event, private=None))
    assert said(send(hub, who, [altered, named, without])) == [rejected(Rejection.PRIVATE), ACCEPTED, ACCEPTED]


@pytest.mark.parametrize(
    "fields",
    [
        {"at": "2026-08-05T10:00:00"},  # no zone
        {"at": "9999-12-31T23:59:59-10:00"},
        {"at": "0001-01-01T00:00:00+10:00"},
        {"at": "yesterday"},
        {"at": 1e300},
        {"seq": 0},
        {"seq": -1},
        {"seq": 2**63},
        {"seq": 10**400},
        {"party": 0},
        {"party": 10**9},
        {"id": ""},
        {"id": "x" * 65},
        {"id": 7},
        {"kind": "party"},
        {"subject": "a\0b"},
        {"reason": "x" * 201},
        {"code": "x" * 20_000},
        {"private": {"salt": "zz"}},
        {"private": "Иванова"},
        {"gate": None},
    ],
)
def test_what_cannot_be_an_event_is_malformed(hub: Hub, fields: dict[str, Any]) -> None:
    journal, who = enrolled(hub)
    good = journal.write("v1-1")
    bad = raw(good)
    bad["event"] = bad["event"] | fields
    assert said(send(hub, who, [bad, good])) == [rejected(Rejection.MALFORMED), ACCEPTED]


@pytest.mark.parametrize("line", [None, 7, "x", [], {}, {"event": None}, {"event": {"id": "a\0" * 300}}, {"event": []}])
def test_what_cannot_be_a_line_is_malformed(hub: Hub, line: object) -> None:
    journal, who = enrolled(hub)
    assert said(send(hub, who, [line, journal.write("v1-1")])) == [rejected(Rejection.MALFORMED), ACCEPTED]


def test_the_clock_of_the_gate_is_noted(hub: Hub) -> None:
    _, who = enrolled(hub)
    attendance.receive(hub.engine, who, [], datetime(2026, 8, 5, 7, 31, tzinfo=UTC), NOW)
    assert [device.clock_offset_s for device in hub.devices()] == [60.0]


def test_peers_get_the_lines_whole_and_not_their_own(hub: Hub) -> None:
    journal, who = enrolled(hub)
    other, other_who = enrolled(hub, "Вторая")
    mine = [journal.write("v1-1"), journal.write(kind=Kind.WALK_IN, private=private('Ли "Мэй"', "<b>\u2028"))]
    send(hub, who, mine)
    send(hub, other_who, [other.write("v1-2")])
    page = PeerPage.model_validate_json(peers.peers(hub.engine, other_who, "", 500, NOW).text)
    assert [line_in(line.line) for line in page.lines] == mine
    assert not page.more
    again = peers.peers(hub.engine, other_who, page.cursor, 500, NOW)
    assert again.empty
    assert again.cursor == page.cursor


def test_peers_in_pages(hub: Hub) -> None:
    journal, who = enrolled(hub)
    _, reader = enrolled(hub, "Вторая")
    lines = [journal.write(f"v1-{number}") for number in range(1, 8)]
    send(hub, who, lines)
    got: list[AttendanceEvent] = []
    cursor, more = "", True
    while more:
        page = PeerPage.model_validate_json(peers.peers(hub.engine, reader, cursor, 3, NOW).text)
        got += [line_in(line.line).event for line in page.lines]
        cursor, more = page.cursor, page.more
    assert got == [line.event for line in lines]


def test_an_answer_names_its_event(hub: Hub) -> None:
    journal, who = enrolled(hub)
    line = journal.write("v1-1")
    assert [answer.id for answer in send(hub, who, [line, {"event": {"id": "abc"}}])] == [line.event.id, "abc"]
    assert new_id() != new_id()


def test_events_from_before_the_device_ever_enrolled_are_taken(hub: Hub) -> None:
    journal, who = enrolled(hub)
    assert said(send(hub, who, [journal.write("v1-1", gate="Стол у входа")])) == [ACCEPTED]
