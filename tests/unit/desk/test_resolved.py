"""A double admission that a person has dealt with is so at every gate and hub, whoever said it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from checkin.desk import Place, Source
from checkin.desk.conflicts import conflicts, resolve
from checkin.domain.admission import Admit
from checkin.domain.visit import Record
from checkin.errors import SettingsWrong
from checkin.hub import Hub, attendance, devices, open_hub
from checkin.hub.devices import Enrolled
from checkin.hub.peers import peers
from checkin.store.journal import Stored
from checkin.wire import EnrolRequest, PeerPage, line_in
from tests.field import NOW, Site, plant, site, ticket, tour, visitor
from tests.unit.hub.hub_world import raw


@dataclass
class Field:
    gates: dict[str, Site]
    hub: Hub

    def talk(self, names: str = "abc") -> None:
        """These send everything and hear everything; what is known already changes nothing."""
        for name in names:
            gate = self.gates[name]
            request = EnrolRequest(
                code=self.hub.invite("hleb", name), device=gate.desk.device.id, public_key=gate.desk.device.public_hex
            )
            who = devices.bearer(self.hub.engine, devices.enrol(self.hub.engine, request, NOW).token, NOW)
            assert who is not None
            with gate.store.read() as tx:
                lines = [raw(stored.line) for stored in tx.journal.lines(gate.desk.device.id)]
            answers = attendance.receive(self.hub.engine, who, lines, NOW, NOW).answers
            assert {answer.status.value for answer in answers} <= {"accepted", "duplicate"}
        nobody = Enrolled("", "hleb", "", "", "", None, revoked=False)
        for name in names:
            gate = self.gates[name]
            page = PeerPage.model_validate_json(peers(self.hub.engine, nobody, "", 500, NOW).text)
            with gate.store.write() as tx:
                told = [Stored(line_in(one.line), one.received_at) for one in page.lines]
                tx.journal.take_peers(told, gate.desk.device.id)

    def resolved(self) -> list[list[bool]]:
        """As each has it, the hub last."""
        lists = []
        for gate in self.gates.values():
            with gate.store.read() as tx:
                lists.append([one.resolved for one in conflicts(tx, "hleb")])
        return [*lists, [one.resolved for one in self.hub.conflicts()]]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    roster: list[Record] = [
        plant(),
        tour("t1", NOW, 600),
        visitor("v1", "Иванова Мария"),
        ticket("CODE-1", "v1", id="k1"),
    ]
    with open_hub(f"sqlite:///{tmp_path}/hub.sqlite") as hub:
        hub.put_records(roster)
        with ExitStack() as stack:
            yield Field(
                {
                    name: stack.enter_context(site(tmp_path / name, roster, Place(plant="hleb", gate=name)))
                    for name in "abc"
                },
                hub,
            )


def test_what_was_resolved_at_the_hub_is_resolved_at_every_gate(field: Field) -> None:
    for gate in ("a", "b"):
        field.gates[gate].desk.scan("CODE-1", Source.PIPE)
    field.talk()
    assert field.resolved() == [[False], [False], [False], [False]]
    (clash,) = field.hub.conflicts()
    assert field.hub.resolve(None, clash.events[0].event_id, "вернулась за сумкой").resolved
    field.talk()
    assert field.resolved() == [[True], [True], [True], [True]]
    with pytest.raises(SettingsWrong):
        field.hub.resolve(None, "nobody")


def test_a_gate_resolves_too_and_a_further_entry_opens_it_again(field: Field) -> None:
    field.gates["a"].desk.scan("CODE-1", Source.PIPE)
    field.gates["b"].desk.scan("CODE-1", Source.PIPE)
    field.talk("ab")
    desk = field.gates["b"].desk
    with field.gates["b"].store.write() as tx:
        (found,) = conflicts(tx, "hleb")
        resolve(desk, tx, found, "гусева", "двойник")
    field.talk("ab")
    assert field.resolved() == [[True], [True], [], [True]]
    assert isinstance(field.gates["c"].desk.scan("CODE-1", Source.PIPE).verdict, Admit)
    field.talk()
    field.talk()
    assert field.resolved() == [[False], [False], [False], [False]]
    with field.gates["a"].store.read() as tx:
        assert [len(one.entries) for one in conflicts(tx, "hleb")] == [3]
