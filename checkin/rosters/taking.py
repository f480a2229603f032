"""Takes a list into a gate's store: reads it, works out the difference, then writes that in units.

A unit is one transaction of at most ``UNIT`` records, so that a scan never waits for a long list.  Records come after
what they refer to; an import that dies half-way is simply done again, since a list changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from checkin.clock import SystemClock
from checkin.domain.visit import Record, Revocation, Ticket
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.rosters.checks import Known, check, no_lead
from checkin.rosters.collecting import paused
from checkin.rosters.headings import NOTHING_SAID
from checkin.rosters.mapping import Mapping, Remembered
from checkin.rosters.planning import Held, Plan, plan
from checkin.rosters.reading import read_list
from checkin.runtime.units import directly
from checkin.store import Store, Transaction
from checkin.store.roster import RosterChange
from checkin.store.rows import from_us

Progress = Callable[[int, int], None]
UNIT = 2000
ALONE = 25_000
"""Records of a unit where no window waits: each unit touches every index, so fewer of them cost a third less."""
_REVOCATIONS = text("SELECT id, at_us, reason FROM revocation WHERE plant = :plant ORDER BY id")


class Cancelled(CheckinError):
    """A person stopped it; nothing was written."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list brought, or would bring."""

    plan: Plan
    applied: bool


def take_list(
    store: Store,
    path: Path,
    *,
    plant: str | None = None,
    apply: bool = True,
    revoke_missing: bool = False,
    said: Mapping = NOTHING_SAID,
    memory: Remembered | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    unit: Callable[[Callable[[], int]], int] = directly,
    defaults: MappingOf[str, str] | None = None,
) -> Taken:
    """Reads ``path`` and, unless it is only looked at, writes what it changes.

    ``revoke_missing`` takes the tickets of those away who are gone from the list.  ``said`` and ``memory`` say what
    headings mean; ``memory`` also knows lead times; ``defaults`` as in ``read_list``.  ``progress(done, of)`` is called
    with rows.  Raises ``ListUnreadable`` when it is no list, ``Cancelled`` when ``cancelled`` said so before anything
    was written.
    """

    def tell(done: int, of: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled(_("Stopped. Nothing was changed"))
        if progress is not None:
            progress(done, of)

    with store.read() as tx:
        known, tours = tx.roster.plants(), tx.roster.tours()
    moment = now or SystemClock().now()
    before = memory.for_line if memory is not None else None
    result = read_list(path, plant, tell, known, said, before, tours, defaults)
    with store.read() as tx, paused():
        held = held_of(tx, set(result.plants))
    difference = checked(plan(result, held), held, moment, memory)
    tell(result.total, result.total)
    if apply:
        records = [*difference.records, *(difference.revocations(moment) if revoke_missing else ())]
        for some in _in_units(records, UNIT if unit is not directly else ALONE):
            unit(lambda some=some: _write(store, some))  # type: ignore[misc]
        if difference.restored:
            unit(lambda: _restore(store, difference.restored))
    return Taken(difference, apply)


def checked(difference: Plan, held: Held, now: datetime, memory: Remembered | None = None) -> Plan:
    """The plan, with what the checks have to say among its notices."""
    with paused():
        stops = {
            plant: [entry for entry in held.stops if entry.plant in (plant, "")] for plant in difference.result.plants
        }
        known = Known(
            now=now,
            plants={one.id: one for one in held.plants},
            tours={one.id: one for one in held.tours},
            visitors=held.visitors,
            stops=stops,
            lead=memory.lead_days if memory is not None else no_lead,
        )
        difference.result.notices += check(difference, known)
    return difference


def keep_mapping(memory: Remembered, difference: Plan, name: str = "") -> list[str]:
    """Remembers how the list's headings were understood; the names that are new."""
    kept: list[str] = []
    for kind in difference.result.kinds:
        if not name and (kind.bare or not kind.columns):
            continue  # where nothing was said nothing is kept; a list without headings needs a name
        if name or memory.for_line(kind.line) is None:
            kept.append(memory.keep(name, kind.columns, [] if kind.bare else [kind.line]))
    return kept


def _restore(store: Store, tickets: Sequence[Ticket]) -> int:
    with store.write() as tx:
        return tx.roster.apply(RosterChange("revocation", one.plant, one.id, None) for one in tickets)


def _write(store: Store, records: Sequence[Record]) -> int:
    with store.write() as tx, paused():
        tx.roster.put(records)
    return len(records)


def held_of(tx: Transaction, plants: set[str]) -> Held:
    """What a gate's store holds of these plants."""
    roster = tx.roster
    known = roster.plants()
    # Going through a table once is cheaper than looking most of its rows up, plant after plant.
    most = 2 * len(plants) > len(known)
    return Held(
        plants=known,
        tours=[tour for plant in plants for tour in roster.tours(plant)],
        groups=[group for plant in plants for group in roster.groups(plant)],
        visitors=[one for one in roster.visitors() if one.plant in plants]
        if most
        else [one for plant in plants for one in roster.visitors(plant)],
        tickets=[one for one in roster.tickets() if one.plant in plants]
        if most
        else [one for plant in plants for one in roster.tickets(plant)],
        stops=list({(one.plant, one.id): one for plant in plants for one in roster.stop_entries(plant)}.values()),
        revoked={one.id: one.reason for plant in plants for one in revocations_of(tx, plant)},
    )


def revocations_of(tx: Transaction, plant: str) -> list[Revocation]:
    """The revocations of a plant's tickets."""
    rows = tx.session.execute(_REVOCATIONS, {"plant": plant})
    return [Revocation(id=row.id, plant=plant, at=from_us(row.at_us), reason=row.reason) for row in rows]


def _in_units(records: Sequence[Record], size: int) -> Iterator[Sequence[Record]]:
    """The records in their order, ``size`` at a time."""
    for start in range(0, len(records), size):
        yield records[start : start + size]
