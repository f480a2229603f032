"""Seasons that are not ordinary: midnight, zones, one person at two gates, tickets taken back, plants of one name."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from checkin import i18n
from checkin.domain.events import Kind
from checkin.domain.visit import Flag, Record, Revocation
from checkin.reports.season import season
from checkin.reports.seasondata import COLUMNS, HIDDEN, K, _rows, rows, write_dataset
from checkin.reports.seasonfigures import Season, Visit
from checkin.reports.seasonpages import chart, page_data, tables, when, write_report
from checkin.reports.typesetting import breakable, pages
from checkin.rosters.planning import GONE
from tests.field import DIRTY, NOW, event, person, plant, ticket, tour, visitor

MIDNIGHT = datetime(2026, 8, 5, 20, 30, tzinfo=UTC)
"""23:30 in Moscow, and 06:30 of the next day in Vladivostok."""


def table(found: Season, title: str) -> dict[str, list[object]]:
    rows_ = next(rows for name, _headings, rows in tables(found) if name == title)
    return {str(row[0]): list(row[1:]) for row in rows_}


def test_a_tour_over_midnight_is_of_the_day_when_it_begins() -> None:
    late = tour(start=MIDNIGHT, minutes=90)
    people = [visitor(f"v{n}", person(n)) for n in range(3)]
    events = [
        event(subject="v0", at=MIDNIGHT - timedelta(minutes=1), device="d", seq=1),
        event(subject="v1", at=MIDNIGHT + timedelta(minutes=45), device="d", seq=2),
    ]
    found = season([plant(), late, *people], events, MIDNIGHT + timedelta(hours=3))
    assert list(found.tables["day"]) == ["2026-08-05"]
    assert list(found.tables["hour"]) == ["23:00"]
    assert {hour for load in found.gates.values() for hour in load} == {23, 0}
    assert (found.total.came, found.total.no_show) == (2, 1)
    assert (found.punctual["early"], found.punctual["late"]) == (1, 1)


def test_each_plant_has_its_own_clock() -> None:
    far = plant("port", "Порт", tz="Asia/Vladivostok")
    records = [
        plant(), far, tour(start=MIDNIGHT), tour("t2", MIDNIGHT, plant="port"),
        visitor(), visitor("v2", "Ким", plant="port", tour="t2"),
    ]  # fmt: skip
    found = season(records, [], MIDNIGHT + timedelta(days=1))
    assert {key: line.registered for key, line in found.tables["day"].items()} == {"2026-08-05": 1, "2026-08-06": 1}
    assert set(found.tables["hour"]) == {"23:00", "06:00"}
    i18n.use("ru")
    assert when(found) == "05.08.2026 – 06.08.2026"
    assert set(table(found, "День")) == {"05.08.2026", "06.08.2026"}


@pytest.mark.parametrize(("after", "missing"), [(-60, 0), (0, 0), (89, 0), (91, 1)])
def test_nobody_is_missing_before_the_tour_is_over(after: int, missing: int) -> None:
    people = [visitor("v0", person(0)), visitor("v1", person(1))]
    events = [event(subject="v0", at=NOW - timedelta(hours=1), device="d", seq=1)]
    found = season([plant(), tour(minutes=90), *people], events, NOW + timedelta(minutes=after))
    assert (found.total.came, found.total.no_show) == (1, missing)


def test_one_person_at_two_gates_and_back_again_is_one_head() -> None:
    people = [visitor("v0", person(0))]
    events = [
        event(subject="v0", at=NOW, device="a", seq=1, gate="1"),
        event(subject="v0", at=NOW + timedelta(seconds=1), device="b", seq=1, gate="2"),
        event(Kind.EXIT, "v0", at=NOW + timedelta(minutes=20), device="a", seq=2, gate="1"),
        event(subject="v0", at=NOW + timedelta(minutes=30), device="a", seq=3, gate="1"),
    ]
    found = season([plant(), tour(), *people], events)
    assert (found.total.registered, found.total.came, found.total.walk_ins) == (1, 1, 0)
    assert sum(found.punctual.values()) == 1
    assert len(found.gates) == 2


@pytest.mark.parametrize(
    ("seconds", "band"), [(-1, "early"), (0, "on_time"), (600, "on_time"), (601, "late"), (659, "late")]
)
def test_ten_minutes_are_ten_minutes(seconds: int, band: str) -> None:
    events = [event(subject="v1", at=NOW + timedelta(seconds=seconds), device="d", seq=1)]
    found = season([plant(), tour(), visitor()], events)
    assert found.punctual == Counter({band: 1})
    index = found.by_plant["Завод «hleb»"]
    assert index.punctuality == (0.0 if band == "late" else 1.0)
    assert [visit.punctual for visit in found.visits] == [band]


def test_who_is_gone_from_the_list_is_no_no_show_unless_they_came() -> None:
    people = [visitor(f"v{n}", person(n)) for n in range(4)]
    held = [ticket(f"C-{n}", f"v{n}") for n in range(4)] + [ticket("C-new", "v2"), ticket("C-party", None, party=5)]
    gone = [Revocation(id=one, plant="hleb", at=NOW, reason=GONE) for one in ("k-C-1", "k-C-2", "k-C-3", "k-C-party")]
    gone.append(Revocation(id="k-C-0", plant="hleb", at=NOW, reason="утерян"))
    events = [event(subject="v3", at=NOW, device="d", seq=1)]
    found = season([plant(), tour(), *people, *held, *gone], events)
    assert (found.total.registered, found.total.came) == (
        3,
        1,
    )  # v0 lost theirs, v2 has a new one, v3 came


def test_the_heads_and_the_places_of_fill_are_of_the_same_tours() -> None:
    """Without a number of places, or before the end, there is nothing to compare heads with; walk-ins take places."""
    tours = [tour("a", capacity=20), tour("b"), tour("c", NOW + timedelta(hours=5), capacity=10)]
    people = [visitor("a0", tour="a"), *(visitor(f"b{n}", tour="b") for n in range(25)), visitor("c0", tour="c")]
    events = [event(subject=one.id, tour=one.tour, device="d", seq=n) for n, one in enumerate(people, 1)]
    for name in "abc":
        events.append(event(Kind.WALK_IN, f"guest-{name}", tour=name, device="d", seq=50 + ord(name)))
    records = [plant(), *tours, *people]
    now = NOW + timedelta(hours=4)
    assert season(records, events[:-3], now).by_plant["Завод «hleb»"].fill == 1 / 20
    assert season(records, events, now).by_plant["Завод «hleb»"].fill == 2 / 20
    assert season(records, events, NOW + timedelta(days=1)).by_plant["Завод «hleb»"].fill == 4 / 30
    moved = [event(subject="b0", tour="a", device="d", seq=1)]
    assert season(records, moved, now).by_plant["Завод «hleb»"].fill == 1 / 20


def test_the_share_of_those_who_came_says_of_whom(tmp_path: Path) -> None:
    """Seven registered, three came, one did not, three are still awaited: 75 % of the four who were due."""
    i18n.use("en")
    later = tour("t2", NOW + timedelta(days=3))
    people = [visitor(f"v{n}", person(n), tour="t1" if n < 4 else "t2") for n in range(7)]
    events = [event(subject=f"v{n}", device="d", seq=n + 1) for n in range(3)]
    found = season([plant(), tour(), later, *people], events, NOW + timedelta(days=1))
    before = {"attendance_percent": 50.0}
    rows_ = {str(row[0]): row[1:] for row in tables(found, before)[0][2]}
    assert [rows_[name][0] for name in ("Registered", "Came", "Did not come", "Still awaited")] == [7, 3, 1, 3]
    assert rows_["Came, % of those due by now"] == [75.0, 50.0, 25.0]
    assert "came of those due by now" in str(page_data(found))
    write_report(found, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Summary"]
    assert ("Came, % of those due by now", 75) in list(sheet.iter_rows(values_only=True))


def test_plants_of_one_name_stay_apart() -> None:
    records = [
        plant("a", "Завод"), plant("b", "Завод"), tour(plant="a"), tour("t2", plant="b"),
        visitor(plant="a"), visitor("v2", plant="b", tour="t2"),
    ]  # fmt: skip
    found = season(records, [event(subject="v1", at=NOW, device="d", seq=1, plant="a")])
    assert set(found.tables["plant"]) == set(found.by_plant) == {"Завод (a)", "Завод (b)"}
    assert found.by_plant["Завод (b)"].punctuality == 0


def test_a_group_is_timed_from_its_first_to_its_last() -> None:
    people = [visitor(f"v{n}", person(n), group=f"g{n // 3}") for n in range(6)]
    events = [event(subject=f"v{n}", at=NOW + timedelta(minutes=n * n), device="d", seq=n + 1) for n in range(6)]
    found = season([plant(), tour(), *people], events)
    i18n.use("en")
    assert table(found, "From first to last") == {"Завод «hleb»": [10, 16, 2]}
    assert table(found, "Punctuality by plant") == {"Завод «hleb»": [0, 4, 2]}
    assert chart(next(one for one in tables(found) if one[0] == "Punctuality by plant")).count("<rect") == 6


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_question_has_its_table_in_every_language(tmp_path: Path, language: str) -> None:
    i18n.use(language)
    for found in (season([], []), season([plant(), tour(), visitor()], []), season([plant()], [])):
        titles = [title for title, _headings, _rows in tables(found)]
        assert len(set(titles)) == len(titles) == 16
        assert len({title[:31].casefold() for title in titles}) == 16
        write_report(found, tmp_path / "a.xlsx")
        write_report(found, tmp_path / "a.pdf")
        write_dataset(found, tmp_path / "a.csv")


@pytest.mark.parametrize("hours", [3, 10, 19, 24])
@pytest.mark.parametrize("name", ["Мясоперерабатывающий комбинат", "Научно-производственное объединение", "Щ" * 40])
def test_what_a_line_is_about_stays_out_of_its_numbers(hours: int, name: str) -> None:
    i18n.use("ru")
    data = page_data(season([], []))
    data["tables"] = [
        {
            "title": "т",
            "headings": ["Проходная", *[""] * hours],
            "rows": [[breakable(name), *[""] * hours]],
            "chart": "",
            "note": "",
        }
    ]
    (page,) = pages("season.typ", data, ppi=100)
    picture = Image.open(io.BytesIO(page)).convert("L")
    # Below the report's title nothing is drawn but the first column: the lines of a table are pale.
    row = picture.crop((12 * 100 // 25, 21 * 100 // 25, 200 * 100 // 25, 120 * 100 // 25))
    ink = row.point(lambda grey: 255 * (grey < 130)).getbbox()
    assert ink is not None
    assert ink[2] <= (81 if hours == 3 else 43 if hours > 9 else 59) * 100 / 25.4


def test_numbers_on_paper_are_written_as_the_language_writes_them() -> None:
    plants = [plant(), tour(), *(visitor(f"v{n}", person(n)) for n in range(3))]
    found = season(plants, [event(subject="v0", device="d", seq=1)], NOW + timedelta(days=1))
    for language, point, other in (("ru", "33,3", "33.3"), ("en", "33.3", "33,3")):
        i18n.use(language)
        said = str(page_data(found))
        assert point in said
        assert other not in said


def big() -> Season:
    people = [visitor(f"v{n}", person(n), birth_year=1950 + n, group=f"g{n // 5}") for n in range(60)]
    events = [event(subject=f"v{n}", at=NOW + timedelta(minutes=n % 20), device="d", seq=n + 1) for n in range(50)]
    events.append(
        event(Kind.WALK_IN, "guest-1", device="d", seq=99, private={"name": "Тайный Гость", "note": "заметка-сторожа"})
    )
    return season([plant(), tour(guide="Орлова Анна", guide_phone="+7 900 111-22-33"), *people], events)


def test_no_persons_name_is_in_the_bytes_of_any_document(tmp_path: Path) -> None:
    found = big()
    write_report(found, tmp_path / "a.xlsx", found.summary())
    write_dataset(found, tmp_path / "a.csv")
    texts = [path.read_text("utf-8-sig") for path in tmp_path.glob("*.csv")]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    texts += [chart(one) for one in tables(found)]
    texts.append(str(page_data(found)))
    names = {person(number) for number in range(60)} | set(DIRTY) | {"Тайный", "заметка-сторожа", "Орлова", "111-22-33"}
    words = {word for name in names for word in re.findall(r"[\w-]{5,}", name)}
    assert sum("Завод" in text for text in texts) >= 4
    for text in texts:
        assert not {word for word in words if word in text} - {"HYPERLINK", "http", "onerror", "alert"}


HEADS = st.builds(
    lambda keys, came, walk_in, late: Visit(
        dict(zip(COLUMNS[:8], keys, strict=True)),
        0 if walk_in else 1,
        1 if came or walk_in else 0,
        walk_in,
        timedelta(minutes=late) if came or walk_in else None,
    ),
    st.tuples(*(st.sampled_from([f"{name}1", f"{name}2"]) for name in COLUMNS[:8])),
    st.booleans(),
    st.booleans(),
    st.sampled_from([-5, 5, 50]),
)


@given(st.lists(HEADS, max_size=120))
def test_who_is_looked_for_is_one_of_five_or_not_there(visits: list[Visit]) -> None:
    """Whatever is known of a person, the rows that may be theirs are none, or ``K`` at least that look the same."""
    safe, left_out = rows(visits)
    assert len(safe) + left_out == len(visits)
    alike = Counter(safe)
    assert all(count >= K for count in alike.values())
    for visit in visits:
        (own,) = _rows(visit)
        fits = [row for row in alike if all(cell in (HIDDEN, known) for cell, known in zip(row, own, strict=True))]
        assert sum(alike[row] for row in fits) == 0 or sum(alike[row] for row in fits) >= K


def test_a_small_cell_cannot_be_got_back_by_subtraction() -> None:
    """Nine of one language and one of another: the one is hidden, and no total in the export gives it away."""
    people = [visitor(f"v{n}", person(n), language="ru" if n else "zh", birth_year=2000) for n in range(10)]
    found = season([plant(), tour(), *people], [])
    safe, left_out = rows(found.visits)
    place = COLUMNS.index("language")
    assert {row[place] for row in safe} == {"ru"}
    assert (len(safe), left_out) == (9, 1)


def test_cancelled_people_are_not_registered() -> None:
    found = season([plant(), tour(), visitor("v1", "А Б", Flag.CANCELLED)], [])
    assert found.total.registered == 0


def test_who_was_let_in_by_a_gate_without_the_list_came() -> None:
    held = ticket("A-1", of="v1")
    events = [event(subject=held.id, device="d", seq=1), event(Kind.EXIT, held.id, device="d", seq=2)]
    found = season([plant(), tour(), visitor(), held], events, NOW + timedelta(hours=3))
    assert (found.total.registered, found.total.came, found.total.no_show) == (1, 1, 0)


@pytest.mark.parametrize("off", [tour(cancelled=True), visitor("v1", "Иванова Мария", Flag.CANCELLED)])
def test_who_came_came_whatever_was_cancelled_afterwards(off: Record) -> None:
    records = {one.id: one for one in (plant(), tour(), visitor(), visitor("v2"), off)}
    found = season(records.values(), [event(device="d", seq=1)], NOW + timedelta(hours=3))
    assert found.total.came == sum(sum(load.values()) for load in found.gates.values()) == 1
    assert found.total.registered == (1 if off.id == "t1" else 2)


def test_a_party_that_went_out_and_came_back_is_counted_once() -> None:
    held = ticket("SCHOOL", None, party=10)
    steps = ((Kind.ENTRY, 6), (Kind.EXIT, 6), (Kind.ENTRY, 6), (Kind.ENTRY, 2))
    events = [
        event(kind, held.id, party=heads, at=NOW + timedelta(minutes=n), device="d", seq=n + 1)
        for n, (kind, heads) in enumerate(steps)
    ]
    assert season([plant(), tour(), held], events, NOW + timedelta(hours=3)).total.came == 8


def test_days_are_days_to_a_spreadsheet_and_rows_add_up_before_the_end(tmp_path: Path) -> None:
    people = [visitor(f"v{n}", person(n)) for n in range(3)]
    found = season([plant(), tour(), *people], [event(subject="v0", device="d", seq=1)], NOW + timedelta(minutes=30))
    write_report(found, tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")[next(one[0] for one in tables(found) if one[1][0] == "День")]
    assert (page["A2"].is_date, page["A2"].value) == (True, datetime(2026, 8, 5))  # noqa: DTZ001 - a day has no zone
    _registered, came, missing, _walk_ins, _refused, awaited = table(found, "Предприятие")["Завод «hleb»"]
    assert (came, missing, awaited) == (1, 0, 2)
    assert chart(next(one for one in tables(found) if one[0] == "Предприятие")).count("<rect") == 4  # two with a legend
