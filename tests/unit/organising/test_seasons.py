"""A season's rows as a page keeps them: one row, its own plant, and nothing else on the roster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from checkin.domain.visit import Plant, Record, Tour
from checkin.errors import SettingsWrong
from checkin.organising import seasons
from checkin.organising.book import Desk, StoreBook
from checkin.organising.seasons import SheetRow
from checkin.store.roster import put
from tests.field import opened, plant, tour


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = opened(tmp_path / "profile")
    yield Desk(tmp_path, StoreBook(store))
    store.close()


def known(desk: Desk, *records: Record) -> None:
    with desk.book.store.write() as tx:  # type: ignore[union-attr]
        tx.roster.apply(map(put, records))


def row(desk: Desk, key: str, plant_id: str) -> SheetRow:
    return next(one for one in seasons.sheet(desk, key) if one.plant == plant_id)


def test_a_rule_is_kept_for_its_own_plant_where_two_have_one_name(desk: Desk) -> None:
    known(desk, plant("z1", "Завод", minimum_age=18), plant("z2", "Завод", minimum_age=6), tour(plant="z2"))
    held = row(desk, "policies", "z2")
    assert held.cells["plant"] == "z2"
    assert isinstance(seasons.keep(desk, "policies", {**held.cells, "minimum_age": "7"}, held), SheetRow)
    assert {one.id: one.policy.minimum_age for one in desk.book.plants()} == {"z1": 18, "z2": 7}
    wrong = seasons.keep(desk, "policies", {**held.cells, "plant": "z1"}, held)
    assert isinstance(wrong, seasons.Wrong)
    assert wrong.column == "plant"
    assert row(desk, "tours", "z2").cells["plant"] == "z2"
    with pytest.raises(SettingsWrong, match="z1, z2"):
        desk.plant("завод")
    assert desk.plant("z2") == next(one for one in desk.book.plants() if one.id == "z2")


def test_a_zone_that_is_put_right_on_the_page(desk: Desk) -> None:
    known(desk, plant(minimum_age=8), tour())
    held = row(desk, "plants", "hleb")
    before = row(desk, "tours", "hleb").cells
    assert isinstance(seasons.keep(desk, "plants", {**held.cells, "tz": "Asia/Omsk", "address": ""}, held), SheetRow)
    assert row(desk, "tours", "hleb").cells == before
    (home,) = desk.book.plants()
    assert (home.tz, home.address, home.policy.minimum_age) == ("Asia/Omsk", "", 8)
    (made,) = desk.book.held(["hleb"])["tour"]
    assert isinstance(made, Tour)
    assert made.start.astimezone(ZoneInfo("Asia/Omsk")).hour == tour().start.astimezone(ZoneInfo("Europe/Moscow")).hour


def test_a_tour_is_added_at_the_time_that_another_had(desk: Desk) -> None:
    known(desk, Plant(id="hleb", name="Хлеб"))
    cells = {"plant": "Хлеб", "title": "Тур", "date": "05.08.2030", "start": "11:00", "end": "12:30"}
    first = seasons.keep(desk, "tours", cells, None)
    assert isinstance(first, SheetRow)
    assert isinstance(seasons.keep(desk, "tours", cells | {"start": "15:00", "end": "16:30"}, first), SheetRow)
    assert isinstance(seasons.keep(desk, "tours", cells, None), SheetRow)
    tours = [one for one in desk.book.held(["hleb"])["tour"] if isinstance(one, Tour)]
    assert len(tours) == 2
    assert all(one.end - one.start == timedelta(minutes=90) for one in tours)
    assert isinstance(seasons.keep(desk, "tours", cells, None), seasons.Wrong)
