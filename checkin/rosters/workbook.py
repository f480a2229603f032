"""Workbooks (XLSX, XLS, ODS) as sheets of typed rows, read by calamine.

Calamine keeps a sheet as a full rectangle and ends the process when memory does not suffice, so a file is measured
first (``measure``): how much it unpacks to, and how far its cells reach.  A cell that is merged downwards is repeated
in every row that it covers.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters import measure
from checkin.rosters.inside import Places, Span
from checkin.rosters.measure_xls import BadWorkbook
from checkin.rosters.table import MAX_ROWS, Cell, Sheet

MAX_SHEETS = 100
MAX_WIDTH = 1000
"""Columns in which a formula without a value and an error are told."""


def sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook.  Raises ``ListUnreadable``."""
    name = path.name
    damaged = _("{file} is damaged, or is not a spreadsheet. Open it in a spreadsheet program and save it again.")
    try:
        if zipfile.is_zipfile(path):
            said = measure.packed(path)
        elif measure.encrypted(path):
            raise PasswordError
        else:
            said = measure.binary(path)
        book = CalamineWorkbook.from_path(str(path))
        found = [meta for meta in book.sheets_metadata if "WorkSheet" in str(meta.typ)]
    except measure.TooLarge as error:
        raise ListUnreadable(_("{file} is not read: {why}").format(file=name, why=error)) from None
    except PasswordError:
        raise ListUnreadable(_("{file} is protected by a password. Save it without one.").format(file=name)) from None
    except (CalamineError, zipfile.BadZipFile, BadWorkbook, ValueError, OSError, NotImplementedError) as error:
        raise ListUnreadable(damaged.format(file=name)) from error
    except BaseException as error:
        if not _panic(error):
            raise
        raise ListUnreadable(damaged.format(file=name)) from None
    if not found:
        raise ListUnreadable(_("{file} has no sheets.").format(file=name))
    if len(found) > MAX_SHEETS:
        raise ListUnreadable(_("{file} has more than {limit} sheets.").format(file=name, limit=MAX_SHEETS))
    return [
        Sheet(
            name=meta.name,
            rows=_rows(
                book,
                meta.name,
                damaged.format(file=name),
                name,
                said.unread.get(meta.name, {}),
                said.spans.get(meta.name, []),
            ),
            size=0,
            hidden=meta.visible != SheetVisibleEnum.Visible,
            since_1904=said.since_1904,
            marked=said.marked,
        )
        for meta in found
    ]


def _rows(
    book: CalamineWorkbook, sheet: str, damaged: str, file: str, unread: Places, spans: Sequence[Span]
) -> Iterator[list[Cell]]:
    """The rows of one sheet, opened only when they are asked for: one sheet at a time is in memory."""
    try:
        page: CalamineSheet = book.get_sheet_by_name(sheet)
        bottom = page.end[0] + 1 if page.end else 0
        if max(bottom, max(unread, default=0)) > MAX_ROWS:
            raise ListUnreadable(
                _("{file} has more than {limit} rows. Split it into several lists.").format(file=file, limit=MAX_ROWS)
            )
        merged = _merged(page, bottom, spans)
        left = page.start[1] if page.start else 0
        last = -1
        for number, row in enumerate(page.iter_rows()):
            for column, top in merged.get(number, {}).items():
                if number == top[0]:
                    top[1] = row[column] if column < len(row) else ""
                elif column < len(row) and row[column] == "":
                    row[column] = top[1]
            if number in unread:
                _show(row, unread[number], left)
            last = number
            yield row
        for number in range(last + 1, max(unread, default=-1) + 1):  # calamine ends a sheet with its last value
            row = []
            _show(row, unread.get(number, {}), left)
            yield row
    except CalamineError as error:
        raise ListUnreadable(damaged) from error
    except BaseException as error:
        if not _panic(error):
            raise
        raise ListUnreadable(damaged) from None


def _show(row: list[Cell], cells: Mapping[int, str], left: int) -> None:
    for column, shown in cells.items():
        place = column - left
        if 0 <= place < MAX_WIDTH:
            row += [""] * (place + 1 - len(row))
            row[place] = row[place] if row[place] != "" else shown


def _merged(page: CalamineSheet, bottom: int, spans: Sequence[Span]) -> dict[int, dict[int, list[Cell | int]]]:
    """For each row, the columns that belong to a cell merged downwards: [its first row, its value once read]."""
    covered: dict[int, dict[int, list[Cell | int]]] = {}
    left = page.start[1] if page.start else 0
    told = [((first, column), (last, column)) for first, column, last in spans]
    for first, last in (*(page.merged_cell_ranges or ()), *told):
        if last[0] == first[0] or first[1] < left:
            continue
        top: list[Cell | int] = [first[0], ""]
        for number in range(first[0], min(last[0] + 1, bottom)):
            covered.setdefault(number, {})[first[1] - left] = top
    return covered


def _panic(error: BaseException) -> bool:
    """Whether a bug of the Rust library has shown itself: it is no ``Exception``, and only its name tells it."""
    return type(error).__name__ == "PanicException"
