"""Columns by what stands in them, where a heading is not known or there is no heading line at all.

Only what cannot be taken for anything else is guessed: dates, times, names, years of birth, codes; and in a list
without headings also the titles of tours and the names of plants.  A guess never takes a column that a heading names,
and is always told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from checkin.rosters.cells import date_of, text_of, times_of
from checkin.rosters.headings import REASON, WIDEST, Headings, column_of
from checkin.rosters.identity import slug
from checkin.rosters.table import Cell

T = TypeVar("T")
SAMPLE = 200
ENOUGH = 0.8
"""So much of a column must look like one thing."""

_WORD = r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)?(?:-[^\W\d_]+)*"
_NAME = re.compile(rf"{_WORD}(?:\s+(?:{_WORD}|[^\W\d_]\.)){{1,3}}(?:[^\W\d_]\.)?")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(:\d{2})?(\s*[-–—]\s*\d{1,2}[:.]\d{2})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?|\d{1,2}[./]\d{1,2}[./](\d{4}|\d\d)(\s+\d{1,2}[:.]\d\d)?")
_YEAR = re.compile(r"(19[2-9]\d|20[0-4]\d)(\s*(г\.?|г\.?\s?р\.?))?")
_CODE = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]{4,63}")
_PRIVATE = re.compile(
    r"\+?[78]?[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}|[^@\s]+@[^@\s]+\.[a-z]{2,}|\d{4}\s?\d{6}"
)
_FIRM = re.compile(r"завод|фабрик|комбинат|пекарн|типограф|мануфактур|\bplant\b|factory|\bworks\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|mme|rev|herr|frau|г-н|г-жа|господин|госпожа|гражданин|гражданка)\.?"
    r"(?:\s*(?:/|and|&)?\s*(?:mr|mrs|ms|dr|prof)\.?)?",
    re.IGNORECASE,
)
_TITLE = re.compile(r"экскурс|мастер|лекци|квиз|выставк|tour|excursion|master|workshop|lecture|quiz", re.IGNORECASE)


def completed(found: Headings, rows: Sequence[Sequence[Cell]]) -> tuple[Headings, dict[str, str]]:
    """The headings with columns guessed for those that nobody knows, and what was guessed: heading -> column."""
    found = _without_addresses(found, rows)
    at = dict(found.at)
    guessed: dict[str, str] = {}
    texts = list(found.texts)
    width = min(WIDEST, max([len(texts), *(len(row) for row in rows[:SAMPLE])], default=0))
    taken = set(at.values()) | {place for places in found.extra.values() for place in places}
    free = [
        place
        for place in range(width)
        if place not in taken
        and place not in found.silenced
        and (place >= len(texts) or (column_of(texts[place]) is None and texts[place] != REASON))
    ]
    for place in free:
        values = [row[place] for row in rows[:SAMPLE] if place < len(row) and text_of(row[place])]
        column = _column(values, at)
        if column is None:
            continue
        texts += [""] * (place + 1 - len(texts))
        at[column] = place
        guessed[texts[place] or f"#{place + 1}"] = column
    unknown = tuple(text for text in found.unknown if text not in guessed)
    return replace(found, texts=tuple(texts), at=at, unknown=unknown), guessed


def _without_addresses(found: Headings, rows: Sequence[Sequence[Cell]]) -> Headings:
    """The headings without a "Title" under which people are addressed: Mr, Dr."""
    place = found.at.get("tour")
    if place is None or "tour" in found.said:
        return found
    texts = [text for row in rows[:SAMPLE] if place < len(row) and (text := text_of(row[place]))]
    if not texts or _share(texts, lambda one: _ADDRESS.fullmatch(one) is not None) < ENOUGH:
        return found
    at = {column: there for column, there in found.at.items() if column != "tour"}
    other = next((text for text in found.repeated if column_of(text) == "tour"), None)
    repeated = tuple(text for text in found.repeated if text != other)
    if other is not None:
        at["tour"] = found.texts.index(other)
    return replace(found, at=at, repeated=repeated, unknown=(*found.unknown, found.texts[place]))


def without_headings(rows: Sequence[Sequence[Cell]], plants: frozenset[str]) -> tuple[Headings, dict[str, str]] | None:
    """Columns of a list that begins with its first person; None when there are no names and dates to be seen.

    ``plants`` are slugs of plants that are known.
    """
    full = [row for row in rows if any(text_of(cell) for cell in row)]
    if not full:
        return None
    width = Counter(len(row) for row in full).most_common(1)[0][0]
    bare = Headings(row=-1, texts=("",) * width, at={})
    if len(full) > 1 and _is_heading(full[0]):
        # A heading line in words that nobody knows: each of them is told, whether a guess is made of it or not.
        words = tuple(text_of(cell) for cell in full[0])
        line = next(number for number, row in enumerate(rows) if row is full[0])
        bare = Headings(row=line, texts=words, at={}, unknown=tuple(filter(None, words)))
        full = full[1:]
        width = max(width, len(words))
    found, guessed = completed(bare, full)
    if "visitor" not in found.at or "date" not in found.at:
        return None
    first = full[0]
    if bare.row < 0 and (
        not _is_name(_at(first, found.at["visitor"])) or date_of(_at(first, found.at["date"])) is None
    ):
        return None
    at = dict(found.at)
    rest: list[tuple[float, int]] = []
    for place in range(width):
        if place in at.values():
            continue
        texts = [text_of(row[place]) for row in full if place < len(row) and text_of(row[place])]
        verbal = [text for text in texts if sum(map(str.isalpha, text)) > len(text) / 2]
        if not texts or len(verbal) < ENOUGH * len(texts):
            continue
        if "plant" not in at and _share(texts, lambda one: bool(_FIRM.search(one)) or slug(one) in plants) >= ENOUGH:
            at["plant"] = place
            guessed[_called(found, place)] = "plant"
        else:
            score = _share(texts, lambda one: bool(_TITLE.search(one))) * 100
            rest.append((score + sum(map(len, texts)) / len(texts), place))
    if rest and "tour" not in at:
        place = max(rest)[1]
        at["tour"] = place
        guessed[_called(found, place)] = "tour"
    return replace(found, at=at, unknown=tuple(text for text in found.unknown if text not in guessed)), guessed


def _called(found: Headings, place: int) -> str:
    return (found.texts[place] if place < len(found.texts) else "") or f"#{place + 1}"


def _is_heading(row: Sequence[Cell]) -> bool:
    """Whether a row can only be a heading line: words, each once, and nobody's name among them."""
    texts = [text_of(cell) for cell in row if text_of(cell)]
    words = all(isinstance(cell, str) for cell in row) and len(texts) > 2 and len(set(texts)) == len(texts)
    return words and not is_data(row) and not any(_is_name(cell) and " " in str(cell).strip() for cell in row)


def is_data(row: Sequence[Cell]) -> bool:
    """Whether a row holds what no heading is: a date, a time, a year."""
    return any(_is_day(cell) or _is_clock(cell) or _is_year(cell) for cell in row)


def _at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else ""


def _column(values: Sequence[Cell], at: dict[str, int]) -> str | None:
    """The column of ours that these cells can only be."""
    if not values:
        return None
    texts = [text_of(value) for value in values]
    if _share(texts, lambda one: _PRIVATE.fullmatch(one) is not None) >= 0.5:
        return None
    for column, there in (("date", _is_day), ("start", _is_clock), ("birth_year", _is_year)):
        if _share(values, there) >= ENOUGH:
            if column == "start" and "start" in at:
                column = "end"
            return column if column not in at and not (column == "birth_year" and "age" in at) else None
    if "visitor" not in at and "surname" not in at and _share(values, _is_name) >= ENOUGH and _various(texts):
        return "visitor"
    if (
        "code" not in at
        and _share(texts, lambda one: _CODE.fullmatch(one) is not None) >= ENOUGH
        and len(set(texts)) == len(texts) >= 2
    ):
        return "code"
    return None


def _share(values: Sequence[T], there: Callable[[T], bool]) -> float:
    return sum(1 for value in values if there(value)) / len(values)


def _various(texts: Sequence[str]) -> bool:
    """Whether these are many people, and not one guide or one leader named again and again."""
    return len(texts) < 4 or len(set(texts)) > len(texts) / 2


def _is_day(value: Cell) -> bool:
    if isinstance(value, str):
        return _DAY.fullmatch(value.strip()) is not None and date_of(value) is not None
    return not isinstance(value, int | float) and date_of(value) is not None


def _is_clock(value: Cell) -> bool:
    if isinstance(value, str):
        return _CLOCK.fullmatch(value.strip()) is not None and times_of(value) is not None
    return isinstance(value, float) and 0 < value < 1


def _is_year(value: Cell) -> bool:
    return _YEAR.fullmatch(text_of(value)) is not None


def _is_name(value: Cell) -> bool:
    if not isinstance(value, str):
        return False
    text = " ".join(value.split())
    if not _NAME.fullmatch(text) or len(text) > 80 or _FIRM.search(text) or _TITLE.search(text):
        return False
    return all(word[0].isupper() or (not word[0].isascii() and not word[0].islower()) for word in text.split())
