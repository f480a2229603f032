"""A file as sheets of rows, whatever it is: delimited text, XLSX, XLS or ODS.

What a file is, its first bytes say, not its name.  Rows are numbered from 1 as a spreadsheet numbers them, empty ones
included; what nobody sees is taken out of their cells.  Nothing but ``ListUnreadable`` comes out of here, before or
while rows are read, and its message names the file and says what to do.  No file can make the program read, unpack or
keep more than the limits below.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a cell holds; an empty one is an empty string."""

NO_VALUE = "#FORMULA!"
"""Stands in a cell whose formula has no value in the file; it looks like an error of a spreadsheet and is none."""
MAX_BYTES = 64 << 20
MAX_ROWS = 300_000
MAX_CELL = 10_000
"""Characters of a cell.  Excel stops at 32,767; no cell of a list needs a tenth of that."""


@dataclass(slots=True)
class Sheet:
    """One sheet.  ``rows`` can be read once; ``size`` is about how many there are.

    ``ragged`` says that a row has as many cells as were written in it, so that one too many means a shifted row.
    ``notices`` grow while rows are read.  ``since_1904``: a day that is written as a bare number counts from 1904.
    ``marked``: this program wrote the file, to be mended.
    """

    name: str
    rows: Iterator[list[Cell]]
    size: int
    ragged: bool = False
    hidden: bool = False
    notices: list[str] = field(default_factory=list)
    since_1904: bool = False
    marked: bool = False


def read_table(path: Path) -> list[Sheet]:
    """The sheets of a file, visible ones first as they stand in it.  Raises ``ListUnreadable``."""
    from checkin.rosters import delimited, workbook
    from checkin.rosters.invisible import visible

    name = path.name
    try:
        if path.is_dir():
            raise ListUnreadable(_("{file} is a folder. Choose a file with a list.").format(file=name))
        there = path.stat()
        if not stat.S_ISREG(there.st_mode):  # a pipe would be waited for, a device never ends
            raise ListUnreadable(
                _("{file} is no file but a device or a pipe. Choose a file with a list.").format(file=name)
            )
        size = there.st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise ListUnreadable(_("There is no file {file}.").format(file=name)) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ListUnreadable(_("{file} cannot be read: {why}").format(file=name, why=why)) from error
    if not size:
        raise ListUnreadable(_("{file} is empty.").format(file=name))
    if size > MAX_BYTES:
        raise ListUnreadable(
            _("{file} is too large for a list: {size} MB, the limit is {limit} MB.").format(
                file=name, size=size >> 20, limit=MAX_BYTES >> 20
            )
        )
    other = _something_else(head)
    if other:
        raise ListUnreadable(
            _("{file} is not a table but {what}. Save the list as XLSX or CSV.").format(file=name, what=other)
        )
    try:
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
            return [visible(sheet) for sheet in workbook.sheets(path)]
        return [visible(delimited.sheet(path))]
    except OSError as error:
        raise ListUnreadable(
            _("{file} cannot be read: {why}").format(file=name, why=error.strerror or str(error))
        ) from error


def _something_else(head: bytes) -> str | None:
    """What a file is that is often taken for a list."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf"):
        return _("a PDF document")
    if start.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8", b"bm")) and b"\0" in head:
        return _("a picture")
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return _("a web page")
    if start.startswith((b"<?xml", b"{\\rtf", b'{"', b'[{"', b"[{")):
        return _("a document of another program")
    return None
