"""Who holds a ticket: found by words, and ticked to be taken back or given anew."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from checkin.i18n import gettext as _
from checkin.i18n import language
from checkin.issuing.signing import Issue
from checkin.organising.ticketlists import State, TicketLine
from ui.organiser import words
from ui.organiser.table import NOTHING, TICKED, UNTICKED, Table

SHOWN = 500
"""Tickets in the list at most: nobody looks through more, and typing narrows it."""
MINE = (State.OPEN, State.SIGNED)
"""States in which a ticket can be ticked: a site's codes are the site's, and what is withdrawn stays so."""


class Holders:
    """The list of tickets.  ``told`` is called when it is another."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._lines: Sequence[TicketLine] = ()
        self._known = False
        self._shown: Sequence[TicketLine] = ()
        self._ticked: set[str] = set()
        self._language = ""
        self._rows: list[tuple[str, ...]] = []
        self._hay: list[str] = []
        self.query = ""
        self.table = NOTHING

    def came(self, lines: Sequence[TicketLine], *, several: bool) -> None:
        """The tickets that there are now, of one plant or of ``several``."""
        self._lines, self._several, self._language, self._known = lines, several, "", True
        self._ticked &= {one.issue.ticket.id for one in lines if one.state in MINE}
        self.retold()

    _several = False

    def retold(self) -> None:
        """The table anew: another language, other ticks."""
        if self._language != language():  # 100,000 tickets take a second to say
            self._language = language()
            self._rows = [_row(one, several=self._several) for one in self._lines]
            self._hay = [_hay(row, one) for row, one in zip(self._rows, self._lines, strict=True)]
        wanted = self.query.casefold().split()
        found = (n for n, hay in enumerate(self._hay) if all(word in hay for word in wanted))
        numbers = list(itertools.islice(found, SHOWN))
        self._shown = [self._lines[n] for n in numbers]
        headings = ("", _("Name"), _("Group"), _("Tour"), _("Code"), _("State"))
        rows = [(self._tick(one), *self._rows[n]) for one, n in zip(self._shown, numbers, strict=True)]
        self.table = Table(headings, rows, 3, ticks=True)

    def _tick(self, one: TicketLine) -> str:
        if one.state not in MINE:
            return ""
        return TICKED if one.issue.ticket.id in self._ticked else UNTICKED

    @property
    def empty(self) -> str:
        """Why the table is empty."""
        if not self._known:
            return _("Looking…")
        return _("Nothing has these words") if self._lines else _(
            "Nobody has a ticket yet. Take a list of visitors in first"
        )  # fmt: skip

    @property
    def count(self) -> int:
        """How many are ticked."""
        return len(self._ticked)

    @property
    def chosen(self) -> list[Issue]:
        """Those that are ticked."""
        return [one.issue for one in self._lines if one.issue.ticket.id in self._ticked]

    def clear(self) -> None:
        """None is ticked any more."""
        self._ticked = set()

    def query_changed(self, text: str) -> None:
        """Look for these words among names, groups and codes."""
        self.query = text
        self._another()

    def ticket_pressed(self, number: int) -> None:
        """Tick or untick a ticket."""
        if 0 <= number < len(self._shown) and self._shown[number].state in MINE:
            self._ticked ^= {self._shown[number].issue.ticket.id}
            self._another()

    def shown_pressed(self) -> None:
        """Tick every ticket that is shown, or none when they all are."""
        shown = {one.issue.ticket.id for one in self._shown if one.state in MINE}
        self._ticked = self._ticked - shown if shown <= self._ticked else self._ticked | shown
        self._another()

    def _another(self) -> None:
        self.retold()
        self._told()


def _row(line: TicketLine, *, several: bool) -> tuple[str, ...]:
    one = line.issue
    states = {
        State.SIGNED: _("signed"),
        State.OPEN: _("not signed yet"),
        State.SITE: _("a site's code"),
        State.REVOKED: _("withdrawn"),
    }
    name = one.visitor.name if one.visitor is not None else ""
    return (
        name or _("group of {count}").format(count=one.ticket.party),
        one.group.name if one.group is not None else "",
        words.tour_line(one.tour, one.plant, several=several),
        one.short if len(one.short) < 40 else one.short[:38] + "…",
        states[line.state],
    )


def _hay(row: tuple[str, ...], line: TicketLine) -> str:
    """Where words are looked for."""
    return " ".join((*row, line.issue.ticket.code)).casefold()
