"""A camera whose picture, cable and flow a test holds in its hands, and gates with a real store for it to look into."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QSize

from checkin.app import GateApp
from checkin.errors import CameraLost
from checkin.issuing.qr import array
from checkin.rosters.taking import take_list
from checkin.scanning import Frame, State
from checkin.scanning.frame import Pixels
from checkin.settings import Profile, Settings
from checkin.store import open_store
from tests.field import person
from ui.ports import Page
from ui.program import Program

FPS = 30


class HeldCamera:
    """A ``Source``: without ``flowing`` it hangs as drivers do, without ``plugged`` it is lost, ``over`` ends it."""

    name = "HD Webcam"

    def __init__(self, picture: Pixels) -> None:
        self.picture = picture
        self.plugged, self.flowing, self._closed = threading.Event(), threading.Event(), threading.Event()
        self.plugged.set()
        self.flowing.set()
        self.over = False
        self.state: State = "closed"
        random = np.random.default_rng(5)
        self._noise = [random.integers(-4, 5, picture.shape).astype(np.int16) for _turn in range(4)]
        self._frames = 0

    def open(self) -> None:
        if not self.plugged.is_set():
            self.state = "lost"
            raise CameraLost("Камера не отвечает. Проверьте кабель.")
        self._closed.clear()
        self.state = "live"

    def read(self) -> Frame | None:
        while not self.flowing.wait(0.02):
            if self._closed.is_set():
                return None
        if self.over or not self.plugged.is_set():
            self.state = "ended" if self.over else "lost"
            return None
        self._closed.wait(1 / FPS)
        self._frames += 1
        noisy = np.clip(self.picture + self._noise[self._frames % len(self._noise)], 0, 255)
        return Frame(noisy.astype(np.uint8), time.monotonic())

    def close(self) -> None:
        self._closed.set()
        self.state = "closed"


def sheet(codes: Sequence[str], *, spoilt: Sequence[int] = (), angle: float = 2.0) -> Pixels:
    """A printed sheet of tickets before a 720p webcam: five in a row, a little turned, in perspective, out of focus.

    Of those that are ``spoilt`` every other column is gone: what they are is seen, what they say is not.
    """
    page = np.full((720, 720), 245, np.uint8)
    for number, code in enumerate(codes):
        module = 4
        symbol = array(code, module)
        if number in spoilt:
            symbol[9 * module : 20 * module, 12 * module : 20 * module] = 128
            symbol[12 * module : 20 * module, 9 * module : 20 * module] = 128
        top, left = 8 + 142 * (number // 5), 12 + 142 * (number % 5)
        page[top : top + len(symbol), left : left + len(symbol)] = symbol
    turned = cv2.getRotationMatrix2D((360, 360), angle, 0.94)
    corners = np.array([[0, 0, 1], [720, 0, 1], [720, 720, 1], [0, 720, 1]]) @ turned.T
    corners[:2, 0] = 360 + (corners[:2, 0] - 360) * 0.97  # the upper edge is farther away
    corners[:, 0] += 280
    source = np.array([[0, 0], [720, 0], [720, 720], [0, 720]], np.float32)
    warp = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    hall = np.full((720, 1280), 96, np.uint8)
    grey = cv2.warpPerspective(page, warp, (1280, 720), dst=hall, borderMode=cv2.BORDER_TRANSPARENT)
    return np.asarray(cv2.cvtColor(cv2.GaussianBlur(grey, (0, 0), 0.8), cv2.COLOR_GRAY2BGR), np.uint8)


def hall() -> Pixels:
    """Nobody there."""
    return np.full((720, 1280, 3), 96, np.uint8)


def gate(folder: Path, codes: Sequence[str], *, group: Callable[[int], str] = lambda _number: "") -> GateApp:
    """A gate at which a tour of these tickets is going on."""
    begin = datetime.now(UTC) + timedelta(hours=2, minutes=30)  # half an hour ago in Moscow
    times = f"{begin:%Y-%m-%d;%H:%M};{begin + timedelta(minutes=90):%H:%M}"
    rows = [
        f"Хлебозавод;Экскурсия;{times};{group(number)};{person(number + 20)};1990;{code}"
        for number, code in enumerate(codes)
    ]
    path = folder / "list.csv"
    path.write_text("\n".join(["plant;tour;date;start;end;group;visitor;birth_year;code", *rows]), encoding="utf-8")
    profile = Profile(folder / "gate")
    settings = Settings(key_place="file", gate="1", sound=False)
    profile.save(settings)
    store, _place = open_store(profile, settings)
    take_list(store, path)
    store.close()
    return GateApp(profile)


def windows() -> Iterator[Callable[[GateApp], Program]]:
    """The body of a fixture: opens the window on a real gate, and closes it with its threads."""
    kept: list[tuple[GateApp, Program]] = []

    def build(app: GateApp) -> Program:
        program = Program(app, size=QSize(1280, 720))
        kept.append((app, program))
        program.show()
        program.welcome.finished_pressed()
        program.open_page(Page.GATE)
        return program

    yield build
    for app, program in kept:
        program.shut()
        program.shell.hide()
        program.shell.deleteLater()
        app.close()
