"""The password of a network camera is in no file that can be read, and goes to its own camera alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checkin.app import GateApp
from checkin.doctor import examine, eyes
from checkin.facade import camerapassword
from checkin.settings import Profile, Settings
from tests.field import profile

PASSWORD = "Жёлтый-kot-7391"
TYPED = f"rtsp://admin:{PASSWORD}@192.168.4.20:554/stream1?channel=1"
SHOWN = "rtsp://admin:***@192.168.4.20:554/stream1?channel=1"
NAMES = [PASSWORD.encode(encoding) for encoding in ("utf-8", "utf-16-le", "cp1251")]


def files_with_it(folder: Path) -> list[str]:
    return [one.name for one in folder.rglob("*") if one.is_file() and any(name in one.read_bytes() for name in NAMES)]


@contextmanager
def gate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[GateApp, list[str]]]:
    """A running gate, and the addresses that its camera was opened with."""
    app = GateApp(Profile(folder))
    looked: list[str] = []
    monkeypatch.setattr(app._eyes, "look", lambda spec, **_wishes: looked.append(spec))
    app.start()
    try:
        yield app, looked
    finally:
        app.close()


def wait(looked: list[str], count: int) -> None:
    until = time.monotonic() + 20
    while len(looked) < count:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_it_is_in_no_file_and_the_camera_gets_it_after_a_restart_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(tmp_path)
    with gate(tmp_path, monkeypatch) as (app, looked):
        app.change_settings(app.settings.model_copy(update={"camera": TYPED}))
        assert app.settings.camera == SHOWN
        wait(looked, 2)
        app.change_settings(app.settings.model_copy(update={"camera": TYPED.replace(PASSWORD, "other")}))
        wait(looked, 3)  # the same address with another password is another choice
        app.change_settings(app.settings.model_copy(update={"camera": TYPED}))
        wait(looked, 4)
        app.change_settings(app.settings.model_copy(update={"language": "en"}))
    with gate(tmp_path, monkeypatch) as (app, again):
        wait(again, 1)
        assert app.settings.camera == SHOWN
    assert looked == ["", TYPED, TYPED.replace(PASSWORD, "other"), TYPED]
    assert again == [TYPED]
    assert files_with_it(tmp_path) == []


def test_what_an_older_program_left_in_the_settings_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = profile(tmp_path)
    made.save(Settings(key_place="file", camera=TYPED))
    assert files_with_it(tmp_path) == ["settings.json"]
    with gate(tmp_path, monkeypatch) as (_app, looked):
        wait(looked, 1)
    assert looked == [TYPED]
    assert files_with_it(tmp_path) == []
    assert made.load()[0].camera == SHOWN


def test_the_doctor_looks_with_it_and_does_not_say_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile(tmp_path).save(Settings(key_place="file", camera=TYPED))
    with gate(tmp_path, monkeypatch):
        pass
    opened: list[str] = []

    def open_source(spec: str, **_wishes: object) -> None:
        opened.append(spec)
        raise eyes.CameraLost("no")

    monkeypatch.setattr(eyes, "open_source", open_source)
    said = [str(check) for check in examine(Profile(tmp_path))]
    assert TYPED in opened
    assert not [line for line in said if PASSWORD in line]


@pytest.mark.parametrize(
    "elsewhere",
    [
        SHOWN.replace("192.168.4.20", "192.168.4.21"),
        SHOWN.replace("admin", "guest"),
        SHOWN.replace("rtsp", "http"),
        SHOWN.replace(":554", ":5540"),
        SHOWN.replace("192.168.4.20:554/", "evil.example/192.168.4.20:554/"),
        SHOWN.replace("192.168.4.20:554/", "evil.example/@192.168.4.20:554/"),
    ],
)
def test_an_address_that_leads_elsewhere_does_not_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    profile(tmp_path)
    with gate(tmp_path, monkeypatch) as (app, looked):
        app.change_settings(app.settings.model_copy(update={"camera": TYPED}))
        app.change_settings(app.settings.model_copy(update={"camera": elsewhere}))
        wait(looked, 3)
    assert PASSWORD not in looked[-1]


@pytest.mark.parametrize(
    "spec",
    ["", "0", "/dev/video0", "C:\\films\\a:b@c.mp4", "rtsp://camera/stream", "rtsp://admin@camera", "http://a:b"],
)
def test_other_sources_stay_as_they_are(spec: str) -> None:
    assert camerapassword.whole(spec, '["rtsp://admin@camera", "x"]') == spec


def test_a_password_with_at_signs_and_colons() -> None:
    kept = '["rtsp://admin@cam:554", "a:b@c"]'
    assert camerapassword.whole("rtsp://admin:***@cam:554/x@y", kept) == "rtsp://admin:a:b@c@cam:554/x@y"
