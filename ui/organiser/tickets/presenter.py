"""Tickets out: signed and written as files, taken back, given anew, explained; and the keys that sign them.

A passphrase is handed to the job that needs it and kept nowhere.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checkin.domain.visit import SigningKey
from checkin.errors import CheckinError, SettingsWrong
from checkin.i18n import gettext as _
from checkin.i18n import language, ngettext
from checkin.issuing.delivery import Tools, deliver
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.issuing.pieces import Format
from checkin.organising import explaining, keys, ticketlists, tickets
from checkin.organising.book import Desk
from checkin.organising.office import Office
from checkin.organising.ticketlists import State, TicketLine, TourTickets
from ui.organiser import words
from ui.organiser.table import NOTHING, Table
from ui.organiser.tickets.state import Part, Question, TicketsState
from ui.ports import Presenter, Turn

SHOWN = 500
"""Tickets in the list at most: nobody looks through more, and typing narrows it."""
MARK = "✔"


class Stopped(CheckinError):
    """A person stopped the run."""


class TicketsPresenter(Presenter[TicketsState]):
    """Owns the tickets page's state.  ``changed`` is called when the roster is another."""

    def __init__(self, office: Office, turn: Turn, changed: Callable[[], None]) -> None:
        super().__init__()
        self._office, self._turn, self._changed = office, turn, changed
        self._part = Part.ISSUE
        self._busy = self._error = self._says = ""
        self._progress = (0, 0)
        self._cancel = threading.Event()
        self._tours: list[TourTickets] = []
        self._lines: list[TicketLine] = []
        self._keys: list[SigningKey] = []
        self._signs: str | None = None
        self._picked: set[tuple[str, str]] = set()
        self._tour_query = self._query = ""
        self._formats = frozenset({Format.PDF})
        self._language = ""
        self._place: Path | None = None
        self._resume = False
        self._chosen: set[str] = set()
        self._question: Question | None = None
        self._verdict: dict[str, Any] | None = None
        self._key: str | None = None
        self._told = ""
        self._said: list[tuple[str, ...]] = []
        self._hay: list[str] = []
        self._make_tables()

    def opened(self) -> None:
        """The page comes into view, or the roster is another."""
        self._turn.deliver(self._office.ask(_everything), self._came, self._failed)

    def _came(self, found: tuple[list[TourTickets], list[TicketLine], list[SigningKey], SigningKey | None]) -> None:
        self._tours, self._lines, self._keys, current = found
        self._told = ""
        self._signs = current.id if current is not None else None
        there = {(one.plant.id, one.tour.id) for one in self._tours}
        self._picked &= there
        self._chosen &= {one.issue.ticket.id for one in self._lines if one.state is not State.REVOKED}
        self._make_tables()
        self._publish()

    def retold(self) -> None:
        """The language is another."""
        self._make_tables()

    def part_chosen(self, part: Part) -> None:
        """Show this part."""
        self._part, self._question, self._error, self._says = part, None, "", ""
        self._publish()

    # Out

    def tour_query_changed(self, text: str) -> None:
        """Show only tours with these words."""
        self._tour_query = text
        self._make_tables()
        self._publish()

    def tour_pressed(self, number: int) -> None:
        """Tick or untick a tour."""
        if 0 <= number < len(self._tours_shown):
            one = self._tours_shown[number]
            self._picked ^= {(one.plant.id, one.tour.id)}
            self._make_tables()
            self._publish()

    def all_pressed(self) -> None:
        """Tick every tour that is shown, or none when they all are."""
        shown = {(one.plant.id, one.tour.id) for one in self._tours_shown if one.ours}
        self._picked = self._picked - shown if shown <= self._picked else self._picked | shown
        self._make_tables()
        self._publish()

    def format_pressed(self, form: Format) -> None:
        """Switch a form of tickets on or off; one is always on."""
        self._formats = (self._formats ^ {form}) or frozenset({form})
        self._publish()

    def language_chosen(self, language: str) -> None:
        """In what language tickets speak; empty: each in its visitor's."""
        self._language = language
        self._publish()

    def place_chosen(self, place: Path) -> None:
        """The folder, or the ZIP."""
        self._place, self._resume = place, False
        self._publish()

    def issue_pressed(self, passphrase: str) -> None:
        """Sign and write."""
        place = self._place
        if self._busy or place is None or not self._picked:
            return
        picked, forms, spoken = frozenset(self._picked), sorted(self._formats), self._language
        cancel = self._cancel = threading.Event()
        self._busy, self._error, self._says, self._progress = _("Signing tickets…"), "", "", (0, 0)

        def tell(done: int, of: int) -> None:
            self._turn.post(lambda: self._progressed(cancel, done, of))
            if cancel.is_set():
                raise Stopped(_("Stopped. The same button goes on from there"))

        def job(desk: Desk) -> tuple[int, int, int]:
            from checkin.reports.cells import plain
            from checkin.reports.typesetting import pdf

            issues, foreign = tickets.chosen(desk, tours=picked)
            ready = tickets.sign(desk, issues, lambda: _given(passphrase))
            told = ticketlists.spoken_in(ready, spoken) if spoken else ready
            return len(ready), deliver(told, place, forms, Tools(typeset=pdf, plain=plain), tell), foreign

        self._turn.deliver(self._office.run(job), lambda done: self._issued(place, *done), self._issue_failed)
        self._publish()

    def _progressed(self, whose: threading.Event, done: int, of: int) -> None:
        if whose is self._cancel and self._busy:
            self._busy, self._progress = _("Writing tickets…"), (done, of)
            self._publish()

    def _issued(self, place: Path, number: int, made: int, foreign: int) -> None:
        self._busy, self._resume = "", False
        said = ngettext("{count} ticket, files written: {made}, in {place}.",
                        "{count} tickets, files written: {made}, in {place}.", number)  # fmt: skip
        self._says = said.format(count=number, made=made, place=place)
        if foreign:
            self._says += " " + _(
                "{count} visitors have a code of their registration site, which sends it itself"
            ).format(count=foreign)
        self._changed()
        self.opened()

    def _issue_failed(self, error: CheckinError) -> None:
        self._resume = isinstance(error, Stopped) or self._progress[0] > 0
        self._failed(error)

    def cancel_pressed(self) -> None:
        """Stop what runs; what is written stays."""
        self._cancel.set()

    def closing(self) -> None:
        """The window closes."""
        self._cancel.set()

    # Back and anew

    def query_changed(self, text: str) -> None:
        """Look for these words among names, groups and codes."""
        self._query = text
        self._make_tables()
        self._publish()

    def ticket_pressed(self, number: int) -> None:
        """Tick or untick a ticket."""
        if 0 <= number < len(self._lines_shown):
            one = self._lines_shown[number]
            if one.state in (State.OPEN, State.SIGNED):
                self._chosen ^= {one.issue.ticket.id}
                self._make_tables()
            self._publish()

    def shown_pressed(self) -> None:
        """Tick every ticket that is shown, or none when they all are."""
        shown = {one.issue.ticket.id for one in self._lines_shown if one.state in (State.OPEN, State.SIGNED)}
        self._chosen = self._chosen - shown if shown <= self._chosen else self._chosen | shown
        self._make_tables()
        self._publish()

    def asked(self, question: Question) -> None:
        """Something that must be answered with yes first."""
        self._question, self._error, self._says = question, "", ""
        self._publish()

    def answered(self, yes: bool, reason: str, passphrase: str, issuer: str = "") -> None:
        """The answer, with what the job needs."""
        question, self._question = self._question, None
        if yes and question is not None and not self._busy:
            chosen = [one.issue for one in self._lines if one.issue.ticket.id in self._chosen]
            now, key = self._office.clock.now(), self._key
            count = len(chosen)
            match question:
                case Question.REVOKE:
                    self._do(
                        lambda desk: tickets.revoke(desk, chosen, reason, now),
                        ngettext("{count} ticket is taken back", "{count} tickets are taken back", count).format(
                            count=count
                        ),
                    )
                case Question.REISSUE:
                    said = ngettext(
                        "{count} ticket is given anew. Write it out on the first tab",
                        "{count} tickets are given anew. Write them out on the first tab",
                        count,
                    )
                    self._do(
                        lambda desk: tickets.reissue(desk, chosen, lambda: _given(passphrase), now),
                        said.format(count=count),
                    )
                case Question.REVOKE_KEY if key is not None:
                    self._do(
                        lambda desk: keys.revoked(desk, key, now),
                        _("Key {key} is revoked: gates refuse its tickets as soon as they have synced").format(key=key),
                    )
                case Question.ROTATE:
                    self._do(
                        lambda desk: keys.rotated(desk, _given(passphrase), issuer, now),
                        _("A new key signs from now on. Tickets of the old one stay good"),
                    )
                case _:
                    pass
        self._publish()

    def _do(self, job: Callable[[Desk], object], said: str) -> None:
        self._busy, self._error, self._progress = _("Working…"), "", (0, 0)

        def done(_result: object) -> None:
            self._busy, self._says, self._chosen = "", said, set()
            self._changed()
            self.opened()

        self._turn.deliver(self._office.run(job), done, self._failed)

    # Keys

    def key_pressed(self, number: int) -> None:
        """Choose a key."""
        self._key = self._keys[number].id if 0 <= number < len(self._keys) else None
        self._publish()

    def key_wanted(self, issuer: str, passphrase: str, again: str) -> None:
        """Make the first key, or ask before it takes the place of the one that signs now."""
        self._says = ""
        if passphrase != again:
            self._error = _("The two passphrases differ. Type the same one twice")
        elif len(passphrase) < SHORTEST:
            self._error = _("A passphrase needs at least {count} characters").format(count=SHORTEST)
        elif self._signs is not None:
            self._error, self._question = "", Question.ROTATE
        else:
            now = self._office.clock.now()
            self._do(
                lambda desk: keys.made(desk, passphrase, issuer, now),
                _("The key is made and signs from now on. Write its passphrase down in a safe place"),
            )
        self._publish()

    # One ticket

    def ticket_came(self, text: str) -> None:
        """Explain this ticket."""
        text, now = text.strip()[:512], self._office.clock.now()
        if text:
            self._turn.deliver(
                self._office.ask(lambda desk: explaining.explain(desk, text, now)), self._explained, self._failed
            )

    def _explained(self, said: dict[str, Any]) -> None:
        self._verdict, self._error = said, ""
        self._publish()

    def _failed(self, error: CheckinError) -> None:
        self._busy, self._error, self._says = "", str(error), ""
        self._publish()

    # The state

    def _make_tables(self) -> None:
        several = len({one.plant.id for one in self._tours}) > 1
        headings = ("", _("Day and time"), _("Tour"), _("Plant"), _("Tickets"), _("Signed"), _("Codes of a site"))
        rows = [
            (
                MARK if (one.plant.id, one.tour.id) in self._picked else "",
                words.moment(one.tour.start, one.plant),
                one.tour.title,
                one.plant.name,
                str(one.ours),
                str(one.signed),
                str(one.site or ""),
            )
            for one in self._tours
        ]
        whole = Table(headings, rows, 2)
        self._tours_table = whole.holding(self._tour_query)
        kept = {id(row): one for row, one in zip(rows, self._tours, strict=True)}
        self._tours_shown = [kept[id(row)] for row in self._tours_table.rows]
        if self._told != language():  # 100,000 tickets take a second to say
            self._told = language()
            self._said = [_ticket_row(one, several=several) for one in self._lines]
            self._hay = [_hay(row, one) for row, one in zip(self._said, self._lines, strict=True)]
        wanted = self._query.casefold().split()
        found = (n for n, hay in enumerate(self._hay) if all(word in hay for word in wanted))
        shown = list(itertools.islice(found, SHOWN))
        self._lines_shown = [self._lines[n] for n in shown]
        ticks = (MARK if self._lines[n].issue.ticket.id in self._chosen else "" for n in shown)
        names = ("", _("Name"), _("Group"), _("Tour"), _("Code"), _("State"))
        self._people = Table(names, [(tick, *self._said[n]) for tick, n in zip(ticks, shown, strict=True)], 3)

    def _tell(self) -> TicketsState:
        verdict = tone = ""
        findings: tuple[str, ...] = ()
        if self._verdict is not None:
            verdict, *rest = explaining.lines(self._verdict)
            findings, tone = tuple(rest), "good" if self._verdict["good"] else "bad"
        heads = sum(one.ours for one in self._tours if (one.plant.id, one.tour.id) in self._picked)
        picked = ngettext("{count} tour, tickets: {heads}", "{count} tours, tickets: {heads}", len(self._picked))
        key = next((n for n, one in enumerate(self._keys) if one.id == self._key), -1)
        return TicketsState(
            part=self._part,
            busy=self._busy,
            done=self._progress[0],
            total=self._progress[1],
            error=self._error,
            says=self._says,
            tours=self._tours_table,
            tours_empty=_("There are no tours yet. Take a list of visitors in first")
            if not self._tours
            else _("Nothing has these words"),
            tour_query=self._tour_query,
            picked=picked.format(count=len(self._picked), heads=heads)
            if self._picked
            else _("Tick tours in the table"),
            formats=self._formats,
            language=self._language,
            place=str(self._place) if self._place is not None else "",
            has_key=self._signs is not None,
            can_issue=bool(heads and self._place is not None and self._signs and not self._busy),
            resume=self._resume,
            people=self._people,
            people_empty=_("Nobody has a ticket yet. Take a list of visitors in first")
            if not self._lines
            else _("Nothing has these words"),
            people_query=self._query,
            chosen=len(self._chosen),
            question=self._question,
            asks=self._asks(),
            verdict=verdict,
            verdict_tone=tone,
            findings=findings,
            keys=self._keys_table(),
            key=key,
            can_revoke_key=key >= 0 and self._keys[key].revoked_at is None,
        )

    def _asks(self) -> str:
        count = len(self._chosen)
        match self._question:
            case Question.REVOKE:
                said = ngettext("Take {count} ticket back?", "Take {count} tickets back?", count)
            case Question.REISSUE:
                said = ngettext(
                    "Give {count} ticket anew? The old one is refused from then on",
                    "Give {count} tickets anew? The old ones are refused from then on",
                    count,
                )
            case Question.REVOKE_KEY:
                return _("Revoke key {key}? Every ticket that it signed is refused, whenever it was signed").format(
                    key=self._key
                )
            case Question.ROTATE:
                return _("Let a new key sign from now on? Tickets of the old one stay good")
            case None:
                return ""
        return said.format(count=count)

    def _keys_table(self) -> Table:
        made = tuple(self._keys), self._signs, language()
        if self._keys_made[0] != made:
            rows = [
                (
                    one.id,
                    one.issuer,
                    *(f"{at:%d.%m.%Y %H:%M} UTC" if at else "" for at in (one.valid_from, one.valid_until)),
                    f"{one.revoked_at:%d.%m.%Y %H:%M} UTC" if one.revoked_at else "",
                    _("signs now") if one.id == self._signs else "",
                )
                for one in self._keys
            ]
            headings = (_("Key"), _("Issuer"), _("From"), _("Until"), _("Revoked"), "")
            self._keys_made = (made, Table(headings, rows, 1))
        return self._keys_made[1]

    _keys_made: tuple[object, Table] = (None, NOTHING)


SHORTEST = 8
"""Characters of a passphrase: a key file may be copied, and then only this stands between."""


def _given(passphrase: str) -> str:
    if not passphrase:
        raise SettingsWrong(_("Type the passphrase of the key that signs"))
    return passphrase


def _everything(
    desk: Desk,
) -> tuple[list[TourTickets], list[TicketLine], list[SigningKey], SigningKey | None]:
    current = Keyring(desk.folder / FOLDER).current()
    return ticketlists.by_tour(desk), ticketlists.listed(desk), keys.known_keys(desk), current


def _ticket_row(line: TicketLine, *, several: bool) -> tuple[str, ...]:
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
