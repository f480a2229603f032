"""How many people a row stands for, where columns of a list count them: a row is one visitor, whatever they say.

How many places or people a tour or a group has is another thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from checkin.rosters.cells import text_of
from checkin.rosters.headings import Headings, plain_heading
from checkin.rosters.table import Cell

_COUNTED = r"(?:количество|кол во|число|сколько|всего|number of|no of|count of|how many) "
_WHOLE = re.compile(
    rf"(?:{_COUNTED})?(?:человек|людей|персон|участников|посетителей|гостей|экскурсантов|туристов|билетов"
    r"|people|persons|guests|visitors|participants|attendees|tickets)"
    r"|количество|кол во|qty|quantity|pax|party size|(?:ticket|order) (?:qty|quantity|count)"
)
_PART = re.compile(
    rf"(?:{_COUNTED})?(?:взросл(?:ых|ые)|дет(?:ей|и)|школьников|учеников|учащихся|студентов|пенсионеров"
    r"|adults|children|kids|minors|seniors)"
)
_NUMBER = re.compile(r"(\d{1,3})(?: ?(?:чел|взр|дет|реб|шт|pax|people)\w*\.?)?")


def counts_some(plain: str) -> bool:
    """Whether numbers under a heading say how many of a kind there are; yes and no may stand there too."""
    return _PART.fullmatch(plain) is not None


def number_of(text: str) -> int | None:
    """How many people a cell says there are; None when it says something else."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


class Party:
    """Reads how many people the rows of one table stand for."""

    def __init__(self, headings: Headings) -> None:
        plain = {
            place: plain_heading(text)
            for place, text in enumerate(headings.texts)
            if text and place not in headings.at.values() and place not in headings.silenced
        }
        self._wholes = tuple(place for place, text in plain.items() if _WHOLE.fullmatch(text))
        self._parts = tuple(place for place, text in plain.items() if counts_some(text))
        self.any = bool(self._wholes or self._parts)

    def of(self, cells: Sequence[Cell]) -> int:
        """The people of a row; 0 where it does not say."""
        wholes = [number_of(text_of(cells[place])) or 0 for place in self._wholes]
        parts = [number_of(text_of(cells[place])) or 0 for place in self._parts]
        return max(*wholes, sum(parts), 0) if wholes else sum(parts)
