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

MARK = "ProhodnayaCorrection"
"""The name of a document property: spreadsheet programs keep it when a file is saved again, as XLS or ODS too."""
MAX_PART = 1 << 20
MAX_FORMULAS = 20_000
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

Places = dict[int, set[int]]
"""Columns by row, both from 0."""


@dataclass(slots=True)
class Inside:
    """``unvalued`` are the formulas without values, by the sheet's name."""

    since_1904: bool = False
    marked: bool = False
    unvalued: dict[str, Places] = field(default_factory=dict)


def unvalued(text: bytes) -> list[tuple[int, int]]:
    """Row and column, from 0, of the formulas without a value in a piece of a sheet's XML."""
    if b"<f" not in text:
        return []
    found: list[tuple[int, int]] = []
    for match in _FORMULA.finditer(text):
        place = _PLACE.search(match[1])
        if place is None or _TEXT.search(match[1]):
            continue  # an empty text is a value
        column = 0
        for letter in place[1].upper():
            column = column * 26 + letter - 64
        found.append((int(place[2]) - 1, column - 1))
    return found


def inside(archive: zipfile.ZipFile, formulas: dict[str, list[tuple[int, int]]]) -> Inside:
    """What an XLSX or ODS says of itself.  ``formulas`` by member, or by sheet for an ODS."""
    book = _part(archive, "xl/workbook.xml")
    names = _sheets(book, _part(archive, "xl/_rels/workbook.xml.rels"))
    out = Inside(since_1904=_SINCE_1904.search(book) is not None)
    out.marked = any(MARK in _part(archive, member) for member in _PROPERTIES)
    for member, places in formulas.items():
        rows = out.unvalued.setdefault(names.get(member, member), {})
        for row, column in places[:MAX_FORMULAS]:
            rows.setdefault(row, set()).add(column)
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
