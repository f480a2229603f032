"""What stands above the headings of a list, or between its rows, and counts for rows below it: ``Мероприятие: Хлеб``,
or in two cells.

Only labels that can mean nothing else are believed: a date of export is no day of a visit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from checkin.rosters.cells import text_of, tidy
from checkin.rosters.headings import Headings
from checkin.rosters.table import Cell

_LABELS = {
    "plant": r"место|(?:наименование |название )?(?:предприятия|завода|площадки)"
    r"|предприятие|завод|фабрика|комбинат|площадка|место проведения|plant|factory|venue",
    "tour": r"мероприятие|экскурсия|(название|тема|наименование) (мероприятия|экскурсии|программы)"
    r"|программа|тур|маршрут|tour|event|excursion",
    "format": r"формат( мероприятия)?|format",
    "date": r"дата( и время)?( (проведения|мероприятия|экскурсии|посещения|визита))?"
    r"|date( of (the )?(visit|tour|event))?|(visit|tour|event) date",
    "start": r"время( начала| проведения| экскурсии| посещения| визита)?|начало|start( time)?|time",
    "end": r"окончание|время окончания|конец|end( time)?",
    "group": r"группа|название группы|организация|group",
    "school": r"школа|учебное заведение|образовательное учреждение|school",
    "class": r"класс|class|grade",
    "leader": r"(старший|руководитель)( группы)?|сопровождающ(ий|ая)|учитель|классный руководитель|leader|teacher",
    "language": r"язык|language",
}
_COMPILED = tuple((column, re.compile(pattern)) for column, pattern in _LABELS.items())
_BESIDE = re.compile(r"([^:]{2,40}):\s*(\S.*)")
_PARTS = re.compile(r"[,;]\s+(?=[^\W\d_][^:,;]{2,30}:)")


def above(rows: Sequence[Sequence[Cell]], found: Headings) -> dict[str, Cell]:
    """Our columns that the headings lack, and what is said of them in the rows above."""
    out: dict[str, Cell] = {}
    for row in rows[: max(0, found.row)]:
        full = [cell for cell in row if text_of(cell)]
        for place, cell in enumerate(full):
            for column, value in _said(cell, full[place + 1] if place + 1 < len(full) else ""):
                if column in found.at or not text_of(value):
                    continue
                if column in ("date", "start", "end") and text_of(out.get(column, value)) != text_of(value):
                    out[column] = f"{text_of(out[column])}; {text_of(value)}"  # which of them holds, nobody can tell
                else:
                    out.setdefault(column, value)
    return out


def between(row: Sequence[Cell], found: Headings) -> dict[str, Cell]:
    """Our columns and what a line between the rows of a list says of them; nothing when it may be a row."""
    full = [(place, cell) for place, cell in enumerate(row) if text_of(cell)]
    out: dict[str, Cell] = {}
    number = 0
    while number < len(full):
        place, cell = full[number]
        following = full[number + 1][1] if number + 1 < len(full) else ""
        said = [(column, value) for column, value in _said(cell, following) if text_of(value)]
        if not said or (said[0][1] is following and found.at.get(said[0][0]) == place):
            return {}  # in the column of tours, a tour may well be called "Экскурсия"
        number += 2 if said[0][1] is following else 1
        out |= said
    return out


def _said(cell: Cell, following: Cell) -> list[tuple[str, Cell]]:
    text = tidy(text_of(cell))[0]
    beside = [_BESIDE.fullmatch(part) for part in _PARTS.split(text)]
    if any(beside) and not all(match and _column(match[1]) for match in beside):
        beside = [_BESIDE.fullmatch(text)]  # "5 августа 2026 г., начало в 10:30" is one thing that is said
    if any(beside):
        named = [(_column(match[1]), match[2].strip()) for match in beside if match]
        return [(column, value) for column, value in named if column]
    column = _column(text.removesuffix(":"))
    if not column or (not text.endswith(":") and _column(text_of(following).removesuffix(":"))):
        return []  # two labels beside each other are headings of something else
    return [(column, following)]


@lru_cache(maxsize=4096)
def _column(label: str) -> str:
    plain = " ".join(label.casefold().replace("ё", "е").split())
    return next((column for column, pattern in _COMPILED if pattern.fullmatch(plain)), "")
