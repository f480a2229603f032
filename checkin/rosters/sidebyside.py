"""Lists that stand beside each other on one sheet, each with the same headings: one row is a row of each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from checkin.rosters.cells import text_of
from checkin.rosters.headings import Headings, column_of, plain_heading
from checkin.rosters.table import Cell

_NUMBER = re.compile(r"\b(?:номер )?\d+(?: (?:й|го|ый|st|nd|rd|th)\b)?|(?<=[^\W\d_])\d+\b")


def beside_each_other(found: Headings) -> Headings:
    """The headings with the lists that stand beside the first one, each with the same headings for its people."""
    first = found.at.get("visitor", found.at.get("surname"))
    if first is None or found.row < 0:
        return found
    said = [plain_heading(text) for text in found.texts]
    plain = [_unnumbered(text) for text in said]
    starts = [place for place, text in enumerate(plain) if text and text == plain[first]]
    if len(starts) < 2 or starts[0] != first or not plain[first]:
        return found
    width = starts[1] - first
    same = [
        step
        for step in range(-min(first, width - 1), width)
        if starts[1] + step < len(plain) and plain[first + step] and plain[first + step] == plain[starts[1] + step]
    ]
    numbered = len({said[place] for place in starts}) == len(starts) and column_of(found.texts[first]) is not None
    apart = numbered or (starts[1] > 0 and not plain[starts[1] - 1])
    if len(same) < 2 and not apart:
        return found  # ФИО, телефон, ФИО: the second may well be a parent
    sides = tuple(
        tuple((first + step, start + step) for step in same if start + step < len(plain)) for start in starts[1:]
    )
    beside = {place for side in sides for _to, place in side}
    return replace(found, sides=sides, others=tuple(place for place in found.others if place not in beside))


def _unnumbered(plain: str) -> str:
    """A heading without its number: ``участник 1`` and ``участник 2`` are columns of the same kind."""
    return " ".join(_NUMBER.sub(" ", plain).split()) if any(map(str.isdigit, plain)) else plain


def unfolded(rows: Iterable[tuple[int, list[Cell]]], found: Headings) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of lists that stand beside each other: for each list a row as if it were the first of them."""
    own = sorted({to for side in found.sides for to, _place in side})
    for number, row in rows:
        wide = [*row, *[""] * (len(found.texts) - len(row))]
        blank: list[Cell] = ["" if place in found.beside else cell for place, cell in enumerate(wide)]
        made = [blank] if any(text_of(wide[place]) for place in own) else []
        for side in found.sides:
            if any(text_of(wide[place]) for _to, place in side):
                other = blank[:]
                for to, place in side:
                    other[to] = wide[place]
                made.append(other)
        for one in made or [blank]:
            yield number, one
