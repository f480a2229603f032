"""Waiting for a plant's next event, or its roster's next change, without holding a thread or a database connection.

All who wait in this process share one look at the counters every ``LOOK_S``, and only while somebody waits; what this
process has stored itself wakes them at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine, select

from checkin.errors import CheckinError
from checkin.hub import rows
from checkin.hub.database import reading
from checkin.hub.peers import Stand

log = logging.getLogger(__name__)
LOOK_S = 0.15
LOOK_AFTER_ERROR_S = 2.0
PAUSE_EACH_S = 0.001
PAUSE_AT_MOST_S = 0.5
"""Where many wait in a process, whichever their plants, a plant's are not woken again by every single event: after a
quiet while at once, then at most so often, and what came meanwhile they get in one page."""


@dataclass(slots=True)
class _Plant:
    position: int
    revision: int | None
    cursor: str | None = None
    waiters: int = 0
    due: bool = False
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def passed(self, position: int, revision: int | None) -> bool:
        """Whether the plant's counters are others than those who wait here know."""
        moved = None not in (revision, self.revision) and revision != self.revision
        return position > self.position or moved

    def ahead(self, position: int, revision: int | None) -> bool:
        """Whether those who wait here know more than this."""
        older = revision is not None and self.revision is not None and revision < self.revision
        return position < self.position or older


class Watch:
    """Who waits for which plant.  Everything but ``nudge`` runs on the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._plants: dict[str, _Plant] = {}
        self._woken: dict[str, float] = {}
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiters = 0
        self._closing = False

    def top(self, plant: str, cursor: str) -> Stand | None:
        """How the plant stands when somebody waits there with this very cursor; None when that is not known."""
        place = self._plants.get(plant)
        if place is None or place.cursor != cursor or place.revision is None:
            return None
        return Stand(place.position, place.revision)

    async def wait(
        self, plant: str, position: int, timeout_s: float, *, revision: int | None = None, cursor: str | None = None
    ) -> bool:
        """Waits until the plant is past a position, or its roster at another revision; False when the time is up.

        It may also end when the roster has moved and nobody asked.  ``cursor`` is what leads to that position.
        """
        self._loop = asyncio.get_running_loop()
        place = self._plants.setdefault(plant, _Plant(position, revision))
        if place.revision is None:
            place.revision = revision
        if place.position == position:
            place.cursor = place.cursor or cursor
        if self._closing or place.ahead(position, revision):
            return not self._closing
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        place.waiters += 1
        self._waiters += 1
        try:
            async with asyncio.timeout(timeout_s):
                await place.moved.wait()
        except TimeoutError:
            return False
        finally:
            place.waiters -= 1
            self._waiters -= 1
            if not place.waiters and self._plants.get(plant) is place:
                del self._plants[plant]
        return not self._closing

    def nudge(self, plant: str, position: int) -> None:
        """Says, from any thread, that this process has stored events up to a position."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._moved, plant, position, None)

    def close(self) -> None:
        """Everybody who waits goes home."""
        self._closing = True
        for place in self._plants.values():
            place.moved.set()

    def _moved(self, plant: str, position: int, revision: int | None) -> None:
        place = self._plants.get(plant)
        if place is None or not place.passed(position, revision):
            return
        loop = asyncio.get_running_loop()
        rest_s = self._woken.get(plant, 0.0) + min(PAUSE_AT_MOST_S, self._waiters * PAUSE_EACH_S) - loop.time()
        if rest_s > 0 and not self._closing:
            if not place.due:
                place.due = True
                loop.call_later(rest_s, self._moved, plant, position, revision)
            return
        self._woken[plant] = loop.time()
        del self._plants[plant]
        place.moved.set()

    async def _look(self) -> None:
        while any(place.waiters for place in self._plants.values()) and not self._closing:
            pause_s = LOOK_S
            try:
                for plant, stand in await run_in_threadpool(self._stands, tuple(self._plants)):
                    self._moved(plant, stand.position, stand.revision)
            except CheckinError as error:
                log.warning("cannot look for new events", extra={"error": type(error).__name__})
                pause_s = LOOK_AFTER_ERROR_S
            await asyncio.sleep(pause_s)

    def _stands(self, plants: Iterable[str]) -> list[tuple[str, Stand]]:
        c = rows.counter.c
        with reading(self._engine) as connection:
            found = connection.execute(select(c.plant, c.position, c.revision).where(c.plant.in_(plants)))
            return [(row.plant, Stand(row.position, row.revision)) for row in found]
