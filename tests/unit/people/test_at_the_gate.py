"""What people may do at a running gate, and what its journal keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from checkin.app import GateApp
from checkin.desk import Source
from checkin.domain.events import Kind
from checkin.domain.people import Act, Right, Role
from checkin.people import NotAllowed, Staff, pins
from checkin.store.roster import put
from tests.field import crowd, opened, plant, profile, tour

PIN = "4821"
WAIT = 20


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GateApp]:
    monkeypatch.setattr(pins, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    pins._nobody.cache_clear()
    store = opened(tmp_path)
    with store.write() as tx:
        tx.roster.apply(map(put, [plant(), tour(), *crowd(5)]))
    store.close()
    made = GateApp(profile(tmp_path))
    yield made
    made.close()


def hired(app: GateApp, role: Role, name: str = "Белов Пётр") -> str:
    with app.store.write() as tx:
        staff = Staff(tx, "hleb")
        if not staff.everybody():
            staff.add("Орлова Анна", Role.ADMINISTRATOR, pin=PIN)
        ident = staff.add(name, role, pin=PIN).id
    app.people.refresh()
    return ident


def kinds(app: GateApp) -> list[tuple[Kind, str, str]]:
    with app.store.read() as tx:
        return [(one.line.event.kind, one.line.event.reason, one.line.event.operator) for one in tx.journal.lines()]


def test_a_locked_gate_judges_nobody_but_raises_the_alarm(app: GateApp) -> None:
    hired(app, Role.OPERATOR)
    with pytest.raises(NotAllowed):
        app.scan("CODE-0", Source.SCANNER).result(WAIT)
    assert kinds(app) == []
    assert app.musters.raise_alarm(drill=True).result(WAIT).kind is Kind.ALARM
    assert app.musters.listed().result(WAIT) is not None


def test_every_event_has_who_was_at_the_gate(app: GateApp) -> None:
    who = hired(app, Role.OPERATOR)
    assert app.people.log_in(who, PIN).result(WAIT) is not None
    app.scan("CODE-0", Source.SCANNER).result(WAIT)
    app.people.log_out().result(WAIT)
    assert {operator for _kind, _reason, operator in kinds(app)} == {who}
    assert app.people.locked


def test_a_scanner_only_operator_sees_no_names_and_changes_nothing(app: GateApp, tmp_path: Path) -> None:
    app.people.log_in(hired(app, Role.SCANNER), PIN).result(WAIT)
    app.scan("CODE-0", Source.SCANNER).result(WAIT)
    jobs = [
        lambda: app.search("Куз"),
        lambda: app.groups.open_tour("hleb", "t1"),
        lambda: app.export_attendance(tmp_path / "out.csv"),
        lambda: app.import_list(tmp_path / "list.csv"),
        lambda: app.choose_place("hleb", "2"),
        lambda: app.people.add("Кто-то", Role.ADMINISTRATOR, "90731"),
        lambda: app.people.acts(),
    ]
    for job in jobs:
        with pytest.raises(NotAllowed):
            job().result(WAIT)
    with pytest.raises(NotAllowed):
        app.change_settings(app.settings.model_copy(update={"sound": False}))
    assert not (tmp_path / "out.csv").exists()


def test_searches_exports_and_settings_are_written_down(app: GateApp, tmp_path: Path) -> None:
    boss = hired(app, Role.ADMINISTRATOR)
    app.people.log_in(boss, PIN).result(WAIT)
    for _again in range(2):
        app.search("Кузнецов").result(WAIT)
    app.export_attendance(tmp_path / "out.csv").result(WAIT)
    app.change_settings(app.settings.model_copy(update={"sound": False}))
    app.people.add("Громов Илья", Role.GUIDE, "90731").result(WAIT)
    lines = app.people.acts().result(WAIT)
    assert [(line.what, line.note.split()[0] if line.note else "") for line in lines] == [
        (Act.LOG_IN, ""),
        (Act.SEARCH, "Кузнецов"),
        (Act.EXPORT, "out.csv"),
        (Act.SETTING, "sound"),
        (Act.PEOPLE, "add"),
    ]
    assert {line.operator for line in lines} == {"Белов Пётр"}


def test_anybody_raises_the_alarm_and_marks_and_only_who_may_ends_it(app: GateApp) -> None:
    guide, boss = hired(app, Role.GUIDE), hired(app, Role.OPERATOR, "Громов Илья")
    app.musters.raise_alarm(drill=False).result(WAIT)
    app.musters.stranger("Водитель").result(WAIT)
    for person in ("", guide):
        if person:
            app.people.log_in(person, PIN).result(WAIT)
        with pytest.raises(NotAllowed):
            app.musters.all_clear().result(WAIT)
    app.people.log_in(boss, PIN).result(WAIT)
    ended = app.musters.all_clear().result(WAIT)
    assert ended is not None
    assert ended.operator == boss
    app.people.log_in(hired(app, Role.ADMINISTRATOR, "Белова Анна"), PIN).result(WAIT)
    told = [(line.what, line.operator) for line in app.people.acts().result(WAIT)]
    assert ("alarm", "") in told
    assert ("all_clear", "Громов Илья") in told


def test_codes_for_guides_phones_want_the_right(app: GateApp) -> None:
    assert app.guides.make_code(tour="t1").result(WAIT).text  # a gate without people is open
    guide, boss = hired(app, Role.GUIDE), hired(app, Role.OPERATOR, "Громов Илья")
    for person in ("", guide):
        if person:
            app.people.log_in(person, PIN).result(WAIT)
        for job in (lambda: app.guides.make_code(tour="t1"), app.guides.log_out):
            with pytest.raises(NotAllowed):
                job().result(WAIT)
    app.people.log_in(boss, PIN).result(WAIT)
    assert app.guides.make_code(tour="t1").result(WAIT).text
    app.guides.log_out().result(WAIT)
    made = [reason for kind, reason, who in kinds(app) if who == boss and kind is Kind.ACT]
    assert made.count(Act.SETTING) == 2


def test_walk_ins_want_a_supervisor_once_people_are_known(app: GateApp) -> None:
    who = hired(app, Role.OPERATOR)
    app.people.log_in(who, PIN).result(WAIT)
    card = app.groups.open_tour("hleb", "t1").result(WAIT)
    assert card is not None
    with pytest.raises(NotAllowed):
        app.groups.walk_in(card, "Гость", "опоздал").result(WAIT)
    boss = hired(app, Role.SUPERVISOR, "Громов Илья")
    app.people.log_in(boss, PIN).result(WAIT)
    assert app.groups.walk_in(card, "Гость", "опоздал").result(WAIT).operator == boss


def test_a_badge_takes_over_at_once(app: GateApp) -> None:
    boss = hired(app, Role.ADMINISTRATOR)
    other = hired(app, Role.OPERATOR, "Громов Илья")
    app.people.log_in(boss, PIN).result(WAIT)
    badge = app.people.give_badge(other).result(WAIT)
    person = app.people.show_badge(badge).result(WAIT)
    assert person is not None
    assert person.id == other
    assert app.people.person is not None
    assert app.people.person.id == other
    assert not app.people.may(Right.PEOPLE)


def test_without_people_a_gate_works_as_ever(app: GateApp, tmp_path: Path) -> None:
    assert not app.people.known
    app.scan("CODE-0", Source.SCANNER).result(WAIT)
    app.search("Куз").result(WAIT)
    app.export_attendance(tmp_path / "out.csv").result(WAIT)
    acts = [(reason, operator) for kind, reason, operator in kinds(app) if kind is Kind.ACT]
    assert acts == [("export", "")]  # data that left is kept even where nobody logs in


def test_another_place_and_forgotten_pins_are_in_the_journal(app: GateApp) -> None:
    other = hired(app, Role.OPERATOR)
    with app.store.read() as tx:
        boss = next(one.id for one in Staff(tx, "hleb").everybody() if one.role is Role.ADMINISTRATOR)
    assert app.people.log_in(boss, PIN).result(WAIT) is not None
    app.people.unlock(other).result(WAIT)
    app.choose_place("hleb", "7").result(WAIT)
    told = [(line.event.reason, line.event.operator, line.note) for line in app.people.acts().result(WAIT)]
    assert told[-2:] == [
        (Act.PEOPLE.value, boss, f"unlock {other} operator"),
        (Act.SETTING.value, boss, "завод: hleb, пост: 7"),
    ]
