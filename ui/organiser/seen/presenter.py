"""The season seen: every table of the report with its chart, compared with the season before, saved as documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.organising.book import Desk
from checkin.organising.figures import before, figures
from checkin.organising.office import Office
from checkin.reports.charts import Inks
from checkin.reports.seasonfigures import Season
from checkin.reports.seasonpages import chart, formula, tables, when, write_report
from ui.organiser.table import NOTHING, Table
from ui.ports import Presenter, Turn

T = TypeVar("T")
ON_SCREEN = Inks(series=("#ffd23f", "#78b4ff", "#35d07f"), words="#f5f7fa")
ENGAGEMENT = 2
"""The last two tables are the engagement of plants and of regions."""
HEADS = slice(2, 8)
"""The rows of the summary that count heads, from the registered to the refused: they stand above every table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenState:
    """``chart`` is an SVG, empty where there is none; ``note`` the formula of an index."""

    titles: tuple[str, ...]
    chosen: int
    figures: tuple[tuple[str, str], ...]
    when: str
    table: Table
    chart: str
    note: str
    empty: str
    advice: str
    compared: str
    busy: str
    error: str
    says: str
    can_save: bool


class SeenPresenter(Presenter[SeenState]):
    """Owns the report page's state."""

    def __init__(self, office: Office, turn: Turn) -> None:
        super().__init__()
        self._office, self._turn = office, turn
        self._season: Season | None = None
        self._before: Mapping[str, float] | None = None
        self._compared = ""
        self._tables: list[tuple[str, Table, str]] = []
        self._chosen = 0
        self._busy = self._error = self._says = ""
        self._asking = False

    def opened(self) -> None:
        """The page comes into view, or some time has passed: people may have come."""
        if not self._asking:
            self._asking = True
            self._turn.deliver(self._office.run(figures), self._came, self._failed)

    def _came(self, season: Season) -> None:
        self._asking, self._season = False, season
        self._draw()

    def _draw(self) -> None:
        if self._season is None:
            return
        made: list[tuple[str, Table, str]] = []
        for one in tables(self._season, self._before):
            title, headings, rows = one
            texts = [tuple(cell if isinstance(cell, str) else f"{cell:g}" for cell in row) for row in rows]
            before_ = next((old for old in self._tables if old[0] == title), None)
            shown = Table(tuple(headings), texts)
            if before_ is not None and list(before_[1].rows) == texts and before_[1].headings == shown.headings:
                shown = before_[1]  # the same figures again: the table need not be drawn anew
            made.append((title, shown, chart(one, ON_SCREEN, 760)))
        self._tables = made
        self._publish()

    def table_chosen(self, number: int) -> None:
        """Show this table."""
        if 0 <= number < len(self._tables):
            self._chosen = number
            self._publish()

    def compare_chosen(self, place: Path) -> None:
        """Compare with this season: its report, or its profile's folder."""
        self._busy, self._error, self._says = _("Reading {file}…").format(file=place.name), "", ""
        self._turn.deliver(
            self._office.run(lambda _desk: before(place)), lambda past: self._past(place, past), self._failed
        )
        self._publish()

    def _past(self, place: Path, past: Mapping[str, float]) -> None:
        self._busy, self._before, self._chosen = "", past, 0
        self._compared = _("Compared with {file}").format(file=place.name)
        self._draw()

    def report_chosen(self, path: Path) -> None:
        """Save the report: XLSX or PDF by its ending."""
        if path.suffix.lower() not in (".xlsx", ".pdf"):
            path = path.with_name(path.name + ".xlsx")
        past = self._before
        self._save(path, lambda desk: write_report(figures(desk), path, past), lambda _none: "")

    def dataset_chosen(self, path: Path) -> None:
        """Save the anonymous dataset."""
        from checkin.reports.seasondata import write_dataset

        if path.suffix.lower() != ".csv":
            path = path.with_name(path.name + ".csv")

        def said(done: tuple[int, int]) -> str:
            return " " + _("{rows} rows; {left_out} left out, since too few shared their values").format(
                rows=done[0], left_out=done[1]
            )

        self._save(path, lambda desk: write_dataset(figures(desk), path), said)

    def _save(self, path: Path, job: Callable[[Desk], T], said: Callable[[T], str]) -> None:
        self._busy, self._error, self._says = _("Writing…"), "", ""

        def done(result: T) -> None:
            self._busy, self._says = "", _("Written: {file}").format(file=path.name) + said(result)
            self._publish()

        self._turn.deliver(self._office.run(job), done, self._failed)
        self._publish()

    def _failed(self, error: CheckinError) -> None:
        self._asking, self._busy, self._error = False, "", str(error)
        self._publish()

    def _tell(self) -> SeenState:
        season = self._season
        here = self._tables[self._chosen] if self._tables else ("", NOTHING, "")
        summary = self._tables[0][1].rows if self._tables else ()
        nothing = season is not None and not season.visits
        last = len(self._tables) - ENGAGEMENT
        return SeenState(
            titles=tuple(title for title, _table, _chart in self._tables) if not nothing else (),
            chosen=self._chosen,
            figures=tuple((row[0], row[1]) for row in summary[HEADS]) if not nothing else (),
            when=when(season) if season is not None else "",
            table=here[1],
            chart=here[2],
            note=formula() if self._tables and self._chosen >= last else "",
            empty=_("Counting…") if season is None else _("There is nothing to see yet") if nothing
            else _("Nothing of this kind happened"),
            advice=_("Take a list of visitors in. Who came is seen here as soon as the gates have sent it.")
            if nothing
            else "",
            compared=self._compared,
            busy=self._busy,
            error=self._error,
            says=self._says,
            can_save=season is not None and not self._busy,
        )  # fmt: skip
