"""A season's tickets: signed, typeset as a page each and a sheet for each group, as the command does it; and a sample
of the very files read back by our reader and by zxing-cpp alone."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import zxingcpp

from checkin.issuing import presses, signing
from checkin.issuing.delivery import Tools, deliver
from checkin.issuing.pieces import Format, file_of
from checkin.issuing.signing import Issue
from checkin.reports.cells import plain
from checkin.reports.typesetting import pdf
from checkin.rosters.demo import season
from checkin.scanning.decoder import Decoder
from checkin.tickets import codec
from tests.bench.gatework import said
from tests.bench.report import Report
from tests.papers import rendered

NAME = "issuing"
SAMPLE = 200
LIMIT_S = 120.0


def run(report: Report) -> None:
    """Measures in a folder of its own."""
    made = season(now=datetime(2026, 8, 10, 9, tzinfo=UTC))
    tours, plants = {one.id: one for one in made.tours}, {one.id: one for one in made.plants}
    people, groups = {one.id: one for one in made.visitors}, {one.id: one for one in made.groups}
    issues = [
        Issue(
            ticket=one,
            plant=plants[one.plant],
            tour=tours[one.tour],
            visitor=people[one.visitor],
            group=groups.get(people[one.visitor].group or ""),
        )
        for one in made.tickets
        if one.visitor is not None
    ][: 420 if report.quick else 4200]
    fresh, _gone = signing.reissued(issues, made.now)
    begin = time.perf_counter()
    signed = signing.signed(fresh, made.private, {})
    signing_s = time.perf_counter() - begin
    with tempfile.TemporaryDirectory() as folder:
        tools = Tools(typeset=pdf, plain=plain)
        largest = _Largest()
        begin = time.perf_counter()
        files = deliver(signed, Path(folder), [Format.PDF, Format.GROUP], tools, largest)
        typeset_s = time.perf_counter() - begin
        begin = time.perf_counter()
        again = deliver(signed, Path(folder), [Format.PDF, Format.GROUP], tools, lambda done, of: None)
        again_s = time.perf_counter() - begin
        sample = random.Random(1).sample(signed, SAMPLE // 10 if report.quick else SAMPLE)
        ours, alone = _read_back(sample, Path(folder))
    limit = LIMIT_S / 10 if report.quick else LIMIT_S
    rows = [
        ("signed", f"{signing_s:.2f}", f"{len(signed)} tickets"),
        (
            f"typeset by {presses.presses()} presses: a PDF each, a sheet for each group",
            f"{typeset_s:.1f}",
            f"{said(signing_s + typeset_s, limit, 's')}; {files} files, {1000 * typeset_s / files:.1f} ms each",
        ),
        ("  memory of all processes at most", "", f"{largest.mb:.0f} MB"),
        ("the same again", f"{again_s:.1f}", f"{again} files made"),
        ("read back by the gate's reader", "", f"{ours} of {len(sample)}"),
        ("read back by zxing-cpp alone", "", f"{alone} of {len(sample)}"),
    ]
    report.table("A season's tickets", ("what", "seconds", ""), rows)
    report.figure("issuing.sign_s", signing_s)
    report.figure("issuing.typeset_s", typeset_s)
    report.figure("issuing.again_s", again_s)
    report.figure("issuing.memory_mb", largest.mb)
    report.figure("issuing.read_back_share", ours / len(sample))
    report.figure("issuing.read_back_zxing_share", alone / len(sample))


class _Largest:
    """How much memory the program and its presses ever held, looked at whenever a file is made."""

    def __init__(self) -> None:
        self.mb = 0.0

    def __call__(self, done: int, of: int) -> None:
        if done % 100:
            return
        me = psutil.Process()
        held = sum(one.memory_info().rss for one in (me, *me.children(recursive=True)))
        self.mb = max(self.mb, held / 2**20)


def _read_back(sample: list[Issue], folder: Path) -> tuple[int, int]:
    """How many of the files are one page that our reader and zxing-cpp read exactly."""
    decoder = Decoder()
    ours = alone = 0
    for one in sample:
        assert isinstance(codec.parse(one.ticket.code), codec.SignedTicket)
        (pixels,) = rendered(folder / file_of(one, Format.PDF))
        ours += one.ticket.code in {found.text for found in decoder.decode(pixels).symbols}
        alone += one.ticket.code in {found.text for found in zxingcpp.read_barcodes(pixels)}
    return ours, alone
