"""Lists in, the demo season and the stop list: seconds, and ratios to the bare library that does the same reading."""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil
from python_calamine import CalamineWorkbook

from checkin.domain.names import StopIndex
from checkin.domain.visit import StopEntry
from checkin.errors import ListUnreadable
from checkin.rosters.demo import season
from checkin.rosters.demo.listfile import write_list
from checkin.rosters.demo.people import person
from checkin.rosters.planning import Held, plan
from checkin.rosters.reading import read_list
from tests.bench.report import Report

NAME = "lists"
SEED = 20_280_000
ROWS = 100_000
T = TypeVar("T")


def run(report: Report) -> None:
    """Measures everything in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        _csv(report, Path(folder))
        _workbook(report, Path(folder))
        _garbage(report, Path(folder))
    _stop_list(report)


def _csv(report: Report, folder: Path) -> None:
    count = ROWS // 10 if report.quick else ROWS
    path = folder / "list.csv"
    write(path, count)
    process = psutil.Process()
    before = process.memory_info().rss
    bare, _rows = _timed(lambda: _bare(path))
    reading, result = _timed(lambda: read_list(path))
    planning, first = _timed(lambda: plan(result, Held()))
    memory = (process.memory_info().rss - before) / 2**20
    held = Held(
        plants=list(result.plants.values()),
        tours=list(result.tours.values()),
        groups=list(result.groups.values()),
        visitors=[entry.visitor for entry in first.added],
        tickets=[entry.ticket for entry in first.added],
    )
    again, second = _timed(lambda: plan(read_list(path), held))
    rows = [
        ("csv.reader alone", f"{bare:.2f}", ""),
        ("read", f"{reading:.2f}", f"{reading / bare:.0f} x csv.reader"),
        ("plan, everything new", f"{planning:.2f}", f"{len(first.added)} taken, {memory:.0f} MB more"),
        ("the same list again, read and planned", f"{again:.2f}", f"{len(second.unchanged)} unchanged"),
    ]
    report.table(f"A list of {count} rows (CSV)", ("what", "seconds", ""), rows)
    report.figure("lists.csv.read_s", reading)
    report.figure("lists.csv.plan_s", planning)
    report.figure("lists.csv.again_s", again)
    report.figure("lists.csv.ratio", reading / bare)
    report.figure("lists.csv.memory_mb", memory)


def _workbook(report: Report, folder: Path) -> None:
    making, made = _timed(lambda: season(1))
    path = folder / "season.xlsx"
    count = write_list(made, path)
    bare, _rows = _timed(lambda: CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())
    reading, result = _timed(lambda: read_list(path))
    report.table(
        "The demo season",
        ("what", "seconds", ""),
        [
            ("made and signed", f"{making:.2f}", f"{len(made.tickets)} tickets"),
            ("calamine alone", f"{bare:.2f}", f"{count} rows"),
            ("read from XLSX", f"{reading:.2f}", f"{len(result.rows)} taken"),
        ],
    )
    report.figure("lists.season.made_s", making)
    report.figure("lists.xlsx.read_s", reading)
    report.figure("lists.xlsx.ratio", reading / bare)


def _garbage(report: Report, folder: Path) -> None:
    rng = random.Random(SEED)
    size = (10 if report.quick else 100) << 20
    letters = 'абвгд;,"\n\t123 xyz'
    text = "".join(rng.choices(letters, k=1 << 16)).encode()
    files = {
        "random bytes": rng.randbytes(1 << 20) * (size >> 20),
        "letters, quotes and delimiters": (text * (size // len(text)))[: 60 << 20],
        "a good heading, then garbage": "дата;мероприятие;завод;ФИО\n".encode() + (text * 100),
        "one endless line": b"x" * (60 << 20),
    }
    rows = []
    for name, data in files.items():
        path = folder / "garbage.csv"
        path.write_bytes(data)
        seconds, answer = _timed(lambda path=path: _answer(path))  # type: ignore[misc]
        rows.append((name, f"{len(data) >> 20} MB", f"{seconds:.2f}", answer))
        report.figure(f"lists.garbage.{name.split()[0]}_s", seconds)
    report.table("Garbage", ("what", "size", "seconds", "answer"), rows)


def _stop_list(report: Report) -> None:
    rng = random.Random(SEED)
    entries = [StopEntry(id=str(number), plant="p", name=person(rng, patronymic=0.8)) for number in range(2000)]
    names = [person(rng) for _ in range(500)]
    building, index = _timed(lambda: StopIndex(entries))
    asking, _found = _timed(lambda: [index.check(name, None) for name in names])
    each = asking / len(names) * 1000
    report.table(
        "A stop list of 2,000", ("what", ""), [("built", f"{building:.2f} s"), ("asked once", f"{each:.2f} ms")]
    )
    report.figure("lists.stop.ask_ms", each)


def write(path: Path, count: int) -> None:
    """A list like a real one: 25 to a tour, half of them with a code of their own."""
    rng = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "предприятие;мероприятие;формат;дата;начало;окончание;группа;старший;ФИО;год рождения;язык;отметки;код\n"
        )
        for number in range(count):
            tour = number // 25
            flags = rng.choice(("", "несовершеннолетний", "взрослый, документ"))
            code = "" if number % 2 else f"R{number:08}"
            when = f"{5 + tour % 12:02}.08.2026;{9 + tour % 8}:00;{10 + tour % 8}:30"
            file.write(
                f"Завод № {tour % 20};Экскурсия «Хлеб {tour % 7}»;экскурсия;{when};Школа № {tour};Петрова А.;"
                f"{person(rng)};{rng.randint(1950, 2015)};ru;{flags};{code}\n"
            )


def _bare(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.reader(file, delimiter=";"))


def _answer(path: Path) -> str:
    try:
        result = read_list(path)
    except ListUnreadable as error:
        return str(error)[:80]
    return f"{len(result.rows)} taken, {len(result.faults)} faults"


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done
