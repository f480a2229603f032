"""Whether the dates of a column are written month first, as Americans do: one date that can be nothing else tells it.

Only dates with slashes are looked at; with points the day comes first everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from checkin.rosters.table import Cell

_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?!\d)")


class DayOrder(Enum):
    """How a column's dates with slashes are written.  ``MIXED``: some of them each way, so that 08/05 may be either;
    ``UNTOLD``: no date tells, and they are read day first as everywhere in Russia.
    """

    DAY_FIRST = "day"
    MONTH_FIRST = "month"
    MIXED = "mixed"
    UNTOLD = "untold"


def is_slashed(cell: Cell) -> bool:
    """Whether a cell holds a date with slashes."""
    return isinstance(cell, str) and _SLASHED.match(cell) is not None


def order_of(rows: Iterable[Sequence[Cell]], place: int) -> DayOrder:
    """How the dates at this place of the rows are written."""
    day = month = False
    for row in rows:
        cell = row[place] if place < len(row) else ""
        if isinstance(cell, str) and "/" in cell and (found := _SLASHED.match(cell)):
            day |= int(found[1]) > 12
            month |= int(found[2]) > 12
    if day and month:
        return DayOrder.MIXED
    return DayOrder.DAY_FIRST if day else DayOrder.MONTH_FIRST if month else DayOrder.UNTOLD


def is_open(cell: Cell) -> bool:
    """Whether a date with slashes may be read either way."""
    found = _SLASHED.match(cell) if isinstance(cell, str) else None
    return found is not None and int(found[1]) <= 12 and int(found[2]) <= 12 and int(found[1]) != int(found[2])


def day_first(cell: Cell) -> Cell:
    """A date that is written month first, with its day first; any other cell as it is."""
    return _SLASHED.sub(r"\2/\1/\3", cell, count=1) if isinstance(cell, str) and _SLASHED.match(cell) else cell
