"""What a list says of somebody's age: a year or a day of birth, an age, an age band, a class at school.

A day of birth must be one that there is, and of somebody who may be alive on the day of the visit.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from checkin.domain.visit import Flag
from checkin.i18n import gettext as _
from checkin.rosters.cells import DMY, MONTHS, SERIAL_ZERO, WORDS, WORDS_US, text_of
from checkin.rosters.table import Cell

ADULT_FROM = 18
NO_DAY = date.min
"""What is written as a day and is none, such as 31.02.2015; told apart by identity."""
OLDEST = 120
_FIVE = re.compile(r"\d{5}")
_MISTYPED = range(19_000, 21_000)
"""As days of a spreadsheet these are of 1952 to 1957; more likely a digit too many was typed in a year: 20120."""
_GRADE = re.compile(
    r"(?:класс\s*)?(1[01]|[1-9])\s*(?:[-–]?\s*(?:[«\"“]?[а-я][»\"”]?|й|ый|ий))?\s*(?:кл(?:асс|\.)?|grade)?",
    re.IGNORECASE,
)


def grade_of(text: str, *, bare: bool = False) -> int | None:
    """The school year, 1 to 11, of a class: ``5А``, ``11 класс``; a ``bare`` number too where it can be no age."""
    plain = text.strip()
    found = _GRADE.fullmatch(plain)
    return int(found[1]) if found and (bare or not plain.isdigit()) else None


def birth_year_of(cell: Cell, visit: date, *, is_age: bool, is_year: bool = False) -> int | str:
    """The year of birth from a year, a date or, in a column of ages, an age; or else why it is none.

    ``is_year``: the column asks for a year, so that five digits are no day of a spreadsheet but a slip of the hand.
    It must suit somebody who is alive on the day of the ``visit``; a day must be one that there is.
    """
    if is_year and _FIVE.fullmatch(text_of(cell)):
        return _("This is not a year of birth: {text}").format(text=text_of(cell)[:40])
    if isinstance(cell, str):
        said = _said(cell, visit, is_age)
        return said if said is not None else _judged(_born_text(cell, visit.year % 100), cell, visit, is_age=is_age)
    born: int | date | None = None
    if isinstance(cell, datetime):
        born = cell.date()
    elif isinstance(cell, date):
        born = cell
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell) and cell == int(cell):
        number = int(cell)
        born = number if number < 3000 else None if number in _MISTYPED else _of_serial(number)
    return _judged(born, cell, visit, is_age=is_age)


@lru_cache(maxsize=30_000)
def _said(text: str, visit: date, is_age: bool) -> int | None:
    """The year of birth in a text; None where it is none: why depends on the language that is spoken now."""
    year = _judged(_born_text(text, visit.year % 100), text, visit, is_age=is_age)
    return year if isinstance(year, int) else None


def _judged(born: int | date | None, cell: Cell, visit: date, *, is_age: bool) -> int | str:
    if born is NO_DAY:
        return _("There is no such day: {text}").format(text=text_of(cell).strip()[:40])
    if born is None:
        return _("This is not a year of birth: {text}").format(text=text_of(cell)[:40])
    if isinstance(born, int):
        if born <= OLDEST and is_age:
            return visit.year - born
        if born < 1000:
            return _("This is not a year of birth: {text}").format(text=text_of(cell)[:40])
    year = born if isinstance(born, int) else born.year
    if year > visit.year or (isinstance(born, date) and born > visit):
        return _("Born after the visit: {text}").format(text=text_of(cell)[:40])
    if visit.year - year > OLDEST + 6:
        return _("Nobody who was born then is alive: {text}").format(text=text_of(cell)[:40])
    return year


@lru_cache(maxsize=1024)
def band_of(text: str) -> Flag | None:
    """The age band that a cell names instead of an age: ``18+``, ``до 18``; or a class: ``5А``, ``5 класс``."""
    plain = text.strip().casefold().removesuffix("лет").strip()
    if grade_of(plain) is not None:
        return Flag.MINOR
    found = re.fullmatch(r"(\d{1,3})\s*[-–—]\s*(\d{1,3})|(\d{1,3})\s*\+|(?:до|<|under|младше)\s*(\d{1,3})", plain)
    if found is None:
        return None
    low, high, plus, below = (int(part) if part else None for part in found.groups())
    if (low is not None and low >= ADULT_FROM) or (plus is not None and plus >= ADULT_FROM):
        return Flag.ADULT
    if (high is not None and high < ADULT_FROM) or (below is not None and below <= ADULT_FROM):
        return Flag.MINOR
    return None


@lru_cache(maxsize=4096)
def _born_text(text: str, this_year: int) -> int | date | None:
    """A year or an age, a day, nothing of the kind, or why there is no such day.  A short year is of the past."""
    plain = text.strip().casefold().replace("ё", "е")
    found = re.fullmatch(
        r"(?:полных\s*)?(\d{1,4})(?:[.,]\d)?\s*(?:полных\s*)?"
        r"(?:г\.?\s*р\.?|г\.?|год|лет|л\.?|года|y\.?o\.?|years?|years old)?",
        plain,
    )
    if found:
        return int(found[1])
    if re.fullmatch(r"[1-9]\d{4}", plain):
        return None if int(plain) in _MISTYPED else _of_serial(int(plain))
    day = _born_day(plain, this_year)
    if day is not None:
        try:
            return date(*day)
        except ValueError:
            return NO_DAY
    found = re.search(r"(?<!\d)(19\d\d|20\d\d)(?!\d)", plain)
    if found and re.fullmatch(
        r"\D*\d{4}|\d{1,2}[./-]\d{4}|[а-я]+\s+\d{4}(\s*г\.?)?|\d{4}\s*(?:г\w*\.?\s*)?(?:р\w*\.?)?", plain
    ):
        return int(found[1])
    return None


def _of_serial(number: int) -> date:
    return (SERIAL_ZERO + timedelta(days=min(number, 99_999))).date()


def _born_day(plain: str, this_year: int) -> tuple[int, int, int] | None:
    """Year, month and day as they are written, whether there is such a day or not."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", plain) or re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", plain)
    if found:
        year, month, day = (int(part) for part in found.groups())
        return year, month, day
    found = DMY.match(plain)
    if found:
        day, month, year = (int(part) for part in found.groups())
        if month > 12 >= day:
            day, month = month, day
        if len(found[3]) == 2:
            year += 2000 if year <= this_year else 1900
        return year, month, day
    if (found := WORDS.match(plain)) and found[2][:3] in MONTHS:
        return int(found[3]), MONTHS[found[2][:3]], int(found[1])
    if (found := WORDS_US.match(plain)) and found[1][:3] in MONTHS:
        return int(found[3]), MONTHS[found[1][:3]], int(found[2])
    return None
