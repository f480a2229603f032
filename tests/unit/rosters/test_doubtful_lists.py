"""Lists in which something stands that is no heading, no visitor, no group or no code, though it looks like one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from roster_files import xlsx

from checkin.domain.visit import Flag
from checkin.rosters.looking import look
from checkin.rosters.mapping import Remembered, said
from checkin.rosters.reading import read_list
from checkin.rosters.result import ListResult
from checkin.rosters.seasonreading import read_row
from checkin.rosters.taking import Taken, keep_mapping, take_list
from checkin.store import Store
from tests.field import plant

HEAD = "Экскурсия;Дата;Время;"
VISIT = "Хлеб;05.08.2026;10:30;"

pytestmark = pytest.mark.usefixtures("english")


def read(folder: Path, text: str) -> ListResult:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return read_list(path, "Завод")


def groups(result: ListResult) -> list[str]:
    return [result.groups[row.visitor.group].name if row.visitor.group else "" for row in result.rows]


@pytest.mark.parametrize(
    "line",
    [
        "Группа 1 — время сбора 10:15, рук. Орлова Нина 89160000000;;;;;;",
        ";;;;Школа № 5, 5А класс;;",
        "Старший группы Орлова Нина Павловна 89160000000;;;;;;",
        "Группа 1;Руководитель Орлова Нина;;;;;",
        "Группа 2;;;;;;Школа 7",
    ],
)
def test_a_title_under_the_headings_is_no_heading(tmp_path: Path, line: str) -> None:
    one = "1;Хлеб;05.08.2026;10:30;Кот Ия;2010;Школа 1\n"
    result = read(tmp_path, f"№;Экскурсия;Дата;Время;ФИО;Год рождения;Школа\n{line}\n{one}")
    assert result.total == 2
    assert not {"group", "leader", "class"} & result.columns
    assert [fault.row for fault in result.faults] >= [2]
    assert "89160000000" not in repr([*result.faults, *result.notices, *result.kinds])


def test_headings_below_merged_ones_are_still_read(tmp_path: Path) -> None:
    result = read(
        tmp_path, "№;Экскурсия;Проведение;;Участник;\n;;Дата;Время;ФИО;Год рождения\n1;" + VISIT + "Кот Ия;2010\n"
    )
    assert [(row.visitor.name, row.visitor.birth_year) for row in result.rows] == [("Кот Ия", 2010)]


@pytest.mark.parametrize(
    "text",
    [
        "Full name,Emergency contact name,Plant,Tour,Date,Start\nJohn Smith,Ann Fox,P,Bread,05.08.2026,10:30\n"
        "Bob Hill,,P,Bread,05.08.2026,10:30\n",
        HEAD + "ФИО взрослого;Год рождения взрослого;ФИО ребенка 1;Возраст ребенка 1;ФИО ребенка 2;Возраст ребенка 2\n"
        + VISIT + "Кот Ия Ли;1980;Кот Ян Ли;7;Кот Ева Ли;9\n" + VISIT + ";;Лис Ян Ли;8;;\n",
    ],
)  # fmt: skip
def test_the_same_list_again_has_the_same_doubts(store: Store, tmp_path: Path, text: str) -> None:
    path, memory = tmp_path / "list.csv", Remembered(tmp_path / "lists.json")
    path.write_text(text, "utf-8")

    def once() -> Taken:
        return take_list(store, path, plant="Завод", memory=memory, now=datetime(2026, 8, 1, tzinfo=UTC))

    first = once()
    assert first.plan.result.rows
    assert first.plan.result.faults
    assert keep_mapping(memory, first.plan) == []
    assert keep_mapping(memory, first.plan, "named") == ["named"]
    again = once()
    assert again.plan.counts()["faults"] == first.plan.counts()["faults"]
    assert again.plan.counts()["notices"] == first.plan.counts()["notices"]


def test_a_correction_of_a_list_that_came_before_is_remembered(store: Store, tmp_path: Path) -> None:
    path, memory = tmp_path / "list.csv", Remembered(tmp_path / "lists.json")
    path.write_text(HEAD + "ФИО;Чей\n" + VISIT + "Кот Ия;5А\n", "utf-8")
    now = datetime(2026, 8, 1, tzinfo=UTC)
    keep_mapping(memory, take_list(store, path, plant="Завод", memory=memory, now=now).plan)
    spoken = take_list(store, path, plant="Завод", said=said(["Чей=group"]), memory=memory, now=now)
    assert keep_mapping(memory, spoken.plan) == ["list-1"]
    assert groups(take_list(store, path, plant="Завод", memory=memory, now=now).plan.result) == ["5А"]


@pytest.mark.parametrize("tour", ["Excursion", "Tour", "Activity name"])
@pytest.mark.parametrize("last", [False, True])
def test_how_people_are_addressed_is_no_tour(tmp_path: Path, tour: str, last: bool) -> None:
    cells = [["Title", "Full name", "Date", "Start"], ["Mr", "John Smith", "05.08.2026", "10:30"], ["Dr", "Ann Fox"]]
    cells[2] += cells[1][2:]
    for row, word in zip(cells, [tour, "Bread", "Milk"], strict=True):
        row.insert(len(row) if last else 2, word)
    result = read(tmp_path, "".join(",".join(row) + "\n" for row in cells))
    assert sorted(one.title for one in result.tours.values()) == ["Bread", "Milk"]


def test_a_list_with_nothing_but_titles_of_people_has_no_tour(tmp_path: Path) -> None:
    result = read(tmp_path, "Title,Full name,Date,Start\nMr,John Smith,05.08.2026,10:30\nMs,Ann Fox,05.08.2026,10:30\n")
    assert [fault.column for fault in result.faults] == ["tour", "tour"]


@pytest.mark.parametrize(
    ("heading", "rows", "expected"),
    [
        ("Школа;Группа", ["Школа 1;5А", "Школа 2;5А"], ["Школа 1, 5А", "Школа 2, 5А"]),
        ("Организация;Класс", ["Лицей;5А", "Гимназия;5А"], ["Лицей, 5А", "Гимназия, 5А"]),
        ("Группа;Организация", ["1;Лицей", "-;ООО Заря"], ["Лицей, 1", "ООО Заря"]),
        ("Организация;Группа", ["Лицей;1", "Лицей;Лицей, 2"], ["Лицей, 1", "Лицей, 2"]),
        ("Группа;Класс", ["Первая;5А", "Первая;6Б"], ["Первая", "Первая"]),
        ("Школа;Класс", ["1;11А", "11;11А"], ["1, 11А", "11, 11А"]),
        ("Организация", ["Лицей", ""], ["Лицей", ""]),
    ],
)
def test_a_school_is_part_of_its_groups_name(
    tmp_path: Path, heading: str, rows: list[str], expected: list[str]
) -> None:
    lines = "".join(f"{VISIT}{name};{row}\n" for name, row in zip(["Кот Ия", "Лис Ян"], rows, strict=True))
    assert groups(read(tmp_path, f"{HEAD}ФИО;{heading}\n{lines}")) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10-12", "10:00 12:00"),
        ("14-16", "14:00 16:00"),
        ("9-11", "09:00 11:00"),
        ("10–12", "10:00 12:00"),
        ("10 - 12", "10:00 12:00"),
        ("10 – 15", "10:00 15:00"),
        ("с 10 до 12", "10:00 12:00"),
        ("10-30", "10:30 12:00"),
        ("10-11:30", "10:00 11:30"),
        ("с 10 до 13.00", "10:00 13:00"),
        ("10-45", "10:45 12:15"),
        ("10-00", "10:00 11:30"),
        ("10-05", "10:05 11:35"),
        ("10-15", ""),
        ("10-20", ""),
        ("9-10", ""),
    ],
)
def test_two_hours_are_no_hour_and_minutes(tmp_path: Path, written: str, expected: str) -> None:
    result = read(tmp_path, f"Экскурсия;Дата;Время;ФИО\nХлеб;05.08.2026;{written};Кот Ия\n")
    utc = [
        f"{one.start.hour + 3:02}:{one.start:%M} {one.end.hour + 3:02}:{one.end:%M}" for one in result.tours.values()
    ]
    assert (utc or [""]) == [expected]
    if not expected:
        assert "a time or two hours" in result.faults[0].reason


def test_a_sheet_may_say_that_nobody_on_it_comes(tmp_path: Path) -> None:
    names = ["Лист1", "Отказались", "Лист ожидания", "Архив 2026", "Резерв", "Cancelled"]
    head: list[Any] = ["Экскурсия", "Дата", "Время", "ФИО"]
    xlsx(tmp_path / "a.xlsx", {one: [head, ["Хлеб", "05.08.2026", "10:30", "Кот Ия"]] for one in names})
    result = read_list(tmp_path / "a.xlsx", "Завод")
    assert [(row.sheet, Flag.CANCELLED in row.visitor.flags) for row in result.rows] == [
        ("Лист1", False),
        ("Отказались", True),
        ("Cancelled", True),
    ]
    assert [fault.sheet for fault in result.faults] == ["Лист ожидания", "Резерв"]
    assert any("Архив 2026" in notice for notice in result.notices)
    assert [one.name for one in look(tmp_path / "a.xlsx") if not one.read] == ["Архив 2026"]


NOTHING = [
    "-",
    "—",
    "нет",
    "н/д",
    "без группы",
    "0",
    "undefined",
    "Б/О",
    "отсутствует",
    "нет данных",
    "не выдан",
    "None",
]


@pytest.mark.parametrize("nothing", NOTHING)
def test_nothing_is_written_in_many_ways(tmp_path: Path, nothing: str) -> None:
    result = read(tmp_path, f"{HEAD}ФИО;Группа;Код\n{VISIT}Кот Ия;{nothing};{nothing}\n")
    assert groups(result) == [""]
    assert result.rows[0].issued
    result = read(tmp_path, f"{HEAD}Фамилия;Имя;Отчество;Группа;Старший\n{VISIT}Кот;Ия;{nothing};5А;{nothing}\n")
    assert result.rows[0].visitor.name == "Кот Ия"
    assert [one.leader for one in result.groups.values()] == [""]
    if nothing != "0":
        result = read(tmp_path, f"{HEAD}ФИО;Год рождения\n{VISIT}Кот Ия;{nothing}\n")
        assert [row.visitor.birth_year for row in result.rows] == [None]


@pytest.mark.parametrize("code", ["#N/A", "a@b.ru", "+7 916 000-00-00", "89160000000", "г. Москва, ул. Мира, д. 5"])
def test_what_is_no_code_makes_no_ticket(tmp_path: Path, code: str) -> None:
    result = read(tmp_path, f"{HEAD}ФИО;Код\n{VISIT}Кот Ия;{code}\n")
    assert [fault.column for fault in result.faults] == ["Код"]


@pytest.mark.parametrize(
    ("private", "left"),
    [
        ("a@b.ru", ""),
        ("+7 916 000-00-00", ""),
        ("89160000000", ""),
        ("г. Москва, ул. Ленина, д. 5, кв. 7", ""),
        ("Орлова Нина, ул. Мира, 5-7", "Орлова Нина"),
        ("Орлова Нина, Москва, пр-т Мира, д. 3, кв. 5", "Орлова Нина"),
        ("Орлова Нина orlova@mail.ru", "Орлова Нина"),
    ],
)
def test_no_address_is_kept_of_a_group_or_its_leader(tmp_path: Path, private: str, left: str) -> None:
    group = read(tmp_path, f"{HEAD}ФИО|Группа\n{VISIT}Кот Ия|{private}\n".replace(";", "|"))
    assert groups(group) == [left]
    leader = read(tmp_path, f"{HEAD}ФИО|Группа|Старший\n{VISIT}Кот Ия|5А|{private}\n".replace(";", "|"))
    assert [one.leader for one in leader.groups.values()] == [left]
    assert group.notices
    assert leader.notices


@pytest.mark.parametrize(
    "address", [", г. Москва, ул. Ленина, д. 5", " ул Мира 5", " (ул. Мира, 7)", ", Тула, пер. Новый, 8"]
)
def test_no_address_is_kept_of_a_visitor(tmp_path: Path, address: str) -> None:
    result = read(tmp_path, f"{HEAD}ФИО\n{VISIT}Кот Ия{address}\n")
    assert [row.visitor.name for row in result.rows] == ["Кот Ия"]
    assert result.notices == ["An address beside a name was left out. Rows: 2."]


@pytest.mark.parametrize(
    "cells", [{"name": "Лис Ян паспорт 4510 123456"}, {"name": "Лис Ян", "note": "паспорт 4510 123456"},
              {"name": "Лис Ян", "note": "звонить +7 916 000-00-00"}, {"name": "Лис Ян", "note": "a@b.ru"}]
)  # fmt: skip
def test_the_stop_list_holds_no_documents(cells: dict[str, str]) -> None:
    found = read_row("stop", {"plant": "Хлебозавод", **cells}, [plant()])
    assert [fault.column for fault in found.faults]
    assert not found.taken


@pytest.mark.parametrize(
    "line",
    ["Стр. 1 из 2", "Лист 1", "резерв 1", "Место 5", "Кл. руководитель", "см. на обороте", "продолжение на обороте",
     "2 ребенка", "VIP-гость", "Учитель 1", "Page 2 of 3", "Seat 4",
     "Гость VIP", "Неизвестный гость", "1 сопровождающий", "Подгруппа 2", "и др.", "без имени 2", "Ученик 5А"],
)  # fmt: skip
def test_a_line_that_names_nobody_is_no_visitor(tmp_path: Path, line: str) -> None:
    result = read(tmp_path, f"{HEAD}ФИО\n{VISIT}{line}\n")
    assert not result.rows
    assert len(result.faults) == 1


def test_people_called_like_paper_are_people(tmp_path: Path) -> None:
    names = ["Лист Ференц", "Мест Иван", "Ким Ул", "Page Larry"]
    result = read(tmp_path, f"{HEAD}ФИО\n" + "".join(f"{VISIT}{name}\n" for name in names))
    assert [row.visitor.name for row in result.rows] == names


@pytest.mark.parametrize("name", ["Кот Инна — мама", "Рысь Яна Петровна - кл. рук.", "Орлова Анна, вожатая"])
def test_an_adult_beside_a_class_is_no_minor(tmp_path: Path, name: str) -> None:
    result = read(tmp_path, f"{HEAD}ФИО;Класс\n{VISIT}{name};5А\n")
    assert [row.visitor.flags for row in result.rows] == [frozenset({Flag.ADULT})]


def test_a_relative_behind_a_name_is_told(tmp_path: Path) -> None:
    result = read(tmp_path, f"{HEAD}ФИО\n{VISIT}Лев Лев и сестра\n")
    assert any("more people" in notice for notice in result.notices)
