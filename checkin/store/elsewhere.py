"""Walk-ins as the store knows them: who is inside so, and who of a tour's list has come with another tour.

Whoever came with another tour is counted there, and is not waited for on their own: one person counts once.  The work
depends on how many walk-ins had a ticket, never on how long a list is.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from checkin.store.prepared import Prepared

_INSIDE = Prepared(text("SELECT subject, tour FROM presence WHERE plant = :plant AND inside > 0 AND walk_in = 1"))
_ELSEWHERE = Prepared(
    text(
        """
        SELECT coalesce(sum(CASE WHEN v.id IS NULL THEN k.party ELSE 1 - v.cancelled END), 0)
        FROM presence AS p
        LEFT JOIN visitor AS v ON v.plant = p.plant AND v.id = p.subject
        LEFT JOIN ticket AS k ON v.id IS NULL AND k.plant = p.plant AND k.id = p.subject AND k.visitor IS NULL
            AND NOT EXISTS (SELECT 1 FROM visitor AS o
                WHERE o.plant = k.plant AND o.tour = k.tour AND o.group_id = k.group_id)
        WHERE p.plant = :plant AND p.walk_in = 1 AND p.inside + p."left" > 0 AND substr(p.subject, 1, 2) <> 'w-'
            AND coalesce(v.tour, k.tour) = :tour AND p.tour <> :tour
        """
    )
)
"""Subjects that begin with ``w-`` are of people without a ticket: see ``checkin.desk.guests``.  An index holds the
walk-ins alone (``ix_presence_walk_in``), with all that is read of them here before their list is looked at."""


def walk_ins_inside(session: Session, plant: str, tour: str | None = None) -> list[tuple[str, str | None]]:
    """Subject and tour of everybody inside who is not on the list of the tour they came with."""
    return [(subject, came) for subject, came in _INSIDE(session, plant=plant) if tour is None or came == tour]


def elsewhere(session: Session, plant: str, tour: str) -> int:
    """Heads of a tour's list who have come with another tour."""
    ((heads,),) = _ELSEWHERE(session, plant=plant, tour=tour)
    return int(heads)
