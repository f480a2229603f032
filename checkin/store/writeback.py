"""The write-ahead log is written back into the file beside whoever works with the store: nobody's commit waits for it.

Every ``EVERY_S`` seconds in which something was committed.  A thread of its own and a connection of its own do it; what
they cannot do now they do the next time, and what nobody does is done when the store is closed.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, PoolProxiedConnection

log = logging.getLogger(__name__)

EVERY_S = 0.5
PASSES = 4
"""A scan that commits meanwhile leaves its few pages to another pass: only a log that is back whole begins anew, and
one that never does grows until a commit has to wait for it."""


class WriteBack:
    """Tell it of every commit; any thread may."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._connection: PoolProxiedConnection | None = None
        self._under_way: Future[None] | None = None
        self._closed = False
        self._last_s = time.monotonic()

    def committed(self) -> None:
        """Something was; writes back when it is time."""
        if time.monotonic() - self._last_s < EVERY_S:
            return
        with self._guard:
            if self._closed or not (self._under_way is None or self._under_way.done()):
                return
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "write back")
            self._under_way = self._thread.submit(self._write)

    def wait(self) -> None:
        """Until what is under way is done.  Nothing committed meanwhile: the log is back whole, and begins anew."""
        if self._under_way is not None:
            wait([self._under_way])

    def close(self) -> None:
        """Waits for what is under way; nothing is written back any more."""
        with self._guard:
            self._closed = True
        if self._thread is not None:
            self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()

    def _write(self) -> None:
        try:
            if self._connection is None:
                self._connection = self._engine.raw_connection()
                self._connection.detach()  # the pool's are for transactions, and each has pages of the file at hand
            for _pass in range(PASSES):
                ((_busy, written, back),) = (
                    self._connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                )
                if written == back:
                    break
        except (sqlcipher.Error, OSError) as error:  # whoever writes next is told, in words
            log.debug("not written back: %s", error)
        finally:
            self._last_s = time.monotonic()
