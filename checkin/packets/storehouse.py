"""An organiser's own profile as what stands behind packets: its roster goes out, gates' journals lie beside its own.

A roster has no revisions here, so each packet is the whole of it, with the removal of everything that packets once had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from checkin.domain.events import AttendanceEvent, JournalLine
from checkin.domain.visit import Plant, SigningKey, StopEntry
from checkin.errors import SettingsWrong
from checkin.hub.attendance import examine
from checkin.hub.devices import Enrolled
from checkin.hub.signatures import verifier
from checkin.i18n import gettext as _
from checkin.packets.gate import held
from checkin.packets.known import Known
from checkin.store import Store
from checkin.store.engine import Transaction
from checkin.store.journal import Stored
from checkin.store.purging import rule
from checkin.wire import Answer, Change, PeerLine, Rejection, RosterPage, Status, line_out, record_fields

_PAGE = 200


class StoreHouse:
    """A profile."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plant(self, called: str) -> Plant:
        """The plant with this id or name; raises ``SettingsWrong``."""
        wanted = called.strip()
        with self._store.read() as tx:
            for plant in tx.roster.plants():
                if plant.id == wanted or plant.name.casefold() == wanted.casefold():
                    return plant
        raise SettingsWrong(_("The roster has no plant “{plant}”").format(plant=called))

    def knows(self, plant: str) -> bool:
        """Whether the roster has it."""
        with self._store.read() as tx:
            return tx.roster.plant(plant) is not None

    def pages(self, plant: str, packet: str) -> Iterator[RosterPage]:
        """Everything that there is, then everything that is gone."""
        with self._store.write() as tx:
            known = Known(tx)
            changes = list(_changes(tx, plant))
            there = {(change.kind, change.id) for change in changes}
            gone = known.sent(plant) - there
            known.keep_sent(plant, there | gone)
        changes += [Change(kind=kind, id=identity, revision=0, record=None) for kind, identity in sorted(gone)]
        for start in range(0, max(1, len(changes)), _PAGE):
            end = start + _PAGE
            yield RosterPage(
                changes=changes[start:end],
                cursor=f"{packet}.{end}",
                more=end < len(changes),
                total=len(changes) - start,
            )

    def others(self, plant: str, since: datetime) -> Iterator[PeerLine]:
        """Lines of every device that came here since a moment."""
        with self._store.read() as tx:
            for stored in tx.journal.lines():
                event, came = stored.line.event, stored.received_at or stored.line.event.at
                if event.plant == plant and came >= since:
                    line = line_out(stored.line).model_dump()
                    yield PeerLine.model_validate({"line": line, "received_at": came})

    def shut_out(self, plant: str) -> dict[str, str]:
        """Nobody enrols at a profile."""
        return {}

    def enrolled(self, plant: str, device: str) -> tuple[str, bool] | None:
        """Nobody enrols at a profile."""
        return None

    def receive(
        self, plant: str, device: str, public_key: str, name: str, lines: Sequence[object], now: datetime
    ) -> list[Answer]:
        """Each line is looked at as a hub looks at it, and taken as a gate takes another gate's."""
        who = Enrolled(device, plant, name, name, public_key, None, revoked=False)
        verify = verifier(public_key)
        with self._store.write() as tx:
            return [_answer(tx, line, who, verify, now) for line in lines]

    def numbers(self, plant: str, device: str) -> set[int]:
        """The numbers of a device's lines that are here."""
        with self._store.read() as tx:
            return tx.journal.numbers(device)

    def due(self, plant: str) -> Callable[[AttendanceEvent], datetime | None]:
        """By the plant and tours of the roster."""
        with self._store.read() as tx:
            there = tx.roster.plant(plant)
            return rule([there] if there is not None else [], tx.roster.tours(plant) if there is not None else [])

    def hash_of(self, plant: str, device: str, seq: int) -> str:
        """The hash of the line with this number, or nothing."""
        with self._store.read() as tx:
            line = next(tx.journal.numbered(device, {seq}), None)
        return "" if line is None else line.hash


def _changes(tx: Transaction, plant: str) -> Iterator[Change]:
    for kind, record in held(tx, plant):
        if isinstance(record, StopEntry | SigningKey):  # the whole programme's go to each plant as its own
            record = replace(record, plant=plant)
        yield Change(kind=kind, id=record.id, revision=0, record=record_fields(record))


def _answer(tx: Transaction, raw: object, who: Enrolled, verify: Callable[[bytes, str], bool], now: datetime) -> Answer:
    line = examine(raw, who, verify)
    if not isinstance(line, JournalLine):
        return Answer(id=line.id, status=Status.REJECTED, reason=line.reason)
    there = next(tx.journal.numbered(line.device, {line.seq}), None)
    if there is not None and there.hash == line.hash:
        return Answer(id=line.event.id, status=Status.DUPLICATE)
    if tx.journal.by_id(line.event.id) is not None:
        return Answer(id=line.event.id, status=Status.REJECTED, reason=Rejection.ID_TAKEN)
    if there is not None:
        return Answer(id=line.event.id, status=Status.REJECTED, reason=Rejection.FORK)
    tx.journal.take_peers([Stored(line, now)], tx.meta.get("device.id"))
    return Answer(id=line.event.id, status=Status.ACCEPTED)
