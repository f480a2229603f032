"""What came of reading a list: its records, the rows they came from, faults and notices.

Every row below the headings that is not empty stands either in ``rows`` or, once, in ``faults``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from checkin.domain.visit import Group, Plant, Record, Ticket, Tour, Visitor
from checkin.i18n import gettext as _
from checkin.rosters.table import Cell


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not taken.  ``row`` as a spreadsheet numbers it, ``sheet`` empty for a file without sheets.

    ``column`` is the heading as it is written in the file, or our name of a column that is not there.
    """

    sheet: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is taken.  ``issued`` says that the list gave no code and the program made one."""

    sheet: str
    row: int
    visitor: Visitor
    ticket: Ticket
    issued: bool


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that is not taken, as it was: ``headings`` and ``cells`` without what must not be kept.

    ``name`` and ``code`` are the visitor's as far as they could be read.
    """

    fault: Fault
    headings: tuple[str, ...]
    cells: tuple[Cell, ...]
    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Who may stand in a row that is not taken: who stands on a list is not gone from it.

    ``cells`` are all that stand there and are never written anywhere; ``tour`` is empty where it cannot be read.
    ``nameless``: somebody is meant whose name cannot be read.
    """

    sheet: str
    row: int
    cells: tuple[Cell, ...] = field(repr=False)
    tour: str = ""
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How a heading line was understood: its fingerprint, and the column of each heading or place."""

    line: str
    columns: dict[str, str]
    guessed: bool = False
    bare: bool = False


@dataclass(slots=True, kw_only=True)
class ListResult:
    """A list as records.  ``columns`` are those of ours that the list has: about the others it says nothing.

    ``partial``: these are the mended rows of another list, so who is not in it is not gone.  ``claims`` are then the
    rows with codes by their visitors, as the faults that they are if the code turns out to be somebody else's.
    """

    file: str
    rows: list[Row] = field(default_factory=list)
    plants: dict[str, Plant] = field(default_factory=dict)
    tours: dict[str, Tour] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    faulty: list[FaultyRow] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    partial: bool = False
    claims: dict[str, FaultyRow] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Rows that the list holds below its headings."""
        return len(self.rows) + len(self.faults)

    def records(self) -> Iterator[Record]:
        """Every record, one after what it refers to."""
        return itertools.chain(
            self.plants.values(),
            self.tours.values(),
            self.groups.values(),
            (row.visitor for row in self.rows),
            (row.ticket for row in self.rows),
        )


class Notices:
    """Things to be told, each once, with the rows where it was seen."""

    SHOWN = 5
    KINDS = 200

    def __init__(self) -> None:
        self._dropped = 0
        self._plain: list[str] = []
        self._seen: dict[tuple[str, str], tuple[list[int | str], int]] = {}

    def say(self, text: str) -> None:
        """Something about the whole list."""
        if text not in self._plain:
            self._plain.append(text)

    def at(self, sheet: str, row: int | str, text: str, *, every: bool = False) -> None:
        """Something about a row, or about rows that are named together (``3 = 7``).

        ``every``: each row must be looked at, so that all of them are named.
        """
        if len(self._seen) >= self.KINDS and (sheet, text) not in self._seen:
            self._dropped += 1
            return
        rows, count = self._seen.get((sheet, text), ([], 0))
        if every or count < self.SHOWN:
            rows.append(row)
        self._seen[sheet, text] = (rows, count + 1)

    def all(self) -> list[str]:
        """The texts, those about the whole list first."""
        out = list(self._plain)
        for (sheet, text), (rows, count) in self._seen.items():
            where = ", ".join(_runs(rows) if len(rows) > self.SHOWN else map(str, rows))
            if count > len(rows):
                where = _("{rows} and {count} more").format(rows=where, count=count - len(rows))
            if sheet:
                where = _("{rows} of sheet “{sheet}”").format(rows=where, sheet=sheet)
            out.append(_("{text} Rows: {rows}.").format(text=text, rows=where))
        if self._dropped:
            out.append(_("Further notices: {count}.").format(count=self._dropped))
        return out


def _runs(rows: Iterable[int | str]) -> Iterator[str]:
    """Many rows in few words: ``3–7, 12``."""
    numbers = sorted({row for row in rows if isinstance(row, int)})
    for _key, run in itertools.groupby(enumerate(numbers), lambda one: one[1] - one[0]):
        there = [number for _place, number in run]
        yield f"{there[0]}–{there[-1]}" if len(there) > 2 else ", ".join(map(str, there))
    yield from (row for row in rows if isinstance(row, str))
