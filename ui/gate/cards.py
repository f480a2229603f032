"""What the verdict card says, for each thing that it can be about.  No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checkin import words
from checkin.desk.groups import GroupCard
from checkin.desk.outcome import Direction, Outcome
from checkin.domain.admission import Reason
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from ui.gate.sets import TicketSet
from ui.gate.state import CardKind, CardState
from ui.groups.opening import Passed

WHOLE_GROUP = "group"
"""Stands for the events of a whole group or set where a card has the event that it may take back."""


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
    if outcome.reason is Reason.NOT_INSIDE:  # something to see to, and yet nobody is stopped
        kind = CardKind.TROUBLE
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


def ticket_set(company: TicketSet, trouble_says: str, serial: int, *, busy: bool) -> CardState:
    """Tickets that were shown together: how many were read, what became of them, and the first question that stands.

    While something is asked the card has the question's colour, because answering it is what there is to do.  That all
    were read is never said: of a symbol that was not even found nobody can tell, so the operator is asked to count.
    """
    asked, word = company.asked, company.word
    card = CardState(
        kind=CardKind(word) if asked is None else CardKind.ASK,
        headline=_("{read} of {of} read").format(read=len(company.texts), of=company.whole)
        if company.unread
        else _("read: {read}").format(read=len(company.texts)),
        brief=_counts(company),
        happened=trouble_says,
        busy=busy,
        undo=WHOLE_GROUP if company.may_go_back else "",
        serial=serial,
    )
    if asked is not None:
        said = words.of(asked)
        who = f"{asked.visitor_name or asked.text}: {said.brief}"
        return replace(card, name=who, tour=words.tour_line(asked), next=said.next, yes=said.yes, no=said.no)
    if company.refused:
        first = company.refused[0]
        return replace(
            card,
            name=first.visitor_name or first.text,
            tour=words.brief(first.reason),
            next=words.what_next(first)
            if len(company.refused) == 1
            else _("Who may not pass stands first in the list on the right."),
        )
    if company.unread:
        return replace(card, next=_("Hold the sheet nearer and flatter, or scan the rest one by one."))
    if card.kind is CardKind.ADMIT and company.direction is Direction.OUT:
        card = replace(card, kind=CardKind.OUT)
    card = replace(
        card,
        next=ngettext(
            "Count the tickets: was just {count} held up? Scan the others one by one.",
            "Count the tickets: were {count} held up? Scan the others one by one.",
            len(company.texts),
        ).format(count=len(company.texts)),
    )
    last = next(reversed(company.outcomes.values()), None)
    tours = {one.facts.tour.id for one in company.outcomes.values() if one.facts.tour is not None}
    if last is not None and len(tours) == 1:
        card = replace(card, name=words.inside_of(last), tour=words.tour_line(last))
    return card


def _counts(company: TicketSet) -> str:
    """How many of the set have which verdict, by the signs that stand in its list."""
    signs = (("admit", "✔"), ("ask", "?"), ("refuse", "✖"))
    return " · ".join(f"{sign} {company.count(word)}" for word, sign in signs if company.count(word))


def remained(groups: Sequence[GroupCard]) -> str:
    """Who stayed inside while their group left; empty when nobody did."""
    parts = []
    for card in groups:
        name = card.group.name if card.group is not None else card.tour.title
        parts.append(f"{name} — {', '.join(card.remained)}")
    return _("Stayed inside: {names}").format(names="; ".join(parts)) if parts else ""
