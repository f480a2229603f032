"""The journal as a table: whole, in the plant's time, and text whatever a name looks like."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from checkin.desk import Direction, Source
from checkin.domain.events import Kind, private
from checkin.domain.visit import SigningKey
from checkin.errors import SettingsWrong
from checkin.issuing.signing import Issue, reissued
from checkin.reports.attendance import COLUMNS, export_attendance
from checkin.reports.cells import plain
from checkin.rosters.identity import ticket_id
from checkin.store.roster import RosterChange
from checkin.tickets import codec, keys
from tests.field import DIRTY, KEY, NOW, Site, crowd, event, plant, school, signed, site, ticket, tour, visitor


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    records = [plant(tz="Asia/Yekaterinburg"), tour(), *crowd(len(DIRTY)), *school(), KEY]
    with site(tmp_path / "gate", records) as made:
        yield made


def shift(gate: Site) -> None:
    """Everybody comes; one leaves, one is taken back, one code is unknown, a party comes."""
    for number in range(len(DIRTY)):
        gate.desk.scan(f"CODE-{number}", Source.CAMERA)
    gate.desk.scan("CODE-0", Source.CAMERA, Direction.OUT)
    slip = gate.desk.scan("SCHOOL", Source.SCANNER).event
    assert slip is not None
    gate.desk.undo(slip.id)
    gate.desk.scan("=cmd|' /C calc'!A0", Source.PIPE)
    with gate.store.write() as tx:
        tx.journal.append(event(Kind.OVERRIDE, "x", private=private("+7 900", "@note")), gate.desk.device)


def from_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_event_is_a_row_in_both_forms(gate: Site, tmp_path: Path) -> None:
    shift(gate)
    rows = export_attendance(gate.store, tmp_path / "a.csv")
    assert export_attendance(gate.store, tmp_path / "a.xlsx") == rows == len(gate.events)

    lines = from_csv(tmp_path / "a.csv")
    assert {line["event_id"] for line in lines} == {one.id for one in gate.events}
    assert tuple(lines[0]) == COLUMNS
    assert {"event_id", "at", "kind", "plant", "tour", "visitor", "code", "gate", "operator", "reason"} <= set(COLUMNS)
    assert lines[0]["at"] == "2026-08-05T12:30:00.000+05:00"
    assert [line["kind"] for line in lines].count("void") == 1
    party = next(line for line in lines if line["code"] == "SCHOOL" and line["kind"] == "entry")
    assert (party["visitor"], party["heads"], party["group"]) == ("Школа № 12", "25", "Школа № 12")


def test_a_workbook_holds_texts_and_numbers_and_no_formula(gate: Site, tmp_path: Path) -> None:
    shift(gate)
    export_attendance(gate.store, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    names = [row[COLUMNS.index("visitor")].value for row in sheet.iter_rows(min_row=2)]
    assert set(DIRTY) <= set(names)
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_in_a_csv_what_looks_like_a_formula_is_told_to_be_text(gate: Site, tmp_path: Path) -> None:
    shift(gate)
    export_attendance(gate.store, tmp_path / "a.csv")
    lines = from_csv(tmp_path / "a.csv")
    assert any(line["visitor"] == '\'=HYPERLINK("http://x")' for line in lines)
    assert any(line["code"].startswith("'=cmd") for line in lines)
    assert any(line["note"] == "'@note" for line in lines)
    for line in lines:
        assert not any(value.lstrip()[:1] in set("=+-@") for value in line.values())


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0@SUM(1)", "'\u00a0@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-5", "'-5"),
        ("＝1", "'＝1"),
        ("Ли", "Ли"),
        ("", ""),
        ("a=1", "a=1"),
        (-5, -5),
    ],
)
def test_cells(cell: str | int, shown: str | int) -> None:
    assert plain(cell) == shown


def test_an_empty_journal_is_a_table_with_headings(gate: Site, tmp_path: Path) -> None:
    assert export_attendance(gate.store, tmp_path / "a.csv") == 0
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").strip() == ",".join(COLUMNS)
    assert export_attendance(gate.store, tmp_path / "a.XLSX") == 0


@pytest.mark.parametrize("name", ["a.pdf", "a", "nowhere/a.csv", "folder.csv"])
def test_a_place_that_takes_no_table_is_said_and_nothing_is_left(gate: Site, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SettingsWrong):
        export_attendance(gate.store, tmp_path / name)
    assert not list(tmp_path.rglob("*.new"))


def test_a_table_that_is_there_is_replaced_whole(gate: Site, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old" * 10_000)
    shift(gate)
    export_attendance(gate.store, tmp_path / "a.csv")
    assert "old" not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def codes(gate: Site, folder: Path) -> list[str]:
    export_attendance(gate.store, folder / "a.csv")
    return [line["code"] for line in from_csv(folder / "a.csv")]


def test_a_code_is_none_that_came_after_the_scan(gate: Site, tmp_path: Path) -> None:
    """Signed anew by another key, then given anew: each row goes on saying what was shown."""
    identity, other = "00000000000000a1", keys.private_from_seed(bytes(32))
    short = codec.ticket_short(identity)
    held = ticket(signed(identity), "v0", id=identity, short=short)
    gate.take(held)
    gate.desk.scan(held.code, Source.CAMERA)
    before = codes(gate, tmp_path)
    assert before == [short]
    anew = signed(identity, other)
    gate.take(
        SigningKey(id=keys.kid(keys.public_bytes(other)), plant="", public=keys.public_hex(other), issuer="Новый")
    )
    gate.take(replace(held, code=anew))
    assert codes(gate, tmp_path) == before
    issue = Issue(ticket=replace(held, code=anew), plant=plant(), tour=tour(), visitor=visitor("v0"))
    (fresh,), gone = reissued([issue], NOW)
    gate.take(fresh.ticket, *gone)
    with gate.store.write() as tx:
        tx.roster.apply([RosterChange("ticket", "hleb", identity, None)])
    assert codes(gate, tmp_path) == before
    gate.clock.advance(timedelta(seconds=5))
    gate.desk.scan(fresh.ticket.code, Source.CAMERA)
    assert codes(gate, tmp_path) == [*before, fresh.short]


def test_a_ticket_that_nobody_knows_any_more_has_no_code(gate: Site, tmp_path: Path) -> None:
    """Its id looks like one of ours, and is made from a site's code: a short code of it was never on any paper."""
    identity = ticket_id("hleb", "SITE-1")
    gate.take(ticket("SITE-1", "v0", id=identity))
    gate.desk.scan("SITE-1", Source.CAMERA)
    assert codes(gate, tmp_path) == ["SITE-1"]
    with gate.store.write() as tx:
        tx.roster.apply([RosterChange("ticket", "hleb", identity, None)])
    assert codes(gate, tmp_path) == [""]
