"""Whatever a file holds, reading it gives a list or ``ListUnreadable``, and never loses a row of one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from roster_files import ods, xls, xlsx
from roster_lists import HEADINGS, PLAIN, cells

from checkin.errors import ListUnreadable
from checkin.rosters.reading import read_list

relaxed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def read(path: Path, data: bytes) -> int:
    """Rows of the list, or -1 with a message that names the file."""
    path.write_bytes(data)
    try:
        return read_list(path).total
    except ListUnreadable as error:
        return -1 if path.name in str(error) else -2


@relaxed
@given(st.binary(max_size=3000))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path / "a.csv", data) >= -1


@relaxed
@given(st.sampled_from([b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), PLAIN.encode("cp1251")]), st.binary())
def test_any_bytes_after_a_good_beginning(tmp_path: Path, head: bytes, data: bytes) -> None:
    assert read(tmp_path / "a.xlsx", head + data) >= -1


@relaxed
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.sampled_from([",", ";", "\t", "|"]))
def test_any_text_below_headings(tmp_path: Path, text: str, delimiter: str) -> None:
    assert read(tmp_path / "a.csv", (delimiter.join(HEADINGS) + "\n" + text).encode()) >= 0


@relaxed
@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=6, max_size=6)),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_every_row_is_taken_or_named(tmp_path: Path, rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([HEADINGS, *rows])
    full = sum(1 for row in rows if any(cell.strip() for cell in row))
    assert read(tmp_path / "a.csv", out.getvalue().encode()) == full


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("books")
    rows = [HEADINGS, *(cells(f"Иванов {number}", f"c{number}") for number in range(30))]
    return [xls(folder / "a.xls", rows), ods(folder / "a.ods", rows), xlsx(folder / "a.xlsx", {"A": rows})]


@relaxed
@given(st.sampled_from([0, 1, 2]), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=20))
def test_a_damaged_workbook(tmp_path: Path, books: list[Path], which: int, damages: list[tuple[float, int]]) -> None:
    data = bytearray(books[which].read_bytes())
    for place, value in damages:
        data[int(place * len(data))] = value
    assert read(tmp_path / "a.xlsx", bytes(data)) >= -1
