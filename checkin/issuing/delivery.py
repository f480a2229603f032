"""Tickets as files in one folder or a ZIP, with a table for a mail merge.

A file is whole or not there, and one that is there and still says what is true is not made again: a run that was
stopped or killed goes on where it was, and after a change only what it touches is made anew.  No file that it made is
left behind in the folder with a ticket on it that is good no more, and what went is said.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from checkin.errors import DiskFull, SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing import documents, presses, qr
from checkin.issuing.packing import pack, packed
from checkin.issuing.papers import MADE, NOTHING, Paper, Withdrawn, line, made_from, papers, spoilt
from checkin.issuing.pieces import Format, Piece, digests, file_of, group_file, pieces
from checkin.issuing.signing import Issue

MERGE = "mail-merge.csv"
COLUMNS = (
    "row", "visitor", "language", "plant", "tour", "date", "start", "group", "leader", "short", "code", "file",
    "group_file",
)  # fmt: skip
PART = ".part"
LOGGED = 20
"""Files that are named in one line of the log."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What comes from above: ``typeset(template, data)`` makes a PDF, ``plain`` makes a text harmless in a CSV.

    Both are functions of a module: other processes call them too.
    """

    typeset: Callable[[str, dict[str, Any]], bytes]
    plain: Callable[[str | int], str | int]


def _logged(paths: Sequence[str]) -> None:
    named = ", ".join(paths[:LOGGED]) + (", …" if len(paths) > LOGGED else "")
    log.warning("files removed, since tickets on them are good no more: %d (%s)", len(paths), named)


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


def deliver(
    issues: Sequence[Issue],
    out: Path,
    formats: Sequence[Format],
    tools: Tools,
    progress: Callable[[int, int], None],
    workers: int | None = None,
    withdrawn: Withdrawn = NOTHING,
    removed: Callable[[Sequence[str]], None] = _logged,
) -> int:
    """Makes what is not there yet; returns how many files were made now.

    ``out`` is a folder, or a ``.zip`` that is put together from a folder beside it when everything is made.
    ``progress(done, of)`` is called with files, several times a second, and may raise to stop.  ``workers`` processes
    share the work: as many as the processor feeds, unless told.  Files of the folder with a ticket that is
    ``withdrawn`` go, sheets of several people too, and ``removed`` is told which, if any.  Raises ``SettingsWrong`` or
    ``DiskFull``.
    """
    zipped = out.suffix.lower() == ".zip"
    every = list(pieces(issues, formats))
    run = _Run(out.with_name(out.name + PART) if zipped else out, every, tools, packed(out) if zipped else {})
    try:
        if not zipped:
            run.make(progress, workers)
            if gone := run.forget(withdrawn):
                removed(gone)
            there = frozenset[str]() if Format.GROUP in formats else run.sheets(issues)
            _write(run.folder / MERGE, _merge(issues, formats, tools, there))
            return run.made
        table = _merge(issues, formats, tools)
        marks = {MERGE: hashlib.sha256(table).hexdigest()[:16], **run.digests}
        if packed(out) != marks:
            run.make(progress, workers)
            _write(run.folder / MERGE, table)
            pack(out, marks, run.folder, run.old, run.again, lambda: progress(len(every), len(every)))
        else:
            progress(len(every), len(every))
        if run.folder.exists():
            shutil.rmtree(run.folder)
    except OSError as error:
        if error.errno == 28:
            raise DiskFull(
                _("The disk is full. Free some space and run it again: it goes on where it stopped")
            ) from error
        raise SettingsWrong(
            _("The file {file} cannot be written: {why}").format(file=out.name, why=error.strerror or error)
        ) from error
    return run.made


class _Run:
    """The pieces of one run in their folder.  ``old`` ones lie in a ZIP that is there, and are true still."""

    def __init__(self, folder: Path, every: Sequence[Piece], tools: Tools, there: Mapping[str, str]) -> None:
        self.folder, self._every, self._content = folder, every, partial(content, tools)
        self.digests = digests(every)
        self.old = frozenset(path for path, mark in self.digests.items() if there.get(path) == mark)
        self.made = 0

    def make(self, progress: Callable[[int, int], None], workers: int | None) -> None:
        """Makes what is neither here nor in the ZIP."""
        self.folder.mkdir(parents=True, exist_ok=True)
        before = papers(self.folder)
        todo = [one for one in self._every if one.path not in self.old and not self._stands(one, before)]
        there = len(self._every) - len(todo)

        def tell() -> None:
            progress(there + self.made, len(self._every))

        tell()
        with (
            (self.folder / MADE).open("a", encoding="utf-8", buffering=1) as record,
            closing(presses.made(todo, self._content, workers, tell)) as coming,
        ):
            record.write("\n")  # the program may have been killed in the middle of a line
            for piece, data in coming:
                path = self.folder / piece.path
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, data)
                record.write(line(piece, self.digests[piece.path], len(data)))
                self.made += 1
                tell()

    def _stands(self, piece: Piece, before: Mapping[str, Paper]) -> bool:
        return _stands(self.folder, piece.path, self.digests[piece.path], before)

    def again(self, path: str) -> bytes:
        """One piece, made here and now."""
        return self._content(next(one for one in self._every if one.path == path))

    def forget(self, withdrawn: Withdrawn) -> list[str]:
        """Files with a ticket that is good no more go: nobody shall send them out.  Returns which."""
        gone = spoilt(self.folder, withdrawn, self.digests)
        for path in gone:
            (self.folder / path).unlink(missing_ok=True)
        return gone

    def sheets(self, issues: Sequence[Issue]) -> frozenset[str]:
        """The leaders' sheets of an earlier run that say what is true now."""
        before = papers(self.folder)
        marks = digests(list(pieces(issues, [Format.GROUP])))
        return frozenset(path for path, mark in marks.items() if _stands(self.folder, path, mark, before))


def _stands(folder: Path, path: str, digest: str, before: Mapping[str, Paper]) -> bool:
    try:
        length = (folder / path).stat().st_size
    except OSError:
        return False
    return path in before and before[path].made_from == made_from(digest, length)


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _merge(
    issues: Sequence[Issue], formats: Sequence[Format], tools: Tools, there: Collection[str] = frozenset()
) -> bytes:
    """The table of a mail merge.  ``there`` are leaders' sheets that no format asks for and that are good."""
    single = next((form for form in formats if form in (Format.PDF, Format.PNG, Format.SVG)), None)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, one in enumerate(issues, 1):
        start, sheet = one.tour.start.astimezone(ZoneInfo(one.plant.tz)), group_file(one)
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
            sheet if Format.GROUP in formats or sheet in there else "",
        )
        writer.writerow([tools.plain(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")
