"""The steps of the cascade: each looks at a grey picture in its own way and gives what it found in that
picture's pixels.

They are ordered by what they read for the time they take (measured: QR.md and ``python -m tests.bench decoders``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from checkin.scanning import engines
from checkin.scanning.engines import Found
from checkin.scanning.frame import Pixels, shifted
from checkin.scanning.vision import cv2

Look: TypeAlias = Callable[[Pixels], list[Found]]


@dataclass(frozen=True, slots=True)
class Stage:
    """``megapixel_ms`` is a first guess of the cost; the decoder learns the true one on this PC."""

    name: str
    look: Look
    megapixel_ms: float


def grey_of(pixels: Pixels) -> Pixels:
    """One channel, contiguous."""
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels)
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[..., 0])
    code = cv2.COLOR_BGRA2GRAY if pixels.shape[2] == 4 else cv2.COLOR_BGR2GRAY
    return cv2.cvtColor(pixels, code)  # type: ignore[return-value]


def _curve(gamma: float) -> Pixels:
    return np.clip(255 * (np.arange(256) / 255) ** gamma, 0, 255).astype(np.uint8)


_CURVES = {gamma: _curve(gamma) for gamma in (0.45, 2.5, 6.0)}


def gamma(grey: Pixels, value: float) -> Pixels:
    return cv2.LUT(grey, _CURVES[value])  # type: ignore[return-value]


def adaptive(grey: Pixels, block: int, less: int) -> Pixels:
    return cv2.adaptiveThreshold(  # type: ignore[return-value]
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, less
    )


def _plain(grey: Pixels) -> list[Found]:
    return engines.zxing(grey)


def _adaptive_15(grey: Pixels) -> list[Found]:
    return engines.zxing(adaptive(grey, 15, 2), "fixed")


def _smaller(grey: Pixels, by: int) -> Pixels:
    return cv2.resize(grey, None, fx=1 / by, fy=1 / by, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _enlarged(found: list[Found], by: float) -> list[Found]:
    """What was found in a smaller picture, in the pixels of the whole one."""
    return [Found(shifted(item.corners, 0, 0, by), item.text, item.side) for item in found]


def _half(grey: Pixels) -> list[Found]:
    """Half the size takes out noise and moire, and costs a quarter."""
    return _enlarged(engines.zxing(_smaller(grey, 2)), 2.0)


def _box(grey: Pixels) -> list[Found]:
    return engines.zxing(cv2.blur(grey, (3, 3)))  # type: ignore[arg-type]


def _adaptive_9(grey: Pixels) -> list[Found]:
    return engines.zxing(adaptive(grey, 9, 1), "fixed")


def _blurred_2(grey: Pixels) -> list[Found]:
    return engines.zxing(cv2.GaussianBlur(grey, (0, 0), 2.0))  # type: ignore[arg-type]


def _adaptive_101(grey: Pixels) -> list[Found]:
    return engines.zxing(adaptive(grey, 101, 3), "fixed")


def _gamma(grey: Pixels) -> list[Found]:
    return engines.zxing(gamma(grey, 2.5))


def _gamma_6(grey: Pixels) -> list[Found]:
    return engines.zxing(gamma(grey, 6.0))


def _global(grey: Pixels) -> list[Found]:
    return engines.zxing(grey, "global")


def _light(grey: Pixels) -> list[Found]:
    return engines.zxing(gamma(grey, 0.45))


def _doubled(grey: Pixels) -> list[Found]:
    big = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return _enlarged(engines.zxing(adaptive(big, 31, 3), "fixed"), 0.5)  # type: ignore[arg-type]


def _dilated(grey: Pixels) -> list[Found]:
    return engines.zxing(cv2.dilate(grey, np.ones((3, 3), np.uint8)))  # type: ignore[arg-type]


def _zbar_adaptive(grey: Pixels) -> list[Found]:
    return engines.zbar(adaptive(grey, 21, 3))


def _zbar_half(grey: Pixels) -> list[Found]:
    return _enlarged(engines.zbar(adaptive(_smaller(grey, 2), 15, 2)), 2.0)


def _zbar_quarter(grey: Pixels) -> list[Found]:
    return _enlarged(engines.zbar(adaptive(_smaller(grey, 4), 15, 3)), 4.0)


PLAIN = Stage("zxing", _plain, 1.5)
FIRST = (
    Stage("half", _half, 1.0),
    Stage("adaptive15", _adaptive_15, 3.0),
    Stage("zbar-quarter", _zbar_quarter, 2.5),
    Stage("gamma0.45", _light, 2.5),
    Stage("zbar-half", _zbar_half, 8.0),
)
THEN = (
    Stage("adaptive9", _adaptive_9, 4.0),
    Stage("box3", _box, 1.8),
    Stage("gamma2.5", _gamma, 1.6),
    Stage("zbar-adaptive", _zbar_adaptive, 20.0),
    Stage("doubled", _doubled, 16.0),
    Stage("zbar", engines.zbar, 24.0),
)
LAST = (
    Stage("gamma6", _gamma_6, 1.6),
    Stage("adaptive101", _adaptive_101, 2.5),
    Stage("blur2", _blurred_2, 2.5),
    Stage("dilate", _dilated, 2.0),
    Stage("global", _global, 0.7),
)
# The rest of a sheet: its symbols are small, so none of these looks makes the picture smaller.
REST = (
    Stage("adaptive15", _adaptive_15, 3.0),
    Stage("doubled", _doubled, 10.0),
    Stage("adaptive101", _adaptive_101, 2.5),
    Stage("gamma2.5", _gamma, 1.6),
    Stage("box3", _box, 1.8),
    Stage("adaptive9", _adaptive_9, 4.0),
)
