"""Log-ins at a gate: PINs, badges, waiting, locking; what of it is in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.desk.acts import acts, note_act
from checkin.domain.events import Kind
from checkin.domain.people import RIGHTS, Act, Person, Right, Role
from checkin.errors import SettingsWrong
from checkin.people import Guard, NotAllowed, Staff, Waiting, pins
from checkin.people.badges import badge_in, new_badge
from checkin.people.guard import LONGEST_WAIT_S, wait_s
from tests.field import Site, plant, site, tour

PIN = "4821"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing as it is, at the least cost: what it costs is another test's."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(pins, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    pins._nobody.cache_clear()


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, [plant(), tour()]) as made:
        yield made


def guard_of(gate: Site) -> Guard:
    return Guard(
        gate.store,
        gate.clock,
        lambda: gate.desk.place.plant,
        lambda tx, act, who, details: note_act(gate.desk, tx, act, who, details) and None,
    )


def hired(
    gate: Site, name: str = "Орлова Анна", role: Role = Role.ADMINISTRATOR, pin: str = PIN, badge: str = ""
) -> Person:
    with gate.store.write() as tx:
        return Staff(tx, "hleb").add(name, role, pin=pin, badge=badge)


def passes(gate: Site, seconds: float) -> None:
    gate.clock.advance(timedelta(seconds=seconds))


def test_a_gate_without_people_is_open(gate: Site) -> None:
    guard = guard_of(gate)
    assert not guard.locked
    for right in Right:
        guard.require(right)


def test_with_people_nothing_is_allowed_until_somebody_logs_in(gate: Site) -> None:
    boss = hired(gate)
    guard = guard_of(gate)
    assert guard.locked
    with pytest.raises(NotAllowed):
        guard.require(Right.SCAN)
    assert guard.log_in(boss.id, PIN) == boss
    guard.require(Right.PEOPLE)
    guard.log_out()
    assert not guard.may(Right.SCAN)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_the_table_says(gate: Site, role: Role) -> None:
    hired(gate)
    somebody = hired(gate, "Белов Пётр", role, "90731")
    guard = guard_of(gate)
    assert guard.log_in(somebody.id, "90731") is not None
    assert {right for right in Right if guard.may(right)} == set(RIGHTS[role])


def test_a_wrong_pin_is_nobody_and_costs_time_that_only_passing_time_pays(gate: Site) -> None:
    boss = hired(gate)
    guard = guard_of(gate)
    for expected in (1, 1, 4, 8, 16):
        assert guard.log_in(boss.id, "9999") is None
        assert guard.waits(boss.id) == expected
        with pytest.raises(Waiting):
            guard.log_in(boss.id, PIN)  # the right one is not looked at either
        gate.clock.jump(gate.clock.now().replace(year=2031))  # the PC's clock does not help
        assert guard.waits(boss.id) == expected
        passes(gate, expected)
    assert guard.log_in(boss.id, PIN) == boss
    assert guard.waits(boss.id) == 0


def test_a_restart_gives_no_try_back(gate: Site) -> None:
    boss = hired(gate)
    guard = guard_of(gate)
    for _try in range(4):
        passes(gate, 100)
        assert guard.log_in(boss.id, "9999") is None
    again = guard_of(gate)
    assert again.waits(boss.id) == wait_s(4) == 8
    with pytest.raises(Waiting):
        again.log_in(boss.id, PIN)
    passes(gate, 8)
    assert again.log_in(boss.id, PIN) == boss


def test_ten_thousand_tries_cost_more_than_a_day() -> None:
    assert sum(map(wait_s, range(10_001))) > 24 * 3600 * 100
    assert max(map(wait_s, range(10_001))) == LONGEST_WAIT_S


def test_guessing_at_everybody_in_turn_is_slowed_down_too(gate: Site) -> None:
    people = [hired(gate, f"Человек {number}", Role.ADMINISTRATOR) for number in range(30)]
    guard = guard_of(gate)
    waited = 0
    for one in people:
        while left := guard.waits(one.id):
            waited += left
            passes(gate, left)
        assert guard.log_in(one.id, "9999") is None
    assert waited > 24 * 60


def test_many_programs_on_one_profile_are_no_faster_than_one(gate: Site) -> None:
    boss = hired(gate)
    guards = [guard_of(gate) for _each in range(5)]
    passes(gate, 10 * LONGEST_WAIT_S)  # each of them has been running for long
    tries = 0
    for _second in range(120):
        for guard in guards:
            try:
                assert guard.log_in(boss.id, "9999") is None
                tries += 1
            except Waiting:
                continue
        passes(gate, 1)
    assert tries <= 8  # 1 + 1 + 4 + 8 + 16 + 32 + 64 s


def test_a_program_started_for_each_try_gains_nothing(gate: Site) -> None:
    boss = hired(gate)
    tries = 0
    for _second in range(60):
        try:
            assert guard_of(gate).log_in(boss.id, "9999") is None
            tries += 1
        except Waiting:
            pass
        passes(gate, 1)
    assert tries <= 2


def test_a_try_is_on_the_disk_before_the_pin_is_looked_at(gate: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = hired(gate)
    guard = guard_of(gate)

    def pulled(pin: str, kept: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(pins, "fits", pulled)
    for _try in range(3):
        passes(gate, 100)
        with pytest.raises(KeyboardInterrupt):
            guard.log_in(boss.id, PIN)
    monkeypatch.undo()
    assert guard_of(gate).waits(boss.id) == wait_s(3)


def test_an_administrator_lifts_the_waiting(gate: Site) -> None:
    boss = hired(gate)
    guard = guard_of(gate)
    guard.log_in(boss.id, "9999")
    guard.unlock(boss.id)
    assert guard.log_in(boss.id, PIN) == boss


def test_a_badge_logs_in_whatever_the_scanner_made_of_it(gate: Site) -> None:
    badge = new_badge()
    boss = hired(gate, pin="", badge=badge)
    guard = guard_of(gate)
    assert guard.show_badge(badge) == boss
    guard.log_out()
    typed = badge.translate(str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "ФИСВУАПРОЛЬТЗЙКЫЕМЦЧНЯ"))
    assert badge_in(badge.lower()) == badge_in(typed) == badge_in(f" {typed.lower()}\n") == badge
    assert guard.show_badge(new_badge()) is None
    assert guard.show_badge("A-7K4M2QXD") is None
    assert guard.person is None
    with gate.store.read() as tx:
        assert badge not in str(tx.roster.people("hleb"))


def test_whoever_leaves_is_out_at_once(gate: Site) -> None:
    hired(gate)
    other = hired(gate, "Белов Пётр", Role.SUPERVISOR, "90731")
    guard = guard_of(gate)
    guard.log_in(other.id, "90731")
    with gate.store.write() as tx:
        Staff(tx, "hleb").change(other.id, retired=True)
    guard.refresh()
    assert guard.locked
    assert guard.log_in(other.id, "90731") is None


def test_the_gate_locks_itself_when_nobody_touches_it(gate: Site) -> None:
    boss = hired(gate)
    guard = guard_of(gate)
    guard.log_in(boss.id, PIN)
    passes(gate, 100)
    guard.moved()
    passes(gate, 100)
    assert not guard.lock_if_idle(0)
    assert not guard.lock_if_idle(120)
    passes(gate, 30)
    assert guard.lock_if_idle(120)
    assert guard.locked


def test_acts_are_in_the_chain_with_who_and_what(gate: Site) -> None:
    boss = hired(gate)
    guard = guard_of(gate)
    guard.log_in(boss.id, "9999")
    passes(gate, 1)
    guard.log_in(boss.id, PIN)
    with gate.store.write() as tx:
        note_act(gate.desk, tx, Act.SEARCH, boss.id, "Кузнецов")
    guard.log_out()
    with gate.store.read() as tx:
        lines = acts(tx, "hleb")
        assert [(line.what, line.operator, line.note) for line in lines] == [
            ("log_in_failed", "Орлова Анна", ""),
            ("log_in", "Орлова Анна", ""),
            ("search", "Орлова Анна", "Кузнецов"),
            ("log_out", "Орлова Анна", ""),
        ]
        assert tx.journal.recent(gate.desk.device.id, 10) == []
    assert {event.kind for event in gate.events} == {Kind.ACT}
    assert gate.inside() == 0


@pytest.mark.parametrize("bad", ["123", "1111", "1234", "98765", "12a4", "", "٠١٢٣", "1" * 13, "0123"])
def test_what_cannot_be_a_pin_is_refused_with_the_reason(gate: Site, bad: str) -> None:
    with pytest.raises(SettingsWrong), gate.store.write() as tx:
        Staff(tx, "hleb").add("Орлова Анна", Role.ADMINISTRATOR, pin=bad)


def test_somebody_always_stays_an_administrator(gate: Site) -> None:
    with pytest.raises(SettingsWrong), gate.store.write() as tx:
        Staff(tx, "hleb").add("Белов Пётр", Role.OPERATOR, pin=PIN)
    boss = hired(gate)
    hired(gate, "Белов Пётр", Role.OPERATOR)
    with pytest.raises(SettingsWrong), gate.store.write() as tx:
        Staff(tx, "hleb").change(boss.id, role=Role.GUIDE)
    with pytest.raises(SettingsWrong), gate.store.write() as tx:
        Staff(tx, "hleb").change(boss.id, retired=True)


def test_the_last_one_stays_also_when_nobody_else_is_left(gate: Site) -> None:
    """A gate that knows nobody is open to whoever stands at it: no removal leads back there."""
    boss = hired(gate)
    with pytest.raises(SettingsWrong), gate.store.write() as tx:
        Staff(tx, "hleb").change(boss.id, retired=True)
    assert guard_of(gate).locked


def test_pins_lie_there_as_argon2id_only() -> None:
    kept = pins.hashed("4821")
    assert kept.startswith("$argon2id$")
    assert "4821" not in kept
    assert pins.fits("4821", kept)
    assert not pins.fits("4822", kept)
    assert not pins.fits("4821", "")
    assert not pins.fits("4821", "no hash")


def test_the_table_in_the_docs_is_the_table_in_the_code() -> None:
    rows = {
        "let in and out who has a ticket": Right.SCAN,
        "groups: open, admit, brief, let out": Right.GROUPS,
        "all clear": Right.ALL_CLEAR,
        "codes for guides' phones": Right.GUIDES,
        "search by name": Right.SEARCH,
        "walk-ins, substitutions, against the rules": Right.OVERRIDE,
        "take data out": Right.EXPORT,
        "packets": Right.PACKETS,
        "lists and season": Right.LISTS,
        "settings": Right.SETTINGS,
        "people": Right.PEOPLE,
    }
    text = (Path(__file__).parents[3] / "docs" / "people.md").read_text("utf-8")
    table = {
        cells[1]: cells[2:7] for line in text.splitlines() if len(cells := [c.strip() for c in line.split("|")]) == 8
    }
    for words, right in rows.items():
        assert [mark == "✔" for mark in table[words]] == [right in RIGHTS[role] for role in Role], words
    assert set(rows.values()) == set(Right)
