"""The alarm at the desk: who is looked for, what marks from several devices come to, and what the end is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from checkin.desk import Direction, Source
from checkin.desk.acts import acts, note_act
from checkin.desk.groups import Groups
from checkin.desk.musters import MusterList, Musters, Person
from checkin.domain.events import GENESIS, AttendanceEvent, Kind, chained
from checkin.domain.muster import Mark, muster
from checkin.domain.people import Act
from checkin.domain.visit import Flag, Gate, Group, Record
from checkin.store.journal import Stored
from tests.field import NOW, Site, crowd, event, plant, school, site, ticket, tour, visitor

MINUTE = timedelta(minutes=1)


def roster() -> list[Record]:
    others = [tour("t2", NOW - timedelta(minutes=30), guide="Орлова Н.", guide_phone="+7 916 123-45-67")]
    people: list[Record] = [
        visitor("child", "Белова Анна", Flag.MINOR, tour="t2"),
        visitor("chair", "Ли", Flag.ADULT, Flag.MOBILITY, tour="t2", language="zh"),
    ]
    codes = [ticket("CHILD", "child", tour="t2"), ticket("CHAIR", "chair", tour="t2")]
    return [plant(), tour(), *others, *crowd(5), *school(25), *people, *codes]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    """Inside are v0, v1, v2 of the crowd, a school of 25 without names, and two of another tour."""
    with site(tmp_path, roster()) as made:
        for code in ("CODE-0", "CODE-1", "CODE-2", "SCHOOL", "CHAIR"):
            assert made.desk.scan(code, Source.CAMERA).word == "admit", code
        made.desk.scan("CHILD", Source.CAMERA, confirmed=frozenset({made.desk.judge("CHILD").reason}))
        made.clock.advance(5 * MINUTE)
        yield made


def listed(gate: Site) -> MusterList:
    found = Musters(gate.desk).listed("hleb")
    assert found is not None
    return found


def people(gate: Site) -> dict[str, Person]:
    return {person.subject: person for section in listed(gate).sections for person in section.people}


def from_peer(gate: Site, *events: AttendanceEvent, device: str = "phone") -> None:
    """Another device's events come by the hub."""
    prev, lines = GENESIS, []
    for number, one in enumerate(events, 1):
        line = chained(replace(one, device=device, seq=number), prev, lambda _digest: "00")
        prev = line.hash
        lines.append(Stored(line, NOW))
    with gate.store.write() as tx:
        tx.journal.take_peers(lines, gate.desk.device.id)


def test_gates_are_told_by_their_names(gate: Site) -> None:
    assert {person.gate for person in people(gate).values()} == {"1"}
    gate.take(Gate(id="1", plant="hleb", name="Восточная"))
    assert {person.gate for person in people(gate).values()} == {"Восточная"}
    with gate.store.write() as tx:
        note_act(gate.desk, tx, Act.SETTING, "p")
        assert [line.gate for line in acts(tx, "hleb", (Kind.ACT,))] == ["Восточная"]


def test_the_log_says_which_alarms_were_drills(gate: Site) -> None:
    musters = Musters(gate.desk)
    for drill in (True, False):
        musters.raise_alarm("hleb", drill=drill)
        gate.clock.advance(MINUTE)
        musters.all_clear("hleb")
        gate.clock.advance(MINUTE)
    with gate.store.read() as tx:
        notes = [line.note for line in acts(tx, "hleb", (Kind.ALARM, Kind.ALL_CLEAR))]
    assert notes == ["учебная", "учебная", "", ""]


def test_totals_and_who_they_are_without_any_alarm(gate: Site) -> None:
    found = listed(gate)
    assert found.muster is None
    assert (found.inside, found.minors, found.mobility) == (30, 1, 1)
    assert found.languages["zh"] == 1
    assert sum(found.languages.values()) == 30
    first, second = found.sections
    assert [first.tour and first.tour.id, second.tour and second.tour.id] == ["t2", "t1"], "by start"
    assert first.tour is not None
    assert first.tour.guide_phone == "+7 916 123-45-67"
    assert [(one.name, one.band, one.mobility, one.language) for one in first.people] == [
        ("Белова Анна", Flag.MINOR, False, "ru"),
        ("Ли", Flag.ADULT, True, "zh"),
    ]
    (school_class,) = [one for one in second.people if one.heads > 1]
    assert (school_class.name, school_class.heads) == ("Школа № 12", 25)
    assert {one.gate for one in first.people} == {"1"}
    assert {one.entered_at for one in first.people} == {NOW}


def test_marks_are_counted_and_the_last_one_counts(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    musters.mark("hleb", "v0", Mark.NOT_FOUND, "видели у склада")
    assert (listed(gate).found, listed(gate).missing) == (0, 30)
    assert people(gate)["v0"].note == "видели у склада"
    musters.mark("hleb", "v0", Mark.ELSEWHERE)
    musters.mark("hleb", "k-SCHOOL", Mark.FOUND)
    found = listed(gate)
    assert (found.inside, found.found, found.missing) == (30, 26, 4)
    assert not found.muster.drill if found.muster else False
    assert gate.inside() == 28, "nobody is let out by a mark"


def test_marks_from_two_devices_come_to_the_same_in_any_order(gate: Site) -> None:
    alarm = event(Kind.ALARM, None, at=NOW + 6 * MINUTE, reason="real", device="a", seq=1, tour=None)
    marks = [
        event(Kind.MARK, "v0", at=NOW + 7 * MINUTE, reason="not_found", device="b", seq=1),
        event(Kind.MARK, "v0", at=NOW + 8 * MINUTE, reason="found", device="a", seq=2),
        event(Kind.MARK, "v1", at=NOW + 9 * MINUTE, reason="found", device="b", seq=2),
        event(Kind.MARK, None, at=NOW + 9 * MINUTE, reason="not_listed", device="a", seq=3),
    ]
    told = {
        (tuple(sorted((who, mark.reason) for who, mark in one.marks.items())), len(one.not_listed), one.started_at)
        for order in permutations([alarm, *marks])
        for one in [muster(order)]
        if one is not None
    }
    assert told == {((("v0", "found"), ("v1", "found")), 1, alarm.at)}


def test_a_phones_marks_and_the_gates_stand_on_one_list(gate: Site) -> None:
    Musters(gate.desk).raise_alarm("hleb", drill=False)
    gate.clock.advance(2 * MINUTE)
    at = gate.clock.now()
    from_peer(gate, event(Kind.MARK, "v1", at=at, reason="found", gate="телефон"))
    Musters(gate.desk).mark("hleb", "v0", Mark.FOUND)
    assert {who for who, person in people(gate).items() if person.safe} == {"v0", "v1"}


def test_a_second_alarm_joins_the_first(gate: Site) -> None:
    musters = Musters(gate.desk)
    first = musters.raise_alarm("hleb", drill=False)
    musters.mark("hleb", "v0", Mark.FOUND)
    gate.clock.advance(MINUTE)
    assert musters.raise_alarm("hleb", drill=False).id == first.id
    assert musters.raise_alarm("hleb", drill=True).id == first.id, "a drill does not make a fire a drill"
    from_peer(gate, event(Kind.ALARM, None, at=gate.clock.now(), reason="real", tour=None))
    found = listed(gate)
    assert found.muster is not None
    assert (found.muster.started_at, found.found) == (first.at, 1)


def test_a_drill_is_a_drill_until_it_is_none(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=True)
    musters.mark("hleb", "v0", Mark.FOUND)
    drill = listed(gate).muster
    assert drill is not None
    assert drill.drill
    gate.clock.advance(3 * MINUTE)
    musters.raise_alarm("hleb", drill=False)
    real = listed(gate)
    assert real.muster is not None
    assert not real.muster.drill
    assert real.muster.started_at == gate.clock.now()
    assert real.found == 0, "where people stood in the drill says nothing"


def test_who_is_not_marked_after_ten_minutes_is_overdue(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    musters.mark("hleb", "v0", Mark.FOUND)
    musters.mark("hleb", "v1", Mark.NOT_FOUND)
    gate.clock.advance(10 * MINUTE - timedelta(seconds=1))
    assert not any(person.overdue for person in people(gate).values())
    gate.clock.advance(timedelta(seconds=1))
    overdue = {who for who, person in people(gate).items() if person.overdue}
    assert overdue == {"v1", "v2", "k-SCHOOL", "chair", "child"}
    assert listed(gate).found == 1, "nobody is safe because a clock ran out"


def test_who_leaves_during_the_muster(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    for who in ("v0", "v1"):
        musters.mark("hleb", who, Mark.FOUND if who == "v0" else Mark.NOT_FOUND)
    gate.clock.advance(MINUTE)
    for code in ("CODE-0", "CODE-1", "CODE-2"):
        gate.desk.scan(code, Source.CAMERA, Direction.OUT)
    found = listed(gate)
    assert people(gate)["v0"].safe, "found, and gone home since: still found"
    assert "v1" not in people(gate), "went out by a gate: not looked for any more"
    assert "v2" not in people(gate)
    assert (found.inside, found.found, found.missing) == (28, 1, 27)
    musters.mark("hleb", "nobody-at-all", Mark.FOUND)
    assert listed(gate).inside == 28


def test_who_comes_in_during_the_muster_is_looked_for(gate: Site) -> None:
    Musters(gate.desk).raise_alarm("hleb", drill=False)
    gate.desk.scan("CODE-3", Source.CAMERA)
    assert "v3" in people(gate)
    assert listed(gate).missing == 31


def test_a_stranger_is_kept_beside_the_list(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    musters.stranger("hleb", " Водитель автобуса ", "ждал у ворот")
    found = listed(gate)
    assert found.muster is not None
    (stranger,) = found.muster.not_listed
    assert stranger.private is not None
    assert (stranger.private.name, stranger.private.note) == ("Водитель автобуса", "ждал у ворот")
    assert (found.inside, found.found) == (30, 0)


def test_all_clear_ends_it_and_the_next_alarm_begins_with_nobody_found(gate: Site) -> None:
    musters = Musters(gate.desk)
    assert musters.all_clear("hleb") is None, "no muster was on"
    musters.raise_alarm("hleb", drill=False)
    musters.mark("hleb", "v0", Mark.FOUND)
    gate.clock.advance(12 * MINUTE)
    assert musters.all_clear("hleb") is not None
    assert musters.all_clear("hleb") is None
    over = listed(gate)
    assert over.muster is not None
    assert not over.muster.on
    assert over.found == 1, "for the report"
    gate.clock.advance(MINUTE)
    gate.desk.scan("CODE-3", Source.CAMERA)
    assert not people(gate)["v3"].overdue, "came when it was over"
    musters.mark("hleb", "v1", Mark.FOUND)
    assert people(gate)["v1"].mark is None, "a mark without a muster says nothing"
    musters.raise_alarm("hleb", drill=False)
    assert listed(gate).found == 0


def test_guests_and_substitutes_are_on_the_list_by_their_own_names(gate: Site) -> None:
    gate.take(Group(id="7b", plant="hleb", tour="t1", name="7 «Б»"))
    gate.take(visitor("m1", "Громов Глеб", Flag.MINOR, group="7b"), ticket("M-1", "m1"))
    groups = Groups(gate.desk)
    card = groups.open_group("hleb", "7b")
    assert card is not None
    guest = groups.walk_in(card, "Внуков Семён", "")
    groups.substitute(card, "m1", "Ежова Вера", "")
    who = people(gate)
    assert (who["m1"].name, who["m1"].band, who["m1"].group) == ("Ежова Вера", None, "7 «Б»")
    assert guest.subject is not None
    assert (who[guest.subject].name, who[guest.subject].group) == ("Внуков Семён", "7 «Б»")
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    musters.mark("hleb", guest.subject, Mark.FOUND)
    assert listed(gate).found == 1


def test_a_ticket_at_the_meeting_point_marks_its_bearer(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    before = len(gate.events)
    shown = musters.ticket_shown("hleb", "CODE-1")
    assert (shown.marked, shown.name) == (True, "Кузнецов Пётр")
    assert people(gate)["v1"].mark is Mark.FOUND
    party = musters.ticket_shown("hleb", "SCHOOL")
    assert (party.marked, party.heads) == (False, 25), "25 are not found by one sheet of paper"
    gate.desk.scan("CODE-2", Source.CAMERA, Direction.OUT)
    assert musters.ticket_shown("hleb", "CODE-2").heads == 0
    assert not musters.ticket_shown("hleb", "nobody's").marked
    assert [one.kind for one in gate.events[before:]] == [Kind.MARK, Kind.EXIT], "a look writes nothing"


def test_the_story_of_a_muster_keeps_the_names_of_those_who_left(gate: Site) -> None:
    musters = Musters(gate.desk)
    assert musters.story("hleb") is None
    musters.raise_alarm("hleb", drill=False)
    musters.mark("hleb", "v1", Mark.NOT_FOUND)
    gate.clock.advance(MINUTE)
    gate.desk.scan("CODE-1", Source.CAMERA, Direction.OUT)
    musters.all_clear("hleb")
    gate.clock.advance(MINUTE)
    gate.desk.scan("CODE-2", Source.CAMERA, Direction.OUT)
    story = musters.story("hleb")
    assert story is not None
    assert [one.kind for one in story.events] == [Kind.ALARM, Kind.MARK, Kind.EXIT, Kind.ALL_CLEAR]
    assert story.names == {"v1": "Кузнецов Пётр"}


def test_who_was_found_and_leaves_after_the_all_clear_is_inside_no_more(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    musters.mark("hleb", "v1", Mark.FOUND)
    musters.all_clear("hleb")
    gate.clock.advance(MINUTE)
    assert "v1" in people(gate)
    gate.desk.scan("CODE-1", Source.CAMERA, Direction.OUT)
    assert "v1" not in people(gate), "nobody looks into a burning hall for who went home"
    story = musters.story("hleb")
    assert story is not None
    assert "v1" in {one.subject for section in story.listed.sections for one in section.people}


def test_an_alarm_at_a_plant_that_is_not_known(gate: Site) -> None:
    assert Musters(gate.desk).listed("nowhere") is None
    assert Musters(gate.desk).raise_alarm("nowhere", drill=True).reason == "drill", "the alarm is kept all the same"


def test_an_alarm_goes_on_over_midnight_and_a_clock_set_back(gate: Site) -> None:
    musters = Musters(gate.desk)
    musters.raise_alarm("hleb", drill=False)
    gate.clock.jump(NOW - timedelta(hours=1))
    musters.mark("hleb", "v0", Mark.FOUND)
    assert people(gate)["v0"].safe, "a device's own order goes before its clock"
    gate.clock.jump(NOW + timedelta(days=1))
    musters.mark("hleb", "v1", Mark.FOUND)
    assert listed(gate).found == 2
