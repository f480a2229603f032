"""How large a workbook would become, told without building it.

Everything is counted while it streams by: bytes really unpacked, not those that a directory claims, and the last row
and column that cells really have, not those that a sheet claims.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from checkin.i18n import gettext as _
from checkin.rosters.inside import MARK, MAX_UNREAD, Inside, Place, Span, inside, unread
from checkin.rosters.measure_xls import reach
from checkin.rosters.table import NO_VALUE

MAX_UNPACKED = 400 << 20
MAX_CELLS = 6_000_000
"""Cells of a sheet's rectangle, empty ones included: 32 bytes each."""

_CHUNK = 1 << 20
_OVERLAP = 256
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{0,40})([0-9]{0,40})[\"']")
"""The place of a cell or a row, however absurd: a number of twenty digits is none, but room would be made for it."""
_ATTRIBUTES = rb"""[^<>"']*(?:"[^"<>]*"[^<>"']*|'[^'<>]*'[^<>"']*)*"""
_EMPTY_CELL = re.compile(rb"<c\s" + _ATTRIBUTES + rb"(?<=/)>")
_EMPTY_ROW = re.compile(rb"<row\s" + _ATTRIBUTES + rb"(?:(?<=/)>|>\s*</row>)")
_LOCAL = struct.Struct("<4s5H3I2H")


class TooLarge(Exception):
    """The workbook is not to be opened; the text says why to a person."""


def packed(path: Path) -> Inside:
    """Measures an XLSX or ODS; what it says of itself.  Raises ``TooLarge``, or ``zipfile.BadZipFile``."""
    cells: dict[str, list[Place]] = {}
    content = _Repeats()
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        members = archive.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED or len(members) > 10_000:
            raise TooLarge(_("it would unpack to more than {limit} MB").format(limit=MAX_UNPACKED >> 20))
        if any(member.filename.casefold() == "xl/workbook.bin" for member in members):
            raise TooLarge(_("save it as XLSX, this is a binary workbook (XLSB)"))
        total = 0
        for member in members:
            reach: _Reach | _Repeats | None = None
            if member.filename == "content.xml":
                reach = content
            elif member.filename.casefold().endswith(".xml"):  # a sheet can have any name and folder
                reach = _Reach()
            for chunk in _unpack(raw, member):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise TooLarge(_("it would unpack to more than {limit} MB").format(limit=MAX_UNPACKED >> 20))
                if reach is not None:
                    reach.see(chunk)
            if reach is not None:
                reach.end()
            if isinstance(reach, _Reach) and reach.unread:
                cells[member.filename] = reach.unread
        said = inside(archive, cells | content.unread)
        said.since_1904 |= content.since_1904
        said.spans = content.spans
        return said


def _unpack(raw: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's bytes, to the very end of its stream: the sizes written in the archive are not believed."""
    raw.seek(member.header_offset)
    header = raw.read(_LOCAL.size)
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    fields = _LOCAL.unpack(header)
    raw.seek(fields[9] + fields[10], 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (data := raw.read(min(_CHUNK, left))):
            left -= len(data)
            yield data
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("an unusual compression")
    inflate = zlib.decompressobj(-15)
    data = b""
    try:
        while not inflate.eof:
            if not data:
                data = raw.read(min(_CHUNK, left))
                left -= len(data)
                if not data:
                    return
            yield inflate.decompress(data, _CHUNK)
            data = inflate.unconsumed_tail
    except zlib.error as error:
        raise zipfile.BadZipFile(str(error)) from error


class _Reach:
    """How far the cells of a sheet's XML reach.  Cells and rows that hold nothing but a style cost nothing."""

    def __init__(self) -> None:
        self.unread: list[Place] = []
        self._tail = b""
        self._rows = 0
        self._columns = 0

    def see(self, chunk: bytes) -> None:
        """Looks at the next piece of the sheet.  Raises ``TooLarge``."""
        text = self._tail + chunk
        cut = text.rfind(b"<row")
        if cut < 0 or len(text) - cut > _CHUNK:
            cut = max(0, len(text) - _OVERLAP)
            self._look(text)
        else:  # whole rows only: what is empty can be told
            self._look(text[:cut])
        self._tail = text[cut:]

    def end(self) -> None:
        """Looks at what is left.  Raises ``TooLarge``."""
        self._look(self._tail)

    def _look(self, text: bytes) -> None:
        if len(self.unread) < MAX_UNREAD:
            self.unread += unread(text)
        text = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", text))
        widest = b""
        for letters, digits in _REFERENCE.findall(text):
            if (len(letters), letters.upper()) > (len(widest), widest):
                widest = letters.upper()
            row = int(digits or 0)
            if row > self._rows:
                self._rows = row
        column = 0
        for letter in widest:
            column = column * 26 + letter - 64
        self._columns = max(self._columns, column)
        if self._rows * self._columns > MAX_CELLS:
            raise TooLarge(_far(self._rows, self._columns))


class _Repeats:
    """How far the cells of an ODS reach: it says how often a cell or a row comes, and may say a billion."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _no_entities
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._rows = self._empty = self._row_repeat = self._cell_repeat = 0
        self._column = self._width = self._widest = 0
        self.unread: dict[str, list[Place]] = {}
        self.spans: dict[str, list[Span]] = {}
        self.since_1904 = False
        self._sheet = ""
        self._waiting: tuple[int, int] | None = None

    def end(self) -> None:
        """Nothing more comes."""

    def see(self, chunk: bytes) -> None:
        """Looks at the next piece of the content.  Raises ``TooLarge``, or ``zipfile.BadZipFile``."""
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise zipfile.BadZipFile(str(error)) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:null-date":
            self.since_1904 = attributes.get("table:date-value", "").startswith("1904")
        elif name == "table:covered-table-cell":
            self._column += _count(attributes.get("table:number-columns-repeated"))
        elif name == "table:table-cell":
            over = _count(attributes.get("table:number-rows-spanned"))
            if over > 1:
                spans = self.spans.setdefault(self._sheet, [])
                if len(spans) < MAX_UNREAD:
                    row = self._rows + self._empty
                    spans.append((row, self._column, row + over - 1))
            self._cell_repeat = _count(attributes.get("table:number-columns-repeated"))
            if "table:formula" in attributes and "office:value-type" not in attributes:
                self._waiting = (self._rows + self._empty, self._column)
            self._column += self._cell_repeat
            if "office:value-type" in attributes:
                self._width = self._column
        elif name == "text:p":
            self._width = self._column
            self._waiting = None
        elif name == "table:table-row":
            self._row_repeat = _count(attributes.get("table:number-rows-repeated"))
            self._column = self._width = 0
        elif name == "table:table":
            self._rows = self._empty = self._widest = 0
            self._sheet = attributes.get("table:name", "")

    def _end(self, name: str) -> None:
        if name == "table:table-cell" and self._waiting is not None:
            places = self.unread.setdefault(self._sheet, [])
            if len(places) < MAX_UNREAD:
                places.append((*self._waiting, NO_VALUE))
            self._waiting = None
        if name != "table:table-row":
            return
        if not self._width:  # to the last of a million rows a spreadsheet writes such, and they cost nothing
            self._empty += self._row_repeat
            return
        self._rows += self._empty + self._row_repeat
        self._empty = 0
        self._widest = max(self._widest, self._width)
        if self._rows * self._widest > MAX_CELLS:
            raise TooLarge(_far(self._rows, self._widest))


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 13 else 1


def encrypted(path: Path) -> bool:
    """Whether this is a workbook under a password: a compound file with two streams of these names (MS-OFFCRYPTO)."""
    data = path.read_bytes()
    return all(name.encode("utf-16-le") in data for name in ("EncryptedPackage", "EncryptionInfo"))


def binary(path: Path) -> Inside:
    """Measures an XLS; what it says of itself.  Raises ``TooLarge``, or ``BadWorkbook``."""
    rows, columns, since_1904 = reach(path)
    if rows * columns > MAX_CELLS:
        raise TooLarge(_far(rows, columns))
    data = path.read_bytes()
    return Inside(since_1904, MARK.encode() in data or MARK.encode("utf-16-le") in data)


def _far(rows: int, columns: int) -> str:
    return _("its cells reach to row {row} and column {column}; delete what is far from the list").format(
        row=rows, column=columns
    )


def _no_entities(*_declared: object) -> None:
    """A spreadsheet has no document type; one that has wants its entities swelled or fetched."""
    raise zipfile.BadZipFile("a document type declaration")
