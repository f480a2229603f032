"""Lists from an organiser's side: corrections that come back, mappings, checks, revocations; no row disappears."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from roster_files import xlsx

from checkin.domain.visit import Plant, Policy, Record, Revocation, StopEntry, Tour
from checkin.errors import ListUnreadable, SettingsWrong
from checkin.organising.lists import changes
from checkin.rosters import mapping
from checkin.rosters.correction import write_correction
from checkin.rosters.reading import read_list
from checkin.rosters.taking import Taken, keep_mapping, take_list
from checkin.store import Store
from checkin.store.roster import put

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)
HEAD = "Предприятие;Мероприятие;Дата;Начало;ФИО;Год рождения;Группа;Отметки\n"
ROW = "Хлеб;Каравай;05.08.2026;10:30;{};{};{};{}\n"

pytestmark = pytest.mark.usefixtures("english")


def known(store: Store, *records: Record) -> None:
    with store.write() as tx:
        tx.roster.apply(map(put, records))


def take(store: Store, folder: Path, text: str, **how: object) -> Taken:
    path = folder / "a.csv"
    path.write_text(text, "utf-8")
    return take_list(store, path, now=NOW, **how)  # type: ignore[arg-type]


def test_a_mended_correction_file_comes_in(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Мероприятие;Дата;Начало;ФИО;Паспорт;Телефон\n"
        "Каравай;05.08.2026;10:30;Иванов Иван;4510 123456;+7 900 000-00-00\n"
        'Каравай;когда-нибудь;10:30;=HYPERLINK("x");4510 123457;+7 900 000-00-01\n'
        "Каравай;05.08.2026;10:30;;4510 123458;+7 900 000-00-02\n",
        "utf-8",
    )
    taken = take_list(store, path, plant="Хлеб", now=NOW)
    assert len(taken.plan.result.faults) == len(taken.plan.result.faulty) == 2
    mend = tmp_path / "mend.xlsx"
    assert write_correction(taken.plan.result, mend) == 2
    book = openpyxl.load_workbook(mend)
    sheet = book.worksheets[0]
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)
    assert not any("4510" in str(cell) or "900" in str(cell) for row in rows for cell in row)
    assert rows[1][3] == '=HYPERLINK("x")'
    sheet["B2"], sheet["D3"] = "06.08.2026", "Петров Пётр"
    book.save(mend)
    again = take_list(store, mend, now=NOW)
    assert again.plan.counts()["taken"] == 2
    assert not again.plan.result.faults
    assert [one[:28] for one in again.plan.result.notices] == ["These are rows that were to "]
    assert set(again.plan.result.plants) == {"khleb"}


def test_a_shifted_row_keeps_what_went_over_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW.format("Иванов, Иван", 1990, "", "").rstrip() + ";лишнее\n", "utf-8")
    row = read_list(path).faulty[0]
    assert "лишнее" in row.cells
    assert len(row.headings) == len(row.cells)


def test_unknown_headings_are_read_by_content(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        {
            "Лист": [
                ["Завод", "Тема экскурсии", "Когда идём", "Во сколько", "Кто", "появился на свет"],
                *[["Хлеб", "Каравай", "05.08.2026", "10:30", f"Иванов{'абв'[n]} Иван", 2010 + n] for n in range(3)],
            ]
        },
    )
    result = read_list(path)
    assert [row.visitor.name for row in result.rows] == ["Иванова Иван", "Ивановб Иван", "Ивановв Иван"]
    assert [row.visitor.birth_year for row in result.rows] == [2010, 2011, 2012]
    assert sum("by what stands in it" in notice for notice in result.notices) >= 2


def test_a_list_without_headings(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "05.08.2026;10:30;Хлебозавод;Экскурсия «Хлеб»;Иванов Иван;1990;AB-1001\n"
        "05.08.2026;10:30;Хлебозавод;Экскурсия «Хлеб»;Петрова Анна;1991;AB-1002\n",
        "utf-8",
    )
    result = read_list(path)
    assert [(row.row, row.visitor.name, row.ticket.code) for row in result.rows] == [
        (1, "Иванов Иван", "AB-1001"),
        (2, "Петрова Анна", "AB-1002"),
    ]


def test_corrections_and_names_are_remembered_without_people(store: Store, tmp_path: Path) -> None:
    text = "Завод;Мероприятие;Дата;Время;Кто это;Чей\nХлеб;Каравай;05.08.2026;10:30;иванов иван;5А\n"
    file = tmp_path / "lists.json"
    memory = mapping.Remembered(file)
    said = mapping.said(["Кто это=ФИО", "чей=group"])
    taken = take(store, tmp_path, text, said=said, memory=memory)
    assert taken.plan.counts()["taken"] == 1
    assert keep_mapping(memory, taken.plan, "школа") == ["школа"]
    assert "иванов" not in file.read_text("utf-8").casefold()
    again = take(store, tmp_path, text, memory=mapping.Remembered(file))
    assert again.plan.counts()["unchanged"] == 1
    assert next(iter(again.plan.result.groups.values())).name == "5А"


@pytest.mark.parametrize("text", ["a", "=visitor", "Кто=никто", ""])
def test_what_is_no_correction_says_so(text: str) -> None:
    with pytest.raises(SettingsWrong):
        mapping.said([text])


@pytest.mark.parametrize(
    "content", ["", "[]", '{"mappings": 1}', '{"mappings": {"a": 1}}', "\0", '{"leads": {"a": 1}}']
)
def test_a_damaged_memory_is_only_forgotten(content: str, tmp_path: Path) -> None:
    (tmp_path / "lists.json").write_text(content)
    memory = mapping.Remembered(tmp_path / "lists.json")
    assert memory.names() == []
    assert memory.lead_days("a") == (None, None)


def test_moments_with_an_offset(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "plant,tour,date,start,end,visitor\n"
        "p,t,2026-08-05,2026-08-05T10:30+05:00,2026-08-05T12:00+05:00,A A\n"
        "p,t,,2026-08-04T22:30:00Z,,B B\n",
        "utf-8",
    )
    result = read_list(path, known=[Plant(id="p", name="p", tz="Europe/Moscow")])
    tours = sorted(result.tours.values(), key=lambda one: one.start)
    assert [tour.start for tour in tours] == [
        datetime(2026, 8, 4, 22, 30, tzinfo=UTC),
        datetime(2026, 8, 5, 5, 30, tzinfo=UTC),
    ]
    assert tours[1].end == datetime(2026, 8, 5, 7, 0, tzinfo=UTC)


def test_checks_name_rows_and_take_everybody(store: Store, tmp_path: Path) -> None:
    known(store, Plant(id="khleb", name="Хлеб", policy=Policy(minimum_age=8, minors_per_adult=1)))
    memory = mapping.Remembered(tmp_path / "lists.json")
    memory.keep_lead_days({"khleb": (3, 5)})
    rows = [
        ("Иванов Саша", 1990, "", ""),
        ("Иванов Александр", 1990, "", ""),
        ("Петров Пётр", 2020, "Семья", ""),
        ("Ким Ольга", 1980, "", "иностранец"),
        ("Злодеев Олег", 1970, "", ""),
        ("Zlodeev Oleg", 1970, "", ""),
        ("Белов Иван", 1990, "", ""),
        ("белов иван", 1990, "", ""),
        ("Гусева Анна", 2001, "", ""),
        ("Гусева Анна", 1985, "", ""),
    ]
    first = take(store, tmp_path, HEAD + ROW.format(*rows[0]))
    tour = next(iter(first.plan.result.tours.values()))
    with store.read() as tx:
        held = tx.roster.tour("khleb", tour.id)
    assert held is not None
    known(
        store,
        Tour(id=held.id, plant="khleb", title=held.title, start=held.start, end=held.end, capacity=9),
        StopEntry(id="s", plant="khleb", name="Злодеев Олег", birth_year=1970),
    )
    taken = take(store, tmp_path, HEAD + "".join(ROW.format(*row) for row in rows), memory=memory)
    assert taken.plan.counts()["taken"] == 9
    notices = "\n".join(taken.plan.result.notices)
    for expected in (
        "10 visitors for 9 places",
        "No place is left on the tour. Rows: 11.",
        "Perhaps one person in two spellings. Rows: 2 = 3, 6 = 7.",
        "Younger than the plant admits (8+). Rows: 4.",
        "Minors without an adult in their group. Rows: 4.",
        "On the stop list: the gate will refuse. Rows: 6.",
        "resembles one on the stop list: the gate will ask. Rows: 7.",
        "Likely the same person twice on one tour. Rows: 8 = 9.",
        "Namesakes on one tour: tell them apart by year of birth. Rows: 10 = 11.",
        "Foreigners are to be announced 5 days ahead. Rows: 5.",
    ):
        assert expected in notices, notices
    for row in rows:
        assert row[0] not in notices


def test_only_when_told_are_tickets_revoked_and_given_back(store: Store, tmp_path: Path) -> None:
    both = HEAD + ROW.format("Иванов Иван", 1990, "", "") + ROW.format("Белова Анна", 1990, "", "")
    one = HEAD + ROW.format("Иванов Иван", 1990, "", "")
    take(store, tmp_path, both)

    def revoked() -> int:
        with store.read() as tx:
            return sum(tx.roster.revocation(t.plant, t.id) is not None for t in tx.roster.tickets())

    assert take(store, tmp_path, one).plan.counts()["removed"] == 1
    assert revoked() == 0
    take(store, tmp_path, one, revoke_missing=True, apply=False)
    assert revoked() == 0
    take(store, tmp_path, one, revoke_missing=True)
    assert revoked() == 1
    assert not take(store, tmp_path, one, revoke_missing=True).plan.removed_tickets
    take(store, tmp_path, both)
    assert revoked() == 0


def test_what_is_given_back_is_a_change_and_what_was_taken_back_is_none(store: Store, tmp_path: Path) -> None:
    one = HEAD + ROW.format("Иванов Иван", 1990, "", "")
    both = one + ROW.format("Белова Анна", 1990, "", "")

    def told(text: str, **how: object) -> tuple[int, int, int, int]:
        counts = take(store, tmp_path, text, **how).plan.counts()
        return counts["taken"], counts["changed"], counts["unchanged"], counts["removed"]

    assert told(both) == (2, 0, 0, 0)
    assert told(one, revoke_missing=True) == (0, 0, 1, 1)
    assert told(one, revoke_missing=True) == told(one) == (0, 0, 1, 0)
    shown = take(store, tmp_path, both, apply=False).plan
    (entry,) = shown.changed
    assert entry.visitor.name == "Белова Анна"
    assert changes(entry) == "on the list again: the ticket that was taken back is good again"
    assert told(both) == (0, 1, 1, 0)
    assert told(both) == (0, 0, 2, 0)


def test_a_ticket_that_a_person_took_back_stays_so_and_its_holder_is_not_gone_once_more(
    store: Store, tmp_path: Path
) -> None:
    one = HEAD + ROW.format("Иванов Иван", 1990, "", "")
    both = one + ROW.format("Белова Анна", 1990, "", "")
    (lost,) = (entry.ticket for entry in take(store, tmp_path, both).plan.added if entry.visitor.name == "Белова Анна")
    known(store, Revocation(id=lost.id, plant=lost.plant, at=NOW, reason="утерян"))
    assert take(store, tmp_path, one, revoke_missing=True).plan.counts()["removed"] == 0
    back = take(store, tmp_path, both).plan
    assert (back.counts()["unchanged"], back.restored) == (2, [])
    with store.read() as tx:
        assert tx.roster.revocation(lost.plant, lost.id) is not None


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["05.08.2026", "10:30", "Иванов Иван", "1990", "2026-08-05T10:30Z", "=1+1", "", "Хлеб", "AB-12345", "minor"]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=12), heading=st.booleans())
def test_no_row_disappears(rows: list[list[str]], heading: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    head = (
        [["Предприятие", "Мероприятие", "Дата", "Начало", "ФИО", "Год рождения", "Чудо", "Отметки"]] if heading else []
    )
    sure = ["Хлеб", "Экскурсия", "05.08.2026", "10:30", "Иванов Иван", "1990", "", ""]
    clean = [["".join(c for c in cell if c.isprintable()) for cell in row] for row in rows]
    xlsx(path, {"Лист": [*head, sure, *clean]})
    try:
        result = read_list(path)
    except ListUnreadable:  # said in a sentence: only a list without headings may be beyond guessing
        assert not heading
        return
    full = 1 + sum(any(cell.strip() for cell in row) for row in clean)
    numbers = [row.row for row in result.rows] + [fault.row for fault in result.faults]
    assert len(numbers) == len(set(numbers)) == result.total
    # Empty for a person is what a spreadsheet shows as empty; a row that holds anything is somewhere.
    assert result.total == full
    assert len(result.faulty) == len(result.faults)


def test_a_list_without_headings_told_by_places_loses_nobody_and_keeps_nobodys_name(tmp_path: Path) -> None:
    """Its first row is its first person; only places are remembered, so no name ever stands in the clear."""
    path = tmp_path / "list.csv"
    path.write_text(
        "Сапсанов Жорж;2011;Экскурсия Х;2026-12-05;10:00\nЖуравлёва Нина;2012;Экскурсия Х;2026-12-05;10:00\n", "utf-8"
    )
    places = mapping.said(["#1=visitor", "#2=birth_year", "#3=tour", "#4=date", "#5=start"])
    first = read_list(path, plant="Завод", said=places)
    assert [row.visitor.name for row in first.rows] == ["Сапсанов Жорж", "Журавлёва Нина"]
    memory = mapping.Remembered(tmp_path / "lists.json")
    (kind,) = first.kinds
    memory.keep("мой", kind.columns, [] if kind.bare else [kind.line])
    assert "сапсанов" not in (tmp_path / "lists.json").read_text("utf-8").casefold()
    again = memory.named("мой")
    assert again is not None
    assert [row.visitor.name for row in read_list(path, plant="Завод", said=again).rows] == [
        "Сапсанов Жорж",
        "Журавлёва Нина",
    ]
