"""Becoming a gate of a hub: the token is kept in the encrypted store, another plant's attendance is never mixed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.desk import Source
from checkin.errors import SettingsWrong
from checkin.sync.engine import PEERS_CURSOR, ROSTER_CURSOR
from checkin.sync.enrol import Enrolment, enrol, enrolment
from checkin.wire import EnrolAnswer, EnrolRequest
from tests.field import Site, crowd, plant, site, tour
from tests.unit.sync.fake_hub import FakeHub


class Elsewhere(FakeHub):
    """A hub that makes everybody a gate of ``stal``."""

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        return super().enrol(request).model_copy(update={"plant": "stal"})


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, [plant(), tour(), *crowd(3)]) as made:
        yield made


def test_a_profile_becomes_a_gate_and_begins_at_the_beginning(gate: Site) -> None:
    assert enrolment(gate.store) is None
    with gate.store.write() as tx:
        tx.meta.put(ROSTER_CURSOR, "99")
        tx.meta.put(PEERS_CURSOR, "99")
    enrol(gate.store, FakeHub(), " http://hub:1 ", " CODE ")
    assert enrolment(gate.store) == Enrolment("http://hub:1", "token", "hleb", "Главная")
    with gate.store.read() as tx:
        assert (tx.meta.get(ROSTER_CURSOR), tx.meta.get(PEERS_CURSOR)) == ("", "")


def test_another_plants_attendance_must_have_been_sent_first(gate: Site) -> None:
    enrol(gate.store, FakeHub(), "http://hub:1", "CODE")
    gate.desk.scan("CODE-1", Source.PIPE)
    with pytest.raises(SettingsWrong):
        enrol(gate.store, Elsewhere(), "http://hub:2", "CODE")
    assert enrolment(gate.store) == Enrolment("http://hub:1", "token", "hleb", "Главная")
    enrol(gate.store, FakeHub(), "http://hub:3", "CODE")  # the same plant's other hub
    with gate.store.write() as tx:
        tx.outbox.settled([one.id for one in gate.events])
    enrol(gate.store, Elsewhere(), "http://hub:2", "CODE")
    found = enrolment(gate.store)
    assert found is not None
    assert found.plant == "stal"
