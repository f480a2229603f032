"""Columns by what stands in them, where a heading is not known or there is no heading line at all.

Only what cannot be taken for anything else is guessed: dates, times, names, years of birth, codes; and in a list
without headings also the titles of tours and the names of plants.  A guess never takes a column that a heading names,
and is always told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from checkin.rosters.births import birth_year_of
from checkin.rosters.cells import date_of, text_of, times_of
from checkin.rosters.contents import ENOUGH, SAMPLE, settled, share
from checkin.rosters.headings import REASON, WIDEST, Headings, column_of, plain_heading
from checkin.rosters.identity import slug
from checkin.rosters.private import is_document
from checkin.rosters.table import Cell

NOTHING: Mapping[str, Cell] = MappingProxyType({})
_SEASON = timedelta(days=366)
_YOUNGEST = 2
"""Years that a visitor has at least, where nothing but the dates tells that they are of births."""

_WORD = r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)?(?:-[^\W\d_]+)*"
_NAME = re.compile(rf"{_WORD}(?:\s+(?:{_WORD}|[^\W\d_]\.)){{1,3}}(?:[^\W\d_]\.)?")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(:\d{2})?(\s*[-–—]\s*\d{1,2}[:.]\d{2})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?|\d{1,2}[./]\d{1,2}[./](\d{4}|\d\d)(\s+\d{1,2}[:.]\d\d)?")
_YEAR = re.compile(r"(19[2-9]\d|20[0-4]\d)(\s*(г\.?|г\.?\s?р\.?))?")
_CODE = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]{4,63}")
_PRIVATE = re.compile(
    r"\+?[78]?[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}|[^@\s]+@[^@\s]+\.[a-z]{2,}|\d{4}\s?\d{6}"
)
_CODE_WORD = re.compile(r"\bкод|code|токен|token|ключ|\bkey\b|\b(?:uu|gu|u)id\b|\bhash\b|брон|booking|\bpnr\b")
"""Under any other word stands something else that looks like a code: a flight, a document, a car."""
_FIRM = re.compile(r"завод|фабрик|комбинат|пекарн|типограф|мануфактур|\bplant\b|factory|\bworks\b", re.IGNORECASE)
_TITLE = re.compile(r"экскурс|мастер|лекци|квиз|выставк|tour|excursion|master|workshop|lecture|quiz", re.IGNORECASE)


def completed(
    found: Headings, rows: Sequence[Sequence[Cell]], said: Mapping[str, Cell] = NOTHING
) -> tuple[Headings, dict[str, str]]:
    """The headings with columns guessed for those that nobody knows, and what was guessed: heading -> column.

    ``said`` are columns of which something is said above the headings: none of them is looked for.
    """
    found = settled(found, rows[:SAMPLE])
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
    under = {place: [row[place] for row in rows[:SAMPLE] if place < len(row) and text_of(row[place])] for place in free}
    days = {place: values for place, values in under.items() if values and share(values, _is_day) >= ENOUGH}
    known = {*said, "end"} if "start" in said else set(said)  # a time beside one that is said is of something else
    visit = _visit_of(days) if "date" not in at and "date" not in said else None
    for place, values in under.items():
        plain = plain_heading(texts[place]) if place < len(texts) else ""
        column = "date" if place == visit else _column(values, known | at.keys(), plain)
        if column is None:
            continue
        texts += [""] * (place + 1 - len(texts))
        at[column] = place
        guessed[texts[place] or f"#{place + 1}"] = column
    dates = (
        [row[at["date"]] for row in rows[:SAMPLE] if at["date"] < len(row)] if "date" in at else [said.get("date", "")]
    )
    last = max((day for cell in dates if (day := date_of(cell)) is not None), default=None)
    free_still = {place: values for place, values in under.items() if place not in at.values()}
    if (
        last is not None
        and not {"birth_year", "age"} & at.keys()
        and (born := _births_of(free_still, texts, last)) is not None
    ):
        texts += [""] * (born + 1 - len(texts))
        at["birth_year"] = born
        guessed[f"#{born + 1}"] = "birth_year"
    unknown = tuple(text for text in found.unknown if text not in guessed)
    return replace(found, texts=tuple(texts), at=at, unknown=unknown), guessed


def _visit_of(days: dict[int, list[Cell]]) -> int | None:
    """Which of these columns of dates is the visit's: the latest, but none that is of births or of documents."""
    last = {}
    for place, values in days.items():
        dates = [day for value in values if (day := date_of(value)) is not None]
        if max(dates) - min(dates) < _SEASON or len(set(dates)) * 2 <= len(dates):
            last[place] = max(dates)
    return max(last, key=lambda place: (last[place], -place), default=None)


def _births_of(under: dict[int, list[Cell]], texts: Sequence[str], visit: date) -> int | None:
    """A column of various days years ago that has no heading: dates of birth.  Of several, who was born comes first."""
    born: dict[int, int] = {}
    for place, values in under.items():
        if not values or (place < len(texts) and texts[place]):
            continue
        years = [birth_year_of(value, visit, is_age=False) for value in values if _is_dated(value)]
        past = [year for year in years if isinstance(year, int) and year <= visit.year - _YOUNGEST]
        if len(past) >= ENOUGH * len(values) and len(set(map(text_of, values))) * 2 > len(values):
            born[place] = min(past)
    return min(born, key=lambda place: (born[place], place), default=None)


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
        if "plant" not in at and share(texts, lambda one: bool(_FIRM.search(one)) or slug(one) in plants) >= ENOUGH:
            at["plant"] = place
            guessed[_called(found, place)] = "plant"
        else:
            score = share(texts, lambda one: bool(_TITLE.search(one))) * 100
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


def _column(values: Sequence[Cell], at: Collection[str], plain: str) -> str | None:
    """The column of ours that these cells can only be, under a heading that says nothing we know."""
    if not values:
        return None
    texts = [text_of(value) for value in values]
    if share(texts, lambda one: _PRIVATE.fullmatch(one) is not None) >= 0.5:
        return None
    if share(values, _is_day) >= ENOUGH:
        return None
    for column, there in (("start", _is_clock), ("birth_year", _is_year)):
        if share(values, there) >= ENOUGH:
            if column == "start" and "start" in at:
                column = "end"
            return column if column not in at and not (column == "birth_year" and "age" in at) else None
    if "visitor" not in at and "surname" not in at and share(values, _is_name) >= ENOUGH and _various(texts):
        return "visitor"
    if (
        "code" not in at
        and share(texts, lambda one: _CODE.fullmatch(one) is not None) >= ENOUGH
        and len(set(texts)) == len(texts) >= 2
        and _may_be_code(texts, plain)
    ):
        return "code"
    return None


def _may_be_code(texts: Sequence[str], plain: str) -> bool:
    """Whether what looks like codes may be tickets': passports of many countries look the same."""
    if any(map(str.isalpha, plain)):
        return _CODE_WORD.search(plain) is not None
    return not any(map(is_document, texts))


def _various(texts: Sequence[str]) -> bool:
    """Whether these are many people, and not one guide or one leader named again and again."""
    return len(texts) < 4 or len(set(texts)) > len(texts) / 2


def _is_day(value: Cell) -> bool:
    if isinstance(value, str):
        return _DAY.fullmatch(value.strip()) is not None and date_of(value) is not None
    return not isinstance(value, int | float) and date_of(value) is not None


def _is_dated(value: Cell) -> bool:
    """Whether a cell holds a day of any year."""
    return _DAY.fullmatch(value.strip()) is not None if isinstance(value, str) else isinstance(value, date)


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
