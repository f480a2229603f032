"""Other gates' events come while the rounds do something else, and stopping is quick and clean."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from checkin.clock import SystemClock
from checkin.domain.events import JournalLine
from checkin.errors import Offline, ServerBusy
from checkin.sync.backend import ClockOffset
from checkin.sync.engine import Engine
from checkin.sync.peerwatch import PeerWatch
from checkin.sync.runner import SyncRunner
from checkin.wire import BatchAnswer, EnrolAnswer, EnrolRequest, PeerLine, PeerPage, RosterPage, line_out
from tests.field import opened
from tests.unit.hub.hub_world import Journal


class SlowHub:
    """Answers peers as soon as there are any; everything else hangs until the test lets it go."""

    def __init__(self) -> None:
        self.lines: queue.Queue[JournalLine | None] = queue.Queue()
        self.go, self.asked = threading.Event(), threading.Event()
        self.failures = 0

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        raise AssertionError

    def fetch(self, cursor: str, limit: int = 500) -> RosterPage:
        self.asked.set()
        self.go.wait(60)
        return RosterPage(changes=[], cursor="r", more=False)

    def push(self, lines: Sequence[JournalLine], sent_at: datetime) -> BatchAnswer:
        raise AssertionError

    def interrupt(self) -> None:
        self.lines.put(None)

    def peers(self, cursor: str, wait_s: float = 0, roster: str = "") -> PeerPage:
        if self.failures:
            self.failures -= 1
            raise Offline("no network")
        now = datetime.now(UTC)
        try:
            line = self.lines.get(timeout=max(wait_s, 0.01))
        except queue.Empty:
            found = []
        else:
            if line is None:
                raise Offline("cut")
            found = [PeerLine(line=line_out(line), received_at=now)]
        number = int(cursor or 0) + len(found)
        return PeerPage(lines=found, cursor=str(number), more=False, server_time=now)

    def clock_offset(self) -> ClockOffset:
        return ClockOffset(0, 0)

    def glimpse(self) -> ClockOffset | None:
        return None


def test_events_of_others_come_while_a_round_hangs(tmp_path: Path) -> None:
    store, hub, other = opened(tmp_path), SlowHub(), Journal()
    came = threading.Event()
    clock = SystemClock()
    engine, watching = (Engine(store, hub, clock, "bread") for _ in range(2))
    runner = SyncRunner(engine, clock, lambda: None, peers=watching)
    runner._watch._on_change = came.set  # type: ignore[union-attr]
    runner.start()
    assert hub.asked.wait(5)
    hub.lines.put(other.write("v1"))
    assert came.wait(10)  # the round hangs for longer
    with store.read() as tx:
        assert [one.id for one in tx.journal.of_subject("bread", "v1")] == [other.lines[0].event.id]
    hub.go.set()
    runner.stop()
    store.close()
    assert not [thread for thread in threading.enumerate() if thread.name in ("sync", "peers")]


def test_it_comes_back_after_failures_and_stops_at_once_while_it_rests(tmp_path: Path) -> None:
    store, hub, other = opened(tmp_path), SlowHub(), Journal()
    hub.failures = 1
    came = threading.Event()
    watch = PeerWatch(Engine(store, hub, SystemClock(), "bread"), came.set, lambda: None)
    watch.start()
    hub.lines.put(other.write("v1"))
    assert came.wait(5)
    hub.failures = 100
    begun = time.monotonic()
    watch.stop()
    assert time.monotonic() - begun < 2
    store.close()


class Waits:
    """Stands for the thread's end, and notes how long it would have rested."""

    def __init__(self, rests: int) -> None:
        self.rested: list[float] = []
        self._rests = rests

    def is_set(self) -> bool:
        return len(self.rested) >= self._rests

    def set(self) -> None:
        self._rests = 0

    def wait(self, seconds: float) -> None:
        self.rested.append(seconds)


def test_it_honours_a_pause_that_the_hub_asks_for_and_goes_on_after_what_nobody_expected(tmp_path: Path) -> None:
    store, hub = opened(tmp_path), SlowHub()
    errors: list[Exception] = [ServerBusy("429", retry_after_s=100), OverflowError(), ValueError()]

    def peers(*_asked: object) -> PeerPage:
        raise errors.pop(0)

    hub.peers = peers  # type: ignore[method-assign, assignment]
    watch = PeerWatch(Engine(store, hub, SystemClock(), "bread"), lambda: None, lambda: None)
    waits = watch._stopping = Waits(3)  # type: ignore[assignment]
    watch.run()
    assert waits.rested == [100, 1.0, 2.0]
    store.close()
