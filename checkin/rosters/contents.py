"""Headings that may mean two things, settled by what stands under them.

A "Title" of people is no tour, a leader that is only yes or no is a mark, age groups in figures are ages.  What a
person says of a heading is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from checkin.domain.visit import Flag
from checkin.rosters.births import band_of
from checkin.rosters.cells import text_of
from checkin.rosters.headings import Headings, column_of, plain_heading
from checkin.rosters.table import Cell
from checkin.rosters.vocabulary import flags_of, mark_of, says_nothing, yes_or_no

T = TypeVar("T")
SAMPLE = 200
ENOUGH = 0.8
"""So much of a column must look like one thing."""

_ADDRESS = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|mme|rev|herr|frau|г-н|г-жа|господин|госпожа|гражданин|гражданка)\.?"
    r"(?:\s*(?:/|and|&)?\s*(?:mr|mrs|ms|dr|prof)\.?)?",
    re.IGNORECASE,
)
_AGE_GROUP = re.compile(r"возрастн\w* (?:категор|групп)|age (?:group|category|band)")
_AGE = re.compile(r"\d{1,3}(?: ?(?:лет|года?))?")
_BANDS = frozenset({Flag.MINOR, Flag.ADULT})


def settled(found: Headings, rows: Sequence[Sequence[Cell]]) -> Headings:
    """The headings as the first ``rows`` below them say that they are meant."""
    return _with_ages(_without_answers(_without_addresses(found, rows), rows), rows)


def share(values: Sequence[T], there: Callable[[T], bool]) -> float:
    """How much of a column looks like something."""
    return sum(1 for value in values if there(value)) / len(values)


def _under(place: int, rows: Sequence[Sequence[Cell]]) -> list[str]:
    return [text for row in rows if place < len(row) and (text := text_of(row[place]))]


def _without_addresses(found: Headings, rows: Sequence[Sequence[Cell]]) -> Headings:
    """The headings without a "Title" under which people are addressed: Mr, Dr."""
    place = found.at.get("tour")
    if place is None or "tour" in found.said:
        return found
    texts = [text for row in rows if place < len(row) and (text := text_of(row[place]))]
    if not texts or share(texts, lambda one: _ADDRESS.fullmatch(one) is not None) < ENOUGH:
        return found
    at = {column: there for column, there in found.at.items() if column != "tour"}
    other = next((text for text in found.repeated if column_of(text) == "tour"), None)
    repeated = tuple(text for text in found.repeated if text != other)
    if other is not None:
        at["tour"] = found.texts.index(other)
    return replace(found, at=at, repeated=repeated, unknown=(*found.unknown, found.texts[place]))


def _without_answers(found: Headings, rows: Sequence[Sequence[Cell]]) -> Headings:
    """The headings without a leader, and without further people, of whom the cells only say yes and no."""
    places = list(found.others)
    if "leader" in found.at and "leader" not in found.said:
        places.append(found.at["leader"])
    for place in places:
        texts = _under(place, rows)
        if not texts or any(yes_or_no(text) is None for text in texts):
            continue
        heading = found.texts[place]
        flag = mark_of(plain_heading(heading))
        found = replace(
            found,
            at={column: there for column, there in found.at.items() if there != place},
            others=tuple(other for other in found.others if other != place),
            repeated=tuple(text for text in found.repeated if text != heading),
            marks=found.marks if flag is None else (*found.marks, (place, flag)),
            unknown=(*found.unknown, heading) if flag is None else found.unknown,
        )
    return found


def _with_ages(found: Headings, rows: Sequence[Sequence[Cell]]) -> Headings:
    """The headings with age groups as ages, where every one of them can be read so."""
    place = found.at.get("flags")
    if place is None or "age" in found.at or "flags" in found.said:
        return found
    places = (place, *found.extra.get("flags", ()))
    for one in places:
        texts = _under(one, rows)
        if not _AGE_GROUP.search(plain_heading(found.texts[one])) or not texts or not all(map(_is_age, texts)):
            continue
        rest = tuple(other for other in places if other != one)
        at = {column: there for column, there in found.at.items() if column != "flags"} | {"age": one}
        extra = {column: there for column, there in found.extra.items() if column != "flags"}
        if rest:
            at["flags"] = rest[0]
        return replace(found, at=at, extra=extra | ({"flags": rest[1:]} if rest[1:] else {}))
    return found


def _is_age(text: str) -> bool:
    """Whether a cell is an age, or an age group that a column of ages may have."""
    return (
        says_nothing(text)
        or _AGE.fullmatch(text) is not None
        or band_of(text) is not None
        or bool(flags_of(text)[0] & _BANDS)
    )
