"""Which heading of a list stands for which column of ours (DESIGN 9), in English and Russian.

A heading is compared without case, punctuation, ё and what stands in brackets.  Of several headings for one column, the
one that says most plainly that it is meant counts, else the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from checkin.domain.visit import Flag
from checkin.rosters.headingchoice import asks_yes_or_no, is_aside, is_plainly_people, preference
from checkin.rosters.headingwords import PASSPORT, RULES, UNWANTED
from checkin.rosters.mapping import IGNORED, Mapping, fingerprint
from checkin.rosters.table import Cell
from checkin.rosters.vocabulary import mark_of

DEPTH = 20
"""Rows among which the heading row is looked for: titles, logos and dates of export stand above it."""

WIDEST = 1000
"""Columns among which headings are looked for: no list has a tenth of that."""

COLUMNS = (
    "plant",
    "tour",
    "format",
    "date",
    "start",
    "end",
    "group",
    "leader",
    "visitor",
    "birth_year",
    "language",
    "flags",
    "code",
)
PARTS = ("surname", "given", "patronymic", "school", "class", "age", "citizenship")
"""Columns that other programs split ours into."""

REASON = "Что исправить · To mend"
"""The heading of a correction file's last column: known, so that a mended file brings no notice about it."""
REPEATABLE = frozenset({"flags"})
"""Several headings may stand for these: what they say is put together."""

_MOMENT = re.compile(r"\d[.:/-]\d\d")
_MANY_DIGITS = re.compile(r"(?:\d[\s()+-]{0,2}){7}")
_KNOWN_WORD = (
    r"(?:Фамили|Им[яеи]|Отчеств|Дат|Год|Врем|Номер|Код|Класс|Школ|Групп|Телефон|Возраст|Пол\b|Язык|Рожд|День|Месяц"
    r"|Начал|Оконч)"
)
_NAMED = re.compile(rf"(?:^|\s)(?!{_KNOWN_WORD})[А-ЯЁ][а-яё]+\s+(?!{_KNOWN_WORD})[А-ЯЁ](?:[а-яё]+|\.)(?:\s|$|[А-ЯЁ]\.)")
"""A person's name: two words with capitals that no heading has."""
_NUMBERING = frozenset({"номер", "номер п п", "п п", "no", "n", "row"})
_ORGANISATION = re.compile(r"организац|компани|company|organi[sz]ation|агентств|agency")
_COMPILED = tuple((column, re.compile(pattern)) for column, pattern in RULES)
_WEAK_GROUP = re.compile(r"организац|компани|company|organi[sz]ation|коллектив|агентств|agency|команд|team")
_PEOPLE = frozenset({"visitor", "leader"})
_EXACT = {column: column for column in COLUMNS} | {"birth year": "birth_year"}
_ROW = re.compile(r"[;|\t]")
"""What stands in no heading: a line that another delimiter would divide."""
_MAX_HEADING = 80
_LOOKED_AT = 300
"""So much of a heading is looked at: a cell may hold thousands of brackets, and each may begin something."""
_BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\]")


@lru_cache(maxsize=2000)
def column_of(text: str) -> str | None:
    """The column that a heading stands for: of ``COLUMNS`` or ``PARTS``, ``PASSPORT``, ``UNWANTED``, or None."""
    if len(text) > _MAX_HEADING:
        return None
    plain = plain_heading(text)
    if not plain:
        return None
    if plain in _EXACT:
        return _EXACT[plain]
    column = next((column for column, pattern in _COMPILED if pattern.search(plain)), None)
    return None if column is not None and is_aside(column, plain) else column


def plain_heading(text: str) -> str:
    """A heading in the form in which rules look at it."""
    text = re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", text[:_LOOKED_AT])  # birthYear
    text = text.casefold().replace("ё", "е").replace("№", " номер ").replace("#", " номер ")
    bare = _BRACKETS.sub(" ", text)
    words = re.sub(r"[\W_]+", " ", bare if bare.strip() else text).split()
    return re.sub(r"\bф и о\b", "фио", " ".join(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """A heading row: ``row`` counts from 0; ``at`` says where each column stands, ``texts`` what every heading says.

    ``extra`` are further places of a repeatable column.  ``repeated``, ``passports``, ``unwanted`` and ``unknown`` are
    the headings that are not used, and why.  ``silenced`` are places that a person said not to use, ``said`` columns
    that a person named or that were guessed.  ``sides`` are further lists beside the first one: for each, from which
    place a cell comes to which place of the first.  ``marks`` are places under which yes and no say whether a flag is
    set; ``others`` further places where people may be named.
    """

    row: int
    texts: tuple[str, ...]
    at: dict[str, int]
    extra: dict[str, tuple[int, ...]] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    passports: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    silenced: frozenset[int] = frozenset()
    said: frozenset[str] = frozenset()
    sides: tuple[tuple[tuple[int, int], ...], ...] = ()
    marks: tuple[tuple[int, Flag], ...] = ()
    others: tuple[int, ...] = ()

    @property
    def beside(self) -> frozenset[int]:
        """The places of the lists that stand beside the first one."""
        return frozenset(place for side in self.sides for _to, place in side)

    @property
    def names_people(self) -> bool:
        """Whether somebody's name can be found under these."""
        return "visitor" in self.at or "surname" in self.at

    @property
    def score(self) -> int:
        """How much of a heading row this is."""
        return len(self.at) + len(self.passports) + (3 if self.names_people else 0)

    def text(self, column: str) -> str:
        """A column's heading as it is written in the file, or our name of the column when it has none."""
        place = self.at.get(column)
        return self.texts[place] or column if place is not None else column


NOTHING_SAID = Mapping()


def is_weak(text: str) -> bool:
    """Whether a heading for a group may well mean something else, so that it must be told."""
    return _WEAK_GROUP.search(plain_heading(text)) is not None


def find(rows: Sequence[Sequence[Cell]], said: Mapping = NOTHING_SAID, *, least: int = 3) -> Headings | None:
    """The heading row among the first rows of a sheet, or None.  What a person ``said`` counts before every rule.
    Where no name is among them, at least so many columns must be known.

    Two rows are taken together where the upper one holds merged headings ("Participant" over "Name" and "Born").
    """
    best: Headings | None = None
    for number, row in enumerate(rows[:DEPTH]):
        texts = _texts(row)
        candidates = [_read(number, texts, said)]
        upper = _texts(rows[number - 1]) if number else ()
        if (
            upper and not any(_MOMENT.search(text[:_LOOKED_AT]) for text in upper) and _divides(upper, texts)
        ):  # else a person is there
            candidates.append(_read(number, _under(upper, texts), said))
        for candidate in candidates:
            if len(candidate.at) >= 2 and (best is None or candidate.score > best.score):
                best = candidate
    if best is not None and best.names_people:
        return best
    people = _only_people(rows[:DEPTH], said)
    if people is not None:
        return people
    alone = [_read(number, texts, said) for number, row in enumerate(rows[:DEPTH]) if any(texts := _texts(row))]
    told = next((one for one in alone if {"visitor", "surname"} & one.said), None)
    if told is not None:
        return told  # a person says which heading names people: that is the heading row, whatever else it holds
    if best is not None and len(best.at) >= least:
        return best
    one = alone[0] if alone and alone[0].names_people and len(alone[0].texts) == 1 else None
    return one if one is not None and not _ROW.search(one.texts[0]) else None


def _only_people(rows: Sequence[Sequence[Cell]], said: Mapping) -> Headings | None:
    """A heading row of which nothing but the names is known: ``№``, ``ФИО``, ``Подпись``.  The fullest one counts."""
    best, most = None, 0
    for number, row in enumerate(rows):
        texts = _texts(row)
        full = [text for text in texts if text]
        if len(full) > most and all(map(_may_head, full)) and any(map(is_plainly_people, map(plain_heading, full))):
            one = _read(number, texts, said)
            if len(one.at) == 1 and one.names_people and (one.said or _leads(texts, *one.at.values())):
                best, most = one, len(full)
    return best


def _may_head(text: str) -> bool:
    """Whether a cell may be a heading, and is neither a person, nor a number, nor something that is said."""
    return (
        len(text) <= _MAX_HEADING
        and any(character.isalpha() or character in "№#" for character in text)
        and ":" not in text.rstrip(": ")
        and not any(pattern.search(text) for pattern in (_MOMENT, _MANY_DIGITS, _NAMED))
    )


def _leads(texts: tuple[str, ...], place: int) -> bool:
    """Whether a heading is of names, and not what a person beside it is: ``John Smith``, ``Guest``."""
    plain = plain_heading(texts[place])
    return is_plainly_people(plain) and (
        preference("visitor", plain) >= 2
        or all(not text or there == place or column_of(text) for there, text in enumerate(texts))
    )


def fingerprint_of(row: Sequence[Cell]) -> str:
    """What a row would be known by if it were a heading line; empty for an empty row."""
    texts = _texts(row)
    return fingerprint(texts) if any(texts) else ""


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    texts = [cell.strip() if isinstance(cell, str) else str(cell) for cell in row[:WIDEST]]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _under(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    upper += ("",) * (width - len(upper))
    lower += ("",) * (width - len(lower))
    return tuple(below or above for above, below in zip(upper, lower, strict=True))


def _two_groups(texts: tuple[str, ...], at: dict[str, int], named: set[str], repeated: list[str]) -> None:
    """An organisation beside a group or a class is what a school is: the name of the group has both."""
    if "group" not in at or "group" in named or "school" in at:
        return
    first = at["group"]
    if not _ORGANISATION.search(plain_heading(texts[first])):
        other = next((text for text in repeated if _ORGANISATION.search(plain_heading(text))), None)
        if other is not None and column_of(other) == "group":
            repeated.remove(other)
            at["school"] = texts.index(other)
        return
    other = next((text for text in repeated if column_of(text) == "group" and not is_weak(text)), None)
    if other is not None:
        repeated.remove(other)
        at["school"], at["group"] = first, texts.index(other)
    elif "class" in at:
        at["school"] = at.pop("group")


def _divides(upper: tuple[str, ...], lower: tuple[str, ...]) -> bool:
    """Whether a line holds headings of its own for parts of the line above it, and is no title, group or person."""
    full = [(place, text[:_LOOKED_AT]) for place, text in enumerate(lower) if text]
    if len(full) < 2:
        return False
    for place, text in full:
        numbered = place < len(upper) and plain_heading(upper[place]) in _NUMBERING and column_of(text) != UNWANTED
        if numbered or _MOMENT.search(text) or _MANY_DIGITS.search(text) or _NAMED.search(text):
            return False
    return True


def _read(number: int, texts: tuple[str, ...], said: Mapping) -> Headings:
    at: dict[str, int] = {}
    silenced: set[int] = set()
    named: set[str] = set()
    extra: dict[str, tuple[int, ...]] = {}
    rest: dict[str, list[str]] = {"repeated": [], PASSPORT: [], UNWANTED: [], "unknown": []}
    if said.columns:  # what a person said comes first, whichever heading stands more to the left
        for place, text in enumerate(texts):
            column = said.of(plain_heading(text), place)
            if column == IGNORED:
                silenced.add(place)
                rest["unknown"].append(text)
            elif column is not None and column not in at:
                at[column] = place
                named.add(column)
    marks: list[tuple[int, Flag]] = []
    others: list[int] = []
    told = silenced | set(at.values())
    for place, text in enumerate(texts):
        if place in told or text == REASON:
            continue
        column = column_of(text)
        if column in _PEOPLE and asks_yes_or_no(text):
            column = None
        if column is None:
            flag = mark_of(plain_heading(text)) if len(text) <= _MAX_HEADING else None
            if flag is not None:
                marks.append((place, flag))
            elif text:
                rest["unknown"].append(text)
        elif column in (PASSPORT, UNWANTED):
            rest[column].append(text)
        elif column not in at:
            at[column] = place
        elif column in REPEATABLE:
            extra[column] = (*extra.get(column, ()), place)
        elif column not in named and preference(column, plain_heading(text)) > preference(
            column, plain_heading(texts[at[column]])
        ):
            rest["repeated"].append(texts[at[column]])
            others += [at[column]] if column == "visitor" else []
            at[column] = place
        else:
            rest["repeated"].append(text)
            if column == "visitor" and column not in named and text != texts[at[column]]:
                others.append(place)
    _two_groups(texts, at, named, rest["repeated"])
    if {"surname", "given"} <= at.keys() and "visitor" in at.keys() - named:
        place = at["visitor"]
        if preference("visitor", plain_heading(texts[place])) < 2:  # whose name it is stands in the two others
            rest["repeated"].append(texts[place])
            others.append(at.pop("visitor"))
    if "visitor" not in at and "surname" not in at and "given" in at:
        at["visitor"] = at.pop("given")
    if "visitor" in at:
        for part in ("surname", "given", "patronymic"):
            if part in at:
                rest["repeated"].append(texts[at.pop(part)])
    return Headings(
        row=number,
        texts=texts,
        at=at,
        extra=extra,
        repeated=tuple(rest["repeated"]),
        passports=tuple(rest[PASSPORT]),
        unwanted=tuple(rest[UNWANTED]),
        unknown=tuple(rest["unknown"]),
        silenced=frozenset(silenced),
        said=frozenset(named),
        marks=tuple(marks),
        others=tuple(others),
    )
