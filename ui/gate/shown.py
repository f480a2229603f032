"""What the verdict card is about: one visitor, a group, a set of tickets, a trouble, something taken back, or nobody.

It is about one of them at a time; each new one has another number, so that the same verdict twice is seen to be two.
"""

from __future__ import annotations

from collections.abc import Callable

from checkin.desk.outcome import Direction, Outcome
from checkin.i18n import gettext as _
from ui.gate import cards
from ui.gate.sets import TicketSet
from ui.gate.state import CardState
from ui.groups.opening import Passed
from ui.ports import Turn

ADMIT_SHOWN_S = 12.0
REFUSE_SHOWN_S = 30.0
"""A card is taken away after so long: a green one must not be taken for the next visitor's."""


class Shown:
    """``faded`` is called when the card has been there for its time."""

    def __init__(self, turn: Turn, faded: Callable[[], None]) -> None:
        self._turn, self._faded = turn, faded
        self._cancel: Callable[[], None] = lambda: None
        self.outcome: Outcome | None = None
        self.passed: Passed | None = None
        self.company: TicketSet | None = None
        self.trouble = self.undone = ""
        self.serial = 0

    def clear(self) -> None:
        """About nobody, from now on."""
        self.stay()
        self.outcome = self.passed = self.company = None
        self.trouble = self.undone = ""
        self.serial += 1

    def stay(self) -> None:
        """The card does not go away by itself."""
        self._cancel()
        self._cancel = lambda: None

    def fade_after(self, seconds: float) -> None:
        """The card goes away by itself."""
        self.stay()
        self._cancel = self._turn.after(seconds, self._faded)

    @property
    def asked(self) -> Outcome | None:
        """The question that stands."""
        if self.company is not None:
            return self.company.asked
        return self.outcome if self.outcome is not None and self.outcome.word == "ask" else None

    @property
    def event(self) -> str:
        """The entry or exit that the card is about, if it is about one."""
        outcome = self.outcome
        return outcome.event.id if outcome is not None and outcome.word == "admit" and outcome.event is not None else ""

    @property
    def many(self) -> tuple[str, tuple[str, ...]] | None:
        """The entries of the group or set that the card is about, and what to call them."""
        if self.passed is not None:
            return self.passed.title, self.passed.events
        if self.company is not None and self.company.may_go_back:
            return _("tickets shown together"), self.company.events
        return None

    def card(self, direction: Direction, *, busy: bool) -> CardState:
        """What it looks like."""
        if self.passed is not None:
            return cards.group(self.passed, self.serial)
        if self.company is not None:
            return cards.ticket_set(self.company, self.trouble, self.serial, busy=busy)
        if self.outcome is not None:
            return cards.verdict(self.outcome, self.trouble, self.event, self.serial, busy=busy)
        if self.trouble:
            return cards.trouble(self.trouble, self.serial)
        return cards.idle(self.undone, self.serial, leaving=direction is Direction.OUT)
