"""The season's spreadsheet: what was exported comes in again unchanged; each fault names its cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from checkin.domain.visit import DocumentRule, Format, Gate, Plant, Record, StopEntry, Tour
from checkin.errors import ListUnreadable
from checkin.rosters.cells import error_said
from checkin.rosters.seasonreading import read_season
from checkin.rosters.seasonsheets import SHEETS, rows_of, sheet_title, write
from checkin.rosters.table import NO_VALUE
from tests.field import plant, tour


def test_a_season_there_and_back(tmp_path: Path) -> None:
    first = plant(minimum_age=8, document=DocumentRule.LEADER, briefing=True, briefing_text="=1+1")
    records: list[Record] = [first, Gate(id="vostok", plant="hleb", name="Восток")]
    path = tmp_path / "a.xlsx"
    write(path, rows_of([*records, tour(capacity=25), StopEntry(id="s", plant="hleb", name="А Б")], lambda p: (3, 5)))
    found = read_season(path, records)
    assert not found.faults
    assert found.rows == found.taken == 5
    assert found.leads == {"hleb": (3, 5)}
    again = read_season(path, found.records)
    assert sorted(map(repr, again.records)) == sorted(map(repr, found.records))
    assert first in found.records
    cells = openpyxl.load_workbook(path)[sheet_title("tours")][2]
    typed = {column.key: cell.data_type for column, cell in zip(SHEETS["tours"], cells, strict=True)}
    assert (typed["date"], typed["start"], typed["end"], typed["capacity"], typed["title"]) == ("d", "d", "d", "n", "s")


def test_the_template_is_empty_and_has_choices(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path)
    assert read_season(path).rows == 0
    book = openpyxl.load_workbook(path)
    assert [sheet.title for sheet in book.worksheets][1:] == [sheet_title(key) for key in SHEETS]
    assert any(rule.type == "list" for rule in book[sheet_title("tours")].data_validations.dataValidation)


@pytest.mark.parametrize(
    ("sheet", "cells", "column"),
    [
        ("plants", {"name": "Б", "tz": "Марс/База"}, "tz"),
        ("gates", {"plant": "нет", "name": "1"}, "plant"),
        ("tours", {"plant": "А", "title": "т", "date": "32.13.2026", "start": "10:00"}, "date"),
        (
            "tours",
            {"plant": "А", "title": "т", "date": "05.08.2026", "start": "10:00", "capacity": "много"},
            "capacity",
        ),
        ("tours", {"plant": "А", "date": "05.08.2026", "start": "10:00"}, "title"),
        ("policies", {"plant": "А", "document": "все"}, "document"),
        ("policies", {"plant": "А", "minimum_age": "-1"}, "minimum_age"),
        ("policies", {"plant": "А", "briefing": "может быть"}, "briefing"),
        ("stop", {"plant": "А", "name": "В Г", "birth_year": "давно"}, "birth_year"),
        ("stop", {"plant": "А", "name": "В Г", "birth_year": 3000}, "birth_year"),
        ("stop", {"plant": "А", "name": "В Г", "birth_year": 12}, "birth_year"),
        ("stop", {"plant": "А", "name": "12345"}, "name"),
        ("stop", {"plant": "А", "name": "В Г", "note": "#ССЫЛКА!"}, "note"),
        ("gates", {"plant": "А", "name": "#REF!"}, "name"),
    ],
)
def test_a_fault_names_its_cell(sheet: str, cells: dict[str, str], column: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = {"plants": [{"name": "А"}]}
    rows[sheet] = [*rows.get(sheet, []), cells]
    write(path, rows)
    found = read_season(path)
    (fault,) = found.faults
    assert fault.sheet == sheet_title(sheet)
    assert fault.row == (3 if sheet == "plants" else 2)
    assert fault.column.endswith(f"· {column}")
    assert found.taken == found.rows - 1


@pytest.mark.parametrize("sheet", list(SHEETS))
def test_a_formula_without_a_value_is_a_fault_in_every_column(sheet: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    good: dict[str, dict[str, str | int | None]] = {
        "plants": {"name": "Б"},
        "gates": {"plant": "А", "name": "1"},
        "tours": {"plant": "А", "title": "т", "date": "05.08.2026", "start": "10:00"},
        "policies": {"plant": "А"},
        "stop": {"plant": "А", "name": "В Г"},
    }
    rows = {"plants": [{"name": "А"}]}
    rows[sheet] = [*rows.get(sheet, []), *[good[sheet]] * len(SHEETS[sheet])]  # type: ignore[list-item]
    write(path, rows)
    book = openpyxl.load_workbook(path)
    first = 3 if sheet == "plants" else 2
    for number in range(len(SHEETS[sheet])):
        book[sheet_title(sheet)].cell(first + number, number + 1).value = '=HYPERLINK("http://x")'
    book.save(path)
    found = read_season(path)
    assert [(one.row, one.column.rpartition("· ")[2]) for one in found.faults] == [
        (first + number, column.key) for number, column in enumerate(SHEETS[sheet])
    ]
    assert {one.reason for one in found.faults} == {error_said(NO_VALUE)}
    assert "#FORMULA!" not in repr(found.records)


def test_a_day_of_birth_on_the_stop_list_may_be_a_spreadsheets_number(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    years = ["1990", 1990, 32874, "05.01.1990"]
    write(
        path, {"plants": [{"name": "А"}], "stop": [{"name": f"В Г{n}", "birth_year": y} for n, y in enumerate(years)]}
    )
    found = read_season(path)
    assert not found.faults
    assert [one.birth_year for one in found.records if isinstance(one, StopEntry)] == [1990] * 4


def test_another_workbook_says_so(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(ListUnreadable):
        read_season(tmp_path / "a.xlsx")


HEADS = {"plants": ["Название", "Код", "Часовой пояс"], "tours": ["Предприятие", "Мероприятие", "Дата", "Начало"]}


def workbook(path: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def of(records: list[Record], kind: type[Record]) -> list[Record]:
    return [one for one in records if isinstance(one, kind)]


def slot(path: Path, known: list[Record], *starts: str, end: str = "") -> list[Tour]:
    rows = [["Завод «hleb»", "Тур", "05.08.2030", start, end] for start in starts]
    found = read_season(workbook(path, ("tours", [[*HEADS["tours"], "Окончание"], *rows])), known)
    assert not found.faults
    return [one for one in found.records if isinstance(one, Tour)]


def test_a_tour_that_was_moved_is_moved_back_whole(tmp_path: Path) -> None:
    home: list[Record] = [plant()]
    (made,) = slot(tmp_path / "a.xlsx", home, "11:00", end="12:30")
    moved = replace(made, start=made.start + timedelta(hours=4), end=made.end + timedelta(hours=4), guide="Орлова")
    (back,) = slot(tmp_path / "a.xlsx", [*home, moved], "11:00", end="12:30")
    assert back == replace(made, guide="Орлова")


@pytest.mark.parametrize("starts", [("11:00", "15:00"), ("15:00", "11:00")])
def test_a_second_tour_at_the_time_that_the_first_had(starts: tuple[str, str], tmp_path: Path) -> None:
    home: list[Record] = [plant()]
    (made,) = slot(tmp_path / "a.xlsx", home, "11:00")
    moved = replace(made, start=made.start + timedelta(hours=4), end=made.end + timedelta(hours=4))
    both = slot(tmp_path / "a.xlsx", [*home, moved], *starts)
    assert {one.start for one in both} == {made.start, moved.start}
    assert next(one for one in both if one.start == moved.start) == moved
    again = slot(tmp_path / "a.xlsx", [*home, *both], *starts)
    assert sorted(map(repr, again)) == sorted(map(repr, both))


def test_a_zone_that_is_put_right_leaves_the_clock_on_the_wall(tmp_path: Path) -> None:
    home: list[Record] = [plant(), tour()]
    rows: list[list[object]] = [HEADS["plants"], ["Завод «hleb»", "hleb", "Asia/Vladivostok"]]
    found = read_season(workbook(tmp_path / "a.xlsx", ("plants", rows)), home)
    (shifted,) = of(found.records, Tour)
    assert isinstance(shifted, Tour)
    old, new = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Vladivostok")
    assert shifted.start.astimezone(new).replace(tzinfo=None) == tour().start.astimezone(old).replace(tzinfo=None)
    assert shifted.end - shifted.start == tour().end - tour().start


def test_what_the_file_has_no_column_for_stays(tmp_path: Path) -> None:
    first = plant(minimum_age=18, minors_per_adult=7, briefing_text="Каски", briefing_version="2")
    lecture = tour(
        start=datetime(2030, 8, 5, 8, tzinfo=UTC), title="Тур", format=Format.LECTURE, language="en", minutes=60
    )
    path = workbook(
        tmp_path / "a.xlsx",
        ("Правила", [["Сезон 2030"], ["Предприятие", "Повторный вход", "Возраст людей"], ["hleb", "нет", 3]]),
        ("Мероприятия", [HEADS["tours"], ["hleb", "Тур", "05.08.2030", "11:00"]]),
        ("Правила 2", [["Предприятие"], ["hleb"]]),
    )
    found = read_season(path, [first, lecture])
    assert not found.faults
    assert found.leads == {}
    (made,) = of(found.records, Plant)
    assert made == replace(first, policy=replace(first.policy, reentry=False))
    assert of(found.records, Tour) == [lecture]
    assert any("Правила 2" in notice for notice in found.notices)
    assert any("Возраст людей" in notice for notice in found.notices)


def test_two_rows_about_the_same_that_disagree(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        ("plants", [HEADS["plants"], ["А", "a", ""], ["Б", "a", "Asia/Omsk"], ["А", "a", ""]]),
        ("gates", [["Предприятие", "Проходная"], ["a", "1"]]),
        ("Проходные", [["Предприятие", "Проходная"], ["a", "2"]]),
    )
    found = read_season(path)
    assert [(one.sheet, one.row) for one in found.faults] == [("plants", 3)]
    assert (found.rows, found.taken) == (5, 4)
    assert [one.name for one in of(found.records, Plant) if isinstance(one, Plant)] == ["А"]
    assert len(of(found.records, Gate)) == 2


def test_a_name_of_two_plants_is_asked_about(tmp_path: Path) -> None:
    twins: list[Record] = [plant("z1", "Завод", minimum_age=18), plant("zavod", "Завод", minimum_age=6)]
    path = tmp_path / "a.xlsx"
    policies = [["Предприятие", "Возраст от"], ["Завод", 7], ["zavod", 8]]
    found = read_season(workbook(path, ("policies", policies), ("plants", [["Название"], ["Завод"]])), twins)
    assert [(one.sheet, one.row) for one in found.faults] == [("plants", 2), ("policies", 2)]
    assert all("z1, zavod" in one.reason for one in found.faults)
    (changed,) = of(found.records, Plant)
    assert (changed.id, changed.policy.minimum_age) == ("zavod", 8)  # type: ignore[union-attr]
    write(path, rows_of([*twins, tour(plant="zavod")], lambda _plant: (None, None)))
    again = read_season(path, [*twins, tour(plant="zavod")])
    assert not again.faults
    assert {one.id: one for one in of(again.records, Plant)} == {one.id: one for one in twins}
