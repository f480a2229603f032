"""A complete day of a season without one socket, and the same day on-line: the same heads, the same report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from checkin import cli
from checkin.clock import SettableClock
from checkin.desk import Desk, Direction, Place, Source
from checkin.desk.groups import Groups
from checkin.domain.visit import Ticket
from checkin.settings import Profile, Settings
from checkin.store import Store, open_store
from checkin.sync.engine import Engine
from checkin.sync.enrol import enrol
from checkin.sync.http import HttpBackend
from tests.field import NOW, list_file
from tests.integration.hub_process import hub_process
from tests.security.sites import SocketOpened, no_sockets

NAME = "Хлебозавод № 3"
GATES = ("Восток", "Запад")


def checkin(profile: Path, *words: object) -> dict[str, Any]:
    """A command in this process, where sockets are watched; its last line of JSON."""
    if not (profile / "settings.json").exists():
        Profile(profile).save(Settings(key_place="file", language="en"))
    done = CliRunner().invoke(
        cli.build(),
        ["--profile", str(profile), *map(str, words)],
        catch_exceptions=False,
        env={"SECRET": "secret words"},
    )
    assert done.exit_code == 0, done.output
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return found


@contextmanager
def store_of(folder: Path) -> Iterator[Store]:
    store, _place = open_store(Profile(folder), Settings(key_place="file"))
    try:
        yield store
    finally:
        store.close()


@dataclass
class Day:
    """What happens at two gates.  Each half can be played by itself, as each gate is a PC of its own."""

    clock: SettableClock

    def at(self, number: int, store: Store) -> None:
        """Gate ``number``'s part: every other group, with what goes wrong at every gate."""
        with store.read() as tx:
            (plant,) = tx.roster.plants()
            groups = sorted(tx.roster.groups(plant.id), key=lambda group: group.name)
            tickets = {ticket.visitor: ticket for ticket in tx.roster.tickets(plant.id)}
        desk = Desk(store, self.clock, Place(plant=plant.id, gate=GATES[number]))
        work = Groups(desk)
        assert len(groups) == 8
        for place, group in enumerate(groups):
            card = work.open_group(plant.id, group.id)
            assert card is not None
            everybody = [member.visitor.id for member in card.members]
            if place % 2 != number:
                if place == 2:  # the other gate's visitor comes here as well: found only when the two have met
                    assert desk.scan(_code(tickets[everybody[3]]), Source.SCANNER).event is not None
                continue
            absent = place % 3
            result = work.admit(card, everybody[absent:])
            assert len(result.events) == len(everybody) - absent
            match place:
                case 0:
                    work.walk_in(result.card, "Гость без билета", "опоздал к списку")
                case 1:
                    desk.scan(_code(tickets[everybody[1]]), Source.SCANNER)  # twice
                case 3:
                    assert desk.undo(result.events[0].id)
                case 4 | 5:
                    left = work.open_group(plant.id, group.id)
                    assert left is not None
                    work.let_out(left, everybody[absent:-1])  # one stays behind
                case 6:
                    desk.scan("nobody's code", Source.SCANNER)
                case 7:
                    desk.scan(_code(tickets[everybody[2]]), Source.SCANNER, Direction.OUT)


def _code(ticket: Ticket) -> str:
    assert ticket.code.startswith("P"), ticket.code  # signed by the organiser's key
    return ticket.code


def _heads(lines: list[dict[str, Any]]) -> list[tuple[str, int, int, int]]:
    return sorted((line["tour"] or "", line["expected"], line["inside"], line["left"]) for line in lines)


def counts(store: Store) -> list[tuple[str, int, int, int]]:
    """Heads of each tour as a store has them."""
    with store.read() as tx:
        (plant,) = tx.roster.plants()
        found = [(tour.title, tx.headcounts.of_tour(plant.id, tour.id)) for tour in tx.roster.tours(plant.id)]
    return sorted((title, count.expected, count.inside, count.left) for title, count in found)


def prepared(tmp_path: Path, office: Path, *where: object) -> None:
    """Lists in, keys, tickets out."""
    list_file(tmp_path / "list.csv", 48, start=NOW, plant=NAME, tours=8, codes=False)
    if where:
        checkin(office, "hub", "import", tmp_path / "list.csv", *where, "--json")
    else:
        checkin(office, "roster", "import", tmp_path / "list.csv", "--json")
    checkin(office, "keys", "new", "--issuer", "Программа", "--passphrase-env", "SECRET", *where)
    out = ("--out", office / "tickets", "--format", "png", "--passphrase-env", "SECRET", "--json")
    assert checkin(office, "tickets", "issue", *out, *where)["tickets"] == 48


def without_network(tmp_path: Path) -> tuple[list[tuple[str, int, int, int]], dict[str, Any], int]:
    """The day by sticks: heads at the organiser's, the report, and how many tickets two gates admitted."""
    office, gates, clock = tmp_path / "office", [tmp_path / name for name in "ab"], SettableClock(NOW)
    prepared(tmp_path, office)
    keys = [checkin(gate, "gate-key", "--json")["recipient"] for gate in gates]
    checkin(office, "packet", "make-roster", "--plant", NAME, "--to", *keys, tmp_path / "roster.packet")
    for number, gate in enumerate(gates):
        took = checkin(gate, "packet", "take", tmp_path / "roster.packet", "--yes", "--json")
        assert (took["tours"], took["visitors"]) == (8, 48)
        with store_of(gate) as store:
            Day(clock).at(number, store)
        checkin(gate, "packet", "make-journal", tmp_path / f"{number}.packet")
        for _again in range(2):
            told = checkin(office, "packet", "accept", tmp_path / f"{number}.packet", "--json")
            assert (told["rejected"], told["findings"]) == (0, [])
    checkin(office, "packet", "make-ack", tmp_path / "ack.packet")
    for gate in gates:
        assert checkin(gate, "packet", "take", tmp_path / "ack.packet", "--yes", "--json")["waiting"] == 0
    with store_of(office) as store:
        heads = counts(store)
    for gate in gates:
        with store_of(gate) as store:
            assert counts(store) == heads
    clashes = checkin(office, "conflicts", "--json")
    return heads, checkin(office, "report", "season", tmp_path / "off.xlsx", "--json"), len(clashes["events"])


def on_line(tmp_path: Path) -> tuple[list[tuple[str, int, int, int]], dict[str, Any], int]:
    """The same day with a hub that is there all the time."""
    office, gates, clock = tmp_path / "office-on", [tmp_path / f"{name}-on" for name in "ab"], SettableClock(NOW)
    where = ("--db", f"sqlite:///{tmp_path / 'hub.sqlite'}")
    prepared(tmp_path, office, *where)
    with hub_process(str(where[1]), tmp_path) as hub:
        engines: list[tuple[Store, Engine, HttpBackend]] = []
        for number, gate in enumerate(gates):
            code = checkin(office, "hub", "invite", "--plant", NAME, "--gate", GATES[number], "--json", *where)["code"]
            Profile(gate).save(Settings(key_place="file"))
            store, _place = open_store(Profile(gate), Settings(key_place="file"))
            with HttpBackend(hub.url) as backend:
                answer = enrol(store, backend, hub.url, code)
            backend = HttpBackend(hub.url, answer.token)
            engines.append((store, Engine(store, backend, clock, answer.plant), backend))
            engines[-1][1].round()
        for number, (store, _engine, _backend) in enumerate(engines):
            Day(clock).at(number, store)  # both gates know only themselves while they work, as with sticks
            if number:
                for _store, each, _there in (*engines, *engines):
                    each.round()
        heads = counts(engines[0][0])
        for store, _engine, backend in engines:
            assert counts(store) == heads
            backend.close()
            store.close()
    clashes = checkin(office, "hub", "conflicts", "--json", *where)
    return heads, checkin(office, "report", "season", tmp_path / "on.xlsx", "--json", *where), len(clashes["events"])


def test_a_watched_socket_is_an_error() -> None:
    import socket

    with no_sockets(), pytest.raises(SocketOpened):
        socket.socket()


@pytest.mark.slow
def test_a_day_without_a_socket_counts_as_the_day_on_line(tmp_path: Path) -> None:
    with no_sockets():
        heads, report, clashes = without_network(tmp_path)
    online_heads, online_report, online_clashes = on_line(tmp_path)
    assert heads == online_heads
    assert sum(inside for _title, _expected, inside, _left in heads) > 20
    assert clashes == online_clashes == 2
    assert report == online_report
