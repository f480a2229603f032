"""A gate that waits at a hub: what wakes it, what does not, what it costs the hub, and how it is let go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from checkin.clock import SystemClock
from checkin.domain.visit import Visitor
from checkin.errors import DeviceRevoked, Offline
from checkin.hub import Hub
from checkin.sync.engine import Engine
from checkin.sync.http import HttpBackend
from checkin.sync.runner import SyncRunner
from checkin.wire import BatchAnswer, PeerPage, RosterPage
from tests.field import opened
from tests.integration.hub.gates import enrol, now, statuses
from tests.integration.hub_process import HubProcess

T = TypeVar("T")
LONG_S = 20.0


def in_thread(ask: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(ask())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="waits").start()
    return future


def at_the_end(backend: HttpBackend) -> PeerPage:
    page = backend.peers("")
    while page.more:
        page = backend.peers(page.cursor)
    return page


def test_a_line_of_another_gate_ends_the_wait_and_an_own_one_does_not(hub: Hub, running: HubProcess) -> None:
    journal, backend = enrol(hub, running.url, "Первая")
    other, speaking = enrol(hub, running.url, "Вторая")
    own = HttpBackend(running.url, journal.token)
    page = at_the_end(backend)
    waiting = in_thread(lambda: backend.peers(page.cursor, LONG_S))
    own.push([journal.write("v1-1", at=now())], now())
    with pytest.raises(TimeoutError):
        waiting.result(1.0)
    speaking.push([other.write("v1-2", at=now())], now())
    assert [line.line.event["subject"] for line in waiting.result(LONG_S / 2).lines] == ["v1-2"]
    for one in (backend, speaking, own):
        one.close()


def test_the_roster_ends_the_wait_of_a_gate_that_says_what_it_knows(hub: Hub, running: HubProcess) -> None:
    _journal, backend = enrol(hub, running.url, "Первая")
    _other, old = enrol(hub, running.url, "Вторая")
    page = at_the_end(backend)
    assert page.roster
    told, untold = (
        in_thread(lambda: backend.peers(page.cursor, LONG_S, page.roster or "")),
        in_thread(lambda: old.peers(page.cursor, 3.0)),  # a gate of before this was thought of
    )
    time.sleep(0.5)
    hub.put_records([Visitor(id="new", plant="bread", tour="tour-1", name="Ли Мэй")])
    answer = told.result(LONG_S / 2)
    assert not answer.lines
    assert answer.roster not in (None, page.roster)
    assert backend.peers(page.cursor, LONG_S, page.roster or "").roster == answer.roster  # at once: it knows less
    assert not untold.result(10).lines
    backend.close()
    old.close()


def test_a_gate_is_told_of_the_roster_and_asks_seldom_all_the_same(
    hub: Hub, running: HubProcess, tmp_path: Path
) -> None:
    """Through the threads of a real gate: what is new is there within a second, and nobody asks every second for it."""
    journal, counted = enrol(hub, running.url, "Первая")
    asked: list[str] = []
    fetch = counted.fetch

    def fetching(cursor: str, limit: int = 500) -> RosterPage:
        asked.append(cursor)
        return fetch(cursor, limit)

    counted.fetch = fetching  # type: ignore[method-assign]
    store = opened(tmp_path / "gate")
    engine = Engine(store, counted, SystemClock(), "bread")
    watching = Engine(store, HttpBackend(running.url, journal.token), SystemClock(), "bread")
    runner = SyncRunner(engine, SystemClock(), lambda: None, peers=watching)
    runner.start()
    try:
        until = time.monotonic() + 40
        while not (runner._watch is not None and runner._watch.hears):
            assert time.monotonic() < until
            time.sleep(0.05)
        time.sleep(1.5)  # the last round of the quick pace
        before = len(asked)
        time.sleep(3)
        assert len(asked) - before <= 1
        began = time.monotonic()
        hub.put_records([Visitor(id="late", plant="bread", tour="tour-1", name="Поздний Пётр")])
        while True:
            with store.read() as tx:
                if tx.roster.visitor("bread", "late") is not None:
                    break
            assert time.monotonic() - began < LONG_S / 2
            time.sleep(0.02)
    finally:
        began = time.monotonic()
        runner.stop()
        assert time.monotonic() - began < LONG_S / 2, "the wait at the hub kept the program from ending"
        store.close()


def test_a_wait_is_cut_from_another_thread(hub: Hub, running: HubProcess) -> None:
    _journal, backend = enrol(hub, running.url)
    page = at_the_end(backend)
    waiting = in_thread(lambda: backend.peers(page.cursor, LONG_S))
    time.sleep(0.5)
    backend.interrupt()
    with pytest.raises(Offline):
        waiting.result(LONG_S / 2)
    with pytest.raises(Offline):
        backend.peers(page.cursor, LONG_S)  # one that was about to ask
    backend.close()


def test_a_revoked_gate_is_refused_within_a_second(hub: Hub, running: HubProcess) -> None:
    journal, backend = enrol(hub, running.url)
    assert statuses(backend.push([journal.write("v1-1", at=now())], now())) == {"accepted"}
    hub.revoke(journal.device)
    with pytest.raises(DeviceRevoked):
        backend.fetch("")  # the roster is asked of the database each time
    time.sleep(1.1)
    for ask in (
        lambda: backend.push([journal.write("v1-2", at=now())], now()),
        lambda: backend.peers("", 1),
    ):
        with pytest.raises(DeviceRevoked):
            ask()
    backend.close()


def test_a_gate_that_is_shut_out_while_it_waits_hears_nothing_more(hub: Hub, running: HubProcess) -> None:
    journal, backend = enrol(hub, running.url, "Первая")
    other, speaking = enrol(hub, running.url, "Вторая")
    page = at_the_end(backend)
    waiting = in_thread(lambda: backend.peers(page.cursor, LONG_S))
    time.sleep(0.3)
    hub.revoke(journal.device)
    time.sleep(1.1)
    speaking.push([other.write("v1-2", at=now())], now())
    with pytest.raises(DeviceRevoked):
        waiting.result(10)
    backend.close()
    speaking.close()


def test_a_token_that_was_replaced_opens_nothing_any_more(hub: Hub, running: HubProcess) -> None:
    journal, old = enrol(hub, running.url)
    old.peers("")
    with HttpBackend(running.url) as stranger:
        journal.take(stranger.enrol(journal.request(hub.invite("bread", "Главная"))))
    time.sleep(1.1)
    with pytest.raises(DeviceRevoked):
        old.peers("")
    with HttpBackend(running.url, journal.token) as fresh:
        fresh.peers("")
    old.close()


def test_when_a_gate_was_here_is_noted_although_it_is_remembered(hub: Hub, running: HubProcess) -> None:
    journal, backend = enrol(hub, running.url)

    def push(late: timedelta) -> BatchAnswer:
        return backend.push([journal.write("v1-1", at=now())], now() - late)

    push(timedelta(0))
    push(timedelta(minutes=7))
    found = next(one for one in hub.devices() if one.id == journal.device)
    assert found.clock_offset_s is not None
    assert -430 < found.clock_offset_s < -410
    push(timedelta(0))
    found = next(one for one in hub.devices() if one.id == journal.device)
    assert abs(found.clock_offset_s or 0) < 5
    backend.close()
