"""Dirty lists: what is taken, what is named, and that nothing disappears."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from more_lists import MORE
from roster_files import ods, xls, xlsx
from roster_lists import CASES, HEAD, HEADINGS, PLAIN, ROW, UNREADABLE, Case, cells, text
from stranger_lists import NO_LISTS, STRANGERS

from checkin.domain.ticket import short_holds
from checkin.domain.visit import Plant
from checkin.errors import ListUnreadable
from checkin.rosters import delimited, measure, reading, workbook
from checkin.rosters.mapping import Remembered, said
from checkin.rosters.reading import read_list
from checkin.rosters.table import MAX_BYTES

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("case", [*CASES, *STRANGERS, *MORE], ids=lambda case: case.id)
def test_dirty_list(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.file
    case.write(path)
    result = read_list(path)
    assert tuple(row.visitor.name for row in result.rows) == case.names
    assert tuple((fault.row, fault.column) for fault in result.faults) == case.faults
    assert all(fault.reason for fault in result.faults)
    notices = "\n".join(result.notices)
    for part in case.says:
        assert part in notices
    if not case.says:
        assert not notices
    assert case.check(result)
    assert result.total == len(case.names) + len(case.faults)


@pytest.mark.parametrize(
    ("write", "name", "says"), [pytest.param(w, n, s, id=i) for i, n, w, s in (*UNREADABLE, *NO_LISTS)]
)
def test_what_is_no_list_says_so(write: Callable[[Path], object], name: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path)
    with pytest.raises(ListUnreadable, match=says) as caught:
        read_list(path)
    assert name in str(caught.value)


def test_a_file_too_large_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ListUnreadable, match="too large"):
        read_list(path)


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_ROWS", 40)
    monkeypatch.setattr(workbook, "MAX_ROWS", 40)
    path, book = tmp_path / "a.csv", xlsx(tmp_path / "b.xlsx", {"A": [HEADINGS, *[cells("Иванов")] * 40]})
    path.write_text(HEAD + ROW.format("Иванов", "") * 40, "utf-8")
    for one in (path, book):
        with pytest.raises(ListUnreadable, match="more than 40 rows"):
            read_list(one)


def test_a_list_without_one_good_row_says_why_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "HOPELESS", 50)
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "З;Э;нет;10:30;Иванов;\n" * 49, "utf-8")
    assert len(read_list(path).faults) == 49
    path.write_text(HEAD + "З;Э;нет;10:30;Иванов;\n" * 50, "utf-8")
    with pytest.raises(ListUnreadable, match="Row 2, дата"):
        read_list(path)


@pytest.fixture
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "MAX_UNPACKED", 20 << 20)


def bomb(path: Path) -> Path:
    xlsx(path, {"A": [HEADINGS]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/bomb.bin", "w") as file:
        for _ in range(30):
            file.write(bytes(1 << 20))
    return path


@pytest.mark.usefixtures("_little_room")
def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx")
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ListUnreadable, match="unpack"):
        read_list(path)


@pytest.mark.usefixtures("_little_room")
def test_a_zip_bomb_that_lies_about_its_size_is_refused_too(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx")
    data = path.read_bytes()
    true = (30 << 20).to_bytes(4, "little")
    path.write_bytes(data.replace(true, (1000).to_bytes(4, "little")))
    with pytest.raises(ListUnreadable, match=r"unpack|damaged"):
        read_list(path)


def test_a_stray_cell_far_away_does_not_end_the_program(tmp_path: Path) -> None:
    far = b"\x04\x02\x0b\x00\xff\xff\xff\xff\x00\x00\x01\x00\x01a\x00"
    paths = [
        xls(tmp_path / "a.xls", [HEADINGS, cells("Иванов")], far),
        ods(
            tmp_path / "a.ods",
            [HEADINGS, cells("Иванов")],
            '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell office:value-type="string" '
            'table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell></table:table-row>',
        ),
        tmp_path / "a.xlsx",
    ]
    with xlsxwriter.Workbook(str(paths[2])) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_string(1_048_575, 16_383, "x")
    for path in paths:
        with pytest.raises(ListUnreadable, match="far from the list"):
            read_list(path)


def test_issued_codes_can_be_typed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW.format("Иванов", "") + ROW.format("Петров", " X-1 "), "utf-8")
    first, second = read_list(path).rows
    assert first.issued
    assert short_holds(first.ticket.code)
    assert not second.issued
    assert second.ticket.code == "X-1"


def test_ids_follow_from_what_is_written(tmp_path: Path) -> None:
    path, other = tmp_path / "a.csv", tmp_path / "b.xlsx"
    text(PLAIN)(path)
    xlsx(other, {"A": [HEADINGS, ["завод заря", "«экскурсия»", "2026-08-05", "10.30", "Иванов Иван", "C1"]]})
    one, two = read_list(path), read_list(other)
    assert list(one.plants) == list(two.plants) == ["zavod-zarya"]
    assert list(one.tours) == list(two.tours)
    assert one.rows[0].visitor.id == two.rows[0].visitor.id
    assert one.rows[0].ticket.id == two.rows[0].ticket.id


def test_the_plant_of_the_command_line_counts_where_the_list_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text("мероприятие;дата;начало;ФИО\nЭкскурсия;05.08.2026;10:30;Иванов\n")(path)
    assert [fault.column for fault in read_list(path).faults] == ["plant"]
    ural = Plant(id="truba", name="Трубный завод «Горизонт»", tz="Asia/Yekaterinburg")
    for name in ("truba", "Трубный завод «Горизонт»", "трубный завод Горизонт"):
        result = read_list(path, name, known=[ural])
        assert list(result.plants.values()) == [ural]
        assert next(iter(result.tours.values())).start.hour == 5


def test_a_thousand_unknown_words_are_not_a_thousand_notices(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "завод;экскурсия;дата;ФИО;отметки\n" + "".join(f"З;Э;2026-08-05;А;слово{n}\n" for n in range(1000)), "utf-8"
    )
    notices = read_list(path).notices
    assert len(notices) == 201
    assert "800" in notices[-1]


def test_progress_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text(HEAD + ROW.format("Иванов", "") * 2500)(path)
    told: list[tuple[int, int]] = []
    read_list(path, progress=lambda done, of: told.append((done, of)))
    assert [done for done, _of in told] == [1000, 2000, 2500]
    assert told[-1] == (2500, 2500)


def test_a_heading_line_that_a_person_explained_is_known_the_next_time(tmp_path: Path) -> None:
    path, memory = tmp_path / "a.csv", Remembered(tmp_path / "lists.json")
    text("Список\nЧто вам интересно;Кто вы;День\nХлеб;Кот Ия;05.08.2026\n")(path)
    with pytest.raises(ListUnreadable):
        read_list(path, "З", remembered=memory.for_line)
    first = read_list(path, "З", said=said(["#1=tour", "#2=visitor", "#3=date"]))
    for kind in first.kinds:
        memory.keep("", kind.columns, [kind.line])
    again = read_list(path, "З", remembered=Remembered(tmp_path / "lists.json").for_line)
    assert [row.visitor.name for row in again.rows] == [row.visitor.name for row in first.rows] == ["Кот Ия"]
    assert list(again.tours) == list(first.tours)
