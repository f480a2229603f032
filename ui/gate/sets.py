"""Tickets that are in front of the camera together: each is judged and written alone, and all are shown as a set.

The set is as bad as its worst ticket: green only when everybody in it may pass and every symbol of it was read.  Its
one tone says the same, so that only a good set needs no look at its list.
"""

from __future__ import annotations

from collections.abc import Iterable

from checkin import words
from checkin.app import Sight
from checkin.desk.groups import GroupCard
from checkin.desk.outcome import Direction, Outcome
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from ui.gate.rows import SetRow
from ui.groups.opening import member_of
from ui.ports import Tone

LEAST = 2
_WORST_FIRST = {"refuse": 0, "ask": 1, "unread": 2, "waits": 3, "admit": 4, "out": 4}


class TicketSet:
    """One set; ``grow`` it with what the camera tells, ``add`` each verdict.  ``singly``: it is not one group's."""

    def __init__(self, sight: Sight, direction: Direction) -> None:
        self.texts = sight.together
        self.unread = sight.unread
        self.direction = direction
        self.singly = False
        self.outcomes: dict[str, Outcome] = {}
        self._failed: set[str] = set()

    def grow(self, sight: Sight) -> bool:
        """Takes over what is seen now; False when that is another set."""
        if not set(self.texts) <= set(sight.together):
            return False
        self.texts, self.unread = sight.together, sight.unread
        return True

    def add(self, outcome: Outcome) -> None:
        """A verdict on one of its tickets, in place of the one before."""
        self.outcomes[outcome.text] = outcome
        self._failed.discard(outcome.text)

    def is_of(self, card: GroupCard) -> bool:
        """Whether it is this group that is shown: most of several tickets are of its members."""
        theirs = sum(member_of(card, text) is not None for text in self.texts)
        return theirs >= LEAST and 2 * theirs > len(self.texts)

    def fail(self, text: str) -> None:
        """This one could not be written."""
        self.outcomes.pop(text, None)
        self._failed.add(text)

    @property
    def whole(self) -> int:
        """Symbols that belong to it, read or not."""
        return len(self.texts) + self.unread

    @property
    def asked(self) -> Outcome | None:
        """The first question that stands."""
        return next((one for one in self._in_order() if one.word == "ask"), None)

    @property
    def refused(self) -> list[Outcome]:
        """Who may not pass."""
        return [one for one in self._in_order() if one.word == "refuse"]

    @property
    def word(self) -> str:
        """The worst verdict; what was not read is a question."""
        unread, failed = ("ask",) if self.unread else (), ("refuse",) if self._failed else ()
        return worst((*(one.word for one in self.outcomes.values()), *unread, *failed))

    @property
    def events(self) -> tuple[str, ...]:
        """The entries or exits of the set."""
        return tuple(one.event.id for one in self._in_order() if one.word == "admit" and one.event is not None)

    @property
    def may_go_back(self) -> bool:
        """Whether one button may take all of it back: only where it cannot be taken for another person's."""
        return self.word == "admit" and bool(self.events)

    def count(self, word: str) -> int:
        """How many have this verdict."""
        return sum(one.word == word for one in self.outcomes.values())

    def rows(self) -> tuple[SetRow, ...]:
        """Everybody, who needs a look first."""
        rows = [self._row(text) for text in self.texts]
        if self.unread:
            rows.append(
                SetRow(
                    kind="unread",
                    name=ngettext("{count} ticket not read", "{count} tickets not read", self.unread).format(
                        count=self.unread
                    ),
                    detail=_("Hold the sheet nearer and flatter"),
                )
            )
        return tuple(sorted(rows, key=lambda row: _WORST_FIRST[row.kind]))

    def _row(self, text: str) -> SetRow:
        outcome = self.outcomes.get(text)
        if text in self._failed:
            return SetRow(kind="refuse", name=text, detail=_("Not recorded: scan it once more"))
        if outcome is None:
            return SetRow(kind="waits", name=text)
        good = outcome.word == "admit"
        return SetRow(
            kind="out" if good and outcome.direction is Direction.OUT else outcome.word,
            name=outcome.visitor_name or text,
            detail="" if good else words.brief(outcome.reason),
        )

    def _in_order(self) -> list[Outcome]:
        return [self.outcomes[text] for text in self.texts if text in self.outcomes]


def worst(found: Iterable[str]) -> str:
    """The verdict's word that matters most."""
    there = set(found)
    return next((word for word in ("refuse", "ask") if word in there), "admit")


def tone_of(word: str) -> Tone:
    """What a verdict sounds like."""
    return {"admit": Tone.YES, "ask": Tone.QUESTION}.get(word, Tone.NO)
