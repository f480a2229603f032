"""Lists as strangers made them who knew only what the program is for: what became of each was looked at by eye, once.

The files stand in ``odd``, some of them saved anew by LibreOffice as XLS and ODS; ``expected.jsonl`` says what is taken
and what is named.
"""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkin.domain.admission import Stop
from checkin.domain.names import StopIndex
from checkin.domain.visit import Plant, StopEntry
from checkin.errors import ListUnreadable
from checkin.rosters.correction import write_correction
from checkin.rosters.encodings import text_of
from checkin.rosters.mapping import Mapping, said
from checkin.rosters.naming import name_of
from checkin.rosters.planning import Held, Plan, plan
from checkin.rosters.reading import read_list

ODD = Path(__file__).parent / "odd"
EXPECTED = [json.loads(line) for line in (ODD / "expected.jsonl").read_text("utf-8").splitlines()]
HEAD = "Завод;Экскурсия;Дата;Время;ФИО;Код\n"
ROW = "Заря;Хлеб;05.08.2026;10:30;{};{}\n"

pytestmark = pytest.mark.usefixtures("english")


def test_there_are_many() -> None:
    assert len(EXPECTED) >= 60
    assert {one["file"] for one in EXPECTED} == {path.name for path in ODD.iterdir()} - {"expected.jsonl"}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one["file"])
def test_odd_list(expected: dict[str, Any]) -> None:
    if expected.get("unreadable"):
        with pytest.raises(ListUnreadable, match=expected["file"][:2]):
            read_list(ODD / expected["file"])
        return
    result = read_list(ODD / expected["file"])
    assert [[one.sheet, one.row, one.visitor.name] for one in result.rows] == expected["names"]
    assert [[one.sheet, one.row, one.column] for one in result.faults] == expected["faults"]
    assert len(result.notices) == expected["notices"], result.notices
    assert all(one.reason for one in result.faults)


def held(done: Plan) -> Held:
    """What the roster holds after a list came in."""
    rows = done.result.rows
    return Held(
        plants=list(done.result.plants.values()),
        tours=list(done.result.tours.values()),
        visitors=[one.visitor for one in rows],
        tickets=[one.ticket for one in rows],
    )


@pytest.mark.parametrize("mark", ["property", "heading", "sheet"])
def test_rows_that_were_not_mended_change_nobody(tmp_path: Path, mark: str) -> None:
    path, mend = tmp_path / "a.csv", tmp_path / "mend.xlsx"
    path.write_text(
        HEAD + ROW.format("Иванов Иван", "c1") + ROW.format("Зуев Олег", "c2") + ROW.format("Петров Пётр", "C1")
    )
    first = plan(read_list(path), Held())
    assert write_correction(first.result, mend) == 1
    book = openpyxl.load_workbook(mend)
    page = book.worksheets[0]
    if mark != "sheet":
        page.title = "Лист1"
    if mark != "heading":
        page.delete_cols(page.max_column)
    if mark != "property":
        del book.custom_doc_props["ProhodnayaCorrection"]
    book.save(mend)
    again = plan(read_list(mend), held(first))
    assert again.counts() | {"faults": [], "notices": []} == {
        "rows": 1,
        "taken": 0,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
        "faults": [],
        "notices": [],
    }
    assert "somebody else's" in again.result.faults[0].reason
    page.cell(2, next(cell.column for cell in page[1] if cell.value == "Код")).value = "c3"
    book.save(mend)
    mended = plan(read_list(mend), held(first))
    assert (len(mended.added), len(mended.changed), mended.removed) == (1, 0, [])


def test_who_is_named_by_a_code_in_a_faulty_row_is_not_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW.format("Иванов Иван", "c1") + ROW.format("Зуев Олег", "c2"))
    first = plan(read_list(path), Held())
    path.write_text(HEAD + ROW.format("", "c1") + ROW.format("Зуев Олег", "c2"))
    assert plan(read_list(path), held(first)).removed == []


NAMES = ("Иванов Иван", "Ли", "Щукина Яна", "ЩУКИНА ЯНА", "иванов иван", "Ян", "О'Нил Шон", "Гюльчатай")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("heading", ["ФИО;Дата;Завод", "Visitor;Date;Plant"])
def test_one_name_tells_the_encoding(encoding: str, name: str, heading: str) -> None:
    text = f"{heading}\n{name};05.08.2026;Zavod\n"
    assert "".join(text_of(text.encode(encoding)).lines()) == text


@pytest.mark.parametrize("name", ["José Núñez", "François", "Müller", "Renée"])
def test_a_latin_list_with_one_accent(name: str) -> None:
    text = f"Visitor;Date\nJohn Smith;2026-08-05\n{name};2026-08-05\n"
    assert "".join(text_of(text.encode("cp1252")).lines()) == text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
def test_two_encodings_in_one_file(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((HEAD + ROW.format("Петров Пётр", "") * 3).encode() + ROW.format(name, "").encode(encoding) * 2)
    result = read_list(path)
    assert [one.visitor.name for one in result.rows] == ["Петров Пётр"] * 3 + [name] * 2
    assert any(encoding in one and "5–6" in one for one in result.notices)


@pytest.mark.parametrize(
    ("correction", "column"),
    [("#6=birth_year", 2013), ("Дата=birth_year", None), ("Имя=visitor", 0), ("#9=visitor", 0)],
)
def test_what_is_said_of_headings_must_be_of_this_file(tmp_path: Path, correction: str, column: int | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Завод;Экскурсия;Дата;Время;ФИО;Дата\nЗаря;Хлеб;05.08.2026;10:30;Иванов Иван;01.02.2013\n")
    if column == 0:
        with pytest.raises(ListUnreadable, match="Headings there are: Завод, Экскурсия, Дата, Время, ФИО"):
            read_list(path, said=said([correction]))
        return
    rows = read_list(path, said=said([correction])).rows
    assert [one.visitor.birth_year for one in rows] == ([column] if column else [])
    with pytest.raises(ListUnreadable):
        read_list(path, said=Mapping({"кто": "visitor"}, named=frozenset({"кто"})))


@pytest.mark.parametrize(
    "text",
    ["a@b.ru", "+7 900 123-45-67", "тел. 8 900 123 45 67", "Не пришёл", "итого", "—", "5А", "Группа 2", "б/н", "test"],
)
def test_what_names_nobody(text: str) -> None:
    assert name_of(text).reason


@pytest.mark.parametrize(
    "text",
    [
        "Ип Ман",
        "Дата Туташхиа",
        "Родителев Иван",
        "Учителев Ян",
        "Мамаев Олег",
        "Классен Отто",
        "Page Jimmy",
        "Иванов М.П.",
    ],
)
def test_who_has_an_unusual_name(text: str) -> None:
    assert name_of(text).reason == ""
    assert name_of(text).name == text


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(ListUnreadable, match="pipe"):
        read_list(tmp_path / "a.csv")


def test_a_short_name_is_near_at_the_gate() -> None:
    stops = StopIndex([StopEntry(id="s", plant="p", name="Иванов Александр", birth_year=None)])
    assert stops.check("Саша Иванов", None)[0] is Stop.NEAR
    assert stops.check("Иванов Маша", None)[0] is Stop.CLEAR


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "Иванов Иван",
            "Петров Пётр",
            "итого",
            "05.08.2026",
            "10:30",
            "Заря",
            "Хлеб",
            "5А",
            "ФИО",
            "a@b.ru",
            "—",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)
LINES = st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=12)
HEADINGS = st.sampled_from(
    [
        ["Завод", "Экскурсия", "Дата", "Время", "ФИО", "Код"],
        ["Фамилия", "Имя", "Отчество", "Завод", "Экскурсия", "Дата"],
        ["№", "ФИО", "Класс", "Дата", "Завод", "Экскурсия"],
        ["ФИО", "Паспорт", "Дата рождения", "Дата", "Завод", "Экскурсия"],
    ]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HEADINGS, LINES, LINES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_every_row_is_in_exactly_one_count(
    tmp_path: Path, headings: list[str], lines: list[list[str]], later: list[list[str]], encoding: str
) -> None:
    path = tmp_path / "a.csv"
    before: Plan | None = None
    for rows in (lines, later, lines):
        out = io.StringIO()
        csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([headings, *rows])
        path.write_bytes(out.getvalue().encode(encoding))
        full = [number for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
        done = plan(read_list(path), held(before) if before is not None else Held())
        counts = done.counts()
        assert counts["rows"] == len(full)
        assert counts["rows"] == counts["taken"] + counts["changed"] + counts["unchanged"] + len(counts["faults"])
        taken = [one.row.row for one in (*done.added, *done.changed, *done.unchanged)]
        assert sorted([*taken, *(one["row"] for one in counts["faults"])]) == full
        before = done


def test_a_missing_plant_is_a_fault_of_every_row_and_the_command_line_mends_it() -> None:
    zarya = Plant(id="zarya", name="Заря")
    result = read_list(
        ODD / "27_fio_only.csv", defaults={"tour": "Хлеб", "date": "2026-08-05"}, plant="zarya", known=[zarya]
    )
    assert [one.visitor.name for one in result.rows] == ["Иванов Иван", "Петров Пётр"]
    assert next(iter(result.tours.values())).start < datetime(2026, 8, 5, tzinfo=UTC)
