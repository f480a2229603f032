"""Who asks, by tokens that this process has looked up before: a gate that waits for events asks the database nothing.

What is remembered is true as of at most ``LOOK_S`` ago: as long as anybody asks, one look a second tells whether any
device was revoked, has enrolled, or got another token since, and then everything is forgotten.  Unknown tokens are
never remembered.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from datetime import datetime

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from checkin.hub import devices
from checkin.hub.api.limits import CALLERS
from checkin.hub.devices import Enrolled

LOOK_S = 1.0
KEEP_S = 60.0
"""So long at most one is remembered, whatever the looks say: a clock set back may hide an enrolment from them."""


class Callers:
    """Runs on the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[str, tuple[float, Enrolled]] = OrderedDict()
        self._state: object = None
        self._looked_s = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def of(self, caller: str, token: str, now: datetime) -> Enrolled | None:
        """The device that a token belongs to, revoked or not; None when nobody has it.  ``caller`` is its hash."""
        if time.monotonic() - self._looked_s > LOOK_S:
            await self._look()
        since_s, found = self._known.get(caller, (0.0, None))
        if found is not None and time.monotonic() - since_s < KEEP_S and not devices.to_note(found, now):
            return found
        state = self._state
        found = await run_in_threadpool(devices.bearer, self._engine, token, now)
        if found is not None and not found.revoked and state == self._state:  # else this may be from before a change
            self._keep(caller, found)
        return found

    def met(self, caller: str, who: Enrolled) -> None:
        """``who`` as the database has them now: when they were here, and how far their clock is off."""
        since_s, before = self._known.get(caller, (0.0, who))
        if before is not who:
            self._known[caller] = (since_s, who)

    def _keep(self, caller: str, who: Enrolled) -> None:
        self._known[caller] = (time.monotonic(), who)
        self._known.move_to_end(caller)
        while len(self._known) > CALLERS:
            self._known.popitem(last=False)

    async def _look(self) -> None:
        """One look, whoever waits for it."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._looked())
        await asyncio.shield(self._looking)

    async def _looked(self) -> None:
        began_s = time.monotonic()
        try:
            state = await run_in_threadpool(devices.state, self._engine)
            if state != self._state:
                self._known.clear()
            self._state, self._looked_s = state, began_s
        finally:
            self._looking = None
