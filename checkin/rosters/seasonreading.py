"""A season's spreadsheet read: plants, gates, tours, policies and the stop list as records; what is wrong by cell.

A row with a fault is not taken; the others are.  A cell that shows an error, or whose formula has no value, is a fault
in every column: nothing of it could be meant.  What is not in the file stays as it is on the roster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from checkin.clock import SystemClock
from checkin.domain.visit import DocumentRule, Gate, Plant, Policy, Record, StopEntry, Tour
from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters import identity
from checkin.rosters.births import birth_year_of
from checkin.rosters.cells import error_said, is_error, text_of, tidy
from checkin.rosters.private import holds_private
from checkin.rosters.result import Fault
from checkin.rosters.schedule import Bad, Schedule
from checkin.rosters.seasonsheets import SHEETS, sheet_title
from checkin.rosters.table import Cell, read_table
from checkin.rosters.vocabulary import format_of, language_of

_YES = frozenset({"да", "yes", "true", "1", "+", "y", "истина"})
_NO = frozenset({"нет", "no", "false", "0", "-", "n", "ложь", ""})
_LIMITS = {
    "minimum_age": (0, 120),
    "minors_per_adult": (1, 1000),
    "opens_before_min": (0, 1440),
    "closes_after_end_min": (0, 1440),
    "retention_h": (1, 8760),
    "shut_out_h": (0, 8760),
    "lead_days": (0, 365),
    "foreign_lead_days": (0, 365),
    "capacity": (1, 100_000),
}


@dataclass(slots=True)
class SeasonFile:
    """What a file holds.  ``rows`` counts rows that are not empty; each is taken or in ``faults``."""

    records: list[Record] = field(default_factory=list)
    leads: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    sheet: str
    number: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        return tidy(text_of(self.cells.get(key, "")))[0][:2000]


class _Wrong(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def read_season(path: Path, known: Iterable[Record] = ()) -> SeasonFile:
    """Reads a file.  ``known`` is what the roster has.  Raises ``ListUnreadable`` when it has none of our sheets."""
    reader = _Reader(list(known))
    by_sheet: dict[str, list[_Row]] = {}
    for sheet in read_table(path):
        key = sheet.name.rpartition("·")[2].strip().casefold()
        if key in SHEETS:
            by_sheet[key] = list(_rows(key, sheet.rows))
    if not by_sheet:
        raise ListUnreadable(
            _("{file} has none of the sheets of a season. Begin with: checkin season template FILE.xlsx").format(
                file=path.name
            )
        )
    for key in SHEETS:  # plants before what refers to them
        for row in by_sheet.get(key, ()):
            reader.take(key, row)
    return reader.done()


def read_row(key: str, cells: Mapping[str, Cell], known: Iterable[Record] = ()) -> SeasonFile:
    """One row of a sheet, as it was typed on a page.  What is wrong with it is in ``faults``, by heading."""
    reader = _Reader(list(known))
    reader.take(key, _Row(sheet_title(key), 1, cells))
    return reader.done()


def _rows(key: str, rows: Iterator[list[Cell]]) -> Iterator[_Row]:
    columns: list[str] = []
    names = {column.russian.casefold(): column.key for column in SHEETS[key]} | {c.key: c.key for c in SHEETS[key]}
    for number, row in enumerate(rows, 1):
        if not any(text_of(cell) for cell in row):
            continue
        if not columns:
            texts = [text_of(cell) for cell in row]
            columns = [names.get(text.rpartition("·")[2].strip().casefold(), "") for text in texts]
            continue
        yield _Row(sheet_title(key), number, {name: cell for name, cell in zip(columns, row, strict=False) if name})


class _Reader:
    def __init__(self, known: list[Record]) -> None:
        self._out = SeasonFile()
        self._plants = {one.id: one for one in known if isinstance(one, Plant)}
        self._tours = {(one.plant, one.id): one for one in known if isinstance(one, Tour)}
        self._stops = {(one.plant, one.id) for one in known if isinstance(one, StopEntry)}
        self._gates = {(one.plant, identity.slug(one.name)): one for one in known if isinstance(one, Gate)}
        self._changed: dict[str, Plant] = {}
        self._others: dict[tuple[str, str, str], Record] = {}

    def take(self, key: str, row: _Row) -> None:
        self._out.rows += 1
        takers = {
            "plants": self._plant,
            "gates": self._gate,
            "tours": self._tour,
            "policies": self._policy,
            "stop": self._stop,
        }
        try:
            for column in SHEETS[key]:
                if is_error(text := row.text(column.key)):
                    raise _Wrong(column.key, error_said(text))
                if column.needed and not row.text(column.key):
                    raise _Wrong(column.key, _("This cell must not be empty."))
            takers[key](row)
        except _Wrong as wrong:
            heading = next((c.heading for c in SHEETS[key] if c.key == wrong.column), wrong.column)
            self._out.faults.append(Fault(row.sheet, row.number, heading, wrong.reason))
            return
        self._out.taken += 1

    def done(self) -> SeasonFile:
        self._out.records = [*self._changed.values(), *self._others.values()]
        return self._out

    def _plant(self, row: _Row) -> None:
        name = row.text("name")[:300]
        wanted = row.text("id") or next((p.id for p in self._plants.values() if p.name == name), identity.slug(name))
        before = self._plants.get(wanted) or Plant(id=wanted, name=name)
        try:
            made = replace(
                before,
                name=name,
                tz=row.text("tz") or before.tz,
                address=row.text("address") or before.address,
                region=row.text("region") or before.region,
                district=row.text("district") or before.district,
            )
        except ValueError:
            raise _Wrong("tz", _("There is no such time zone: {text}").format(text=row.text("tz")[:40])) from None
        if len(wanted) > 60 or not all(c.isalnum() or c in "-_" for c in wanted):
            raise _Wrong("id", _("A plant's code is letters, digits and hyphens."))
        self._plants[wanted] = self._changed[wanted] = made

    def _of(self, row: _Row) -> Plant:
        called = row.text("plant")
        found = self._plants.get(called) or self._plants.get(identity.slug(called))
        found = found or next((p for p in self._plants.values() if p.name.casefold() == called.casefold()), None)
        if found is None:
            raise _Wrong("plant", _("There is no such plant on the sheet of plants: {text}").format(text=called[:60]))
        return found

    def _gate(self, row: _Row) -> None:
        plant, name = self._of(row), row.text("name")[:120]
        held = self._gates.get((plant.id, identity.slug(name)))
        made = replace(held, name=name) if held else Gate(id=identity.slug(name), plant=plant.id, name=name)
        self._others["gate", plant.id, made.id] = made

    def _tour(self, row: _Row) -> None:
        plant = self._of(row)
        schedule = Schedule(None, [plant], lambda text: None, self._tours.values())
        cells = row.cells
        slot = schedule.slot(
            (plant.id, row.text("title"), "", cells.get("date", ""), cells.get("start", ""), cells.get("end", ""))
        )
        if isinstance(slot, Bad):
            raise _Wrong("title" if slot.column == "tour" else slot.column, slot.reason)
        made = schedule.tours[slot.tour]
        form = format_of(row.text("format")) if row.text("format") else made.format
        if form is None:
            raise _Wrong("format", _("The format “{text}” is not known.").format(text=row.text("format")[:40]))
        language = language_of(row.text("language")) if row.text("language") else "ru"
        if language is None:
            raise _Wrong("language", _("The language “{text}” is not known.").format(text=row.text("language")[:40]))
        before = self._tours.get((plant.id, made.id)) or made
        self._others["tour", plant.id, made.id] = replace(
            before,
            title=made.title,
            end=made.end,
            format=form,
            capacity=self._number(row, "capacity", before.capacity),
            language=language,
            guide=row.text("guide")[:200] or before.guide,
            guide_phone=row.text("guide_phone")[:60] or before.guide_phone,
            cancelled=self._yes(row, "cancelled", default=before.cancelled),
        )

    def _policy(self, row: _Row) -> None:
        plant = self._of(row)
        before = plant.policy
        rule = row.text("document") or before.document.value
        if rule not in tuple(DocumentRule):
            raise _Wrong("document", _("Not one of the choices: {text}").format(text=rule[:40]))
        policy = Policy(
            opens_before_min=self._number(row, "opens_before_min", before.opens_before_min) or 0,
            closes_after_end_min=self._number(row, "closes_after_end_min", before.closes_after_end_min) or 0,
            minimum_age=self._number(row, "minimum_age", None),
            document=DocumentRule(rule),
            briefing=self._yes(row, "briefing", default=before.briefing),
            briefing_text=row.text("briefing_text"),
            briefing_version=row.text("briefing_version")[:60],
            minors_per_adult=self._number(row, "minors_per_adult", None),
            reentry=self._yes(row, "reentry", default=before.reentry),
            retention_h=self._number(row, "retention_h", before.retention_h) or before.retention_h,
            shut_out_h=self._number(row, "shut_out_h", before.shut_out_h) or 0,
            supervisor_for=before.supervisor_for,
        )
        leads = self._number(row, "lead_days", None), self._number(row, "foreign_lead_days", None)
        self._out.leads[plant.id] = leads
        self._plants[plant.id] = self._changed[plant.id] = replace(plant, policy=policy)

    def _stop(self, row: _Row) -> None:
        plants = [self._of(row)] if row.text("plant") else list(self._plants.values())
        name, born = row.text("name")[:200], None
        if not any(map(str.isalpha, name)):
            raise _Wrong("name", _("This is not a name: {text}").format(text=name[:40]))
        for key in ("name", "note"):
            if holds_private(row.text(key)):
                raise _Wrong(key, _("Leave out documents' numbers, phones and addresses: they are not stored."))
        if row.text("birth_year"):
            year = birth_year_of(_year_cell(row.cells["birth_year"]), SystemClock().now().date(), is_age=False)
            if isinstance(year, str):
                raise _Wrong("birth_year", year)
            born = year
        for plant in plants:
            digest = hashlib.sha256(f"{plant.id}\x1f{name.casefold()}\x1f{born}".encode()).hexdigest()[:12]
            entry = StopEntry(id=f"s-{digest}", plant=plant.id, name=name, birth_year=born, note=row.text("note")[:300])
            self._others["stop", plant.id, entry.id] = entry

    def _number(self, row: _Row, key: str, default: int | None) -> int | None:
        text = row.text(key)
        if not text:
            return default
        low, high = _LIMITS[key]
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise _Wrong(
                key,
                _("A whole number from {low} to {high} is needed: {text}").format(low=low, high=high, text=text[:40]),
            )
        return int(text)

    def _yes(self, row: _Row, key: str, *, default: bool) -> bool:
        text = row.text(key).casefold()
        if not text:
            return default
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise _Wrong(key, _("Yes or no is needed: {text}").format(text=text[:40]))


def _year_cell(cell: Cell) -> Cell:
    """Four digits are a year even where a spreadsheet's day could have that number: 3000 is a slip, and not 1908."""
    return text_of(cell) if isinstance(cell, int | float) else cell
