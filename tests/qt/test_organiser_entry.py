"""The way from a gate's window to the organiser's: on the first start and on the settings page, never on the gate's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from fake_app import FakeApp

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
