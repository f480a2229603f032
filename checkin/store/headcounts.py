"""Heads by tour.  A tour's count costs the same whether ten people are on it or a hundred thousand.

The store's own triggers keep the counts (``migrations.versions.v0003_heads``), in the transaction that changes what is
counted: nothing here writes them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, func, text
from sqlmodel import Field, Session, col, select

from checkin.domain.events import Kind
from checkin.domain.headcount import Count
from checkin.store.elsewhere import elsewhere, walk_ins_inside
from checkin.store.prepared import Prepared
from checkin.store.rows import EventRow, PresenceRow, StoreModel, VisitorRow


class TourHeadsRow(StoreModel, table=True):
    """A tour's heads.  ``named`` are on the list by name and not cancelled, ``nameless`` come by a party's ticket."""

    __tablename__ = "tour_heads"
    plant: str = Field(primary_key=True)
    tour: str = Field(primary_key=True)
    named: int
    nameless: int
    inside: int
    left: int
    walk_ins: int


class GroupHeadsRow(StoreModel, table=True):
    """A group's visitors on the list, and heads of its tickets without names: who is listed by name counts once.

    ``group_id`` is empty for tickets of no group.
    """

    __tablename__ = "group_heads"
    plant: str = Field(primary_key=True)
    tour: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    listed: int
    nameless: int


_PLANT: BindParameter[str] = bindparam("plant")
_TOUR: BindParameter[str] = bindparam("tour")
_HEADS = Prepared(
    select(
        col(TourHeadsRow.named) + col(TourHeadsRow.nameless),
        col(TourHeadsRow.inside),
        col(TourHeadsRow.left),
        col(TourHeadsRow.walk_ins),
    ).where(col(TourHeadsRow.plant) == _PLANT, col(TourHeadsRow.tour) == _TOUR)
)
_REFUSED = Prepared(
    select(func.count()).where(
        col(EventRow.tour) == _TOUR, col(EventRow.kind) == Kind.REFUSAL.value, col(EventRow.plant) == _PLANT
    )
)
_OWN = Prepared(
    select(PresenceRow.inside + PresenceRow.left).where(
        col(PresenceRow.plant) == _PLANT,
        col(PresenceRow.subject) == bindparam("subject"),
        col(PresenceRow.tour) == _TOUR,
    )
)
_DOUBLED = Prepared(text("SELECT plant, subject, party, doubles FROM presence WHERE doubles != ''"))
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
        ((refused,),) = _REFUSED(self._session, plant=plant, tour=tour)
        rows = _HEADS(self._session, plant=plant, tour=tour)
        expected, inside, left, walk_ins = rows[0] if rows else (0, 0, 0, 0)
        expected -= elsewhere(self._session, plant, tour)
        return Count(expected=expected, inside=inside, left=left, walk_ins=walk_ins, refused=refused)

    def taken(self, plant: str, tour: str, without: str) -> int:
        """Heads of a tour that have come in, inside or gone again, without one subject's own."""
        rows = _HEADS(self._session, plant=plant, tour=tour)
        own = _OWN(self._session, plant=plant, subject=without, tour=tour)
        came = rows[0][1] + rows[0][2] if rows else 0
        return int(came) - (int(own[0][0]) if own else 0)

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

    def walk_ins_inside(self, plant: str, tour: str | None = None) -> list[tuple[str, str | None]]:
        """Subject and tour of everybody inside who is not on the list of the tour they came with."""
        return walk_ins_inside(self._session, plant, tour)

    def doubled(self, plant: str | None) -> list[tuple[str, str, int, str]]:
        """Plant, subject, party and entries on top of those who were admitted twice."""
        rows = _DOUBLED(self._session)
        return [(home, subject, party, doubles) for home, subject, party, doubles in rows if plant in (None, home)]

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
