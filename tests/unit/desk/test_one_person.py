"""One signed ticket at two gates, of which one knows whose it is and one does not yet: one person, and a conflict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.desk import Place, Source
from checkin.desk.conflicts import conflicts
from checkin.desk.outcome import Direction
from checkin.domain.visit import Visitor
from checkin.hub import Hub, attendance, devices, open_hub
from checkin.hub.devices import Enrolled
from checkin.store.journal import Stored
from checkin.wire import EnrolRequest
from tests.field import KEY, NOW, Site, plant, signed, site, ticket, tour, visitor
from tests.unit.hub.hub_world import raw

TEXT = signed()
LATE = (visitor("late", "Цой Вика"), ticket(TEXT, "late", id="00000000000000a1"))


@dataclass
class Field:
    """Two gates and a hub."""

    synced: Site
    behind: Site
    hub: Hub

    def everybody_hears(self) -> None:
        for gate in (self.synced, self.behind):
            with gate.store.read() as tx:
                lines = [stored.line for stored in tx.journal.lines(gate.desk.device.id)]
            attendance.receive(self.hub.engine, self._who(gate), [raw(line) for line in lines], NOW, NOW)
            other = self.behind if gate is self.synced else self.synced
            with other.store.write() as tx:
                tx.journal.take_peers([Stored(line, NOW) for line in lines], other.desk.device.id)

    def _who(self, gate: Site) -> Enrolled:
        place = gate.desk.place.gate
        request = EnrolRequest(
            code=self.hub.invite("hleb", place), device=gate.desk.device.id, public_key=gate.desk.device.public_hex
        )
        who = devices.bearer(self.hub.engine, devices.enrol(self.hub.engine, request, NOW).token, NOW)
        assert who is not None
        return who

    def heads(self) -> list[int]:
        """Inside, as each of the three has it."""
        (whole,) = [line.inside for line in self.hub.headcount() if line.tour is None]
        return [self.synced.inside(), self.behind.inside(), whole]

    def told(self) -> list[list[tuple[str, tuple[str, ...]]]]:
        """The conflicts as each of the three lists them."""
        lists = []
        for gate in (self.synced, self.behind):
            with gate.store.read() as tx:
                lists.append([(one.visitor, tuple(entry.id for entry in one.entries)) for one in conflicts(tx, "hleb")])
        at_hub = [(one.visitor or "", tuple(entry.event_id for entry in one.events)) for one in self.hub.conflicts()]
        return [*lists, at_hub]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    base = [plant(), tour(), KEY]
    with (
        site(tmp_path / "a", [*base, *LATE]) as synced,
        site(tmp_path / "b", base, Place(plant="hleb", gate="2")) as behind,
        open_hub(f"sqlite:///{tmp_path}/hub.sqlite") as hub,
    ):
        hub.put_records([*base[:2], *LATE])
        yield Field(synced, behind, hub)


def both_admit(field: Field) -> tuple[str, str]:
    first = field.behind.desk.scan(TEXT, Source.CAMERA)
    field.synced.clock.advance(timedelta(minutes=1))
    second = field.synced.desk.scan(TEXT, Source.CAMERA)
    assert first.word == second.word == "admit"
    assert first.event is not None
    assert second.event is not None
    assert (first.event.subject, second.event.subject) == ("00000000000000a1", "late")
    return first.event.id, second.event.id


def test_the_gate_that_knew_counts_one_person_and_shows_the_conflict(field: Field) -> None:
    ids = both_admit(field)
    field.everybody_hears()
    assert field.heads()[0] == field.heads()[2] == 1
    assert field.told()[0] == field.told()[2] == [("Цой Вика", ids)]


def test_the_gate_that_did_not_know_finds_it_with_its_next_roster(field: Field) -> None:
    ids = both_admit(field)
    field.everybody_hears()
    assert field.behind.inside() == 2  # nothing has told it yet
    field.behind.take(*LATE)
    assert field.heads() == [1, 1, 1]
    assert field.told() == [[("Цой Вика", ids)]] * 3


def test_the_hub_finds_it_when_its_roster_comes_last(field: Field) -> None:
    field.hub.put_records([], [("hleb", "ticket", "00000000000000a1")])
    ids = both_admit(field)
    field.behind.take(*LATE)
    field.everybody_hears()
    assert field.heads() == [1, 1, 2]
    field.hub.put_records(LATE)
    assert field.heads() == [1, 1, 1]
    assert field.told() == [[("Цой Вика", ids)]] * 3


def test_a_ticket_that_becomes_another_visitors_takes_its_events_along(field: Field) -> None:
    field.behind.desk.scan(TEXT, Source.CAMERA)
    field.everybody_hears()
    other = (visitor("other", "Ким Инна"), ticket(TEXT, "other", id="00000000000000a1"))
    field.hub.put_records(other)
    field.behind.take(*LATE)
    for gate in (field.synced, field.behind):
        gate.take(*other)
        with gate.store.read() as tx:
            assert tx.headcounts.inside_of("hleb", ["late", "other", "00000000000000a1"]) == {"other"}
    assert field.heads() == [1, 1, 1]
    field.hub.put_records([], [("hleb", "ticket", "00000000000000a1")])
    assert field.heads()[2] == 1


def test_an_exit_at_the_gate_that_knew_ends_the_stay_everywhere(field: Field) -> None:
    field.behind.desk.scan(TEXT, Source.CAMERA)
    field.everybody_hears()
    field.synced.clock.advance(timedelta(minutes=1))  # at one instant the devices' ids would decide what came first
    assert field.synced.desk.scan(TEXT, Source.CAMERA, Direction.OUT).word == "admit"
    field.everybody_hears()
    field.behind.take(*LATE)
    assert field.heads() == [0, 0, 0]
    assert field.told() == [[], [], []]


def test_a_void_at_the_gate_that_did_not_know_settles_the_conflict(field: Field) -> None:
    first, _second = both_admit(field)
    assert field.behind.desk.undo(first)
    field.everybody_hears()
    field.behind.take(*LATE)
    assert field.heads() == [1, 1, 1]
    assert field.told() == [[], [], []]


def test_the_name_is_found_for_what_was_written_without_it(field: Field) -> None:
    both_admit(field)
    field.behind.take(*LATE)
    with field.behind.store.read() as tx:
        assert tx.journal.whose("hleb", "00000000000000a1") == "late"
        assert isinstance(tx.roster.visitor("hleb", "late"), Visitor)
