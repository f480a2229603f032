"""The sheets of a season's workbook as rows: which sheets are ours, where their headings are, what is not known.

A cell of a row is there when the sheet has its column: a column that the file does not have says nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters.cells import text_of, tidy
from checkin.rosters.seasonsheets import GUIDE, SHEETS, TITLES
from checkin.rosters.table import Cell, Sheet, read_table

DEPTH = 10
"""Rows that are looked at for the headings."""
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty; ``number`` as a spreadsheet counts."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """A cell as text, "" for an empty one or none."""
        return tidy(text_of(self.cells.get(key, "")))[0][:2000]

    def texts(self) -> dict[str, str]:
        """What the row says, by column."""
        return {key: text for key in self.cells if (text := self.text(key))}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a workbook by kind of sheet, and what was passed over."""

    of: Mapping[str, list[Row]]
    notices: list[str]


def rows_in(path: Path) -> Rows:
    """Reads a workbook.  Raises ``ListUnreadable`` when it has none of our sheets."""
    found: dict[str, list[Row]] = {}
    notices: list[str] = []
    for sheet in read_table(path):
        key = kind_of(sheet.name)
        if key is not None:
            found.setdefault(key, []).extend(_rows(key, sheet, notices))
        elif sheet.name.strip().casefold() != GUIDE.casefold():
            notices.append(
                _("Sheet “{sheet}” is none of a season's sheets and was not read.").format(sheet=sheet.name[:60])
            )
    if not found:
        raise ListUnreadable(
            _("{file} has none of the sheets of a season. Begin with: checkin season template FILE.xlsx").format(
                file=path.name
            )
        )
    return Rows(found, notices)


def kind_of(name: str) -> str | None:
    """Which of our sheets this is, by its key behind the point, or by its title."""
    tail = name.rpartition("·")[2].strip().casefold()
    by_title = {title.casefold(): key for key, title in TITLES.items()}
    return tail if tail in SHEETS else by_title.get(name.strip().casefold())


def _rows(key: str, sheet: Sheet, notices: list[str]) -> Iterator[Row]:
    filled = ((number, row) for number, row in enumerate(sheet.rows, 1) if any(text_of(cell) for cell in row))
    first = list(itertools.islice(filled, DEPTH))
    if not first:
        return
    known = [sum(map(bool, _columns(key, row))) for _number, row in first]
    head = next((place for place, count in enumerate(known) if count > 1), known.index(max(known)))
    columns = _columns(key, first[head][1])
    unknown = [text_of(cell)[:40] for cell, column in zip(first[head][1], columns, strict=True) if not column]
    if unknown := [text for text in unknown if text]:
        more = [f"… +{len(unknown) - SHOWN}"] if len(unknown) > SHOWN else []
        notices.append(
            _("Sheet “{sheet}”: ").format(sheet=sheet.name)
            + _("Columns not used: {columns}.").format(columns=", ".join([*unknown[:SHOWN], *more]))
        )
    for number, row in itertools.chain(first[head + 1 :], filled):
        wide = [*row, *[""] * (len(columns) - len(row))]
        yield Row(sheet.name, number, {name: cell for name, cell in zip(columns, wide, strict=False) if name})


def _columns(key: str, row: list[Cell]) -> list[str]:
    """The key of each column, "" for one that is not ours, or that stands there a second time."""
    names = {_plain(column.russian): column.key for column in SHEETS[key]} | {_plain(c.key): c.key for c in SHEETS[key]}
    out: list[str] = []
    for cell in row:
        name = names.get(_plain(text_of(cell).rpartition("·")[2]), "")
        out.append("" if name in out else name)
    return out


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"\w+", heading.casefold().replace("_", " ").replace("ё", "е")))
