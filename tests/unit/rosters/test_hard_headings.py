"""Headings that say one thing and look like another, and lists of which the headings say next to nothing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from roster_files import xlsx

from checkin.domain.visit import Flag
from checkin.errors import ListUnreadable
from checkin.rosters.headings import NOTHING_SAID, column_of, plain_heading
from checkin.rosters.headingwords import PASSPORT, UNWANTED, says_standing
from checkin.rosters.looking import look
from checkin.rosters.mapping import Mapping, said
from checkin.rosters.reading import read_list
from checkin.rosters.result import ListResult

ABOVE = "Мероприятие: Хлеб;;\nДата: 05.08.2026;;\nВремя: 10:30;;\n"
VISIT = ";05.08.2026;10:30;Хлеб"

pytestmark = pytest.mark.usefixtures("english")


def read(folder: Path, text: str, spoken: Mapping = NOTHING_SAID) -> ListResult:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return read_list(path, "Завод", said=spoken)


def of_visit(folder: Path, headings: str, *rows: str) -> ListResult:
    """A list whose last columns say the visit."""
    return read(folder, f"{headings};Дата;Начало;Мероприятие\n" + "".join(f"{row}{VISIT}\n" for row in rows))


def names(result: ListResult) -> list[str]:
    assert not result.faults
    return [row.visitor.name for row in result.rows]


def births(result: ListResult) -> list[int | None]:
    return [row.visitor.birth_year for row in result.rows]


def times(result: ListResult) -> list[str]:
    return [f"{one.start:%Y-%m-%d} {one.start.hour + 3:02}:{one.start:%M}" for one in result.tours.values()]


DOCUMENTS = [
    "Doc No", "Document", "Doc. number", "Travel document", "Pass No.", "PP number", "Identity", "№ док.",
    "Вид на жительство", "Номер ВНЖ", "Миграционная карта", "Номер св-ва", "护照", "Reisepass",
    "Номер студенческого билета", "Военный билет", "Дата документа", "Св-во о рождении",
]  # fmt: skip


@pytest.mark.parametrize("heading", DOCUMENTS)
def test_a_document_is_no_code(tmp_path: Path, heading: str) -> None:
    result = of_visit(tmp_path, f"Name;{heading}", "Müller Jürgen;C01X00T47", "Schmidt Anna;L01X00T12")
    assert names(result) == ["Müller Jürgen", "Schmidt Anna"]
    assert all(row.issued for row in result.rows)
    assert result.notices == [f"Looks like passport data and is not stored: {heading}."]


@pytest.mark.parametrize(
    ("heading", "values", "code"),
    [
        ("Arrival flight", ["SU12345", "SU54321"], False),
        ("Car", ["A123BC77", "B321CA99"], False),
        ("", ["C01X00T47", "L01X00T12"], False),
        ("", ["TK-0001", "TK-0002"], True),
        ("Registration token", ["C01X00T47", "L01X00T12"], True),
    ],
)
def test_only_what_can_be_nothing_else_is_guessed_to_be_a_code(
    tmp_path: Path, heading: str, values: list[str], code: bool
) -> None:
    rows = [f"{name};{value}" for name, value in zip(["Кот Ия", "Лис Ян"], values, strict=True)]
    result = of_visit(tmp_path, f"ФИО;{heading}", *rows)
    assert [row.issued for row in result.rows] == [not code] * 2


@pytest.mark.parametrize(
    "heading",
    [
        "Группа крови",
        "Группа инвалидности",
        "Blood group",
        "Прививка",
        "Размер группы",
        "Месяц рождения",
        "Birth place",
    ],
)
def test_what_is_nobodys_business_is_left_out(tmp_path: Path, heading: str) -> None:
    assert column_of(heading) == UNWANTED
    result = of_visit(tmp_path, f"ФИО;{heading}", "Кот Ия;III+")
    assert not result.groups
    assert result.notices == [f"Columns not used: {heading}."]


ONLY_NAMES = [
    ("№;ФИО", "1;{name}"), ("№;ФИО;Телефон", "1;{name};89160000000"), ("№;ФИО;Подпись", "1;{name};"),
    ("№;ФИО;Примечание", "1;{name};аллергия"), ("№;Name;Passport", "1;{name};4510 123456"), ("№;ФИО;Д/р", "1;{name};"),
    ("ФИО", "{name}"), ("ФИО;Телефон", "{name};"), ("№ п/п;Участник;Подпись", "1;{name};"),
    ("№;Фамилия И.О.;Телефон", "1;{name};"),
    ("№ п/п;Фамилия, имя, отчество (полностью);Контактный телефон", "1;{name};"),
    ("№;ФИО учащегося;Чья очередь", "1;{name};да"),
]  # fmt: skip


@pytest.mark.parametrize(("headings", "row"), ONLY_NAMES)
def test_a_list_may_have_no_column_but_the_names(tmp_path: Path, headings: str, row: str) -> None:
    rows = [row.format(name=name) for name in ("Иванов Иван", "Петров Пётр")]
    result = read(tmp_path, ABOVE + "\n".join((headings, *rows)) + "\n")
    assert names(result) == ["Иванов Иван", "Петров Пётр"]
    assert times(result) == ["2026-08-05 10:30"]
    cells: list[list[Any]] = [line.split(";") for line in (ABOVE + headings).split("\n")]
    xlsx(tmp_path / "list.xlsx", {"Лист1": [*cells, *(one.split(";") for one in rows)]})
    assert names(read_list(tmp_path / "list.xlsx", "Завод")) == ["Иванов Иван", "Петров Пётр"]


def test_a_person_may_say_which_column_has_the_names(tmp_path: Path) -> None:
    for heading in ("ФИО", "Кто идёт"):
        for above in (ABOVE, ABOVE.replace(";;\n", ";") + "\n"):
            text = f"{above}№;{heading}\n1;Иванов Иван\n"
            assert names(read(tmp_path, text, said([f"{heading}=visitor"]))) == ["Иванов Иван"]


@pytest.mark.parametrize("text", ["Иванов Иван;Участник\nПетров Пётр;Участник\n", "John Smith;Guest\nAnn Fox;Guest\n"])
def test_what_people_are_is_no_heading(tmp_path: Path, text: str) -> None:
    with pytest.raises(ListUnreadable):
        read(tmp_path, text)


def test_a_sheet_of_phones_beside_a_list_is_not_read(tmp_path: Path) -> None:
    staff: list[list[Any]] = [["ФИО", "Телефон"], ["Орлова Нина", "89160000000"]]
    people: list[list[Any]] = [["ФИО", "Дата", "Начало", "Мероприятие"], ["Кот Ия", "05.08.2026", "10:30", "Хлеб"]]
    xlsx(tmp_path / "list.xlsx", {"Список": people, "Ответственные": staff})
    for defaults in (None, {"tour": "Квиз", "date": "06.08.2026"}):
        result = read_list(tmp_path / "list.xlsx", "Завод", defaults=defaults)
        assert names(result) == ["Кот Ия"]
        assert any("Ответственные" in notice for notice in result.notices)
    assert [sheet.read for sheet in look(tmp_path / "list.xlsx")] == [True, False]


VISITORS = [
    ("№ участника;ФИО", "1;Кот Ия"), ("ID участника;ФИО", "A17;Кот Ия"), ("Student ID;Student Name", "1234;Кот Ия"),
    ("Participant #;Full name", "1;Кот Ия"), ("ФИО;Город участника", "Кот Ия;Тула"),
    ("ФИО;Размер одежды участника", "Кот Ия;XL"), ("ФИО;Взрослый/ребёнок", "Кот Ия;взрослый"),
    ("ФИО;Ребёнок (да/нет)", "Кот Ия;нет"), ("ФИО;Студент", "Кот Ия;да"), ("ФИО;Участник", "Кот Ия;ученик"),
    ("Full name;Guest type", "Кот Ия;Regular"), ("Full name;Guests", "Кот Ия;2"),
    ("Hotel Name;Guest Name", "Заря;Кот Ия"),
    ("Фамилия;Имя;Отчество;Ребёнок", "Кот;Ия;;да"), ("Contact full name;Name", ";Кот Ия"),
]  # fmt: skip


@pytest.mark.parametrize(("headings", "row"), VISITORS)
def test_the_names_are_where_names_are_asked_for(tmp_path: Path, headings: str, row: str) -> None:
    assert names(of_visit(tmp_path, headings, row)) == ["Кот Ия"]


@pytest.mark.parametrize(
    ("headings", "row", "flags"),
    [
        ("ФИО;Взрослый/ребёнок", "Кот Ия;ребёнок", {Flag.MINOR}),
        ("ФИО;Ребёнок (да/нет)", "Кот Ия;да", {Flag.MINOR}),
        ("ФИО;Ребёнок", "Кот Ия;нет", set()),
        ("Фамилия;Имя;Ребёнок", "Кот;Ия;да", {Flag.MINOR}),
        ("ФИО;Возрастная группа", "Кот Ия;7-11", {Flag.MINOR}),
        ("ФИО;Возрастная группа", "Кот Ия;12–17 лет", {Flag.MINOR}),
        ("ФИО;Возрастная группа", "Кот Ия;до 14", {Flag.MINOR}),
        ("ФИО;Возрастная группа", "Кот Ия;18+", {Flag.ADULT}),
        ("ФИО;Возрастная группа", "Кот Ия;взрослые", {Flag.ADULT}),
        ("ФИО;Возрастная категория", "Кот Ия;12+", set()),
    ],
)
def test_who_is_a_minor_is_known_from_such_columns(tmp_path: Path, headings: str, row: str, flags: set[Flag]) -> None:
    result = of_visit(tmp_path, headings, row)
    assert names(result) == ["Кот Ия"]
    assert result.rows[0].visitor.flags == flags


@pytest.mark.parametrize(
    "heading", ["Сопровождающий (да/нет)", "Сопровождающий", "Сопровождающий [+/-]", "Adult (Y/N)"]
)
def test_whether_somebody_accompanies_is_nobodys_name(tmp_path: Path, heading: str) -> None:
    result = of_visit(tmp_path, f"ФИО;Класс;{heading}", "Кот Ия;7А;нет", "Рысь Яна;7А;да")
    assert [one.leader for one in result.groups.values()] == [""]
    assert [row.visitor.flags for row in result.rows] == [{Flag.MINOR}, {Flag.ADULT}]


@pytest.mark.parametrize("heading", ["Д.р.", "Д/р", "D.O.B.", "Родился", "Дата р.", "ДР"])
def test_days_of_birth_are_no_visits(tmp_path: Path, heading: str) -> None:
    rows = ["Кот Ия;01.02.2015", "Лис Ян;03.04.2014"]
    assert births(of_visit(tmp_path, f"ФИО;{heading}", *rows)) == [2015, 2014]
    result = read(tmp_path, ABOVE + f"ФИО;{heading};Класс\n" + "".join(f"{row};7А\n" for row in rows))
    assert times(result) == ["2026-08-05 10:30"]
    assert births(result) == [2015, 2014]


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("", ["01.02.2015", "03.04.2014"], [2015, 2014]),
        ("Сдал анализы", ["01.02.2024", "03.04.2025"], [None, None]),
        ("Прибытие автобуса", ["09:00", "09:00"], [None, None]),
        ("Время сбора", ["09:00", "09:00"], [None, None]),
        ("Номер экскурсии", ["17", "17"], [None, None]),
    ],
)
def test_what_is_said_above_is_not_guessed_below(
    tmp_path: Path, heading: str, cells: list[str], expected: list[int | None]
) -> None:
    rows = "".join(f"{name};{cell};7А\n" for name, cell in zip(["Кот Ия", "Лис Ян"], cells, strict=True))
    result = read(tmp_path, f"{ABOVE}ФИО;{heading};Класс\n{rows}")
    assert times(result) == ["2026-08-05 10:30"]
    assert births(result) == expected
    assert [one.title for one in result.tours.values()] == ["Хлеб"]


@pytest.mark.parametrize("first", ["12.03.2013", "12.03.1985"])
@pytest.mark.parametrize("last", [False, True])
def test_of_two_days_without_headings_the_later_is_the_visit(tmp_path: Path, first: str, last: bool) -> None:
    people = [("Иванов Иван Иванович", first), ("Петров Пётр Петрович", "01.01.2012")]
    lines = [f"{name};05.08.2026;10:30;Хлеб;{day}" if last else f"{name};{day}{VISIT}" for name, day in people]
    result = read(tmp_path, "\n".join(lines) + "\n")
    assert times(result) == ["2026-08-05 10:30"]
    assert births(result) == [int(first[-4:]), 2012]


def test_a_list_with_nothing_but_days_of_birth_has_no_visits(tmp_path: Path) -> None:
    with pytest.raises(ListUnreadable):
        read(tmp_path, "Иванов Иван Иванович;12.03.2013;10:30;Хлеб\nПетров Пётр Петрович;01.01.2009;10:30;Хлеб\n")


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("ФИО;Дата;Время сбора;Время начала;Мероприятие", "Кот Ия;05.08.2026;09:30;10:30;Хлеб"),
        ("ФИО;Дата;Pick-up time;Начало;Мероприятие", "Кот Ия;05.08.2026;09:30;10:30;Хлеб"),
        ("ФИО;Start point;Дата;Начало;Мероприятие", "Кот Ия;Метро;05.08.2026;10:30;Хлеб"),
        ("ФИО;Номер экскурсии;Экскурсия;Дата;Начало", "Кот Ия;17;Хлеб;05.08.2026;10:30"),
        ("ФИО;Event location;Мероприятие;Дата;Начало", "Кот Ия;Тула;Хлеб;05.08.2026;10:30"),
        ("ФИО;День;Дата;Начало;Мероприятие", "Кот Ия;среда;05.08.2026;10:30;Хлеб"),
        ("Код экскурсии;Экскурсия;ФИО;Дата;Время", "17;Хлеб;Кот Ия;05.08.2026;10:30"),
    ],
)
def test_the_plainest_heading_counts(tmp_path: Path, headings: str, row: str) -> None:
    result = read(tmp_path, f"{headings}\n{row}\n")
    assert names(result) == ["Кот Ия"]
    assert times(result) == ["2026-08-05 10:30"]
    assert [one.title for one in result.tours.values()] == ["Хлеб"]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("ФИО;День рождения;Месяц рождения;Год рождения", "Кот Ия;12;3;2010"),
        ("ФИО;Месяц рождения;Год рождения", "Кот Ия;3;2010"),
        ("ФИО;Св-во о рождении;Дата рождения", "Кот Ия;I-МЮ 123456;12.03.2010"),
        ("ФИО;День рождения", "Кот Ия;12.03.2010"),
    ],
)
def test_the_year_of_birth_is_found_among_its_parts(tmp_path: Path, headings: str, row: str) -> None:
    result = of_visit(tmp_path, headings, row)
    assert names(result) == ["Кот Ия"]
    assert births(result) == [2010]


@pytest.mark.parametrize("heading", ["№ группы", "Номер группы", "Группа №", "Group number"])
def test_groups_may_have_numbers(tmp_path: Path, heading: str) -> None:
    result = of_visit(tmp_path, f"ФИО;{heading}", "Кот Ия;1", "Лис Ян;2")
    assert sorted(one.name for one in result.groups.values()) == ["1", "2"]
    result = of_visit(tmp_path, f"ФИО;{heading};Группа", "Кот Ия;1;Первая")
    assert [one.name for one in result.groups.values()] == ["Первая"]


@pytest.mark.parametrize("heading", ["Attendee Status", "Guest status", "Статус участника", "Статус гостя", "Status"])
def test_the_status_of_people_is_a_status(tmp_path: Path, heading: str) -> None:
    assert column_of(heading) == "flags"
    assert says_standing(plain_heading(heading))
    result = of_visit(tmp_path, f"ФИО;{heading}", "Кот Ия;Attending", "Лис Ян;Сложно сказать")
    assert [fault.column for fault in result.faults] == [heading]


@pytest.mark.parametrize(
    "text",
    [
        '№;"Фамилия\nимя\nотчество";"Дата рождения";"Дата\nпосещения";"Время";"Мероприятие"\n'
        "1;Кот Ия;01.02.2010;05.08.2026;10:30;Хлеб\n",
        '№,"Фамилия\nимя\n\nотчество","Дата;\nпосещения","Время","Мероприятие\n(тема)"\n'
        '1,Кот Ия,05.08.2026,10:30,"Хлеб"\n',
        'ФИО, Дата, Начало, "Мероприятие"\nКот Ия, 05.08.2026, 10:30, "Хлеб"\n',
        "sep=\t\nФИО\tДата\tНачало\tМероприятие\nКот Ия\t05.08.2026\t10:30\tХлеб\n",
    ],
)
def test_headings_may_be_wrapped_and_quoted(tmp_path: Path, text: str) -> None:
    result = read(tmp_path, text)
    assert names(result) == ["Кот Ия"]
    assert times(result) == ["2026-08-05 10:30"]
    assert [one.title for one in result.tours.values()] == ["Хлеб"]


def test_a_quoted_cell_behind_a_space_is_one_cell(tmp_path: Path) -> None:
    result = read(tmp_path, 'ФИО, Дата, Начало, Мероприятие\nКот Ия, 05.08.2026, 10:30, "Хлеб, соль"\n')
    assert [one.title for one in result.tours.values()] == ["Хлеб, соль"]


@pytest.mark.parametrize("sign", [";", "\t", ",", "|"])
def test_rows_are_numbered_without_the_line_that_names_the_delimiter(tmp_path: Path, sign: str) -> None:
    result = read(tmp_path, f"sep={sign}\nФИО;Дата;Начало;Тур\nКот Ия;05.08.2026;1x:00;Хлеб\n".replace(";", sign))
    assert [fault.row for fault in result.faults] == [2]


@pytest.mark.parametrize("cell", ["(" * 9_000, "[" * 9_000, "(a" * 4_500, "((a)" * 3_000])
def test_brackets_without_end_take_no_time(cell: str) -> None:
    begun = time.monotonic()
    for _again in range(100):
        plain_heading(cell)
    assert time.monotonic() - begun < 2
    assert plain_heading("ФИО (кто (и чей) идёт) [1]") == "фио"


def test_passports_are_told_from_their_words() -> None:
    assert {column_of(heading) for heading in DOCUMENTS} == {PASSPORT}
