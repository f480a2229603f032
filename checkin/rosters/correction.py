"""The correction file: the rows that could not be taken, as they were, each with its reason.  Mended, it is a list.

Every cell is text, whatever it looks like.  Columns that were not used are left out, so no document's number, phone or
address goes from one file into another.  The file says what it is in three ways, of which one may get lost on the way
through other programs: a property of the document, the heading of the reasons, the name of its sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.rosters.cells import text_of
from checkin.rosters.headings import REASON
from checkin.rosters.inside import MARK
from checkin.rosters.result import FaultyRow, ListResult
from checkin.rosters.table import Sheet
from checkin.wholefile import written_whole
from checkin.workbooks import workbook

_SHEETS = ("to mend", "к исправлению")
"""How the sheets of a correction file begin in each language: the file may come from a colleague's PC."""
_BAD_SHEET = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def write_correction(result: ListResult, path: Path) -> int:
    """Writes ``path`` (XLSX), whole or not at all; returns its rows.  Raises ``SettingsWrong`` or ``DiskFull``."""
    from xlsxwriter.exceptions import FileCreateError

    if path.suffix.lower() != ".xlsx":
        raise SettingsWrong(_("Name the correction file with .xlsx at its end"))
    sheets: dict[tuple[str, tuple[str, ...]], list[FaultyRow]] = {}
    for row in result.faulty:
        sheets.setdefault((row.fault.sheet, row.headings), []).append(row)
    with (
        written_whole(path, FileCreateError) as fresh,
        workbook(fresh) as book,
    ):
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#E3EEF7", "border": 1, "text_wrap": True}),
            "text": book.add_format({"num_format": "@"}),
            "bad": book.add_format({"num_format": "@", "bg_color": "#FBE3DC"}),
            "why": book.add_format({"num_format": "@", "font_color": "#9C2A10", "text_wrap": True}),
        }
        book.set_custom_property(MARK, "1")
        used: set[str] = set()
        for (sheet, headings), rows in sheets.items():
            page = book.add_worksheet(_sheet_name(f"{_('To mend')} {sheet}", used))
            page.freeze_panes(1, 0)
            page.set_column(0, max(0, len(headings) - 1), 18, styles["text"])
            page.set_column(len(headings), len(headings), 60)
            for column, heading in enumerate(headings):
                page.write_string(0, column, heading, styles["head"])
            page.write_string(0, len(headings), REASON, styles["head"])
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row.cells):
                    wrong = headings[column] and headings[column] == row.fault.column
                    page.write_string(number, column, text_of(cell)[:32_000], styles["bad" if wrong else "text"])
                where = _("row {row}: {reason}").format(row=row.fault.row, reason=row.fault.reason)
                page.write_string(number, len(headings), where[:32_000], styles["why"])
        if not sheets:
            book.add_worksheet().write_string(0, 0, _("No row is at fault."))
    return len(result.faulty)


def is_correction(sheet: Sheet, texts: Sequence[str]) -> bool:
    """Whether a sheet with these headings holds rows that this program gave to be mended, and not a whole list."""
    plain = " ".join(sheet.name.split()).casefold()
    return sheet.marked or REASON in texts or plain.startswith(_SHEETS)


def _sheet_name(wanted: str, used: set[str]) -> str:
    base = " ".join(wanted.translate(_BAD_SHEET).split())[:25]
    name = base
    number = 2
    while name.casefold() in used:
        name, number = f"{base} {number}", number + 1
    used.add(name.casefold())
    return name
