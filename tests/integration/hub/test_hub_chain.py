"""A plant's hub and the one above it: outages, kills, restores."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from checkin.errors import SettingsWrong
from checkin.hub import Hub, open_hub
from checkin.hubchain import join
from checkin.sync.http import HttpBackend
from checkin.wire import Status
from tests.integration.hub.chain_world import attendance, checkin, start_chained, until
from tests.integration.hub.gates import all_peers, enrol, now, push_until_done, statuses
from tests.integration.hub_process import HubProcess, start_hub
from tests.unit.hub.hub_world import Journal, season


@dataclass
class Chain:
    """A central hub and a plant's hub that has joined it."""

    folder: Path
    upper: Hub
    lower: Hub
    above: HubProcess
    below: HubProcess

    def restart_above(self) -> None:
        self.above = start_hub(f"sqlite:///{self.folder}/upper.sqlite", self.folder / "above.log", self.above.port)

    def restart_below(self) -> None:
        self.below = start_chained(f"sqlite:///{self.folder}/lower.sqlite", self.folder / "below.log", self.below.port)

    def one(self) -> bool:
        """Whether both hold the same lines, each once."""
        upper, lower = attendance(self.upper), attendance(self.lower)
        return len(upper) == len(set(upper)) and sorted(upper) == sorted(lower)


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with (
        open_hub(f"sqlite:///{tmp_path}/upper.sqlite") as upper,
        open_hub(f"sqlite:///{tmp_path}/lower.sqlite") as lower,
    ):
        upper.put_records(season(tours=2, visitors=300))
        above = start_hub(f"sqlite:///{tmp_path}/upper.sqlite", tmp_path / "above.log")
        join(lower, above.url, upper.invite_hub("bread", "Завод"))
        below = start_chained(f"sqlite:///{tmp_path}/lower.sqlite", tmp_path / "below.log")
        made = Chain(tmp_path, upper, lower, above, below)
        try:
            until(lambda: len(lower.plants()) == 1 and len(lower.held(["bread"])["visitor"]) == 600)
            yield made
        finally:
            made.below.stop()
            made.above.stop()


def test_roster_down_and_lines_both_ways(chain: Chain) -> None:
    here, here_backend = enrol(chain.lower, chain.below.url, "Проходная 1")
    there, there_backend = enrol(chain.upper, chain.above.url, "Проходная 2")
    for number in range(1, 6):
        here.write(f"v1-{number}", at=now())
        there.write(f"v1-{number + 4}", at=now())
    here_backend.push(here.lines, now())
    there_backend.push(there.lines, now())
    until(chain.one)
    assert [event.id for event in all_peers(here_backend)] == [line.event.id for line in there.lines]
    assert [event.id for event in all_peers(there_backend)] == [line.event.id for line in here.lines]
    assert chain.upper.headcount() == chain.lower.headcount()
    for hub in (chain.upper, chain.lower):  # one ticket, two gates that did not know of each other
        (double,) = hub.conflicts()
        assert {entry.gate for entry in double.events} == {"Проходная 1", "Проходная 2"}
        assert not hub.findings()
    until(lambda: chain.lower.upstreams()[0].waiting == 0)
    told = json.loads(checkin("hub", "upstream", "--db", f"sqlite:///{chain.folder}/lower.sqlite", "--json"))
    assert (told["plant"], told["waiting"], told["problem"]) == ("bread", 0, "")


def test_an_outage_of_the_hub_above(chain: Chain) -> None:
    gates = [enrol(chain.lower, chain.below.url, f"Проходная {number}") for number in range(3)]
    chain.above.kill()
    for number in range(1, 201):
        journal, _backend = gates[number % 3]
        journal.write(f"v1-{number}", at=now())
    for journal, backend in gates:
        assert statuses(backend.push(journal.lines, now())) == {Status.ACCEPTED}
    assert chain.lower.headcount()[-1].inside == 200
    order = attendance(chain.lower)
    chain.restart_above()
    until(chain.one)
    assert attendance(chain.upper) == order
    assert chain.upper.headcount() == chain.lower.headcount()


@pytest.mark.slow
def test_either_is_killed_again_and_again(chain: Chain) -> None:
    chance = random.Random(5)
    gates = [enrol(chain.lower, chain.below.url, f"Проходная {number}") for number in range(3)]
    for number in range(1500):
        journal, _backend = gates[number % 3]
        journal.write(f"v{1 + number % 2}-{1 + number % 300}", at=now())
    pushing = [threading.Thread(target=push_until_done, args=(backend, journal, 10, 120)) for journal, backend in gates]
    for one in pushing:
        one.start()
    for round_number in range(6):
        time.sleep(chance.uniform(0.3, 1.2))
        if round_number % 2:
            chain.below.kill()
            chain.restart_below()
        else:
            chain.above.kill()
            chain.restart_above()
    for one in pushing:
        one.join()
    until(lambda: chain.one() and len(attendance(chain.upper)) == 1500, 90)
    by_device = {journal.device: [line.hash for line in journal.lines] for journal, _ in gates}
    for hub in (chain.upper, chain.lower):
        for device, hashes in by_device.items():
            assert [line[3] for line in attendance(hub) if line[0] == device] == hashes
        assert not hub.findings()


def test_a_hub_above_that_was_restored_gets_everything_again(chain: Chain) -> None:
    journal, backend = enrol(chain.lower, chain.below.url)
    backend.push([journal.write("v1-1", at=now())], now())
    until(chain.one)
    with chain.upper.engine.begin() as connection:  # as after a restore of yesterday's backup
        for table in ("attendance", "presence"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE counter SET position = 0")
    checkin("hub", "restored", "--db", f"sqlite:///{chain.folder}/upper.sqlite")
    until(lambda: len(attendance(chain.upper)) == 1)
    assert chain.one()


def test_a_restored_lower_hub_gets_its_own_lines_back(chain: Chain) -> None:
    journal, backend = enrol(chain.lower, chain.below.url)
    backend.push([journal.write("v1-1", at=now()), journal.write("v1-2", at=now())], now())
    until(chain.one)
    assert chain.below.stop() == 0
    with chain.lower.engine.begin() as connection:
        for table in ("attendance", "presence"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE counter SET position = 0")
    checkin("hub", "restored", "--db", f"sqlite:///{chain.folder}/lower.sqlite")
    chain.restart_below()
    until(chain.one)
    assert chain.lower.headcount()[-1].inside == 2


def test_codes_and_tokens_are_for_one_role(chain: Chain) -> None:
    with HttpBackend(chain.above.url) as stranger, pytest.raises(SettingsWrong):
        stranger.enrol(Journal().request(chain.upper.invite_hub("bread", "ещё")))
    with pytest.raises(SettingsWrong):
        join(chain.lower, chain.above.url, chain.upper.invite("bread", "Проходная"))
    gate, _ = enrol(chain.upper, chain.above.url)
    for method, body in (("GET", None), ("POST", b"{}")):
        answer = requests.request(
            method,
            f"{chain.above.url}/api/v1/relay/attendance",
            data=body,
            headers={"Authorization": f"Bearer {gate.token}"},
            timeout=10,
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "not_a_hub")
