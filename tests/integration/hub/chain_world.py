"""A central hub, a plant's hub below it, and what they hold, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from checkin.hub import Hub, rows
from checkin.hub.database import reading
from tests.integration.hub_process import HubProcess, started

Line = tuple[str, int, str, str]


def start_chained(db_url: str, log: Path, port: int = 0) -> HubProcess:
    """``checkin hub``, which has the thread to the hub above beside it."""
    command = [sys.executable, "-m", "checkin", "--profile", str(log.parent / "profile")]
    return started([*command, "hub", "--db", db_url, "--port", str(port)], log)


def attendance(hub: Hub) -> list[Line]:
    """Every line that a hub holds, in its order."""
    c = rows.attendance.c
    with reading(hub.engine) as connection:
        found = connection.execute(select(c.device, c.seq, c.id, c.hash).order_by(c.plant, c.position))
        return [(row.device, row.seq, row.id, row.hash) for row in found]


def until(true: Callable[[], bool], within_s: float = 40) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def checkin(*arguments: str) -> str:
    """A command's output; it must succeed."""
    done = subprocess.run([sys.executable, "-m", "checkin", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout
