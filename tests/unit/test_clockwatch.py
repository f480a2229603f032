"""A turned clock is told and never refuses anybody; sleep, small corrections and turning it back are no trouble."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.app import GateApp
from checkin.clock import SettableClock, SystemClock
from checkin.clockwatch import ClockWatch
from checkin.desk import Source
from checkin.sync.runner import SyncState
from tests.field import NOW, crowd, plant, profile, site, tour

DAY = timedelta(days=1)


def test_time_that_passes_is_no_jump() -> None:
    clock = SettableClock(NOW)
    watch = ClockWatch(clock, NOW)
    for _ in range(10):
        clock.advance(timedelta(hours=3))
        assert watch.look() == ""


@pytest.mark.parametrize("by", [DAY, -DAY, timedelta(minutes=3), -timedelta(minutes=3)])
def test_a_jump_is_told_until_the_clock_is_right_again(by: timedelta) -> None:
    clock = SettableClock(NOW)
    watch = ClockWatch(clock)
    clock.advance(timedelta(minutes=5))
    clock.jump(clock.now() + by)
    assert watch.look()
    clock.advance(timedelta(hours=1))
    assert watch.look()
    assert watch.moved == by
    clock.jump(clock.now() - by)
    assert watch.look() == ""


def test_a_time_servers_correction_is_no_jump() -> None:
    clock = SettableClock(NOW)
    watch = ClockWatch(clock)
    clock.jump(NOW + timedelta(seconds=40))
    assert watch.look() == ""


@pytest.mark.parametrize("by", [DAY, -DAY])
def test_a_hub_that_agrees_afterwards_ends_it(by: timedelta) -> None:
    """The clock was wrong when the program started, and somebody put it right: what was moved stays moved."""
    clock = SettableClock(NOW - by)
    watch = ClockWatch(clock, NOW)
    clock.advance(timedelta(minutes=5))
    before = clock.monotonic_ns()
    clock.advance(timedelta(seconds=10))
    clock.jump(clock.now() + by)
    assert watch.look()
    watch.agreed(0.3, before)
    assert watch.look()  # that was measured before somebody moved it
    clock.advance(timedelta(seconds=10))
    watch.agreed(by.total_seconds(), clock.monotonic_ns())
    assert watch.look()  # the hub does not agree
    watch.agreed(0.3, clock.monotonic_ns())
    assert watch.look() == ""
    clock.jump(clock.now() + by)
    assert watch.look()  # moved again: told again


def test_a_clock_before_the_last_event_is_told_at_the_start() -> None:
    assert ClockWatch(SettableClock(NOW - DAY), NOW).look()
    assert ClockWatch(SettableClock(NOW), NOW).look() == ""


def test_the_systems_clock_goes_on() -> None:
    clock = SystemClock()
    before = clock.monotonic_ns()
    assert clock.monotonic_ns() >= before
    assert ClockWatch(clock).look() == ""


def test_the_gates_banner_goes_when_the_hub_agrees(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour()]):
        pass
    clock = SettableClock(NOW - DAY)
    app = GateApp(profile(tmp_path), clock)
    try:
        clock.advance(timedelta(seconds=10))
        clock.jump(NOW)
        told = app._standing.status("Главная", SyncState(clock_offset_s=0.2, clock_measured_ns=1))
        assert len(told.banners) == 1
        clock.advance(timedelta(seconds=10))
        measured = SyncState(clock_offset_s=0.2, clock_measured_ns=clock.monotonic_ns())
        assert app._standing.status("Главная", measured).banners == ()
    finally:
        app.close()


@pytest.mark.parametrize("by", [DAY, -DAY])
def test_the_gate_says_so_and_goes_on(tmp_path: Path, by: timedelta) -> None:
    with site(tmp_path, [plant(), tour(minutes=6000), *crowd(5)]) as gate:
        gate.desk.scan("CODE-0", Source.PIPE)
    assert os.path.exists(profile(tmp_path).store_file)
    clock = SettableClock(NOW)
    app = GateApp(profile(tmp_path), clock)
    try:
        assert app.status().banners == ()
        clock.jump(NOW + by)
        assert app.status().banners
        event = app.scan("CODE-1", Source.TYPED).result(10).event
        assert event is not None
        assert event.at == NOW + by
        assert event.seq == 2
    finally:
        app.close()
