"""Groups at the gate: a hundred classes of 25 with two absentees, each opened by one scan and admitted at once."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from checkin.desk.groups import Groups
from checkin.domain.visit import Flag, Group, Record, Visitor
from tests.bench.report import Report
from tests.field import person, plant, site, ticket, tour

NAME = "groups"
LIMIT_MS = 300.0
HEADS, ABSENT = 25, 2


def run(report: Report) -> None:
    """Measures the app's own time, from the scanned text to the committed transaction."""
    number = 10 if report.quick else 100
    with tempfile.TemporaryDirectory() as folder:
        opening, admitting, leaving, busy = _day(Path(folder), number)
    whole = [one + other for one, other in zip(opening, admitting, strict=True)]
    report.table(
        f"{number} groups of {HEADS}, {ABSENT} absent; the journal ends with {number * (HEADS - ABSENT) * 2} moves",
        ("what", "p50 ms", "p95 ms", "max ms"),
        [
            ("open by one member's code", *_figures(opening)),
            (f"admit {HEADS - ABSENT} at once, on the disk", *_figures(admitting)),
            (f"both (limit {LIMIT_MS:.0f})", *_figures(whole)),
            ("both, of processor alone", *_figures(busy)),
            ("open and let everybody out", *_figures(leaving)),
        ],
    )
    report.figure("groups.open_p95_ms", _at(opening, 0.95))
    report.figure("groups.admit_p95_ms", _at(admitting, 0.95))
    report.figure("groups.both_p50_ms", statistics.median(whole))
    report.figure("groups.both_p95_ms", _at(whole, 0.95))
    report.figure("groups.both_max_ms", max(whole))
    report.figure("groups.leave_p95_ms", _at(leaving, 0.95))
    report.figure("groups.both_cpu_p95_ms", _at(busy, 0.95))


def _day(folder: Path, number: int) -> tuple[list[float], list[float], list[float], list[float]]:
    opening: list[float] = []
    admitting: list[float] = []
    leaving: list[float] = []
    busy: list[float] = []
    with site(folder, _roster(number)) as gate:
        groups = Groups(gate.desk)
        for which in range(number):
            begun, processor = time.perf_counter(), time.process_time()
            card = groups.find(f"G{which}-7")
            opened = time.perf_counter()
            assert card is not None
            ticked = {one.visitor.id for one in card.members[ABSENT:]}
            result = groups.admit(card, ticked)
            done = time.perf_counter()
            assert len(result.events) == HEADS - ABSENT
            busy.append((time.process_time() - processor) * 1000)
            opening.append((opened - begun) * 1000)
            admitting.append((done - opened) * 1000)
        for which in range(number):
            begun = time.perf_counter()
            card = groups.find(f"G{which}-9")
            assert card is not None
            result = groups.let_out(card, {one.visitor.id for one in card.members})
            leaving.append((time.perf_counter() - begun) * 1000)
            assert len(result.events) == HEADS - ABSENT
        assert gate.inside("t0") == 0
    return opening, admitting, leaving, busy


def _roster(number: int) -> list[Record]:
    """Four groups to a tour; each has two adults, and its teacher's document is asked for by no policy."""
    records: list[Record] = [plant()]
    for which in range(number):
        here, group = f"t{which // 4}", f"g{which}"
        if which % 4 == 0:
            records.append(tour(here, capacity=4 * HEADS))
        records.append(Group(id=group, plant="hleb", tour=here, name=f"Школа № {which}", size=HEADS))
        for head in range(HEADS):
            who = f"{group}-{head}"
            flags = frozenset({Flag.ADULT if head < 4 else Flag.MINOR})
            name = person(which * HEADS + head)
            records.append(Visitor(id=who, plant="hleb", tour=here, group=group, name=name, flags=flags))
            records.append(ticket(f"G{which}-{head}", who, tour=here))
    return records


def _figures(times: list[float]) -> tuple[str, str, str]:
    return f"{statistics.median(times):.0f}", f"{_at(times, 0.95):.0f}", f"{max(times):.0f}"


def _at(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]
