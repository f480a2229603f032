"""How much one caller may ask for: token buckets, and a throttle on guessing codes and tokens.

They live in the memory of one process.  So a caller gets each process's allowance once, and a restart forgets them:
enough against a runaway gate or a guesser, and no state that another process would have to know.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

CALLERS = 20_000
"""Callers remembered at most; the ones not seen for longest are forgotten first."""


class Buckets:
    """Token buckets by caller: ``burst`` at once, ``per_s`` in the long run."""

    def __init__(self, per_s: float, burst: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._burst = burst
        self._now_s = now_s
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, caller: str) -> float:
        """Seconds until the caller may come again, 0 when they may now.  Takes nothing."""
        with self._lock:
            left, _since = self._now_left(caller)
            return 0.0 if left >= 1 else (1 - left) / self._per_s

    def take(self, caller: str) -> float:
        """Takes one when there is one; else says how many seconds to wait."""
        with self._lock:
            left, now = self._now_left(caller)
            if left < 1:
                return (1 - left) / self._per_s
            self._left[caller] = (left - 1, now)
            self._left.move_to_end(caller)
            while len(self._left) > CALLERS:
                self._left.popitem(last=False)
            return 0.0

    def _now_left(self, caller: str) -> tuple[float, float]:
        now = self._now_s()
        left, since = self._left.get(caller, (self._burst, now))
        return min(self._burst, left + (now - since) * self._per_s), now


class Remembered:
    """Callers whose token was good before: they do not pay for a guesser, or a shut out gate, at the same address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callers: OrderedDict[str, None] = OrderedDict()

    def add(self, caller: str) -> None:
        with self._lock:
            self._callers[caller] = None
            self._callers.move_to_end(caller)
            while len(self._callers) > CALLERS:
                self._callers.popitem(last=False)

    def __contains__(self, caller: str) -> bool:
        with self._lock:
            return caller in self._callers


class Limits:
    """What the hub allows: requests by token, and failures (wrong codes, unknown tokens) by address."""

    def __init__(self, requests_per_s: float = 50, requests_burst: float = 200, failures_per_min: float = 10) -> None:
        self.requests = Buckets(requests_per_s, requests_burst)
        self.failures = Buckets(failures_per_min / 60, failures_per_min)
        self.honest = Remembered()
