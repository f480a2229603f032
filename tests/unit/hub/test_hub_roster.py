"""Records in, pages out."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from checkin.domain.visit import Record, Visitor
from checkin.hub import Hub, PutCounts, roster
from checkin.hub.cursors import CursorUnknown
from checkin.wire import RosterPage, record_of
from tests.unit.hub.hub_world import season


def fetch(hub: Hub, cursor: str = "", limit: int = 500, plant: str = "bread") -> RosterPage:
    return RosterPage.model_validate_json(roster.page(hub.engine, plant, cursor, limit))


def everything(hub: Hub, cursor: str = "", limit: int = 7) -> tuple[dict[tuple[str, str], Record | None], str]:
    got: dict[tuple[str, str], Record | None] = {}
    while True:
        page = fetch(hub, cursor, limit)
        assert len(page.changes) <= limit
        for change in page.changes:
            record = None if change.record is None else record_of(change.kind, change.record)
            got[change.kind, change.id] = record
        cursor = page.cursor
        if not page.more:
            return got, cursor


def test_the_whole_roster_comes_in_pages(hub: Hub) -> None:
    got, cursor = everything(hub)
    assert list(got.values()) == list(season())
    assert everything(hub, cursor) == ({}, cursor)
    assert fetch(hub).total == len(got)


def test_the_same_list_again_changes_nothing(hub: Hub) -> None:
    cursor = fetch(hub).cursor
    assert hub.put_records(season()) == PutCounts(unchanged=43)
    assert fetch(hub, cursor).changes == []


def test_only_what_changed_comes_next(hub: Hub) -> None:
    _, cursor = everything(hub)
    other = Visitor(id="v1-1", plant="bread", tour="tour-1", name='=HYPERLINK("x") <img> \u2028 \'ё')
    assert hub.put_records(
        [other], removed=[("bread", "visitor", "v1-2"), ("bread", "visitor", "nobody")]
    ) == PutCounts(changed=1, removed=1, unchanged=1)
    got, after = everything(hub, cursor)
    assert got == {("visitor", "v1-1"): other, ("visitor", "v1-2"): None}
    back = Visitor(id="v1-2", plant="bread", tour="tour-1", name="Вернулась")
    assert hub.put_records([back]).added == 1
    assert everything(hub, after)[0] == {("visitor", "v1-2"): back}


def test_the_last_of_two_versions_in_one_list_counts(hub: Hub) -> None:
    versions = [Visitor(id="x", plant="bread", tour="tour-1", name=name) for name in ("А", "Б")]
    hub.put_records(versions)
    assert everything(hub)[0]["visitor", "x"] == versions[1]


def test_plants_do_not_see_each_other(hub: Hub) -> None:
    hub.put_records(season("steel"))
    assert {change.id for change in fetch(hub, plant="steel").changes if change.kind == "plant"} == {"steel"}
    assert [plant.id for plant in hub.plants()] == ["bread", "steel"]


def test_a_plant_that_nobody_has_heard_of_is_empty(hub: Hub) -> None:
    page = fetch(hub, plant="nowhere")
    assert (page.changes, page.cursor, page.more, page.total) == ([], "", False, 0)


def test_a_cursor_of_another_database_starts_from_the_beginning(hub: Hub) -> None:
    cursor = fetch(hub).cursor
    epoch, number = cursor.split(".")
    assert len(fetch(hub, f"00000000.{number}").changes) == 43
    assert len(fetch(hub, f"{epoch}.{int(number) + 1}").changes) == 43


@pytest.mark.parametrize("cursor", ["x", "12", "'; drop table roster", "\0", "00000000.-1", "00000000." + "9" * 30])
def test_a_text_that_is_no_cursor(hub: Hub, cursor: str) -> None:
    with pytest.raises(CursorUnknown):
        roster.page(hub.engine, "bread", cursor, 10)


def test_what_is_too_big_is_not_taken(hub: Hub) -> None:
    with pytest.raises(ValueError, match="too big"):
        hub.put_records([Visitor(id="v", plant="bread", tour="t", name="ё" * 40_000)])
    with pytest.raises(ValueError, match="id"):
        hub.put_records([Visitor(id="v" * 121, plant="bread", tour="t", name="ё")])
    with pytest.raises(ValueError, match="kind"):
        hub.put_records([], removed=[("bread", "horse", "x")])


def test_sets_are_the_same_text_in_every_process() -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-c", _BODIES],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1


_BODIES = """
from checkin.domain.visit import *
from checkin.hub.roster import _body
policy = Policy(supervisor_for=frozenset({"tour_full", "wrong_day", "too_late", "under_age"}))
print(_body(Plant(id="p", name="P", policy=policy)))
print(_body(Visitor(id="v", plant="p", tour="t", name="V", flags=frozenset(Flag))))
"""
