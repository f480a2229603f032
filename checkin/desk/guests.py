"""Walk-ins: people who are not on a tour's list, and are counted, let out and looked for in an alarm like everybody.

Who is on no list at all has a subject of their own; who has a ticket to another tour keeps their own subject, so that
the ticket is used wherever it is shown again, and one person counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkin.desk.lookup import Place, look_up
from checkin.domain.admission import Admit, Facts, Reason, Stop, judge_elsewhere
from checkin.domain.headcount import stay
from checkin.domain.names import StopIndex
from checkin.domain.visit import Group, Plant, Policy, Tour
from checkin.errors import NeedsHuman
from checkin.i18n import gettext as _
from checkin.store import Transaction

GUEST = "w-"
"""How the subject of somebody who is on no list begins."""


class NotTaken(NeedsHuman):
    """A walk-in or a substitute cannot be let in like this; nothing was written."""


class TicketUnfit(NotTaken):
    """A ticket that lets nobody in, wherever it is shown: ``reason`` says why, ``name`` whose it is."""

    def __init__(self, reason: Reason, name: str) -> None:
        super().__init__(_("This ticket lets nobody in"))
        self.reason, self.name = reason, name


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A walk-in of an opened group.  ``subject`` is ticked like a member's id to let them out."""

    subject: str
    name: str
    entered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who holds a ticket to another tour.  ``name`` is empty for a ticket that names nobody; ``tour`` its title."""

    text: str
    name: str
    tour: str
    starts: datetime | None
    heads: int
    facts: Facts


def bearer_of(tx: Transaction, place: Place, tour: Tour, text: str, now: datetime) -> Bearer:
    """Who may come in with a tour on another tour's ticket.  Raises ``NotTaken`` with why not."""
    facts = look_up(tx, place, text, now)
    verdict = judge_elsewhere(facts, now)
    if not isinstance(verdict, Admit):
        raise TicketUnfit(verdict.reason, facts.visitor.name if facts.visitor is not None else "")
    if facts.tour is not None and facts.tour.id == tour.id:
        raise NotTaken(_("This ticket is of this very tour: scan it by itself, after this group"))
    return Bearer(
        text=text,
        name=facts.visitor.name if facts.visitor is not None else "",
        tour=facts.tour.title if facts.tour is not None else "",
        starts=facts.tour.start if facts.tour is not None else None,
        heads=verdict.heads,
        facts=facts,
    )


def guests_of(tx: Transaction, plant: str, tour: str, group: Group | None) -> tuple[Guest, ...]:
    """Walk-ins of the group (of the whole tour when ``group`` is None) who are inside, by name."""
    found: list[Guest] = []
    for subject, _tour in tx.headcounts.walk_ins_inside(plant, tour):
        entry = stay(tx.journal.of_subject(plant, subject)).entry
        if entry is not None and (group is None or entry.group == group.id):
            name = entry.private.name if entry.private is not None else ""
            found.append(Guest(subject=subject, name=name, entered_at=entry.at))
    return tuple(sorted(found, key=lambda guest: guest.name.casefold()))


def groups_with_guests(tx: Transaction, plant: str) -> list[str]:
    """Groups that have walk-ins inside."""
    found: list[str] = []
    for subject, _tour in tx.headcounts.walk_ins_inside(plant):
        entry = stay(tx.journal.of_subject(plant, subject)).entry
        if entry is not None and entry.group is not None:
            found.append(entry.group)
    return found


def may_be_taken(tx: Transaction, plant: Plant, tour: Tour, name: str, reason: str, supervisor: str) -> None:
    """Raises ``NotTaken`` for a name on the stop list, and where the policy wants a supervisor and there is none."""
    policy: Policy = tour.policy or plant.policy
    if reason in policy.supervisor_for and not supervisor.strip():
        raise NotTaken(_("Here a supervisor has to agree first"))
    entries = tuple(tx.roster.stop_entries(plant.id))
    if entries and StopIndex(entries).check(name, None)[0] is Stop.EXACT:
        raise NotTaken(_("This name is on the stop list. Do not let the person in; call security"))
