"""Which scan opens a group's card, whose ticket it was, and what is told when the group has gone through.  No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.desk.groups import GroupCard, Member
from checkin.desk.outcome import Direction
from checkin.domain.ticket import tidy_short
from checkin.tickets.reading import interpretations

SMALLEST = 2
"""A group of fewer people is scanned singly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What became of a group, for the verdict card: who went through, who did not and why, the events to take back."""

    leaving: bool
    went: int
    of: int
    title: str
    detail: str
    held: tuple[str, ...]
    remained: tuple[str, ...]
    events: tuple[str, ...]


def opened_by(card: GroupCard | None, text: str, direction: Direction) -> bool:
    """Whether a scan opens the card instead of letting one person through.

    A group of whom somebody is inside already is joined singly; a ticket that is no member's (a leader's) opens it.
    """
    if card is None or len(card.members) < SMALLEST:
        return False
    shown = member_of(card, text)
    if direction is Direction.OUT:
        return (card.inside >= SMALLEST and (shown is None or shown.inside)) or (shown is None and card.inside > 0)
    if shown is None:
        return card.coming > 0
    return card.inside == 0 and card.coming >= SMALLEST


def member_of(card: GroupCard, text: str) -> Member | None:
    """Whose ticket a text is, among the members."""
    text = text.strip()
    readings = {text, *interpretations(text), tidy_short(text) or text}
    folded = {reading.casefold() for reading in readings}
    for member in card.members:
        if {member.ticket.code.casefold(), member.ticket.short.casefold()} & folded - {""}:
            return member
    return None
