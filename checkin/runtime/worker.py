"""One thread that owns the store: jobs run one at a time, the urgent before the patient, equals in order of arrival.

A job that has begun is never interrupted, so whatever is long must come in units (a page, a batch).  After ``close``
every job that was accepted has run or was cancelled; none is lost silently.
"""

from __future__ import annotations

import heapq
import itertools
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

SWITCH_S = 0.0005
"""A job lets the interpreter go for each of its twenty statements, and a busy thread keeps it for so long each time:
with Python's own 5 ms a scan waited for that alone."""

P = ParamSpec("P")
T = TypeVar("T")


class Urgency(IntEnum):
    """Scans go before pages, pages before sync (DESIGN 7)."""

    SCAN = 0
    PAGE = 1
    SYNC = 2


class Worker:
    """The thread and its queue."""

    def __init__(self, name: str) -> None:
        self._heap: list[tuple[int, int, Future[Any], Callable[[], Any]]] = []
        self._numbers = itertools.count()
        self._wake = threading.Condition()
        self._closing = False
        sys.setswitchinterval(min(SWITCH_S, sys.getswitchinterval()))
        self._thread = threading.Thread(target=self._run, name=name)
        self._thread.start()

    def submit(self, urgency: Urgency, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The job's future; raises ``RuntimeError`` after ``close``."""
        future: Future[T] = Future()
        with self._wake:
            if self._closing:
                raise RuntimeError("the worker is closed")
            heapq.heappush(self._heap, (urgency, next(self._numbers), future, lambda: job(*args, **kwargs)))
            self._wake.notify()
        return future

    def close(self) -> None:
        """Runs what was accepted, then stops the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._heap and not self._closing:
                    self._wake.wait()
                if not self._heap:
                    return
                _, _, future, job = heapq.heappop(self._heap)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001 - the one who asked gets it, the thread goes on
                future.set_exception(error)
            else:
                future.set_result(result)
            del future, job
