"""What a plant got after a cursor, read once for all of its gates that wait in this process.

A thousand gates that are woken by one event ask the database one question.  Only lines that are there are kept, and
only for a moment: they never change, while "nothing" may not be true any more.
"""

from __future__ import annotations

import asyncio

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from checkin.hub.peers import Tail, tail

KEEP_S = 0.5
_Key = tuple[str, str, int]


class Tails:
    """Runs on the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read: dict[_Key, asyncio.Task[Tail]] = {}

    async def after(self, plant: str, cursor: str, limit: int) -> Tail:
        """The lines after a cursor that is known to be one."""
        key = (plant, cursor, limit)
        reading = self._read.get(key)
        if reading is None:
            reading = asyncio.create_task(run_in_threadpool(tail, self._engine, plant, cursor, limit))
            self._read[key] = reading
            reading.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(reading)

    def _done(self, key: _Key, done: asyncio.Task[Tail]) -> None:
        if done.cancelled() or done.exception() is not None or not done.result().lines:
            del self._read[key]
        else:
            asyncio.get_running_loop().call_later(KEEP_S, self._read.pop, key, None)
