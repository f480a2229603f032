"""A file with a registration list to records: headings found, rows taken or named, nothing lost.

Sheets with headings that we know are read, the others are named with the number of their rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from pathlib import Path

from checkin.domain.visit import Plant, Tour
from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters import guessing
from checkin.rosters import headings as heads
from checkin.rosters.blocks import in_words
from checkin.rosters.building import Builder
from checkin.rosters.collecting import paused
from checkin.rosters.columns import Columns, is_directory, no_headings, passport_columns, say_columns, short
from checkin.rosters.correction import is_correction
from checkin.rosters.dayorder import DayOrder, is_open, is_slashed, order_of
from checkin.rosters.headings import Headings
from checkin.rosters.identity import slug
from checkin.rosters.mapping import Mapping, fingerprint
from checkin.rosters.preamble import above, between
from checkin.rosters.result import Kind, ListResult
from checkin.rosters.sidebyside import beside_each_other, unfolded
from checkin.rosters.standing import Standing, standing
from checkin.rosters.table import Cell, Sheet, read_table

Progress = Callable[[int, int], None]
"""Called with the rows done and about how many there are (0: not known)."""

STEP = 1000
SAMPLE = 200
FEW = 4
"""Cells that a line between rows has at most."""
HOPELESS = 20_000
"""After so many rows without a single good one, the first reason says more than all of them."""


def read_list(
    path: Path,
    plant: str | None = None,
    progress: Progress | None = None,
    known: Iterable[Plant] = (),
    said: Mapping = heads.NOTHING_SAID,
    remembered: Callable[[str], Mapping | None] | None = None,
    tours: Iterable[Tour] = (),
    defaults: MappingOf[str, str] | None = None,
) -> ListResult:
    """Reads a list.  Raises ``ListUnreadable``, and nothing else, when it is no list at all.

    ``plant``, a name or an id, counts for rows that name none.  ``known`` are the plants that exist already: times
    are local in their zones, and a plant that is named by its id or its name is that one.  ``said`` is what a person
    says about headings; ``remembered`` gives what was said before for a heading line, by its fingerprint.  ``tours``
    are those that exist.  ``defaults`` say the tour, date, start and end of rows that name neither tour nor day.
    """
    known = list(known)
    with paused():
        columns = Columns(said, remembered, frozenset(slug(one.name) for one in known))
        builder = Builder(path.name, plant, known, tours, defaults or {})
        return _read(path, builder, columns, progress, bool(defaults))


def _read(path: Path, builder: Builder, columns: Columns, progress: Progress | None, defaults: bool) -> ListResult:
    sheets = read_table(path)
    read = 0
    told = False  # whether a sheet says where its people go
    seen: list[str] = []
    for sheet in sheets:
        if sheet.hidden and len(sheets) > 1:
            builder.notices.say(
                _("Sheet “{sheet}” is hidden and was not read (rows: {rows}).").format(
                    sheet=sheet.name, rows=_count(sheet.rows)
                )
            )
            continue
        stands = standing(sheet.name)
        if stands is Standing.OLD and len(sheets) > 1:
            builder.notices.say(
                _("Sheet “{sheet}” was not read because of its name (rows: {rows}).").format(
                    sheet=sheet.name, rows=_count(sheet.rows)
                )
            )
            continue
        numbered = enumerate(sheet.rows, 1)
        first = list(itertools.islice(numbered, heads.DEPTH))
        top = [row for _number, row in first]
        found, guessed = columns.find(top)
        aside = found is not None and len(sheets) > 1 and (told or not defaults) and is_directory(top, found)
        if found is None or not found.names_people or aside:
            seen.extend(text for text in (found.texts if found else ()) if text)
            rows = sum(1 for _number, row in itertools.chain(first, numbered) if not _empty(row))
            if rows and len(sheets) > 1:
                builder.notices.say(
                    _("Sheet “{sheet}” has no headings that are known and was not read (rows: {rows}).").format(
                        sheet=sheet.name, rows=rows
                    )
                )
            continue
        read += 1
        told = told or bool({"tour", "date"} & found.at.keys())
        place = _("Sheet “{sheet}”: ").format(sheet=sheet.name) if sheet.name else ""
        for heading, column in guessed.items():
            builder.notices.say(
                place
                + _("Column “{heading}” is read as “{column}” by what stands in it.").format(
                    heading=short([heading])[0], column=column
                )
            )
        if stands is Standing.CANCELLED:
            builder.notices.say(
                _("Everybody on the sheet “{sheet}” is cancelled, as its name says.").format(sheet=sheet.name)
            )
        builder.result.kinds.append(_kind(found, guessed))
        if is_correction(sheet, found.texts):
            builder.result.partial = True
            builder.notices.say(
                _("These are rows that were to be mended: who is not among them is not counted as gone from the list.")
            )
        said = above(top, found)
        if said:
            builder.notices.say(place + _("Above the headings, for every row: {words}.").format(words=in_words(said)))
        _take(builder, sheet, found, said, itertools.chain(first[found.row + 1 :], numbered), progress)
    columns.refuse_unmet(path.name)
    if not read:
        raise ListUnreadable(no_headings(path.name, seen))
    result = builder.finished()
    result.notices = builder.notices.all()
    if not result.total:
        result.notices.append(_("The list has headings and no rows."))
    return result


def _kind(found: Headings, guessed: dict[str, str]) -> Kind:
    """What is to be remembered of a heading line: what a person said of it, or all places where there are no headings.

    What was only worked out is worked out anew the next time: remembered, it would count as said and silence doubts.
    """
    columns: dict[str, str] = {}
    for column, place in found.at.items():
        if found.row >= 0 and column not in found.said:
            continue
        plain = heads.plain_heading(found.texts[place]) if found.row >= 0 else ""
        columns[plain if plain else f"#{place + 1}"] = column
    for place in found.silenced:
        columns[heads.plain_heading(found.texts[place]) or f"#{place + 1}"] = "-"
    return Kind(fingerprint(found.texts), columns, guessed=bool(guessed), bare=found.row < 0)


def _take(
    builder: Builder,
    sheet: Sheet,
    found: Headings,
    said: dict[str, Cell],
    rows: Iterator[tuple[int, list[Cell]]],
    progress: Progress | None,
) -> None:
    found = beside_each_other(found)
    full: Iterator[tuple[int, list[Cell]]] = ((number, row) for number, row in rows if not _empty(row))
    if found.sides:
        full = unfolded(full, found)
    sample = list(itertools.islice(full, SAMPLE))
    passports = passport_columns(found, [row for _number, row in sample])
    builder.sheet(sheet.name, found, sheet.ragged, passports, said, sheet.since_1904)
    say_columns(builder.notices, sheet.name, found, passports)
    full = _ordered(builder, found, itertools.chain(sample, full), sample)
    done = 0
    for number, row in full:
        few = len(row) - row.count("") <= FEW
        if few and (labels := between(row, found)):
            builder.between(number, row, labels)
        elif not builder.take(number, row):
            if (again := _headings_again(row)) is not None:
                found = again
                builder.headings_again(again)
                say_columns(builder.notices, sheet.name, again, frozenset())
            elif few:
                builder.doubt(row)
        done += 1
        if done == HOPELESS and not builder.result.rows:
            fault = builder.result.faults[0]
            raise ListUnreadable(
                _("{file}: none of the first {rows} rows can be taken. Row {row}, {column}: {reason}").format(
                    file=builder.result.file, rows=done, row=fault.row, column=fault.column, reason=fault.reason
                )
            )
        if progress is not None and not done % STEP:
            progress(done, max(sheet.size, done))
    if progress is not None:
        progress(done, done)
    for notice in sheet.notices:
        builder.notices.say(notice)


def _ordered(
    builder: Builder,
    found: Headings,
    rows: Iterator[tuple[int, list[Cell]]],
    sample: list[tuple[int, list[Cell]]],
) -> Iterator[tuple[int, list[Cell]]]:
    """The rows; where dates have slashes all of them are looked at first, since the last may tell how to read it."""
    place = found.at.get("date")
    if place is None or not any(is_slashed(row[place]) for _number, row in sample if place < len(row)):
        return rows
    every = list(rows)
    order = order_of((row for _number, row in every), place)
    builder.read_dates(order)
    read_so = {
        DayOrder.MONTH_FIRST: _("Dates of column “{heading}” have the month first."),
        DayOrder.UNTOLD: _(
            "No date of column “{heading}” tells whether the day or the month comes first: "
            "{written} was read as {date}. If that is wrong, write the dates with points."
        ),
    }.get(order)
    either = next((row[place] for _number, row in every if place < len(row) and is_open(row[place])), None)
    if read_so is not None and isinstance(either, str):
        written = either.split()[0]
        heading = found.text("date")[:40]
        builder.notices.say(read_so.format(heading=heading, written=written, date=written.replace("/", ".")))
    return iter(every)


def _headings_again(row: list[Cell]) -> Headings | None:
    """A second table below the first, with headings of its own."""
    if guessing.is_data(row):
        return None
    found = heads.find([row])
    return found if found is not None and found.names_people and len(found.at) >= 3 else None


def _empty(row: list[Cell]) -> bool:
    for cell in row:  # noqa: SIM110 - a generator would cost twice the time, for each row of the list
        if not isinstance(cell, str) or (cell and not cell.isspace()):
            return False
    return True


def _count(rows: Iterator[list[Cell]]) -> int:
    return sum(1 for row in rows if not _empty(row))
