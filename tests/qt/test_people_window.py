"""The lock over the whole window: who may see what, badges and PINs, and the alarm that asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import pytest
from fake_app import FakeApp
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from checkin.desk.outcome import Source
from checkin.domain.people import Person, Role
from checkin.errors import CheckinError, NeedsHuman
from checkin.people.badges import new_badge
from ui.ports import Page
from ui.program import Program
from ui.text import Headline

A_FINGER_MS = 90
"""A scanner is ten times as fast: what comes like that is no PIN."""
Open = Callable[[FakeApp], Program]


def scans(app: FakeApp) -> list[str]:
    return [asked[1] for asked in app.asked if asked[0] == "scan"]


def locked(program: Program, qtbot: QtBot, app: FakeApp) -> None:
    app.people.hire("Орлова Анна", Role.ADMINISTRATOR)
    app.people.hire("Белов Пётр", Role.OPERATOR, "90731")
    qtbot.waitUntil(lambda: program.door.view.isVisible())


def type_pin(program: Program, pin: str) -> None:
    for digit in pin:
        QTest.keyClick(program.door.view, digit, Qt.KeyboardModifier.NoModifier, A_FINGER_MS)
    QTest.keyClick(program.door.view, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, A_FINGER_MS)


def test_a_gate_that_knows_nobody_shows_no_lock(opened: Open) -> None:
    program = opened(FakeApp())
    assert not program.door.view.isVisible()
    assert not program.door.button.isVisible()


def test_the_keyboard_types_a_pin_and_opens_the_gate(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    program = opened(app)
    locked(program, qtbot, app)
    program.door.lock.chosen("p-1")
    type_pin(program, "90730")
    qtbot.waitUntil(lambda: bool(program.door.lock.state.says))
    assert program.door.view.isVisible()
    type_pin(program, "90731")
    qtbot.waitUntil(lambda: not program.door.view.isVisible())
    assert program.shell.page is Page.GATE
    assert "Белов Пётр" in program.status.state.gate


def test_a_ticket_before_a_locked_gate_is_not_judged(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    program = opened(app)
    locked(program, qtbot, app)
    program.arrivals._scanned("C-V001", Source.SCANNER)
    assert scans(app) == []
    assert program.door.lock.state.says


def test_a_badge_takes_over_in_one_scan(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    badge = new_badge()
    program = opened(app)
    app.people.hire("Орлова Анна", Role.ADMINISTRATOR, badge=badge)
    other = new_badge()
    app.people.hire("Белов Пётр", Role.OPERATOR, badge=other)
    qtbot.waitUntil(lambda: program.door.view.isVisible())
    program.arrivals._scanned(badge, Source.CAMERA)
    qtbot.waitUntil(lambda: not program.door.view.isVisible())
    program.arrivals._scanned(other.lower(), Source.SCANNER)
    qtbot.waitUntil(lambda: app.people.person is not None and app.people.person.name == "Белов Пётр")
    assert scans(app) == []


def test_each_role_sees_its_own_pages(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    program = opened(app)
    locked(program, qtbot, app)
    for role in Role:
        person = app.people.hire(role.value, role)
        app.people.person = person
        program._refresh()
        assert not program.door.view.isVisible()
        assert program.gate_view._beside.isHidden() == (role is Role.SCANNER)
        shown = {page for page, button in program.shell._buttons.items() if not button.isHidden()}
        assert (Page.SETTINGS in shown) == (role is Role.ADMINISTRATOR)
        assert (Page.FIND in shown) == (role in (Role.OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR))
        assert {Page.GATE, Page.MUSTER} <= shown


def test_the_alarm_is_raised_and_seen_without_a_log_in(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    program = opened(app)
    locked(program, qtbot, app)
    QTest.keyClick(program.shell, Qt.Key.Key_F12)
    program.alarm.presenter.raised(drill=True)
    qtbot.waitUntil(lambda: program.shell.page is Page.MUSTER and program.alarm.view.isVisible())
    assert not program.door.view.isVisible()
    assert not program.shell._rail.isVisible()
    program.door.button.click()
    qtbot.waitUntil(lambda: program.door.view.isVisible())


def test_nobody_at_the_gate_for_long_locks_it(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    program = opened(app)
    locked(program, qtbot, app)
    app.people.person = app.people.staff[0]
    app.tell()
    qtbot.waitUntil(lambda: not program.door.view.isVisible())
    app.people.idle = True
    program.door.second_passed()
    qtbot.waitUntil(lambda: program.door.view.isVisible())


def staff_page(program: Program) -> None:
    program.open_page(Page.SETTINGS)
    program.settings_view.people.click()


def test_the_first_person_added_is_an_administrator_and_must_log_in(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = FakeApp()
    program = opened(app)
    staff_page(program)
    view = program.door.staff_view
    QApplication.processEvents()
    head = next(label for label in view.findChildren(Headline) if label.text() == "Люди на проходной")
    needs = head.fontMetrics().horizontalAdvance(head.text()) * Headline.SMALLEST
    assert needs <= head.width()  # its letters become smaller, none is lost
    view.name.setText("Орлова Анна")
    view.pin.setText("4821")
    view.again.setText("4812")
    view.save.click()
    assert "не совпали" in program.door.staff.state.trouble
    assert app.people.staff == []
    assert (view.name.text(), view.pin.text(), view.again.text()) == ("Орлова Анна", "", "")
    add = app.people.add

    def too_easy(name: str, role: Role, pin: str) -> Future[Person]:
        future: Future[Person] = Future()
        future.set_exception(NeedsHuman("Слишком простой"))
        return future

    monkeypatch.setattr(app.people, "add", too_easy)
    for field in (view.pin, view.again):
        field.setFocus()
        field.setText("1111")
    qtbot.keyClick(view.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.bridge.open == 0 and program.door.staff.state.trouble == "Слишком простой")
    assert view.pin.hasFocus()
    monkeypatch.setattr(app.people, "add", add)
    view.pin.setText("4821")
    view.again.setText("4821")
    view.save.click()
    qtbot.waitUntil(lambda: program.door.view.isVisible())
    assert ("add", "Орлова Анна", Role.ADMINISTRATOR) in app.asked
    assert view.pin.text() == ""


def test_a_badge_is_shown_once_and_gone_when_the_page_is_left(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    program = opened(app)
    app.people.person = app.people.hire("Орлова Анна", Role.ADMINISTRATOR)
    program._refresh()
    staff_page(program)
    qtbot.waitUntil(lambda: bool(program.door.staff.state.rows))
    program.door.staff.person_pressed("p-0")
    program.door.staff_view.badge.click()
    qtbot.waitUntil(lambda: bool(program.door.staff.state.badge))
    program.open_page(Page.GATE)
    assert program.door.staff.state.badge == b""
    assert program._settings_front.currentWidget() is program.settings_view


def test_who_gives_the_own_right_away_is_told_why_not(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    program = opened(app)
    app.people.person = app.people.hire("Орлова Анна", Role.ADMINISTRATOR)
    program._refresh()
    staff_page(program)
    qtbot.waitUntil(lambda: bool(program.door.staff.state.rows))
    app.error = CheckinError("Кто-то должен быть администратором")
    program.door.staff.person_pressed("p-0")
    program.door.staff_view.save.click()
    qtbot.waitUntil(lambda: program.door.staff.state.trouble == "Кто-то должен быть администратором")
    assert not program.door.staff.state.busy


def test_a_dialog_does_not_hold_the_alarm_back(opened: Open, qtbot: QtBot) -> None:
    program = opened(FakeApp())
    dialog = QDialog(program.shell)
    dialog.setModal(True)
    dialog.show()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    QTest.keyClick(dialog, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: program.alarm.asking)
    assert not dialog.isVisible()
