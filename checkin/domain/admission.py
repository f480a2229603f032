"""The rule book: one pure function that says whether a ticket admits its bearer here and now.

The same ``judge`` serves the gate online and offline, the hub, and practice.  It looks at nothing but ``Facts``, so
whatever a rule needs must be in there.  Rules are asked in a fixed order, the most informative refusal first; what an
operator can settle on the spot (``Ask``) comes only when nothing refuses.  docs/rules.md shows the whole table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from checkin.domain.headcount import NOT_YET, Stay
from checkin.domain.visit import (
    DocumentRule,
    Flag,
    Group,
    Plant,
    Policy,
    Revocation,
    SigningKey,
    Ticket,
    Tour,
    Visitor,
)


class Reason(StrEnum):
    """Why a verdict is what it is."""

    ADMITTED = "admitted"
    ADMITTED_AGAIN = "admitted_again"
    LEFT = "left"
    NEEDS_DOCUMENT = "needs_document"
    NEEDS_ADULT = "needs_adult"
    NEEDS_BRIEFING = "needs_briefing"
    NEAR_STOP_LIST = "near_stop_list"
    NOT_OUR_CODE = "not_our_code"
    FORGED = "forged"
    UNKNOWN_CODE = "unknown_code"
    WRONG_PLANT = "wrong_plant"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    STOP_LIST = "stop_list"
    WRONG_DAY = "wrong_day"
    ALREADY_USED = "already_used"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TOUR_FULL = "tour_full"
    UNDER_AGE = "under_age"
    NOT_INSIDE = "not_inside"


QUESTIONS = frozenset({Reason.NEAR_STOP_LIST, Reason.NEEDS_DOCUMENT, Reason.NEEDS_ADULT, Reason.NEEDS_BRIEFING})
"""Reasons of an ``Ask``: what an operator can settle on the spot."""


class Recognised(StrEnum):
    """What the text of a code turned out to be."""

    TICKET = "ticket"  # on the roster, or signed by a key that the gate knows
    UNKNOWN = "unknown"  # looks like a code, is on no list
    FOREIGN = "foreign"  # somebody else's QR, or no code at all
    FORGED = "forged"  # says that it is our signed ticket, and is not


class Stop(StrEnum):
    """How a visitor's name stands to the plant's stop list."""

    CLEAR = "clear"
    NEAR = "near"
    EXACT = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a verdict may depend on, gathered in one read.

    ``plant`` is the ticket's; ``here`` the gate's plant, or None for a gate that serves every plant it knows.
    ``tour_taken`` counts heads of the tour that have come in (inside or gone again), without this ticket's own.
    ``group_*_inside`` count the visitors of the group who are inside now.
    """

    recognised: Recognised
    here: str | None = None
    ticket: Ticket | None = None
    plant: Plant | None = None
    tour: Tour | None = None
    group: Group | None = None
    visitor: Visitor | None = None
    revocation: Revocation | None = None
    key: SigningKey | None = None
    stop: Stop = Stop.CLEAR
    stay: Stay = NOT_YET
    tour_taken: int = 0
    group_adults_inside: int = 0
    group_minors_inside: int = 0
    group_document_seen: bool = False
    briefed: bool = False

    @property
    def policy(self) -> Policy:
        """The tour's own rules, or else the plant's."""
        if self.tour is not None and self.tour.policy is not None:
            return self.tour.policy
        return self.plant.policy if self.plant is not None else Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit:
    """Let them in.  ``heads`` people go through on this ticket."""

    reason: Reason = Reason.ADMITTED
    heads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The operator must do or confirm ``reason`` first; judged again with it confirmed."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Do not let them in.  ``when`` is the moment that explains it: the first entry, the opening, the closing."""

    reason: Reason
    when: datetime | None = None


Verdict = Admit | Ask | Refuse


@dataclass(frozen=True, slots=True)
class Window:
    """When a ticket admits: ``opens <= now <= closes``."""

    opens: datetime
    closes: datetime


def window(tour: Tour | None, ticket: Ticket, policy: Policy) -> Window | None:
    """The time in which a ticket admits; None when neither the tour nor the ticket says anything."""
    opens, closes = ticket.valid_from, ticket.valid_until
    if tour is not None:
        opens = opens or tour.start - timedelta(minutes=policy.opens_before_min)
        closes = closes or tour.end + timedelta(minutes=policy.closes_after_end_min)
    if opens is None or closes is None:
        return None
    return Window(opens, closes)


def age_band(visitor: Visitor, now: datetime) -> Flag | None:
    """Minor, adult, or None when the roster does not say.  A flag counts before the birth year.

    Of a birth year the band is said only where every birthday in that year gives the same answer.
    """
    if Flag.MINOR in visitor.flags:
        return Flag.MINOR
    if Flag.ADULT in visitor.flags:
        return Flag.ADULT
    if visitor.birth_year is None:
        return None
    if now.year - visitor.birth_year > 18:
        return Flag.ADULT
    return Flag.MINOR if now.year - visitor.birth_year < 18 else None


def judge(facts: Facts, now: datetime, confirmed: frozenset[Reason] = frozenset()) -> Verdict:
    """The verdict on an entry.  ``confirmed`` are the questions that the operator has already settled."""
    match facts.recognised:
        case Recognised.FOREIGN:
            return Refuse(reason=Reason.NOT_OUR_CODE)
        case Recognised.FORGED:
            return Refuse(reason=Reason.FORGED)
        case Recognised.UNKNOWN:
            return Refuse(reason=Reason.UNKNOWN_CODE)
        case Recognised.TICKET:
            ticket = facts.ticket
    if ticket is None:
        raise ValueError("a recognised ticket must come with its ticket")
    now = now.astimezone(ZoneInfo(facts.plant.tz if facts.plant is not None else "UTC"))
    back = facts.stay.left if facts.policy.reentry else 0
    return (
        _withdrawn(facts, ticket, now)
        or _time(facts, ticket, now)
        or _room(facts, ticket, now)
        or _question(facts, now, confirmed)
        or Admit(
            reason=Reason.ADMITTED_AGAIN if back else Reason.ADMITTED,
            heads=ticket.party - facts.stay.inside - facts.stay.left + back,
        )
    )


def judge_elsewhere(facts: Facts, now: datetime) -> Verdict:
    """The verdict on a bearer whom a group of another tour takes along: the ticket's own time and room do not matter.

    Nor that its own tour does not take place.  What is withdrawn, on the stop list or used admits with nobody.
    """
    if facts.recognised is not Recognised.TICKET or facts.ticket is None:
        return judge(facts, now)
    now = now.astimezone(ZoneInfo(facts.plant.tz if facts.plant is not None else "UTC"))
    withdrawn = _withdrawn(facts, facts.ticket, now)
    if withdrawn is not None and withdrawn.reason is Reason.CANCELLED:
        withdrawn = Refuse(reason=Reason.STOP_LIST) if facts.stop is Stop.EXACT else None
    back = facts.stay.left if facts.policy.reentry else 0
    return (
        withdrawn
        or _used(facts, facts.ticket)
        or Admit(
            reason=Reason.ADMITTED_AGAIN if back else Reason.ADMITTED,
            heads=facts.ticket.party - facts.stay.inside - facts.stay.left + back,
        )
    )


def judge_exit(facts: Facts) -> Verdict:
    """The verdict on leaving: whoever is inside here may go, nobody is kept in by a rule."""
    match facts.recognised:
        case Recognised.FOREIGN:
            return Refuse(reason=Reason.NOT_OUR_CODE)
        case Recognised.FORGED:
            return Refuse(reason=Reason.FORGED)
        case Recognised.UNKNOWN:
            return Refuse(reason=Reason.UNKNOWN_CODE)
        case Recognised.TICKET:
            if facts.ticket is not None and _elsewhere(facts, facts.ticket):
                return Refuse(reason=Reason.WRONG_PLANT)
            if not facts.stay.inside:
                return Refuse(reason=Reason.NOT_INSIDE, when=facts.stay.last_out)
            return Admit(reason=Reason.LEFT, heads=facts.stay.inside)


def _elsewhere(facts: Facts, ticket: Ticket) -> bool:
    """Whether the ticket is for another plant; a gate for every plant still serves only those that it knows."""
    return facts.plant is None if facts.here is None else ticket.plant != facts.here


def may_have_signed(key: SigningKey, ticket: Ticket) -> bool:
    """Whether a ticket's window begins while its key was in use: whoever finds an old key makes no new tickets with it.

    A ticket without a window of its own is on the roster, which vouches for it.
    """
    return key.valid_until is None or ticket.valid_from is None or ticket.valid_from <= key.valid_until


def _withdrawn(facts: Facts, ticket: Ticket, now: datetime) -> Refuse | None:
    if _elsewhere(facts, ticket):
        return Refuse(reason=Reason.WRONG_PLANT)
    if facts.revocation is not None:
        return Refuse(reason=Reason.REVOKED, when=facts.revocation.at)
    key = facts.key
    if key is not None and key.revoked_at is not None and now >= key.revoked_at:
        return Refuse(reason=Reason.REVOKED, when=key.revoked_at)
    if key is not None and not may_have_signed(key, ticket):
        return Refuse(reason=Reason.FORGED, when=key.valid_until)
    cancelled = facts.tour is not None and facts.tour.cancelled
    if cancelled or (facts.visitor is not None and Flag.CANCELLED in facts.visitor.flags):
        return Refuse(reason=Reason.CANCELLED)
    if facts.stop is Stop.EXACT:
        return Refuse(reason=Reason.STOP_LIST)
    return None


def _time(facts: Facts, ticket: Ticket, now: datetime) -> Refuse | None:
    open_for = window(facts.tour, ticket, facts.policy)
    in_time = open_for is None or open_for.opens <= now <= open_for.closes
    if open_for is not None and not in_time:
        starts = facts.tour.start if facts.tour is not None else open_for.opens
        if now.date() not in (starts.astimezone(now.tzinfo).date(), open_for.closes.astimezone(now.tzinfo).date()):
            return Refuse(reason=Reason.WRONG_DAY, when=starts)
    used = _used(facts, ticket)
    if used is not None:
        return used
    if open_for is not None and not in_time:
        if now < open_for.opens:
            return Refuse(reason=Reason.TOO_EARLY, when=open_for.opens)
        return Refuse(reason=Reason.TOO_LATE, when=open_for.closes)
    return None


def _used(facts: Facts, ticket: Ticket) -> Refuse | None:
    stay = facts.stay
    when = stay.entry.at if stay.entry is not None else stay.first_in
    if stay.inside >= ticket.party:
        return Refuse(reason=Reason.ALREADY_USED, when=when)
    if not facts.policy.reentry and stay.inside + stay.left >= ticket.party:
        return Refuse(reason=Reason.ALREADY_USED, when=when)
    return None


def _room(facts: Facts, ticket: Ticket, now: datetime) -> Refuse | None:
    capacity = facts.tour.capacity if facts.tour is not None else None
    newcomers = ticket.party - facts.stay.inside - facts.stay.left
    if capacity is not None and newcomers > 0 and facts.tour_taken + newcomers > capacity:
        return Refuse(reason=Reason.TOUR_FULL)
    least, visitor = facts.policy.minimum_age, facts.visitor
    if (
        least is not None
        and visitor is not None
        and visitor.birth_year is not None
        and now.year - visitor.birth_year < least
    ):
        return Refuse(reason=Reason.UNDER_AGE)
    return None


def open_questions(facts: Facts, now: datetime) -> tuple[Reason, ...]:
    """What the operator has to settle before these facts admit, in the order in which it is asked."""
    asked = (
        (Reason.NEAR_STOP_LIST, facts.stop is Stop.NEAR),
        (Reason.NEEDS_DOCUMENT, _document_wanted(facts, now)),
        (Reason.NEEDS_ADULT, _adult_wanted(facts, now)),
        (Reason.NEEDS_BRIEFING, facts.policy.briefing and not facts.briefed),
    )
    return tuple(reason for reason, wanted in asked if wanted)


def _question(facts: Facts, now: datetime, confirmed: frozenset[Reason]) -> Ask | None:
    return next((Ask(reason=reason) for reason in open_questions(facts, now) if reason not in confirmed), None)


def _document_wanted(facts: Facts, now: datetime) -> bool:
    visitor = facts.visitor
    if facts.stay.left:
        return False  # seen when they came in first
    if visitor is not None and Flag.DOCUMENT in visitor.flags:
        return True
    match facts.policy.document:
        case DocumentRule.EVERYONE:
            return True
        case DocumentRule.LEADER:
            return not facts.group_document_seen and (visitor is None or age_band(visitor, now) is not Flag.MINOR)
        case DocumentRule.FLAGGED:
            return False


def _adult_wanted(facts: Facts, now: datetime) -> bool:
    visitor = facts.visitor
    if visitor is None:
        return False
    allowed = facts.policy.minors_per_adult
    if allowed is None:
        return Flag.MINOR in visitor.flags and not facts.group_adults_inside
    if age_band(visitor, now) is not Flag.MINOR:
        return False
    return facts.group_minors_inside + 1 > allowed * facts.group_adults_inside
