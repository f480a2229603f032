"""What the retention policy no longer covers is taken away by the gate itself, with a certificate in the profile.

A thread of its own looks some time after the start and then every hour.  What is due goes in slices that wait their
turn behind scans; writing the file anew takes longer than a slice, so it waits until nobody has been served for a
while.  Dying at any moment, the next start goes on where it was.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from checkin.clock import Clock
from checkin.errors import CheckinError
from checkin.store import Store, purging
from checkin.store.meta import Device
from checkin.store.purging import Purged

log = logging.getLogger(__name__)

FIRST_S = 60.0
EVERY_S = 3600.0
QUIET_S = 120.0
"""Nobody was served for so long: a queue has gone by."""

Unit = Callable[[Callable[[], int]], int]


class PurgesAtGate:
    """``unit`` runs one piece of work on the store's thread, behind whatever is more urgent."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        folder: Path,
        unit: Unit,
        language: Callable[[], str],
        changed: Callable[[], None],
    ) -> None:
        self._store, self._clock, self._folder = store, clock, folder
        self._unit, self._language, self._changed = unit, language, changed
        self._end = threading.Event()
        self._served = 0.0
        self._thread: threading.Thread | None = None
        self.last: Purged | None = None
        """What went last, since the program was started."""

    def start(self, first_s: float = FIRST_S, every_s: float = EVERY_S, quiet_s: float = QUIET_S) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._run, args=(first_s, every_s, quiet_s), name="purge")
        self._thread.start()

    def stop(self) -> None:
        """Ends it, after the slice that is under way."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()

    def served(self) -> None:
        """Somebody was let in or out just now."""
        self._served = time.monotonic()

    def _run(self, first_s: float, every_s: float, quiet_s: float) -> None:
        pause = first_s
        while not self._end.wait(pause):
            pause = every_s
            try:
                self._look(quiet_s)
            except CheckinError as error:
                log.warning("nothing was purged: %s", error)
            except RuntimeError:  # closing: the store takes no more work
                return

    def _look(self, quiet_s: float) -> None:
        now = self._clock.now()
        if not purging.waits(self._store, now):
            return
        while self._unit(lambda: int(purging.purge_slice(self._store, now))):
            if self._end.is_set():
                return
        while (left := self._served + quiet_s - time.monotonic()) > 0 and self._served:
            if self._end.wait(min(left, 5.0)):
                return  # the next start writes the file anew
        done: list[Purged] = []

        def finish() -> int:
            done.append(purging.finish(self._store, now))
            return 0

        self._unit(finish)
        if not done[0].nothing:
            self._certify(done[0])

    def _certify(self, done: Purged) -> None:
        from checkin.reports.purge import keep_certificate

        with self._store.read() as tx:
            device: Device = tx.meta.device()
            plants = {plant.id: plant.name for plant in tx.roster.plants()}
        keep_certificate(done, device, plants, self._folder, self._language())

        def forget() -> int:
            purging.forget(self._store)
            return 0

        self._unit(forget)
        self.last = done
        log.info("purged: %d tours", len(done.tours))
        self._changed()
