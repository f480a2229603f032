"""What a verdict is called: the word seen from two metres, what happened, and what to do next.

Every text is for the person at the gate and stands for itself; texts hold names of places and people as plain text.
The same words serve the window, the command line and the guides' page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from checkin.desk.outcome import Direction, Outcome
from checkin.domain.admission import Admit, Ask, Reason, Refuse, window
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """``yes`` and ``no`` are what the buttons of a question say; empty where nothing is asked."""

    headline: str
    brief: str
    happened: str = ""
    next: str = ""
    yes: str = ""
    no: str = ""


def of(outcome: Outcome) -> Words:
    """All the words for an outcome."""
    reason = outcome.reason
    yes, no = answers(reason) if isinstance(outcome.verdict, Ask) else ("", "")
    return Words(
        headline=headline(outcome),
        brief=brief(reason),
        happened=happened(outcome),
        next=what_next(outcome),
        yes=yes,
        no=no,
    )


def headline(outcome: Outcome) -> str:
    """One word, the largest on the screen."""
    match outcome.verdict:
        case Admit():
            return _("GO OUT") if outcome.direction is Direction.OUT else _("COME IN")
        case Ask():
            return _("CHECK")
        case Refuse() if outcome.reason is Reason.NOT_INSIDE:  # nobody is kept in: "stop" would say the opposite
            return _("HAS LEFT ALREADY") if outcome.verdict.when is not None else _("LET OUT")
        case Refuse():
            return _("STOP")


def brief(reason: Reason) -> str:
    """The reason in two or three words: for lists, and under the headline."""
    match reason:
        case Reason.ADMITTED:
            return _("Entry recorded")
        case Reason.ADMITTED_AGAIN:
            return _("Comes back in")
        case Reason.LEFT:
            return _("Exit recorded")
        case Reason.NEEDS_DOCUMENT:
            return _("Check the document")
        case Reason.NEEDS_ADULT:
            return _("An adult is needed")
        case Reason.NEEDS_BRIEFING:
            return _("Safety briefing is needed")
        case Reason.NEAR_STOP_LIST:
            return _("Name resembles the stop list")
        case Reason.NOT_OUR_CODE:
            return _("Not a ticket")
        case Reason.FORGED:
            return _("Ticket is forged or damaged")
        case Reason.UNKNOWN_CODE:
            return _("Code is not on the list")
        case Reason.WRONG_PLANT:
            return _("Another plant")
        case Reason.REVOKED:
            return _("Ticket withdrawn")
        case Reason.CANCELLED:
            return _("Visit cancelled")
        case Reason.STOP_LIST:
            return _("On the stop list")
        case Reason.WRONG_DAY:
            return _("Another day")
        case Reason.ALREADY_USED:
            return _("Ticket already used")
        case Reason.TOO_EARLY:
            return _("Too early")
        case Reason.TOO_LATE:
            return _("Too late")
        case Reason.TOUR_FULL:
            return _("No places left")
        case Reason.UNDER_AGE:
            return _("Too young for this tour")
        case Reason.NOT_INSIDE:
            return _("Not recorded as inside")
        case _:
            assert_never(reason)


def answers(reason: Reason) -> tuple[str, str]:
    """What the two buttons of a question say: yes, no."""
    refuse = _("Do not let in")
    match reason:
        case Reason.NEEDS_DOCUMENT:
            return _("Document checked"), refuse
        case Reason.NEEDS_ADULT:
            return _("An adult is here"), refuse
        case Reason.NEEDS_BRIEFING:
            return _("Briefing done"), refuse
        case Reason.NEAR_STOP_LIST:
            return _("A different person"), refuse
        case _:
            return _("Let in"), refuse


def tour_line(outcome: Outcome) -> str:
    """Tour, its start and the group, as far as they are known."""
    facts, zone = outcome.facts, _zone(outcome)
    parts: list[str] = []
    if facts.tour is not None:
        start = local_time(facts.tour.start, zone)
        if not _same_day(facts.tour.start, outcome.at, zone):
            start = f"{local_day(facts.tour.start, zone)}, {start}"
        parts += [facts.tour.title, start]
    if facts.group is not None and facts.visitor is not None:
        parts.append(facts.group.name)
    return " · ".join(parts)


def happened(outcome: Outcome) -> str:
    """What happened, with the facts that explain it."""
    facts, reason = outcome.facts, outcome.reason
    when = outcome.verdict.when if isinstance(outcome.verdict, Refuse) else None
    said = _moment(when, outcome) if when is not None else ""
    match reason:
        case Reason.ADMITTED | Reason.LEFT:
            return _heads(outcome)
        case Reason.ADMITTED_AGAIN:
            left = facts.stay.last_out
            again = _("Left at {time} and comes back.").format(time=_moment(left, outcome)) if left else ""
            return " ".join(part for part in (again, _heads(outcome)) if part)
        case Reason.NEEDS_DOCUMENT:
            return _("The plant wants to see this visitor's identity document.")
        case Reason.NEEDS_ADULT:
            if facts.policy.minors_per_adult is None:
                return _("A minor, and no adult of the group is inside yet.")
            return ngettext(
                "One adult may accompany {count} minor at most.",
                "One adult may accompany {count} minors at most.",
                facts.policy.minors_per_adult,
            ).format(count=facts.policy.minors_per_adult)
        case Reason.NEEDS_BRIEFING:
            return _("The group has not been briefed yet.")
        case Reason.NEAR_STOP_LIST:
            return _("There is a similar name on the stop list.")
        case Reason.NOT_OUR_CODE:
            return _("This code is not a ticket of the programme.")
        case Reason.FORGED:
            return _("The signature of the ticket does not hold.")
        case Reason.UNKNOWN_CODE:
            return _("There is no such ticket on this gate's list.")
        case Reason.WRONG_PLANT:
            return _elsewhere(outcome)
        case Reason.REVOKED:
            if said:
                return _("The organiser withdrew this ticket: {time}.").format(time=said)
            return _("The organiser withdrew this ticket.")
        case Reason.CANCELLED:
            if facts.tour is not None and facts.tour.cancelled:
                return _("The whole tour is cancelled.")
            return _("The visitor's registration was cancelled.")
        case Reason.STOP_LIST:
            return _("The plant does not let this person in.")
        case Reason.WRONG_DAY:
            return _("The ticket is for {time}.").format(time=said) if said else _("The ticket is for another day.")
        case Reason.ALREADY_USED:
            if said and outcome.first_gate:
                return _("Came in with it: {time}, {gate}.").format(time=said, gate=outcome.first_gate)
            return _("Came in with it: {time}.").format(time=said) if said else _("Somebody has come in with it.")
        case Reason.TOO_EARLY:
            return _("Entry opens at {time}.").format(time=said)
        case Reason.TOO_LATE:
            return _("Entry closed at {time}.").format(time=said)
        case Reason.TOUR_FULL:
            capacity = facts.tour.capacity if facts.tour is not None else None
            return _("{taken} of {capacity} places are taken.").format(taken=facts.tour_taken, capacity=capacity or 0)
        case Reason.UNDER_AGE:
            born = facts.visitor.birth_year if facts.visitor is not None else None
            return _("From {age} years on; year of birth: {year}.").format(
                age=facts.policy.minimum_age or 0, year=born or "?"
            )
        case Reason.NOT_INSIDE:
            if said:
                return _("Has left already: {time}.").format(time=said)
            return _("With this ticket nobody has come in.")
        case _:
            assert_never(reason)


def what_next(outcome: Outcome) -> str:
    """What the operator does now; empty where nothing is to be done."""
    reason = outcome.reason
    match reason:
        case Reason.ADMITTED | Reason.ADMITTED_AGAIN | Reason.LEFT:
            return ""
        case Reason.NEEDS_DOCUMENT:
            return _("Compare the name with the document. Write nothing down.")
        case Reason.NEEDS_ADULT:
            return _("Let the accompanying adult through first, or see that one is here.")
        case Reason.NEEDS_BRIEFING:
            return _("Brief the group, then go on.")
        case Reason.NEAR_STOP_LIST:
            return _("Compare full name and year of birth with the document; in doubt call security.")
        case Reason.NOT_OUR_CODE:
            return _("Ask for the ticket with the programme's code, or search by name.")
        case Reason.FORGED:
            return _("Do not let in on this ticket. Search by name; tell the shift leader.")
        case Reason.UNKNOWN_CODE:
            return _("Scan once more, then search by name. The list may be old: update it.")
        case Reason.WRONG_PLANT:
            return _("Send the visitor to that address.")
        case Reason.REVOKED:
            return _("Ask for a newer ticket, or search by name.")
        case Reason.CANCELLED:
            return _("Ask the organiser; do not let in.")
        case Reason.STOP_LIST:
            return _("Do not let in. Call security.")
        case Reason.WRONG_DAY:
            return _("Ask the visitor to come on that day.")
        case Reason.ALREADY_USED:
            return _("The same person: let them wait aside. Another person: call the shift leader.")
        case Reason.TOO_EARLY:
            opens = _opens(outcome)
            return _("Ask the visitor to wait until {time}.").format(time=opens) if opens else _("Ask them to wait.")
        case Reason.TOO_LATE:
            return _("Ask the guide whether the group can still be joined.")
        case Reason.TOUR_FULL:
            return _("Ask the guide for a place on another tour.")
        case Reason.UNDER_AGE:
            return _("Do not let in; explain the age limit to the accompanying adult.")
        case Reason.NOT_INSIDE:
            if isinstance(outcome.verdict, Refuse) and outcome.verdict.when is not None:
                return _("Let the person out: nothing has to be recorded.")
            return _("Let the person out and tell the shift leader.")
        case _:
            assert_never(reason)


def inside_of(outcome: Outcome) -> str:
    """``19 of 25 inside``, or nothing when no tour was counted."""
    if outcome.count is None or outcome.facts.tour is None:
        return ""
    return _("{inside} of {expected} inside").format(inside=outcome.count.inside, expected=outcome.count.expected)


def _heads(outcome: Outcome) -> str:
    heads = outcome.verdict.heads if isinstance(outcome.verdict, Admit) else 1
    if heads <= 1:
        return ""
    return ngettext("{count} person on this ticket.", "{count} people on this ticket.", heads).format(count=heads)


def _elsewhere(outcome: Outcome) -> str:
    plant = outcome.facts.plant
    if plant is None:
        return _("The ticket is for another plant.")
    if plant.address:
        return _("The ticket is for: {plant}, {address}.").format(plant=plant.name, address=plant.address)
    return _("The ticket is for: {plant}.").format(plant=plant.name)


def _opens(outcome: Outcome) -> str:
    facts = outcome.facts
    if facts.ticket is None:
        return ""
    open_for = window(facts.tour, facts.ticket, facts.policy)
    return local_time(open_for.opens, _zone(outcome)) if open_for is not None else ""


def _zone(outcome: Outcome) -> str:
    return outcome.facts.plant.tz if outcome.facts.plant is not None else "Europe/Moscow"


def _same_day(one: datetime, other: datetime, zone: str) -> bool:
    place = ZoneInfo(zone)
    return one.astimezone(place).date() == other.astimezone(place).date()


def _moment(when: datetime, outcome: Outcome) -> str:
    """A time of the outcome's own day, or day and time."""
    zone = _zone(outcome)
    clock = local_time(when, zone)
    return clock if _same_day(when, outcome.at, zone) else f"{local_day(when, zone)}, {clock}"
