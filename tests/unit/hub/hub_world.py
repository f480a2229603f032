"""What the hub's tests are about: a small plant, and a gate that keeps a real signed journal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkin.domain.events import GENESIS, AttendanceEvent, JournalLine, Kind, chained, new_id
from checkin.domain.visit import Group, Plant, Record, Ticket, Tour, Visitor
from checkin.hub import Hub, devices
from checkin.hub.devices import Enrolled
from checkin.wire import EnrolAnswer, EnrolRequest, line_out

NOW = datetime(2026, 8, 5, 7, 30, tzinfo=UTC)


class Journal:
    """A device with its key and its chain.  Every call of ``write`` is the next line."""

    def __init__(self, plant: str = "bread", gate: str = "gate-1") -> None:
        self.key = Ed25519PrivateKey.generate()
        self.device = os.urandom(16).hex()
        self.plant = plant
        self.gate = gate
        self.token = ""
        self.lines: list[JournalLine] = []

    @property
    def public_key(self) -> str:
        return self.key.public_key().public_bytes_raw().hex()

    def request(self, code: str) -> EnrolRequest:
        return EnrolRequest(code=code, device=self.device, public_key=self.public_key)

    def take(self, answer: EnrolAnswer) -> None:
        """Is what the hub says from now on."""
        self.plant, self.gate, self.token = answer.plant, answer.gate, answer.token

    def sign(self, digest: bytes) -> str:
        return self.key.sign(digest).hex()

    def write(self, subject: str | None = None, kind: Kind = Kind.ENTRY, **fields: Any) -> JournalLine:
        given: dict[str, Any] = {
            "id": new_id(),
            "plant": self.plant,
            "gate": self.gate,
            "at": NOW + timedelta(seconds=len(self.lines)),
            "kind": kind,
            "device": self.device,
            "seq": len(self.lines) + 1,
            "subject": subject,
            "tour": "tour-1",
        }
        prev = self.lines[-1].hash if self.lines else GENESIS
        line = chained(AttendanceEvent(**given | fields), prev, self.sign)
        self.lines.append(line)
        return line


def raw(line: JournalLine) -> dict[str, Any]:
    """A line as it arrives."""
    return line_out(line).model_dump()


def season(plant: str = "bread", tours: int = 2, visitors: int = 10) -> Iterator[Record]:
    """A plant with tours, and ``visitors`` on each with a ticket each; ids name the tour and the visitor."""
    yield Plant(id=plant, name=f"Завод {plant}", tz="Asia/Yekaterinburg")
    for number in range(1, tours + 1):
        tour = f"tour-{number}"
        start = NOW + timedelta(hours=number)
        yield Tour(id=tour, plant=plant, title=f"Экскурсия {number}", start=start, end=start + timedelta(hours=1))
        for count in range(1, visitors + 1):
            who = f"v{number}-{count}"
            yield Visitor(id=who, plant=plant, tour=tour, name=f"Иванова Мария {count}")
            yield Ticket(id=f"k{number}-{count}", plant=plant, tour=tour, code=f"{plant}-{number}-{count}", visitor=who)


def party(plant: str = "bread", heads: int = 25) -> Iterator[Record]:
    """A group of the first tour that comes without names."""
    yield Group(id="school", plant=plant, tour="tour-1", name="Школа № 12", size=heads)
    yield Ticket(id="k-school", plant=plant, tour="tour-1", code="SCHOOL", group="school", party=heads)


def enrolled(hub: Hub, gate: str = "Главная", plant: str = "bread") -> tuple[Journal, Enrolled]:
    """A journal whose device the hub knows, without any HTTP between them."""
    journal = Journal()
    code = hub.invite(plant, gate)
    journal.take(devices.enrol(hub.engine, journal.request(code), hub.clock.now()))
    who = devices.bearer(hub.engine, journal.token, hub.clock.now())
    assert who is not None
    return journal, who
