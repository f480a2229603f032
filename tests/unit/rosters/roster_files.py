"""Files that lists come in, made for tests: an XLS and an ODS written by hand, workbooks by xlsxwriter."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter


def xlsx(
    path: Path, sheets: dict[str, Sequence[Sequence[Any]]], merges: dict[str, Sequence[str]] | None = None
) -> Path:
    """A workbook of typed cells: text stays text, dates and times become dates and times."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {
            "date": book.add_format({"num_format": "dd.mm.yyyy"}),
            "datetime": book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
            "time": book.add_format({"num_format": "hh:mm"}),
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    kind = formats.get(type(cell).__name__)
                    if kind is not None:
                        sheet.write_datetime(number, column, cell, kind)
                    elif isinstance(cell, str):
                        if cell:
                            sheet.write_string(number, column, cell)
                    elif cell is not None:
                        sheet.write(number, column, cell)
            for place in (merges or {}).get(name, ()):
                sheet.merge_range(place, _value_at(rows, place))
    return path


def _value_at(rows: Sequence[Sequence[Any]], place: str) -> Any:
    first = place.split(":")[0]
    column = ord(first[0]) - ord("A")
    return rows[int(first[1:]) - 1][column]


def ods(path: Path, rows: Sequence[Sequence[str]], repeats: str = "") -> Path:
    """An OpenDocument spreadsheet with one sheet of text cells, and ``repeats`` as it is at its end."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Лист1">{body}{repeats}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return path


def xls(path: Path, rows: Sequence[Sequence[str]], extra: bytes = b"") -> Path:
    """An Excel 97 workbook with one sheet of text cells, and ``extra`` records at the sheet's end."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def bof(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    sheet = bof(0x0010)
    sheet += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            raw = text.encode("utf-16-le")
            sheet += record(0x0204, struct.pack("<HHHHB", number, column, 0, len(text), 1) + raw)
    sheet += extra + record(0x000A, b"")
    name = "Лист1"
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    head = bof(0x0005) + record(0x0042, struct.pack("<H", 1200))
    bound = len(head) + 4 + 6 + len(title) + 4
    stream = head + record(0x0085, struct.pack("<IBB", bound, 0, 0) + title) + record(0x000A, b"") + sheet
    path.write_bytes(compound(stream))
    return path


def compound(stream: bytes) -> bytes:
    """A compound file with one stream, ``Workbook``."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    # Sector 0 is the directory, then the stream, then the allocation table.
    tables = -(-(count + 1 + 8) // 128)
    fat = [0xFFFFFFFE, *range(2, count + 1), 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    fat += [0xFFFFFFFF] * (tables * 128 - len(fat))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        none = 0xFFFFFFFF
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, none, none, child)
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 1, len(stream))
    directory = directory.ljust(512, b"\0")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    places = [count + 1 + number for number in range(tables)]
    header += struct.pack("<109I", *places, *[0xFFFFFFFF] * (109 - tables))
    return header + directory + stream.ljust(count * 512, b"\0") + struct.pack(f"<{len(fat)}I", *fat)
