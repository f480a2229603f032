"""Several processes that serve one port.  They share the listening socket and nothing else.

The first process only looks after the others: it starts one anew that died, tells them to stop, and when it dies itself
they end too.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from checkin.errors import CheckinError, SettingsWrong
from checkin.i18n import gettext as _

log = logging.getLogger(__name__)
MAX_WORKERS = 64
STOP_WITHIN_S = 15.0
LOOK_S = 0.2
PAUSE_S = 1.0
"""Between the death of a worker and its successor, so that what cannot start does not spin."""
_ENDING = (signal.SIGTERM, signal.SIGINT)

Work = Callable[[int, Callable[[], None], Callable[[Callable[[], None]], None]], None]
"""Serves as worker ``number``; calls the second when it is ready, and hands the third what ends it."""


def supervise(count: int, work: Work, on_ready: Callable[[], None]) -> None:
    """Runs ``count`` workers until SIGTERM or SIGINT; ``on_ready`` is called once, when all of them have begun."""
    if not hasattr(os, "fork"):
        raise SettingsWrong(_("Several workers are not possible on this system. Start the hub with one."))
    if not 1 <= count <= MAX_WORKERS:
        raise SettingsWrong(_("A hub has 1 to {count} workers").format(count=MAX_WORKERS))
    _Supervisor(count, work, on_ready).run()


@dataclass(slots=True)
class _Supervisor:
    count: int
    work: Work
    on_ready: Callable[[], None]
    children: dict[int, int] = field(default_factory=dict)
    vacant: dict[int, float] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)
    stopping: bool = False

    def run(self) -> None:
        alive, ready = os.pipe(), os.pipe()
        before = {number: signal.signal(number, self._stop) for number in _ENDING}
        self.vacant = dict.fromkeys(range(self.count), 0.0)
        said = False
        try:
            while not self.stopping:
                self._fill(alive, ready)
                if select.select([ready[0]], [], [], LOOK_S)[0]:
                    self.begun |= set(os.read(ready[0], MAX_WORKERS))
                if not said and len(self.begun) == self.count:
                    said = True
                    self.on_ready()
                self._reap()
        finally:
            self._end()
            for end in (*alive, *ready):
                os.close(end)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _fill(self, alive: tuple[int, int], ready: tuple[int, int]) -> None:
        now = time.monotonic()
        for number in [number for number, since in self.vacant.items() if now >= since]:
            del self.vacant[number]
            child = os.fork()
            if child == 0:
                os.close(alive[1])
                os.close(ready[0])
                _serve(self.work, number, alive[0], ready[1])
            self.children[child] = number

    def _reap(self) -> None:
        while self.children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            number = self.children.pop(child, None)
            if number is not None and not self.stopping:
                log.error("a worker ended", extra={"error": f"worker {number}: {os.waitstatus_to_exitcode(status)}"})
                self.vacant[number] = time.monotonic() + PAUSE_S

    def _end(self) -> None:
        self.stopping = True
        for child in self.children:
            os.kill(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        while self.children and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.02)
        for child in self.children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _serve(work: Work, number: int, alive: int, ready: int) -> None:
    """A worker's whole life; never returns."""
    code = 1
    try:
        for ending in _ENDING:
            signal.signal(ending, signal.SIG_DFL)
        work(number, lambda: _tell(ready, number), lambda end: _with_parent(alive, end))
        code = 0
    except CheckinError as error:
        log.error("a worker cannot serve", extra={"error": type(error).__name__})
    except BaseException:
        log.exception("a bug in a worker")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _tell(ready: int, number: int) -> None:
    os.write(ready, bytes([number]))


def _with_parent(alive: int, end: Callable[[], None]) -> None:
    """Calls ``end`` when the first process is no more: nobody else holds the other end of its pipe."""

    def wait() -> None:
        os.read(alive, 1)
        end()

    threading.Thread(target=wait, name="parent", daemon=True).start()
