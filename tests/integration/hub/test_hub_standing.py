"""What a hub notes of lines that wait for the one above, and what it says it holds, on either database."""

from __future__ import annotations

from checkin.hub import Hub, attendance, relay
from checkin.hub.attendance import Held
from checkin.hub.database import reading, writing
from checkin.hub.findings import WAITS, Finding, keep_waiting, still_waiting, taken
from tests.unit.hub.hub_world import NOW, enrolled, raw


def test_a_line_that_waits_heals_and_may_wait_again(hub: Hub) -> None:
    one = ("a" * 32, Finding(3, WAITS, "event-3"))
    for _ in range(2):
        with writing(hub.engine) as connection:
            keep_waiting(connection, "bread", [one], NOW)
        with reading(hub.engine) as connection:
            assert still_waiting(connection, "bread") == [one]
        with writing(hub.engine) as connection:
            taken(connection, "bread", one[0], 3, NOW)
        with reading(hub.engine) as connection:
            assert still_waiting(connection, "bread") == []
    (found,) = hub.findings("bread")
    assert found.healed_at == NOW


def test_what_is_held_of_a_journal_with_a_gap(hub: Hub) -> None:
    journal, who = enrolled(hub)
    for number in range(1, 7):
        journal.write(f"v1-{number}")
    lines = [raw(line) for line in journal.lines]
    attendance.receive(hub.engine, who, lines[2:], NOW, NOW)
    assert attendance.held(hub.engine, who) == Held(0, 4)
    assert relay.newest(hub.engine, "bread") == 4
    assert relay.position_of(hub.engine, "bread", journal.lines[3].event.id) == 2
    assert relay.position_of(hub.engine, "bread", "nobody's") is None
    attendance.receive(hub.engine, who, lines[:2], NOW, NOW)
    assert attendance.held(hub.engine, who) == Held(6, 0)
