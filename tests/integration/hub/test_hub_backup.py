"""A backup taken while the hub serves, restored beside it: what was answered before it is there, the rest comes again.

The commands are those of docs/deployment.md: ``pg_dump``, ``createdb`` and ``pg_restore``, or SQLite's ``.backup``.
"""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from pathlib import Path

from sqlalchemy import select

from checkin.errors import Retry
from checkin.hub import Hub, open_hub, rows
from checkin.hub.database import reading
from checkin.sync.http import HttpBackend
from tests.bench.hubload import epochs_of
from tests.integration.hub.gates import all_peers, enrol, now, push_until_done
from tests.integration.hub_process import HubProcess, hub_process
from tests.integration.postgres_server import BINARIES
from tests.unit.hub.hub_world import Journal

LINES, BATCH = 120, 10


def test_a_backup_of_a_hub_that_serves(hub: Hub, running: HubProcess, db_url: str, tmp_path: Path) -> None:
    gates = [enrol(hub, running.url, f"Проходная {number}") for number in range(2)]
    for number, (journal, _backend) in enumerate(gates):
        for count in range(LINES):
            journal.write(f"v{1 + number}-{1 + count % 500}", at=now())
    acknowledged: list[str] = []
    pushing = [threading.Thread(target=_push, args=(journal, backend, acknowledged)) for journal, backend in gates]
    for one in pushing:
        one.start()
    while len(acknowledged) < LINES // 2:
        pushing[0].join(0.01)
    before = list(acknowledged)
    copy_url = _copied(db_url, tmp_path)
    for one in pushing:
        one.join(60)

    with open_hub(copy_url) as copy:
        stored = _stored(copy)
        assert set(before) <= set(stored), "an event that was answered before the backup is not in it"
        assert len(stored) == len(set(stored)) < 2 * LINES
        assert epochs_of(copy)["bread"] == epochs_of(hub)["bread"]
        copy.restored()
        assert epochs_of(copy)["bread"] != epochs_of(hub)["bread"]
        assert copy.findings() == []
        with hub_process(copy_url, tmp_path) as process:
            for journal, _backend in gates:  # they keep their tokens, and what is there already is a duplicate
                with HttpBackend(process.url, journal.token) as backend:
                    push_until_done(backend, journal, 100)
            with HttpBackend(process.url, gates[0][0].token) as backend:
                assert len(all_peers(backend)) == LINES
        assert sorted(_stored(copy)) == sorted(line.event.id for journal, _ in gates for line in journal.lines)
        assert copy.headcount("bread")[-1] == hub.headcount("bread")[-1]


def _push(journal: Journal, backend: HttpBackend, acknowledged: list[str]) -> None:
    for begin in range(0, LINES, BATCH):
        while True:
            try:
                answers = backend.push(journal.lines[begin : begin + BATCH], now()).answers
            except Retry:
                continue
            acknowledged += [one.id for one in answers]
            break


def _copied(db_url: str, folder: Path) -> str:
    """The URL of a database made from a backup of this one."""
    if db_url.startswith("sqlite"):
        there = sqlite3.connect(db_url.removeprefix("sqlite:///"))
        copy = sqlite3.connect(folder / "copy.sqlite")
        there.backup(copy)
        there.close()
        copy.close()
        return f"sqlite:///{folder / 'copy.sqlite'}"
    dump = folder / "hub.dump"
    for command in (
        ["pg_dump", "-Fc", "-f", dump, db_url],
        ["createdb", "--maintenance-db", db_url, f"{db_url.rpartition('/')[2]}_copy"],
        ["pg_restore", "-d", f"{db_url}_copy", dump],
    ):
        subprocess.run([BINARIES / command[0], *command[1:]], check=True, capture_output=True)
    return f"{db_url}_copy"


def _stored(hub: Hub) -> list[str]:
    with reading(hub.engine) as connection:
        return list(connection.scalars(select(rows.attendance.c.id)))


def test_the_commands_of_the_documentation_are_these() -> None:
    told = (Path(__file__).resolve().parents[3] / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert all(command in told for command in ("pg_dump -Fc", "createdb", "pg_restore", ".backup", "hub restored"))
