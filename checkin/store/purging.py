"""What the retention policy no longer covers goes; what was counted stays.

A purged visitor keeps id, tour, year of birth and marks, and has no name; a group keeps its size; a journal event loses
what a person typed, which stood outside the hash chain for this (decision 2).  Afterwards the names are in no page of
the file, of its log or of the journal's copy: freed pages are overwritten, the file is written anew, and files that
were set aside when damaged, or made for paper, are deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, and_, or_, update
from sqlalchemy.sql import Executable
from sqlmodel import col

from checkin.domain.visit import Plant, Tour
from checkin.store.engine import Store, Transaction
from checkin.store.rows import EventRow, GroupRow, VisitorRow, to_us

_ASIDE = ("store.damaged-*", "journal.damaged-*", "documents/*")
"""Files beside the store that hold names: damaged ones that were set aside, and sheets that were made for paper."""


@dataclass(frozen=True, slots=True)
class PurgedTour:
    """One tour: how many people were expected and came, and what of it was taken away now."""

    plant: str
    id: str
    title: str
    end: datetime
    retention_h: int
    expected: int
    came: int
    names: int
    groups: int
    notes: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What went, in the order of tours.  ``files`` are sheets for paper, and damaged files that had been set aside."""

    at: datetime
    tours: list[PurgedTour] = field(default_factory=list)
    other_notes: int = 0
    files: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.tours or self.other_notes or self.files)


def due(tx: Transaction, now: datetime) -> list[tuple[Plant, Tour, int]]:
    """Tours whose retention has ended, with its hours: the tour's own policy, or the plant's."""
    found = []
    for plant in tx.roster.plants():
        for tour in tx.roster.tours(plant.id):
            hours = (tour.policy or plant.policy).retention_h
            if tour.end + timedelta(hours=hours) <= now:
                found.append((plant, tour, hours))
    return found


def purge(store: Store, now: datetime, *, dry_run: bool = False) -> Purged:
    """Purges everything whose time has come; what was purged before is not said again."""
    tours: list[PurgedTour] = []
    longest: dict[str, int] = {}
    other = 0
    with store.read() if dry_run else store.write() as tx:
        for plant in tx.roster.plants():
            own = [tour.policy.retention_h for tour in tx.roster.tours(plant.id) if tour.policy is not None]
            longest[plant.id] = max([plant.policy.retention_h, *own])
        for plant, tour, hours in due(tx, now):
            done = _purge_tour(tx, plant, tour, hours)
            if done.names or done.groups or done.notes:
                tours.append(done)
        for plant_id, hours in longest.items():
            before = to_us(now - timedelta(hours=hours))
            nowhere = and_(col(EventRow.tour).is_(None), col(EventRow.at_us) < before)
            other += _notes(tx, plant_id, nowhere)
    oldest = now - timedelta(hours=max(longest.values(), default=0))
    aside = [
        path
        for pattern in _ASIDE
        for path in sorted(store.path.parent.glob(pattern))
        if path.is_file() and path.stat().st_mtime < oldest.timestamp()
    ]
    purged = Purged(now, tours, other, len(aside))
    if dry_run or purged.nothing:
        return purged
    for path in aside:
        path.unlink()
    store.compact()
    store.renew_copy()
    return purged


def _purge_tour(tx: Transaction, plant: Plant, tour: Tour, hours: int) -> PurgedTour:
    count = tx.headcounts.of_tour(plant.id, tour.id)
    visitors = update(VisitorRow).where(
        col(VisitorRow.plant) == plant.id, col(VisitorRow.tour) == tour.id, col(VisitorRow.name) != ""
    )
    groups = update(GroupRow).where(
        col(GroupRow.plant) == plant.id,
        col(GroupRow.tour) == tour.id,
        or_(col(GroupRow.leader) != "", col(GroupRow.name) != ""),
    )
    return PurgedTour(
        plant=plant.id,
        id=tour.id,
        title=tour.title,
        end=tour.end,
        retention_h=hours,
        expected=count.expected,
        came=count.inside + count.left,
        names=_run(tx, visitors.values(name="", search="")),
        groups=_run(tx, groups.values(name="", leader="")),
        notes=_notes(tx, plant.id, col(EventRow.tour) == tour.id),
    )


def _notes(tx: Transaction, plant: str, condition: object) -> int:
    notes = update(EventRow).where(col(EventRow.plant) == plant, condition, col(EventRow.private).is_not(None))  # type: ignore[arg-type]
    return _run(tx, notes.values(private=None))


def _run(tx: Transaction, statement: Executable) -> int:
    done = tx.session.execute(statement)
    assert isinstance(done, CursorResult)
    return int(done.rowcount)
