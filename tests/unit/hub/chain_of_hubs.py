"""A plant's hub and the one above it in one process, for tests of what goes between them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from checkin.clock import SettableClock
from checkin.hub import Hub, attendance, open_hub, rows
from checkin.hub.api.app import application
from checkin.hub.api.limits import Limits
from checkin.hub.database import reading
from checkin.hub.devices import Enrolled
from checkin.hub.upstreams import join, joined
from checkin.hubchain.rounds import Rounds
from checkin.wire import EnrolAnswer, EnrolRequest
from tests.field import NOW, plant, ticket, tour, visitor
from tests.property.nearby import Air, Loop
from tests.unit.hub.hub_world import Journal, raw


@dataclass
class Chain:
    """A hub and the one above it, with nothing but air between."""

    folder: Path
    air: Air
    clock: SettableClock
    above: Hub
    below: Hub
    rounds: Rounds | None = None

    def round(self) -> None:
        """One round of a program that has just started."""
        (place,) = joined(self.below.engine)
        self.rounds = Rounds(self.below, self.air.backend("above", place.token), self.clock, lambda: False)
        self.rounds.go(place)

    def lines(self, hub: Hub) -> list[str]:
        c = rows.attendance.c
        with reading(hub.engine) as connection:
            return sorted(connection.scalars(select(c.hash)))

    def back_up(self) -> None:
        source, copy = (sqlite3.connect(self.folder / name) for name in ("above.sqlite", "backup"))
        with closing(source), closing(copy):
            source.backup(copy)

    def restore(self) -> None:
        self.above.close()
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"above.sqlite{ending}").unlink(missing_ok=True)
        shutil.copy(self.folder / "backup", self.folder / "above.sqlite")
        self.serve()

    def serve(self) -> None:
        self.above = open_hub(f"sqlite:///{self.folder}/above.sqlite", self.clock)
        self.air.apps["above"] = application(self.above.engine, self.clock, Limits(1e6, 1e6, 1e6))


@contextmanager
def chained_hubs(tmp_path: Path) -> Iterator[Chain]:
    """Both, joined, with a small roster that has come down."""
    clock = SettableClock(NOW)
    with (
        closing(Loop()) as loop,
        open_hub(f"sqlite:///{tmp_path}/above.sqlite", clock) as above,
        open_hub(f"sqlite:///{tmp_path}/below.sqlite", clock) as below,
    ):
        made = Chain(tmp_path, Air(loop), clock, above, below)
        made.serve()
        above.put_records([plant(), tour("t1", NOW, 600), visitor("v1"), ticket("CODE-1", "v1")])
        request = EnrolRequest(code=above.invite_hub("hleb", "Завод"), device="f" * 32, public_key="0" * 64)
        told = made.air.backend("above", "").ask(
            EnrolAnswer, "POST", "relay/enrol", body=request.model_dump_json().encode()
        )
        join(below.engine, "hleb", "http://above", None, told.token, request.device, request.public_key)
        made.round()
        yield made
        made.above.close()


def send(hub: Hub, who: Enrolled, journal: Journal, begin: int = 0) -> None:
    received = attendance.receive(hub.engine, who, [raw(line) for line in journal.lines[begin:]], NOW, NOW)
    assert {answer.status.value for answer in received.answers} == {"accepted"}
