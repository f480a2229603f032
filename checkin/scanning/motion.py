"""Whether a frame is worth decoding.  A frame on which something changed always is, the first one included.

An empty gate looks the same from frame to frame: a small picture of it is compared with the one before and with the
slow background.  After a change decoding goes on for ``hold_s``, because a symbol held perfectly still makes
no motion and may be read only by a later stage; after that one frame in ``idle_s`` is tried all the same.
"""

from __future__ import annotations

import numpy as np

from checkin.scanning.frame import Pixels
from checkin.scanning.vision import cv2

_WIDTH, _HEIGHT = 64, 36
# A ticket of 60 px on a 720p frame covers 3 x 3 cells; sensor noise averaged over a 20 x 20 px cell stays
# under 2 levels.
_CELL_LEVELS = 7.0
_CELLS = 2


class MotionGate:
    """Pure but for its memory of the scene: all time comes in with ``wants``."""

    def __init__(self, hold_s: float = 4.0, idle_s: float = 0.5) -> None:
        self._hold_s = hold_s
        self._idle_s = idle_s
        self._background: np.ndarray | None = None
        self._before: np.ndarray | None = None
        self._until = -1.0
        self._next = -1.0

    def wants(self, pixels: Pixels, now: float) -> bool:
        """Whether to decode this frame (``now`` in monotonic seconds)."""
        if self._changed(pixels):
            self._until = now + self._hold_s
        if now < self._until or now >= self._next or self._next - now > self._idle_s:
            self._next = now + self._idle_s
            return True
        return False

    def saw(self, symbols: int, now: float) -> None:
        """Tell what decoding found: while there is a symbol in view, nothing is skipped."""
        if symbols:
            self._until = max(self._until, now + self._hold_s / 2)

    def _changed(self, pixels: Pixels) -> bool:
        # Every third pixel of one colour is plenty for cells of 20 px, and a small part of the work.
        step = max(1, min(pixels.shape[1] // (2 * _WIDTH), pixels.shape[0] // (2 * _HEIGHT), 3))
        thin = pixels[::step, ::step] if pixels.ndim == 2 else pixels[::step, ::step, min(1, pixels.shape[2] - 1)]
        small = cv2.resize(np.ascontiguousarray(thin), (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA).astype(
            np.float32
        )
        background, before = self._background, self._before
        self._before = small
        if background is None or before is None:
            self._background = small.copy()
            return True
        # A lamp or the camera's own exposure shifts everything together: that alone is nobody coming.
        change = small - before
        drift = small - background
        moved = _cells(change) >= _CELLS or _cells(drift) >= _CELLS
        # A bag left at the gate becomes background in a few seconds.
        background += 0.02 * drift
        return moved


def _cells(difference: np.ndarray) -> int:
    return int(np.count_nonzero(np.abs(difference - np.median(difference)) > _CELL_LEVELS))
