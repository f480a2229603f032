"""The way from a gate's window to the organiser's: on the first start and on the settings page, never on the gate's."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_app import FakeApp

from checkin.facade import beside
from checkin.facade.beside import command
from ui.ports import Page
from ui.program import Program

Open = Callable[[FakeApp], Program]


def test_the_first_start_offers_it_and_a_working_gate_has_it_in_its_settings(opened: Open) -> None:
    fresh = opened(FakeApp(empty=True))
    assert "organiser" in [key for key, _text in fresh.welcome.state.steps[0].actions]
    fresh.welcome_view.action_pressed.emit("organiser")
    assert fresh.app.asked[-1] == ("open_organiser",)  # type: ignore[attr-defined]
    working = opened(FakeApp())
    working.open_page(Page.SETTINGS)
    working.settings_view.organiser.open.click()
    assert working.app.asked[-1] == ("open_organiser",)  # type: ignore[attr-defined]
    assert working.shell.page is Page.SETTINGS


def test_it_is_a_program_of_its_own_on_the_same_profile(tmp_path: Path) -> None:
    assert command(tmp_path) == [sys.executable, "-m", "checkin", "--profile", str(tmp_path), "organiser"]


def test_a_second_press_opens_no_second_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = tmp_path / "started"
    script = f"import time; open({str(started)!r}, 'a').write('x'); time.sleep(60)"
    monkeypatch.setattr(beside, "command", lambda _profile: [sys.executable, "-c", script])
    window = beside.OrganiserBeside(tmp_path)
    for _press in range(3):
        window.open()
    process = window._process
    assert process is not None
    until = time.monotonic() + 20
    while not started.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    process.kill()
    process.wait(10)
    window.open()  # it was closed: a press opens it again
    again = window._process
    assert again is not None
    assert again.pid != process.pid
    again.kill()
    again.wait(10)
    assert started.read_text("utf-8") in ("x", "xx")
