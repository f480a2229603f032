"""What lists say in a way that is hard to read: nobody loses a ticket, a tour or a companion by it unnoticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checkin.domain.visit import Flag, Plant, StopEntry
from checkin.errors import ListUnreadable
from checkin.rosters.reading import read_list
from checkin.rosters.result import ListResult
from checkin.rosters.taking import Taken, take_list
from checkin.store import Store

HEAD = "ФИО;Год рождения;Дата;Начало;Мероприятие\n"
THERE = "2010;05.08.2026;10:00;Хлеб"
OTHERS = f"Петров Пётр;{THERE}\nСидоров Семён;{THERE}\n"
FIRST = f"{HEAD}Иванов Иван;{THERE}\n{OTHERS}"

pytestmark = pytest.mark.usefixtures("english")


def read(folder: Path, text: str) -> ListResult:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return read_list(path, "Завод")


def take(store: Store, folder: Path, text: str, *, revoke: bool = True) -> Taken:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return take_list(store, path, plant="Завод", revoke_missing=revoke, now=datetime(2026, 8, 1, tzinfo=UTC))


def gone(taken: Taken) -> list[str]:
    return sorted(one.name for one in taken.plan.removed)


def refused(result: ListResult) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in result.faults]


@pytest.mark.parametrize(
    "line",
    [
        f"Иванов Иван, Котов Кот;{THERE}",
        f"Иванов Иван / Котов Кот;{THERE}",
        f"Иванов Иван → Котов Кот;{THERE}",
        f"Котов Кот вместо Иванов Иван;{THERE}",
        f"резерв: Иванов Иван;{THERE}",
        f"Иванов Иван x2;{THERE}",
        f"Иванов Иван №3;{THERE}",
        f"Иванов Иван перенос на 06.08;{THERE}",
        f"Иванов Ив\N{REPLACEMENT CHARACTER}н;{THERE}",
        "Иванов Иван;2010;x;y;z;05.08.2026;10:00;Хлеб",
        "Иванов Иван",
        f'"Иванов Иван,{THERE.replace(";", ",")}"',
        f"#FORMULA!;{THERE}",
        f";{THERE}",
    ],
)
def test_who_stands_in_a_faulty_row_is_not_gone(store: Store, tmp_path: Path, line: str) -> None:
    take(store, tmp_path, FIRST)
    taken = take(store, tmp_path, f"{HEAD}{line}\n{OTHERS}")
    assert len(taken.plan.result.faults) == 1
    assert gone(taken) == []
    assert not taken.plan.removed_tickets


def test_a_faulty_row_keeps_nobody_else_on_the_list(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, FIRST)
    taken = take(store, tmp_path, f"{HEAD}Иванов Иван, Котов Кот;{THERE}\nПетров Пётр;{THERE}\nИтого: 2;;;;\n")
    assert gone(taken) == ["Сидоров Семён"]
    assert not [text for text in taken.plan.result.notices if "gone" in text]


def test_a_patronymic_may_be_left_out_in_a_faulty_row(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, f"{HEAD}Иванов Иван Петрович;{THERE}\n{OTHERS}")
    assert gone(take(store, tmp_path, f"{HEAD}Иванов Иван, Котов Кот;{THERE}\n{OTHERS}")) == []


def test_where_no_name_can_be_read_nobody_of_the_tour_is_gone(store: Store, tmp_path: Path) -> None:
    other = "Лис Ян;2010;05.08.2026;14:00;Соль\nЁж Ева;2010;05.08.2026;14:00;Соль\n"
    take(store, tmp_path, FIRST + other)
    taken = take(store, tmp_path, f"{HEAD}#N/A;{THERE}\nПетров Пётр;{THERE}\n{other[: other.index('Ёж')]}")
    assert gone(taken) == ["Ёж Ева"]
    said = "“Хлеб”, 05.08.2026 10:00: nobody counts as gone from the list, since a name cannot be read. Rows: 2."
    assert said in taken.plan.result.notices
    unplaced = take(store, tmp_path, f"{HEAD}#N/A;2010;;10:00;Хлеб\nПетров Пётр;{THERE}\n{other}", revoke=False)
    assert gone(unplaced) == []
    assert any("neither a name nor its tour can be read" in text for text in unplaced.plan.result.notices)


def test_a_tour_that_was_moved_stays_where_it_is(store: Store, tmp_path: Path) -> None:
    head = HEAD.replace("Начало", "Начало;Окончание")
    line = "{};2010;05.08.2026;10:00;11:30;Хлеб\n"
    take(store, tmp_path, head + line.format("Иванов Иван"))
    with store.write() as tx:
        (tour,) = tx.roster.tours()
        moved = replace(tour, start=tour.start + timedelta(hours=5), end=tour.end + timedelta(hours=5))
        tx.roster.put([moved])
    taken = take(store, tmp_path, head + line.format("Иванов Иван") + line.format("Котов Кот"))
    with store.read() as tx:
        assert tx.roster.tours() == [moved]
        assert {one.tour for one in tx.roster.visitors()} == {moved.id}
    assert len(taken.plan.added) == 1
    said = "“Хлеб”, 05.08.2026 10:00: the tour is at 05.08.2026 15:00 now, since it was moved."
    assert [text for text in taken.plan.result.notices if text.startswith(said)]


TWO = (Plant(id="zavod", name="Завод"), Plant(id="zavod-2", name="завод"), Plant(id="p3", name="Фабрика"))


def test_a_name_that_two_plants_share_names_neither(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    lines = [f"Кот Ия;{THERE};{called}" for called in ("Завод", "zavod", "zavod-2", "Фабрика", "p3")]
    path.write_text("\n".join([HEAD.strip() + ";Предприятие", *lines]), "utf-8")
    result = read_list(path, known=TWO)
    assert refused(result) == [(2, "Предприятие")]
    assert result.faults[0].reason == (
        "Several plants are called “Завод”. Write the code of the one that is meant: zavod, zavod-2"
    )
    assert [row.visitor.plant for row in result.rows] == ["zavod", "zavod-2", "p3", "p3"]


def test_a_list_for_a_plant_whose_name_two_share_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(FIRST, "utf-8")
    with pytest.raises(ListUnreadable, match="Several plants are called “Завод”"):
        read_list(path, "Завод", known=TWO)
    assert {row.visitor.plant for row in read_list(path, "zavod-2", known=TWO).rows} == {"zavod-2"}


def test_a_blank_start_below_one_is_a_fault(tmp_path: Path) -> None:
    result = read(tmp_path, FIRST + "Лис Ян;2010;05.08.2026;;хлеб\nЁж Ева;2010;06.08.2026;;Хлеб\n")
    assert refused(result) == [(5, "Начало")]
    assert len(result.tours) == 2


def test_a_blank_start_above_one_is_told(tmp_path: Path) -> None:
    result = read(tmp_path, f"{HEAD}Лис Ян;2010;05.08.2026;;Хлеб\n{OTHERS}")
    assert not result.faults
    assert [text for text in result.notices if text.startswith("“Хлеб”, 05.08.2026: the first rows have no start")]
    assert not [text for text in read(tmp_path, FIRST).notices if "no start" in text]


@pytest.mark.parametrize("word", ["ученик", "Ученица", "учащаяся", "обучающийся", "воспитанник", "Pupil"])
@pytest.mark.parametrize("heading", ["Статус", "Тип участника", "Категория"])
def test_a_pupil_is_a_minor(tmp_path: Path, heading: str, word: str) -> None:
    result = read(tmp_path, f"{heading};{HEAD}{word};Иванов Иван;{THERE}\n")
    assert [row.visitor.flags for row in result.rows] == [{Flag.MINOR}]
    assert not [text for text in result.notices if "not known" in text]


@pytest.mark.parametrize("word", ["участник", "Участница", "гость", "VIP", "посетитель", "водитель", "Guest"])
@pytest.mark.parametrize("heading", ["Статус", "Тип участника"])
def test_some_roles_say_nothing(tmp_path: Path, heading: str, word: str) -> None:
    result = read(tmp_path, f"{heading};{HEAD}{word};Иванов Иван;{THERE}\n")
    assert [row.visitor.flags for row in result.rows] == [frozenset()]
    assert not [text for text in result.notices if "not known" in text]


@pytest.mark.parametrize(
    "word",
    ["Not Attending", "Deleted", "Transferred", "не участвует", "Не идёт", "выбыл", "Выбыла", "удалён", "not valid"],
)
def test_who_does_not_come_is_cancelled(tmp_path: Path, word: str) -> None:
    result = read(tmp_path, f"Статус;{HEAD}{word};Иванов Иван;{THERE}\n")
    assert [row.visitor.flags for row in result.rows] == [{Flag.CANCELLED}]


@pytest.mark.parametrize("word", ["участвует", "не отменён", "Attending"])
def test_who_comes_is_not_cancelled(tmp_path: Path, word: str) -> None:
    result = read(tmp_path, f"Статус;{HEAD}{word};Иванов Иван;{THERE}\n")
    assert [row.visitor.flags for row in result.rows] == [frozenset()]


def test_what_nobody_sees_makes_no_other_time_year_or_code(tmp_path: Path) -> None:
    unseen = "\u200b", "\u200d", "\u200c", "\ufeff", "\u200e", "\u202a", "\u00ad", "\u2060"
    lines = "".join(
        f"Кот Ия;20{one}10;{one}05.08.2026;10:00{one};Хлеб{one};T-{one}10{number}{one}\n"
        for number, one in enumerate(unseen)
    )
    result = read(tmp_path, f"{HEAD.strip()};Код билета\n{lines}")
    assert not result.faults
    assert {row.visitor.birth_year for row in result.rows} == {2010}
    assert [row.ticket.code for row in result.rows] == [f"T-10{number}" for number in range(len(unseen))]
    assert len(result.tours) == 1
    assert result.notices == ["Invisible control characters were removed. Rows: 2, 3, 4, 5, 6 and 3 more."]


def test_joiners_that_a_script_needs_stay(tmp_path: Path) -> None:
    name = "علی\u200cرضا محمدی"
    result = read(tmp_path, f"{HEAD}{name}\u200c;{THERE}\n")
    assert [row.visitor.name for row in result.rows] == [name]


@pytest.mark.parametrize(
    "headings", ["Взрослых;Детей", "Взрослые;Дети", "Количество взрослых;Число детей", "Adults;Kids"]
)
def test_counts_are_no_answers(tmp_path: Path, headings: str) -> None:
    result = read(tmp_path, f"{headings};{HEAD}2;1;Иванов Иван;{THERE}\n1;0;Петров Пётр;{THERE}\n")
    assert [row.visitor.flags for row in result.rows] == [frozenset()] * 2
    assert "Perhaps more people stand behind a name: give each a row. Rows: 2." in result.notices
    assert not [text for text in result.notices if "not known" in text]


@pytest.mark.parametrize("heading", ["Количество человек", "Qty", "Кол-во билетов", "Число посетителей", "Quantity"])
def test_more_people_in_a_row_are_told(tmp_path: Path, heading: str) -> None:
    result = read(tmp_path, f"{HEAD.strip()};{heading}\nИванов Иван;{THERE};3\nПетров Пётр;{THERE};1\n")
    assert len(result.rows) == 2
    assert "Perhaps more people stand behind a name: give each a row. Rows: 2." in result.notices


@pytest.mark.parametrize("heading", ["Количество мест", "Мест в группе", "Количество человек в группе"])
def test_how_many_a_tour_has_is_no_count_of_a_row(tmp_path: Path, heading: str) -> None:
    result = read(tmp_path, f"{HEAD.strip()};{heading}\nИванов Иван;{THERE};20\n")
    assert not [text for text in result.notices if "more people" in text]


def test_one_child_is_still_marked_by_yes(tmp_path: Path) -> None:
    result = read(
        tmp_path, f"Несовершеннолетний;Дети;{HEAD}1;;Иванов Иван;{THERE}\n;да;Петров Пётр;{THERE}\n;;Лис Ян;{THERE}\n"
    )
    assert [row.visitor.flags for row in result.rows] == [{Flag.MINOR}, {Flag.MINOR}, frozenset()]


def test_every_row_near_the_stop_list_is_named(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        tx.roster.put([StopEntry(id="s1", name="Чайка Ольга", plant="")])
    far = "".join(f"{name};{THERE}\n" for name in ("Лис Ян", "Ёж Ева"))
    near = [
        f"Чайка Ольга {name};{THERE}\n"
        for name in ["Ивановна", "Петровна", "Львовна", "Юрьевна", "Олеговна", "Ильинична", "Глебовна"]
    ]
    taken = take(store, tmp_path, HEAD + "".join(near[:4]) + far + "".join(near[4:5]) + far + "".join(near[5:]))
    said = [text for text in taken.plan.result.notices if text.startswith("The name resembles one on the stop list")]
    assert [text.rpartition("Rows: ")[2] for text in said] == ["2–5, 8, 11, 12."]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Иванов Иван", "Иванов Иван Петрович"),
        ("Иванов Иван Петрович", "Иван Иванов"),
        ("Абрамович Анна", "Анна Львовна Абрамович"),
        ("Алиев Али", "Алиев Али Гасан оглы"),
    ],
)
def test_who_gains_or_loses_a_patronymic_keeps_the_ticket(
    store: Store, tmp_path: Path, before: str, after: str
) -> None:
    take(store, tmp_path, f"{HEAD}{before};{THERE}\n{OTHERS}")
    with store.read() as tx:
        codes = {one.code for one in tx.roster.tickets()}
    taken = take(store, tmp_path, f"{HEAD}{after};{THERE}\n{OTHERS}")
    assert [entry.visitor.name for entry in taken.plan.changed] == [after]
    assert not taken.plan.added
    assert gone(taken) == []
    with store.read() as tx:
        assert {one.code for one in tx.roster.tickets()} == codes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["Иванов Иван"], ["Иванов Иван Петрович", "Иванов Иван Львович"]),
        (["Иванов Иван Петрович", "Иванов Иван Львович"], ["Иванов Иван"]),
        (["Иванов Иван Петрович"], ["Иванов Иван Львович"]),
        (["Иванов Иван"], ["Иванов Иван Петрович;1990"]),
        (["Иванов Иван"], ["Иванова Иван Петрович"]),
        (["Абрамович Анна"], ["Анна Петрова"]),
    ],
)
def test_a_patronymic_that_leaves_a_doubt_pairs_nobody(
    store: Store, tmp_path: Path, before: list[str], after: list[str]
) -> None:
    def lines(names: list[str]) -> str:
        return HEAD + "".join(f"{name};{THERE[5:] if ';' in name else THERE}\n" for name in names) + OTHERS

    take(store, tmp_path, lines(before))
    taken = take(store, tmp_path, lines(after))
    assert len(taken.plan.added) == len(after)
    assert gone(taken) == sorted(before)
