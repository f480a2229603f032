"""Where an organiser works: this profile's own roster, or a hub's, both through the same few methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from checkin.domain.visit import KINDS, Plant, Record
from checkin.rosters.plantnames import the_plant
from checkin.rosters.taking import revocations_of
from checkin.store import Store
from checkin.store.roster import RosterChange, put

if TYPE_CHECKING:
    from checkin.hub import Hub  # takes half a second to load: work that needs no hub does without

UNIT = 2000

Key = tuple[str, str, str]
"""Plant, kind and id of a record."""


class Book(Protocol):
    """A roster that can be read whole and written to."""

    def plants(self) -> list[Plant]: ...

    def held(self, plants: Iterable[str]) -> dict[str, list[Record]]:
        """Every record of these plants, by its kind."""

    def put(self, records: Sequence[Record], removed: Sequence[Key] = ()) -> None: ...


class StoreBook:
    """The profile's own roster."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def plants(self) -> list[Plant]:
        with self.store.read() as tx:
            return sorted(tx.roster.plants(), key=lambda one: (one.name, one.id))

    def held(self, plants: Iterable[str]) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {kind: [] for kind in KINDS}
        wanted = list(plants)
        with self.store.read() as tx:
            roster = tx.roster
            found["plant"] += [one for one in roster.plants() if one.id in wanted]
            for plant in wanted:
                found["gate"] += roster.gates(plant)
                found["tour"] += roster.tours(plant)
                found["group"] += roster.groups(plant)
                found["visitor"] += roster.visitors(plant)
                found["ticket"] += roster.tickets(plant)
                found["revocation"] += revocations_of(tx, plant)
                found["stop"] += [one for one in roster.stop_entries(plant) if one.plant == plant]
            found["key"] += [one for one in roster.signing_keys() if one.plant in wanted or not one.plant]
        return found

    def put(self, records: Sequence[Record], removed: Sequence[Key] = ()) -> None:
        changes = [RosterChange(kind, plant, identity, None) for plant, kind, identity in removed]
        changes += map(put, records)
        for start in range(0, len(changes), UNIT):
            with self.store.write() as tx:
                tx.roster.apply(changes[start : start + UNIT])


class HubBook:
    """A hub's roster; its gates get what changes at their next sync."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def plants(self) -> list[Plant]:
        return self.hub.plants()

    def held(self, plants: Iterable[str]) -> dict[str, list[Record]]:
        return self.hub.held(plants)

    def put(self, records: Sequence[Record], removed: Sequence[Key] = ()) -> None:
        self.hub.put_records(records, removed)


@dataclass(frozen=True, slots=True)
class Desk:
    """An organiser's place of work: the profile's folder and the book."""

    folder: Path
    book: StoreBook | HubBook

    def plant(self, called: str | None) -> Plant | None:
        """The plant with this id or name, None when none is asked for; raises ``SettingsWrong``."""
        return the_plant(self.book.plants(), called) if called else None
