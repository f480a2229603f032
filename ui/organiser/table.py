"""What a table shows: plain texts, without Qt.  A table is compared by being the same one, since it may be long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TICKED, UNTICKED = "✔", "☐"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``headings``, and ``rows`` of as many texts.  ``wide`` is the column that takes the room that is left.

    In a table that ``ticks``, the first text of a row says whether it is ticked: ``TICKED``, ``UNTICKED``, or nothing
    for a row that takes no tick.
    """

    headings: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    wide: int = 0
    ticks: bool = False

    def holding(self, text: str) -> Table:
        """The rows in which every word of a text stands somewhere."""
        words = text.casefold().split()
        if not words:
            return self
        kept = [row for row in self.rows if all(word in " ".join(row).casefold() for word in words)]
        return Table(self.headings, kept, self.wide, self.ticks)


NOTHING = Table()
