"""A season's tickets: signed, typeset as a page each, and a sample read back by our reader and by zxing-cpp alone."""

from __future__ import annotations

import io
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import zxingcpp
from PIL import Image

from checkin.issuing import documents, signing
from checkin.issuing.delivery import Format, Tools, deliver
from checkin.issuing.signing import Issue
from checkin.reports.cells import plain
from checkin.reports.typesetting import pages, pdf
from checkin.rosters.demo import season
from checkin.tickets import codec
from tests.bench.report import Report

NAME = "issuing"
SAMPLE = 200


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
        begin = time.perf_counter()
        tools = Tools(typeset=pdf, plain=plain)
        files = deliver(signed, Path(folder), [Format.PDF], tools, lambda done, of: None)
        typeset_s = time.perf_counter() - begin
    sample = random.Random(1).sample(signed, SAMPLE // 10 if report.quick else SAMPLE)
    ours, alone = _read_back(sample)
    rows = [
        ("signed", f"{signing_s:.2f}", f"{len(signed)} tickets"),
        ("typeset, a PDF each", f"{typeset_s:.1f}", f"{files} files, {1000 * typeset_s / files:.1f} ms each"),
        ("read back by the gate's reader", "", f"{ours} of {len(sample)}"),
        ("read back by zxing-cpp alone", "", f"{alone} of {len(sample)}"),
    ]
    report.table("A season's tickets", ("what", "seconds", ""), rows)
    report.figure("issuing.sign_s", signing_s)
    report.figure("issuing.typeset_s", typeset_s)
    report.figure("issuing.read_back_share", ours / len(sample))
    report.figure("issuing.read_back_zxing_share", alone / len(sample))


def _read_back(sample: list[Issue]) -> tuple[int, int]:
    """How many pages our reader and zxing-cpp read exactly."""
    import numpy as np

    from checkin.scanning.decoder import Decoder

    decoder = Decoder()
    ours = alone = 0
    for one in sample:
        assert isinstance(codec.parse(one.ticket.code), codec.SignedTicket)
        page = Image.open(io.BytesIO(pages("ticket.typ", documents.ticket_page(one), ppi=110)[0])).convert("L")
        pixels = np.asarray(page)
        ours += one.ticket.code in {found.text for found in decoder.decode(pixels).symbols}
        alone += one.ticket.code in {found.text for found in zxingcpp.read_barcodes(page)}
    return ours, alone
