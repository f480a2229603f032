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
from checkin.organising.lists import take
from checkin.organising.office import Office
from checkin.rosters.correction import write_correction
from checkin.rosters.looking import SheetLook, look
from checkin.rosters.planning import Plan
from checkin.rosters.taking import keep_mapping
from ui.organiser.lists.columns_read import ColumnsRead
from ui.organiser.lists.difference import Difference, Tables, made
from ui.organiser.lists.state import Kind, ListsState, Step
from ui.ports import Presenter, Turn


class ListsPresenter(Presenter[ListsState]):
    """Owns the lists page's state.  ``taken`` is called when a roster is another."""

    def __init__(self, office: Office, turn: Turn, taken: Callable[[], None]) -> None:
        super().__init__()
        self._office, self._turn, self._taken = office, turn, taken
        self._cancel = threading.Event()
        self._mappings = self._office.memory.names()
        self._columns = ColumnsRead(office)
        self._forget()

    def _forget(self) -> None:
        self._step, self._busy, self._error, self._saved = Step.CHOOSE, "", "", ""
        self._progress = (0, 0)
        self._columns.forget()
        self._difference = Difference()

    def opened(self) -> None:
        """The page comes into view: plants and tours to choose from may be others."""
        self._mappings = self._office.memory.names()
        self._turn.deliver(self._office.ask(_places), self._places_came, self._failed)

    def _places_came(self, found: tuple[list[Plant], list[tuple[Tour, Plant]]]) -> None:
        self._columns.places_came(*found)
        self._publish()

    # Columns

    def file_chosen(self, path: Path) -> None:
        """Look at this file."""
        if not self._busy:
            self._forget()
            self._columns.path = path
            self._look()

    def _look(self) -> None:
        path, said, memory = self._columns.path, self._columns.mapped(), self._office.memory
        if path is None:
            return
        self._busy, self._error = _("Looking at {file}…").format(file=path.name), ""
        job = self._office.run(lambda desk: look(path, desk.book.plants(), said, memory.for_line))
        self._turn.deliver(job, self._looked, self._failed)
        self._publish()

    def _looked(self, sheets: list[SheetLook]) -> None:
        self._busy = ""
        self._columns.looked(sheets)
        if self._columns.is_season:
            self._forget()
            self._error = _("This is a season's workbook, not a list of visitors. Take it in on the page “Season”")
        else:
            self._step = Step.COLUMNS
        self._publish()

    def sheet_chosen(self, name: str) -> None:
        """Show this sheet's columns."""
        self._columns.sheet = name
        self._publish()

    def column_said(self, key: str, column: str) -> None:
        """This column of the file is that of ours; empty: it is left out."""
        self._columns.column_said(key, column)
        self._look()

    def mapping_chosen(self, name: str) -> None:
        """Read the columns as this named mapping says."""
        self._columns.mapping = name
        self._look()

    def plant_chosen(self, plant: str) -> None:
        """The plant of rows that name none."""
        self._columns.plant = plant
        self._publish()

    def tour_chosen(self, tour: str) -> None:
        """The tour of rows that name none."""
        self._columns.tour = tour
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
        order = self._columns.order(revoke=self._difference.revoke)
        if order is None or self._busy:
            return
        self._busy = (_("Taking {file}…") if apply else _("Checking {file}…")).format(file=order.path.name)
        self._error, self._saved, self._progress = "", "", (0, 0)
        cancel = self._cancel = threading.Event()
        memory, plants = self._office.memory, self._columns.plants

        def tell(done: int, of: int) -> None:
            self._turn.post(lambda: self._progressed(cancel, done, of))

        def job(desk: Desk) -> tuple[Plan, Tables]:
            plan = take(desk, order, memory, apply=apply, progress=tell, cancelled=cancel.is_set)
            return plan, made(plan, plants)  # 100,000 rows take seconds to say: not in the window's thread

        done = self._took if apply else self._checked
        self._turn.deliver(self._office.run(job), lambda found: done(*found), self._failed)
        self._publish()

    def _progressed(self, whose: threading.Event, done: int, of: int) -> None:
        if whose is self._cancel and self._busy:
            self._progress = (done, of)
            self._publish()

    def _checked(self, plan: Plan, tables: Tables) -> None:
        self._busy, self._step = "", Step.CHECKED
        self._difference.checked(plan, tables)
        self._publish()

    def _took(self, plan: Plan, tables: Tables) -> None:
        self._busy, self._step = "", Step.DONE
        self._difference.checked(plan, tables)
        self._mappings = self._office.memory.names()
        self._publish()
        self._taken()
        self.opened()

    def _failed(self, error: CheckinError) -> None:
        stopped = self._cancel.is_set()
        self._busy, self._error = "", "" if stopped else str(error)
        self._cancel = threading.Event()
        if self._step is Step.CHOOSE:
            self._columns.path = None
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
            self._step, self._difference = Step.COLUMNS, Difference()
        else:
            self._forget()
        self._publish()

    def retold(self) -> None:
        """The language is another."""
        self._error = self._saved = ""
        self._difference.retold(self._columns.plants)

    def kind_chosen(self, kind: Kind) -> None:
        """Show these."""
        self._difference.show(kind)
        self._publish()

    def query_changed(self, text: str) -> None:
        """Show only rows with these words."""
        self._difference.query = text
        self._publish()

    def reason_chosen(self, reason: str) -> None:
        """Show only faults of this kind."""
        self._difference.reason = reason
        self._publish()

    def revoke_pressed(self) -> None:
        """Whether the tickets of those who are gone shall be taken away."""
        self._difference.revoke = not self._difference.revoke
        self._publish()

    def correction_chosen(self, path: Path) -> None:
        """Write the faulty rows with their reasons into this file."""
        plan = self._difference.plan
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
        plan, name = self._difference.plan, " ".join(name.split())[:60]
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
        path, plan = self._columns.path, self._difference.plan
        state: dict[str, object] = {
            "step": self._step,
            "busy": self._busy,
            "done": self._progress[0],
            "total": self._progress[1],
            "file": path.name if path is not None else "",
            "error": self._error,
            "saved": self._saved,
            "mappings": tuple((one.name, one.name) for one in self._mappings),
            "mapping": self._columns.mapping,
        }
        if self._step is Step.COLUMNS:
            state |= self._columns.state(busy=bool(self._busy))
        elif self._step is not Step.CHOOSE and plan is not None:
            state |= self._difference.state(plan, done=self._step is Step.DONE, busy=bool(self._busy))
        return ListsState(**state)  # type: ignore[arg-type]


def _places(desk: Desk) -> tuple[list[Plant], list[tuple[Tour, Plant]]]:
    plants = {one.id: one for one in desk.book.plants()}
    tours = [one for one in desk.book.held(plants)["tour"] if isinstance(one, Tour) and not one.cancelled]
    tours.sort(key=lambda one: (one.start, one.title))
    return list(plants.values()), [(one, plants[one.plant]) for one in tours]
