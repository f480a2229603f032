"""Files of tickets made by several processes at once: drawing a symbol and setting a page take the processor alone.

What is made comes back in the order in which it was asked for, and is written by whoever asked.  A process takes a
second to begin, so a few pieces are made here.  A press that dies costs nothing: what it had in hand is made here.  No
press outlives the program, and Ctrl+C is the program's alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Generic, TypeVar

from checkin import i18n

P = TypeVar("P")

FEW = 40
"""Up to so many pieces are quicker made than two processes are started (0.9 s against 30 ms for each)."""
BATCH = 4
MOST = 4
"""Presses at most: each keeps the fonts of a whole PC in memory."""


def presses() -> int:
    """How many this PC's processor feeds."""
    return min(MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def made(pieces: Sequence[P], make: Callable[[P], bytes], workers: int | None = None) -> Generator[tuple[P, bytes]]:
    """Each piece with its content.  ``make`` and the pieces can be pickled; what ``make`` raises comes out here.

    An iterator that is closed, or left by an exception, stops its presses after the pieces that they have in hand.
    """
    count = presses() if workers is None else workers
    if count < 2 or len(pieces) <= FEW:
        for piece in pieces:
            yield piece, make(piece)
        return
    batches = [pieces[start : start + BATCH] for start in range(0, len(pieces), BATCH)]
    with _Shop(count, make) as shop:
        ahead = 2 * count
        for some in batches[:ahead]:
            shop.put(some)
        for number, some in enumerate(batches):
            contents = shop.take(some)
            if number + ahead < len(batches):
                shop.put(batches[number + ahead])
            yield from zip(some, contents, strict=True)


class _Shop(Generic[P]):
    """The presses, and what they have in hand."""

    def __init__(self, count: int, make: Callable[[P], bytes]) -> None:
        self._make = make
        self._pool = ProcessPoolExecutor(
            count, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(i18n.language(),)
        )
        self._waiting: deque[Future[list[bytes]] | None] = deque()

    def __enter__(self) -> _Shop[P]:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def put(self, some: Sequence[P]) -> None:
        """Gives the presses a batch."""
        try:
            self._waiting.append(self._pool.submit(_press, self._make, some))
        except BrokenProcessPool:
            self._waiting.append(None)

    def take(self, some: Sequence[P]) -> list[bytes]:
        """What became of the oldest batch, which is ``some``."""
        future = self._waiting.popleft()
        if future is not None:
            try:
                return future.result()
            except BrokenProcessPool:
                pass  # a press was killed, for want of memory perhaps; one process needs less of it
        return [self._make(piece) for piece in some]


def _begin(language: str) -> None:
    """In a press: what it does before its first piece."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    i18n.use(language)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)  # the program was killed: a press would wait for work for ever


def _press(make: Callable[[P], bytes], some: Sequence[P]) -> list[bytes]:
    return [make(piece) for piece in some]
