"""An opened group as a desk hands it out: its members with what the rule book says of them, its walk-ins, its count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from checkin.desk.guests import Guest
from checkin.domain.admission import Facts, Reason, Refuse, Verdict
from checkin.domain.events import AttendanceEvent
from checkin.domain.group import foreseen
from checkin.domain.headcount import Count, State, Stay
from checkin.domain.visit import Group, Plant, Ticket, Tour, Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of an opened group.

    ``verdict`` is what the rule book says of them among the others once every question is settled; ``questions`` are
    those that have to be settled for them.
    """

    visitor: Visitor
    ticket: Ticket
    stay: Stay
    verdict: Verdict
    questions: tuple[Reason, ...] = ()

    @property
    def inside(self) -> bool:
        return self.stay.state is State.INSIDE

    @property
    def may_come(self) -> bool:
        """Whether a tick makes sense: not inside yet, and nothing but questions in the way."""
        return not self.inside and not isinstance(self.verdict, Refuse)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """An opened group, or a whole tour (``group`` None).  Members are in the order of their names.

    ``guests`` are its walk-ins who are inside: they have no ticket to leave with.
    """

    plant: Plant
    tour: Tour
    group: Group | None
    members: tuple[Member, ...]
    briefed: bool
    count: Count
    at: datetime
    guests: tuple[Guest, ...] = ()

    @property
    def questions(self) -> dict[Reason, tuple[str, ...]]:
        """What is to be settled before everybody may go in, with the names it is about."""
        asked: dict[Reason, list[str]] = {}
        for member in self.members:
            for reason in member.questions:
                asked.setdefault(reason, []).append(member.visitor.name)
        return {reason: tuple(names) for reason, names in asked.items()}

    @property
    def coming(self) -> int:
        """How many may come in now."""
        return sum(member.may_come for member in self.members)

    @property
    def inside(self) -> int:
        """Heads inside, walk-ins among them."""
        return sum(member.inside for member in self.members) + len(self.guests)

    @property
    def remained(self) -> tuple[str, ...]:
        """Names of those who are inside although others of the group have left."""
        gone = any(member.stay.state is State.LEFT for member in self.members)
        inside = [member.visitor.name for member in self.members if member.inside]
        return (*inside, *(guest.name for guest in self.guests)) if gone else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """What was written for a group: its events, and those who did not go through with the reason."""

    events: tuple[AttendanceEvent, ...]
    held: tuple[tuple[Visitor, Verdict], ...]
    card: GroupCard


def members_of(facts: Sequence[Facts], now: datetime) -> tuple[Member, ...]:
    """Everybody with what stands in their way, as if the whole group went in together."""
    seen = {one.number: (one.verdict, asked) for one, asked in foreseen(facts, now)}
    members: list[Member] = []
    for number, one in enumerate(facts):
        if one.visitor is not None and one.ticket is not None:
            verdict, asked = seen[number]
            members.append(
                Member(visitor=one.visitor, ticket=one.ticket, stay=one.stay, verdict=verdict, questions=asked)
            )
    return tuple(members)
