"""What counts for the rows of a list without standing in them: said above the headings, and said anew between rows.

Who stands below a line that names another visit never gets into the visit before it: what such a line leaves open is a
reason against the rows below, until it is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from checkin.i18n import gettext as _
from checkin.rosters.cells import text_of
from checkin.rosters.private import without_private
from checkin.rosters.table import Cell

_FOLLOWS = {
    "plant": ("tour", "date", "start", "end", "format"),
    "tour": ("start", "end", "format"),
    "date": ("start", "end"),
    "start": ("end",),
    "school": ("class", "group", "leader"),
    "class": ("group", "leader"),
    "group": ("leader",),
}
"""What no longer holds when something is said anew."""
_NEEDED = frozenset({"tour", "date", "start"})
_YEAR = re.compile(r"20\d\d")
_VISIT = re.compile(
    r"\d{1,2}:\d{2}\b|\b\d{1,2}\s+(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)|экскурс|мастер-?\s?класс|лекци|квиз"
    r"|\btour\b|workshop|excursion",
    re.IGNORECASE,
)


class Blocks:
    """The blocks of one sheet.  ``said`` counts for the rows below; ``open`` are reasons against them, by column.

    ``fresh``: no row has come since a line said something.
    """

    def __init__(self, above: Mapping[str, Cell]) -> None:
        self.said = dict(above)
        self.open: dict[str, str] = {}
        self.fresh = False
        self._told = True
        self._before = dict(self.said)
        self._block: dict[str, Cell] = {}

    def line(self, labels: Mapping[str, Cell], columns: Collection[str]) -> bool:
        """Takes a line between rows.  ``columns`` are those that rows have of their own; whether anything changes."""
        labels = {column: value for column, value in labels.items() if column not in columns}
        if not labels:
            return False
        if not self.fresh:
            self._before, self._block, self.fresh = self.said, {}, True
        self._block |= labels
        self._told = False
        gone = {column for name in self._block for column in _FOLLOWS.get(name, ())} - self._block.keys()
        self.said = {column: value for column, value in self._before.items() if column not in gone} | self._block
        lost = gone & self._before.keys() & _NEEDED
        reason = _("A line above names another visit and does not say this: write it there, or into a column.")
        self.open = dict.fromkeys(sorted(lost), reason)
        return True

    def doubt(self, row: Sequence[Cell], elsewhere: Collection[str]) -> None:
        """Looks at a line that is no row.  ``elsewhere``: columns that are said for the whole list in another way."""
        texts = [text for cell in row if (text := text_of(cell))]
        if len(texts) != 1 or not _NEEDED & {*self.said, *elsewhere}:
            return
        text, year = texts[0], _YEAR.search(text_of(self.said.get("date", "")))
        if _VISIT.search(text) or (year and year[0] in text):  # another year is somebody's year of birth
            reason = _(
                "A line above seems to name another visit: “{text}”. Write it as “Tour: …”, “Date: …”, “Time: …”."
            )
            self.open["tour"] = reason.format(text=without_private(text, bare=False).text[:60])

    def began(self) -> str:
        """What a block says, in words, when its first visitor comes; empty when it was told already."""
        told, self._told = self._told, True
        return "" if told else in_words(self.said)


def in_words(said: Mapping[str, Cell]) -> str:
    """What is said for many rows, for a person to read."""
    return ", ".join(
        f"{column}: {without_private(text_of(value), bare=False).text[:60]}" for column, value in said.items()
    )
