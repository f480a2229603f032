"""What a workbook says besides its cells: since when its days count, whether this program wrote it to be mended, and
which formulas in it have no value.

A program that writes formulas without working them out leaves empty cells behind; who opens and saves such a file in a
spreadsheet program gets their values.
"""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import dataclass, field

from checkin.rosters.table import NO_VALUE

MARK = "ProhodnayaCorrection"
"""The name of a document property: spreadsheet programs keep it when a file is saved again, as XLS or ODS too."""
MAX_PART = 1 << 20
MAX_UNREAD = 20_000
_PROPERTIES = ("docProps/custom.xml", "meta.xml")
_FORMULA = re.compile(
    rb"<c\s([^<>]*)>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v[^<>]*>\s*</v>)?\s*</c>", re.DOTALL
)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_SINCE_1904 = re.compile(r"""<(?:\w+:)?workbookPr\b[^<>]*\bdate1904\s*=\s*["'](?:1|true)["']""")

_ERROR_CELL = re.compile(
    rb"<c\s([^<>]*\bt\s*=\s*[\"']e[\"'][^<>]*)>(?:\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>))?\s*<v>([^<]{1,20})</v>"
)

Place = tuple[int, int, str]
"""Row and column, from 0, and what is to be shown there."""
Places = dict[int, dict[int, str]]
"""What is to be shown, by row and column."""
Span = tuple[int, int, int]
"""First row, column and last row of a cell that goes over several rows."""


@dataclass(slots=True)
class Inside:
    """``unread`` are the cells that a reader of workbooks leaves empty, by the sheet's name: formulas without a value
    and errors.  ``spans`` are cells merged downwards, where the reader does not tell them.
    """

    since_1904: bool = False
    marked: bool = False
    unread: dict[str, Places] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)


def unread(text: bytes) -> list[Place]:
    """The formulas without a value and the errors in a piece of a sheet's XML."""
    found: list[Place] = []
    if b"<f" in text:
        for match in _FORMULA.finditer(text):
            if not _TEXT.search(match[1]):  # an empty text is a value
                found += _place(match[1], NO_VALUE)
    if b"#" in text:
        for match in _ERROR_CELL.finditer(text):
            found += _place(match[1], match[2].decode("ascii", "replace"))
    return found


def _place(attributes: bytes, shown: str) -> list[Place]:
    place = _PLACE.search(attributes)
    if place is None:
        return []
    column = 0
    for letter in place[1].upper():
        column = column * 26 + letter - 64
    return [(int(place[2]) - 1, column - 1, shown)]


def inside(archive: zipfile.ZipFile, cells: dict[str, list[Place]]) -> Inside:
    """What an XLSX or ODS says of itself.  ``cells`` are the unread ones by member, or by sheet for an ODS."""
    book = _part(archive, "xl/workbook.xml")
    names = _sheets(book, _part(archive, "xl/_rels/workbook.xml.rels"))
    out = Inside(since_1904=_SINCE_1904.search(book) is not None)
    out.marked = any(MARK in _part(archive, member) for member in _PROPERTIES)
    for member, places in cells.items():
        rows = out.unread.setdefault(names.get(member, member), {})
        for row, column, shown in places[:MAX_UNREAD]:
            rows.setdefault(row, {})[column] = shown
    return out


def _sheets(book: str, relations: str) -> dict[str, str]:
    """The names of sheets by the members that hold them."""
    targets: dict[str, str] = {}
    for match in _RELATION.finditer(relations):
        said = dict(_ATTRIBUTE.findall(match[1]))
        target = said.get("Target", "")
        targets[said.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    sheets: dict[str, str] = {}
    for match in _SHEET.finditer(book):
        said = dict(_ATTRIBUTE.findall(match[1]))
        member = targets.get(next((value for name, value in said.items() if name.endswith(":id")), ""))
        if member is not None:
            sheets[member] = html.unescape(said.get("name", ""))
    return sheets


def _part(archive: zipfile.ZipFile, member: str) -> str:
    try:
        info = archive.getinfo(member)
        if info.file_size > MAX_PART:
            return ""
        with archive.open(info) as file:
            return file.read(MAX_PART).decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, NotImplementedError, EOFError):
        return ""
