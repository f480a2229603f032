"""The guides' page as a switch: its address as a picture, codes for a guide or a tour, who has logged in."""

from __future__ import annotations

import io

import cv2
import numpy as np
from fake_app import FakeApp
from fake_guides import URL
from hand_turn import HandTurn

from checkin.errors import SettingsWrong
from ui.guides.presenter import GuidesPresenter


def read(png: bytes) -> str:
    """What a phone reads from the picture."""
    picture = cv2.imdecode(np.frombuffer(io.BytesIO(png).getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)
    text, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(picture)
    return str(text)


def switched_on(turn: HandTurn) -> tuple[FakeApp, GuidesPresenter]:
    app = FakeApp()
    presenter = GuidesPresenter(app, turn)
    presenter.refreshed()
    assert not presenter.state.on
    presenter.switched()
    return app, presenter


def test_on_shows_the_address_to_scan_and_off_shows_nothing(turn: HandTurn) -> None:
    app, presenter = switched_on(turn)
    assert ("guides", True, 8790) in app.asked
    assert (presenter.state.on, presenter.state.url) == (True, URL)
    assert read(presenter.state.qr) == URL
    presenter.switched()
    assert (presenter.state.on, presenter.state.url, presenter.state.qr) == (False, "", b"")


def test_a_guide_is_one_choice_and_each_tour_is_one(turn: HandTurn) -> None:
    _app, presenter = switched_on(turn)
    texts = dict(presenter.state.choices)
    assert texts["guide:Орлова Анна"].startswith("Орлова Анна: 2")
    assert {key for key in texts if key.startswith("tour:")} == {"tour:t1", "tour:t2", "tour:t3", "tour:t4"}


def test_a_code_is_shown_and_scanned(turn: HandTurn) -> None:
    app, presenter = switched_on(turn)
    presenter.choice_made("guide:Орлова Анна")
    presenter.code_wanted()
    assert ("guide_code", "Орлова Анна", "") in app.asked
    code = presenter.state.code
    assert read(presenter.state.qr) == f"{URL}#k={code}"
    presenter.choice_made("tour:t2")
    assert presenter.state.code == ""
    assert read(presenter.state.qr) == URL
    presenter.code_wanted()
    assert ("guide_code", "", "t2") in app.asked
    assert presenter.state.code not in ("", code)


def test_who_has_logged_in_and_everybody_out(turn: HandTurn) -> None:
    app, presenter = switched_on(turn)
    app.guides.log_in("Орлова Анна")
    presenter.refreshed()
    assert "Орлова Анна" in presenter.state.sessions[0]
    presenter.log_out_pressed()
    assert presenter.state.sessions == ()


def test_what_goes_wrong_is_said_and_can_be_tried_again(turn: HandTurn) -> None:
    app, presenter = switched_on(turn)
    app.error = SettingsWrong("Нет такого экскурсовода")
    presenter.code_wanted()
    assert presenter.state.note == "Нет такого экскурсовода"
    app.error = None
    presenter.code_wanted()
    assert presenter.state.code
    assert presenter.state.note == ""
