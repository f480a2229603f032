"""The season's spreadsheet: what was exported comes in again unchanged; each fault names its cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from checkin.domain.visit import DocumentRule, Gate, Record, StopEntry
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
