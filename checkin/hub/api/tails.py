"""What a plant got after a cursor, read once for all of its gates that wait in this process.

A thousand gates that are woken by one event ask the database one question.  Only lines that are there are kept, and
only for a moment: they never change, while "nothing" may not be true any more.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from checkin.clock import Clock
from checkin.hub.api.body import Ready
from checkin.hub.peers import Tail, tail

KEEP_S = 0.5
_Key = tuple[str, str, int]


class Pages:
    """The pages of one tail: the same for all gates but those that have a line of their own in it."""

    def __init__(self, tail: Tail, now: datetime) -> None:
        self._tail = tail
        self._now = now
        self._speakers = {device for device, _line in tail.lines}
        self._ready: dict[str, Ready | None] = {}
        self.empty = not tail.lines
        self.cursor, self.stand, self.more = tail.cursor, tail.stand, tail.more

    def of(self, device: str) -> Ready | None:
        """One gate's page; None when all that came is its own."""
        key = device if device in self._speakers else ""
        if key not in self._ready:
            page = self._tail.page(key, self._now)
            self._ready[key] = None if page.empty else Ready(page.text)
        return self._ready[key]


class Tails:
    """Runs on the event loop."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._read: dict[_Key, asyncio.Task[Pages]] = {}

    async def after(self, plant: str, cursor: str, limit: int) -> Pages:
        """The lines after a cursor that is known to be one."""
        key = (plant, cursor, limit)
        reading = self._read.get(key)
        if reading is None:
            reading = asyncio.create_task(run_in_threadpool(self._pages, plant, cursor, limit))
            self._read[key] = reading
            reading.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(reading)

    def _pages(self, plant: str, cursor: str, limit: int) -> Pages:
        return Pages(tail(self._engine, plant, cursor, limit), self._clock.now())

    def _done(self, key: _Key, done: asyncio.Task[Pages]) -> None:
        if done.cancelled() or done.exception() is not None or done.result().empty:
            del self._read[key]
        else:
            asyncio.get_running_loop().call_later(KEEP_S, self._read.pop, key, None)
