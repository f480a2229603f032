"""Tickets as they go out: the PDF files themselves, opened by another program's renderer and read back."""

from __future__ import annotations

import os
from pathlib import Path

import zxingcpp

from checkin.issuing import signing
from checkin.issuing.delivery import Tools, deliver
from checkin.issuing.pieces import Format, file_of
from checkin.issuing.signing import Issue
from checkin.reports.cells import plain
from checkin.reports.typesetting import pdf
from checkin.scanning.decoder import Decoder
from checkin.tickets import codec
from tests.field import KEY, PRIVATE, person, plant, school, ticket, tour, visitor
from tests.papers import rendered

TOOLS = Tools(typeset=pdf, plain=plain)
SAMPLE = 200 if os.environ.get("PROHODNAYA_LONG") else 24


def issues(count: int) -> list[Issue]:
    made = [
        Issue(
            ticket=ticket(codec.ticket_short(identity), f"v{number}", id=identity),
            plant=plant(minimum_age=8),
            tour=tour(),
            group=school()[0],
            visitor=visitor(f"v{number}", person(number), language=("ru", "en", "zh", "ar")[number % 4]),
        )
        for number, identity in enumerate(f"{number + 1:016x}" for number in range(count))
    ]
    return signing.signed(made, PRIVATE, {KEY.id: KEY})


def test_every_tickets_file_is_one_page_that_both_readers_read(qapp: object, tmp_path: Path) -> None:
    some = issues(SAMPLE)
    assert deliver(some, tmp_path, [Format.PDF], TOOLS, lambda done, of: None, workers=1) == SAMPLE
    decoder = Decoder(budget_ms=500)
    for one in some:
        (page,) = rendered(tmp_path / file_of(one, Format.PDF))
        assert [found.text for found in zxingcpp.read_barcodes(page)] == [one.ticket.code]
        assert [found.text for found in decoder.decode(page).symbols] == [one.ticket.code]


def test_a_groups_sheet_holds_everybodys_symbol(qapp: object, tmp_path: Path) -> None:
    some = issues(13)
    assert deliver(some, tmp_path, [Format.GROUP], TOOLS, lambda done, of: None) == 1
    (path,) = tmp_path.rglob("group-*.pdf")
    found = {code.text for page in rendered(path, 150) for code in zxingcpp.read_barcodes(page)}
    assert found == {one.ticket.code for one in some}
