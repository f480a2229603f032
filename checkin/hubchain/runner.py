"""The thread beside a hub's server that keeps it together with the hubs above it, and purges what is past its time.

It looks for new lines every ``EVERY_S``, backs off while a hub above does not answer, and leaves the work to another
process of the same hub that does it already.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from checkin.errors import CheckinError, Retry
from checkin.hub import Hub
from checkin.hub.upstreams import Upstream, hold, joined, let_go, note
from checkin.hubchain.rounds import Rounds
from checkin.i18n import gettext as _
from checkin.runtime.failures import without_text
from checkin.sync.http import HttpBackend

log = logging.getLogger("checkin.hubchain")
EVERY_S = 1.0
LONGEST_PAUSE_S = 60.0
STOP_S = 3.0
"""So long a request that is under way may go on when the hub ends."""
NOTED_EVERY_S = 15.0
PURGED_FIRST_S, PURGED_EVERY_S = 600.0, 3600.0
"""When names are taken away that the retention policy no longer covers: a while after the start, then every hour."""


@contextmanager
def beside(hub: Hub) -> Iterator[None]:
    """The thread, for as long as the hub is served."""
    runner = Runner(hub)
    runner.start()
    try:
        yield
    finally:
        runner.stop()


@dataclass(slots=True)
class _Way:
    """One hub above: the connection to it, and when to try again."""

    backend: HttpBackend
    rounds: Rounds
    token: str
    failures: int = 0
    next_s: float = 0.0
    noted_s: float = 0.0


class Runner(threading.Thread):
    """Runs rounds until ``stop``."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(name="hub chain")
        self._hub = hub
        self._who = os.urandom(8).hex()
        self._end = threading.Event()
        self._ways: dict[str, _Way] = {}
        self.purges_s = time.monotonic() + PURGED_FIRST_S

    def stop(self) -> None:
        """Ends after the request that is under way; one that takes too long is cut."""
        self._end.set()
        self.join(STOP_S)
        while self.is_alive():
            for way in list(self._ways.values()):
                way.backend.interrupt()
            self.join(1.0)

    def run(self) -> None:
        while not self._end.is_set():
            try:
                for place in joined(self._hub.engine):
                    self._try(place)
                self._purge()
            except Exception as error:  # noqa: BLE001 - the database mostly; whatever it is, the thread goes on
                log.warning("cannot look for the hub above", extra={"error": without_text(error)})
                self._end.wait(EVERY_S)
            self._end.wait(EVERY_S)
        for way in self._ways.values():
            way.backend.close()
        try:
            let_go(self._hub.engine, self._who)
        except CheckinError:
            log.info("the turn runs out by itself")

    def _purge(self) -> None:
        if self._end.is_set() or time.monotonic() < self.purges_s:
            return
        self.purges_s = time.monotonic() + PURGED_EVERY_S
        done = self._hub.purge()
        if done:
            log.warning("names purged: %d of %d tours", sum(one.names for one in done), len(done))

    def _try(self, place: Upstream) -> None:
        way = self._way(place)
        now_s = time.monotonic()
        if self._end.is_set() or now_s < way.next_s:
            return
        if not hold(self._hub.engine, place.plant, self._who, self._hub.clock.now()):
            way.next_s = now_s + EVERY_S * 5
            return
        try:
            way.rounds.go(place)
        except Exception as error:  # noqa: BLE001 - what one hub above answers stops neither the thread nor the other ways
            self._failed(place, way, error)
            return
        if way.failures or now_s - way.noted_s > NOTED_EVERY_S:
            way.noted_s = now_s
            note(self._hub.engine, place.plant, ok_at=self._hub.clock.now(), problem=way.rounds.problem()[:200])
        way.failures = 0

    def _failed(self, place: Upstream, way: _Way, error: Exception) -> None:
        if self._end.is_set():
            return
        way.failures += 1
        asked_s = error.retry_after_s if isinstance(error, Retry) else LONGEST_PAUSE_S / 4
        way.next_s = time.monotonic() + max(asked_s or 0.0, _pause_s(way.failures))
        expected = isinstance(error, CheckinError)
        if way.failures == 1:
            said = type(error).__name__ if expected else without_text(error)
            log.warning("the hub above", extra={"plant": place.plant, "error": said})
        words = str(error) if expected else _("The hub above answers what this program cannot deal with: update both")
        note(self._hub.engine, place.plant, problem=words[:200])

    def _way(self, place: Upstream) -> _Way:
        way = self._ways.get(place.plant)
        if way is None or way.token != place.token:
            if way is not None:
                way.backend.close()
            backend = HttpBackend(place.url, place.token, verify=place.ca or True, clock=self._hub.clock)
            rounds = Rounds(self._hub, backend, self._hub.clock, self._end.is_set)
            way = self._ways[place.plant] = _Way(backend, rounds, place.token)
        return way


def _pause_s(failures: int) -> float:
    return min(LONGEST_PAUSE_S, 2.0 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0)
