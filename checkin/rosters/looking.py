"""A look at a file before it is read as a list: its sheets, the heading row, what each column is taken for and why.

Nothing of a column that looks like personal data that is not needed is ever in the answer, only its heading.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from checkin.domain.visit import Plant
from checkin.rosters import headings as heads
from checkin.rosters.cells import text_of
from checkin.rosters.collecting import paused
from checkin.rosters.columns import Columns, is_directory, passport_columns
from checkin.rosters.headings import Headings, column_of
from checkin.rosters.headingwords import PASSPORT, UNWANTED
from checkin.rosters.identity import slug
from checkin.rosters.mapping import IGNORED, Mapping
from checkin.rosters.standing import Standing, standing
from checkin.rosters.table import Cell, Sheet, read_table

SAMPLE = 200
SHOWN = 3
LONGEST = 80


class Why(StrEnum):
    """Why a column is taken for what it is taken for, or left out."""

    HEADING = "heading"
    GUESSED = "guessed"
    SAID = "said"
    SILENCED = "silenced"
    PASSPORT = "passport"
    UNWANTED = "unwanted"
    REPEATED = "repeated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.  ``key`` is what a correction names it by; ``column`` ours, or empty when it is left out."""

    key: str
    heading: str
    column: str
    why: Why
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetLook:
    """A sheet.  ``heading_row`` as a spreadsheet numbers it, 0 when there is none; None when the sheet is not read."""

    name: str
    hidden: bool
    size: int
    heading_row: int | None
    columns: tuple[Column, ...]

    @property
    def read(self) -> bool:
        """Whether an import would read this sheet."""
        return self.heading_row is not None

    def has(self, column: str) -> bool:
        """Whether one of its columns is this one of ours."""
        return any(one.column == column for one in self.columns)


def look(
    path: Path,
    known: Iterable[Plant] = (),
    said: Mapping = heads.NOTHING_SAID,
    remembered: Callable[[str], Mapping | None] | None = None,
) -> list[SheetLook]:
    """The sheets of a file.  Raises ``ListUnreadable``.  The arguments are those of ``reading.read_list``."""
    with paused():
        finder = Columns(said, remembered, frozenset(slug(one.name) for one in known))
        sheets = read_table(path)
        return [_sheet(sheet, finder, said, alone=len(sheets) == 1) for sheet in sheets]


def _sheet(sheet: Sheet, finder: Columns, said: Mapping, *, alone: bool) -> SheetLook:
    rows = list(itertools.islice(sheet.rows, heads.DEPTH + SAMPLE))
    found, guessed = finder.find(rows[: heads.DEPTH])
    passed = not alone and (sheet.hidden or standing(sheet.name) is Standing.OLD)
    read = found is not None and found.names_people and not passed
    if found is not None and not alone and is_directory(rows, found):
        read = False
    if found is None:
        found = _widest(rows)
    below = [row for row in rows[found.row + 1 :] if any(text_of(cell) for cell in row)]
    columns = tuple(_columns(found, guessed, below, said)) if below or any(found.texts) else ()
    return SheetLook(sheet.name, sheet.hidden, max(sheet.size, len(rows)), found.row + 1 if read else None, columns)


def _widest(rows: Sequence[Sequence[Cell]]) -> Headings:
    """What may be the heading row of a sheet in which none is known, so that a person can say what is what."""
    full = Counter({number: sum(1 for cell in row if text_of(cell)) for number, row in enumerate(rows[: heads.DEPTH])})
    number = max(full, key=lambda one: (full[one], -one), default=0)
    texts = tuple(text_of(cell) for cell in rows[number]) if rows else ()
    return Headings(row=number if rows else -1, texts=texts, at={})


def _columns(found: Headings, guessed: dict[str, str], below: list[list[Cell]], said: Mapping) -> Iterable[Column]:
    passports = passport_columns(found, below)
    ours = {place: column for column, place in found.at.items()}
    ours |= {place: column for column, places in found.extra.items() for place in places}
    ours |= {place: "flags" for place, _flag in found.marks}
    plain = [heads.plain_heading(text) for text in found.texts]
    often = Counter(plain)
    for place, text in enumerate(found.texts):
        column = ours.get(place, "")
        why = _why(found, place, column, passports, guessed, said)
        if why is Why.PASSPORT:
            column = ""
        private = why in (Why.PASSPORT, Why.UNWANTED)
        samples = () if private else tuple(text_of(row[place])[:LONGEST] for row in below[:SHOWN] if place < len(row))
        if text or any(samples):
            key = plain[place] if plain[place] and often[plain[place]] == 1 and found.row >= 0 else f"#{place + 1}"
            yield Column(key, text if found.row >= 0 else "", column, why, samples)


def _why(
    found: Headings, place: int, column: str, passports: frozenset[str], guessed: dict[str, str], said: Mapping
) -> Why:
    text = found.texts[place]
    told = said.of(heads.plain_heading(text), place)
    if column in passports:
        return Why.PASSPORT
    if column:
        if told == column:
            return Why.SAID
        return Why.GUESSED if guessed.get(text or f"#{place + 1}") == column else Why.HEADING
    known = column_of(text)
    if known == PASSPORT:
        return Why.PASSPORT
    if known == UNWANTED:
        return Why.UNWANTED
    if place in found.silenced or told == IGNORED:
        return Why.SILENCED
    return Why.REPEATED if text in found.repeated else Why.UNKNOWN
