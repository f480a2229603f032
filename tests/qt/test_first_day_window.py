"""What hindered somebody on the first day: where the keyboard is, what stays written, what a small screen hides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_app import FakeApp, busy_app
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from checkin.app import CameraState
from checkin.desk.outcome import Source
from checkin.domain.people import Role
from ui import theme
from ui.controls import Button
from ui.ports import Page
from ui.program import Program

Open = Callable[[FakeApp], Program]


@pytest.mark.parametrize("size", [(1280, 720), (1280, 680), (1138, 632), (1093, 574), (1024, 560)])
def test_the_alarm_is_never_cut_off(qtbot: QtBot, size: tuple[int, int]) -> None:
    before = theme.scale()
    program = Program(FakeApp(), size=QSize(*size))
    try:
        program.show()
        qtbot.waitUntil(lambda: program.wedge is not None and program.bridge.open == 0)
        for page in Page:
            program.open_page(page)
            QApplication.processEvents()
            least = program.shell.minimumSizeHint()
            assert least.width() <= size[0], page
            assert least.height() <= size[1], page
            assert (program.shell.width(), program.shell.height()) == size
    finally:
        program.shut()
        program.shell.hide()
        program.shell.deleteLater()
        theme.use_scale(before)


def test_an_alarm_that_is_cancelled_leaves_the_keyboard_where_it_was(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp())
    program.gate_view.field.setFocus()
    qtbot.mouseClick(program.alarm.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.shell.focusWidget() is program.alarm.strip.alarm)
    qtbot.mouseClick(program.alarm.strip.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not program.alarm.strip.isVisible())
    assert program.shell.focusWidget() is program.gate_view.field  # never the undo of the last entry


def test_what_was_typed_is_gone_when_the_gate_is_locked(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.gate_view.field.setText("Белова")
    program.find_view.field.setText("Белова")
    app.people.hire("Орлова Анна", Role.ADMINISTRATOR)
    qtbot.waitUntil(lambda: program.door.view.isVisible())
    assert program.gate_view.field.text() == program.find_view.field.text() == ""


def test_somebody_new_is_named_first(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp())
    program.open_page(Page.SETTINGS)
    program.settings_view.people.click()
    staff = program.door.staff_view
    staff.role.setFocus()
    qtbot.mouseClick(staff.new, Qt.MouseButton.LeftButton)
    assert program.shell.focusWidget() is staff.name


@pytest.mark.parametrize(("role", "chooses"), [(Role.OPERATOR, False), (Role.ADMINISTRATOR, True)])
def test_a_camera_is_chosen_by_who_may_change_settings(qtbot: QtBot, opened: Open, role: Role, chooses: bool) -> None:
    app = FakeApp(camera=False)
    app.change_status(camera=CameraState.OFF)
    program = opened(app)
    app.people.hire("Белов Пётр", role, "90731")
    qtbot.waitUntil(lambda: program.door.view.isVisible())
    program.door.lock.chosen("p-0")
    app.people.log_in("p-0", "90731")
    qtbot.waitUntil(lambda: not program.door.view.isVisible())
    qtbot.waitUntil(lambda: program.gate.state.choose_camera is chooses)


def test_check_it_leaves_the_keyboard_in_the_field(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp())
    qtbot.mouseClick(program.gate_view._go, Qt.MouseButton.LeftButton)
    assert program.shell.focusWidget() is program.gate_view.field


def test_a_key_that_does_nothing_is_not_shown(qtbot: QtBot) -> None:
    button = Button("Пропустить")
    qtbot.addWidget(button)
    button.mark("F1")
    assert button._key is not None
    button.setEnabled(False)
    assert button._key.isHidden()
    button.setEnabled(True)
    assert not button._key.isHidden()


def test_the_first_start_asks_for_the_gate_where_the_plant_is_known(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp(empty=True)
    program = opened(app)
    app.fill()
    app.settings = app.settings.model_copy(update={"gate": ""})
    program.welcome_view.action_pressed.emit("place")
    qtbot.waitUntil(
        lambda: program.shell.focusWidget() in (program.settings_view.gate, program.settings_view._gate_edit)
    )


def test_whoever_came_last_is_seen(qtbot: QtBot, opened: Open) -> None:
    program = opened(busy_app())
    bar = program.gate_view.recent.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    program.gate.code_scanned("C-V004", Source.CAMERA)
    qtbot.waitUntil(lambda: bar.value() == 0)
