"""How a file's columns are read: what was guessed, what a person said, and which plant and tour its rows are of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from checkin.domain.visit import Plant, Tour
from checkin.i18n import gettext as _
from checkin.organising.lists import Order
from checkin.organising.office import Office
from checkin.rosters.looking import SheetLook, Why
from checkin.rosters.mapping import IGNORED, Mapping
from checkin.rosters.seasonsheets import SHEETS, sheet_title
from ui.organiser import words
from ui.organiser.lists import tables
from ui.organiser.lists.state import ColumnRow

_TONES = {Why.GUESSED: "guess", Why.SAID: "said", Why.PASSPORT: "private"}


class ColumnsRead:
    """The choices of the second step."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._plants: Sequence[Plant] = ()
        self._tours: Sequence[tuple[Tour, Plant]] = ()
        self.forget()

    def forget(self) -> None:
        """No file is looked at."""
        self.path: Path | None = None
        self._sheets: Sequence[SheetLook] = ()
        self._said: dict[str, str] = {}
        self.sheet = self.plant = self.tour = self.mapping = ""

    def places_came(self, plants: Sequence[Plant], tours: Sequence[tuple[Tour, Plant]]) -> None:
        """The plants and tours to choose from."""
        self._plants, self._tours = plants, tours

    @property
    def plants(self) -> dict[str, Plant]:
        """Plants by id."""
        return {one.id: one for one in self._plants}

    def looked(self, sheets: Sequence[SheetLook]) -> None:
        """What stands in the file."""
        self._sheets = sheets
        if len(self._plants) == 1 and not all(one.has("plant") for one in sheets if one.read):
            self.plant = self.plant or self._plants[0].id
        if all(one.name != self.sheet for one in sheets):
            first = next((one for one in sheets if one.read), sheets[0] if sheets else None)
            self.sheet = first.name if first is not None else ""

    @property
    def is_season(self) -> bool:
        """Whether the file is a season's workbook, which another page takes."""
        mine = {sheet_title(key) for key in SHEETS}
        return sum(one.name in mine for one in self._sheets) > 1

    def column_said(self, key: str, column: str) -> None:
        """This column of the file is that of ours; empty: it is left out."""
        self._said[key] = column or IGNORED

    def mapped(self) -> Mapping:
        """What was said, over the mapping that was chosen."""
        named = self._office.memory.named(self.mapping) if self.mapping else None
        return Mapping(self._said).over(named or Mapping())

    def order(self, *, revoke: bool) -> Order | None:
        """The list as it shall be taken."""
        if self.path is None:
            return None
        defaults, plant = {}, self.plant or None
        chosen = next((one for one in self._tours if _key(one) == self.tour), None)
        if chosen is not None:
            tour, plant_ = chosen
            plant = plant_.id
            defaults = tables.defaults(tour, plant_)
        return Order(path=self.path, plant=plant, defaults=defaults, said=self.mapped(), revoke_missing=revoke)

    def state(self, *, busy: bool) -> dict[str, object]:
        """The part of a ``ListsState`` that is about columns."""
        sheet = next((one for one in self._sheets if one.name == self.sheet), None)
        read = [one for one in self._sheets if one.read]
        columns = sheet.columns if sheet is not None else ()
        rows = tuple(
            ColumnRow(
                one.key,
                one.heading or _("column {number}").format(number=one.key.lstrip("#")),
                one.samples,
                one.column,
                words.why(one.why),
                _TONES.get(one.why, "ours" if one.column else "out"),
                one.why is Why.PASSPORT,
                one.why in (Why.PASSPORT, Why.UNWANTED),
            )
            for one in columns
        )
        out = [one.heading for one in columns if not one.column and one.heading]
        several = len(self._plants) > 1
        asks_tour = bool(read) and not all(one.has("tour") and one.has("date") for one in read)
        asks_plant = bool(read) and not all(one.has("plant") for one in read)
        return {
            "sheets": tuple((one.name, tables.sheet_name(one)) for one in self._sheets),
            "sheet": self.sheet,
            "sheet_says": tables.sheet_says(sheet),
            "columns": rows,
            "known": (("", _("— leave out")), *words.columns()),
            "asks_plant": asks_plant and not (asks_tour and self.tour),
            "plants": tuple((one.id, one.name) for one in self._plants),
            "plant": self.plant,
            "asks_tour": asks_tour,
            "tours": tuple((_key(one), words.tour_line(*one, several=several)) for one in self._tours),
            "tour": self.tour,
            "left_out": _("Left out and not stored: {columns}").format(columns=", ".join(out)) if out else "",
            "can_check": bool(read) and not busy,
        }


def _key(one: tuple[Tour, Plant]) -> str:
    return f"{one[1].id}\n{one[0].id}"
