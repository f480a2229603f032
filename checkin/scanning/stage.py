"""A stage before the camera: tickets as a webcam would see them, drawn frame by frame, for rehearsals without visitors.

What is drawn here goes through the same camera thread, decoder and repeat filter as a real picture.  It is the same
for a seed apart from how long each ticket is shown, which the one who rehearses decides.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from random import Random

import cv2
import numpy as np

from checkin.scanning.frame import Frame, Pixels
from checkin.scanning.sources import State

SIZE = (1280, 720)


def scene(seed: int, size: tuple[int, int] = SIZE) -> Pixels:
    """A hall behind the visitors: soft light, a door, a floor."""
    width, height = size
    rng = np.random.default_rng(seed)
    ramp = np.linspace(120, 60, height, dtype=np.float32)[:, None, None]
    hall = np.repeat(np.repeat(ramp, width, axis=1), 3, axis=2)
    hall[:, :, 0] += 14
    cv2.rectangle(hall, (width // 12, height // 6), (width // 4, height), (96.0, 104.0, 112.0), -1)
    cv2.rectangle(hall, (0, int(height * 0.86)), (width, height), (58.0, 62.0, 66.0), -1)
    hall += rng.normal(0, 3, hall.shape).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(np.clip(hall, 0, 255).astype(np.uint8), (0, 0), 3), np.uint8)


def shown(background: Pixels, symbol: Pixels, random: Random) -> Pixels:
    """The scene with a ticket held before the camera, on paper or on a phone, a little turned and not quite sharp."""
    height, width = background.shape[:2]
    phone = random.random() < 0.5
    card = _card(symbol, phone=phone)
    side = random.randint(240, 330) * card.shape[1] / symbol.shape[1]
    ratio = card.shape[0] / card.shape[1]
    cx = random.uniform(0.36, 0.64) * width
    cy = random.uniform(0.46, 0.54) * height
    angle = np.deg2rad(random.uniform(-14, 14))
    half = np.array([[-1, -ratio], [1, -ratio], [1, ratio], [-1, ratio]], dtype=np.float32) * side / 2
    half *= 1 + np.array([[random.uniform(-0.05, 0.05)] * 2 for _ in range(4)], dtype=np.float32)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], dtype=np.float32)
    corners = (half @ turn.T + np.array([cx, cy], dtype=np.float32)).astype(np.float32)
    rows, columns = card.shape[:2]
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], dtype=np.float32)
    lens = cv2.getPerspectiveTransform(flat, corners)
    light = random.uniform(0.75, 1.05) if phone else random.uniform(0.6, 0.95)
    lit = np.clip(card.astype(np.float32) * light, 0, 255).astype(np.uint8)
    frame = background.copy()
    cv2.warpPerspective(lit, lens, (width, height), dst=frame, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT)
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), random.uniform(0.5, 1.1)), np.uint8)


def _card(symbol: Pixels, *, phone: bool) -> Pixels:
    """The ticket as an object: a sheet with a line under the code, or a phone with its dark frame."""
    side = symbol.shape[0]
    margin = side // 12
    below = side // 4
    edge = 28 if phone else 236
    card = np.full((side + 2 * margin + below, side + 2 * margin, 3), 246, np.uint8)
    card[margin : margin + side, margin : margin + side] = symbol[:, :, None]
    for line in range(2):
        top = margin + side + below // 4 + line * below // 3
        cv2.rectangle(
            card, (margin * 2, top), (side - line * side // 3, top + max(2, below // 12)), (120, 120, 120), -1
        )
    rim = margin // 2
    framed = cv2.copyMakeBorder(card, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(edge, edge, edge))
    return np.asarray(framed, np.uint8)


class StageSource:
    """A camera source that shows what it is told: ``show`` a symbol, ``clear`` the view, at a webcam's pace."""

    def __init__(self, name: str, seed: int, *, fps: float = 30.0) -> None:
        self.name = name
        self._random = Random(seed)
        self._scenes: Sequence[Pixels] = [scene(seed)]
        self._fps = fps
        self._lock = threading.Lock()
        self._pixels: Pixels = self._scenes[0]
        self._state: State = "closed"
        self._number = 0
        self._next = 0.0

    @property
    def state(self) -> State:
        return self._state

    def show(self, symbol: Pixels) -> None:
        """From the next frame on this ticket is before the camera."""
        pixels = shown(self._scenes[0], symbol, self._random)
        with self._lock:
            self._pixels = pixels

    def clear(self) -> None:
        """Nobody is before the camera."""
        with self._lock:
            self._pixels = self._scenes[0]

    def open(self) -> None:
        self._state = "live"
        self._next = time.monotonic()

    def read(self) -> Frame | None:
        """The next frame, when its time has come."""
        self._next = max(self._next + 1 / self._fps, time.monotonic() - 1)
        pause = self._next - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        with self._lock:
            pixels = self._pixels
        self._number += 1
        return Frame(pixels, time.monotonic(), self._number)

    def close(self) -> None:
        self._state = "closed"
