"""PostgreSQL's primary dies under load and its synchronous standby takes over: what was acknowledged is there, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from checkin.domain.events import JournalLine
from checkin.errors import Retry
from checkin.hub import open_hub, rows
from checkin.hub.database import reading
from checkin.sync.http import HttpBackend
from checkin.wire import Status
from tests.integration.hub.gates import enrol, now
from tests.integration.hub_process import hub_process
from tests.integration.patroni_pair import Watched, patroni_installed, patroni_pair
from tests.integration.postgres_pair import Pair, postgres_pair
from tests.integration.postgres_server import installed
from tests.unit.hub.hub_world import Journal, season

Cluster = Callable[[], AbstractContextManager[Pair | Watched]]

GATES = 4
LINES = 400
BATCH = 5


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")
@pytest.mark.parametrize(
    "cluster",
    [
        pytest.param(postgres_pair, id="promoted by hand"),
        pytest.param(
            patroni_pair,
            id="promoted by Patroni",
            marks=pytest.mark.skipif(not patroni_installed(), reason="Patroni and etcd are not installed here"),
        ),
    ],
)
def test_no_acknowledged_event_is_lost(cluster: Cluster, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    delays_s: list[float] = []
    with cluster() as pair, open_hub(pair.url) as hub:
        hub.put_records(season(visitors=50))
        with hub_process(pair.url, tmp_path, 0, "--workers", "2") as process:
            gates = [enrol(hub, process.url, f"Проходная {number}") for number in range(GATES)]
            for journal, _backend in gates:
                for number in range(LINES):
                    journal.write(f"v{1 + number % 2}-{1 + number % 50}", at=now())
            pushing = [
                threading.Thread(target=_push, args=(journal, backend, acknowledged, delays_s))
                for journal, backend in gates
            ]
            for one in pushing:
                one.start()
            _until(lambda: len(acknowledged) > GATES * LINES // 10)
            pair.kill_primary()
            before = list(acknowledged)
            time.sleep(1)
            pair.promote()
            for one in pushing:
                one.join(120)
                assert not one.is_alive()
        assert 0 < len(before) < GATES * LINES
        assert sorted(acknowledged) == sorted(line.event.id for journal, _ in gates for line in journal.lines)
        c = rows.attendance.c
        with reading(hub.engine) as connection:
            stored = list(connection.scalars(select(c.id)))
            positions = connection.execute(select(func.min(c.position), func.max(c.position))).one()
        assert sorted(stored) == sorted(acknowledged)
        assert tuple(positions) == (1, GATES * LINES)
        assert hub.findings() == []
        print(f"longest delay {max(delays_s):.1f} s")
        assert max(delays_s) > 0.5  # there was an outage, and a delay was all of it


def _push(journal: Journal, backend: HttpBackend, acknowledged: list[str], delays_s: list[float]) -> None:
    """What a gate does: a line is done when it is answered, and an answer that does not come is asked for again."""
    until = time.monotonic() + 110
    waiting: list[JournalLine] = list(journal.lines)
    began = time.monotonic()
    while waiting:
        assert time.monotonic() < until
        try:
            answers = backend.push(waiting[:BATCH], now()).answers
        except Retry:
            time.sleep(0.1)
            continue
        delays_s.append(time.monotonic() - began)
        began = time.monotonic()
        done = {one.id for one in answers if one.status in (Status.ACCEPTED, Status.DUPLICATE)}
        acknowledged += done
        waiting = [line for line in waiting if line.event.id not in done]


def _until(true: object) -> None:
    assert callable(true)
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
