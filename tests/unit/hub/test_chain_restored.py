"""A hub above that lost what it had is noticed by the hub below, whether or not somebody said that it was restored."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
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
from tests.unit.hub.hub_world import Journal, enrolled, raw


@dataclass
class Chain:
    folder: Path
    air: Air
    clock: SettableClock
    above: Hub
    below: Hub

    def round(self) -> None:
        (place,) = joined(self.below.engine)
        Rounds(self.below, self.air.backend("above", place.token), self.clock, lambda: False).go(place)

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


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
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


def test_what_it_lost_goes_up_again_although_as_many_new_lines_came_meanwhile(chain: Chain) -> None:
    here, who = enrolled(chain.below, "Восток", "hleb")
    for _ in range(3):
        here.write("v1")
    send(chain.below, who, here)
    chain.round()
    chain.back_up()
    here.write("v1")
    here.write("v1")
    send(chain.below, who, here, begin=3)
    chain.round()
    assert chain.lines(chain.above) == chain.lines(chain.below)
    chain.restore()
    there, whose = enrolled(chain.above, "Запад", "hleb")  # a gate at the hub above fills the places of what is gone
    for _ in range(4):
        there.write("v1")
    send(chain.above, whose, there)
    here.write("v1")
    send(chain.below, who, here, begin=5)
    for _ in range(2):
        chain.round()
    assert chain.lines(chain.above) == chain.lines(chain.below)
    assert len(chain.lines(chain.above)) == 10
    before = chain.air.met.copy()
    chain.round()
    assert (chain.air.met - before).total() == 2  # a page of lines, a page of the roster: nothing goes up for ever


def test_a_restored_hub_writes_its_own_journal_under_another_name(chain: Chain) -> None:
    (one, one_who), (two, two_who) = (enrolled(chain.below, gate, "hleb") for gate in ("Восток", "Запад"))
    first, second = one.write("v1"), two.write("v1")
    send(chain.below, one_who, one)
    send(chain.below, two_who, two)
    chain.below.resolve("hleb", first.event.id, "раз")
    chain.round()
    assert [clash.resolved for clash in chain.above.conflicts()] == [True]
    chain.below.restored()
    three, three_who = enrolled(chain.below, "Юг", "hleb")
    three.write("v1")
    send(chain.below, three_who, three)
    assert [clash.resolved for clash in chain.below.conflicts()] == [False]
    chain.below.resolve("hleb", second.event.id, "два")
    chain.round()
    assert [clash.resolved for clash in chain.above.conflicts()] == [True]
    assert len(set(_devices(chain.above))) == 5  # three gates, the hub below before and after
    assert not chain.above.findings()


def send(hub: Hub, who: Enrolled, journal: Journal, begin: int = 0) -> None:
    received = attendance.receive(hub.engine, who, [raw(line) for line in journal.lines[begin:]], NOW, NOW)
    assert {answer.status.value for answer in received.answers} == {"accepted"}


def _devices(hub: Hub) -> list[str]:
    c = rows.attendance.c
    with reading(hub.engine) as connection:
        return list(connection.scalars(select(c.device)))
