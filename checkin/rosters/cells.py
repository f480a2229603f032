"""What is written in a cell, as dates, times and years.  None means that it cannot be read as such.

Spreadsheets give real dates and times, serial numbers or text; people write ``05.08.2026``, ``5.8.26``, ``10.30`` or
``10:00–11:30``.  A date's day comes first unless that cannot be.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from checkin.i18n import gettext as _
from checkin.rosters.table import NO_VALUE, Cell

SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
_SERIALS = range(20_000, 80_000)  # 1954 to 2119
_YEARS = range(2000, 2101)
MONTHS = {
    stem: number
    for number, stems in enumerate(
        (
            "янв jan", "фев feb", "мар mar", "апр apr", "май мая may", "июн jun",
            "июл jul", "авг aug", "сен sep", "окт oct", "ноя nov", "дек dec",
        ),
        1,
    )
    for stem in stems.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
DMY = re.compile(r"(?<!\d)(?<!\d[.,:/-])(\d{1,2})\s?[.,/-]\s?(\d{1,2})\s?[.,/-]\s?(\d{4}|\d{2})(?!\d|[./-]\d)")
WORDS = re.compile(r"(?<!\d)(\d{1,2})[\s-]+([а-яa-z]{3,10})\.?,?[\s-]+(\d{4})(?!\d)")
WORDS_US = re.compile(r"([a-z]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})(?:\s*(?:час(?:ов|а)?|ч\.|[:.чh])\s*|[-\s](?=\d\d(?!\d)))(\d{2})(?!\d)(?::\d{2}(?:\.\d+)?)?"
    r"\s*(?:мин(?:ут)?\.?|м\.?(?![а-я]))?\s*(am|pm)?"
)
_DIGITS_ONLY = re.compile(r"([01]?\d|2[0-3])([0-5]\d)")
_MOVED = re.compile(
    r"\b(?:(?:или|либо|и|не|or|and|not)\b|кроме|перен[ое]с|отмен|пример|ориентир|около|уточн|cancel|postpon|moved|approx|about)|\?"
)
"""Words beside a date that make it another day, or none."""
_FILLING = re.compile(
    r"\b(?:г|год[а]?|в|с|со|на|начал[оа]|время|дата|at|from|start|gmt|utc|мск|msk)\b\.?|\([а-яa-z .]*\)"
)
_CLOCKS_BEGIN = re.compile(r"\d{1,2}\s*(?:[:.чh-]|час)|\d{3,4}\b|\d{1,2}\s*[ap]m")
_MONTH_BEFORE = re.compile(rf"\b(?:{'|'.join(MONTHS)})[а-яa-z]*\.?\s*$")
_JOINED = re.compile(r"\d\s*[–—/+&-]\s*$|\b(?:до|по|после|позднее|until|till|before|after|by)\s*$")
"""The end of what stands before a date when both are days: ``05-07.08.2026``."""
_OFFSET_AFTER = re.compile(r"(?<=:\d\d)\s*(?:z|\+\d\d?(?::?\d\d)?)$|\b(?:gmt|utc)\s*[+-]\d\d?(?::?\d\d)?$")
_ISO_OFFSET = re.compile(r"(?<=\d)(?:z|[+-]\d\d(?::?\d\d)?)$")
_HOUR = re.compile(r"(\d{1,2})\s*(?:ч\.?|час\w*|h|(am|pm))?")
_HOURS = re.compile(
    r"(?:с\s*|from\s*)?(\d{1,2})(?:\s*(?:ч\.?|час\w*|h))?(\s*(?:[–—-]+|до|to|until)\s*)(\d{1,2})(?:\s*(ч\.?|час\w*|h))?"
)
"""Two whole hours, or an hour and minutes: ``10-12``, ``10-30``."""
_HOUR_TO_TIME = re.compile(r"(?:с\s*|from\s*)?(\d{1,2})\s*(?:[–—-]+|до|to|until)\s*(\d{1,2})[:.](\d\d)")
"""``10-11:30`` ends at half past eleven, and is no time with seconds."""
_RANGE = re.compile(r"[–—-]+|до|по|to|until")
_ERROR = re.compile(
    r"#(n/a|ref!|value!|div/0!|name\?|null!|num!|знач!|ссылка!|имя\?|н/д|дел/0!|число!|пусто!|formula!)"
)


def text_of(cell: Cell) -> str:
    """A cell as text, without outer spaces: whole numbers without ``.0``, dates in ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def is_error(text: str) -> bool:
    """Whether a cell shows a spreadsheet's error instead of a value."""
    return text.startswith("#") and _ERROR.fullmatch(text.casefold()) is not None


def error_said(text: str) -> str:
    """What to say of a cell that shows an error, or would show a value if its formula had one."""
    if text == NO_VALUE:
        return _(
            "There is a formula here whose value is not in the file: open the file in Excel or LibreOffice, save it, "
            "and import it again."
        )
    return _("The cell shows a spreadsheet's error: {text}").format(text=text)


def tidy(text: str) -> tuple[str, bool]:
    """Text in NFC on one line without doubled spaces, and whether invisible control characters had to go.

    Joiners stay, since Persian and Indian names need them; marks that turn the direction of writing go, since they
    could make a line say something else than it does.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(), False
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if text.isprintable():
        return text, False
    kept = "".join(
        character
        for character in text
        if character.isprintable()
        or character in "\u200c\u200d"
        or unicodedata.category(character) in ("Zs", "Co", "Cn")
    )
    return " ".join(kept.split()), kept != text


Moment = tuple[date, timedelta | None, timedelta | None]
"""A day, and since its midnight the start and the end where they are said with it."""


def date_of(cell: Cell) -> date | None:
    """The date in a cell."""
    moment = moment_of(cell)
    return None if moment is None else moment[0]


def moment_of(cell: Cell) -> Moment | None:
    """The date in a cell, and the times of day when it holds them too; None too when it holds more than one date."""
    if isinstance(cell, str):
        return _moment_text(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        if not math.isfinite(cell) or int(cell) not in _SERIALS:
            return None
        cell = SERIAL_ZERO + timedelta(days=cell)
    if isinstance(cell, datetime):
        cell = _rounded(cell)
        clock = timedelta(hours=cell.hour, minutes=cell.minute)
        return (cell.date(), clock or None, None) if cell.year in _YEARS else None
    if isinstance(cell, date):
        return (cell, None, None) if cell.year in _YEARS else None
    return None


@lru_cache(maxsize=4096)
def _moment_text(text: str) -> Moment | None:
    plain = text.strip().casefold().replace("ё", "е")
    if re.fullmatch(r"\d{5}([.,]\d+)?", plain):
        return moment_of(float(plain.replace(",", ".")))
    found = _COMPACT.fullmatch(plain) or _ISO.search(plain)
    if found:
        year, month, day = (int(part) for part in found.groups())
    elif (found := WORDS.search(plain)) and found[2][:3] in MONTHS:
        day, month, year = int(found[1]), MONTHS[found[2][:3]], int(found[3])
    elif (found := WORDS_US.search(plain)) and found[1][:3] in MONTHS:
        day, month, year = int(found[2]), MONTHS[found[1][:3]], int(found[3])
    elif (found := DMY.search(plain)) and not _MONTH_BEFORE.search(plain[: found.start()]):
        day, month, year = (int(part) for part in found.groups())
        if month > 12 >= day:
            day, month = month, day
        year += 2000 if year < 100 else 0
    else:
        return None
    if year not in _YEARS:
        return None
    try:
        day_of = date(year, month, day)
    except ValueError:
        return None
    times = _times_beside(plain[: found.start()], plain[found.end() :])
    return None if times is None else (day_of, *times)


def _times_beside(before: str, after: str) -> tuple[timedelta | None, timedelta | None] | None:
    """The times beside a date; None when something else is there that may make it another day."""
    after = _ISO_OFFSET.sub("", after[1:]) if after.startswith("t") else _OFFSET_AFTER.sub("", after)
    if _MOVED.search(before) or _MOVED.search(after) or _JOINED.search(before):
        return None
    rest = _FILLING.sub(" ", f"{before} {after}")
    if not any(map(str.isdigit, rest)):
        return None if before.rstrip()[-1:] in ("-", "–", "—") else (None, None)
    begins = _CLOCKS_BEGIN.search(rest)
    times = _times_text(rest[begins.start() :].strip(" .,;-–—")) if begins else None
    if begins is None or times is None or any(map(str.isdigit, rest[: begins.start()])):
        return None
    start, end = times
    return (start or None) if end is None else start, end  # midnight alone is how a day without a time is written


_OFFSET = re.compile(
    r"(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(z|[+-]\d\d(?::?\d\d)?)", re.IGNORECASE
)


def localised(cell: Cell, zone: tzinfo) -> Cell:
    """An ISO moment with an offset (``2026-08-05T10:30+03:00``) as local time of ``zone``; any other cell as it is."""
    if not isinstance(cell, str) or len(cell) < 17 or (found := _OFFSET.fullmatch(cell.strip())) is None:
        return cell
    offset = "+00:00" if found[3] in "zZ" else found[3]
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{offset}")
        return moment.astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return cell


def times_of(cell: Cell) -> tuple[timedelta, timedelta | None] | None:
    """The time of day in a cell since midnight (24:00 is possible), and the second one when it holds a range."""
    if isinstance(cell, str):
        return _times_text(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, timedelta):
        return (cell, None) if timedelta(0) <= cell <= timedelta(days=1) else None
    if isinstance(cell, datetime | time):
        return timedelta(hours=cell.hour, minutes=cell.minute + (cell.second >= 30)), None
    if isinstance(cell, int | float) and 0 <= cell <= 24 and math.isfinite(cell):
        if cell < 1 and cell:
            return timedelta(minutes=round(cell * 24 * 60)), None
        # 10.3 is what a spreadsheet makes of somebody's 10.30.
        hours, minutes = int(cell), round((cell - int(cell)) * 100)
        moment = _clock(str(hours), str(minutes), None)
        return None if moment is None else (moment, None)
    if isinstance(cell, int | float) and 100 <= cell < 2400 and cell == int(cell):
        return _times_text(str(int(cell)))
    return None


@lru_cache(maxsize=4096)
def _times_text(text: str) -> tuple[timedelta, timedelta | None] | None:
    plain = text.strip().casefold()
    if re.fullmatch(r"0[.,]\d{3,}", plain):
        return times_of(float(plain.replace(",", ".")))
    if re.fullmatch(r"\d{1,2},\d\d", plain):
        plain = plain.replace(",", ":")
    if four := _DIGITS_ONLY.fullmatch(plain):
        moment = _clock(four[1], four[2], None)
        return None if moment is None else (moment, None)
    if re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[t ].*|\d{1,2}\.\d{1,2}\.\d{4} .*", plain):
        plain = re.split(r"[t ]", plain, maxsplit=1)[1]
    if (hours := _HOURS.fullmatch(plain)) and int(hours[1]) < int(hours[3]) <= 24:
        if is_hour_or_minutes(plain):
            return None
        return timedelta(hours=int(hours[1])), timedelta(hours=int(hours[3]))
    if (until := _HOUR_TO_TIME.fullmatch(plain)) and int(until[1]) < int(until[2]) <= 24:
        plain = f"{until[1]}:00-{until[2]}:{until[3]}"
    found = list(_TIME.finditer(plain))
    if not found:
        hour = _HOUR.fullmatch(plain)
        moment = _clock(hour[1], "0", hour[2]) if hour else None
        return None if moment is None else (moment, None)
    if len(found) > 2:
        return None
    between = plain[found[0].end() : found[-1].start()].strip()
    if len(found) == 2 and not _RANGE.fullmatch(between):
        return None  # 10:30, 14:00 is one tour and another
    rest = _TIME.sub("", plain)
    if re.sub(r"\b(с|до|по|в|from|to|at|мск|msk|мин)\b|[\s.,;:()—–-]", "", rest):
        return None
    moments = [_clock(one[1], one[2], one[3]) for one in found]
    if moments[0] is None or moments[-1] is None:
        return None
    return moments[0], moments[1] if len(moments) == 2 else None


def is_hour_or_minutes(text: str) -> bool:
    """Whether nobody can tell if this is a time or two hours: ``10-15``.  Minutes are mostly written in fives."""
    hours = _HOURS.fullmatch(text.strip().casefold())
    if hours is None or hours[2] != "-" or hours[4] or len(hours[3]) < 2 or hours.start(1):
        return False
    return int(hours[1]) < int(hours[3]) <= 24 and not int(hours[3]) % 5


def _clock(hours: str, minutes: str, half: str | None) -> timedelta | None:
    hour, minute = int(hours), int(minutes)
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return timedelta(hours=hour, minutes=minute)


def _rounded(moment: datetime) -> datetime:
    """To the minute: a serial number's fraction is rarely exact."""
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)
