"""What the retention policy no longer covers goes; what was counted stays.

A purged visitor keeps id, tour, year of birth and marks, and has no name; a group keeps its size; a journal event loses
what a person typed, which stood outside the hash chain for this (decision 2).  It goes in slices, a tour or some
hundred notes at a time; what went so far stands in the store until the certificate is written, so dying in the middle
loses no line of it.  After ``finish`` the names are in no page of the file, of its log or of the journal's copy: freed
pages are overwritten, the file is written anew, and files that were set aside when damaged, or made for paper, are
deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, and_, exists, or_, update
from sqlalchemy.sql import ColumnElement, Executable
from sqlmodel import col, select

from checkin.domain.events import AttendanceEvent, JournalLine
from checkin.domain.visit import Plant, Tour
from checkin.errors import StoreCorrupt
from checkin.i18n import gettext as _
from checkin.store.engine import Store, Transaction
from checkin.store.rows import EventRow, GroupRow, VisitorRow, to_us

PENDING = "purge.pending"
SLICE = 500
"""Notes that go in one transaction: some 20 ms."""
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


def purge(store: Store, now: datetime, *, dry_run: bool = False) -> Purged:
    """Purges everything whose time has come, in one go; what was purged before is not said again."""
    if dry_run:
        with store.read() as tx:
            while _slice(tx, now, SLICE):
                pass
            return _so_far(tx, now, more_files=len(_aside(store.path.parent, tx, now)))
    while purge_slice(store, now):
        pass
    return finish(store, now)


def purge_slice(store: Store, now: datetime) -> bool:
    """Takes the next piece away in a transaction of its own; False when there was nothing left to take."""
    with store.read() as tx:
        if next(_due(tx, now), None) is None and not _notes_due(tx, now):
            return False
    with store.write() as tx:
        return _slice(tx, now, SLICE)


def finish(store: Store, now: datetime) -> Purged:
    """Leaves no trace of what the slices took, deletes files whose time has come, and says all that went.

    Dying before ``forget`` the next call says it again.  Raises ``StoreCorrupt``, and leaves the journal's copy as it
    is, where what is gone was not due: nothing is certified that somebody else took out.
    """
    with store.read() as tx:
        if tx.meta.get(PENDING) and early(tx, store.copy.read().lines, now) is not None:
            raise _meddled()
        aside = _aside(store.path.parent, tx, now)
        purged = _so_far(tx, now, more_files=len(aside))
    if purged.nothing:
        return purged
    if aside:
        with store.write() as tx:
            tx.meta.put(PENDING, json.dumps({**_pending(tx), "files": purged.files}, ensure_ascii=False))
    for path in aside:
        path.unlink(missing_ok=True)
    store.compact()
    store.renew_copy()
    return purged


def forget(store: Store) -> None:
    """The certificate is written: what went need not be known here any more."""
    with store.read() as tx:
        if not tx.meta.get(PENDING):
            return
    with store.write() as tx:
        tx.meta.put(PENDING, "")


def waits(store: Store, now: datetime) -> bool:
    """Whether there is anything to do: something to take away, a file whose time has come, or a certificate due."""
    with store.read() as tx:
        return (
            bool(tx.meta.get(PENDING))
            or next(_due(tx, now), None) is not None
            or _notes_due(tx, now)
            or bool(_aside(store.path.parent, tx, now))
        )


def rule(plants: Iterable[Plant], tours: Iterable[Tour]) -> Callable[[AttendanceEvent], datetime | None]:
    """From when an event may be without what a person typed; None where nobody has said how long that is kept."""
    kept = {plant.id: plant for plant in plants}
    longest = {plant.id: plant.policy.retention_h for plant in kept.values()}
    ends: dict[str, tuple[str, datetime]] = {}
    for tour in tours:
        hours = _hours(kept[tour.plant], tour)
        longest[tour.plant] = max(longest[tour.plant], hours)
        ends[tour.id] = tour.plant, tour.end + timedelta(hours=hours)

    def due(event: AttendanceEvent) -> datetime | None:
        if event.tour in ends:
            plant, end = ends[event.tour]
            return end if plant == event.plant else None
        if not longest:
            return None
        return event.at + timedelta(hours=longest.get(event.plant or "", max(longest.values())))

    return due


def early(tx: Transaction, copied: Mapping[int, JournalLine], now: datetime) -> int | None:
    """The first own event without a private part that the journal's copy still has, and that no purge took yet."""
    pending = _pending(tx)
    tours, others = {one["id"] for one in pending.get("tours", ())}, bool(pending.get("other_notes"))
    plants = tx.roster.plants()
    tours_of_all = [tour for plant in plants for tour in tx.roster.tours(plant.id)]
    due = rule(plants, tours_of_all)
    known = {tour.id for tour in tours_of_all}
    for stored in tx.journal.lines(tx.meta.device().id):
        event, other = stored.line.event, copied.get(stored.line.seq)
        if event.private is not None or other is None or other.event.private is None:
            continue
        told = event.tour in tours or (others and event.tour not in known)  # a tour may leave the roster meanwhile
        end = due(event)
        if not told or end is None or end > now:
            return stored.line.seq
    return None


# --- what is due --------------------------------------------------------------------------------------


def _hours(plant: Plant, tour: Tour) -> int:
    return (tour.policy or plant.policy).retention_h


def _due(tx: Transaction, now: datetime) -> Iterator[tuple[Plant, Tour, int]]:
    """Tours whose retention has ended and that still hold something, with its hours: their own, or the plant's."""
    for plant in tx.roster.plants():
        for tour in tx.roster.tours(plant.id):
            hours = _hours(plant, tour)
            if tour.end + timedelta(hours=hours) <= now and _holds(tx, plant.id, tour.id):
                yield plant, tour, hours


def _holds(tx: Transaction, plant: str, tour: str) -> bool:
    asked = (
        exists().where(*_visitors(plant, tour)),
        exists().where(*_groups(plant, tour)),
        exists().where(*_notes_of(plant, tour)),
    )
    return bool(tx.session.execute(select(or_(*asked))).scalar_one())


def _visitors(plant: str, tour: str) -> tuple[ColumnElement[bool], ...]:
    return col(VisitorRow.plant) == plant, col(VisitorRow.tour) == tour, col(VisitorRow.name) != ""


def _groups(plant: str, tour: str) -> tuple[ColumnElement[bool], ...]:
    named = or_(col(GroupRow.leader) != "", col(GroupRow.name) != "")
    return col(GroupRow.plant) == plant, col(GroupRow.tour) == tour, named


def _notes_of(plant: str, tour: str) -> tuple[ColumnElement[bool], ...]:
    return col(EventRow.plant) == plant, col(EventRow.tour) == tour, col(EventRow.private).is_not(None)


def _longest(tx: Transaction) -> dict[str, int]:
    """The longest retention of each plant and its tours; of what belongs to no known plant, the longest of all."""
    longest = {
        plant.id: max(
            [plant.policy.retention_h, *(_hours(plant, tour) for tour in tx.roster.tours(plant.id))],
        )
        for plant in tx.roster.plants()
    }
    return {**longest, "": max(longest.values(), default=0)}


def _nowhere(tx: Transaction, now: datetime) -> ColumnElement[bool]:
    """Notes of events on no known tour whose time has come: searches, alarms, acts of people."""
    longest = _longest(tx)
    rest = longest.pop("")
    before = [
        and_(col(EventRow.plant) == plant, col(EventRow.at_us) < to_us(now - timedelta(hours=hours)))
        for plant, hours in longest.items()
    ]
    strange = and_(col(EventRow.plant).not_in(list(longest)), col(EventRow.at_us) < to_us(now - timedelta(hours=rest)))
    known = {tour.id for plant in longest for tour in tx.roster.tours(plant)}
    lost = or_(col(EventRow.tour).is_(None), col(EventRow.tour).not_in(sorted(known)))
    return and_(col(EventRow.private).is_not(None), lost, or_(*before, strange))


def _notes_due(tx: Transaction, now: datetime) -> bool:
    return bool(_ruled(tx)) and bool(tx.session.execute(select(exists().where(_nowhere(tx, now)))).scalar_one())


def _ruled(tx: Transaction) -> bool:
    """Whether there is a plant at all: without one nobody has said how long anything is kept."""
    return bool(tx.roster.plants())


def _aside(folder: Path, tx: Transaction, now: datetime) -> list[Path]:
    oldest = (now - timedelta(hours=_longest(tx)[""])).timestamp()
    found = [path for pattern in _ASIDE for path in sorted(folder.glob(pattern))]
    return [path for path in found if path.is_file() and path.stat().st_mtime < oldest]


# --- taking it away -----------------------------------------------------------------------------------


def _slice(tx: Transaction, now: datetime, most: int) -> bool:
    """One tour, or some notes.  A tour's slice is its own size: some hundred people."""
    found = next(_due(tx, now), None)
    done = _pending(tx)
    if found is not None:
        done.setdefault("tours", []).append(_tour_line(_purge_tour(tx, *found)))
    elif _notes_due(tx, now):
        chosen = select(EventRow.id).where(_nowhere(tx, now)).limit(most)
        gone = _run(tx, update(EventRow).where(col(EventRow.id).in_(chosen)).values(private=None))
        done["other_notes"] = done.get("other_notes", 0) + gone
    else:
        return False
    tx.meta.put(PENDING, json.dumps(done, ensure_ascii=False))
    return True


def _pending(tx: Transaction) -> dict[str, Any]:
    """What went so far; raises ``StoreCorrupt`` for a note of it that this program did not write."""
    kept = tx.meta.get(PENDING)
    try:
        found: dict[str, Any] = json.loads(kept) if kept else {}
        _told(found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _meddled() from error
    return found


def _meddled() -> StoreCorrupt:
    return StoreCorrupt(_("The journal was changed after it was written. Keep this PC as it is and call security"))


def _told(done: dict[str, Any]) -> tuple[list[PurgedTour], int, int]:
    tours = [PurgedTour(**{**one, "end": datetime.fromisoformat(one["end"])}) for one in done.get("tours", ())]
    return tours, int(done.get("other_notes", 0)), int(done.get("files", 0))


def _tour_line(tour: PurgedTour) -> dict[str, Any]:
    return {**asdict(tour), "end": tour.end.isoformat()}


def _so_far(tx: Transaction, now: datetime, *, more_files: int) -> Purged:
    tours, notes, files = _told(_pending(tx))
    return Purged(now, tours, notes, files + more_files)


def _purge_tour(tx: Transaction, plant: Plant, tour: Tour, hours: int) -> PurgedTour:
    count = tx.headcounts.of_tour(plant.id, tour.id)
    return PurgedTour(
        plant=plant.id,
        id=tour.id,
        title=tour.title,
        end=tour.end,
        retention_h=hours,
        expected=count.expected,
        came=count.inside + count.left,
        names=_run(tx, update(VisitorRow).where(*_visitors(plant.id, tour.id)).values(name="", search="")),
        groups=_run(tx, update(GroupRow).where(*_groups(plant.id, tour.id)).values(name="", leader="")),
        notes=_run(tx, update(EventRow).where(*_notes_of(plant.id, tour.id)).values(private=None)),
    )


def _run(tx: Transaction, statement: Executable) -> int:
    done = tx.session.execute(statement)
    assert isinstance(done, CursorResult)
    return int(done.rowcount)
