"""Gates and hub processes at the same time: waiting, killed, side by side."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checkin.domain.visit import Visitor
from checkin.hub import Hub
from checkin.sync.http import HttpBackend
from checkin.wire import PeerPage
from tests.integration.hub.gates import all_peers, enrol, now, push_until_done
from tests.integration.hub_process import HubProcess, hub_process, start_hub
from tests.unit.hub.hub_world import season


def test_peers_hear_within_a_moment(hub: Hub, running: HubProcess, db_url: str, tmp_path: Path) -> None:
    """Through one process, and through another on the same database."""
    one, one_backend = enrol(hub, running.url, "Главная")
    with hub_process(db_url, tmp_path) as second:
        two, _ = enrol(hub, running.url, "Вторая")
        for url in (running.url, second.url):
            took = []
            with HttpBackend(url, two.token) as listener, ThreadPoolExecutor(1) as pool:
                cursor = listener.peers("").cursor
                for _turn in range(3):
                    waiting = pool.submit(_heard, listener, cursor)
                    assert not waiting.done()
                    line = one.write("v1-1", at=now())
                    one_backend.push([line], now())
                    pushed = time.monotonic()
                    page, heard = waiting.result(20)
                    assert [peer.line.event["id"] for peer in page.lines] == [line.event.id]
                    cursor = page.cursor
                    took.append(heard - pushed)
            assert min(took) < 1.0, took  # the quickest: a busy machine makes one wait, a hub that polls all


def _heard(listener: HttpBackend, cursor: str) -> tuple[PeerPage, float]:
    return listener.peers(cursor, 20), time.monotonic()


def test_a_wait_ends_with_its_time_and_with_the_hub(hub: Hub, running: HubProcess) -> None:
    _, backend = enrol(hub, running.url)
    cursor = backend.peers("").cursor
    began = time.monotonic()
    assert backend.peers(cursor, 0.4).lines == []
    assert 0.35 < time.monotonic() - began < 5
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(backend.peers, cursor, 20)
        time.sleep(0.5)  # nothing tells from outside that the hub has begun to wait
        assert running.stop() == 0
        assert waiting.result(10).lines == []


@pytest.mark.slow
def test_sigkill_in_the_middle_of_pushes(hub: Hub, db_url: str, tmp_path: Path) -> None:
    process = start_hub(db_url, tmp_path / "hub.log")
    port = process.port
    gates = [enrol(hub, process.url, f"Проходная {number}") for number in range(3)]
    for place, (journal, _) in enumerate(gates):
        for number in range(400):
            journal.write(f"v{place + 1}-{number % 500 + 1}", at=now(), tour=f"tour-{place + 1}")
    with ThreadPoolExecutor(3) as pool:
        pushing = [pool.submit(push_until_done, backend, journal, 20) for journal, backend in gates]
        for _ in range(3):
            time.sleep(0.4)  # not a wait for anything: the moment of the kill is the point
            process.kill()
            process = start_hub(db_url, tmp_path / "hub.log", port)
        for one in pushing:
            one.result(90)
    try:
        _, reader = enrol(hub, process.url, "Читает")
        seen = [event.id for event in all_peers(reader)]
    finally:
        assert process.stop() == 0
    assert sorted(seen) == sorted(line.event.id for journal, _ in gates for line in journal.lines)
    assert [line.inside for line in hub.headcount("bread")] == [400, 400, 400, 0, 1200]
    assert hub.findings() == []


@pytest.mark.slow
def test_several_processes_side_by_side(hub: Hub, running: HubProcess, db_url: str, tmp_path: Path) -> None:
    with hub_process(db_url, tmp_path) as second, hub_process(db_url, tmp_path) as third:
        urls = [running.url, second.url, third.url]
        gates = [enrol(hub, running.url, f"Проходная {number}") for number in range(6)]
        reader, _ = enrol(hub, running.url, "Читает")
        for place, (journal, _) in enumerate(gates):
            for number in range(200):
                journal.write(f"v{place % 4 + 1}-{number + 1}", at=now(), tour=f"tour-{place % 4 + 1}")
        seen: list[str] = []
        finished = threading.Event()

        def read() -> None:
            cursor = ""
            backends = itertools.cycle([HttpBackend(url, reader.token) for url in urls])
            while True:
                last = finished.is_set()
                page = next(backends).peers(cursor, 0.2)
                seen.extend(str(line.line.event["id"]) for line in page.lines)
                cursor = page.cursor
                if last and not page.lines:
                    return

        with ThreadPoolExecutor(7) as pool:
            reading = pool.submit(read)
            pushing = [
                pool.submit(push_until_done, HttpBackend(urls[place % 3], journal.token), journal, 25)
                for place, (journal, _) in enumerate(gates)
            ]
            for one in pushing:
                one.result(90)
            finished.set()
            reading.result(60)
    # A reader that follows its cursor from process to process has missed nothing and got nothing twice.
    assert sorted(seen) == sorted(line.event.id for journal, _ in gates for line in journal.lines)
    assert hub.findings() == []
    assert hub.headcount("bread")[-1].inside == 800
    assert len(hub.conflicts("bread")) == 400


def test_a_roster_written_meanwhile_is_read_without_holes(hub: Hub, running: HubProcess) -> None:
    _, backend = enrol(hub, running.url)
    writers = [list(season(tours=4, visitors=500)), list(season(tours=4, visitors=500))]
    fresh = [
        [Visitor(id=f"{name}-{number}", plant="bread", tour="tour-1", name=name) for number in range(1500)]
        for name in ("а", "б")
    ]
    got: dict[tuple[str, str], int] = {}
    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(hub.put_records, one) for one in fresh]
        cursor = ""
        while True:
            done = all(one.done() for one in writing)
            page = backend.fetch(cursor, 200)
            for change in page.changes:
                assert (change.kind, change.id) not in got
                got[change.kind, change.id] = change.revision
            cursor = page.cursor
            if done and not page.changes:
                break
    assert len(got) == len(writers[0]) + 3000 + 1
