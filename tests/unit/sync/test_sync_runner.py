"""The sync thread: how long it waits, what ends a wait, what it says.  Time passes by hand, nothing sleeps."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checkin.desk import Source
from checkin.errors import CheckinError, DeviceRevoked, Offline, ServerBusy, SettingsWrong
from checkin.sync import runner as runner_module
from checkin.sync.engine import Engine
from checkin.sync.runner import BACKOFF_S, EVERY_S, HubState, SyncRunner
from tests.field import Site, crowd, plant, site, tour
from tests.unit.sync.fake_hub import FakeHub

PATIENCE_S = 30.0


class Pauses:
    """The runner's waits: each is told to the test, and ends when the test says so."""

    def __init__(self) -> None:
        self.wanted: queue.Queue[float] = queue.Queue()
        self.ended = threading.Semaphore(0)

    def wait(self, seconds: float) -> None:
        self.wanted.put(seconds)
        assert self.ended.acquire(timeout=PATIENCE_S)

    def next(self) -> float:
        """How long the runner wants to wait now."""
        return self.wanted.get(timeout=PATIENCE_S)

    def end(self) -> None:
        self.ended.release()


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, [plant(), tour(), *crowd(12)]) as made:
        yield made


Start = Callable[[FakeHub], tuple[SyncRunner, Pauses]]


@pytest.fixture
def start(gate: Site) -> Iterator[Start]:
    running: list[tuple[SyncRunner, Pauses]] = []

    def begin(hub: FakeHub) -> tuple[SyncRunner, Pauses]:
        pauses = Pauses()
        runner = SyncRunner(Engine(gate.store, hub, gate.clock, "hleb"), gate.clock, lambda: None, pauses.wait)
        runner.start()
        running.append((runner, pauses))
        return runner, pauses

    yield begin
    for runner, pauses in running:
        for _ in range(3):
            pauses.end()
        runner.stop()
        assert not runner.is_alive()


def test_rounds_that_go_well_come_every_second(gate: Site, start: Start) -> None:
    hub = FakeHub()
    runner, pauses = start(hub)
    assert pauses.next() == EVERY_S
    assert (runner.state.hub, runner.state.at) == (HubState.OK, gate.clock.now())
    gate.desk.scan("CODE-1", Source.PIPE)
    pauses.end()
    assert pauses.next() == EVERY_S
    assert len(hub.received) == 1
    assert runner.state.moved.pushed == 1


def test_failures_make_the_pause_longer_and_a_success_short_again(start: Start) -> None:
    hub = FakeHub()
    hub.fail(Offline("no network"), times=12)
    runner, pauses = start(hub)
    waits = []
    for _ in range(12):
        waits.append(pauses.next())
        assert runner.state.hub is HubState.OFFLINE
        assert runner.state.message == "no network"
        pauses.end()
    assert pauses.next() == EVERY_S
    assert runner.state.message == ""
    for number, wait in enumerate(waits):
        full = min(BACKOFF_S[1], BACKOFF_S[0] * 2**number)
        assert full / 2 <= wait <= full
    assert len(set(waits)) > 6  # jitter


def test_retry_after_is_never_undercut(start: Start) -> None:
    hub = FakeHub()
    hub.fail(ServerBusy("busy", retry_after_s=777), times=1)
    _, pauses = start(hub)
    assert pauses.next() == 777


@pytest.mark.parametrize("error", [SettingsWrong("no hub there"), CheckinError("?")])
def test_what_needs_a_person_is_tried_again_all_the_same(start: Start, error: CheckinError) -> None:
    hub = FakeHub()
    hub.fail(error)
    runner, pauses = start(hub)
    assert pauses.next() <= BACKOFF_S[0]
    assert (runner.state.hub, runner.state.message) == (HubState.OFFLINE, str(error))
    pauses.end()
    pauses.next()
    assert runner.state.hub is HubState.OK


def test_a_revoked_gate_says_so_and_asks_rarely(start: Start) -> None:
    hub = FakeHub()
    hub.fail(DeviceRevoked("shut out"), times=2)
    runner, pauses = start(hub)
    assert pauses.next() == BACKOFF_S[1]
    assert runner.state.hub is HubState.REVOKED
    pauses.end()
    assert pauses.next() == BACKOFF_S[1]


def test_the_hubs_clock_is_measured(gate: Site, start: Start) -> None:
    hub = FakeHub()
    hub.offset_s = 600.0
    runner, pauses = start(hub)
    pauses.next()
    assert runner.state.clock_offset_s == 600.0
    pauses.end()
    pauses.next()
    assert hub.calls.count("clock") == 1


def test_a_clock_that_jumps_is_noticed_at_the_next_contact(gate: Site, start: Start) -> None:
    hub = FakeHub()
    runner, pauses = start(hub)
    pauses.next()
    assert runner.state.clock_offset_s == 0.0
    first = runner.state.clock_measured_ns
    hub.offset_s = 86_400.0  # the hub's, or this PC's back by a day: seen in the same way
    pauses.end()
    pauses.next()
    assert runner.state.clock_offset_s == 86_400.0
    assert runner.state.clock_measured_ns >= first
    assert hub.calls.count("clock") == 2


class Real:
    """A runner with its real waits, and a hub that says when it is asked."""

    def __init__(self, gate: Site, error: CheckinError | None) -> None:
        self.hub = FakeHub()
        self.asked: queue.Queue[str] = queue.Queue()
        self.resting = threading.Event()
        self.error = error

        def before(name: str) -> None:
            if name == "clock":
                self.asked.put(name)
                if self.error is not None:
                    raise self.error

        self.hub.before = before
        self.runner = SyncRunner(Engine(gate.store, self.hub, gate.clock, "hleb"), gate.clock, self._changed)
        self.runner.start()

    def _changed(self) -> None:
        if self.runner.state.hub is HubState.OFFLINE:
            self.resting.set()


def test_scans_do_not_cut_short_the_pause_that_a_hub_asked_for(gate: Site) -> None:
    """Every scan has something to send; a hub that is busy must not be asked at every scan for it."""
    real = Real(gate, ServerBusy("busy", retry_after_s=600))
    real.asked.get(timeout=PATIENCE_S)
    assert real.resting.wait(PATIENCE_S)
    for _ in range(20):
        real.runner.nudge()
    with pytest.raises(queue.Empty):
        real.asked.get(timeout=0.3)
    real.runner.wake()  # a person may
    assert real.asked.get(timeout=PATIENCE_S)
    real.runner.stop()


def test_stopping_does_not_wait_for_a_pause_to_end(gate: Site) -> None:
    real = Real(gate, ServerBusy("busy", retry_after_s=3600))
    assert real.resting.wait(PATIENCE_S)
    real.runner.stop()
    assert not real.runner.is_alive()


def test_a_runner_that_never_ran_can_be_stopped(gate: Site) -> None:
    runner = SyncRunner(Engine(gate.store, FakeHub(), gate.clock, "hleb"), gate.clock, lambda: None)
    runner.stop()
    assert runner.state.hub is HubState.SYNCING


def test_a_request_that_never_ends_is_cut_when_the_program_ends(gate: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "STOP_S", 0.05)
    hub = FakeHub()
    asked, cut = threading.Event(), threading.Event()

    def drips(_name: str) -> None:
        asked.set()
        assert cut.wait(PATIENCE_S)
        raise Offline("cut")

    hub.before, hub.interrupt = drips, cut.set  # type: ignore[method-assign]
    runner = SyncRunner(Engine(gate.store, hub, gate.clock, "hleb"), gate.clock, lambda: None)
    runner.start()
    assert asked.wait(PATIENCE_S)
    runner.stop()
    assert not runner.is_alive()


def test_what_nobody_expected_ends_no_thread(start: Start) -> None:
    hub = FakeHub()
    odd: list[Exception] = [ValueError("Иванова"), OverflowError()]

    def before(name: str) -> None:
        if name == "fetch" and odd:
            raise odd.pop()

    hub.before = before
    runner, pauses = start(hub)
    for _ in range(2):
        pauses.next()
        assert runner.state.hub is HubState.OFFLINE
        assert "Иванова" not in runner.state.message
        pauses.end()
    assert pauses.next() == EVERY_S
    assert runner.state.hub is HubState.OK
