"""A list on its way in: chosen, its columns looked at, checked, taken.  Nothing is written before it is said so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from checkin.domain.visit import Plant, Tour
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.organising.book import Desk
from checkin.organising.lists import Order, take
from checkin.organising.office import Office
from checkin.rosters.correction import write_correction
from checkin.rosters.looking import SheetLook, Why, look
from checkin.rosters.mapping import IGNORED, Mapping
from checkin.rosters.planning import Plan
from checkin.rosters.taking import keep_mapping
from ui.organiser import words
from ui.organiser.lists import tables
from ui.organiser.lists.state import ColumnRow, Kind, ListsState, Step
from ui.organiser.table import NOTHING, Table
from ui.ports import Presenter, Turn

_TONES = {Why.GUESSED: "guess", Why.SAID: "said", Why.PASSPORT: "private"}


class ListsPresenter(Presenter[ListsState]):
    """Owns the lists page's state.  ``taken`` is called when a roster is another."""

    def __init__(self, office: Office, turn: Turn, taken: Callable[[], None]) -> None:
        super().__init__()
        self._office, self._turn, self._taken = office, turn, taken
        self._plants: list[Plant] = []
        self._tours: list[tuple[Tour, Plant]] = []
        self._cancel = threading.Event()
        self._mappings = self._office.memory.names()
        self._forget()

    def _forget(self) -> None:
        self._step, self._busy, self._error, self._saved = Step.CHOOSE, "", "", ""
        self._path: Path | None = None
        self._progress = (0, 0)
        self._sheets: list[SheetLook] = []
        self._sheet = ""
        self._said: dict[str, str] = {}
        self._plant = self._tour = self._mapping = ""
        self._plan: Plan | None = None
        self._kind, self._query, self._reason = Kind.ADDED, "", ""
        self._tables: dict[Kind, Table] = {}
        self._filtered: tuple[object, Table] = (None, NOTHING)
        self._revoke = False

    def opened(self) -> None:
        """The page comes into view: plants and tours to choose from may be others."""
        self._mappings = self._office.memory.names()
        self._turn.deliver(self._office.ask(_places), self._places_came, self._failed)

    def _places_came(self, found: tuple[list[Plant], list[tuple[Tour, Plant]]]) -> None:
        self._plants, self._tours = found
        self._publish()

    # Columns

    def file_chosen(self, path: Path) -> None:
        """Look at this file."""
        if not self._busy:
            self._forget()
            self._path = path
            self._look()

    def _look(self) -> None:
        path, said, memory = self._path, self._mapped(), self._office.memory
        if path is None:
            return
        self._busy, self._error = _("Looking at {file}…").format(file=path.name), ""
        job = self._office.run(lambda desk: look(path, desk.book.plants(), said, memory.for_line))
        self._turn.deliver(job, self._looked, self._failed)
        self._publish()

    def _mapped(self) -> Mapping:
        named = self._office.memory.named(self._mapping) if self._mapping else None
        return Mapping(self._said).over(named or Mapping())

    def _looked(self, sheets: list[SheetLook]) -> None:
        self._busy, self._sheets, self._step = "", sheets, Step.COLUMNS
        if all(one.name != self._sheet for one in sheets):
            first = next((one for one in sheets if one.read), sheets[0] if sheets else None)
            self._sheet = first.name if first is not None else ""
        self._publish()

    def sheet_chosen(self, name: str) -> None:
        """Show this sheet's columns."""
        self._sheet = name
        self._publish()

    def column_said(self, key: str, column: str) -> None:
        """This column of the file is that of ours; empty: it is left out."""
        self._said[key] = column or IGNORED
        self._look()

    def mapping_chosen(self, name: str) -> None:
        """Read the columns as this named mapping says."""
        self._mapping = name
        self._look()

    def plant_chosen(self, plant: str) -> None:
        """The plant of rows that name none."""
        self._plant = plant
        self._publish()

    def tour_chosen(self, tour: str) -> None:
        """The tour of rows that name none."""
        self._tour = tour
        self._publish()

    # Checking and taking

    def check_pressed(self) -> None:
        """Work out the difference; nothing is written."""
        self._run(apply=False)

    def take_pressed(self) -> None:
        """Take the list."""
        if self._step is Step.CHECKED:
            self._run(apply=True)

    def _run(self, *, apply: bool) -> None:
        order = self._order()
        if order is None or self._busy:
            return
        self._busy = (_("Taking {file}…") if apply else _("Checking {file}…")).format(file=order.path.name)
        self._error, self._saved, self._progress = "", "", (0, 0)
        cancel = self._cancel = threading.Event()
        memory = self._office.memory

        def tell(done: int, of: int) -> None:
            self._turn.post(lambda: self._progressed(cancel, done, of))

        def job(desk: Desk) -> Plan:
            return take(desk, order, memory, apply=apply, progress=tell, cancelled=cancel.is_set)

        done = self._took if apply else self._checked
        self._turn.deliver(self._office.run(job), done, self._failed)
        self._publish()

    def _order(self) -> Order | None:
        if self._path is None:
            return None
        defaults, plant = {}, self._plant or None
        chosen = next((one for one in self._tours if self._tour_key(one) == self._tour), None)
        if chosen is not None:
            tour, plant_ = chosen
            plant = plant_.id
            defaults = tables.defaults(tour, plant_)
        return Order(path=self._path, plant=plant, defaults=defaults, said=self._mapped(), revoke_missing=self._revoke)

    @staticmethod
    def _tour_key(one: tuple[Tour, Plant]) -> str:
        return f"{one[1].id}\n{one[0].id}"

    def _progressed(self, whose: threading.Event, done: int, of: int) -> None:
        if whose is self._cancel and self._busy:
            self._progress = (done, of)
            self._publish()

    def _checked(self, plan: Plan) -> None:
        self._busy, self._plan, self._step = "", plan, Step.CHECKED
        self._tables = tables.tables(plan, {one.id: one for one in self._plants} | plan.result.plants)
        self._kind = next((kind for kind in Kind if self._tables[kind].rows), Kind.ADDED)
        self._query = self._reason = ""
        self._publish()

    def _took(self, plan: Plan) -> None:
        self._busy, self._plan, self._step = "", plan, Step.DONE
        self._mappings = self._office.memory.names()
        self._publish()
        self._taken()
        self.opened()

    def _failed(self, error: CheckinError) -> None:
        stopped = self._cancel.is_set()
        self._busy, self._error = "", "" if stopped else str(error)
        self._cancel = threading.Event()
        if self._step is Step.CHOOSE:
            self._path = None
        self._publish()

    def cancel_pressed(self) -> None:
        """Stop what runs."""
        self._cancel.set()

    def closing(self) -> None:
        """The window closes: what runs stops at its next row."""
        self._cancel.set()

    def back_pressed(self) -> None:
        """A step back; nothing was written."""
        if self._busy:
            return
        if self._step is Step.CHECKED:
            self._step, self._plan = Step.COLUMNS, None
        else:
            self._forget()
        self._publish()

    def retold(self) -> None:
        """The language is another."""
        if self._plan is not None:
            plants = {one.id: one for one in self._plants} | self._plan.result.plants
            self._tables = tables.tables(self._plan, plants)

    def kind_chosen(self, kind: Kind) -> None:
        """Show these."""
        self._kind, self._query, self._reason = kind, "", ""
        self._publish()

    def query_changed(self, text: str) -> None:
        """Show only rows with these words."""
        self._query = text
        self._publish()

    def reason_chosen(self, reason: str) -> None:
        """Show only faults of this kind."""
        self._reason = reason
        self._publish()

    def revoke_pressed(self) -> None:
        """Whether the tickets of those who are gone shall be taken away."""
        self._revoke = not self._revoke
        self._publish()

    def correction_chosen(self, path: Path) -> None:
        """Write the faulty rows with their reasons into this file."""
        plan = self._plan
        if plan is None:
            return
        if path.suffix.lower() != ".xlsx":
            path = path.with_name(path.name + ".xlsx")
        job = self._office.ask(lambda _desk: write_correction(plan.result, path))
        self._turn.deliver(job, lambda rows: self._corrected(path, rows), self._failed)

    def _corrected(self, path: Path, rows: int) -> None:
        said = ngettext(
            "{count} row to mend is in {file}. Mend it and take that file",
            "{count} rows to mend are in {file}. Mend them and take that file",
            rows,
        )
        self._saved, self._error = said.format(count=rows, file=path.name), ""
        self._publish()

    def mapping_named(self, name: str) -> None:
        """Remember how the columns were read under this name."""
        plan, name = self._plan, " ".join(name.split())[:60]
        if plan is None or not name:
            return
        memory = self._office.memory
        try:
            keep_mapping(memory, plan, name)
        except CheckinError as error:
            self._failed(error)
            return
        self._mappings = memory.names()
        self._saved = _("These columns are remembered as “{name}”").format(name=name)
        self._publish()

    # The state

    def _tell(self) -> ListsState:
        state = {
            "step": self._step,
            "busy": self._busy,
            "done": self._progress[0],
            "total": self._progress[1],
            "file": self._path.name if self._path is not None else "",
            "error": self._error,
            "saved": self._saved,
            "mappings": tuple((one.name, one.name) for one in self._mappings),
            "mapping": self._mapping,
        }
        match self._step:
            case Step.COLUMNS:
                return ListsState(**state, **self._columns_state())  # type: ignore[arg-type]
            case Step.CHECKED | Step.DONE if self._plan is not None:
                return ListsState(**state, **self._plan_state(self._plan))  # type: ignore[arg-type]
            case _:
                return ListsState(**state)  # type: ignore[arg-type]

    def _columns_state(self) -> dict[str, object]:
        sheet = next((one for one in self._sheets if one.name == self._sheet), None)
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
            "sheet": self._sheet,
            "sheet_says": tables.sheet_says(sheet),
            "columns": rows,
            "known": (("", _("— leave out")), *words.columns()),
            "asks_plant": asks_plant and not (asks_tour and self._tour),
            "plants": tuple((one.id, one.name) for one in self._plants),
            "plant": self._plant,
            "asks_tour": asks_tour,
            "tours": tuple((self._tour_key(one), words.tour_line(*one, several=several)) for one in self._tours),
            "tour": self._tour,
            "left_out": _("Left out and not stored: {columns}").format(columns=", ".join(out)) if out else "",
            "can_check": bool(read) and not self._busy,
        }

    def _plan_state(self, plan: Plan) -> dict[str, object]:
        whole = self._tables[self._kind]
        asked = (self._kind, self._query, self._reason, id(whole))
        if self._filtered[0] != asked:
            table = whole.holding(self._query)
            if self._kind is Kind.FAULTS and self._reason:
                table = Table(table.headings, [row for row in table.rows if row[-1] == self._reason], table.wide)
            self._filtered = (asked, table)
        done = self._step is Step.DONE
        counts = plan.counts()
        return {
            "says": tables.summary(counts, done=done, revoked=len(plan.removed_tickets) if self._revoke else 0),
            "counts": tuple((kind, tables.kind_name(kind), len(self._tables[kind].rows)) for kind in Kind),
            "kind": self._kind,
            "table": self._filtered[1],
            "empty": tables.empty(self._kind) if not whole.rows else _("Nothing has these words"),
            "reasons": tables.reasons(self._tables[Kind.FAULTS]) if self._kind is Kind.FAULTS else (),
            "reason": self._reason,
            "query": self._query,
            "gone": len(plan.removed),
            "revoke": self._revoke,
            "can_take": not done and not self._busy and bool(plan.result.rows or (plan.removed and self._revoke)),
            "faults": len(plan.result.faults),
        }


def _places(desk: Desk) -> tuple[list[Plant], list[tuple[Tour, Plant]]]:
    plants = {one.id: one for one in desk.book.plants()}
    tours = [one for one in desk.book.held(plants)["tour"] if isinstance(one, Tour) and not one.cancelled]
    tours.sort(key=lambda one: (one.start, one.title))
    return list(plants.values()), [(one, plants[one.plant]) for one in tours]
