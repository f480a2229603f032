"""An organiser and gates without a network, as the tests of this folder need them; and nobody may open a socket."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from checkin.clock import SettableClock
from checkin.desk import Desk, Place
from checkin.domain.visit import Record
from checkin.packets import accepting, gate, organiser
from checkin.packets.identity import Identity, identity_of
from checkin.packets.storehouse import StoreHouse
from checkin.store import Store
from checkin.store.roster import put
from tests.field import NOW, opened

PLANT = "hleb"


class SocketOpened(AssertionError):
    """Somebody opened a socket where none may be."""


_forbidden = 0


def _watch(event: str, _arguments: tuple[Any, ...]) -> None:
    if _forbidden and event.startswith("socket."):
        raise SocketOpened(event)


sys.addaudithook(_watch)


@contextmanager
def no_sockets() -> Iterator[None]:
    """Every socket that this process makes meanwhile is an error, whoever makes it."""
    global _forbidden
    _forbidden += 1
    try:
        yield
    finally:
        _forbidden -= 1


@dataclass
class Office:
    """An organiser's PC: a profile."""

    store: Store
    clock: SettableClock

    @property
    def identity(self) -> Identity:
        return identity_of(self.store)

    @property
    def house(self) -> StoreHouse:
        return StoreHouse(self.store)

    def take(self, *records: Record) -> None:
        """These come onto the organiser's roster."""
        with self.store.write() as tx:
            tx.roster.apply(map(put, records))

    def roster(self, path: Path, *gates: Checkpoint, plant: str = PLANT) -> Path:
        """A roster packet."""
        to = [one.identity.recipient for one in gates]
        organiser.make_roster(self.store, self.house, path, self.clock, plant=plant, to=to, name="Программа")
        return path

    def accept(self, path: Path) -> accepting.Accepted:
        """A journal packet taken."""
        return accepting.accept(self.store, self.house, path, self.clock)

    def ack(self, path: Path) -> Path:
        """An acknowledgement packet."""
        organiser.make_ack(self.store, self.house, path, self.clock, plant=None, name="Программа")
        return path


@dataclass
class Checkpoint:
    """A gate's PC without a network."""

    folder: Path
    store: Store
    clock: SettableClock
    name: str

    @property
    def identity(self) -> Identity:
        return identity_of(self.store)

    @property
    def desk(self) -> Desk:
        return Desk(self.store, self.clock, Place(plant=PLANT, gate=self.name))

    def look(self, path: Path) -> gate.Preview:
        """What a packet would bring."""
        return gate.look(self.store, path, self.clock).preview

    def take(self, path: Path) -> gate.Took:
        """A packet looked at and taken."""
        return gate.take(self.store, gate.look(self.store, path, self.clock), self.clock)

    def journal(self, path: Path, **options: Any) -> Path:
        """A journal packet."""
        gate.make_journal(self.store, path, self.clock, gate=self.name, plant=PLANT, **options)
        return path

    def state(self) -> list[tuple[Any, ...]]:
        """Every row of the store: what a refused packet must not change."""
        found: list[tuple[Any, ...]] = []
        with self.store.read() as tx:
            connection = tx.session.connection()
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            for (name,) in names.fetchall():
                found.append((name,))
                found += [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall()]
        return found


@contextmanager
def office(folder: Path, records: Sequence[Record] = (), at: datetime = NOW) -> Iterator[Office]:
    """An organiser with a roster."""
    store = opened(folder)
    try:
        made = Office(store, SettableClock(at))
        made.take(*records)
        yield made
    finally:
        store.close()


@contextmanager
def checkpoint(folder: Path, name: str = "1", at: datetime = NOW) -> Iterator[Checkpoint]:
    """A gate with nothing yet."""
    store = opened(folder)
    try:
        yield Checkpoint(folder, store, SettableClock(at), name)
    finally:
        store.close()
