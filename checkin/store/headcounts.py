"""Heads by tour, read from presence rows: never more work than the tours that are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, case, func
from sqlmodel import Session, col, select

from checkin.domain.events import Kind
from checkin.domain.headcount import Count
from checkin.store.rows import EventRow, PresenceRow, TicketRow, VisitorRow

_PLANT: BindParameter[str] = bindparam("plant")
_TOURS: BindParameter[list[str]] = bindparam("tours", expanding=True)

# Statements of every scan, built once: building them costs more than SQLite takes to run them.
_NAMED = (
    select(VisitorRow.tour, func.count())
    .where(col(VisitorRow.plant) == _PLANT, col(VisitorRow.tour).in_(_TOURS), col(VisitorRow.cancelled).is_(False))
    .group_by(col(VisitorRow.tour))
)
_WITH_NAMES = select(VisitorRow.group_id).where(
    col(VisitorRow.plant) == _PLANT, col(VisitorRow.tour).in_(_TOURS), col(VisitorRow.group_id).is_not(None)
)
_NAMELESS = (
    select(TicketRow.tour, func.sum(TicketRow.party))
    .where(
        col(TicketRow.plant) == _PLANT,
        col(TicketRow.tour).in_(_TOURS),
        col(TicketRow.visitor).is_(None),
        col(TicketRow.group_id).not_in(_WITH_NAMES),
    )
    .group_by(col(TicketRow.tour))
)
_PRESENT = (
    select(
        PresenceRow.tour,
        func.sum(PresenceRow.inside),
        func.sum(PresenceRow.left),
        func.sum(case((col(PresenceRow.walk_in).is_(True), PresenceRow.inside + PresenceRow.left), else_=0)),
    )
    .where(col(PresenceRow.plant) == _PLANT, col(PresenceRow.tour).in_(_TOURS))
    .group_by(col(PresenceRow.tour))
)
_REFUSED = (
    select(EventRow.tour, func.count())
    .where(col(EventRow.plant) == _PLANT, col(EventRow.tour).in_(_TOURS), col(EventRow.kind) == Kind.REFUSAL.value)
    .group_by(col(EventRow.tour))
)
_TAKEN = select(func.coalesce(func.sum(PresenceRow.inside + PresenceRow.left), 0)).where(
    col(PresenceRow.plant) == _PLANT,
    col(PresenceRow.tour) == bindparam("tour"),
    col(PresenceRow.subject) != bindparam("without"),
)


class Headcounts:
    """Counts and the stays behind them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_tours(self, plant: str, tours: Sequence[str]) -> dict[str, Count]:
        """The count of each of these tours of one plant."""
        found = {tour: Count() for tour in tours}
        for start in range(0, len(tours), 500):
            some = list(tours[start : start + 500])
            expected = self._expected(plant, some)
            present = self._present(plant, some)
            refused = self._refused(plant, some)
            for tour in some:
                inside, left, walk_ins = present.get(tour, (0, 0, 0))
                found[tour] = Count(
                    expected=expected.get(tour, 0),
                    inside=inside,
                    left=left,
                    walk_ins=walk_ins,
                    refused=refused.get(tour, 0),
                )
        return found

    def taken(self, plant: str, tour: str, without: str) -> int:
        """Heads of a tour that have come in, inside or gone again, without one subject's own."""
        heads = self._session.execute(_TAKEN, {"plant": plant, "tour": tour, "without": without}).scalar_one()
        return int(heads)

    def inside_of(self, plant: str, subjects: Sequence[str]) -> set[str]:
        """Which of these subjects are inside now."""
        rows = self._session.exec(
            select(PresenceRow.subject).where(
                col(PresenceRow.plant) == plant,
                col(PresenceRow.subject).in_(list(subjects)),
                col(PresenceRow.inside) > 0,
            )
        )
        return set(rows)

    def strays(self, plant: str) -> Count:
        """Heads who are at the plant on no tour that the roster knows (a signed ticket issued after the last sync)."""
        inside, left = self._session.execute(
            select(
                func.coalesce(func.sum(PresenceRow.inside), 0),
                func.coalesce(func.sum(PresenceRow.left), 0),
            ).where(col(PresenceRow.plant) == plant, col(PresenceRow.tour).is_(None))
        ).one()
        return Count(inside=int(inside), left=int(left))

    def _expected(self, plant: str, tours: list[str]) -> dict[str, int]:
        which = {"plant": plant, "tours": tours}
        expected = {tour: int(heads) for tour, heads in self._session.execute(_NAMED, which)}
        for tour, heads in self._session.execute(_NAMELESS, which):
            expected[tour] = expected.get(tour, 0) + int(heads)
        return expected

    def _present(self, plant: str, tours: list[str]) -> dict[str, tuple[int, int, int]]:
        rows = self._session.execute(_PRESENT, {"plant": plant, "tours": tours})
        return {tour: (int(inside), int(left), int(walk_ins)) for tour, inside, left, walk_ins in rows}

    def _refused(self, plant: str, tours: list[str]) -> dict[str, int]:
        rows = self._session.execute(_REFUSED, {"plant": plant, "tours": tours})
        return {tour: int(count) for tour, count in rows}
