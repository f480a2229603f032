"""Rows of a list to records, one row at a time.

A row is taken whole or not at all; the reasons against it are collected and said together.  Nothing in a row can raise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from checkin.domain.visit import Flag, Plant, Tour, Visitor
from checkin.i18n import gettext as _
from checkin.rosters import identity
from checkin.rosters.births import band_of, birth_year_of, grade_of
from checkin.rosters.blocks import Blocks
from checkin.rosters.cells import error_said, is_error, text_of
from checkin.rosters.codes import DASHES, UNSAID, Codes
from checkin.rosters.dayorder import DayOrder, day_first, is_open
from checkin.rosters.grouping import Groups
from checkin.rosters.headings import COLUMNS, PARTS, Headings
from checkin.rosters.marking import Marks
from checkin.rosters.naming import Named, another_name, more_behind, name_of, undecided
from checkin.rosters.party import Party
from checkin.rosters.refusing import Refused, is_nameless
from checkin.rosters.result import ListResult, Notices, Row
from checkin.rosters.schedule import Bad, Schedule, SlotKey
from checkin.rosters.standing import Standing, standing
from checkin.rosters.table import MAX_CELL, Cell
from checkin.rosters.vocabulary import flags_of, language_of, says_nothing

SLOT = ("tour", "date", "start", "end")
"""What can be said once for a whole list that names no tour."""

SINCE_1904 = 1462
"""Days between the two first days of spreadsheets."""
_HOME = re.compile(
    r"рф|россия|российск\w*( федераци\w*)?|рос\.?|rus?|russian?( federation)?|гражданин рф|гражданка рф|нет|-+|—"
)
_YEAR_ASKED = re.compile(r"(?<!дата )\b(?:год|г\.?\s?р\b|year)")
BANDS = frozenset({Flag.MINOR, Flag.ADULT})


class Builder:
    """Takes the rows of one list, sheet after sheet, into one ``ListResult``."""

    def __init__(
        self,
        file: str,
        plant: str | None,
        known: Iterable[Plant],
        tours: Iterable[Tour] = (),
        defaults: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.result = ListResult(file=file)
        self.notices = Notices()
        self._schedule = Schedule(plant, known, self._notice, tours)
        self._defaults = {name: defaults[name] for name in SLOT if defaults.get(name)}
        self.result.plants, self.result.tours = self._schedule.plants, self._schedule.tours
        self._groups = Groups(self.result.groups, self._notice)
        self._codes = Codes(self._notice)
        self._sheet, self._standing = "", Standing.COMES
        self._number = 0
        self._ragged = False
        self._days_later = 0
        self._dates = DayOrder.UNTOLD
        self._blocks = Blocks({})
        self._beyond: list[Cell] = [""]
        self._headings = Headings(row=0, texts=(), at={})
        self._place: dict[str, int] = {}
        self._marks, self._party = Marks(self._headings, self._notice), Party(self._headings)
        self._others: tuple[int, ...] = ()
        self._asks_year = False
        self._refused = Refused(self.result, {"plant": (plant or "").strip(), **self._defaults})

    def sheet(
        self,
        name: str,
        headings: Headings,
        ragged: bool,
        passports: frozenset[str],
        above: Mapping[str, Cell] = MappingProxyType({}),
        since_1904: bool = False,
    ) -> None:
        """From now on rows are of this sheet.  ``passports`` are columns that turned out to hold document numbers.

        ``above`` are cells that count for every row: what stands above the headings.  ``since_1904``: a bare number
        for a day counts from 1904.
        """
        self._dates = DayOrder.UNTOLD
        self._days_later = SINCE_1904 if since_1904 else 0
        at = {column: place for column, place in headings.at.items() if column not in passports}
        self._headings = replace(headings, at=at)
        self._sheet, self._ragged, self._standing = name, ragged, standing(name)
        self._blocks = Blocks(above)
        self._places()
        self._marks, self._party = Marks(self._headings, self._notice), Party(self._headings)
        self._others = headings.others
        self._asks_year = _YEAR_ASKED.search(self._headings.text("birth_year").casefold()) is not None
        self._refused.sheet(name, self._headings, headings)

    def _places(self) -> None:
        """Where the cells of each column are, in a row or beyond its end."""
        # A row is filled up to the headings' width and one empty cell more: the cell of a column that is not there.
        width, said = len(self._headings.texts), self._blocks.said
        self._beyond = ["", *said.values()]
        places = self._headings.at | {column: width + place for place, column in enumerate(said, 1)}
        self._place = {column: places.get(column, width) for column in (*COLUMNS, *PARTS)}
        self.result.columns |= frozenset(places)

    def between(self, number: int, row: Sequence[Cell], labels: Mapping[str, Cell]) -> None:
        """Takes a line between rows that says something of the rows below it."""
        self._number = number
        self._fault([Bad("visitor", _("This is said of the rows below and is no visitor."))], row)
        self.result.faulty.pop()  # there is nothing to mend in it
        if self._blocks.line(labels, self._headings.at):
            self._places()

    def doubt(self, row: Sequence[Cell]) -> None:
        """The row that was just refused may name another visit than the rows below it get."""
        self._blocks.doubt(row, self._defaults)

    def take(self, number: int, row: Sequence[Cell]) -> bool:
        """Takes one row that is not empty, or makes it a fault; whether it is taken."""
        self._number = number
        width = len(self._headings.texts)
        bads = self._shape(row, width)
        self._blocks.fresh = False
        if self._blocks.open:
            bads = bads or [Bad(column, reason) for column, reason in self._blocks.open.items()]
        if bads:
            self._fault(bads, row)
            return False
        cells = [*row[:width], *[""] * (width - min(len(row), width)), *self._beyond]
        place = self._place
        if self._days_later:
            self._count_days(cells)
        if self._dates in (DayOrder.MONTH_FIRST, DayOrder.MIXED):
            self._order_date(cells, bads)
        key = (
            cells[place["plant"]],
            cells[place["tour"]],
            cells[place["format"]],
            cells[place["date"]],
            cells[place["start"]],
            cells[place["end"]],
        )
        slot = self._schedule.slot(self._completed(key) if self._defaults else key)
        named = self._name(cells, bads)
        name = named.name
        code = self._codes.read(cells[place["code"]], bads)
        flags = self._marks.of(cells, bads) if self._marks.any else frozenset()
        birth = band = None
        if isinstance(slot, Bad):
            bads.append(slot)
        else:
            birth, band = self._birth(slot.day, cells, bads, named)
            if code and not bads:
                here = (self._sheet, number, len(self.result.rows))
                self._codes.claim(slot.plant, code, here, cells, bads)
        if not bads and self._standing is Standing.OPEN:
            bads.append(Bad("visitor", undecided()))
        if bads or isinstance(slot, Bad):
            tour = "" if isinstance(slot, Bad) else slot.tour
            self._fault(bads, row, name, code, tour, is_nameless(name, cells, place, placed=bool(tour)))
            return False
        if self._party.any and self._party.of(cells) > 1:
            self._notice(more_behind())
        if self._standing is Standing.CANCELLED:
            flags |= {Flag.CANCELLED}
        if named.flags:
            flags |= named.flags - BANDS
        country = cells[place["citizenship"]]
        if country and not _HOME.fullmatch(text_of(country).casefold()):
            flags |= {Flag.FOREIGN}
        if band is not None and not flags & BANDS:
            flags |= {band}
        if words := self._blocks.began():
            self.notices.say(_("From row {row} on, for the rows below: {words}.").format(row=number, words=words))
        language = cells[place["language"]]
        visitor = Visitor(
            id=identity.visitor_id(slot.plant, code) if code else identity.new_visitor_id(),
            plant=slot.plant,
            tour=slot.tour,
            name=name,
            group=self._groups.of(slot, cells, place),
            birth_year=birth,
            language=self._language(text_of(language)) if language else "ru",
            flags=flags,
        )
        made = Row(self._sheet, number, visitor, self._codes.ticket(visitor, code), not code)
        self.result.rows.append(made)
        if code and self.result.partial:
            claimed = [Bad("code", _claimed())]
            self.result.claims[visitor.id] = self._refused.faulty(number, claimed, row, self._blocks.said, name, code)
        return True

    def headings_again(self, headings: Headings) -> None:
        """The row that was just refused is a heading line: the rows below it are read by it."""
        fault = replace(self.result.faults[-1], reason=_again(), column=self._headings.text("visitor"))
        self.result.faults[-1] = fault
        self.result.faulty.pop()  # there is nothing to mend in it
        blocks, dates = self._blocks, self._dates
        self.sheet(self._sheet, headings, self._ragged, frozenset(), {}, bool(self._days_later))
        blocks.said = {column: value for column, value in blocks.said.items() if column not in headings.at}
        blocks.open = {column: reason for column, reason in blocks.open.items() if column not in headings.at}
        self._blocks, self._dates = blocks, dates
        self._places()

    def finished(self) -> ListResult:
        """The list, without plants, tours and groups that no row taken belongs to: a faulty row makes nothing."""
        result = self.result
        for notice in self._schedule.notices():
            self.notices.say(notice)
        tours = {row.visitor.tour for row in result.rows}
        plants = {row.visitor.plant for row in result.rows}
        result.tours = {key: tour for key, tour in result.tours.items() if key in tours}
        result.plants = {key: plant for key, plant in result.plants.items() if key in plants}
        result.groups = {key: group for key, group in result.groups.items() if group.tour in tours}
        return result

    def read_dates(self, order: DayOrder) -> None:
        """From now on dates with slashes are written so."""
        self._dates = order

    def _order_date(self, cells: list[Cell], bads: list[Bad]) -> None:
        place = self._place["date"]
        if self._dates is DayOrder.MONTH_FIRST:
            cells[place] = day_first(cells[place])
        elif is_open(cells[place]):
            reason = _("Dates of this column are written both day first and month first: write this one as {example}.")
            bads.append(Bad("date", reason.format(example="05.08.2026")))

    def _count_days(self, cells: list[Cell]) -> None:
        """Bare numbers for days, as if they counted from 1900 as everywhere else."""
        for column in ("date", "start", "end", "birth_year"):
            cell = cells[self._place[column]]
            if isinstance(cell, int | float) and not isinstance(cell, bool) and 3000 < cell < 80_000:
                cells[self._place[column]] = cell + self._days_later

    def _completed(self, key: SlotKey) -> SlotKey:
        """The cells that name a tour, with what was said for the whole list where they are empty."""
        if text_of(key[1]) or text_of(key[3]):
            return key  # a row that names a tour or a day of its own does not belong to the one that was said
        plant, _tour, form, _date, _start, _end = key
        said = self._defaults
        return plant, said.get("tour", ""), form, said.get("date", ""), said.get("start", ""), said.get("end", "")

    def _notice(self, text: str) -> None:
        self.notices.at(self._sheet, self._number, text)

    def _fault(
        self,
        bads: Sequence[Bad],
        row: Sequence[Cell],
        name: str = "",
        code: str = "",
        tour: str = "",
        nameless: bool = False,
    ) -> None:
        said = self._blocks.said
        self._refused.row(self._number, bads, row, said, name=name, code=code, tour=tour, nameless=nameless)

    def _shape(self, row: Sequence[Cell], width: int) -> list[Bad]:
        """What is wrong with a row as a row."""
        if self._ragged and len(row) != width:
            if any(text_of(cell) for cell in row[width:]):
                return [Bad("visitor", _("The row has more cells than there are headings: is a comma inside a cell?"))]
            if len(row) == 1 and width > 2:
                return [Bad("visitor", _("The row is one cell: is another delimiter used here?"))]
        texts_here = row if self._ragged else [cell for cell in row if isinstance(cell, str)]
        longest = max(map(len, texts_here), default=0)  # type: ignore[arg-type]
        if longest > MAX_CELL:
            place = next(place for place, cell in enumerate(row) if isinstance(cell, str) and len(cell) == longest)
            column = next((name for name, there in self._headings.at.items() if there == place), "visitor")
            return [Bad(column, _("A cell is too long: {length} characters.").format(length=longest))]
        texts = self._headings.texts
        if row[-1] == texts[-1] and tuple(map(text_of, row)) == texts:
            return [Bad("visitor", _again())]
        return []

    def _name(self, cells: Sequence[Cell], bads: list[Bad]) -> Named:
        """The name in a row, and what stood beside it; a reason in ``bads`` when there is none."""
        column = "visitor" if "visitor" in self._headings.at else "surname"
        text = text_of(cells[self._place[column]])
        if column == "surname":
            for part in ("surname", "given", "patronymic"):
                if is_error(said := text_of(cells[self._place[part]])):
                    bads.append(Bad(part, error_said(said)))
            text = " ".join((text, *(_part(cells[self._place[part]]) for part in ("given", "patronymic"))))
        named = name_of(text)
        for notice in named.notices:
            self._notice(notice)
        if named.reason:
            bads.append(Bad(column, named.reason))
        for place in self._others:
            if cells[place] and another_name(named.name, text_of(cells[place])):
                reason = _(
                    "Somebody else is named in column “{heading}”: give each person a row, or leave the column out."
                )
                bads.append(Bad(column, reason.format(heading=self._headings.texts[place][:40])))
        return named

    def _birth(
        self, visit: date, cells: Sequence[Cell], bads: list[Bad], named: Named
    ) -> tuple[int | None, Flag | None]:
        """The year of birth, or else the age band that stands in its place, beside the name or in the class."""
        for column in ("birth_year", "age"):
            value = cells[self._place[column]]
            text = text_of(value)
            if text not in UNSAID and (text.isdigit() or not says_nothing(text)):
                value = text if isinstance(value, str) else value
                year = birth_year_of(value, visit, is_age=column == "age", is_year=self._asks_year)
                if isinstance(year, int):
                    return year, None
                band = band_of(text) or next(iter(flags_of(text)[0] & BANDS), None)
                if band is None:
                    bads.append(Bad(column, error_said(text) if is_error(text) else year))
                return None, band
        born = visit.year - named.age if named.age is not None else named.born
        if born is not None and visit.year - 120 <= born <= visit.year:
            return born, next(iter(named.flags & BANDS), None)
        grade = cells[self._place["class"]]
        if named.flags & BANDS or not grade or grade_of(text_of(grade), bare=True) is None:
            return None, next(iter(named.flags & BANDS), None)
        return None, Flag.MINOR

    def _language(self, text: str) -> str:
        code = "ru" if text in DASHES else language_of(text)
        if code is None:
            self._notice(_("The language “{text}” is not known.").format(text=text[:40]))
            return "ru"
        return code


def _part(cell: Cell) -> str:
    """A given name or a patronymic; empty for what is written where there is none."""
    text = text_of(cell)
    return "" if says_nothing(text) and not is_error(text) else text


def _claimed() -> str:
    return _(
        "The code is somebody else's: give this visitor another code, or empty the cell and the program makes a ticket."
    )


def _again() -> str:
    return _("The headings once more.")
