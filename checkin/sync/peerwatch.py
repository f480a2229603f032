"""Other gates' events as they happen: a long poll on a thread and a connection of its own, beside the rounds.

It never sends, so a hub that is slow to answer a push delays nothing here, and the other way round.  While it fails it
waits longer each time; the rounds beside it say what is wrong.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from checkin.errors import CheckinError
from checkin.sync.engine import Engine

log = logging.getLogger(__name__)

WAIT_S = 1.0
"""One question waits this long at the hub: so long does stopping take at most."""
REST_S = (0.5, 15.0)


class PeerWatch(threading.Thread):
    """Asks until ``stop``.  ``on_change`` is called from this thread after events have come."""

    def __init__(self, engine: Engine, on_change: Callable[[], None]) -> None:
        super().__init__(name="peers")
        self._engine = engine
        self._on_change = on_change
        self._stopping = threading.Event()
        engine.stopping = self._stopping.is_set

    def stop(self) -> None:
        """Ends with the question that is under way."""
        self._stopping.set()
        if self.is_alive() and threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        rest = REST_S[0]
        while not self._stopping.is_set():
            try:
                moved = self._engine.peers(WAIT_S)
            except CheckinError as error:
                log.debug("peers: %s", type(error).__name__)
                self._stopping.wait(rest)
                rest = min(REST_S[1], rest * 2)
            except RuntimeError:
                return  # the store's thread has closed: nobody takes events any more
            else:
                rest = REST_S[0]
                if moved.peers:
                    self._on_change()
