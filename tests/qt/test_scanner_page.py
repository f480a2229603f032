"""The scanner's page: a trial is looked at and never judged, and what it says fits what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_app import FakeApp
from pytestqt.qtbot import QtBot
from test_scanner_keys import Keyboard, scans
from test_serial import Cable

from checkin.tickets.reading import unlayout
from ui.ports import Page
from ui.program import Program
from ui.scanner.diagnosis import TEST_CODE, diagnose
from ui.scanner.state import Key, PortState

Open = Callable[[FakeApp], Program]
RUSSIAN = "ЗКЩРЩВТФНФ-Еуые-0123456789"


def tones(text: str, end: str = "\r", gap_s: float = 0.005) -> list[str]:
    keys = [Key(character, number * gap_s) for number, character in enumerate(text + end)]
    return [finding.tone for finding in diagnose(text, keys, typed=True)]


def test_the_russian_text_is_what_the_keys_give() -> None:
    assert unlayout(RUSSIAN) == TEST_CODE


@pytest.mark.parametrize(
    ("text", "end", "gap_s", "wanted"),
    [
        (TEST_CODE, "\r", 0.005, ["good", "good", "good"]),
        (TEST_CODE, "\t", 0.005, ["good", "good", "good"]),
        (TEST_CODE, "", 0.005, ["good", "warn", "good"]),
        (TEST_CODE, "\r", 0.06, ["good", "good", "warn"]),
        (TEST_CODE.swapcase(), "\r", 0.005, ["warn", "good", "good"]),
        (TEST_CODE.upper(), "\r", 0.005, ["warn", "good", "good"]),
        ("]Q1" + TEST_CODE, "\r", 0.005, ["bad", "good", "good"]),
        ("PRHODNYA-Test-012346789", "\r", 0.005, ["bad", "good", "good"]),
        (RUSSIAN, "\r", 0.005, ["good", "warn", "good", "good"]),
        ("Мария".encode().decode("cp1251", errors="replace"), "\r", 0.005, ["good", "warn", "good", "good"]),
        ("5901234123457", "\r", 0.005, ["good", "good", "good"]),
    ],
)
def test_each_setting_is_told(text: str, end: str, gap_s: float, wanted: list[str]) -> None:
    assert tones(text, end, gap_s) == wanted


@pytest.fixture
def page(qtbot: QtBot, opened: Open) -> Iterator[tuple[FakeApp, Program]]:
    app = FakeApp()
    program = opened(app)
    program.open_page(Page.SETTINGS)
    program.settings_view.scanner.click()
    return app, program


@pytest.mark.parametrize("text", [TEST_CODE, RUSSIAN])
def test_a_trial_is_shown_and_not_judged(qtbot: QtBot, page: tuple[FakeApp, Program], text: str) -> None:
    app, program = page
    assert program.scanner_view.isVisible()
    Keyboard(program).type(text + "\r", 5)
    qtbot.waitUntil(lambda: program.scanner.state.understood == TEST_CODE)
    state = program.scanner.state
    assert state.came == text
    assert state.keys.startswith(f"{text[0]}·0 {text[1]}·5")
    assert state.keys.endswith("⏎·5")
    assert scans(app) == []
    assert program.scanner_view.isVisible()  # Enter pressed no button


def test_after_the_page_scans_are_judged_again(qtbot: QtBot, page: tuple[FakeApp, Program]) -> None:
    app, program = page
    program.scanner_view.back.click()
    assert program.settings_view.isVisible()
    Keyboard(program).type("C-V004\r", 5)
    qtbot.waitUntil(lambda: scans(app) == ["C-V004"])


def test_another_page_ends_the_trial(qtbot: QtBot, page: tuple[FakeApp, Program]) -> None:
    _app, program = page
    program.open_page(Page.GATE)
    assert not program.scanner.active


def test_keys_that_are_too_slow_are_told(qtbot: QtBot, page: tuple[FakeApp, Program]) -> None:
    _app, program = page
    Keyboard(program).type("ABCDEFGH", 80)
    qtbot.waitUntil(lambda: program.scanner.state.tone == "bad", timeout=3000)


def test_a_serial_scanner_is_chosen_read_lost_and_found(
    qtbot: QtBot, page: tuple[FakeApp, Program], tmp_path: Path
) -> None:
    app, program = page
    cable = Cable(tmp_path)
    program.scanner.port_chosen(str(cable.name))
    qtbot.waitUntil(lambda: program.serial.state is PortState.OPEN)
    cable.send(TEST_CODE.encode() + b"\r")
    qtbot.waitUntil(lambda: program.scanner.state.tone == "good")
    program.open_page(Page.GATE)
    cable.send(b"C-V005\r\n")
    qtbot.waitUntil(lambda: scans(app) == ["C-V005"])
    cable.pull()
    qtbot.waitUntil(
        lambda: ("scanner", "bad") in [(item.key, item.tone) for item in program.status.state.items], timeout=10_000
    )
    cable.plug()
    qtbot.waitUntil(
        lambda: ("scanner", "ok") in [(item.key, item.tone) for item in program.status.state.items], timeout=10_000
    )
    cable.pull()
