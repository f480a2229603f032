"""A group and the alarm in the whole window: what is touched and what is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from fake_app import FakeApp, busy_app
from fake_groups import elsewhere
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from checkin.domain.events import Kind
from checkin.domain.muster import Mark
from ui.gate.state import CardKind
from ui.muster.state import Mode
from ui.ports import Page
from ui.program import Program

Open = Callable[[FakeApp], Program]


def test_a_group_by_touch(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    app.by_group = True
    program = opened(app)
    for listener in app.code_listeners:
        listener(["C-V004"])
    qtbot.waitUntil(lambda: program.group_view.isVisible())
    tile = next(each for each in program.group_view.tiles.shown if each.row is not None and each.row.id == "V005")
    assert tile.height() >= 48
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    for button in list(program.group_view.question_buttons):
        if button.isVisible():
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert program.group_view.go.isEnabled()
    qtbot.mouseClick(program.group_view.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT)
    qtbot.waitUntil(lambda: program.gate_view.isVisible())
    assert len(app.events) == 17


def test_a_walk_in_is_filled_in_by_keyboard_alone(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    app.by_group = True
    program = opened(app)
    for listener in app.code_listeners:
        listener(["C-V004"])
    qtbot.waitUntil(lambda: program.group_view.isVisible())
    program.group.guest_pressed()
    guest = program.group_view.guest
    qtbot.waitUntil(lambda: guest.name.hasFocus() and all(button.isVisible() for button in guest.reasons))
    program.group.form_changed(name="Гость Иван")
    seen = []
    for _step in range(7):
        seen.append(program.shell.focusWidget())
        program.shell.focusNextChild()
    assert seen == [guest.name, guest.place, *guest.reasons, guest.note]
    guest.reasons[1].setFocus()
    qtbot.keyClick(guest.reasons[1], Qt.Key.Key_Return)
    assert guest.reasons[1].isChecked()
    assert program.group_view.go.isEnabled()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_button_of_a_group_has_room_at_1280(qtbot: QtBot, opened: Open, language: Literal["ru", "en"]) -> None:
    app = FakeApp()
    app.by_group = True
    app.change_settings(app.settings.model_copy(update={"language": language}))
    program = opened(app)
    for listener in app.code_listeners:
        listener(["C-V004"])
    qtbot.waitUntil(lambda: program.group_view.isVisible())
    program.group_view._brief.setVisible(True)  # where the plant asks for a briefing there is one button more
    QApplication.processEvents()
    assert program.shell.minimumSizeHint().width() <= 1280
    assert program.shell.minimumSizeHint().height() <= 720


def test_the_alarm_by_its_key_in_two_steps_with_two_thousand_inside(qtbot: QtBot, opened: Open) -> None:
    app = busy_app()
    app.musters.crowd = 2000
    program = opened(app)
    qtbot.keyClick(program.shell, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: program.alarm.strip.isVisible())
    assert not [call for call in app.asked if call[0] == "raise_alarm"]
    qtbot.mouseClick(program.alarm.strip.alarm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(program.alarm.view.list.people.rows) > 2000)
    QApplication.processEvents()
    assert program.shell.page is Page.MUSTER
    view = program.alarm.view.list
    place = dict(view.drawn.buttons(view.visualRect(view.people.index(1))))[Mark.FOUND]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    qtbot.waitUntil(lambda: any(call[0] == "mark" and call[2] is Mark.FOUND for call in app.asked))
    assert program.alarm.presenter.state.mode is Mode.REAL


def test_escape_is_a_slip(qtbot: QtBot, opened: Open) -> None:
    program = opened(busy_app())
    qtbot.keyClick(program.shell, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: program.alarm.strip.isVisible())
    qtbot.keyClick(program.shell, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not program.alarm.strip.isVisible())
    assert program.shell.page is Page.GATE


def test_an_alarm_from_another_gate_is_above_every_page_until_it_is_answered(qtbot: QtBot, opened: Open) -> None:
    app = busy_app()
    program = opened(app)
    elsewhere(app, Kind.ALARM, "real")
    app.tell()
    qtbot.waitUntil(lambda: program.alarm.bar.isVisible())
    for page in (Page.FIND, Page.TOURS, Page.SYNC, Page.SETTINGS, Page.GATE):
        program.open_page(page)
        assert program.alarm.bar.isVisible()
    assert program.shell.minimumSizeHint().height() <= 720
    qtbot.waitUntil(lambda: program.alarm.presenter.state.mode is Mode.REAL)
    qtbot.mouseClick(program.alarm.bar.go, Qt.MouseButton.LeftButton)
    assert program.shell.page is Page.MUSTER
    qtbot.waitUntil(lambda: not program.alarm.bar.isVisible())
    elsewhere(app, Kind.ALL_CLEAR, "real")
    app.tell()
    qtbot.waitUntil(lambda: program.alarm.bar.isVisible())
    qtbot.waitUntil(lambda: program.alarm.presenter.state.mode is Mode.OVER)


def test_who_raised_the_alarm_is_not_told_of_it(qtbot: QtBot, opened: Open) -> None:
    program = opened(busy_app())
    program.alarm.presenter.raised(drill=True)
    qtbot.waitUntil(lambda: program.alarm.presenter.state.mode is Mode.DRILL)
    program.alarm.refreshed(in_view=False)
    program.open_page(Page.GATE)
    assert not program.alarm.bar.isVisible()
    program.alarm.presenter.cleared()
    qtbot.waitUntil(lambda: program.alarm.presenter.state.mode is Mode.OVER)
    program.alarm.refreshed(in_view=False)
    assert not program.alarm.bar.isVisible()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_guides_page_is_one_switch(qtbot: QtBot, opened: Open, language: Literal["ru", "en"]) -> None:
    app = busy_app()
    app.change_settings(app.settings.model_copy(update={"language": language}))
    program = opened(app)
    program.open_page(Page.SETTINGS)
    view = program.settings_view
    view.show_guides()
    qtbot.mouseClick(view.guides.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.guides.url.isVisible())
    qtbot.mouseClick(view.guides.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.guides.code.text().startswith("K7QF"))
    assert program.shell.minimumSizeHint().width() <= 1280
    for name, button in view.safety.switches.items():
        before = getattr(app.settings, name)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert getattr(app.settings, name) is not before
        assert button.isChecked() is not before
