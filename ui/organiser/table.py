"""What a table shows: plain texts, without Qt.  A table is compared by being the same one, since it may be long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``headings``, and ``rows`` of as many texts.  ``wide`` is the column that takes the room that is left."""

    headings: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    wide: int = 0

    def holding(self, text: str) -> Table:
        """The rows in which every word of a text stands somewhere."""
        words = text.casefold().split()
        if not words:
            return self
        kept = [row for row in self.rows if all(word in " ".join(row).casefold() for word in words)]
        return Table(self.headings, kept, self.wide)


NOTHING = Table()
