"""The files of an issue: which there are, where each lies, and what it is made from.

A file's place is a name on every system: no letter that a folder cannot hold, no device of Windows, and no two ids in
one place, whatever a registration site calls its tours.  No place holds a person's name or a group's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import assert_never
from zoneinfo import ZoneInfo

from checkin.domain.visit import Record
from checkin.issuing.signing import Issue
from checkin.wire import record_json


class Format(StrEnum):
    """In what form tickets go out."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"
    SHEET = "sheet"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to be made: its place in the folder, and the tickets in it."""

    path: str
    form: Format
    issues: tuple[Issue, ...]


def pieces(issues: Sequence[Issue], formats: Iterable[Format]) -> Iterator[Piece]:
    """Every file, tour by tour."""
    wanted = list(dict.fromkeys(formats))
    for place, some in groupby(issues, key=folder_of):
        tour = tuple(some)
        for form in wanted:
            match form:
                case Format.PDF | Format.PNG | Format.SVG:
                    for one in tour:
                        yield Piece(file_of(one, form), form, (one,))
                case Format.SHEET:
                    yield Piece(f"{place}/{_SHEET}", form, tour)
                case Format.GROUP:
                    by_group = sorted(tour, key=lambda one: one.group.id if one.group is not None else "")
                    for path, members in groupby(by_group, key=group_file):
                        yield Piece(path, form, tuple(members))
                case _:
                    assert_never(form)


def folder_of(one: Issue) -> str:
    """The folder of a tour: plant, day, id."""
    day = one.tour.start.astimezone(ZoneInfo(one.plant.tz))
    return f"{_safe(one.plant.id)}/{day:%Y-%m-%d_%H%M}_{_safe(one.tour.id)}"


def file_of(one: Issue, form: Format) -> str:
    """The file of one ticket."""
    return f"{folder_of(one)}/{_safe(one.short, str.upper)}.{form.value}"


def group_file(one: Issue) -> str:
    """The leader's sheet of the ticket's group, or of those of a tour who came without one."""
    return f"{folder_of(one)}/{_GROUP}{_safe(one.group.id) if one.group is not None else 'none'}.pdf"


def is_shared(path: str) -> bool:
    """Whether a file is for tickets of several people."""
    name = path.rpartition("/")[2]
    return name == _SHEET or name.startswith(_GROUP)


_SHEET, _GROUP = "sheet.pdf", "group-"
LONGEST = 40
LAYOUT = "2"
"""Counts up when a document looks otherwise than before: files of the same tickets are made anew then."""
_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}
"""Names that no folder of Windows may have, in any letters."""


def _safe(text: str, letters: Callable[[str], str] = str.lower) -> str:
    """``letters`` are the ones that need no more to be told apart where a system knows no capitals."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in text)[:LONGEST]
    if kept and kept == letters(text) == text and kept.lower() not in _DEVICES:
        return kept
    return f"{kept}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def digests(every: Sequence[Piece]) -> dict[str, str]:
    """What each file is made from, in short.

    What is on none of its pages counts too: that costs a file, not an error.
    """
    said: dict[int, bytes] = {}  # by identity: a tour stands in many files, and to compare one is as slow
    found = {}
    for piece in every:
        text = hashlib.sha256(f"{LAYOUT}{piece.form}".encode())
        for one in piece.issues:
            for record in (one.ticket, one.plant, one.tour, one.visitor, one.group):
                if record is not None:
                    if id(record) not in said:
                        said[id(record)] = _said(record)
                    text.update(said[id(record)])
        found[piece.path] = text.hexdigest()[:16]
    return found


def _said(record: Record) -> bytes:
    fields = json.loads(record_json(record))
    if "flags" in fields:
        fields["flags"].sort()  # a set, in another order in each run of the program
    return json.dumps(fields, sort_keys=True).encode()
