"""A scanner that types into the window: every code whole, nothing in the field, and people type as ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_app import FakeApp
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from checkin.desk.outcome import Source
from ui.controls import Button
from ui.gate.state import CardKind
from ui.ports import Page
from ui.program import Program

Open = Callable[[FakeApp], Program]
ENDS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}


class Keyboard:
    """Keys with time stamps of their own, sent to the window as the window system does."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.ms = 100_000

    def type(self, text: str, gap_ms: int) -> None:
        window = self.program.shell.windowHandle()
        assert window is not None
        for character in text:
            self.ms += gap_ms
            key = ENDS.get(character, Qt.Key(ord(character.upper())) if ord(character) < 128 else Qt.Key.Key_unknown)
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
                event.setTimestamp(self.ms)
                QApplication.sendEvent(window, event)


def scans(app: FakeApp) -> list[str]:
    return [call[1] for call in app.asked if call[0] == "scan" and call[2] is Source.SCANNER]


@pytest.mark.parametrize("end", ["\r", "\t", ""])
@pytest.mark.parametrize("code", ["C-V004", "A-7K4M2QXD", "Ф-7Л4Ь2ЙЧВ", "5901234123457"])
def test_a_scan_into_the_focused_field_leaves_it_empty(qtbot: QtBot, opened: Open, code: str, end: str) -> None:
    app = FakeApp()
    program = opened(app)
    field = program.gate_view.field
    field.setFocus()
    Keyboard(program).type(code + end, 5)
    qtbot.waitUntil(lambda: scans(app) == [code])
    assert field.text() == ""
    assert field.hasFocus()


def test_a_person_types_as_ever(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    field = program.gate_view.field
    field.setFocus()
    keyboard = Keyboard(program)
    for character in "Иванова":
        keyboard.type(character, 120)
        qtbot.waitUntil(lambda: not program.wedge._wedge.holding)  # type: ignore[union-attr]
    assert field.text() == "Иванова"
    keyboard.type("\r", 200)
    qtbot.waitUntil(lambda: ("search", "Иванова") in app.asked)
    assert scans(app) == []


def test_two_keys_rolled_over_are_a_person(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp())
    field = program.gate_view.field
    field.setFocus()
    Keyboard(program).type("ст", 12)
    qtbot.waitUntil(lambda: field.text() == "ст")


def test_a_scan_over_half_typed_text_keeps_the_text(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    field = program.gate_view.field
    field.setFocus()
    keyboard = Keyboard(program)
    keyboard.type("Ли", 150)
    qtbot.waitUntil(lambda: field.text() == "Ли")
    keyboard.ms += 500
    keyboard.type("C-V004\r", 5)
    qtbot.waitUntil(lambda: scans(app) == ["C-V004"])
    assert field.text() == "Ли"


def test_a_scan_on_another_page_brings_the_card(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.open_page(Page.SETTINGS)
    Keyboard(program).type("C-V004\r", 5)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT)
    assert program.shell.page is Page.GATE


def test_the_enter_of_a_scan_presses_no_button(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.gate.code_scanned("C-V002", Source.CAMERA)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ASK)
    program.gate_view.card.findChildren(Button)[0].setFocus()
    Keyboard(program).type("C-V004\r", 5)
    qtbot.waitUntil(lambda: program.gate.state.waiting != "")
    assert program.gate.state.card.kind is CardKind.ASK
    assert scans(app) == []  # held until the question is answered


def test_the_enter_of_a_slow_scan_presses_no_button(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp())
    program.gate_view.way_out.setFocus()
    Keyboard(program).type("C-V004", 60)
    Keyboard(program).type("\r", 60)
    qtbot.waitUntil(lambda: not program.wedge._wedge.holding)  # type: ignore[union-attr]
    assert not program.gate_view.way_out.isChecked()


def test_five_hundred_codes_arrive_whole(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    field = program.gate_view.field
    field.setFocus()
    keyboard = Keyboard(program)
    codes = [f"A-{number:07}{'XYZ'[number % 3]}" for number in range(500)]
    for code in codes:
        keyboard.type(code + "\r", 5)
        keyboard.ms += 300
    qtbot.waitUntil(lambda: len(scans(app)) == 500, timeout=20_000)
    assert scans(app) == codes
    assert field.text() == ""
