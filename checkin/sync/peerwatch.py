"""Other gates' events as they happen: a long poll on a thread and a connection of its own, beside the rounds.

It never sends, so a hub that is slow to answer a push delays nothing here, and the other way round.  While it fails it
waits longer each time; the rounds beside it say what is wrong.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from checkin.errors import CheckinError, Retry
from checkin.runtime.failures import without_text
from checkin.sync.engine import Engine

log = logging.getLogger(__name__)

WAIT_S = 20.0
"""One question waits this long at the hub: a thousand gates with nothing to say to each other ask 50 times a second."""
REST_S = (0.5, 15.0)


class PeerWatch(threading.Thread):
    """Asks until ``stop``.  Both are called from this thread: ``on_change`` after events have come, ``on_news`` when a
    round is wanted, since the roster has moved or the hub is gone.
    """

    def __init__(self, engine: Engine, on_change: Callable[[], None], on_news: Callable[[], None]) -> None:
        super().__init__(name="peers")
        self._engine = engine
        self._on_change = on_change
        self._on_news = on_news
        self._stopping = threading.Event()
        self._hears = False
        engine.stopping = self._stopping.is_set
        engine.on_roster = on_news

    @property
    def hears(self) -> bool:
        """Whether the hub tells by itself when there is anything new: nobody has to ask it every second."""
        return self._hears

    def stop(self) -> None:
        """Ends the question that is under way, and the thread."""
        self._stopping.set()
        self._engine.backend.interrupt()
        if self.is_alive() and threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        rest = REST_S[0]
        while not self._stopping.is_set():
            try:
                moved = self._engine.peers(WAIT_S)
            except Exception as error:  # noqa: BLE001 - whatever an answer has led to, the thread goes on
                if self._stopping.is_set() or type(error) is RuntimeError:
                    return  # RuntimeError: the store's thread has closed, and nobody takes events any more
                if isinstance(error, CheckinError):
                    log.debug("peers: %s", type(error).__name__)
                else:
                    log.warning("peers: %s", without_text(error))
                heard, self._hears = self._hears, False
                if heard:
                    self._on_news()
                asked_s = error.retry_after_s if isinstance(error, Retry) else None
                self._stopping.wait(max(rest, asked_s or 0.0))
                rest = min(REST_S[1], rest * 2)
            else:
                rest = REST_S[0]
                self._hears = bool(self._engine.roster_told)
                if moved.peers:
                    self._on_change()
