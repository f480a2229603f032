"""Codes, tokens and who they let in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkin.clock import SettableClock
from checkin.domain.ticket import ALPHABET
from checkin.domain.visit import Gate
from checkin.errors import SettingsWrong
from checkin.hub import Hub, devices, roster, rows
from checkin.hub.database import reading
from checkin.hub.signatures import verifier
from tests.unit.hub.hub_world import NOW, Journal, enrolled


def test_a_code_is_ten_characters_in_two_groups(hub: Hub) -> None:
    left, _, right = hub.invite("Завод bread", "Главная").partition("-")
    assert len(left) == len(right) == 5
    assert set(left + right) <= set(ALPHABET)


@pytest.mark.parametrize("typed", ["k7qf4-m2xd1", " K7QF4 M2XDI ", "K7QF4M2XDl", "K7-QF4–M2X-D1"])
def test_how_a_code_is_typed_does_not_matter(typed: str) -> None:
    assert devices.tidy_code(typed) == "K7QF4M2XD1"
    assert devices.tidy_code("oO0") == "000"


def test_a_code_works_once(hub: Hub) -> None:
    journal = Journal()
    code = hub.invite("bread", "Главная")
    answer = devices.enrol(hub.engine, journal.request(code.lower()), NOW)
    assert (answer.plant, answer.plant_name, answer.gate_name) == ("bread", "Завод bread", "Главная")
    for who in (journal, Journal()):
        with pytest.raises(devices.CodeRefused):
            devices.enrol(hub.engine, who.request(code), NOW)


def test_a_code_expires(hub: Hub, clock: SettableClock) -> None:
    code = hub.invite("bread", "Главная", timedelta(minutes=5))
    clock.advance(timedelta(minutes=5))
    with pytest.raises(devices.CodeRefused):
        devices.enrol(hub.engine, Journal().request(code), clock.now())


def test_a_wrong_code_and_a_wrong_key(hub: Hub) -> None:
    with pytest.raises(devices.CodeRefused):
        devices.enrol(hub.engine, Journal().request("K7QF4-M2XD9"), NOW)


def test_an_id_cannot_be_taken_over_with_another_key(hub: Hub) -> None:
    journal, _ = enrolled(hub)
    thief = Journal()
    thief.device = journal.device
    code = hub.invite("bread", "Главная")
    with pytest.raises(devices.DeviceTaken):
        devices.enrol(hub.engine, thief.request(code), NOW)
    devices.enrol(hub.engine, Journal().request(code), NOW)


def test_a_revoked_device_is_known_as_such_until_it_enrols_again(hub: Hub) -> None:
    journal, who = enrolled(hub)
    assert not who.revoked
    hub.revoke(journal.device)
    found = devices.bearer(hub.engine, journal.token, NOW)
    assert found is not None
    assert found.revoked
    journal.take(devices.enrol(hub.engine, journal.request(hub.invite("bread", "Главная")), NOW))
    again = devices.bearer(hub.engine, journal.token, NOW)
    assert again is not None
    assert not again.revoked
    with pytest.raises(SettingsWrong):
        hub.revoke("0" * 32)


def test_neither_code_nor_token_is_stored(hub: Hub) -> None:
    code = hub.invite("bread", "Главная")
    journal = Journal()
    token = devices.enrol(hub.engine, journal.request(code), NOW).token
    with reading(hub.engine) as connection:
        text = "".join(
            str(row) for table in (rows.invite, rows.device) for row in connection.execute(table.select()).all()
        )
    assert token not in text
    assert devices.tidy_code(code) not in text


def test_the_gate_is_made_once(hub: Hub) -> None:
    for name in ("Главная", "главная", "Вторая"):
        hub.invite("bread", name)
    with reading(hub.engine) as connection:
        gates = roster.records(connection, "bread", "gate")
    assert sorted(gate.name for gate in gates.values()) == ["Вторая", "Главная"]


def test_a_gate_of_the_list_is_used_by_its_name(hub: Hub) -> None:
    hub.put_records([Gate(id="north", plant="bread", name="Северная")])
    answer = devices.enrol(hub.engine, Journal().request(hub.invite("bread", "северная")), NOW)
    assert answer.gate == "north"


def test_invites_for_nowhere(hub: Hub) -> None:
    with pytest.raises(SettingsWrong):
        hub.invite("нет такого", "Главная")
    with pytest.raises(SettingsWrong):
        hub.invite("bread", "  ")


def test_when_a_device_was_last_seen(hub: Hub, clock: SettableClock) -> None:
    journal, _ = enrolled(hub)
    assert hub.devices()[0].last_seen_at == NOW
    clock.advance(timedelta(minutes=2))
    devices.bearer(hub.engine, journal.token, clock.now())
    assert hub.devices()[0].last_seen_at == NOW + timedelta(minutes=2)
    assert devices.bearer(hub.engine, "no such token", clock.now()) is None


def test_signatures() -> None:
    journal = Journal()
    verify = verifier(journal.public_key)
    digest = b"d" * 32
    good = journal.sign(digest)
    assert verify(digest, good)
    for wrong in (good[:-2], good + "00", "", "zz" * 64, Journal().sign(digest), "0" * 128):
        assert not verify(digest, wrong)
    assert not verify(b"e" * 32, good)
    with pytest.raises(ValueError, match="32"):
        verifier("00")
