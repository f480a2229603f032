"""The doctor on a healthy gate, and on gates with one thing wrong each: what it says, and whether they could work."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from checkin.cli import build
from checkin.clock import SettableClock
from checkin.doctor import Check, State, examine
from checkin.doctor.machine import scanners, serial_ports
from checkin.settings import Profile, Settings
from checkin.store import open_store
from checkin.store.roster import put
from checkin.sync.enrol import TOKEN, URL
from tests.field import NOW, event, plant

KEYS = {
    "settings", "disk", "store", "key", "roster", "clock", "hub", "camera", "decoding", "scanner", "sound", "printer",
}  # fmt: skip


def gate(folder: Path, *, with_data: bool = True) -> Profile:
    profile = Profile(folder / "gate")
    profile.save(Settings(key_place="file"))
    if with_data:
        open_store(profile, Settings(key_place="file"))[0].close()
    return profile


def found(profile: Profile, now: datetime = NOW) -> dict[str, Check]:
    return {check.key: check for check in examine(profile, SettableClock(now), seconds_per_camera=0.1)}


def test_a_fresh_pc_can_work_and_everything_is_looked_at(tmp_path: Path) -> None:
    checks = found(Profile(tmp_path / "new"))
    assert set(checks) == KEYS
    assert all(check.says and check.title for check in checks.values())
    assert not [check.key for check in checks.values() if check.state is State.FAIL]
    assert not (tmp_path / "new" / "store.sqlite").exists()  # looking makes nothing


def test_a_healthy_store_is_said_to_be_whole(tmp_path: Path) -> None:
    checks = found(gate(tmp_path))
    assert checks["store"].state is State.OK
    assert checks["store"].figures["whole"] is True
    assert checks["key"].figures["place"] == "file"


def test_a_key_that_does_not_open_the_store_is_a_failure(tmp_path: Path) -> None:
    profile = gate(tmp_path)
    profile.key_file.write_text("ab" * 32)
    checks = found(profile)
    assert checks["store"].state is State.FAIL
    assert checks["decoding"].state is not State.FAIL  # the rest is looked at all the same


def test_a_damaged_page_is_never_passed_over(tmp_path: Path) -> None:
    profile = gate(tmp_path)
    whole = bytearray(profile.store_file.read_bytes())
    whole[-3000:-2900] = bytes(100)
    profile.store_file.write_bytes(whole)
    assert found(profile)["store"].state is not State.OK


def test_a_clock_that_cannot_be_is_a_failure(tmp_path: Path) -> None:
    assert found(gate(tmp_path), datetime(1970, 1, 1, tzinfo=UTC))["clock"].state is State.FAIL


def test_a_clock_turned_back_is_a_warning(tmp_path: Path) -> None:
    profile = gate(tmp_path)
    store, _place = open_store(profile, Settings(key_place="file"))
    with store.write() as tx:
        tx.roster.apply([put(plant())])
        tx.journal.append(event(at=NOW + timedelta(hours=3)), tx.meta.device())
    store.close()
    assert found(profile)["clock"].state is State.WARN


def test_damaged_settings_are_told(tmp_path: Path) -> None:
    profile = gate(tmp_path)
    profile.settings_file.write_text("{")
    assert found(profile)["settings"].state is State.WARN


def test_a_folder_that_takes_no_file_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    checks = found(Profile(tmp_path / "file"))
    assert checks["disk"].state is State.FAIL


def test_a_camera_that_gives_pictures_tells_its_rate(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(3):
        cv2.imwrite(str(pictures / f"{number}.png"), np.zeros((720, 1280), np.uint8))
    profile = gate(tmp_path)
    profile.save(Settings(key_place="file", camera=str(pictures)))
    camera = found(profile)["camera"]
    assert (camera.figures["width"], camera.figures["height"]) == (1280, 720)
    assert camera.state is State.WARN  # two pictures a second are too few


def test_a_camera_that_is_not_there_leaves_the_gate_working(tmp_path: Path) -> None:
    profile = gate(tmp_path)
    profile.save(Settings(key_place="file", camera="97"))
    assert found(profile)["camera"].state is State.WARN


def test_serial_ports_are_those_with_a_device(tmp_path: Path) -> None:
    for name in ("tty0", "ttyS0", "ttyUSB1", "ttyACM0"):
        (tmp_path / name).mkdir()
    ports = serial_ports(tmp_path)
    assert ports == ["ttyACM0", "ttyUSB1"]
    (check,) = scanners(Settings(scanner_port="/dev/ttyACM0"), tmp_path)
    assert check.state is State.OK
    (check,) = scanners(Settings(scanner_port="/dev/ttyUSB7"), tmp_path)
    assert check.state is State.WARN


@pytest.mark.parametrize("broken", [False, True])
def test_the_exit_code_says_whether_the_gate_could_work(tmp_path: Path, broken: bool) -> None:
    profile = gate(tmp_path)
    if broken:
        profile.key_file.write_text("ab" * 32)
    result = CliRunner().invoke(build(), ["--profile", str(profile.folder), "doctor", "--json"])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == int(broken)
    assert lines[-1] == {"works": not broken}
    assert {line["check"] for line in lines[:-1]} == KEYS


class ShutOut(BaseHTTPRequestHandler):
    """A hub that tells everybody the time, and lets this gate in no more."""

    def do_GET(self) -> None:
        told, status = {"server_time": datetime.now(UTC).isoformat()}, 200
        if not self.path.startswith("/api/v1/time"):
            told, status = {"code": "device_revoked", "detail": "shut out"}, 401
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to the terminal."""


def test_a_gate_that_was_shut_out_is_told_so(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), ShutOut) as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        profile = gate(tmp_path)
        store, _place = open_store(profile, Settings(key_place="file"))
        with store.write() as tx:
            tx.meta.put(URL, f"http://127.0.0.1:{hub.server_port}")
            tx.meta.put(TOKEN, "once good")
        store.close()
        try:
            check = found(profile, datetime.now(UTC))["hub"]
        finally:
            hub.shutdown()
            thread.join()
    assert check.state is State.WARN
    assert "отключ" in check.says
    assert check.figures["answers"] is True
    assert check.figures["let_in"] is False
