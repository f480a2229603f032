"""Tickets that two gates admitted without knowing of each other, as far as this gate has heard.

A conflict stands as long as both entries stand: a void of one of them settles it everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from checkin.desk.overview import name_of
from checkin.domain.events import AttendanceEvent
from checkin.domain.headcount import clash
from checkin.domain.visit import Ticket, Tour
from checkin.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One ticket, and the entries on it: the one that counted first."""

    plant: str
    ticket: Ticket | None
    visitor: str
    tour: Tour | None
    entries: tuple[AttendanceEvent, ...]


def conflicts(tx: Transaction, plant: str | None) -> list[Conflict]:
    """What is known here, the oldest second entry first."""
    found: list[Conflict] = []
    for home, subject, party in tx.headcounts.doubled(plant):
        entries = clash(tx.journal.of_subject(home, subject), party)
        if not entries:
            continue
        last = entries[-1]
        found.append(
            Conflict(
                plant=home,
                ticket=tx.roster.ticket(home, last.ticket) if last.ticket else None,
                visitor=name_of(tx, last),
                tour=tx.roster.tour(home, last.tour) if last.tour else None,
                entries=tuple(entries),
            )
        )
    return sorted(found, key=lambda one: (one.entries[-1].at, one.entries[-1].id))
