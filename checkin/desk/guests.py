"""Walk-ins: people on no list, who are counted, let out and looked for in an alarm like everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkin.domain.admission import Stop
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A walk-in of an opened group.  ``subject`` is ticked like a member's id to let them out."""

    subject: str
    name: str
    entered_at: datetime


def guests_of(tx: Transaction, plant: str, tour: str, group: Group | None) -> tuple[Guest, ...]:
    """Walk-ins of the group (of the whole tour when ``group`` is None) who are inside, by name."""
    found: list[Guest] = []
    for subject, came_with, _heads in tx.headcounts.everybody_inside(plant):
        if not subject.startswith(GUEST) or came_with != tour:
            continue
        entry = stay(tx.journal.of_subject(plant, subject)).entry
        if entry is not None and (group is None or entry.group == group.id):
            name = entry.private.name if entry.private is not None else ""
            found.append(Guest(subject=subject, name=name, entered_at=entry.at))
    return tuple(sorted(found, key=lambda guest: guest.name.casefold()))


def groups_with_guests(tx: Transaction, plant: str) -> list[str]:
    """Groups that have walk-ins inside."""
    found: list[str] = []
    for subject, _tour, _heads in tx.headcounts.everybody_inside(plant):
        if subject.startswith(GUEST):
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
