"""The difference that a list makes: the same list makes none, and nobody is lost, doubled or renamed by accident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checkin.domain.visit import Flag, Group, Plant, Ticket, Tour, Visitor
from checkin.rosters.planning import Held, Plan, plan
from checkin.rosters.reading import read_list

HEAD = "plant;tour;date;start;end;group;leader;visitor;birth_year;language;flags;code\n"


def row(name: str = "Иванов Иван", **cells: str) -> str:
    fields = {
        "plant": "Завод",
        "tour": "Экскурсия",
        "date": "2026-08-05",
        "start": "10:30",
        "end": "12:00",
        "group": "",
        "leader": "",
        "visitor": name,
        "birth_year": "",
        "language": "",
        "flags": "",
        "code": "",
    }
    return ";".join((fields | cells).values()) + "\n"


Store = Callable[..., Plan]


class Roster:
    """What a store does with a plan, in a dictionary."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "a.csv"
        self.held: dict[tuple[type, str], object] = {}

    def read(self, content: str) -> Plan:
        self.path.write_text(content, "utf-8")

        def all_of(kind: type) -> list:  # type: ignore[type-arg]
            return [record for (cls, _id), record in self.held.items() if cls is kind]

        held = Held(
            plants=all_of(Plant),
            tours=all_of(Tour),
            groups=all_of(Group),
            visitors=all_of(Visitor),
            tickets=all_of(Ticket),
        )
        return plan(read_list(self.path), held)

    def take(self, content: str) -> Plan:
        difference = self.read(content)
        for record in difference.records:
            self.held[type(record), record.id] = record
        return difference

    def visitors(self) -> list[Visitor]:
        return [record for record in self.held.values() if isinstance(record, Visitor)]

    def codes(self) -> set[str]:
        return {record.code for record in self.held.values() if isinstance(record, Ticket)}


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    return Roster(tmp_path)


def counts(difference: Plan) -> tuple[int, int, int, int]:
    whole = difference.counts()
    faulty = {(fault["sheet"], fault["row"]) for fault in whole["faults"]}
    assert len(faulty) == len(whole["faults"])
    assert whole["rows"] == whole["taken"] + whole["changed"] + whole["unchanged"] + len(faulty)
    return whole["taken"], whole["changed"], whole["unchanged"], whole["removed"]


MIXED = HEAD + row(code="c1") + row("Петров Пётр", group="Семья", birth_year="1990") + row("Сидоров") + row("")


def test_the_first_list_is_all_new(roster: Roster) -> None:
    difference = roster.take(MIXED)
    assert counts(difference) == (3, 0, 0, 0)
    kinds = [type(record) for record in difference.records]
    assert kinds == sorted(kinds, key=[Plant, Tour, Group, Visitor, Ticket].index)


def test_the_same_list_again_changes_nothing(roster: Roster) -> None:
    roster.take(MIXED)
    before = dict(roster.held)
    again = roster.take(MIXED)
    assert counts(again) == (0, 0, 3, 0)
    assert again.records == []
    assert roster.held == before


def test_order_case_and_yo_do_not_matter(roster: Roster) -> None:
    roster.take(HEAD + row("Фёдоров Пётр") + row("Ли Мэй"))
    assert counts(roster.take(HEAD + row("Ли Мэй") + row("Федоров Петр")))[0] == 0
    assert len(roster.visitors()) == 2


def test_namesakes_keep_their_codes_and_a_third_one_is_new(roster: Roster) -> None:
    roster.take(HEAD + row() * 2)
    codes = roster.codes()
    assert counts(roster.take(HEAD + row() * 3)) == (1, 0, 2, 0)
    assert len(roster.codes()) == 3
    assert codes < roster.codes()


@pytest.mark.parametrize(
    "change",
    [{"group": "Школа"}, {"birth_year": "1990"}, {"language": "en"}, {"flags": "mobility"}, {"flags": "отменено"}],
)
@pytest.mark.parametrize("code", ["", "c1"])
def test_a_changed_row_is_the_same_person(roster: Roster, change: dict[str, str], code: str) -> None:
    roster.take(HEAD + row(code=code))
    before, codes = roster.visitors(), roster.codes()
    assert counts(roster.take(HEAD + row(code=code, **change))) == (0, 1, 0, 0)
    (after,) = roster.visitors()
    assert after.id == before[0].id
    assert after != before[0]
    assert roster.codes() == codes
    assert counts(roster.take(HEAD + row(code=code, **change))) == (0, 0, 1, 0)


def test_with_a_code_a_person_may_change_name_and_tour(roster: Roster) -> None:
    roster.take(HEAD + row("Иванова Мария", code="c1"))
    assert counts(roster.take(HEAD + row("Петрова Мария", code="C1", start="15:00", end="16:00"))) == (0, 1, 0, 0)
    (one,) = roster.visitors()
    assert one.name == "Петрова Мария"
    (ticket,) = (record for record in roster.held.values() if isinstance(record, Ticket))
    assert ticket.tour == one.tour


def test_two_codes_are_two_people_of_one_name(roster: Roster) -> None:
    roster.take(HEAD + row(code="c1"))
    assert counts(roster.take(HEAD + row(code="c2"))) == (1, 0, 0, 1)


def test_a_site_gives_codes_later(roster: Roster) -> None:
    roster.take(HEAD + row())
    issued = roster.codes()
    assert counts(roster.take(HEAD + row(code="c1"))) == (0, 1, 0, 0)
    assert len(roster.visitors()) == 1
    assert roster.codes() == issued | {"c1"}
    assert counts(roster.take(HEAD + row(code="c1"))) == (0, 0, 1, 0)


def test_a_list_without_a_column_says_nothing_about_it(roster: Roster) -> None:
    roster.take(HEAD + row(language="zh", flags="document", birth_year="1990", group="Семья", code="c1"))
    short = "plant;tour;date;start;visitor;code\nЗавод;Экскурсия;2026-08-05;10:30;Иванов Иван;c1\n"
    assert counts(roster.take(short)) == (0, 0, 1, 0)
    (one,) = roster.visitors()
    assert one.language == "zh"
    assert one.flags == {Flag.DOCUMENT}
    assert one.birth_year == 1990
    assert one.group is not None


def test_what_the_roster_knows_better_stays(roster: Roster) -> None:
    roster.take(HEAD + row())
    plant = next(record for record in roster.held.values() if isinstance(record, Plant))
    tour = next(record for record in roster.held.values() if isinstance(record, Tour))
    roster.held[Plant, plant.id] = replace(plant, address="ул. Мельничная, 4")
    roster.held[Tour, tour.id] = replace(tour, capacity=25, guide="Орлова")
    assert counts(roster.take(HEAD + row())) == (0, 0, 1, 0)
    assert counts(roster.take(HEAD + row(end="13:00"))) == (0, 1, 0, 0)
    tour = next(record for record in roster.held.values() if isinstance(record, Tour))
    assert (tour.capacity, tour.guide, tour.end.hour) == (25, "Орлова", 10)


def test_who_is_gone_is_named_and_stays(roster: Roster) -> None:
    roster.take(HEAD + row() + row("Петров") + row("Сидоров", tour="Другая"))
    difference = roster.take(HEAD + row())
    assert counts(difference) == (0, 0, 1, 1)
    assert [one.name for one in difference.removed] == ["Петров"]
    assert difference.records == []
    at = datetime(2026, 8, 1, tzinfo=UTC)
    (revocation,) = difference.revocations(at, "не в списке")
    (ticket,) = difference.removed_tickets
    assert (revocation.id, revocation.plant, revocation.at) == (ticket.id, ticket.plant, at)


def test_a_visitor_who_lost_the_ticket_half_way_gets_it(roster: Roster) -> None:
    """An import may have died between people and their tickets."""
    roster.take(HEAD + row())
    roster.held = {key: record for key, record in roster.held.items() if key[0] is not Ticket}
    assert counts(roster.take(HEAD + row())) == (0, 1, 0, 0)
    (ticket,) = (record for record in roster.held.values() if isinstance(record, Ticket))
    assert ticket.visitor == roster.visitors()[0].id


def test_a_group_gets_its_leader(roster: Roster) -> None:
    roster.take(HEAD + row(group="5А"))
    assert counts(roster.take(HEAD + row(group="5А", leader="Гусева"))) == (0, 1, 0, 0)
    group = next(record for record in roster.held.values() if isinstance(record, Group))
    assert group.leader == "Гусева"
