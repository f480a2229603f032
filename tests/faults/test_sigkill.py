"""A gate killed right after green: every green is in the journal, the chain is whole, the hub has each exactly once.

Twenty kills in continuous integration, two hundred with PROHODNAYA_LONG=1; ``test_kill_points`` has the thousand.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from checkin.domain.events import Kind
from checkin.hub import open_hub
from tests.field import Site, list_file, opened, profile, site
from tests.integration.command_line import Scanner, ok
from tests.integration.hub_process import hub_process

LONG = os.environ.get("PROHODNAYA_LONG") == "1"
KILLS = 200 if LONG else 20
RUNNING_AT_ONCE = 2
TICKETS = 6000 if LONG else 400
MOST_MS = 12.0
"""The kill comes up to so long after the green line was read: inside the next scan, its commit, or a checkpoint."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200 if LONG else 900)]


@dataclass
class Told:
    """What the scanner said before it died."""

    greens: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def hear(self, answer: dict[str, str]) -> None:
        if answer["verdict"] == "admit":
            self.greens[answer["event_id"]] = answer["code"]
        else:
            self.others.add(answer["event_id"])


def kill_after_a_green(scanner: Scanner, codes: list[str], random: Random, told: Told) -> None:
    """Writes codes, reads a few greens, leaves some codes in the pipe, waits a moment, and kills."""
    wanted = random.randint(1, 3)
    scanner.write(*codes)
    told.asked.update(codes)
    while wanted:
        answer = scanner.answer()
        assert answer, "the scanner ended by itself"
        told.hear(answer)
        wanted -= answer["verdict"] == "admit"
    until = time.perf_counter() + random.uniform(0, MOST_MS) / 1000
    while time.perf_counter() < until:  # a sleep would be longer than what is aimed at
        pass
    scanner.kill()
    for answer in scanner.answers():  # said before the kill, read after it
        told.hear(answer)
    assert scanner.end() == -9


def enrolled_gate(folder: Path, db: str, url: str) -> Path:
    """A gate that has the list from the hub."""
    with open_hub(db) as hub:
        code = hub.invite("Хлебозавод № 3", "Турникет")
    made = profile(folder / "gate")
    ok(made.folder, "enrol", url, code)
    ok(made.folder, "sync")
    return made.folder


def test_every_green_is_in_the_journal_and_at_the_hub_exactly_once(tmp_path: Path) -> None:
    seed = int.from_bytes(os.urandom(4), "big") if LONG else 20_260_805
    random = Random(seed)
    codes = list_file(tmp_path / "list.csv", TICKETS, tours=4)
    random.shuffle(codes)
    db = f"sqlite:///{tmp_path}/hub.sqlite"
    ok(tmp_path / "admin", "hub", "import", str(tmp_path / "list.csv"), "--db", db)
    told = Told()
    with hub_process(db, tmp_path) as hub:
        gate = enrolled_gate(tmp_path, db, hub.url)
        waiting: list[Scanner] = [Scanner(gate) for _ in range(RUNNING_AT_ONCE)]
        for kill in range(KILLS):
            fresh = [codes[(kill * 5 + step) % len(codes)] for step in range(6)]
            kill_after_a_green(waiting.pop(0), [*fresh, "NOBODY"], random, told)
            if kill + len(waiting) + 1 < KILLS:
                waiting.append(Scanner(gate))  # the next one starts while this one is looked at
            _unspoiled(gate, told)
        assert not waiting
        assert len(told.greens) >= KILLS, seed
        with site(gate) as survivor:
            kept = {one.id: one for one in survivor.events}
        ok(gate, "sync")
        with open_hub(db) as admin:
            (whole,) = [line for line in admin.headcount() if line.tour is None]
    entered = {one.id for one in kept.values() if one.kind is Kind.ENTRY}
    assert set(told.greens) <= entered, seed
    assert len({one.subject for one in kept.values() if one.id in entered}) == len(entered) == whole.inside
    assert _at_hub(db) == sorted(kept), seed
    assert told.others <= set(kept)


def _unspoiled(gate: Path, told: Told) -> None:
    """After each kill: the store opens, its chain is whole, every green so far is in it."""
    store = opened(gate)
    try:
        with store.read() as tx:
            device = tx.meta.device()
            assert tx.journal.first_break(device.id) is None
            events = [stored.line.event for stored in tx.journal.lines(device.id)]
            kept = {event.id for event in events}
            assert tx.outbox.waiting() == sum(event.kind is not Kind.ACT for event in events)  # the enrolment went up
        assert set(told.greens) <= kept
    finally:
        store.close()


def _at_hub(db: str) -> list[str]:
    """Ids of every event that the hub has, each as often as it has it."""
    from sqlalchemy import select

    from checkin.hub import rows
    from checkin.hub.database import reading

    with open_hub(db) as hub, reading(hub.engine) as connection:
        return sorted(connection.scalars(select(rows.attendance.c.id)))


def test_a_killed_import_is_simply_done_again(tmp_path: Path) -> None:
    """A list that dies half-way leaves a store that works, and the same list once more makes it whole."""
    import subprocess

    from tests.integration.command_line import ROOT, command, environment

    list_file(tmp_path / "list.csv", 8000, tours=4)
    words = command(tmp_path / "gate", "roster", "import", str(tmp_path / "list.csv"), "--json")
    ok(tmp_path / "gate", "headcount")
    process = subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL)
    found = 0
    until = time.monotonic() + 120
    with site(tmp_path / "gate") as gate:
        while not found and process.poll() is None and time.monotonic() < until:
            found = _visitors(gate)
        process.kill()
        process.wait(30)
        assert 0 < _visitors(gate) <= 8000
    done = ok(tmp_path / "gate", "roster", "import", str(tmp_path / "list.csv"), "--json").line
    assert done["taken"] + done["unchanged"] + done["changed"] == 8000
    with site(tmp_path / "gate") as gate:
        assert _visitors(gate) == 8000


def _visitors(gate: Site) -> int:
    with gate.store.read() as tx:
        return tx.roster.visitor_count()
