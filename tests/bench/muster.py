"""The alarm with two thousand people inside: the list on the screen, its PDF, and what the paper costs a processor."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from checkin.desk import Source
from checkin.desk.groups import Groups
from checkin.desk.musters import MusterList, Musters
from checkin.domain.events import GENESIS, chained
from checkin.domain.muster import Mark
from checkin.domain.visit import Flag, Group, Record, Visitor
from checkin.reports.muster import muster_sheet, write_sheet
from checkin.reports.mustering import muster_report
from checkin.reports.typesetting import warm
from checkin.store.journal import Stored
from tests.bench.report import Report
from tests.field import Site, event, person, plant, site, ticket, tour

NAME = "muster"
LIST_S, PDF_S = 2.0, 3.0
HEADS = 25
PAGE = 500
T = TypeVar("T")


def run(report: Report) -> None:
    """Measures in a store of its own; the fonts are looked up first, as the app does when it starts."""
    number = 200 if report.quick else 2000
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), _roster(number)) as gate:
        _everybody_in(gate, number)
        musters = Musters(gate.desk)
        warming = _timed(warm)[0]
        alarm = _timed(lambda: musters.raise_alarm("hleb", drill=False))[0]
        listing, listed = _timed(lambda: musters.listed("hleb"))
        assert listed is not None
        assert listed.inside == number
        processor = time.process_time()
        setting, sheet = _timed(lambda: muster_sheet(listed))
        processor = time.process_time() - processor
        writing = _timed(lambda: write_sheet(listed, Path(folder) / "sheets"))[0]
        with syncing(gate) as pages:
            listing_busy, crowded = _timed(lambda: musters.listed("hleb"))
            assert crowded is not None
            writing_busy = _timed(partial(write_sheet, _others(crowded), Path(folder) / "busy"))[0]
        gate.clock.advance(timedelta(minutes=1))
        marking = [_timed(lambda who=who: musters.mark("hleb", who, Mark.FOUND))[0] for who in _some(number)]
        again = _timed(lambda: musters.listed("hleb"))[0]
        musters.all_clear("hleb")
        story = musters.story("hleb")
        assert story is not None
        telling = _timed(lambda: muster_report(story.listed, story.events, names=story.names))[0]
    report.table(
        f"An alarm with {number} people inside",
        ("what", "seconds", ""),
        [
            ("fonts and a first page, when the app starts", f"{warming:.2f}", ""),
            ("alarm raised and on the disk", f"{alarm:.3f}", ""),
            ("the list", f"{listing:.2f}", f"limit {LIST_S:.0f}"),
            ("its PDF", f"{setting:.2f}", f"limit {PDF_S:.0f}; {processor:.2f} of processor, {len(sheet) >> 10} KB"),
            ("PDF, written to a folder", f"{writing:.2f}", ""),
            (
                "the list while sync takes pages",
                f"{listing_busy:.2f}",
                f"limit {LIST_S:.0f}; {len(pages)} pages of {PAGE}",
            ),
            ("its PDF written then", f"{writing_busy:.2f}", f"limit {PDF_S:.0f}"),
            ("one mark", f"{max(marking):.3f}", f"the slowest of {len(marking)}"),
            ("the list with these marks", f"{again:.2f}", f"limit {LIST_S:.0f}"),
            ("the report", f"{telling:.2f}", ""),
        ],
    )
    report.figure("muster.list_s", listing)
    report.figure("muster.list_marked_s", again)
    report.figure("muster.pdf_s", setting)
    report.figure("muster.list_syncing_s", listing_busy)
    report.figure("muster.pdf_syncing_s", writing_busy)
    report.figure("muster.pdf_cpu_s", processor)
    report.figure("muster.pdf_kb", len(sheet) / 1024)
    report.figure("muster.mark_max_s", max(marking))
    report.figure("muster.report_s", telling)


@contextmanager
def syncing(gate: Site) -> Iterator[list[int]]:
    """Meanwhile a thread takes page after page of another gate's events, as a sync that has much to fetch does."""
    stop, pages = threading.Event(), list[int]()

    def take() -> None:
        prev, seq = GENESIS, 0
        while not stop.is_set():
            lines = []
            for _each in range(PAGE):
                seq += 1
                one = event(subject=f"away-{seq // 2}", device="elsewhere", seq=seq, at=gate.clock.now())
                line = chained(one, prev, lambda _digest: "00")
                prev = line.hash
                lines.append(Stored(line, gate.clock.now()))
            with gate.store.write() as tx:
                tx.journal.take_peers(lines, gate.desk.device.id)
            pages.append(len(lines))

    thread = threading.Thread(target=take, name="sync")
    thread.start()
    try:
        yield pages
    finally:
        stop.set()
        thread.join()


def _others(listed: MusterList) -> MusterList:
    """As many people under other names: what typesetting remembers of the sheet before must not help."""
    return replace(
        listed,
        sections=tuple(
            replace(section, people=tuple(replace(one, name=one.name[::-1]) for one in section.people))
            for section in listed.sections
        ),
    )


def _some(number: int) -> list[str]:
    return [f"g{which // HEADS}-{which % HEADS}" for which in range(0, number, 8)]


def _everybody_in(gate: Site, number: int) -> None:
    groups = Groups(gate.desk)
    for which in range(number // HEADS):
        card = groups.find(f"G{which}-0")
        assert card is not None
        result = groups.admit(card, {one.visitor.id for one in card.members}, source=Source.SCANNER)
        assert len(result.events) == HEADS


def _roster(number: int) -> list[Record]:
    records: list[Record] = [plant()]
    for which in range(number // HEADS):
        here, group = f"t{which // 2}", f"g{which}"
        if which % 2 == 0:
            records.append(tour(here, guide="Орлова Наталья Викторовна", guide_phone="+7 916 123-45-67"))
        records.append(Group(id=group, plant="hleb", tour=here, name=f"Школа № {which}, 7 «Б»", size=HEADS))
        for head in range(HEADS):
            who, count = f"{group}-{head}", which * HEADS + head
            flags = {Flag.ADULT if head < 4 else Flag.MINOR} | ({Flag.MOBILITY} if count % 40 == 7 else set())
            language = "zh" if count % 20 == 3 else "ru"
            records.append(
                Visitor(
                    id=who,
                    plant="hleb",
                    tour=here,
                    group=group,
                    name=person(count),
                    language=language,
                    flags=frozenset(flags),
                )
            )
            records.append(ticket(f"G{which}-{head}", who, tour=here))
    return records


def _timed(job: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    made = job()
    return time.perf_counter() - begun, made
