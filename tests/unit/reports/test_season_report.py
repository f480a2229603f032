"""A season in figures: sums that agree, no name anywhere, nobody to be found in the dataset."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.visit import Flag
from checkin.errors import SettingsWrong
from checkin.reports.season import season
from checkin.reports.seasondata import K, rows, write_dataset
from checkin.reports.seasonfigures import WEIGHTS, Season
from checkin.reports.seasonpages import page_data, summary_of, write_report
from tests.field import NOW, event, person, plant, tour, visitor


def some(count: int = 40) -> Season:
    people = [visitor(f"v{n}", person(n), birth_year=2000 + n % 3, group=f"g{n % 4}") for n in range(count)]
    people.append(visitor("gone", "Отменён", Flag.CANCELLED))
    events: list[AttendanceEvent] = []
    for number in range(count // 2):
        at = NOW + timedelta(minutes=number % 20 - 5)
        events.append(event(subject=f"v{number}", at=at, device="d", seq=number + 1))
    undone = event(subject=f"v{count - 1}", device="d", seq=900)
    events += [undone, event(Kind.VOID, None, voids=undone.id, device="d", seq=901)]
    events.append(event(Kind.REFUSAL, None, reason="forged", device="d", seq=902))
    events.append(event(Kind.WALK_IN, "w-1", device="d", seq=903))
    return season([plant(), tour(capacity=50), *people], events)


def test_sums_agree() -> None:
    found = some()
    assert (found.total.registered, found.total.came, found.total.no_show) == (40, 20, 20)
    assert (found.total.walk_ins, found.total.refused) == (1, 1)
    for name in ("plant", "format", "region", "district", "age", "language"):
        lines = found.tables[name].values()
        assert sum(line.registered for line in lines) == 40
        assert sum(line.came for line in lines) == 20
    assert sum(found.punctual.values()) == 21
    assert sum(load for gate in found.gates.values() for load in gate.values()) == 21
    assert len(found.group_minutes) == 4
    index = found.by_plant["Завод «hleb»"]
    assert index.attendance == 0.5
    assert index.fill == pytest.approx(21 / 50)
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert 0 < index.index < 100


def test_nobody_is_missing_from_a_tour_that_is_still_to_come() -> None:
    later = tour("t2", NOW + timedelta(days=3), capacity=50)
    people = [visitor(f"v{n}", person(n)) for n in range(10)] + [
        visitor(f"w{n}", person(n), tour="t2") for n in range(30)
    ]
    events = [event(subject=f"v{number}", at=NOW, device="d", seq=number + 1) for number in range(8)]
    records = [plant(), tour(capacity=10), later, *people]
    found = season(records, events, NOW + timedelta(hours=8))
    assert (found.total.registered, found.total.came, found.total.no_show, found.total.awaited) == (40, 8, 2, 30)
    assert found.summary()["attendance_percent"] == 80.0
    assert found.by_plant["Завод «hleb»"].fill == pytest.approx(0.8)
    assert season(records, events, NOW + timedelta(days=4)).total.no_show == 32


def test_an_empty_season_is_a_report_too(tmp_path: Path) -> None:
    write_report(season([], []), tmp_path / "a.xlsx")
    write_report(season([], []), tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_no_name_in_any_report(tmp_path: Path) -> None:
    found = some()
    write_report(found, tmp_path / "a.xlsx", {"came": 3.0})
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    texts = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    everything = "\n".join([*texts, str(page_data(found))])
    for number in range(40):
        assert f"{person(number)}\n" not in everything
    assert "Алексеев" not in everything
    assert any(sheet._charts for sheet in book.worksheets)
    assert summary_of(tmp_path / "a.xlsx") == {key: float(value) for key, value in found.summary().items()}
    with pytest.raises(SettingsWrong):
        write_report(found, tmp_path / "a.doc")


def test_nobody_can_be_found_in_the_dataset(tmp_path: Path) -> None:
    found = some()
    safe, left_out = rows(found.visits)
    assert len(safe) + left_out == 41
    assert all(count >= K for count in Counter(safe).values())
    written, out = write_dataset(found, tmp_path / "a.csv")
    assert (written, out) == (len(safe), left_out)
    assert (tmp_path / "a.dictionary.csv").exists()
