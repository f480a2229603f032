"""A signed ticket is read where its symbol is 60 pixels wide, by the gate's reader and by zxing-cpp alone."""

from __future__ import annotations

import numpy as np
import zxingcpp

from checkin.issuing import qr
from checkin.scanning.decoder import Decoder
from checkin.scanning.frame import Pixels
from tests.bench import frames
from tests.field import signed

SIDE_PX = 60
TURNS = (0.0, 1.0, 3.0, 5.0, 8.0, 12.0, 16.0, 20.0, 90.0, 180.0)


def shot(text: str, turn: float) -> Pixels:
    """A clean frame of a webcam: the symbol in its light surroundings, at no whole pixel."""
    unit = 12
    dark = qr.array(text, module_px=unit) < 128
    side = dark.shape[0] - 2 * qr.BORDER * unit
    flat = np.where(dark, 0.1, 0.95).astype(np.float32)
    scene = np.full((frames.HEIGHT, frames.WIDTH), 0.95, np.float32)
    upright = np.zeros((4, 2), np.float32)
    seen = frames.placed(scene, flat, side, (640.3 + turn / 10, 360.7), SIDE_PX, turn, upright)
    return np.clip(seen * 255, 0, 255).astype(np.uint8)


def test_read_from_sixty_pixels() -> None:
    """Which pixel a module falls on is luck: our reader has another look where zxing-cpp's only one does not do."""
    shots = [(text, shot(text, turn)) for turn, text in ((turn, signed(f"{int(turn):016x}")) for turn in TURNS)]
    assert all(len(text) <= 150 for text, _pixels in shots)
    decoder = Decoder(budget_ms=500)
    for text, pixels in shots:
        assert [found.text for found in decoder.decode(pixels).symbols] == [text]
    alone = [text in [found.text for found in zxingcpp.read_barcodes(pixels)] for text, pixels in shots]
    assert sum(alone) >= 0.9 * len(alone)
