"""A camera that is pulled out and put back, a stream that stalls, a file that ends: seen in the window within 2 s, and
reading goes on by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import pytest
from held_camera import HeldCamera, gate, hall, sheet, windows
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from checkin.app import GateApp
from checkin.desk.outcome import Source
from checkin.domain.events import Kind
from ui.gate.state import CardKind
from ui.program import Program

CODES = [f"T-{number:05}" for number in range(5)]
Open = Callable[[GateApp], Program]
SEEN_MS = 2500
"""Two seconds, and half of one for a test machine that does other things."""


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    """The window on a real gate; it is closed with its threads."""
    yield from windows()


def written(app: GateApp) -> list[str]:
    """Codes of those who were let in."""
    with app.store.read() as tx:
        events = [stored.line.event for stored in tx.journal.lines()]
        found = [tx.roster.ticket_of(one.plant, one.subject) for one in events if one.kind is Kind.ENTRY]
    return [one.code for one in found if one is not None]


def says(program: Program) -> str:
    """Everything that is written on the gate page and in the frame around it."""
    return "\n".join(label.text() for label in program.shell.findChildren(QLabel) if label.isVisible())


def shown(qtbot: QtBot, program: Program, text: str, within_ms: int = SEEN_MS) -> None:
    qtbot.waitUntil(lambda: text in says(program), timeout=within_ms)


def test_a_camera_pulled_out_and_put_back(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    app = gate(tmp_path, CODES)
    program = opened(app)
    camera = HeldCamera(sheet(CODES[:1]))
    app.look_at(camera)
    qtbot.waitUntil(lambda: written(app) == CODES[:1], timeout=10_000)
    camera.plugged.clear()
    shown(qtbot, program, "камера: нет изображения")
    qtbot.waitUntil(lambda: "Проверьте кабель" in says(program) or "Проверьте её кабель" in says(program))
    assert not program.gate.state.camera_on
    program.gate.code_scanned(CODES[1], Source.SCANNER)
    qtbot.waitUntil(lambda: written(app) == CODES[:2])  # the other ways in go on
    camera.picture = sheet(CODES[2:3])
    camera.plugged.set()
    qtbot.waitUntil(lambda: program.gate.state.camera_on, timeout=10_000)
    qtbot.waitUntil(lambda: written(app) == CODES[:3], timeout=10_000)
    assert "нет изображения" not in says(program)


def test_a_camera_that_stalls(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    app = gate(tmp_path, CODES)
    program = opened(app)
    camera = HeldCamera(hall())
    app.look_at(camera)
    qtbot.waitUntil(lambda: program.gate.state.camera_on)
    camera.flowing.clear()
    shown(qtbot, program, "камера: нет изображения")
    camera.picture = sheet(CODES[:1])
    camera.flowing.set()
    qtbot.waitUntil(lambda: written(app) == CODES[:1], timeout=10_000)
    qtbot.waitUntil(lambda: program.gate.state.camera_on, timeout=2500)


def test_a_recording_that_ends(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    app = gate(tmp_path, CODES)
    program = opened(app)
    camera = HeldCamera(sheet(CODES[:1]))
    app.look_at(camera)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT, timeout=10_000)
    camera.over = True
    shown(qtbot, program, "Запись закончилась")
    assert not program.gate.state.camera_on


class Stream(ThreadingHTTPServer):
    """A network camera (MJPEG over HTTP) that a test stalls, cuts off and lets go on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.picture = hall()
        self.flowing, self.over = threading.Event(), threading.Event()
        self.flowing.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/video.mjpg"


class _Answer(BaseHTTPRequestHandler):
    server: Stream

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            while not self.server.over.is_set():
                if self.server.flowing.wait(0.05):
                    _done, data = cv2.imencode(".jpg", self.server.picture)
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                    self.wfile.write(head.encode() + data.tobytes() + b"\r\n")
                    time.sleep(0.04)
        except OSError:
            return  # the gate has gone

    def log_message(self, *_told: object) -> None:
        """A test's output is its own."""


@pytest.fixture
def stream() -> Iterator[Stream]:
    server = Stream()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_a_network_camera_that_stalls_and_goes_on(qtbot: QtBot, opened: Open, tmp_path: Path, stream: Stream) -> None:
    app = gate(tmp_path, CODES)
    program = opened(app)
    app.change_settings(app.settings.model_copy(update={"camera": stream.address}))
    qtbot.waitUntil(lambda: program.gate.state.camera_on, timeout=15_000)
    stream.flowing.clear()
    shown(qtbot, program, "камера: нет изображения", 4000)
    stream.picture = sheet(CODES[:1])
    stream.flowing.set()
    qtbot.waitUntil(lambda: written(app) == CODES[:1], timeout=20_000)
    qtbot.waitUntil(lambda: program.gate.state.camera_on, timeout=2500)
