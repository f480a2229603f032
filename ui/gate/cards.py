"""What the verdict card says, for each thing that it can be about.  No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from checkin import words
from checkin.desk.groups import GroupCard
from checkin.desk.outcome import Direction, Outcome
from checkin.i18n import gettext as _
from ui.gate.state import CardKind, CardState
from ui.groups.presenter import Passed

WHOLE_GROUP = "group"
"""Stands for the events of a whole group where a card has the event that it may take back."""


def idle(undone: str, serial: int, *, leaving: bool) -> CardState:
    """Nobody is there."""
    return CardState(
        kind=CardKind.IDLE,
        headline=_("Ready for the next visitor"),
        brief=undone,
        happened=_("Exit: scan the tickets of those who leave.")
        if leaving
        else _("Show the ticket to the camera, use the handheld scanner, or type a code or a name below."),
        serial=serial,
    )


def trouble(says: str, serial: int) -> CardState:
    """The gate could not do its work."""
    return CardState(
        kind=CardKind.TROUBLE,
        headline=_("AGAIN"),
        brief=_("Nothing was recorded"),
        happened=says,
        next=_("Scan the ticket once more."),
        serial=serial,
    )


def verdict(outcome: Outcome, trouble_says: str, undo: str, serial: int, *, busy: bool) -> CardState:
    """One visitor."""
    said = words.of(outcome)
    happened = trouble_says or said.happened
    if outcome.word == "admit":
        happened = " · ".join(part for part in (words.inside_of(outcome), happened) if part)
    elif outcome.word == "ask":
        happened = trouble_says  # the question says it all, and its buttons need the room
    kind = CardKind(outcome.word)
    if kind is CardKind.ADMIT and outcome.direction is Direction.OUT:
        kind = CardKind.OUT
    return CardState(
        kind=kind,
        headline=said.headline,
        brief="" if outcome.word == "admit" and outcome.visitor_name else said.brief,
        name=outcome.visitor_name,
        tour=words.tour_line(outcome),
        happened=happened,
        next=said.next,
        yes=said.yes,
        no=said.no,
        busy=busy,
        undo=undo,
        serial=serial,
    )


def group(passed: Passed, serial: int) -> CardState:
    """A whole group."""
    kind = CardKind.REFUSE if not passed.went else CardKind.OUT if passed.leaving else CardKind.ADMIT
    head = _("{count} of {of} OUT") if passed.leaving else _("{count} of {of} IN")
    then = ""
    if passed.held:
        then = _("Not let in: {names}").format(names="; ".join(passed.held))
    elif passed.remained:
        then = _("Stayed inside: {names}").format(names=", ".join(passed.remained))
    return CardState(
        kind=kind,
        headline=head.format(count=passed.went, of=passed.of),
        name=passed.title,
        tour=passed.detail,
        next=then,
        undo=WHOLE_GROUP if passed.events else "",
        serial=serial,
    )


def remained(groups: Sequence[GroupCard]) -> str:
    """Who stayed inside while their group left; empty when nobody did."""
    parts = []
    for card in groups:
        name = card.group.name if card.group is not None else card.tour.title
        parts.append(f"{name} — {', '.join(card.remained)}")
    return _("Stayed inside: {names}").format(names="; ".join(parts)) if parts else ""
