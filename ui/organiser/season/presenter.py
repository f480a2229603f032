"""The season's five tables, each row mended in a form beside them; and the same as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from checkin.domain.plants import labels, titles
from checkin.domain.visit import Plant
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.organising import seasons
from checkin.organising.book import Desk
from checkin.organising.office import Office
from checkin.organising.seasons import SeasonCounts, SheetRow, Wrong
from checkin.rosters.seasonsheets import SHEETS, write
from ui.organiser.season import words
from ui.organiser.table import NOTHING, Table
from ui.ports import Presenter, Turn

Choices = tuple[tuple[str, str], ...]
FIRST = {"tours": ("date", "start", "title", "plant"), "policies": ("plant",)}
"""Columns that a table begins with; a form has them in the workbook's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form.  With ``choices`` one of them is picked; ``locked`` shows and takes nothing."""

    key: str
    title: str
    hint: str
    value: str
    needed: bool = False
    choices: Choices = ()
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonState:
    """``form`` is filled anew when ``form_of`` is another number; until then the view keeps what is being typed."""

    sheet: str
    sheets: tuple[tuple[str, str, int], ...]
    table: Table
    chosen: int
    query: str
    empty: str
    form_of: int
    form_title: str
    form: tuple[Field, ...]
    wrong: str
    wrong_text: str
    says: str
    error: str
    can_add: bool
    can_remove: bool
    asks: str
    busy: str
    trial: str
    trial_faults: Table
    trial_can_take: bool


class SeasonPresenter(Presenter[SeasonState]):
    """Owns the season page's state.  ``changed`` is called when the roster is another."""

    def __init__(self, office: Office, turn: Turn, changed: Callable[[], None]) -> None:
        super().__init__()
        self._office, self._turn, self._changed = office, turn, changed
        self._sheet = "plants"
        self._rows: dict[str, list[SheetRow]] = {key: [] for key in SHEETS}
        self._plants: list[Plant] = []
        self._known = False
        self._kept: list[SheetRow] = []
        self._table = NOTHING
        self._query = ""
        self._row: SheetRow | None = None
        self._form_of = 0
        self._wrong = Wrong("", "")
        self._says = self._error = self._busy = ""
        self._asks = False
        self._trial: tuple[Path, SeasonCounts] | None = None
        self._faults = NOTHING

    def opened(self) -> None:
        """The page comes into view, or the roster is another."""
        self._turn.deliver(self._office.ask(_everything), self._came, self._failed)

    def _came(self, found: tuple[dict[str, list[SheetRow]], list[Plant]]) -> None:
        self._rows, self._plants = found
        self._known = True
        self._filter()

    def retold(self) -> None:
        """The language is another: what was said in the old one is gone."""
        self._says = self._error = ""
        self._wrong = Wrong("", "")
        self._form_of += 1
        self._filter()

    def _filter(self) -> None:
        """The table anew; the row that is being mended stays chosen while it is there."""
        table = self._whole()
        held = {id(row): kept for row, kept in zip(table.rows, self._rows[self._sheet], strict=True)}
        self._table = table.holding(self._query)
        self._kept = [held[id(row)] for row in self._table.rows]
        if self._row is not None:
            self._row = next((one for one in self._rows[self._sheet] if _same(one, self._row)), None)
        self._publish()

    def _whole(self) -> Table:
        keys = self._columns()
        headings = tuple(words.field(self._sheet, key)[0] for key in keys)
        rows = [
            tuple(words.shown(self._sheet, key, row.cells.get(key, "")) for key in keys)
            for row in self._rows[self._sheet]
        ]
        wide = keys.index("title") if "title" in keys else keys.index("name") if "name" in keys else 0
        return Table(headings, rows, wide)

    def _columns(self) -> list[str]:
        first = FIRST.get(self._sheet, ())
        return [*first, *(one.key for one in SHEETS[self._sheet] if one.key not in first)]

    def sheet_chosen(self, key: str) -> None:
        """Show this sheet."""
        self._sheet, self._query = key, ""
        self._new_form(None)
        self._filter()

    def query_changed(self, text: str) -> None:
        """Show only rows with these words."""
        self._query = text
        self._filter()

    def row_chosen(self, number: int) -> None:
        """Mend this row."""
        if 0 <= number < len(self._kept):
            self._new_form(self._kept[number])
            self._publish()

    def add_pressed(self) -> None:
        """An empty form for another row."""
        self._new_form(None)
        self._publish()

    def _new_form(self, row: SheetRow | None) -> None:
        self._row, self._form_of = row, self._form_of + 1
        self._wrong, self._asks, self._says, self._error = Wrong("", ""), False, "", ""

    def keep_pressed(self, cells: Mapping[str, str]) -> None:
        """Keep the row as the form has it."""
        key, before = self._sheet, self._row
        if key == "policies" and before is None:
            return
        tidy = {name: " ".join(value.split()) for name, value in cells.items()}
        job = self._office.ask(lambda desk: seasons.keep(desk, key, tidy, before))
        self._turn.deliver(job, lambda kept: self._told(kept, new=before is None), self._failed)

    def _told(self, kept: Wrong | SheetRow, *, new: bool) -> None:
        if isinstance(kept, Wrong):
            self._wrong, self._says = kept, ""
            self._publish()
            return
        self._new_form(kept)
        self._says = _("Added") if new else _("Kept")
        self._changed()
        self.opened()

    def remove_pressed(self) -> None:
        """Ask whether the row shall go."""
        self._asks = self._row is not None
        self._publish()

    def remove_answered(self, yes: bool) -> None:
        """The answer."""
        row, key = self._row, self._sheet
        self._asks = False
        if yes and row is not None:
            job = self._office.ask(lambda desk: seasons.remove(desk, key, row))
            self._turn.deliver(job, lambda _none: self._removed(), self._failed)
        self._publish()

    def _removed(self) -> None:
        self._new_form(None)
        self._says = _("Taken away")
        self._changed()
        self.opened()

    def _failed(self, error: CheckinError) -> None:
        self._error, self._says, self._busy = str(error), "", ""
        self._publish()

    # The workbook

    def template_chosen(self, path: Path) -> None:
        """Write the empty workbook."""
        path = _xlsx(path)
        said = _("The workbook is written: {file}. Fill it in and take it in here").format(file=path.name)
        self._write(lambda _desk: write(path), said)

    def export_chosen(self, path: Path) -> None:
        """Write the season as a workbook."""
        path = _xlsx(path)
        said = _("The season is written: {file}").format(file=path.name)
        self._write(lambda desk: seasons.write_workbook(desk, path), said)

    def _write(self, job: Callable[[Desk], None], said: str) -> None:
        def written(_none: None) -> None:
            self._says, self._error = said, ""
            self._publish()

        self._turn.deliver(self._office.ask(job), written, self._failed)

    def workbook_chosen(self, path: Path) -> None:
        """See what this workbook would bring."""
        self._error = self._says = ""
        self._busy = _("Looking at {file}…").format(file=path.name)
        job = self._office.run(lambda desk: seasons.take_workbook(desk, path, apply=False))
        self._turn.deliver(job, lambda counts: self._tried(path, counts), self._failed)
        self._publish()

    def _tried(self, path: Path, counts: SeasonCounts) -> None:
        self._busy, self._trial = "", (path, counts)
        headings = (_("Sheet"), _("Row"), _("Column"), _("What is wrong"))
        faults = [(one.sheet, str(one.row), one.column, one.reason) for one in counts.faults]
        self._faults = Table(headings, faults + [("", "", "", notice) for notice in counts.notices], 3)
        self._publish()

    def trial_answered(self, yes: bool) -> None:
        """Take the workbook that was tried, or leave it."""
        trial, self._trial = self._trial, None
        if yes and trial is not None:
            path = trial[0]
            self._busy = _("Taking {file}…").format(file=path.name)
            job = self._office.run(lambda desk: seasons.take_workbook(desk, path, apply=True))
            self._turn.deliver(job, lambda counts: self._took(path, counts), self._failed)
        self._publish()

    def _took(self, path: Path, counts: SeasonCounts) -> None:
        self._busy = ""
        self._says = f"{path.name}: {_counts(counts)}"
        self._changed()
        self.opened()

    # The state

    def _empty(self) -> str:
        if not self._known:
            return _("Looking…")
        return _("Nothing has these words") if self._rows[self._sheet] else words.empty(self._sheet)

    def _tell(self) -> SeasonState:
        counts = self._trial[1] if self._trial is not None else None
        mends = self._row is not None
        policy = self._sheet == "policies"
        title = _("Choose a row to mend it") if policy and not mends else _("Mend the row") if mends else _("A new row")
        return SeasonState(
            sheet=self._sheet,
            sheets=tuple((key, words.sheet_name(key), len(self._rows[key])) for key in SHEETS),
            table=self._table,
            chosen=next((n for n, one in enumerate(self._kept) if self._row and _same(one, self._row)), -1),
            query=self._query,
            empty=self._empty(),
            form_of=self._form_of,
            form_title=title,
            form=() if policy and not mends else tuple(self._fields()),
            wrong=self._wrong.column,
            wrong_text=self._wrong.reason,
            says=self._says,
            error=self._error,
            can_add=not policy,
            can_remove=mends and not policy,
            asks=_("Take this row away?") if self._asks else "",
            busy=self._busy,
            trial="" if counts is None else f"{self._trial[0].name}: {_counts(counts)}" if self._trial else "",
            trial_faults=self._faults if counts is not None else NOTHING,
            trial_can_take=counts is not None and counts.added + counts.changed > 0,
        )

    def _fields(self) -> list[Field]:
        cells = self._row.cells if self._row is not None else {}
        out: list[Field] = []
        for column in SHEETS[self._sheet]:
            title, hint = words.field(self._sheet, column.key)
            choices = words.choices(self._sheet, column.key)
            value = cells.get(column.key, "")
            locked = self._row is not None and (column.key == "id" or (column.key == "plant" and self._sheet != "stop"))
            if column.key == "plant":
                named, shown = labels(self._plants), titles(self._plants)
                choices = tuple((named[one.id], shown[one.id]) for one in self._plants)
                if self._sheet == "stop":
                    choices = (("", _("every plant")), *choices)
                elif not value and len(self._plants) == 1:
                    value = named[self._plants[0].id]
            elif choices and not value:
                value = "excursion" if column.key == "format" else choices[-1][0]
            out.append(
                Field(
                    key=column.key,
                    title=title,
                    hint=hint,
                    value=value,
                    needed=column.needed,
                    choices=choices,
                    locked=locked,
                )
            )
        return out


def _everything(desk: Desk) -> tuple[dict[str, list[SheetRow]], list[Plant]]:
    return {key: seasons.sheet(desk, key) for key in SHEETS}, desk.book.plants()


def _same(one: SheetRow, other: SheetRow) -> bool:
    return (one.plant, one.id) == (other.plant, other.id)


def _counts(counts: SeasonCounts) -> str:
    return _("{rows} rows: {added} new, {changed} changed, {faults} with faults").format(
        rows=counts.rows, added=counts.added, changed=counts.changed, faults=len(counts.faults)
    )


def _xlsx(path: Path) -> Path:
    return path if path.suffix.lower() == ".xlsx" else path.with_name(path.name + ".xlsx")
