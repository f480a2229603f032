"""What a gate does with a hub over HTTP."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from checkin.domain.events import AttendanceEvent
from checkin.errors import Retry
from checkin.hub import Hub
from checkin.sync.http import HttpBackend
from checkin.wire import BatchAnswer, Status, line_in
from tests.unit.hub.hub_world import Journal


def enrol(hub: Hub, url: str, gate: str = "Главная", plant: str = "bread") -> tuple[Journal, HttpBackend]:
    journal = Journal()
    with HttpBackend(url) as stranger:
        journal.take(stranger.enrol(journal.request(hub.invite(plant, gate))))
    return journal, HttpBackend(url, journal.token)


def now() -> datetime:
    return datetime.now(UTC)


def statuses(answer: BatchAnswer) -> set[Status]:
    return {one.status for one in answer.answers}


def all_peers(backend: HttpBackend) -> list[AttendanceEvent]:
    events: list[AttendanceEvent] = []
    cursor, more = "", True
    while more:
        page = backend.peers(cursor)
        events += [line_in(line.line).event for line in page.lines]
        cursor, more = page.cursor, page.more
    return events


def push_until_done(backend: HttpBackend, journal: Journal, batch: int, deadline_s: float = 60) -> None:
    """What a gate does: sends what is not answered for yet, oldest first, and tries again when that fails."""
    until = time.monotonic() + deadline_s
    waiting = list(journal.lines)
    while waiting:
        assert time.monotonic() < until, f"{len(waiting)} lines still wait"
        try:
            answers = backend.push(waiting[:batch], now()).answers
        except Retry:
            time.sleep(0.05)
            continue
        done = {answer.id for answer in answers if answer.status in (Status.ACCEPTED, Status.DUPLICATE)}
        assert done
        waiting = [line for line in waiting if line.event.id not in done]
