"""A file with a registration list to records: headings found, rows taken or named, nothing lost.

Sheets with headings that we know are read, the others are named with the number of their rows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from pathlib import Path

from checkin.domain.visit import Plant, Tour
from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters import guessing
from checkin.rosters import headings as heads
from checkin.rosters.blocks import in_words
from checkin.rosters.building import Builder
from checkin.rosters.cells import text_of
from checkin.rosters.collecting import paused
from checkin.rosters.correction import is_correction
from checkin.rosters.dayorder import DayOrder, is_open, is_slashed, order_of
from checkin.rosters.headings import Headings
from checkin.rosters.identity import slug
from checkin.rosters.mapping import Mapping, fingerprint
from checkin.rosters.preamble import above, between
from checkin.rosters.result import Kind, ListResult
from checkin.rosters.standing import Standing, standing
from checkin.rosters.table import Cell, Sheet, read_table

Progress = Callable[[int, int], None]
"""Called with the rows done and about how many there are (0: not known)."""

STEP = 1000
SAMPLE = 200
FEW = 4
"""Cells that a line between rows has at most."""
SHOWN = 40
"""Headings that one notice names."""
HOPELESS = 20_000
"""After so many rows without a single good one, the first reason says more than all of them."""
_PASSPORT = re.compile(
    r"(?:серия\s*)?\d{2}\s?\d{2}\s?(?:№|N|номер)?\s?\d{6}|\d{3}-\d{3}-\d{3}[\s-]\d{2}|[IVXLC]{1,4}-[А-Я]{2}\s?№?\s?\d{6}"
)
_SPACED = re.compile(r"\d{4}\s\d{6}|\d{2}\s\d{2}\s\d{6}|\d{3}-\d{3}-\d{3}[\s-]\d{2}|[IVXLC]{1,4}-[А-Я]{2}\s?№?\s?\d{6}")


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
        return _read(path, Builder(path.name, plant, known, tours, defaults or {}), columns, progress)


class Columns:
    """Finds the columns of a sheet: by what a person says, by headings, at last by what stands in them."""

    def __init__(
        self, said: Mapping, remembered: Callable[[str], Mapping | None] | None, plants: frozenset[str]
    ) -> None:
        self._said = said
        self._remembered = remembered
        self._plants = plants
        self._seen: list[str] = []
        self._met: set[str] = set()

    def find(self, rows: list[list[Cell]]) -> tuple[Headings | None, dict[str, str]]:
        """The headings, and which of them were guessed."""
        found, guessed = self._find(rows)
        if found is not None:
            self._seen += [text for text in found.texts if text and text not in self._seen]
            self._met |= self._said.found_in(found.texts)
        elif rows:
            widest = max(rows, key=lambda row: sum(1 for cell in row if isinstance(cell, str) and cell))
            self._seen += [text for cell in widest if (text := text_of(cell)) and text not in self._seen]
        return found, guessed

    def refuse_unmet(self, file: str) -> None:
        """Raises ``ListUnreadable`` when what a person said is of headings that no sheet has."""
        missing = sorted(self._said.asked - self._met)
        if not missing and (not self._said.named or self._said.named & self._met):
            return
        what = ", ".join(f"“{one}”" for one in missing or sorted(self._said.named)[:12])
        raise ListUnreadable(
            _("{file} has no such heading: {missing}. Headings there are: {headings}.").format(
                file=file, missing=what, headings=", ".join(_short(self._seen[:30])) or "—"
            )
        )

    def _find(self, rows: list[list[Cell]]) -> tuple[Headings | None, dict[str, str]]:
        found = heads.find(rows, self._said)
        bare = heads.find(rows)
        if found is not None and bare is None and self._said.by_places and guessing.is_data(rows[found.row]):
            return self._without_headings(rows)
        line = fingerprint((bare or found).texts) if bare is not None or found is not None else ""  # type: ignore[union-attr]
        before = self._remembered(line) if self._remembered is not None and line else None
        if before is None and self._remembered is not None and (found is None or not found.names_people):
            lines = (heads.fingerprint_of(row) for row in rows[: heads.DEPTH])
            before = next((kept for one in lines if one and (kept := self._remembered(one)) is not None), None)
        if before is not None:
            found = heads.find(rows, self._said.over(before))
        guessed: dict[str, str] = {}
        if found is not None:
            found, guessed = guessing.completed(found, rows[found.row + 1 :])
        elif (few := heads.find(rows, self._said, least=2)) is not None and not guessing.is_data(rows[few.row]):
            few, guessed = guessing.completed(few, rows[few.row + 1 :])
            found = few if few.names_people and "date" in few.at else None
        if found is None or not found.names_people:
            bare_list = guessing.without_headings(rows, self._plants) if found is None else None
            if bare_list is not None:
                found, guessed = bare_list
                found = _told(found, self._said)
        return found, guessed

    def _without_headings(self, rows: list[list[Cell]]) -> tuple[Headings, dict[str, str]]:
        """A list that begins with its first person, whose columns somebody has said by their places."""
        width = max(map(len, rows))
        guess = guessing.without_headings(rows, self._plants)
        found, guessed = guess or (Headings(row=-1, texts=("",) * width, at={}), {})
        return _told(found, self._said), {
            place: column for place, column in guessed.items() if place not in self._said.columns
        }


def _told(found: Headings, said: Mapping) -> Headings:
    """A list without headings as a person says it is: by places."""
    at = dict(found.at)
    for place in range(len(found.texts)):
        column = said.of("", place)
        if column is not None:
            at = {name: there for name, there in at.items() if there != place and name != column}
            if column in (*heads.COLUMNS, *heads.PARTS):
                at[column] = place
    return replace(found, at=at)


def _read(path: Path, builder: Builder, columns: Columns, progress: Progress | None) -> ListResult:
    sheets = read_table(path)
    read = 0
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
        found, guessed = columns.find([row for _number, row in first])
        if found is None or not found.names_people:
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
        place = _("Sheet “{sheet}”: ").format(sheet=sheet.name) if sheet.name else ""
        for heading, column in guessed.items():
            builder.notices.say(
                place
                + _("Column “{heading}” is read as “{column}” by what stands in it.").format(
                    heading=_short([heading])[0], column=column
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
        said = above([row for _number, row in first], found)
        if said:
            builder.notices.say(place + _("Above the headings, for every row: {words}.").format(words=in_words(said)))
        _take(builder, sheet, found, said, itertools.chain(first[found.row + 1 :], numbered), progress)
    columns.refuse_unmet(path.name)
    if not read:
        raise ListUnreadable(_no_headings(path.name, seen))
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
    found = heads.beside_each_other(found)
    full: Iterator[tuple[int, list[Cell]]] = ((number, row) for number, row in rows if not _empty(row))
    if found.sides:
        full = unfolded(full, found)
    sample = list(itertools.islice(full, SAMPLE))
    passports = passport_columns(found, [row for _number, row in sample])
    builder.sheet(sheet.name, found, sheet.ragged, passports, said, sheet.since_1904)
    _say_columns(builder, sheet.name, found, passports)
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
                _say_columns(builder, sheet.name, again, frozenset())
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


def unfolded(rows: Iterable[tuple[int, list[Cell]]], found: Headings) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of lists that stand beside each other: for each list a row as if it were the first of them."""
    own = sorted({to for side in found.sides for to, _place in side})
    for number, row in rows:
        wide = [*row, *[""] * (len(found.texts) - len(row))]
        blank: list[Cell] = ["" if place in found.beside else cell for place, cell in enumerate(wide)]
        made = [blank] if any(text_of(wide[place]) for place in own) else []
        for side in found.sides:
            if any(text_of(wide[place]) for _to, place in side):
                other = blank[:]
                for to, place in side:
                    other[to] = wide[place]
                made.append(other)
        for one in made or [blank]:
            yield number, one


def _say_columns(builder: Builder, sheet: str, found: Headings, passports: frozenset[str]) -> None:
    private = (*found.passports, *(found.text(column) for column in sorted(passports)))
    place = _("Sheet “{sheet}”: ").format(sheet=sheet) if sheet else ""
    if private:
        builder.notices.say(
            place
            + _("Looks like passport data and is not stored: {columns}.").format(columns=", ".join(_short(private)))
        )
    ignored = (*found.unwanted, *found.unknown)
    if ignored:
        builder.notices.say(place + _("Columns not used: {columns}.").format(columns=", ".join(_short(ignored))))
    used = {*found.at.values(), *(at for places in found.extra.values() for at in places)}
    repeated = [
        f"{_short([text])[0]} (#{at + 1})"
        for at, text in enumerate(found.texts)
        if text and text in found.repeated and at not in used and at not in found.beside
    ]
    if repeated:
        builder.notices.say(
            place
            + _("Two headings for one column; only one of them counts, not used: {columns}.").format(
                columns=", ".join(repeated)
            )
        )
    for column in ("group", "school"):
        if column in found.at and heads.is_weak(group := found.text(column)):
            builder.notices.say(
                place + _("Column “{heading}” is read as the visitors' group.").format(heading=_short([group])[0])
            )
    if "citizenship" in found.at:
        builder.notices.say(
            place
            + _("Column “{heading}” only says who is a foreigner; the country is not stored.").format(
                heading=_short([found.text("citizenship")])[0]
            )
        )
    if found.sides:
        builder.notices.say(
            place
            + _("Lists stand beside each other: each row is read as {count} rows.").format(count=len(found.sides) + 1)
        )


def _short(texts: Iterable[str]) -> list[str]:
    all_of = [text if len(text) <= 40 else text[:39] + "…" for text in texts]
    return all_of if len(all_of) <= SHOWN else [*all_of[:SHOWN], f"… +{len(all_of) - SHOWN}"]


def passport_columns(found: Headings, sample: list[list[Cell]]) -> frozenset[str]:
    """Columns of ours under which document numbers stand.  Ten digits alone may well be a ticket's code."""
    out = set()
    for column, place in found.at.items():
        texts = [text_of(row[place]) for row in sample if place < len(row)]
        texts = [text for text in texts if text]
        pattern = _SPACED if column == "code" else _PASSPORT
        if texts and sum(1 for text in texts if pattern.fullmatch(text)) * 2 > len(texts):
            out.add(column)
    return frozenset(out)


def _empty(row: list[Cell]) -> bool:
    for cell in row:  # noqa: SIM110 - a generator would cost twice the time, for each row of the list
        if not isinstance(cell, str) or (cell and not cell.isspace()):
            return False
    return True


def _count(rows: Iterator[list[Cell]]) -> int:
    return sum(1 for row in rows if not _empty(row))


def _no_headings(file: str, seen: list[str]) -> str:
    if seen:
        return _("{file}: no column with names was found. Headings there are: {headings}.").format(
            file=file, headings=", ".join(_short(seen[:12]))
        )
    return _(
        "{file}: no row with headings was found among its first {depth} rows. Headings may be, for instance: "
        "предприятие, мероприятие, дата, начало, ФИО."
    ).format(file=file, depth=heads.DEPTH)
