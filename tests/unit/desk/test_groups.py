"""Groups at the desk: what a school class, a big group, a family without its leader and a guest come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checkin.desk import Direction, Place, Source
from checkin.desk.groups import GroupCard, Groups, NotTaken
from checkin.desk.overview import find, recent_scans
from checkin.domain.admission import QUESTIONS, Admit, Reason, Refuse
from checkin.domain.events import Kind
from checkin.domain.visit import DocumentRule, Flag, Group, Policy, Record, StopEntry, Ticket, Visitor
from tests.field import NOW, Site, event, plant, site, tour, visitor

ALL = frozenset(QUESTIONS)


def member(number: int, *flags: Flag, group: str = "7b", name: str = "", **fields: object) -> list[Record]:
    """Visitor ``v<number>`` of a group and the ticket ``C-<number>``."""
    title = name or f"Ученик {number:02}"
    given = {"group": group, "tour": "t1"} | fields
    who = visitor(f"v{number}", title, *flags, **given)
    return [who, Ticket(id=f"k{number}", plant="hleb", tour=who.tour, code=f"C-{number}", visitor=who.id)]


def school_class(pupils: int = 23, adults: int = 2, **policy: Any) -> list[Record]:
    """7 «Б»: adults are v1, v2; pupils v10 and on."""
    records: list[Record] = [plant(**policy), tour(), Group(id="7b", plant="hleb", tour="t1", name="7 «Б»")]
    for number in range(1, adults + 1):
        records += member(number, Flag.ADULT, name=f"Учитель {number}")
    for number in range(10, 10 + pupils):
        records += member(number, Flag.MINOR)
    return records


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, school_class()) as made:
        yield made


def opened(gate: Site, group: str = "7b") -> GroupCard:
    card = Groups(gate.desk).open_group("hleb", group)
    assert card is not None
    return card


def ids(card: GroupCard, *absent: str) -> set[str]:
    return {one.visitor.id for one in card.members} - set(absent)


def reasons(held: tuple[tuple[Visitor, object], ...]) -> dict[str, Reason]:
    return {who.id: verdict.reason for who, verdict in held}  # type: ignore[attr-defined]


def moves(gate: Site) -> list[tuple[Kind, str | None]]:
    return [(one.kind, one.subject) for one in gate.events]


def test_a_class_of_25_with_two_absentees_comes_in_at_once(gate: Site) -> None:
    card = Groups(gate.desk).find("C-17")
    assert card is not None
    assert len(card.members) == card.coming == 25
    assert card.questions == {}, "the teachers go in first, so no pupil waits for an adult"
    result = Groups(gate.desk).admit(card, ids(card, "v12", "v20"))
    assert len(result.events) == result.card.inside == gate.inside() == 23
    assert result.held == ()
    assert [one.visitor.id for one in result.card.members if not one.inside] == ["v12", "v20"]
    assert [one.subject for one in gate.events][:2] == ["v1", "v2"], "adults first"
    assert {one.at for one in gate.events} == {NOW}


def test_a_late_comer_joins_by_one_scan(gate: Site) -> None:
    card = opened(gate)
    Groups(gate.desk).admit(card, ids(card, "v12"))
    gate.clock.advance(timedelta(minutes=20))
    assert gate.desk.scan("C-12", Source.CAMERA).verdict == Admit()
    assert opened(gate).inside == 25


def test_a_stale_card_admits_nobody_twice(gate: Site) -> None:
    stale = opened(gate)
    gate.desk.scan("C-1", Source.CAMERA)
    result = Groups(gate.desk).admit(stale, ids(stale))
    assert reasons(result.held) == {"v1": Reason.ALREADY_USED}
    assert gate.inside() == 25
    again = Groups(gate.desk).admit(stale, ids(stale))
    assert again.events == ()
    assert len(again.held) == 25


def test_a_group_of_forty_and_a_capacity_that_ends_inside_it(tmp_path: Path) -> None:
    records = [one for one in school_class(38, 2) if getattr(one, "title", "") == ""]
    with site(tmp_path, [*records, tour(capacity=39)]) as gate:
        card = opened(gate)
        assert len(card.members) == 40
        assert card.coming == 39
        result = Groups(gate.desk).admit(card, ids(card))
        assert len(result.events) == 39
        assert list(reasons(result.held).values()) == [Reason.TOUR_FULL]


def test_namesakes_are_two_people(tmp_path: Path) -> None:
    records: list[Record] = [plant(), tour(), Group(id="7b", plant="hleb", tour="t1", name="7 «Б»")]
    for number, name in ((1, "Кузнецов Пётр"), (2, "Кузнецов Петр"), (3, "Кузнецов Пётр")):
        records += member(number, name=name, birth_year=2010 + number)
    with site(tmp_path, records) as gate:
        card = opened(gate)
        assert [one.visitor.id for one in card.members if one.visitor.name == "Кузнецов Пётр"] == ["v1", "v3"]
        result = Groups(gate.desk).admit(card, {"v3"})
        assert [one.subject for one in result.events] == ["v3"]
        assert gate.desk.scan("C-1", Source.CAMERA).verdict == Admit()
        assert gate.inside() == 2


def test_a_visitor_in_two_tours_of_a_day_is_two_stays(tmp_path: Path) -> None:
    later = tour("t2", NOW + timedelta(hours=2))
    records = [*school_class(), later, Group(id="mk", plant="hleb", tour="t2", name="Кружок")]
    records += member(50, Flag.ADULT, group="mk", name="Ученик 11", tour="t2")
    records += member(51, Flag.ADULT, group="mk", tour="t2")
    with site(tmp_path, records) as gate:
        card = opened(gate)
        Groups(gate.desk).admit(card, ids(card))
        assert gate.desk.scan("C-50", Source.CAMERA).reason is Reason.TOO_EARLY
        Groups(gate.desk).let_out(card, ids(card))
        gate.clock.advance(timedelta(minutes=91))
        assert gate.desk.scan("C-50", Source.CAMERA).verdict == Admit()
        assert (gate.inside(), gate.inside("t2")) == (0, 1)
        assert gate.desk.scan("C-11", Source.CAMERA).reason is Reason.TOO_LATE, "of the first tour"


def test_a_tour_ends_while_people_are_inside(gate: Site) -> None:
    card = opened(gate)
    Groups(gate.desk).admit(card, ids(card, "v12"))
    gate.clock.advance(timedelta(hours=3))
    late = opened(gate)
    assert late.inside == 24, "no clock signs anybody out"
    verdict = next(one.verdict for one in late.members if one.visitor.id == "v12")
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.TOO_LATE
    assert len(Groups(gate.desk).let_out(late, ids(late)).events) == 24
    assert gate.inside() == 0


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Moscow", datetime(2026, 8, 5, 23, 30)),  # noqa: DTZ001 - made aware below
        ("Asia/Vladivostok", datetime(2026, 12, 31, 23, 30)),  # noqa: DTZ001
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30)),  # noqa: DTZ001 - 3:00 becomes 2:00
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 30)),  # noqa: DTZ001 - 2:00 becomes 3:00
    ],
)
def test_midnight_and_a_change_of_clocks_in_between(tmp_path: Path, zone: str, start: datetime) -> None:
    begin = start.replace(tzinfo=ZoneInfo(zone)).astimezone(NOW.tzinfo)
    records = [one for one in school_class() if one.id not in ("hleb", "t1")]
    with site(tmp_path, [*records, plant(tz=zone), tour(start=begin, minutes=120)]) as gate:
        gate.clock.jump(begin)
        card = opened(gate)
        assert card.coming == 25
        Groups(gate.desk).admit(card, ids(card, "v12"))
        gate.clock.advance(timedelta(minutes=75))
        assert gate.desk.scan("C-12", Source.CAMERA).verdict == Admit(), "the tour goes on past midnight"
        gate.clock.advance(timedelta(minutes=90))
        assert opened(gate).inside == 25
        assert gate.desk.scan("C-1", Source.CAMERA, Direction.OUT).reason is Reason.LEFT


def test_a_group_whose_leader_is_refused(tmp_path: Path) -> None:
    stop = StopEntry(id="s1", plant="hleb", name="Учитель Иван")
    records = [*school_class(3, 0), *member(1, Flag.ADULT, name="Учитель Иван"), stop]
    with site(tmp_path, records) as gate:
        card = opened(gate)
        assert card.coming == 3
        assert set(card.questions) == {Reason.NEEDS_ADULT}, "the only adult stays outside, so the pupils need one"
        result = Groups(gate.desk).admit(card, ids(card))
        assert result.events == ()
        assert reasons(result.held)["v1"] is Reason.STOP_LIST
        assert set(reasons(result.held).values()) == {Reason.STOP_LIST, Reason.NEEDS_ADULT}
        settled = Groups(gate.desk).admit(card, ids(card), frozenset({Reason.NEEDS_ADULT}))
        assert [one.subject for one in settled.events] == ["v10", "v11", "v12"]
        assert reasons(settled.held) == {"v1": Reason.STOP_LIST}


def test_somebody_on_the_stop_list_is_held_while_the_others_go_in(tmp_path: Path) -> None:
    with site(tmp_path, [*school_class(), StopEntry(id="s", plant="hleb", name="Учитель 2")]) as gate:
        card = opened(gate)
        result = Groups(gate.desk).admit(card, ids(card))
        assert len(result.events) == 24
        assert reasons(result.held) == {"v2": Reason.STOP_LIST}


def test_minors_for_each_adult_are_counted_over_the_group(tmp_path: Path) -> None:
    with site(tmp_path, school_class(23, 2, minors_per_adult=10)) as gate:
        card = opened(gate)
        assert len(card.questions[Reason.NEEDS_ADULT]) == 3
        result = Groups(gate.desk).admit(card, ids(card))
        assert len(result.events) == 22
        assert list(reasons(result.held).values()) == [Reason.NEEDS_ADULT] * 3
        rest = Groups(gate.desk).admit(card, set(reasons(result.held)), frozenset({Reason.NEEDS_ADULT}))
        assert len(rest.events) == 3
        assert gate.inside() == 25


def test_the_leaders_document_is_enough_where_the_plant_says_so(tmp_path: Path) -> None:
    with site(tmp_path, school_class(document=DocumentRule.LEADER)) as gate:
        card = opened(gate)
        assert card.questions == {Reason.NEEDS_DOCUMENT: ("Учитель 1",)}
        result = Groups(gate.desk).admit(card, ids(card, "v2"), frozenset({Reason.NEEDS_DOCUMENT}))
        assert len(result.events) == 24
        assert [one.subject for one in gate.events if one.confirmed] == ["v1"], "only the one who showed it"
        assert gate.desk.scan("C-2", Source.CAMERA).verdict == Admit(), "seen for the group already"


def test_everyones_document_is_asked_of_everyone(tmp_path: Path) -> None:
    with site(tmp_path, school_class(3, 1, document=DocumentRule.EVERYONE)) as gate:
        card = opened(gate)
        assert len(card.questions[Reason.NEEDS_DOCUMENT]) == 4
        assert Groups(gate.desk).admit(card, ids(card)).events == ()
        result = Groups(gate.desk).admit(card, ids(card), frozenset({Reason.NEEDS_DOCUMENT}))
        assert [one.confirmed for one in result.events] == [("needs_document",)] * 4


def test_a_question_that_was_not_asked_of_somebody_is_not_written_of_them(gate: Site) -> None:
    card = opened(gate)
    Groups(gate.desk).admit(card, ids(card), ALL)
    assert {one.confirmed for one in gate.events if one.kind is Kind.ENTRY} == {()}


def test_a_group_is_briefed_once(tmp_path: Path) -> None:
    with site(tmp_path, school_class(3, 1, briefing=True, briefing_version="3")) as gate:
        card = opened(gate)
        assert not card.briefed
        assert len(card.questions[Reason.NEEDS_BRIEFING]) == 4
        Groups(gate.desk).admit(card, {"v1", "v10"}, frozenset({Reason.NEEDS_BRIEFING}))
        after = opened(gate)
        assert after.briefed
        assert after.questions == {}
        Groups(gate.desk).admit(after, {"v11"})
        briefings = [one for one in gate.events if one.kind is Kind.BRIEFING]
        assert [(one.group, one.reason) for one in briefings] == [("7b", "3")]
        assert gate.desk.scan("C-12", Source.CAMERA).verdict == Admit()


def test_a_tour_with_one_briefed_group_still_briefs_the_other(tmp_path: Path) -> None:
    records = [*school_class(2, 1, briefing=True), Group(id="9a", plant="hleb", tour="t1", name="9 «А»")]
    for number in (40, 41):
        records += member(number, Flag.ADULT, group="9a", name=f"Ящиков {number}")
    with site(tmp_path, records) as gate:
        groups = Groups(gate.desk)
        groups.brief(opened(gate))
        whole = groups.open_tour("hleb", "t1")
        assert whole is not None
        assert not whole.briefed
        assert set(whole.questions[Reason.NEEDS_BRIEFING]) == {"Ящиков 40", "Ящиков 41"}
        groups.admit(whole, ids(whole), frozenset({Reason.NEEDS_BRIEFING}))
        assert opened(gate, "9a").briefed


def test_leaving_with_one_missing_names_them_until_they_leave(gate: Site) -> None:
    groups = Groups(gate.desk)
    card = opened(gate)
    groups.admit(card, ids(card))
    assert groups.remained("hleb", NOW) == []
    result = groups.let_out(card, ids(card, "v15"))
    assert len(result.events) == 24
    assert result.card.remained == ("Ученик 15",)
    assert [one.remained for one in groups.remained("hleb", NOW)] == [("Ученик 15",)]
    gate.clock.advance(timedelta(days=1))
    assert gate.inside() == 1, "a day later still inside"
    assert gate.desk.scan("C-15", Source.CAMERA, Direction.OUT).reason is Reason.LEFT
    assert groups.remained("hleb", NOW) == []


def test_letting_out_touches_only_who_is_inside_and_ticked(gate: Site) -> None:
    groups = Groups(gate.desk)
    card = opened(gate)
    groups.admit(card, {"v1", "v10"})
    result = groups.let_out(card, {"v1", "v12"})
    assert [(one.kind, one.subject) for one in result.events] == [(Kind.EXIT, "v1")]
    assert groups.let_out(card, {"v1"}).events == ()


def test_a_group_comes_back_in(gate: Site) -> None:
    groups = Groups(gate.desk)
    card = opened(gate)
    groups.admit(card, ids(card))
    groups.let_out(card, ids(card))
    again = groups.admit(card, ids(card))
    assert {one.reason for one in again.events} == {Reason.ADMITTED_AGAIN}
    assert gate.inside() == 25


def test_undoing_a_groups_entry_restores_what_was(gate: Site) -> None:
    card = opened(gate)
    result = Groups(gate.desk).admit(card, ids(card))
    assert all(gate.desk.undo(one.id) for one in result.events)
    after = opened(gate)
    assert gate.inside() == after.inside == 0
    assert after.coming == 25
    assert [one.stay for one in after.members] == [one.stay for one in card.members]
    assert not gate.desk.undo(result.events[0].id), "once"


def test_a_walk_in_is_counted_and_can_leave(gate: Site) -> None:
    groups = Groups(gate.desk)
    card = opened(gate)
    groups.admit(card, ids(card))
    came = groups.walk_in(card, " Внуков Семён ", "брат ученика", supervisor="Гусева А.")
    assert came.private is not None
    assert (came.private.name, came.private.note) == ("Внуков Семён", "брат ученика [Гусева А.]")
    after = opened(gate)
    assert [guest.name for guest in after.guests] == ["Внуков Семён"]
    assert after.inside == after.count.inside == 26
    assert after.count.walk_ins == 1
    left = groups.let_out(after, ids(after))
    assert left.card.remained == ("Внуков Семён",), "he has no ticket, and is asked for all the same"
    assert [one.remained for one in groups.remained("hleb", NOW)] == [("Внуков Семён",)]
    with gate.desk.store.read() as tx:
        (found,) = find(tx, "hleb", "семен внуков", 30, NOW)
        assert (found.visitor.name, found.ticket, found.tour.id, found.stay.inside) == ("Внуков Семён", None, "t1", 1)
        assert find(tx, "hleb", "внуков пётр", 30, NOW) == []
    groups.let_out(after, {guest.subject for guest in after.guests})
    with gate.desk.store.read() as tx:
        assert recent_scans(tx, gate.desk, 5, NOW)[0].name == "Внуков Семён", "the exit is told by the name, too"
        assert find(tx, "hleb", "внуков", 30, NOW) == []
    assert opened(gate).guests == ()
    assert gate.inside() == 0


def test_a_substitute_takes_the_place_of_who_does_not_come(gate: Site) -> None:
    groups = Groups(gate.desk)
    card = opened(gate)
    entry = groups.substitute(card, "v12", "Громов Илья", "заболел")
    assert (entry.kind, entry.subject, entry.ticket) == (Kind.OVERRIDE, "v12", "k12")
    assert gate.inside() == 1
    assert gate.desk.scan("C-12", Source.CAMERA).reason is Reason.ALREADY_USED
    assert gate.desk.scan("C-12", Source.CAMERA, Direction.OUT).reason is Reason.LEFT
    assert gate.inside() == 0


def test_nobody_takes_the_place_of_who_is_inside(gate: Site) -> None:
    card = opened(gate)
    gate.desk.scan("C-1", Source.CAMERA)
    with pytest.raises(NotTaken):
        Groups(gate.desk).substitute(card, "v1", "Громов Илья", "")
    assert moves(gate) == [(Kind.ENTRY, "v1")]


def test_a_walk_in_on_the_stop_list_stays_outside(gate: Site) -> None:
    gate.take(StopEntry(id="s", plant="hleb", name="Громов Илья Петрович"))
    card = opened(gate)
    with pytest.raises(NotTaken):
        Groups(gate.desk).walk_in(card, "громов илья петрович", "")
    with pytest.raises(NotTaken):
        Groups(gate.desk).substitute(card, "v12", "Громов Илья Петрович", "")
    assert gate.events == []


def test_a_supervisor_where_the_policy_says_so(tmp_path: Path) -> None:
    with site(tmp_path, school_class(supervisor_for=frozenset({"walk_in"}))) as gate:
        card = opened(gate)
        with pytest.raises(NotTaken):
            Groups(gate.desk).walk_in(card, "Громов Илья", "")
        assert Groups(gate.desk).walk_in(card, "Громов Илья", "", supervisor="Гусева").kind is Kind.WALK_IN
        assert Groups(gate.desk).substitute(card, "v12", "Ежов Глеб", "").kind is Kind.OVERRIDE


def test_what_opens_no_group(gate: Site) -> None:
    groups = Groups(gate.desk)
    gate.take(*member(90, group=None))  # type: ignore[arg-type]
    gate.take(plant("moloko"), Group(id="one", plant="hleb", tour="t1", name="Один"), *member(91, group="one"))
    assert groups.find("C-90") is None, "came alone"
    assert groups.find("C-91") is None, "a group of one"
    assert groups.find("nothing of ours") is None
    assert Groups(gate.at(Place(plant="moloko", gate="1"))).find("C-1") is None, "another plant's"
    assert groups.open_group("hleb", "no such") is None
    assert groups.open_tour("hleb", "no such") is None


def test_the_leaders_ticket_opens_the_group(gate: Site) -> None:
    gate.take(Ticket(id="lead", plant="hleb", tour="t1", code="LEAD-1", group="7b", party=25))
    card = Groups(gate.desk).find("LEAD-1")
    assert card is not None
    assert len(card.members) == 25


def test_a_member_admitted_at_another_gate_is_seen_inside(gate: Site) -> None:
    from checkin.domain.events import GENESIS, chained
    from checkin.store.journal import Stored

    peer = chained(event(Kind.ENTRY, "v12", device="other", seq=1), GENESIS, lambda _digest: "00")
    with gate.store.write() as tx:
        tx.journal.take_peers([Stored(peer, NOW)], gate.desk.device.id)
    card = opened(gate)
    assert card.inside == 1
    result = Groups(gate.desk).admit(card, ids(card))
    assert reasons(result.held) == {"v12": Reason.ALREADY_USED}
    assert gate.inside() == 25


def test_a_tours_own_policy_goes_before_the_plants(tmp_path: Path) -> None:
    records = [one for one in school_class(2, 1, briefing=True) if one.id != "t1"]
    with site(tmp_path, [*records, tour(policy=Policy(minimum_age=14))]) as gate:
        gate.take(*member(10, birth_year=2015))
        card = opened(gate)
        assert card.questions == {}
        assert next(one for one in card.members if one.visitor.id == "v10").verdict.reason is Reason.UNDER_AGE
        assert card.coming == 2
