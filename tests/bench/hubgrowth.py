"""How times grow with the size of a roster: n, 10n and 100n tickets, at a hub (SQLite) and in a gate's store.

A time that grows with the whole roster would show as a line going up; what is asked for all day must stay flat.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

from checkin.desk.outcome import Source
from checkin.domain.visit import Record
from checkin.hub import Hub, open_hub, roster
from checkin.hub.attendance import receive
from checkin.store.roster import RosterChange
from checkin.wire import PAGE, kind_of
from tests.bench.hubload import epochs_of
from tests.bench.report import Report
from tests.field import NOW, person, plant, site, ticket, tour, visitor
from tests.unit.hub.hub_world import enrolled, raw, season

NAME = "hubgrowth"
HUB_N, GATE_N = 10_000, 2_000
STEPS = (1, 10, 100)
PARTY = 25
CHARTS = {"hub": "hubgrowth.png", "gate": "hubgrowth_gate.png"}


def run(report: Report) -> None:
    share = 10 if report.quick else 1
    rows: list[list[str]] = []
    for place, start, measure in (("gate", GATE_N, at_gate), ("hub", HUB_N, at_hub)):
        sizes = [start * step // share for step in STEPS]
        found = []
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                found.append(measure(Path(folder), size))
        for what in found[0]:
            values = [one[what] for one in found]
            rows.append([f"{place}: {what}", *(f"{value:.2f}" for value in values)])
            report.figure(f"growth.{place}.{what.replace(' ', '_').replace(',', '')}", values[-1])
        report.bars(
            CHARTS[place],
            f"Milliseconds at a {place} with {', '.join(f'{size:,}' for size in sizes)} tickets",
            list(found[0]),
            [(f"{size:,}", [round(one[what], 2) for what in found[0]]) for size, one in zip(sizes, found, strict=True)],
        )
    report.table(
        f"Growth: hub from {HUB_N // share:,}, gate from {GATE_N // share:,} tickets; ms",
        ("what", "n", "10n", "100n"),
        rows,
    )


def _ms(work: Callable[[], object], times: int = 7) -> float:
    took: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def at_hub(folder: Path, tickets: int) -> dict[str, float]:
    """A hub that holds so many tickets of one plant, 25 to a tour, with as many visitors; a usual plant beside it."""
    tours = tickets // PARTY
    with open_hub(f"sqlite:///{folder}/hub.sqlite") as hub:
        hub.put_records(season("usual", tours=20, visitors=PARTY))
        began = time.perf_counter()
        changes = sum(astuple(hub.put_records(season(tours=tours, visitors=PARTY))))
        took_ms = (time.perf_counter() - began) * 1000
        return {
            "import, for 1000 tickets": took_ms / tickets * 1000,
            "first page of the roster": _ms(lambda: roster.page(hub.engine, "bread", "", PAGE)),
            "page in the middle": _ms(lambda: roster.page(hub.engine, "bread", _cursor(hub, tickets), PAGE)),
            "nothing new": _ms(lambda: roster.page(hub.engine, "bread", _cursor(hub, changes), PAGE)),
            "push of 200 lines": _pushing(hub, tours),
            "headcount, plant of 20 tours": _ms(lambda: hub.headcount("usual"), 3),
            "headcount, all n/25 tours": _ms(lambda: hub.headcount("bread"), 3),
        }


def _cursor(hub: Hub, number: int) -> str:
    return f"{epochs_of(hub)['bread']}.{number}"


def _pushing(hub: Hub, tours: int) -> float:
    journal, who = enrolled(hub)
    batches = []
    for number in range(5):
        for count in range(200):
            person = number * 200 + count
            tour = 1 + person * 7 % tours
            journal.write(f"v{tour}-{1 + person % PARTY}", tour=f"tour-{tour}")
        batches.append([raw(line) for line in journal.lines[-200:]])
    waiting = iter(batches)
    return _ms(lambda: receive(hub.engine, who, next(waiting), NOW, NOW), len(batches))


def at_gate(folder: Path, tickets: int) -> dict[str, float]:
    """A gate's store with so many tickets, 25 to a tour: a page of the sync, a scan."""
    records: list[Record] = [plant()]
    for number in range(tickets):
        if not number % PARTY:
            records.append(tour(f"t{number // PARTY}"))
        records.append(visitor(f"v{number}", person(number), tour=f"t{number // PARTY}"))
        records.append(ticket(f"CODE-{number}", f"v{number}", tour=f"t{number // PARTY}"))
    with site(folder) as gate:
        took: list[float] = []
        for at in range(0, len(records), PAGE):
            began = time.perf_counter()
            with gate.store.write() as tx:
                tx.roster.apply(RosterChange(kind_of(one), one.plant, one.id, one) for one in records[at : at + PAGE])
            took.append((time.perf_counter() - began) * 1000)
        codes = iter(f"CODE-{number * (tickets // 60) + 1}" for number in range(60))
        return {
            "page of 500, the last ones": statistics.median(took[-7:]),
            "scan, on the disk": _ms(lambda: gate.desk.scan(next(codes), Source.TYPED), 50),
        }
