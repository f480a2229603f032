"""The flags of a row, from every column that says some: marks and statuses, and columns of yes and no.

A word that is not known is told; one that leaves open whether somebody comes is a reason against the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checkin.domain.visit import Flag
from checkin.i18n import gettext as _
from checkin.rosters.cells import text_of
from checkin.rosters.headings import Headings, plain_heading
from checkin.rosters.headingwords import asks_settled, says_standing
from checkin.rosters.party import counts_some, number_of
from checkin.rosters.private import is_document
from checkin.rosters.schedule import Bad
from checkin.rosters.table import Cell
from checkin.rosters.vocabulary import flags_of, unsettled, yes_or_no


class Marks:
    """Reads the flags of one table's rows.  ``notice`` hears what is not known."""

    def __init__(self, headings: Headings, notice: Callable[[str], None]) -> None:
        places = (headings.at["flags"], *headings.extra.get("flags", ())) if "flags" in headings.at else ()
        plain = {place: plain_heading(headings.texts[place]) for place in places}
        self._places = tuple((place, says_standing(plain[place]), asks_settled(plain[place])) for place in places)
        named = frozenset(headings.at.values())
        self._answers = tuple(
            (place, flag, counts_some(plain_heading(headings.texts[place])))
            for place, flag in headings.marks
            if place not in named
        )
        self._texts = headings.texts
        self._notice = notice
        self.any = bool(self._places or self._answers)

    def of(self, cells: Sequence[Cell], bads: list[Bad]) -> frozenset[Flag]:
        """The flags of a row; a reason in ``bads`` when it is open whether its visitor comes."""
        flags: frozenset[Flag] = frozenset()
        for place, standing, settled in self._places:
            cell = cells[place]
            if not cell:
                continue
            text = text_of(cell)
            if unsettled(text, standing=standing, settled=settled):
                bads.append(Bad(self._texts[place] or "flags", _open(text)))
                continue
            found, unknown = flags_of(text)
            flags = flags | found if flags else found
            for word in unknown:
                self._unknown(word)
        if self._answers:
            flags |= self._answered(cells)
        if Flag.MINOR in flags and Flag.ADULT in flags:
            self._notice(_("Marked both a minor and an adult; counts as a minor."))
            flags -= {Flag.ADULT}
        return flags

    def _answered(self, cells: Sequence[Cell]) -> frozenset[Flag]:
        """The flags of columns with yes and no."""
        flags = set()
        for place, flag, counts in self._answers:
            text = text_of(cells[place])
            if counts and number_of(text) is not None:
                continue  # two adults and a child are no answer about the one who is named
            said = yes_or_no(text)
            if said or (said is None and flag in flags_of(text)[0]):
                flags.add(flag)
            elif said is None:
                self._unknown(text)
        return frozenset(flags)

    def _unknown(self, word: str) -> None:
        shown = "…" if is_document(word) else word[:40]
        self._notice(_("The mark “{text}” is not known.").format(text=shown))


def _open(text: str) -> str:
    reason = _("It is open whether this visitor comes (“{text}”): confirm it, cancel it, or empty the cell.")
    return reason.format(text=text[:40])
