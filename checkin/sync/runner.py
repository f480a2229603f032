"""The thread that keeps a gate and its hub together: rounds while there is a network, patience while there is none.

What the network does never reaches the desk: the thread owns the connection, and the store only through ``unit``s.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from checkin.clock import Clock
from checkin.errors import CheckinError, DeviceRevoked, NeedsHuman, Retry, ServerBusy
from checkin.i18n import gettext as _
from checkin.runtime.failures import without_text
from checkin.sync.engine import Engine
from checkin.sync.moved import Moved
from checkin.sync.peerwatch import PeerWatch

log = logging.getLogger(__name__)

EVERY_S = 1.0
"""Pause between rounds that went well: other gates' events are here within a second."""
WATCHED_EVERY_S = 20.0
"""The same where the hub tells by itself what is new; what this gate has to send goes at once in any case."""
BACKOFF_S = (1.0, 60.0)
"""Shortest and longest pause after a failure; each failure doubles it, with jitter so that gates keep out of step."""
CLOCK_EVERY_S = 60.0
"""How often the offset is measured exactly; in between every answer is looked at for a jump."""
CLOCK_SLACK_S = 1.0
STOP_S = 3.0
"""So long a request that is under way may go on when the program ends."""
TELL_EVERY_S = 0.25
"""How often what has come is told while pages come in: a window that draws each page takes its time from a scan."""


class HubState(StrEnum):
    """How the gate stands to its hub."""

    NONE = "none"  # never enrolled: the gate works by itself
    SYNCING = "syncing"
    OK = "ok"
    OFFLINE = "offline"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """What the status line shows.  ``clock_offset_s`` is the hub's clock minus this PC's, when it was measured;
    ``clock_measured_ns`` is the monotonic clock before that."""

    hub: HubState = HubState.NONE
    at: datetime | None = None
    message: str = ""
    clock_offset_s: float | None = None
    clock_measured_ns: int = 0
    coming: int | None = None
    moved: Moved = field(default_factory=Moved)


class SyncRunner(threading.Thread):
    """Runs rounds until ``stop``.  ``on_change`` is called from this thread whenever the state has changed.

    ``wait(seconds)`` stands for the pauses in a test whose time passes by hand.  ``peers`` is an engine with a backend
    of its own that waits for other gates' events meanwhile; without it the rounds ask for them.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        on_change: Callable[[], None],
        wait: Callable[[float], object] | None = None,
        peers: Engine | None = None,
    ) -> None:
        super().__init__(name="sync")
        self._engine = engine
        self._clock = clock
        self._on_change = on_change
        self._wake = threading.Event()
        self._resting = threading.Event()
        self._person = threading.Event()
        self._stopping = threading.Event()
        self._state = SyncState(hub=HubState.SYNCING)
        self._offset_at: float | None = None
        self._told_s = 0.0
        self._wait: Callable[[float], object] = wait or self._wake.wait
        self._watch = PeerWatch(peers, on_change, self.nudge) if peers is not None else None
        engine.peers_watched = self._watch is not None
        engine.stopping = self._stopping.is_set
        engine.on_progress = self._progress

    @property
    def state(self) -> SyncState:
        return self._state

    def wake(self) -> None:
        """A person wants a round now."""
        self._person.set()
        self._wake.set()

    def nudge(self) -> None:
        """There is something to send: at once when all goes well, else when the hub has had its pause."""
        if not self._resting.is_set():
            self._wake.set()

    def stop(self) -> None:
        """Ends after the request that is under way; one that takes too long is cut."""
        self._stopping.set()
        self._wake.set()
        if self._watch is not None:
            self._watch.stop()
        if self.is_alive() and threading.current_thread() is not self:
            self.join(STOP_S)
            if self.is_alive():
                self._engine.backend.interrupt()
                self.join()

    def run(self) -> None:
        if self._watch is not None:
            self._watch.start()
        failures = 0
        while not self._stopping.is_set():
            self._wake.clear()
            self._engine.asked = self._person.is_set()
            self._person.clear()
            try:
                self._measure_clock()
                moved = self._engine.round()
                self._glance_at_clock()
            except Retry as error:
                failures += 1
                self._rest(HubState.OFFLINE, error, _pause_s(failures, error.retry_after_s))
            except DeviceRevoked as error:
                self._rest(HubState.REVOKED, error, BACKOFF_S[1])
            except (NeedsHuman, CheckinError) as error:
                failures += 1
                self._rest(HubState.OFFLINE, error, _pause_s(failures, None))
            except Exception as error:  # noqa: BLE001 - whatever an answer has led to, the thread goes on
                if type(error) is RuntimeError:
                    break  # the store's thread has closed
                failures += 1
                log.warning("a round failed: %s", without_text(error))
                odd = ServerBusy(_("The exchange with the hub failed. The program tries again by itself."))
                self._rest(HubState.OFFLINE, odd, _pause_s(failures, None))
            else:
                failures = 0
                self._become(
                    replace(
                        self._state,
                        hub=HubState.OK,
                        at=self._clock.now(),
                        message="",
                        coming=None,
                        moved=self._state.moved + moved,
                    )
                )
                self._wait(WATCHED_EVERY_S if self._watch is not None and self._watch.hears else EVERY_S)
        if self._watch is not None:
            self._watch.stop()

    def _rest(self, hub: HubState, error: CheckinError, pause_s: float) -> None:
        """Tells what is wrong and leaves the hub alone for a while; only a person or the end cuts that short."""
        self._resting.set()
        self._wake.clear()  # what asked for the round that failed
        if self._stopping.is_set():
            return
        self._become(replace(self._state, hub=hub, message=str(error), coming=None))
        self._wait(pause_s)
        self._resting.clear()

    def _measure_clock(self) -> None:
        mono_ns = self._clock.monotonic_ns()
        if self._offset_at is None or mono_ns / 1e9 - self._offset_at > CLOCK_EVERY_S:
            measured = self._engine.backend.clock_offset()
            self._offset_at = mono_ns / 1e9
            self._state = replace(self._state, clock_offset_s=measured.offset_s, clock_measured_ns=mono_ns)

    def _glance_at_clock(self) -> None:
        """Every answer carries the hub's time: where that and the offset part, one of the clocks was set."""
        seen, known = self._engine.backend.glimpse(), self._state.clock_offset_s
        if seen is not None and known is not None and abs(seen.offset_s - known) > seen.within_s + CLOCK_SLACK_S:
            self._offset_at = None
            self._measure_clock()

    def _progress(self, moved: Moved, total: int | None) -> None:
        state = replace(self._state, hub=HubState.SYNCING, coming=total)
        if time.monotonic() - self._told_s >= TELL_EVERY_S:
            self._told_s = time.monotonic()
            self._become(state)
        else:
            self._state = state

    def _become(self, state: SyncState) -> None:
        if state.hub is not self._state.hub:
            log.info("hub %s", state.hub.value)
        self._state = state
        self._on_change()


def _pause_s(failures: int, retry_after_s: float | None) -> float:
    """How long to wait after so many failures in a row; never less than the hub asked for."""
    shortest, longest = BACKOFF_S
    pause = min(longest, shortest * 2.0 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0)
    return max(pause, retry_after_s or 0.0)
