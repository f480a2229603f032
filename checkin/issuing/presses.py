"""Files of tickets made by several processes at once: drawing a symbol and setting a page take the processor alone.

What is made comes back in the order in which it was asked for, and is written by whoever asked.  A process takes a
second to begin, so a few pieces are made here.  A press that dies costs nothing: what it had in hand is made here.  A
press holds nothing but what it was given, so a shop that is closed kills its presses and waits for no piece.  No press
outlives the program, and Ctrl+C is the program's alone.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from checkin import i18n

P = TypeVar("P")

FEW = 40
"""Up to so many pieces are quicker made than two processes are started (0.9 s against 30 ms for each)."""
BATCH = 4
MOST = 4
"""Presses at most: each keeps the fonts of a whole PC in memory."""
AHEAD = 2
"""Batches that a press has in hand: the next one is there when it is done with one."""
BEAT_S = 0.2
"""How long nobody is asked whether to go on, when nothing comes from the presses."""


def presses() -> int:
    """How many this PC's processor feeds."""
    return min(MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def made(
    pieces: Sequence[P],
    make: Callable[[P], bytes],
    workers: int | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Generator[tuple[P, bytes]]:
    """Each piece with its content.  ``make`` and the pieces can be pickled; what ``make`` raises comes out here.

    ``waiting`` is called every ``BEAT_S`` while nothing comes, and may raise.  An iterator that is closed, or left by
    an exception, ends its presses at once.
    """
    count = presses() if workers is None else workers
    if count < 2 or len(pieces) <= FEW:
        for piece in pieces:
            yield piece, make(piece)
        return
    batches = [pieces[start : start + BATCH] for start in range(0, len(pieces), BATCH)]
    with _Shop(count, make, batches, waiting) as shop:
        for number, some in enumerate(batches):
            yield from zip(some, shop.take(number), strict=True)


class _Press:
    """A process, the ways to it and back, and the numbers of the batches that it has in hand.

    Pipes and no sockets: at a site that forbids a network none is opened.
    """

    def __init__(self, context: multiprocessing.context.SpawnContext, make: Callable[[Any], bytes]) -> None:
        asked, self.way = context.Pipe(duplex=False)
        self.back, answers = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=_work, args=(asked, answers, make, i18n.language()), daemon=True
        )
        self.process.start()
        asked.close()
        answers.close()
        self.hand: deque[int] = deque()

    def end(self) -> None:
        self.way.close()
        self.back.close()
        self.process.kill()
        self.process.join()
        self.process.close()


class _Shop(Generic[P]):
    """The presses, what is still to be given to them, and what came back before its turn."""

    def __init__(
        self, count: int, make: Callable[[P], bytes], batches: Sequence[Sequence[P]], waiting: Callable[[], None]
    ) -> None:
        self._make, self._batches, self._waiting = make, batches, waiting
        self._next = 0
        self._ready: dict[int, list[bytes] | Exception | None] = {}
        context = multiprocessing.get_context("spawn")
        self._presses: list[_Press] = []
        for _number in range(count):
            try:
                self._presses.append(_Press(context, make))
            except OSError:
                break  # no room for one more process: those that are there do it, or this one
        self._most = 4 * AHEAD * count

    def __enter__(self) -> _Shop[P]:
        return self

    def __exit__(self, *_error: object) -> None:
        while self._presses:
            self._presses.pop().end()

    def take(self, number: int) -> list[bytes]:
        """What became of a batch; each is taken once, in their order."""
        while number not in self._ready:
            self._give(number)
            if not self._presses:
                self._ready[number] = None
                break
            backs = {press.back: press for press in self._presses}
            came = wait(list(backs), BEAT_S)
            if not came:
                self._waiting()
            for back in came:
                self._receive(next(press for each, press in backs.items() if each is back))
        self._give(number)
        found = self._ready.pop(number)
        if isinstance(found, Exception):
            raise found
        if found is None:  # its press was killed, for want of memory perhaps; one process needs less of it
            return [self._make(piece) for piece in self._batches[number]]
        return found

    def _give(self, taken: int) -> None:
        """Fills the hands, but never so far ahead of what is taken that contents pile up."""
        for press in list(self._presses):
            while len(press.hand) < AHEAD and self._next < min(len(self._batches), taken + self._most):
                press.hand.append(self._next)
                self._next += 1
                try:
                    press.way.send(self._batches[press.hand[-1]])
                except OSError:
                    self._lose(press)
                    break

    def _receive(self, press: _Press) -> None:
        try:
            self._ready[press.hand[0]] = press.back.recv()
        except (EOFError, OSError):
            self._lose(press)
        else:
            press.hand.popleft()

    def _lose(self, press: _Press) -> None:
        self._ready |= dict.fromkeys(press.hand)
        self._presses.remove(press)
        press.end()


def _work(asked: Connection, answers: Connection, make: Callable[[Any], bytes], language: str) -> None:
    """A press: makes batch after batch until nobody can ask any more, whatever it has in hand then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    i18n.use(language)
    hand: queue.SimpleQueue[Sequence[Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(asked, hand), daemon=True).start()
    while True:
        some = hand.get()
        try:
            content: list[bytes] | Exception = [make(piece) for piece in some]
        except Exception as error:  # noqa: BLE001 - it is raised in the program, whatever it is
            content = error
        answers.send(content)


def _receive(asked: Connection, hand: queue.SimpleQueue[Sequence[Any]]) -> None:
    """Takes what is given at once, so that neither side ever waits for the other to take."""
    try:
        while True:
            hand.put(asked.recv())
    finally:
        os._exit(1)  # the program closed the shop, or was killed: nobody wants the rest
