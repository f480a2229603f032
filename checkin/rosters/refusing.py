"""Rows that are not taken: why, what of them goes into a correction file, and who may stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkin.i18n import gettext as _
from checkin.rosters.cells import is_error, text_of
from checkin.rosters.headings import Headings, column_of
from checkin.rosters.headingwords import PASSPORT, UNWANTED
from checkin.rosters.naming import DAMAGE, is_total
from checkin.rosters.private import is_contact, is_document, without_private
from checkin.rosters.result import Fault, FaultyRow, ListResult, Unread
from checkin.rosters.schedule import Bad
from checkin.rosters.table import Cell

_NAMES = ("visitor", "surname", "given", "patronymic")
_PERSONAL = ("birth_year", "age", "citizenship", "code")
"""Where something stands here, somebody is meant, though no name is there."""


class Refused:
    """The rows of one list that are not taken, into its result.  ``defaults`` are said for the whole list."""

    def __init__(self, result: ListResult, defaults: Mapping[str, str]) -> None:
        self._result = result
        self._defaults = defaults
        self._sheet = ""
        self._headings = Headings(row=0, texts=(), at={})
        self._shown: tuple[tuple[str, int], ...] = ()

    def sheet(self, name: str, headings: Headings, every: Headings) -> None:
        """From now on rows are of this sheet.  ``every`` has the headings too under which documents were found."""
        self._sheet, self._headings = name, headings
        self._shown = _shown(every, {place for column, place in every.at.items() if column not in headings.at})

    def row(
        self,
        number: int,
        bads: Sequence[Bad],
        row: Sequence[Cell],
        said: Mapping[str, Cell],
        *,
        name: str = "",
        code: str = "",
        tour: str = "",
        nameless: bool = False,
    ) -> None:
        """Keeps a row that is not taken.  ``said`` are cells that count for it and stand elsewhere."""
        faulty = self.faulty(number, bads, row, said, name, code)
        self._result.faults.append(faulty.fault)
        self._result.faulty.append(faulty)
        self._result.unread.append(Unread(self._sheet, number, tuple(row), tour, nameless))

    def faulty(
        self, number: int, bads: Sequence[Bad], row: Sequence[Cell], said: Mapping[str, Cell], name: str, code: str
    ) -> FaultyRow:
        """A row as it goes into a correction file."""
        nameless = is_total(name) or not any(map(str.isalpha, name))
        if nameless and any(isinstance(cell, str) and is_total(cell) for cell in row):
            bads = [Bad(bads[0].column, _("This is a total and not a visitor."))]
        reason = " ".join(dict.fromkeys(bad.reason for bad in bads))
        fault = Fault(self._sheet, number, self._headings.text(bads[0].column), reason)
        cells = [_unprivate(row[place]) if place < len(row) else "" for _heading, place in self._shown]
        headings = [heading for heading, _place in self._shown]
        beyond = [text_of(_unprivate(cell)) for cell in row[len(self._headings.texts) :]]
        if any(beyond):  # a shifted row: what went over its end must not be lost
            headings += [""] * len(beyond)
            cells += beyond
        for column, value in {**self._defaults, **said}.items():
            if value and column not in self._headings.at:
                headings.append(column)
                cells.append(value)
        return FaultyRow(fault, tuple(headings), tuple(cells), name, code)


def is_nameless(name: str, cells: Sequence[Cell], place: Mapping[str, int], *, placed: bool) -> bool:
    """Whether somebody is meant by a row whose name nobody can read; a total and an empty line mean nobody.

    ``placed``: the row's tour is known, so that it is no remark below the list.
    """
    if DAMAGE in name or is_contact(name) or any(is_error(text_of(cells[place[column]])) for column in _NAMES):
        return True
    if name or not placed or not any(text_of(cells[place[column]]) for column in _PERSONAL):
        return False
    return not any(isinstance(cell, str) and is_total(cell) for cell in cells)


def _shown(headings: Headings, hidden: set[int]) -> tuple[tuple[str, int], ...]:
    """The headings of a correction file: each as it was where that says enough; no documents, phones, addresses."""
    ours = {place: column for column, place in headings.at.items()}
    shown: list[tuple[str, int]] = []
    for place, text in enumerate(headings.texts):
        column = column_of(text)
        if place in hidden or (place not in ours and column in (PASSPORT, UNWANTED, None)):
            continue
        known = ours.get(place)
        shown.append((known if known is not None and column != known else text, place))
    return tuple(shown)


def _unprivate(cell: Cell) -> Cell:
    """A cell of a faulty row without documents: a correction file is kept and sent too."""
    if not isinstance(cell, str) or not is_document(cell):
        return cell
    return without_private(cell, bare=False).text if any(map(str.isalpha, cell)) else cell
