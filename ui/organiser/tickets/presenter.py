"""Tickets out: signed and written as files, taken back, given anew, explained; and the keys that sign them.

A passphrase is handed to the job that needs it and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checkin.domain.visit import SigningKey
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.organising import explaining, keys, ticketlists, tickets
from checkin.organising.book import Desk
from checkin.organising.office import Office
from checkin.organising.ticketlists import TicketLine, TourTickets
from ui.organiser.tickets.holders import Holders
from ui.organiser.tickets.order import Order, given
from ui.organiser.tickets.signers import Signers
from ui.organiser.tickets.state import Part, Question, TicketsState
from ui.organiser.tickets.work import Work
from ui.ports import Presenter, Turn


class TicketsPresenter(Presenter[TicketsState]):
    """Owns the tickets page's state: an ``order``, the ``holders`` of tickets, the keys, and one ticket explained.

    ``changed`` is called when the roster is another.
    """

    def __init__(self, office: Office, turn: Turn, changed: Callable[[], None]) -> None:
        super().__init__()
        self._office, self._changed = office, changed
        self._work = Work(office, turn, self._publish)
        self.order = Order(self._work, self._publish, self._roster_changed)
        self.holders = Holders(self._publish)
        self._signers = Signers()
        self._part = Part.ISSUE
        self._known = False
        self._question: Question | None = None
        self._verdict: dict[str, Any] | None = None

    def opened(self) -> None:
        """The page comes into view, or the roster is another."""
        self._work.ask(_everything, self._came)

    def _came(self, found: tuple[list[TourTickets], list[TicketLine], list[SigningKey], SigningKey | None]) -> None:
        tours, lines, known, current = found
        self._known = True
        self.order.came(tours)
        self.holders.came(lines, several=len({one.plant.id for one in tours}) > 1)
        self._signers.came(known, current)
        self._publish()

    def _roster_changed(self) -> None:
        self._changed()
        self.opened()

    def retold(self) -> None:
        """The language is another."""
        if not self._work.busy:
            self._work.quiet()
        self._verdict = None
        self.order.retold()
        self.holders.retold()
        self._signers.retold()

    def part_chosen(self, part: Part) -> None:
        """Show this part."""
        self._part, self._question = part, None
        self._work.quiet()
        self._publish()

    def cancel_pressed(self) -> None:
        """Stop what runs; what is written stays."""
        self._work.stop()

    def closing(self) -> None:
        """The window closes."""
        self._work.stop()

    # Back and anew

    def asked(self, question: Question) -> None:
        """Something that must be answered with yes first."""
        self._question = question
        self._work.quiet()
        self._publish()

    def answered(self, yes: bool, reason: str, passphrase: str, issuer: str = "") -> None:
        """The answer, with what the job needs."""
        question, self._question = self._question, None
        if yes and question is not None and not self._work.busy:
            self._answer(question, reason, passphrase, issuer)
        self._publish()

    def _answer(self, question: Question, reason: str, passphrase: str, issuer: str) -> None:
        chosen, now, key = self.holders.chosen, self._office.clock.now(), self._signers.chosen
        count = len(chosen)
        match question:
            case Question.REVOKE:
                said = ngettext("{count} ticket is taken back", "{count} tickets are taken back", count)
                self._do(lambda desk: tickets.revoke(desk, chosen, reason, now), said.format(count=count))
            case Question.REISSUE:
                said = ngettext(
                    "{count} ticket is given anew. Write it out on the first tab",
                    "{count} tickets are given anew. Write them out on the first tab",
                    count,
                )
                self._do(
                    lambda desk: tickets.reissue(desk, chosen, lambda: given(passphrase), now), said.format(count=count)
                )
            case Question.REVOKE_KEY if key is not None:
                self._do(
                    lambda desk: keys.revoked(desk, key, now),
                    _("Key {key} is revoked: gates refuse its tickets as soon as they have synced").format(key=key),
                )
            case Question.ROTATE:
                self._do(
                    lambda desk: keys.rotated(desk, given(passphrase), issuer, now),
                    _("A new key signs from now on. Tickets of the old one stay good"),
                )
            case _:
                pass

    def _do(self, job: Callable[[Desk], object], said: str) -> None:
        def done(_result: object) -> str:
            self.holders.clear()
            self._roster_changed()
            return said

        self._work.run(_("Working…"), lambda desk, _tell: job(desk), done)

    # Keys

    def key_pressed(self, number: int) -> None:
        """Choose a key."""
        self._signers.pressed(number)
        self._publish()

    def key_wanted(self, issuer: str, passphrase: str, again: str) -> None:
        """Make the first key, or ask before it takes the place of the one that signs now."""
        self._work.quiet()
        self._work.error = self._signers.wrong(passphrase, again)
        if not self._work.error:
            if self._signers.signs is not None:
                self._question = Question.ROTATE
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
            self._work.ask(lambda desk: explaining.explain(desk, text, now), self._explained)

    def _explained(self, said: dict[str, Any]) -> None:
        self._verdict = said
        self._work.error = ""
        self._publish()

    # The state

    def _tell(self) -> TicketsState:
        verdict = tone = ""
        findings: tuple[str, ...] = ()
        if self._verdict is not None:
            verdict, *rest = explaining.lines(self._verdict)
            findings, tone = tuple(rest), "good" if self._verdict["good"] else "bad"
        work, order, holders, signers = self._work, self.order, self.holders, self._signers
        return TicketsState(
            part=self._part,
            busy=work.busy,
            stopping=work.stopping,
            done=work.progress[0],
            total=work.progress[1],
            error=work.error,
            says=work.says,
            tours=order.table,
            tours_empty=order.empty,
            tour_query=order.query,
            picked=order.picked,
            formats=order.formats,
            language=order.language,
            place=order.where,
            has_key=signers.signs is not None or not self._known,
            can_issue=bool(order.heads and order.place is not None and signers.signs and not work.busy),
            resume=order.resume,
            people=holders.table,
            people_empty=holders.empty,
            people_query=holders.query,
            chosen=holders.count,
            question=self._question,
            asks=self._asks(),
            verdict=verdict,
            verdict_tone=tone,
            findings=findings,
            keys=signers.table,
            key=signers.row,
            can_revoke_key=signers.can_revoke,
        )

    def _asks(self) -> str:
        count = self.holders.count
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
                    key=self._signers.chosen
                )
            case Question.ROTATE:
                return _("Let a new key sign from now on? Tickets of the old one stay good")
            case None:
                return ""
        return said.format(count=count)


def _everything(
    desk: Desk,
) -> tuple[list[TourTickets], list[TicketLine], list[SigningKey], SigningKey | None]:
    current = Keyring(desk.folder / FOLDER).current()
    return ticketlists.by_tour(desk), ticketlists.listed(desk), keys.known_keys(desk), current
