"""The journal as a table: a row for each event about a visit, at every gate of the plant, oldest first.

A row says what was so when it was written, whatever has become of a ticket since: its code is none that came later.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from checkin.desk.overview import name_of
from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.visit import Plant
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing.signing import REISSUED, ours, own_id
from checkin.reports.cells import plain
from checkin.store import Store, Transaction
from checkin.store.journal import Stored
from checkin.tickets.codec import ticket_short
from checkin.wholefile import written_whole
from checkin.workbooks import workbook

COLUMNS = (
    "row",  # first, so that a reader who takes the UTF-8 mark for a letter spoils no name that matters
    "event_id",
    "at",
    "kind",
    "plant",
    "tour",
    "tour_start",
    "visitor",
    "group",
    "heads",
    "code",
    "gate",
    "operator",
    "reason",
    "confirmed",
    "source",
    "voids",
    "note",
    "device",
    "seq",
)


def export_attendance(store: Store, path: Path) -> int:
    """Writes ``path`` as XLSX or CSV by its ending, whole or not at all; returns the number of rows.

    Times are ISO 8601 in the plant's zone.  Raises ``SettingsWrong`` for another ending or a place that takes no file.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise SettingsWrong(_("Name the file with .xlsx or .csv at its end"))
    from xlsxwriter.exceptions import FileCreateError

    with written_whole(path, FileCreateError) as fresh, store.read() as tx:
        return writer(fresh, _rows(tx))


def _rows(tx: Transaction) -> Iterator[list[str | int]]:
    plants = {plant.id: plant for plant in tx.roster.plants()}
    people = {one.id: one.name for plant in (*plants, "") for one in tx.roster.people(plant)}
    visits = (stored for stored in tx.journal.lines() if stored.line.event.kind is not Kind.ACT)
    lines = sorted(visits, key=lambda stored: (stored.line.event.at, stored.line.event.id))
    for number, stored in enumerate(lines, 1):
        yield [number, *_row(tx, stored, plants.get(stored.line.event.plant), people)]


def _row(tx: Transaction, stored: Stored, plant: Plant | None, people: Mapping[str, str]) -> list[str | int]:
    event = stored.line.event
    zone = ZoneInfo(plant.tz if plant is not None else "UTC")
    tour = tx.roster.tour(event.plant, event.tour) if event.tour else None
    group = tx.roster.group(event.plant, event.group) if event.group else None
    return [
        event.id,
        event.at.astimezone(zone).isoformat(timespec="milliseconds"),
        event.kind.value,
        plant.name if plant is not None else event.plant,
        tour.title if tour is not None else (event.tour or ""),
        tour.start.astimezone(zone).isoformat(timespec="minutes") if tour is not None else "",
        name_of(tx, event),
        group.name if group is not None else "",
        event.party,
        _code(tx, event),
        event.gate,
        people.get(event.operator, event.operator),
        event.reason,
        ", ".join(event.confirmed),
        event.source,
        event.voids or "",
        event.private.note if event.private is not None else "",
        event.device,
        event.seq,
    ]


def _code(tx: Transaction, event: AttendanceEvent) -> str:
    """What stood for the ticket when it was shown: a site's code, or the short code of one of ours; else what was read.

    The text in the symbol of one of ours changes when it is signed anew, its short code follows from its id and never
    does.  The id of a ticket that is not on the roster any more may be a site's: only a reissue tells that it is ours.
    """
    if not event.ticket:
        return event.code
    ticket = tx.roster.ticket(event.plant, event.ticket)
    if ticket is not None:
        return ticket_short(ticket.id) if ours(ticket) else ticket.code
    taken_back = tx.roster.revocation(event.plant, event.ticket)
    if taken_back is not None and taken_back.reason == REISSUED and own_id(event.ticket):
        return ticket_short(event.ticket)
    return event.code


def _write_csv(path: Path, rows: Iterator[list[str | int]]) -> int:
    count = 0
    # The mark tells a spreadsheet program that the file is UTF-8; without it Russian names open as rubbish.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([plain(cell) for cell in row])
            count += 1
    return count


def _write_xlsx(path: Path, rows: Iterator[list[str | int]]) -> int:
    with workbook(path) as book:
        sheet = book.add_worksheet(_("Attendance")[:31])
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, COLUMNS, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 18)
        count = 0
        for row in rows:
            count += 1
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(count, column, cell)
                else:
                    sheet.write_number(count, column, cell)
    return count
