"""The roster at a gate: changed in pages, found by code and by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.domain.headcount import Count
from checkin.domain.people import Person, Role
from checkin.domain.visit import KINDS, Flag, Gate, Record, Revocation, StopEntry
from checkin.store import Store
from checkin.store.roster import RosterChange, put
from checkin.wire import kind_of
from tests.field import DIRTY, KEY, NOW, crowd, opened, person, plant, school, ticket, tour, visitor

GROUP, PARTY = school()
EVERYTHING: list[Record] = [
    plant(minimum_age=14, briefing=True, supervisor_for=frozenset({"stop_list"})),
    Gate(id="g1", plant="hleb", name="Главная"),
    tour(capacity=25, guide="Орлова", policy=plant(briefing=True).policy),
    GROUP,
    visitor("v1", "Ёжикова Алёна", Flag.MINOR, Flag.DOCUMENT, group="school", birth_year=2012, language="zh"),
    ticket(short="A-7K4M2QXD", valid_from=NOW, valid_until=NOW),
    PARTY,
    Revocation(id="k-CODE-1", plant="hleb", at=NOW, reason="перевыпущен"),
    StopEntry(id="s1", plant="hleb", name="Петров Пётр", birth_year=1980, note="с 2024"),
    KEY,
    Person(id="p-1", plant="hleb", name="Орлова Анна", role=Role.SUPERVISOR, pin="$argon2id$…", badge="00ff"),
]


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    made = opened(tmp_path)
    yield made
    made.close()


def take(store: Store, *records: Record) -> None:
    with store.write() as tx:
        tx.roster.apply(map(put, records))


def test_every_kind_of_record_comes_back_whole(store: Store) -> None:
    assert {kind_of(record) for record in EVERYTHING} == set(KINDS)
    take(store, *EVERYTHING)
    with store.read() as tx:
        roster = tx.roster
        back = [
            roster.plant("hleb"),
            *roster.gates("hleb"),
            roster.tour("hleb", "t1"),
            roster.group("hleb", "school"),
            roster.visitor("hleb", "v1"),
            roster.ticket("hleb", "k-CODE-1"),
            roster.ticket("hleb", "k-SCHOOL"),
            roster.revocation("hleb", "k-CODE-1"),
            *roster.stop_entries("hleb"),
            *roster.signing_keys(),
            *roster.people("hleb"),
        ]
        assert back == EVERYTHING


def test_every_kind_of_record_goes(store: Store) -> None:
    take(store, *EVERYTHING)
    with store.write() as tx:
        tx.roster.apply(RosterChange(kind_of(one), one.plant, one.id, None) for one in EVERYTHING)
    with store.read() as tx:
        assert not tx.roster.plants()
        assert not tx.roster.signing_keys()
        assert not list(tx.roster.tickets())
        assert not list(tx.roster.visitors())


def test_of_several_changes_the_last_counts_and_once_more_changes_nothing(store: Store) -> None:
    one, other = visitor("v1", "Ким"), visitor("v1", "Цой")
    with store.write() as tx:
        assert tx.roster.apply([put(one), RosterChange("visitor", "hleb", "v1", None), put(other)]) == 1
    take(store, other)
    with store.read() as tx:
        assert list(tx.roster.visitors()) == [other]


def test_a_record_of_one_kind_does_not_take_another_with_it(store: Store) -> None:
    take(store, Gate(id="x", plant="hleb", name="Главная"), StopEntry(id="x", plant="hleb", name="Ким"))
    with store.write() as tx:
        tx.roster.apply([RosterChange("gate", "hleb", "x", None)])
        assert [entry.id for entry in tx.roster.stop_entries("hleb")] == ["x"]


def test_the_programmes_stop_list_is_every_plants(store: Store) -> None:
    take(store, StopEntry(id="s", plant="", name="Ким"), StopEntry(id="t", plant="stal", name="Цой"))
    with store.read() as tx:
        assert [entry.id for entry in tx.roster.stop_entries("hleb")] == ["s"]
        assert [entry.id for entry in tx.roster.stop_entries("stal")] == ["t", "s"]


# --- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("кузнецов", {"Кузнецов Пётр", "Кузнецов Петр"}),
        ("КУЗНЕЦОВ пЁтР", {"Кузнецов Пётр", "Кузнецов Петр"}),
        ("петр кузн", {"Кузнецов Пётр", "Кузнецов Петр"}),
        ("алена", {"Алёна"}),
        ("  мария   иванова ", {"Иванова-Петрова Мария Сергеевна"}),
        ("王小", {"王小明"}),
        ("محمد", {"محمد عبد الرحمن"}),
        ("hyperlink", {'=HYPERLINK("http://x")'}),
        ("%", set()),
        ("_", set()),
        ("'; drop table visitor; --", set()),
        ("", set()),
        ("   ", set()),
    ],
)
def test_people_are_found_as_they_are_spoken_of(store: Store, query: str, found: set[str]) -> None:
    take(store, *crowd(len(DIRTY)))
    with store.read() as tx:
        assert {one.name for one in tx.roster.search("hleb", query, 50)} == found


def test_a_search_stays_at_its_plant_and_its_limit(store: Store) -> None:
    take(store, *crowd(60), *crowd(60, plant="stal"))
    with store.read() as tx:
        assert {one.plant for one in tx.roster.search("hleb", "о", 200)} == {"hleb"}
        assert len(tx.roster.search(None, "о", 200)) > len(tx.roster.search("hleb", "о", 200))
        assert len(tx.roster.search("hleb", "о", 7)) == 7


def test_names_are_as_many_and_as_different_as_the_tests_want() -> None:
    assert len({person(number) for number in range(2000)}) == 2000


# --- codes and counts --------------------------------------------------------------------------------


def test_the_exact_spelling_of_a_code_comes_first(store: Store) -> None:
    take(store, ticket("abc", "v1"), ticket("ABC", "v2"), ticket("Abc", "v3"))
    with store.read() as tx:
        assert tx.roster.tickets_by_code("ABC")[0].code == "ABC"
        assert len(tx.roster.tickets_by_code("aBC")) == 3
        assert tx.roster.tickets_by_code("abcd") == []


def test_expected_heads_are_people_and_parties_without_names(store: Store) -> None:
    group, party = school(25)
    take(store, plant(), tour(), *crowd(10), group, party, visitor("gone", "Ким", Flag.CANCELLED))
    with store.read() as tx:
        assert tx.headcounts.of_tour("hleb", "t1") == Count(expected=35)
    take(store, visitor("one", "Цой", group="school"))  # the school sent its names after all
    with store.read() as tx:
        assert tx.headcounts.of_tour("hleb", "t1").expected == 11
