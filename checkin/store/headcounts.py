"""Heads by tour, read from presence rows: never more work than the tours that are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, func
from sqlmodel import Session, col, select

from checkin.domain.events import Kind
from checkin.domain.headcount import Count
from checkin.store.prepared import Prepared
from checkin.store.rows import EventRow, PresenceRow, TicketRow, VisitorRow

_PLANT: BindParameter[str] = bindparam("plant")
_TOUR: BindParameter[str] = bindparam("tour")
_NAMED = Prepared(
    select(func.count()).where(
        col(VisitorRow.plant) == _PLANT, col(VisitorRow.tour) == _TOUR, col(VisitorRow.cancelled).is_(False)
    )
)
_NAMELESS = Prepared(
    select(func.coalesce(func.sum(TicketRow.party), 0)).where(
        col(TicketRow.plant) == _PLANT,
        col(TicketRow.tour) == _TOUR,
        col(TicketRow.visitor).is_(None),
        col(TicketRow.group_id).not_in(
            select(VisitorRow.group_id).where(
                col(VisitorRow.plant) == _PLANT, col(VisitorRow.tour) == _TOUR, col(VisitorRow.group_id).is_not(None)
            )
        ),
    )
)
_PRESENT = Prepared(
    select(
        func.coalesce(func.sum(PresenceRow.inside), 0),
        func.coalesce(func.sum(PresenceRow.left), 0),
        func.coalesce(func.sum((PresenceRow.inside + PresenceRow.left) * PresenceRow.walk_in), 0),
    ).where(col(PresenceRow.plant) == _PLANT, col(PresenceRow.tour) == _TOUR)
)
_REFUSED = Prepared(
    select(func.count()).where(
        col(EventRow.plant) == _PLANT, col(EventRow.tour) == _TOUR, col(EventRow.kind) == Kind.REFUSAL.value
    )
)
_TAKEN = Prepared(
    select(func.coalesce(func.sum(PresenceRow.inside + PresenceRow.left), 0)).where(
        col(PresenceRow.plant) == _PLANT,
        col(PresenceRow.tour) == _TOUR,
        col(PresenceRow.subject) != bindparam("without"),
    )
)
_EVERYBODY = Prepared(
    select(PresenceRow.subject, PresenceRow.tour, PresenceRow.inside).where(
        col(PresenceRow.plant) == _PLANT, col(PresenceRow.inside) > 0
    )
)


class Headcounts:
    """Counts and the stays behind them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_tour(self, plant: str, tour: str) -> Count:
        """The count of one tour."""
        ((named,),) = _NAMED(self._session, plant=plant, tour=tour)
        ((nameless,),) = _NAMELESS(self._session, plant=plant, tour=tour)
        ((inside, left, walk_ins),) = _PRESENT(self._session, plant=plant, tour=tour)
        ((refused,),) = _REFUSED(self._session, plant=plant, tour=tour)
        return Count(expected=named + nameless, inside=inside, left=left, walk_ins=walk_ins, refused=refused)

    def taken(self, plant: str, tour: str, without: str) -> int:
        """Heads of a tour that have come in, inside or gone again, without one subject's own."""
        heads = _TAKEN(self._session, plant=plant, tour=tour, without=without)[0][0]
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

    def came_of(self, plant: str, subjects: Sequence[str]) -> set[str]:
        """Which of these subjects have come in, whether or not they are gone again."""
        rows = self._session.exec(
            select(PresenceRow.subject).where(
                col(PresenceRow.plant) == plant,
                col(PresenceRow.subject).in_(list(subjects)),
                col(PresenceRow.inside) + col(PresenceRow.left) > 0,
            )
        )
        return set(rows)

    def everybody_inside(self, plant: str) -> list[tuple[str, str | None, int]]:
        """Subject, tour and heads of everybody inside."""
        return [(subject, tour, heads) for subject, tour, heads in _EVERYBODY(self._session, plant=plant)]

    def doubled(self, plant: str | None) -> list[tuple[str, str, int]]:
        """Plant, subject and party of those who were admitted twice."""
        query = select(PresenceRow.plant, PresenceRow.subject, PresenceRow.party).where(col(PresenceRow.doubles) != "")
        if plant is not None:
            query = query.where(col(PresenceRow.plant) == plant)
        return [(home, subject, party) for home, subject, party in self._session.exec(query)]

    def tour_of(self, plant: str, subject: str) -> str | None:
        """The tour with which a subject came in."""
        row = self._session.get(PresenceRow, (plant, subject))
        return row.tour if row is not None else None

    def split_groups(self, plant: str) -> list[str]:
        """Groups of which some are inside and some have left."""
        rows = self._session.exec(
            select(VisitorRow.group_id)
            .join(
                PresenceRow,
                (col(PresenceRow.plant) == col(VisitorRow.plant)) & (col(PresenceRow.subject) == col(VisitorRow.id)),
            )
            .where(col(VisitorRow.plant) == plant, col(VisitorRow.group_id).is_not(None))
            .group_by(col(VisitorRow.group_id))
            .having(func.sum(PresenceRow.inside) > 0, func.sum(PresenceRow.left) > 0)
        )
        return [group for group in rows if group is not None]

    def strays(self, plant: str) -> Count:
        """Heads who are at the plant on no tour that the roster knows (a signed ticket issued after the last sync)."""
        inside, left = self._session.execute(
            select(
                func.coalesce(func.sum(PresenceRow.inside), 0),
                func.coalesce(func.sum(PresenceRow.left), 0),
            ).where(col(PresenceRow.plant) == plant, col(PresenceRow.tour).is_(None))
        ).one()
        return Count(inside=int(inside), left=int(left))
