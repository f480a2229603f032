"""Tickets as files in one folder or a ZIP, with a table for a mail merge.

A file is whole or not there, and one that is there is not made again: a run that was stopped goes on where it was.  No
file's name holds a person's name.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from checkin.errors import DiskFull, SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing import documents, qr
from checkin.issuing.signing import Issue

MERGE = "mail-merge.csv"
COLUMNS = ("row", "visitor", "language", "plant", "tour", "date", "start", "group", "leader", "short", "code", "file")
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
    """What comes from above: ``typeset(template, data)`` makes a PDF, ``plain`` makes a text harmless in a CSV."""

    typeset: Callable[[str, dict[str, Any]], bytes]
    plain: Callable[[str | int], str | int]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to be made."""

    path: str
    make: Callable[[], bytes]


def pieces(issues: Sequence[Issue], formats: Iterable[Format], tools: Tools) -> Iterator[Piece]:
    """Every file, tour by tour."""
    wanted = list(dict.fromkeys(formats))
    for place, some in groupby(issues, key=folder_of):
        tour = list(some)
        for form in wanted:
            match form:
                case Format.PDF | Format.PNG | Format.SVG:
                    for one in tour:
                        yield Piece(file_of(one, form), _single(one, form, tools))
                case Format.SHEET:
                    yield Piece(f"{place}/sheet.pdf", _several("ticket-sheet.typ", documents.sheet_pages, tour, tools))
                case Format.GROUP:
                    by_group = sorted(tour, key=lambda one: one.group.id if one.group is not None else "")
                    for group, members in groupby(by_group, key=lambda one: one.group.id if one.group else ""):
                        name = f"{place}/group-{group or 'none'}.pdf"
                        yield Piece(name, _several("ticket-group.typ", documents.group_pages, list(members), tools))
                case _:
                    assert_never(form)


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


def _single(one: Issue, form: Format, tools: Tools) -> Callable[[], bytes]:
    match form:
        case Format.PNG:
            return lambda: qr.png(one.ticket.code)
        case Format.SVG:
            return lambda: qr.svg(one.ticket.code)
        case _:
            return lambda: tools.typeset("ticket.typ", documents.ticket_page(one))


def _several(
    template: str, data: Callable[[Sequence[Issue]], dict[str, Any]], issues: Sequence[Issue], tools: Tools
) -> Callable[[], bytes]:
    return lambda: tools.typeset(template, data(issues))


def deliver(
    issues: Sequence[Issue],
    out: Path,
    formats: Sequence[Format],
    tools: Tools,
    progress: Callable[[int, int], None],
) -> int:
    """Makes what is not there yet; returns how many files were made now.

    ``out`` is a folder, or a ``.zip`` that is put together from a folder beside it when everything is made.
    ``progress`` may raise to stop.  Raises ``SettingsWrong`` or ``DiskFull``.
    """
    zipped = out.suffix.lower() == ".zip"
    folder = out.with_name(out.name + PART) if zipped else out
    todo = list(pieces(issues, formats, tools))
    made = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, piece in enumerate(todo):
            progress(number, len(todo))
            path = folder / piece.path
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, piece.make())
                made += 1
        _write(folder / MERGE, _merge(issues, formats, tools).encode("utf-8-sig"))
        progress(len(todo), len(todo))
        if zipped:
            _pack(folder, out, [MERGE, *(piece.path for piece in todo)])
    except OSError as error:
        if error.errno == 28:
            raise DiskFull(
                _("The disk is full. Free some space and run it again: it goes on where it stopped")
            ) from error
        raise SettingsWrong(
            _("The file {file} cannot be written: {why}").format(file=out.name, why=error.strerror or error)
        ) from error
    return made


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
