"""A season's spreadsheet read: plants, gates, tours, policies and the stop list as records; what is wrong by cell.

A row with a fault is not taken; the others are.  A cell that shows an error, or whose formula has no value, is a fault
in every column: nothing of it could be meant.  What is not in the file stays as it is on the roster.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from checkin.clock import SystemClock
from checkin.domain.bounds import LIMITS
from checkin.domain.plants import called
from checkin.domain.visit import DocumentRule, Gate, Plant, Policy, Record, StopEntry, Tour
from checkin.i18n import gettext as _
from checkin.rosters import identity
from checkin.rosters.births import birth_year_of
from checkin.rosters.cells import error_said, is_error, text_of
from checkin.rosters.plantnames import several
from checkin.rosters.private import holds_private
from checkin.rosters.result import Fault
from checkin.rosters.schedule import DEFAULT_LENGTH, Bad, Schedule
from checkin.rosters.seasonrows import Row, rows_in
from checkin.rosters.seasonsheets import SHEETS, sheet_title
from checkin.rosters.table import Cell
from checkin.rosters.vocabulary import format_of, language_of

_YES = frozenset({"да", "yes", "true", "1", "+", "y", "истина"})
_NO = frozenset({"нет", "no", "false", "0", "-", "n", "ложь", ""})


@dataclass(slots=True)
class SeasonFile:
    """What a file holds.  ``rows`` counts rows that are not empty; each is taken or in ``faults``."""

    records: list[Record] = field(default_factory=list)
    leads: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    rows: int = 0
    taken: int = 0


class _Wrong(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def read_season(path: Path, known: Iterable[Record] = ()) -> SeasonFile:
    """Reads a file.  ``known`` is what the roster has.  Raises ``ListUnreadable`` when it has none of our sheets."""
    rows = rows_in(path)
    reader = _Reader(list(known))
    for key in SHEETS:  # plants before what refers to them
        for row in rows.of.get(key, ()):
            reader.take(key, row)
    found = reader.done()
    found.notices += rows.notices
    return found


def read_row(key: str, cells: Mapping[str, Cell], known: Iterable[Record] = ()) -> SeasonFile:
    """One row of a sheet, as it was typed on a page.  What is wrong with it is in ``faults``, by heading."""
    reader = _Reader(list(known), page=True)
    reader.take(key, Row(sheet_title(key), 1, cells))
    return reader.done()


class _Moved(Exception):
    """A tour's row whose id belongs to one that has another time by now: what it is shows when all rows are read."""


class _Reader:
    """``page``: the one row is typed by a person, who adds a tour or mends one, and does not mean another."""

    def __init__(self, known: list[Record], *, page: bool = False) -> None:
        self._out = SeasonFile()
        self._page = page
        self._last = page
        self._moved: list[Row] = []
        self._said: dict[tuple[str, ...], Row] = {}
        self._plants = {one.id: one for one in known if isinstance(one, Plant)}
        self._tours = {(one.plant, one.id): one for one in known if isinstance(one, Tour)}
        self._stops = {(one.plant, one.id) for one in known if isinstance(one, StopEntry)}
        self._gates = {(one.plant, identity.slug(one.name)): one for one in known if isinstance(one, Gate)}
        self._changed: dict[str, Plant] = {}
        self._others: dict[tuple[str, str, str], Record] = {}

    def take(self, key: str, row: Row) -> None:
        """Takes a row, or says what is wrong with it."""
        self._out.rows += 1
        self._try(key, row)

    def done(self) -> SeasonFile:
        """Everything that the rows came to."""
        self._last = True
        for row in self._moved:
            self._try("tours", row)
        self._out.faults.sort(key=lambda fault: (fault.sheet, fault.row))
        self._out.records = [*self._changed.values(), *self._others.values()]
        return self._out

    def _try(self, key: str, row: Row) -> None:
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
        except _Moved:
            self._moved.append(row)
        else:
            self._out.taken += 1

    def _once(self, column: str, row: Row, *what: str) -> None:
        """Two rows about one thing are one when they say the same; else nobody knows which of them counts."""
        first = self._said.setdefault(what, row)
        if first is not row and first.texts() != row.texts():
            raise _Wrong(column, _("Row {row} is about the same and says something else.").format(row=first.number))

    def _plant(self, row: Row) -> None:
        name, wanted = row.text("name")[:300], row.text("id")
        if not wanted:
            of_this_name = [one for one in self._plants.values() if one.name == name]
            if len(of_this_name) > 1:
                raise _Wrong("id", several(name, of_this_name))
            wanted = of_this_name[0].id if of_this_name else identity.slug(name)
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
        self._once("id" if row.text("id") else "name", row, "plants", wanted)
        self._plants[wanted] = self._changed[wanted] = made
        if made.tz != before.tz:
            self._keep_local_times(made, before.tz)

    def _keep_local_times(self, plant: Plant, zone: str) -> None:
        """A zone that is put right: the tours begin when they did on the clock of the plant's wall."""
        old, new = ZoneInfo(zone), ZoneInfo(plant.tz)

        def moved(moment: datetime) -> datetime:
            return moment.astimezone(old).replace(tzinfo=new).astimezone(UTC)

        for key, tour in [item for item in self._tours.items() if item[0][0] == plant.id]:
            made = replace(tour, start=moved(tour.start), end=moved(tour.end))
            self._tours[key] = self._others["tour", plant.id, tour.id] = made

    def _of(self, row: Row) -> Plant:
        text = row.text("plant")
        found = called(self._plants.values(), text)
        if len(found) > 1:
            raise _Wrong("plant", several(text, found))
        plant = found[0] if found else self._plants.get(identity.slug(text))
        if plant is None:
            raise _Wrong("plant", _("There is no such plant on the sheet of plants: {text}").format(text=text[:60]))
        return plant

    def _gate(self, row: Row) -> None:
        plant, name = self._of(row), row.text("name")[:120]
        self._once("name", row, "gates", plant.id, identity.slug(name))
        held = self._gates.get((plant.id, identity.slug(name)))
        made = replace(held, name=name) if held else Gate(id=identity.slug(name), plant=plant.id, name=name)
        self._others["gate", plant.id, made.id] = made

    def _tour(self, row: Row) -> None:
        plant = self._of(row)
        made = self._scheduled(plant, row)
        self._once("title", row, "tours", plant.id, made.start.isoformat(), identity.plain_title(made.title))
        before = self._tours.get((plant.id, made.id))
        form = format_of(row.text("format")) if row.text("format") else (before or made).format
        if form is None:
            raise _Wrong("format", _("The format “{text}” is not known.").format(text=row.text("format")[:40]))
        language = language_of(row.text("language")) if row.text("language") else (before or made).language
        if language is None:
            raise _Wrong("language", _("The language “{text}” is not known.").format(text=row.text("language")[:40]))
        held = before or made
        self._others["tour", plant.id, made.id] = replace(
            held,
            title=made.title,
            start=made.start,
            end=self._end(row, made, before),
            format=form,
            capacity=self._number(row, "capacity", held.capacity),
            language=language,
            guide=row.text("guide")[:200] or held.guide,
            guide_phone=row.text("guide_phone")[:60] or held.guide_phone,
            cancelled=self._yes(row, "cancelled", default=held.cancelled),
        )

    def _scheduled(self, plant: Plant, row: Row) -> Tour:
        """The tour that a row names, under the id that it has or shall have.

        An id was made of the time that a tour had at first.  Where a tour has another time by now, the row moves it
        back, unless another row names it at its new time: then this is a second tour.
        """
        schedule = Schedule(None, [plant], lambda text: None, self._tours.values())
        cells = row.cells
        slot = schedule.slot(
            (plant.id, row.text("title"), "", cells.get("date", ""), cells.get("start", ""), cells.get("end", ""))
        )
        if isinstance(slot, Bad):
            raise _Wrong("title" if slot.column == "tour" else slot.column, slot.reason)
        made = schedule.tours[slot.tour]
        held = self._tours.get((plant.id, made.id))
        if held is None or held.start == made.start:
            return made
        if not self._last:
            raise _Moved
        if not self._page and ("tour", plant.id, made.id) not in self._others:
            return made
        identities = (identity.other_tour_id(made.id, number) for number in itertools.count(2))
        return replace(made, id=next(one for one in identities if (plant.id, one) not in self._tours))

    def _end(self, row: Row, made: Tour, before: Tour | None) -> datetime:
        """The end; where the file has no column for it a tour stays as long as it was."""
        told = "end" in row.cells or made.end - made.start != DEFAULT_LENGTH
        return made.end if before is None or told else made.start + (before.end - before.start)

    def _policy(self, row: Row) -> None:
        plant = self._of(row)
        self._once("plant", row, "policies", plant.id)
        before = plant.policy
        rule = row.text("document") or before.document.value
        if rule not in tuple(DocumentRule):
            raise _Wrong("document", _("Not one of the choices: {text}").format(text=rule[:40]))
        there = row.cells.keys()
        policy = Policy(
            opens_before_min=self._number(row, "opens_before_min", before.opens_before_min) or 0,
            closes_after_end_min=self._number(row, "closes_after_end_min", before.closes_after_end_min) or 0,
            minimum_age=self._number(row, "minimum_age", None if "minimum_age" in there else before.minimum_age),
            document=DocumentRule(rule),
            briefing=self._yes(row, "briefing", default=before.briefing),
            briefing_text=row.text("briefing_text") if "briefing_text" in there else before.briefing_text,
            briefing_version=(
                row.text("briefing_version")[:60] if "briefing_version" in there else before.briefing_version
            ),
            minors_per_adult=self._number(
                row, "minors_per_adult", None if "minors_per_adult" in there else before.minors_per_adult
            ),
            reentry=self._yes(row, "reentry", default=before.reentry),
            retention_h=self._number(row, "retention_h", before.retention_h) or before.retention_h,
            shut_out_h=self._number(row, "shut_out_h", before.shut_out_h) or 0,
            supervisor_for=before.supervisor_for,
        )
        if "lead_days" in there or "foreign_lead_days" in there:
            leads = self._number(row, "lead_days", None), self._number(row, "foreign_lead_days", None)
            self._out.leads[plant.id] = leads
        self._plants[plant.id] = self._changed[plant.id] = replace(plant, policy=policy)

    def _stop(self, row: Row) -> None:
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
        self._once("name", row, "stop", row.text("plant"), name.casefold(), str(born))
        for plant in plants:
            digest = hashlib.sha256(f"{plant.id}\x1f{name.casefold()}\x1f{born}".encode()).hexdigest()[:12]
            entry = StopEntry(id=f"s-{digest}", plant=plant.id, name=name, birth_year=born, note=row.text("note")[:300])
            self._others["stop", plant.id, entry.id] = entry

    def _number(self, row: Row, key: str, default: int | None) -> int | None:
        text = row.text(key)
        if not text:
            return default
        low, high = LIMITS[key]
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise _Wrong(
                key,
                _("A whole number from {low} to {high} is needed: {text}").format(low=low, high=high, text=text[:40]),
            )
        return int(text)

    def _yes(self, row: Row, key: str, *, default: bool) -> bool:
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
