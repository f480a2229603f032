"""Takes a list into a gate's store: reads it, works out the difference, then writes that in units.

A unit is one transaction of at most ``UNIT`` records, so that a scan never waits for a long list.  Records come after
what they refer to; an import that dies half-way is simply done again, since a list changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checkin.domain.visit import Record
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.rosters.planning import Held, Plan, plan
from checkin.rosters.reading import read_list
from checkin.runtime.units import directly
from checkin.store import Store
from checkin.store.roster import Roster, put

Progress = Callable[[int, int], None]
UNIT = 2000


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
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    unit: Callable[[Callable[[], int]], int] = directly,
) -> Taken:
    """Reads ``path`` and, unless it is only looked at, writes what it changes.

    ``progress(done, of)`` is called with rows.  Raises ``ListUnreadable`` when it is no list, ``Cancelled`` when
    ``cancelled`` said so before anything was written.
    """

    def tell(done: int, of: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled(_("Stopped. Nothing was changed"))
        if progress is not None:
            progress(done, of)

    with store.read() as tx:
        known = tx.roster.plants()
    result = read_list(path, plant, tell, known)
    with store.read() as tx:
        held = _held(tx.roster, set(result.plants))
    difference = plan(result, held)
    tell(result.total, result.total)
    if apply:
        for some in _in_units(difference.records, UNIT):
            unit(lambda some=some: _write(store, some))  # type: ignore[misc]
    return Taken(difference, apply)


def _write(store: Store, records: Sequence[Record]) -> int:
    with store.write() as tx:
        return tx.roster.apply(map(put, records))


def _held(roster: Roster, plants: set[str]) -> Held:
    return Held(
        plants=roster.plants(),
        tours=[tour for plant in plants for tour in roster.tours(plant)],
        groups=[group for plant in plants for group in roster.groups(plant)],
        visitors=[visitor for plant in plants for visitor in roster.visitors(plant)],
        tickets=[ticket for plant in plants for ticket in roster.tickets(plant)],
    )


def _in_units(records: Sequence[Record], size: int) -> Iterator[Sequence[Record]]:
    """The records in their order, ``size`` at a time."""
    for start in range(0, len(records), size):
        yield records[start : start + size]
