"""The hub counts as the domain does."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import stay, tour_of
from checkin.domain.visit import Flag, Group, Ticket, Visitor
from checkin.hub import Hub, attendance, rows
from checkin.hub.counts import headcount
from checkin.hub.database import reading, writing
from checkin.hub.devices import Enrolled
from checkin.hub.presence import MOVING
from tests.unit.hub.hub_world import NOW, Journal, enrolled, party, raw


def send(hub: Hub, who: Enrolled, journal: Journal, begin: int = 0) -> None:
    lines = [raw(line) for line in journal.lines[begin:]]
    assert all(answer.reason is None for answer in attendance.receive(hub.engine, who, lines, NOW, NOW).answers)


def whole(hub: Hub) -> tuple[int, int, int]:
    line = hub.headcount("bread")[-1]
    assert line.tour is None
    return line.expected, line.inside, line.left


def test_a_line_for_each_tour_and_one_for_the_plant(hub: Hub) -> None:
    journal, who = enrolled(hub)
    journal.write("v1-1")
    journal.write("v2-1", tour="tour-2")
    journal.write("v2-1", Kind.EXIT, tour="tour-2")
    send(hub, who, journal)
    lines = [(line.tour, line.date, line.start, line.expected, line.inside, line.left) for line in hub.headcount()]
    assert lines == [
        ("Экскурсия 1", "2026-08-05", "13:30", 10, 1, 0),
        ("Экскурсия 2", "2026-08-05", "14:30", 10, 0, 1),
        (None, None, None, 20, 1, 1),
    ]


def test_expected_counts_people_once(hub: Hub) -> None:
    hub.put_records(party(heads=25))
    assert whole(hub)[0] == 45
    hub.put_records(
        [
            Group(id="family", plant="bread", tour="tour-1", name="Семья"),
            Visitor(id="f1", plant="bread", tour="tour-1", name="Ли Мэй", group="family"),
            Visitor(
                id="f2", plant="bread", tour="tour-1", name="Ли Вэй", group="family", flags=frozenset({Flag.CANCELLED})
            ),
            Ticket(id="k-family", plant="bread", tour="tour-1", code="FAMILY", group="family", party=2),
        ]
    )
    assert whole(hub)[0] == 46
    hub.put_records([], removed=[("bread", "ticket", "k-school")])
    assert whole(hub)[0] == 21


def test_a_party_comes_in_pieces(hub: Hub) -> None:
    hub.put_records(party(heads=25))
    journal, who = enrolled(hub)
    journal.write("k-school", party=24)
    journal.write("k-school", party=1)
    journal.write("k-school", Kind.EXIT, party=5)
    send(hub, who, journal)
    assert whole(hub) == (45, 20, 5)
    assert hub.conflicts() == []


def test_a_party_that_grows_on_the_list_is_counted_anew(hub: Hub) -> None:
    hub.put_records(party(heads=2))
    journal, who = enrolled(hub)
    journal.write("k-school", party=2)
    journal.write("k-school", party=1)
    send(hub, who, journal)
    assert whole(hub)[1] == 2
    hub.put_records(party(heads=3))
    assert whole(hub)[1] == 3


def test_walk_ins_without_a_subject_count_each(hub: Hub) -> None:
    journal, who = enrolled(hub)
    for _ in range(3):
        journal.write(None, Kind.WALK_IN)
    journal.write(None, Kind.VOID, voids=journal.lines[0].event.id)
    send(hub, who, journal)
    assert whole(hub) == (20, 2, 0)


def test_a_void_before_its_event_and_a_void_of_a_void(hub: Hub) -> None:
    journal, who = enrolled(hub)
    entry = journal.write("v1-1")
    void = journal.write(None, Kind.VOID, voids=entry.event.id)
    attendance.receive(hub.engine, who, [raw(void)], NOW, NOW)
    send(hub, who, journal)
    assert whole(hub)[1] == 0
    journal.write(None, Kind.VOID, voids=void.event.id)
    send(hub, who, journal, begin=2)
    assert whole(hub)[1] == 1


def test_people_without_a_tour_count_in_the_plant(hub: Hub) -> None:
    journal, who = enrolled(hub)
    journal.write("v1-1", tour=None)
    journal.write("v1-2", tour="tour-1")
    send(hub, who, journal)
    hub.put_records([], removed=[("bread", "tour", "tour-1")])
    assert [(line.tour, line.inside) for line in hub.headcount()] == [("Экскурсия 2", 0), (None, 2)]


@pytest.mark.parametrize("clocks", ["right", "wrong"])
def test_random_stories_are_folded_as_the_domain_folds_them(hub: Hub, clocks: str) -> None:
    """With right clocks most events are folded onto what is there, with wrong ones most stories are folded anew."""
    chance = random.Random(5)
    seconds = itertools.count()
    gates = [enrolled(hub, name) for name in ("Главная", "Вторая")]
    subjects = [f"v1-{number}" for number in range(1, 11)]
    sent = [0, 0]
    for _round in range(12):
        for place, (journal, who) in enumerate(gates):
            for _event in range(chance.randrange(12)):
                at = NOW + timedelta(seconds=chance.randrange(10_000) if clocks == "wrong" else next(seconds) // 2)
                if chance.random() < (0.25 if clocks == "wrong" else 0.05) and journal.lines:
                    journal.write(None, Kind.VOID, at=at, voids=chance.choice(journal.lines).event.id)
                else:
                    kind = chance.choice([Kind.ENTRY, Kind.ENTRY, Kind.EXIT, Kind.OVERRIDE, Kind.REFUSAL, Kind.MARK])
                    tour = chance.choice(["tour-1", "tour-1", "tour-1", "tour-2", None])
                    journal.write(chance.choice(subjects), kind, at=at, tour=tour, party=chance.choice([1, 1, 1, 2]))
            send(hub, who, journal, begin=sent[place])
            sent[place] = len(journal.lines)
    events = [line.event for journal, _ in gates for line in journal.lines]
    expected = {}
    for subject in subjects:
        story = _about(subject, events)
        if story:
            now = stay(story, max(event.party for event in story))
            expected[subject] = (now.inside, now.left, now.doubles, tour_of(story, now))
    c = rows.presence.c
    with reading(hub.engine) as connection:
        found = {
            row.subject: (row.inside, row.left, tuple(_doubles(row.doubles)), row.tour)
            for row in connection.execute(select(c.subject, c.inside, c.left, c.doubles, c.tour))
        }
    assert found == expected
    assert any(doubles for _, _, doubles, _ in expected.values())


def _about(subject: str, events: list[AttendanceEvent]) -> list[AttendanceEvent]:
    ids = {event.id for event in events if event.subject == subject and event.kind in MOVING}
    grown = True
    while grown:
        more = {event.id for event in events if event.voids in ids} - ids
        grown = bool(more)
        ids |= more
    return [event for event in events if event.id in ids]


def _doubles(text: str | None) -> list[str]:
    import json

    return list(json.loads(text)) if text else []


def test_a_conflict_names_ticket_visitor_gates_and_times(hub: Hub) -> None:
    (one, one_who), (two, two_who) = enrolled(hub, "Главная"), enrolled(hub, "Вторая")
    first = one.write("v1-1", ticket="k1-1", at=NOW)
    second = two.write("v1-1", ticket="k1-1", at=NOW + timedelta(minutes=1))
    send(hub, two_who, two)
    send(hub, one_who, one)
    (clash,) = hub.conflicts("Завод bread")
    assert (clash.ticket, clash.visitor, clash.tour) == ("bread-1-1", "Иванова Мария 1", "Экскурсия 1")
    assert [(event.event_id, event.gate) for event in clash.events] == [
        (first.event.id, "Главная"),
        (second.event.id, "Вторая"),
    ]
    assert not clash.resolved
    assert whole(hub)[1] == 1
    hub.resolve("bread", second.event.id, "просмотрено")
    assert [clash.resolved for clash in hub.conflicts()] == [True]
    two.write(None, Kind.VOID, voids=second.event.id)
    send(hub, two_who, two, begin=1)
    assert hub.conflicts() == []


def test_the_entry_that_counted_then_is_the_one_named(hub: Hub) -> None:
    (one, one_who), (two, two_who) = enrolled(hub, "Главная"), enrolled(hub, "Вторая")
    first = one.write("v1-1", at=NOW)
    one.write("v1-1", Kind.EXIT, at=NOW + timedelta(minutes=2))
    one.write("v1-1", at=NOW + timedelta(minutes=3))
    double = two.write("v1-1", at=NOW + timedelta(minutes=1))
    send(hub, one_who, one)
    send(hub, two_who, two)
    (clash,) = hub.conflicts()
    assert [event.event_id for event in clash.events] == [first.event.id, double.event.id]


def test_a_zone_that_this_system_does_not_know_does_not_stop_the_count(hub: Hub) -> None:
    c = rows.roster.c
    body = '{"id":"bread","name":"Завод bread","tz":"Mars/Olympus"}'
    with writing(hub.engine) as connection:
        connection.execute(rows.roster.update().where(c.kind == "plant").values(body=body))
    with reading(hub.engine) as connection:
        assert [line.start for line in headcount(connection, "bread")] == ["08:30", "09:30", None]
