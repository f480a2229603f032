"""An invitation's QR fills the form and a person connects; a gate can be pinned to an authority of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fake_app import FakeApp
from pytestqt.qtbot import QtBot

from checkin.app import HubState
from checkin.domain.people import Role
from checkin.sync.invitation import Invitation, claims, write
from ui.ports import Page
from ui.program import Program

Open = Callable[[FakeApp], Program]
CA = "ab12" * 16


def shown(program: Program, text: str) -> None:
    program.arrivals.wedge_read(text)


def test_the_qr_fills_the_form_and_a_person_connects(opened: Open, qtbot: QtBot) -> None:
    app = FakeApp()
    app.change_status(hub=HubState.NONE)
    program = opened(app)
    shown(program, write(Invitation("https://10.0.0.5:8780", "K7QF4-M2XD9", CA)).lower())
    assert program.shell.page is Page.SYNC
    view = program.sync_view
    assert (view.address.text(), view.code.text()) == ("https://10.0.0.5:8780", "K7QF4-M2XD9")
    assert "AB12 AB12" in program.sync.state.pinned
    assert not [one for one in app.asked if one[0] in ("enrol", "scan")]
    view._enrol.click()
    assert ("enrol", "https://10.0.0.5:8780", "K7QF4-M2XD9", CA) in app.asked
    qtbot.waitUntil(lambda: program.sync.state.pinned == "")


def test_a_spoilt_invitation_is_said(opened: Open) -> None:
    app = FakeApp()
    app.change_status(hub=HubState.NONE)
    program = opened(app)
    assert claims("PHE1AAAA")
    shown(program, "PHE1AAAA")
    assert program.sync.state.enrol_error
    assert program.sync_view.address.text() == ""


def test_only_who_may_change_settings_is_invited(opened: Open) -> None:
    app = FakeApp()
    app.people.person = app.people.hire("Смена", Role.OPERATOR)
    program = opened(app)
    shown(program, write(Invitation("https://10.0.0.5", "K7QF4-M2XD9")))
    assert program.shell.page is Page.GATE
    assert not [one for one in app.asked if one[0] == "scan"]


def test_a_file_that_is_no_certificate_pins_nothing(opened: Open, tmp_path: Path) -> None:
    app = FakeApp()
    app.change_status(hub=HubState.NONE)
    program = opened(app)
    (tmp_path / "no.pem").write_text("hello")
    program.sync_view.authority_chosen.emit(tmp_path / "no.pem")
    assert program.sync.state.enrol_error
    assert program.sync.state.pinned == ""
