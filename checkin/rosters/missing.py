"""Who is gone from a list: whom the roster holds for its tours, and no row names, be it taken or a fault.

A row that is not taken may hold anybody whose names stand in it, wherever in the row; one in which somebody is meant
whose name cannot be read may be anybody of its tour, and without a tour anybody of the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from checkin.domain.names import name_key
from checkin.domain.readings import plain_words
from checkin.domain.visit import Visitor
from checkin.i18n import gettext as _
from checkin.rosters.patronymics import without_patronymic
from checkin.rosters.result import ListResult, Notices, Unread


def missing(result: ListResult, people: Iterable[Visitor], called: Callable[[str], str]) -> list[Visitor]:
    """Those of ``people``, whom no row was found for, who are gone; ``called`` names a tour in a notice."""
    absent = [one for one in people if one.tour in result.tours]
    if not absent or not result.unread:
        return absent
    faulty = _Faulty(result.unread)
    absent = [one for one in absent if not faulty.hold(one.name)]
    open_tours: dict[str, list[Unread]] = defaultdict(list)
    for row in result.unread:
        if row.nameless:
            open_tours[row.tour].append(row)
    concerned = {one.tour for one in absent}
    notices = Notices()
    for tour, rows in open_tours.items():
        if tour and tour not in concerned:
            continue
        text = (
            _("{tour}: nobody counts as gone from the list, since a name cannot be read.").format(tour=called(tour))
            if tour
            else _("Nobody counts as gone from the list, since neither a name nor its tour can be read.")
        )
        for row in rows if absent else ():
            notices.at(row.sheet, row.row, text)
    result.notices += notices.all()
    return [] if "" in open_tours else [one for one in absent if one.tour not in open_tours]


class _Faulty:
    """The words of the rows that are not taken, each with the rows where it stands."""

    def __init__(self, rows: Sequence[Unread]) -> None:
        self._rows: dict[str, set[int]] = defaultdict(set)
        self._held: dict[tuple[str, ...], bool] = {}
        for number, row in enumerate(rows):
            for cell in row.cells:
                if isinstance(cell, str) and any(map(str.isalpha, cell)):
                    for word in name_key(cell).split():
                        self._rows[word].add(number)

    def hold(self, name: str) -> bool:
        """Whether all of a name stands in one row; a patronymic may be left out there."""
        said = without_patronymic(plain_words(name))
        if said not in self._held:
            there = sorted((self._rows.get(word, set()) for word in said), key=len)
            self._held[said] = bool(there) and bool(set.intersection(*there))
        return self._held[said]
