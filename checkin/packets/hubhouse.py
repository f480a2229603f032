"""A hub's database as what stands behind packets: opened as a file, never as a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from checkin.domain.events import AttendanceEvent
from checkin.domain.visit import Gate, Plant, Tour
from checkin.hub import Hub, relay, roster, rows
from checkin.hub.database import reading
from checkin.hub.devices import Enrolled
from checkin.hub.models import RelayDevice
from checkin.hub.peers import peers
from checkin.packets.contents import MAX_LINE_BYTES
from checkin.store.purging import rule
from checkin.wire import Answer, PeerLine, PeerPage, RosterPage

VIA = "packet"
"""``via`` of what came on a stick: a hub above gets it as it gets a gate's."""
_PAGE = 200
_a, _d = rows.attendance.c, rows.device.c


class HubHouse:
    """A hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def plant(self, called: str) -> Plant:
        """The plant with this id or name; raises ``SettingsWrong``."""
        return self._hub.plant(called)

    def knows(self, plant: str) -> bool:
        """Whether the roster has it."""
        return any(one.id == plant for one in self._hub.plants())

    def pages(self, plant: str, packet: str) -> Iterator[RosterPage]:
        """The very pages that a gate would fetch from the beginning."""
        cursor, limit, more = "", _PAGE, True
        while more:
            text = roster.page(self._hub.engine, plant, cursor, limit)
            if len(text.encode()) > MAX_LINE_BYTES - 100 and limit > 1:
                limit //= 2
                continue
            page = RosterPage.model_validate_json(text)
            yield page
            cursor, more = page.cursor, page.more

    def others(self, plant: str, since: datetime) -> Iterator[PeerLine]:
        """Lines of every device that came here since a moment."""
        nobody = Enrolled("", plant, "", "", "", None, revoked=False)
        cursor, more = "", True
        while more:
            page = PeerPage.model_validate_json(
                peers(self._hub.engine, nobody, cursor, _PAGE, self._hub.clock.now()).text
            )
            for line in page.lines:
                if line.received_at >= since:
                    yield line
            cursor, more = page.cursor, page.more

    def shut_out(self, plant: str) -> dict[str, str]:
        """Public key and name of every gate that was shut out and has not enrolled again under another id."""
        query = select(_d.public_key, _d.gate_name, _d.revoked_at).where(_d.plant == plant)
        with reading(self._hub.engine) as connection:
            devices = connection.execute(query).all()
        let_in = {row.public_key for row in devices if row.revoked_at is None}
        return {str(row.public_key): str(row.gate_name) for row in devices if row.public_key not in let_in}

    def enrolled(self, plant: str, device: str) -> tuple[str, bool] | None:
        """Public key of a device that enrolled over the network, and whether it was shut out."""
        query = select(_d.public_key, _d.revoked_at, _d.via).where(_d.plant == plant, _d.id == device)
        with reading(self._hub.engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None or (row.via == VIA and row.revoked_at is None):
            return None
        return str(row.public_key), row.revoked_at is not None

    def receive(
        self, plant: str, device: str, public_key: str, name: str, lines: Sequence[object], now: datetime
    ) -> list[Answer]:
        """The hub's own ingest, as for lines that another hub passes on."""
        gate = next(
            (one.id for one in self._hub.held([plant])["gate"] if isinstance(one, Gate) and one.name == name), name
        )
        told = RelayDevice(id=device, gate=gate, gate_name=name, public_key=public_key)
        return relay.take(self._hub.engine, plant, VIA, [told], lines, now).answers

    def numbers(self, plant: str, device: str) -> set[int]:
        """The numbers of a device's lines that are here."""
        query = select(_a.seq).where(_a.plant == plant, _a.device == device)
        with reading(self._hub.engine) as connection:
            return set(connection.scalars(query))

    def due(self, plant: str) -> Callable[[AttendanceEvent], datetime | None]:
        """By the plant and tours of the hub's roster."""
        held = self._hub.held([plant])
        return rule(
            [one for one in held["plant"] if isinstance(one, Plant)],
            [one for one in held["tour"] if isinstance(one, Tour)],
        )

    def hash_of(self, plant: str, device: str, seq: int) -> str:
        """The hash of the line with this number, or nothing."""
        query = select(_a.hash).where(_a.plant == plant, _a.device == device, _a.seq == seq)
        with reading(self._hub.engine) as connection:
            return str(connection.execute(query).scalar_one_or_none() or "")
