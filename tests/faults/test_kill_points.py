"""A gate killed (SIGKILL) at a random moment of a scan, a sync page, a migration or a checkpoint.

After every kill the store opens and the journal is whole and holds every green; at the end the hub has each event of
the journal exactly once, and nothing else is there.  With PROHODNAYA_LONG=1 there are a thousand kills, in turn, and
every tenth sync kill takes the hub along; ``KILLS`` in the environment sets another number.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from alembic import command
from sqlalchemy import select

from checkin.clock import SystemClock
from checkin.domain.events import Kind
from checkin.errors import Retry
from checkin.hub import open_hub
from checkin.hub.database import reading
from checkin.hub.rows import attendance
from checkin.store import migrations
from checkin.store.engine import HEAD, engine_for
from checkin.store.keys import find_key
from checkin.sync.engine import Engine
from checkin.sync.enrol import enrol, enrolment
from checkin.sync.http import HttpBackend
from tests.faults.victim import CODES, READY, Victim
from tests.field import crowd, opened, plant, profile, tour
from tests.integration.hub_process import HubProcess, start_hub

LONG = os.environ.get("PROHODNAYA_LONG") == "1"
KILLS = int(os.environ.get("KILLS", "1000" if LONG else "24"))
WORKS = ("scan", "sync", "migration", "checkpoint")
CHECKED_EVERY = 25
"""After every kill the store is opened and the greens are looked for; the whole chain is checked this often."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200 if LONG else 300)]


@dataclass
class Field:
    """A gate's profile, the hub that it is enrolled with, and what was green."""

    folder: Path
    db: str
    hub: HubProcess
    greens: set[str] = field(default_factory=set)
    opening_s: float = 0.1
    kills: Counter[str] = field(default_factory=Counter)
    restarts: int = 0

    def restart_hub(self) -> None:
        """The hub is killed and comes back at its port."""
        self.hub.kill()
        self.restarts += 1
        self.hub = start_hub(self.db, self.folder.parent / "hub.log", self.hub.port)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Field]:
    now = SystemClock().now()
    records = [plant(), tour("t1", now, 600), *crowd(CODES)]
    db = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(db) as hub:
        hub.put_records(records)
        code, others = hub.invite("hleb", "1"), hub.invite("hleb", "2")
    server = start_hub(db, tmp_path / "hub.log")
    made = Field(tmp_path / "gate", db, server)
    for folder, invited in ((made.folder, code), (tmp_path / "other", others)):
        profile(folder)
        store = opened(folder)
        with HttpBackend(server.url) as backend:
            enrol(store, backend, server.url, invited)
        with store.read() as tx:
            token = tx.meta.get("hub.token")
        with HttpBackend(server.url, token) as backend:
            Engine(store, backend, SystemClock(), "hleb").round()
        store.close()
    try:
        yield made
    finally:
        made.hub.kill()


def older(folder: Path) -> None:
    """The store as an older version had it: the two newest migrations undone by hand, of which one works long."""
    key = find_key(profile(folder), "file")
    assert key is not None
    engine = engine_for(folder / "store.sqlite", key)
    try:
        with engine.execution_options(write="FULL").begin() as connection:
            assert HEAD == "0004", "undo the newest migration here"
            connection.exec_driver_sql("DROP INDEX ix_presence_walk_in")
            for table in ("visitor", "ticket", "presence"):
                for change in ("added", "gone", "changed"):
                    connection.exec_driver_sql(f"DROP TRIGGER {table}_{change}")
            connection.exec_driver_sql("DROP TABLE tour_heads")
            connection.exec_driver_sql("DROP TABLE group_heads")
            connection.exec_driver_sql("DROP INDEX ix_event_tour_kind")
            connection.exec_driver_sql("DROP INDEX ix_presence_doubles")
            connection.exec_driver_sql("CREATE INDEX ix_event_tour ON event (tour)")
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    finally:
        engine.dispose()


def killed(place: Field, work: str, random: Random, number: int) -> None:
    """One life: it works until a moment that nobody knows, and is killed."""
    if work == "migration":
        older(place.folder)
    began = time.perf_counter()
    victim = Victim(work, place.folder, random.randrange(2**32))
    assert victim.hear() == READY
    if work == "migration":
        wait_s = random.uniform(0, place.opening_s * 1.3)
    else:
        place.opening_s = place.opening_s * 0.8 + (time.perf_counter() - began) * 0.2
        first = victim.hear()
        assert first, "it died by itself"
        place.greens.add(first)
        wait_s = random.uniform(0, {"scan": 0.03, "checkpoint": 0.05, "sync": 0.4}[work])
    until = time.perf_counter() + wait_s
    if work == "sync" and number % 40 == 1 and number > 1:
        place.restart_hub()
    while time.perf_counter() < until:
        if (left := until - time.perf_counter()) > 0.005:
            time.sleep(left / 2)
    place.greens.update(victim.kill())
    place.kills[work] += 1


def unspoiled(place: Field, *, wholly: bool) -> int:
    """The store opens, every green is in it, and, ``wholly``, its chain is whole; its number of events."""
    store = opened(place.folder)
    try:
        with store.read() as tx:
            device = tx.meta.device()
            assert tx.session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
            rows = tx.session.connection().exec_driver_sql("SELECT id FROM event WHERE device = ?", (device.id,))
            kept = {row[0] for row in rows}
            assert place.greens <= kept, f"{len(place.greens - kept)} greens are gone"
            if wholly:
                assert tx.journal.first_break(device.id, device.public_hex) is None
                assert tx.journal.count(device.id) == len(kept)
                assert {line.event.id for line in store.copy.read().lines.values()} == kept
            return len(kept)
    finally:
        store.close()


def test_killed_anywhere_nothing_is_lost_and_nothing_is_twice(place: Field) -> None:
    seed = int.from_bytes(os.urandom(4), "big") if LONG else 20_260_805
    random = Random(seed)
    print(f"seed {seed}")
    began = time.monotonic()
    for number in range(KILLS):
        killed(place, WORKS[number % len(WORKS)], random, number)
        events = unspoiled(place, wholly=number % CHECKED_EVERY == 0 or number == KILLS - 1)
    kept = sent(place)
    assert place.greens <= kept
    assert at_hub(place) == Counter(kept)
    lasted = time.monotonic() - began
    print(f"{dict(place.kills)}, the hub {place.restarts} times, in {lasted:.0f} s")
    print(f"{len(place.greens)} greens, {events} events")


def sent(place: Field) -> set[str]:
    """Everything goes to the hub; the ids of the gate's events, of which each is a green or was under way."""
    store = opened(place.folder)
    try:
        known = enrolment(store)
        assert known is not None
        until = time.monotonic() + 300
        with HttpBackend(known.url, known.token) as backend:
            engine = Engine(store, backend, SystemClock(), "hleb")
            waiting = 1
            while waiting:
                assert time.monotonic() < until
                try:
                    engine.round()
                except Retry:
                    time.sleep(0.1)
                with store.read() as tx:
                    waiting = tx.outbox.waiting()
        with store.read() as tx:
            assert tx.outbox.rejected_count() == 0
            lines = [stored.line.event for stored in tx.journal.lines(tx.meta.device().id)]
            assert all(one.kind in (Kind.ENTRY, Kind.EXIT, Kind.REFUSAL) for one in lines)
            # Whoever dies between commit and green leaves one event that nobody saw, and no more than one.
            unseen = {one.id for one in lines if one.kind is not Kind.REFUSAL} - place.greens
            assert len(unseen) <= sum(place.kills.values())
            return {one.id for one in lines}
    finally:
        store.close()


def at_hub(place: Field) -> Counter[str]:
    with open_hub(place.db) as hub, reading(hub.engine) as connection:
        return Counter(connection.scalars(select(attendance.c.id)))


def test_the_older_store_is_the_one_that_the_older_program_made(tmp_path: Path) -> None:
    """What ``older`` undoes is what the newest migration does: the two schemas are the same."""
    from alembic.config import Config

    store = opened(tmp_path / "gate")
    store.close()
    older(tmp_path / "gate")
    key = find_key(profile(tmp_path / "gate"), "file")
    assert key is not None

    def schema(path: Path) -> list[tuple[str, str]]:
        engine = engine_for(path, key or "")
        try:
            with engine.connect() as connection:
                rows = connection.exec_driver_sql(
                    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
                )
                return [(name, sql) for name, sql in rows]
        finally:
            engine.dispose()

    fresh = tmp_path / "fresh.sqlite"
    engine = engine_for(fresh, key)
    with engine.execution_options(write="FULL").begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    assert schema(tmp_path / "gate" / "store.sqlite") == schema(fresh)
    shutil.rmtree(tmp_path / "gate")
