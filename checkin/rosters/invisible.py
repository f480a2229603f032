"""Cells without what nobody sees: joiners, marks of direction, soft hyphens; by them a time is no time, a code another.

Joiners stay inside words of scripts that need them: Persian, Indian ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkin.i18n import gettext as _
from checkin.rosters.result import Notices
from checkin.rosters.table import Cell, Sheet

_NEEDS_JOINERS = "\u0600-\u07ff\u08a0-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af"
_SIGNS = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_UNSEEN = re.compile(f"[{_SIGNS}]|(?<![{_NEEDS_JOINERS}])[\u200c\u200d]|[\u200c\u200d](?![{_NEEDS_JOINERS}])")


def visible(sheet: Sheet) -> Sheet:
    """The sheet; its rows come without what nobody sees, and a notice says where that was inside of words."""
    sheet.rows = _rows(sheet, sheet.rows)
    return sheet


def _rows(sheet: Sheet, rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    met = Notices()
    for number, row in enumerate(rows, 1):
        told = False
        for place, cell in enumerate(row):
            # Nearly every cell is printable, and the pattern costs more than all of these questions.
            if isinstance(cell, str) and not cell.isascii() and not cell.isprintable():
                row[place] = bare = _UNSEEN.sub("", cell)
                told = told or (bare != cell and bare.strip() not in cell)
        if told:
            met.at(sheet.name, number, _("Invisible control characters were removed."))
        yield row
    sheet.notices += met.all()
