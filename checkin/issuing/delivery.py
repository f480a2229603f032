"""Tickets as files in one folder or a ZIP, with a table for a mail merge.

A file is whole or not there, and one that is there and still says what is true is not made again: a run that was
stopped goes on where it was, and after a change only what it touches is made anew.  No file's name holds a person's
name.
"""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from checkin.errors import DiskFull, SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing import documents, presses, qr
from checkin.issuing.signing import Issue
from checkin.wire import record_json

MERGE = "mail-merge.csv"
COLUMNS = ("row", "visitor", "language", "plant", "tour", "date", "start", "group", "leader", "short", "code", "file")
MADE = ".made"
"""What each file of a folder was made from, a line for each: a digest, and the file."""
PART = ".part"


class Format(StrEnum):
    """In what form tickets go out."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"
    SHEET = "sheet"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Tools:
    """What comes from above: ``typeset(template, data)`` makes a PDF, ``plain`` makes a text harmless in a CSV.

    Both are functions of a module: other processes call them too.
    """

    typeset: Callable[[str, dict[str, Any]], bytes]
    plain: Callable[[str | int], str | int]


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
                    yield Piece(f"{place}/sheet.pdf", form, tour)
                case Format.GROUP:
                    by_group = sorted(tour, key=lambda one: one.group.id if one.group is not None else "")
                    for group, members in groupby(by_group, key=lambda one: one.group.id if one.group else ""):
                        yield Piece(f"{place}/group-{group or 'none'}.pdf", form, tuple(members))
                case _:
                    assert_never(form)


def content(tools: Tools, piece: Piece) -> bytes:
    """The bytes of a file."""
    match piece.form:
        case Format.PNG:
            return qr.png(piece.issues[0].ticket.code)
        case Format.SVG:
            return qr.svg(piece.issues[0].ticket.code)
        case Format.PDF:
            return tools.typeset("ticket.typ", documents.ticket_page(piece.issues[0]))
        case Format.SHEET:
            return tools.typeset("ticket-sheet.typ", documents.sheet_pages(piece.issues))
        case Format.GROUP:
            return tools.typeset("ticket-group.typ", documents.group_pages(piece.issues))
        case _:
            assert_never(piece.form)


def folder_of(one: Issue) -> str:
    """The folder of a tour: plant, day, id."""
    day = one.tour.start.astimezone(ZoneInfo(one.plant.tz))
    return f"{_safe(one.plant.id)}/{day:%Y-%m-%d_%H%M}_{_safe(one.tour.id)}"


def file_of(one: Issue, form: Format) -> str:
    """The file of one ticket."""
    return f"{folder_of(one)}/{_safe(one.short)}.{form.value}"


def _safe(text: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in text)
    return kept[:60] or "_"


def deliver(
    issues: Sequence[Issue],
    out: Path,
    formats: Sequence[Format],
    tools: Tools,
    progress: Callable[[int, int], None],
    workers: int | None = None,
) -> int:
    """Makes what is not there yet; returns how many files were made now.

    ``out`` is a folder, or a ``.zip`` that is put together from a folder beside it when everything is made.
    ``progress(done, of)`` is called with files, and may raise to stop.  ``workers`` processes share the work: as many
    as the processor feeds, unless told.  Raises ``SettingsWrong`` or ``DiskFull``.
    """
    zipped = out.suffix.lower() == ".zip"
    folder = out.with_name(out.name + PART) if zipped else out
    every = list(pieces(issues, formats))
    made = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digests = {piece.path: _digest(piece) for piece in every}
        before = _made_before(folder / MADE)
        todo = [
            piece
            for piece in every
            if before.get(piece.path) != digests[piece.path] or not (folder / piece.path).exists()
        ]
        there = len(every) - len(todo)
        progress(there, len(every))
        with (
            (folder / MADE).open("a", encoding="utf-8", buffering=1) as record,
            closing(presses.made(todo, partial(content, tools), workers)) as coming,
        ):
            for piece, data in coming:
                path = folder / piece.path
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, data)
                record.write(f"{digests[piece.path]} {piece.path}\n")
                made += 1
                progress(there + made, len(every))
        _write(folder / MERGE, _merge(issues, formats, tools).encode("utf-8-sig"))
        if zipped:
            _pack(folder, out, [MERGE, *(piece.path for piece in every)])
    except OSError as error:
        if error.errno == 28:
            raise DiskFull(
                _("The disk is full. Free some space and run it again: it goes on where it stopped")
            ) from error
        raise SettingsWrong(
            _("The file {file} cannot be written: {why}").format(file=out.name, why=error.strerror or error)
        ) from error
    return made


def _digest(piece: Piece) -> str:
    """What a file is made from, in short.  What is on none of its pages counts too: that costs a file, not an error."""
    text = hashlib.sha256(piece.form.encode())
    for one in piece.issues:
        for record in (one.ticket, one.plant, one.tour, one.visitor, one.group):
            if record is not None:
                fields = json.loads(record_json(record))
                if "flags" in fields:
                    fields["flags"].sort()  # a set, in another order in each run of the program
                text.update(json.dumps(fields, sort_keys=True).encode())
    return text.hexdigest()[:16]


def _made_before(path: Path) -> dict[str, str]:
    """The digest that each file was made from; a line that is cut off counts for nothing."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return {}
    return {file: digest for digest, _space, file in (line.partition(" ") for line in lines)}


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _merge(issues: Sequence[Issue], formats: Sequence[Format], tools: Tools) -> str:
    import io

    single = next((form for form in formats if form in (Format.PDF, Format.PNG, Format.SVG)), None)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, one in enumerate(issues, 1):
        start = one.tour.start.astimezone(ZoneInfo(one.plant.tz))
        row: tuple[str | int, ...] = (
            number,
            one.visitor.name if one.visitor is not None else "",
            one.visitor.language if one.visitor is not None else one.tour.language,
            one.plant.name,
            one.tour.title,
            f"{start:%Y-%m-%d}",
            f"{start:%H:%M}",
            one.group.name if one.group is not None else "",
            one.group.leader if one.group is not None else "",
            one.short,
            one.ticket.code,
            file_of(one, single) if single is not None else "",
        )
        writer.writerow([tools.plain(cell) for cell in row])
    return text.getvalue()


def _pack(folder: Path, out: Path, names: Sequence[str]) -> None:
    """The ZIP, whole or not at all; then the folder that it was made from goes."""
    fresh = out.with_name(out.name + ".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name in names:
            archive.write(folder / name, name)
    fresh.replace(out)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
