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
    slow: bool = False


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


def stretched(grey: Pixels) -> Pixels:
    """Full contrast between the 1st and 99th percentile: dim screens."""
    thin = grey[::4, ::4]
    low, high = (float(value) for value in np.percentile(thin, (1, 99)))
    scale = 255.0 / max(8.0, high - low)
    return cv2.convertScaleAbs(grey, alpha=scale, beta=-low * scale)  # type: ignore[return-value]


def _plain(grey: Pixels) -> list[Found]:
    return engines.zxing(grey)


def _adaptive_15(grey: Pixels) -> list[Found]:
    return engines.zxing(adaptive(grey, 15, 2), "fixed")


def _adaptive_101(grey: Pixels) -> list[Found]:
    return engines.zxing(adaptive(grey, 101, 3), "fixed")


def _adaptive_31(grey: Pixels) -> list[Found]:
    return engines.zxing(adaptive(grey, 31, 4), "fixed")


def _gamma(grey: Pixels) -> list[Found]:
    return engines.zxing(gamma(grey, 2.5))


def _gamma_6(grey: Pixels) -> list[Found]:
    return engines.zxing(gamma(grey, 6.0))


def _blurred(grey: Pixels) -> list[Found]:
    return engines.zxing(cv2.GaussianBlur(grey, (0, 0), 1.0))  # type: ignore[arg-type]


def _global(grey: Pixels) -> list[Found]:
    return engines.zxing(grey, "global")


def _sharp(grey: Pixels) -> list[Found]:
    """Unsharp mask: undoes some focus blur."""
    soft = cv2.GaussianBlur(grey, (0, 0), 3.0)
    return engines.zxing(cv2.addWeighted(grey, 2.5, soft, -1.5, 0))  # type: ignore[arg-type]


def _doubled(grey: Pixels) -> list[Found]:
    big = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    found = engines.zxing(adaptive(big, 31, 3), "fixed")  # type: ignore[arg-type]
    return [Found(shifted(item.corners, 0, 0, 0.5), item.text, item.side) for item in found]


def _dilated(grey: Pixels) -> list[Found]:
    return engines.zxing(cv2.dilate(grey, np.ones((3, 3), np.uint8)))  # type: ignore[arg-type]


def _zbar_adaptive(grey: Pixels) -> list[Found]:
    return engines.zbar(adaptive(grey, 21, 3))


PLAIN = Stage("zxing", _plain, 1.5)
QUICK = (
    Stage("adaptive15", _adaptive_15, 3.0),
    Stage("gamma2.5", _gamma, 1.6),
    Stage("blur", _blurred, 2.0),
    Stage("adaptive101", _adaptive_101, 2.5),
    Stage("global", _global, 0.7),
)
SLOW = (
    Stage("zbar-adaptive", _zbar_adaptive, 16.0, slow=True),
    Stage("zbar", engines.zbar, 22.0, slow=True),
    Stage("doubled", _doubled, 10.0, slow=True),
    Stage("gamma6", _gamma_6, 1.6, slow=True),
    Stage("dilate", _dilated, 2.0, slow=True),
    Stage("adaptive31", _adaptive_31, 2.5, slow=True),
)
