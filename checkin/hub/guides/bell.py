"""Waking pages that wait, from any thread, where no database's counters tell that something happened."""

from __future__ import annotations

import asyncio
import threading

from checkin.hub.guides.day import Woken


class Bell:
    """Counts what happened; whoever waits from a count on is woken by the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._closed = False
        self._waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    @property
    def count(self) -> int:
        """How often it has rung."""
        return self._count

    def ring(self) -> None:
        """Something happened."""
        with self._lock:
            self._count += 1
            self._wake()

    def close(self) -> None:
        """Whoever waits goes home."""
        with self._lock:
            self._closed = True
            self._wake()

    def open(self) -> None:
        """Waiting makes sense again."""
        with self._lock:
            self._closed = False

    async def wait(self, count: int, timeout_s: float) -> Woken:
        """Waits until it has rung more often than ``count``."""
        rung = asyncio.Event()
        with self._lock:
            if self._closed:
                return Woken.CLOSING
            if self._count > count:
                return Woken.MOVED
            self._waiting[rung] = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                await rung.wait()
        except TimeoutError:
            return Woken.TIME_UP
        finally:
            with self._lock:
                self._waiting.pop(rung, None)
        return Woken.CLOSING if self._closed else Woken.MOVED

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for rung, loop in waiting.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(rung.set)
