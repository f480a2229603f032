"""How far the cells of an old workbook (XLS) reach, told from its records without building its sheets.

An XLS is a small file system (MS-CFB) with one stream of records (MS-XLS 2.1.4).  Whatever does not fit the two is
``BadWorkbook``; every chain of sectors is walked at most once, so that a file cannot keep the program busy.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

_END = 0xFFFFFFFA  # from here on the numbers of sectors have other meanings
_DIRECTORY_ENTRY = 128
_SMALL = 4096

END, SHEET, DIMENSIONS, STRINGS, MULTIPLE = 0x000A, 0x0085, 0x0200, 0x00FC, 0x00BD
DATES = 0x0022
MAX_SHEETS = 100
_CELLS = frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, 0x0006, 0x0205, 0x0201, MULTIPLE, 0x00BE})


class BadWorkbook(Exception):
    """The file is not what it says."""


def reach(path: Path) -> tuple[int, int, bool]:
    """Rows and columns of the largest sheet's rectangle, and whether days count since 1904.  Raises ``BadWorkbook``."""
    data = path.read_bytes()
    try:
        stream = _stream(data)
        return _reach(stream)
    except (struct.error, IndexError) as error:
        raise BadWorkbook(str(error)) from error


def _stream(data: bytes) -> bytes:
    """The stream with the records."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    fat_sectors, first_directory = struct.unpack_from("<II", data, 44)
    first_small_fat, _small_fats, first_difat, difats = struct.unpack_from("<IIII", data, 60)
    if shift not in (9, 12) or small_shift != 6 or fat_sectors > len(data) >> shift or difats > len(data) >> shift:
        raise BadWorkbook("no such sectors")
    size = 1 << shift

    def sector(number: int) -> bytes:
        start = (number + 1) << shift
        if start >= len(data):
            raise BadWorkbook("a sector beyond the file's end")
        return data[start : start + size].ljust(size, b"\0")

    places = list(struct.unpack_from("<109I", data, 76))
    for _number in range(difats):
        if first_difat >= _END:
            break
        more = struct.unpack(f"<{size // 4}I", sector(first_difat))
        places += more[:-1]
        first_difat = more[-1]
    fat: list[int] = []
    for place in places[:]:
        if place < _END:
            fat += struct.unpack(f"<{size // 4}I", sector(place))

    def chain(first: int) -> bytes:
        return b"".join(sector(number) for number in _chain(first, fat))

    entries = chain(first_directory)
    found: tuple[int, int] | None = None
    root: tuple[int, int] | None = None
    for start in range(0, len(entries) - _DIRECTORY_ENTRY + 1, _DIRECTORY_ENTRY):
        length, kind = struct.unpack_from("<HB", entries, start + 64)
        first, extent = struct.unpack_from("<II", entries, start + 116)
        name = entries[start : start + max(0, min(64, length) - 2)].decode("utf-16-le", "replace").casefold()
        if kind == 5 and root is None:
            root = (first, extent)
        elif kind == 2 and name in ("workbook", "book") and (found is None or name == "workbook"):
            found = (first, extent)
    if found is None:
        raise BadWorkbook("no workbook in it")
    first, extent = found
    if extent >= _SMALL:
        return chain(first)[:extent]
    small = chain(root[0]) if root is not None else b""
    table = chain(first_small_fat) if first_small_fat < _END else b""
    small_fat = list(struct.unpack(f"<{len(table) // 4}I", table))
    return b"".join(small[number << 6 : (number + 1) << 6] for number in _chain(first, small_fat))[:extent]


def _chain(first: int, fat: list[int]) -> Iterator[int]:
    seen = 0
    while first < _END:
        if first >= len(fat) or seen > len(fat):
            raise BadWorkbook("a broken chain of sectors")
        yield first
        seen += 1
        first = fat[first]


def _reach(stream: bytes) -> tuple[int, int, bool]:
    """The largest sheet's rectangle, and since when days count.  Sheets begin where the workbook's head says."""
    starts = []
    since_1904 = False
    for kind, data in _records(stream, 0):
        if kind == SHEET and len(data) >= 4:
            starts.append(struct.unpack_from("<I", data)[0])
        elif kind == DATES and len(data) >= 2:
            since_1904 = struct.unpack_from("<H", data)[0] == 1
        elif kind == STRINGS and len(data) >= 8 and struct.unpack_from("<I", data, 4)[0] > len(stream):
            raise BadWorkbook("more strings than bytes")
    if len(starts) > MAX_SHEETS:
        raise BadWorkbook("too many sheets")
    spans = [_span(stream, start) for start in starts]
    rows, columns = max(spans, key=lambda span: span[0] * span[1], default=(0, 0))
    return rows, columns, since_1904


def _span(stream: bytes, start: int) -> tuple[int, int]:
    rows = columns = 0
    for kind, data in _records(stream, start):
        if kind in _CELLS and len(data) >= 6:
            row, column = struct.unpack_from("<HH", data)
            if kind == MULTIPLE:
                (column,) = struct.unpack_from("<H", data, len(data) - 2)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == DIMENSIONS:
            # Room is made for as much as is claimed here, whether it comes or not.
            form = {10: "<HHHH", 14: "<IIHH"}.get(len(data))
            if form is None:
                raise BadWorkbook("no such dimensions")
            first, last, left, right = struct.unpack_from(form, data)
            if last < first or right < left:
                raise BadWorkbook("dimensions that end before they begin")
            rows, columns = max(rows, last), max(columns, right)
    return rows, columns


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Records from a place in the stream to the end of that part."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        if kind == END:
            return
        place += 4 + length
