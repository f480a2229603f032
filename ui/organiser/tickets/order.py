"""An order of tickets: which tours, in what form and language, and where they are written to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from checkin.errors import CheckinError, SettingsWrong
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.issuing.delivery import Tools, deliver
from checkin.issuing.pieces import Format
from checkin.organising import ticketlists, tickets
from checkin.organising.book import Desk
from checkin.organising.ticketlists import TourTickets
from ui.organiser import words
from ui.organiser.table import NOTHING, TICKED, UNTICKED, Table
from ui.organiser.tickets.work import Stopped, Tell, Work


class Order:
    """What is ordered.  ``told`` is called when it is another, ``issued`` when it is done."""

    def __init__(self, work: Work, told: Callable[[], None], issued: Callable[[], None]) -> None:
        self._work, self._told, self._issued = work, told, issued
        self._tours: Sequence[TourTickets] = ()
        self._known = False
        self._shown: Sequence[TourTickets] = ()
        self._picked: set[tuple[str, str]] = set()
        self.query = ""
        self.formats = frozenset({Format.PDF})
        self.language = ""
        self.place: Path | None = None
        self.resume = False
        self.table = NOTHING

    def came(self, tours: Sequence[TourTickets]) -> None:
        """The tours that there are now."""
        self._tours, self._known = tours, True
        self._picked &= {_key(one) for one in tours if one.ours}
        self.retold()

    def retold(self) -> None:
        """The table anew: another language, other ticks."""
        several = len({one.plant.id for one in self._tours}) > 1
        site = any(one.site for one in self._tours)
        headings = ["", _("Day and time"), _("Tour"), _("Signed")]
        if several:
            headings.insert(3, _("Plant"))
        if site:
            headings.append(_("Codes of a site"))
        rows = [self._row(one, several=several, site=site) for one in self._tours]
        self.table = Table(tuple(headings), rows, 2, ticks=True).holding(self.query)
        kept = {id(row): one for row, one in zip(rows, self._tours, strict=True)}
        self._shown = [kept[id(row)] for row in self.table.rows]

    def _row(self, one: TourTickets, *, several: bool, site: bool) -> tuple[str, ...]:
        tick = (TICKED if _key(one) in self._picked else UNTICKED) if one.ours else ""
        signed = _("{done} of {total}").format(done=one.signed, total=one.ours)
        cells = [tick, words.moment(one.tour.start, one.plant), one.tour.title]
        cells += [one.plant.name] if several else []
        cells.append(signed)
        return (*cells, str(one.site or "")) if site else tuple(cells)

    @property
    def heads(self) -> int:
        """Tickets that are ordered."""
        return sum(one.ours for one in self._tours if _key(one) in self._picked)

    @property
    def picked(self) -> str:
        """What is ordered, in words."""
        if not self._picked:
            return _("Tick tours in the table")
        said = ngettext("{count} tour, tickets: {heads}", "{count} tours, tickets: {heads}", len(self._picked))
        return said.format(count=len(self._picked), heads=self.heads)

    @property
    def empty(self) -> str:
        """Why the table is empty."""
        if not self._known:
            return _("Looking…")
        return _("Nothing has these words") if self._tours else _(
            "There are no tours yet. Take a list of visitors in first"
        )  # fmt: skip

    @property
    def where(self) -> str:
        """Where they go; what to choose next once something is ordered."""
        if self.place is not None:
            return str(self.place)
        return _("Choose a folder or a ZIP") if self.heads else ""

    def query_changed(self, text: str) -> None:
        """Show only tours with these words."""
        self.query = text
        self._another()

    def tour_pressed(self, number: int) -> None:
        """Tick or untick a tour."""
        if 0 <= number < len(self._shown) and self._shown[number].ours:
            self._picked ^= {_key(self._shown[number])}
            self._another()

    def all_pressed(self) -> None:
        """Tick every tour that is shown, or none when they all are."""
        shown = {_key(one) for one in self._shown if one.ours}
        self._picked = self._picked - shown if shown <= self._picked else self._picked | shown
        self._another()

    def _another(self) -> None:
        self.retold()
        self._told()

    def format_pressed(self, form: Format) -> None:
        """Switch a form of tickets on or off; one is always on."""
        self.formats = (self.formats ^ {form}) or frozenset({form})
        self._told()

    def language_chosen(self, language: str) -> None:
        """In what language tickets speak; empty: each in its visitor's."""
        self.language = language
        self._told()

    def place_chosen(self, place: Path) -> None:
        """The folder, or the ZIP."""
        self.place, self.resume = place, False
        self._told()

    def issue_pressed(self, passphrase: str) -> None:
        """Sign and write."""
        place = self.place
        if self._work.busy or place is None or not self.heads:
            return
        picked, forms, spoken = frozenset(self._picked), sorted(self.formats), self.language

        def job(desk: Desk, tell: Tell) -> tuple[int, int, int, int]:
            from checkin.reports.cells import plain
            from checkin.reports.typesetting import pdf

            issues, foreign = tickets.chosen(desk, tours=picked)
            ready = tickets.sign(desk, issues, lambda: given(passphrase), lambda: tell(0, 0))
            tell(0, 0)
            gone = tickets.withdrawn(desk, ready)
            told = ticketlists.spoken_in(ready, spoken) if spoken else ready
            tools = Tools(typeset=pdf, plain=plain)
            removed: list[str] = []
            made = deliver(told, place, forms, tools, tell, withdrawn=gone, removed=removed.extend)
            return len(ready), made, foreign, len(removed)

        said, going = _("Signing tickets…"), _("Writing tickets…")
        self._work.run(said, job, lambda done: self._done(place, *done), self._failed, going=going)

    def _done(self, place: Path, number: int, made: int, foreign: int, removed: int) -> str:
        self.resume = False
        said = ngettext("{count} ticket, files written: {made}, in {place}.",
                        "{count} tickets, files written: {made}, in {place}.", number)  # fmt: skip
        text = said.format(count=number, made=made, place=place)
        if removed:
            gone = ngettext("{count} file was removed: a ticket in it is good no more.",
                            "{count} files were removed: tickets in them are good no more.", removed)  # fmt: skip
            text += " " + gone.format(count=removed)
        if foreign:
            text += " " + _("{count} visitors have a code of their registration site, which sends it itself").format(
                count=foreign
            )
        self._issued()
        return text

    def _failed(self, error: CheckinError) -> None:
        self.resume = isinstance(error, Stopped) or self._work.progress[0] > 0


def _key(one: TourTickets) -> tuple[str, str]:
    return one.plant.id, one.tour.id


def given(passphrase: str) -> str:
    """The passphrase; raises ``SettingsWrong`` for none."""
    if not passphrase:
        raise SettingsWrong(_("Type the passphrase of the key that signs"))
    return passphrase
