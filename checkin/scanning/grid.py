"""Laying a symbol's grid of modules over the picture: a perspective from four corners, improved until it fits.

Corners are those of the symbol without its border, in the picture's pixels; darkness is judged against the
surroundings, so the fit does not care about light.
"""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import numpy.typing as npt

from checkin.scanning import layout
from checkin.scanning.layout import Floats
from checkin.scanning.soft import PER_MODULE
from checkin.scanning.vision import cv2

Corners = npt.NDArray[np.float64]
"""4 x 2: top left, top right, bottom right, bottom left."""


@cache
def _places(side: int, per_module: int) -> Floats:
    """Sample points of a symbol of unit side: 3 x (n * n), homogeneous."""
    line = (np.arange(side * per_module) + 0.5) / (side * per_module)
    x, y = np.meshgrid(line, line)
    return np.stack([x.ravel(), y.ravel(), np.ones(x.size)]).astype(np.float32)


def _units_to(many: Corners) -> npt.NDArray[np.float64]:
    """The perspectives that take the unit square to each of k x 4 x 2 corners: k x 3 x 3."""
    x, y = many[..., 0].T, many[..., 1].T
    sx, sy = x[0] - x[1] + x[2] - x[3], y[0] - y[1] + y[2] - y[3]
    dx1, dx2, dy1, dy2 = x[1] - x[2], x[3] - x[2], y[1] - y[2], y[3] - y[2]
    det = dx1 * dy2 - dx2 * dy1
    det = np.where(np.abs(det) < 1e-9, 1e-9, det)
    g, h = (sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det
    ones = np.ones_like(g)
    rows = [x[1] - x[0] + g * x[1], x[3] - x[0] + h * x[3], x[0], y[1] - y[0] + g * y[1], y[3] - y[0] + h * y[3], y[0]]
    return np.stack([*rows, g, h, ones], axis=1).reshape(-1, 3, 3)


def sampled(grey: npt.NDArray[np.generic], corners: Corners, side: int, per_module: int = PER_MODULE) -> Floats:
    """Brightness at the sample points, (side * per_module) squared."""
    x, y, w = _units_to(corners[None])[0].astype(np.float32) @ _places(side, per_module)
    w = np.where(np.abs(w) < 1e-6, 1e-6, w)
    n = side * per_module
    taken = cv2.remap(
        grey,  # type: ignore[arg-type]
        (x / w - 0.5).reshape(n, n).astype(np.float32),
        (y / w - 0.5).reshape(n, n).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(taken, dtype=np.float32)


def levelled(grey: npt.NDArray[np.generic], reach: float) -> Floats:
    """Darkness against the surroundings ``reach`` pixels about, between -1 and 1: light and shadow fade out."""
    size = max(3, int(reach) | 1)
    # Of a picture a quarter the size: surroundings are smooth, and a wide blur of the whole is slow.
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32)  # type: ignore[arg-type]
    half = max(3, (size // 2) | 1)
    mean = cv2.blur(small, (half, half))
    spread = np.sqrt(np.maximum(cv2.blur(small * small, (half, half)) - mean * mean, 9.0))
    shape = (grey.shape[1], grey.shape[0])
    dark = (np.asarray(cv2.resize(mean, shape)) - np.asarray(grey, np.float32)) / np.asarray(cv2.resize(spread, shape))
    return np.asarray(np.clip(dark, -1.5, 1.5), dtype=np.float32)


@cache
def _known(side: int) -> tuple[Floats, Floats]:
    """Points of the fixed modules on the unit square (homogeneous), and what they are."""
    known = layout.layout((side - 17) // 4).known.ravel()
    fixed = known != 0
    weights = known[fixed]
    return _places(side, 1)[:, fixed], (weights / len(weights)).astype(np.float32)


def fits(level: Floats, many: Corners, side: int) -> Floats:
    """For each of k x 4 x 2 corners, how well the fixed modules are seen where they should be, in a levelled picture.

    0 is by chance, 0.8 is good.  All at once, because one at a time costs five times as much.
    """
    points, weights = _known(side)
    at = _units_to(many).astype(np.float32) @ points
    w = at[:, 2]
    w = np.where(np.abs(w) < 1e-6, np.float32(1e-6), w)
    x, y = at[:, 0] / w - np.float32(0.5), at[:, 1] / w - np.float32(0.5)
    seen = cv2.remap(level, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.asarray(seen) @ weights, dtype=np.float32)


def softened(grey: npt.NDArray[np.generic], corners: Corners, side: int) -> npt.NDArray[np.generic]:
    """The picture averaged over about half a module, so that one sample speaks for its module."""
    module = float(np.mean(np.hypot(*(corners - np.roll(corners, 1, axis=0)).T))) / side
    if module < 2.2:
        return grey
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), min(6.0, 0.25 * module)))  # type: ignore[arg-type]


_MOVES = np.array([(corner, way, sign) for corner in range(4) for way in (1, -1) for sign in (1, -1)])


def improved(
    level: Floats, corners: Corners, side: int, until: float, steps: tuple[float, ...] = (0.8, 0.4, 0.2)
) -> tuple[Corners, float]:
    """The corners moved, by ``steps`` in modules, for as long as the fit gets better and time lasts; and the fit."""
    best, score = corners.copy(), float(fits(level, corners[None], side)[0])
    which, ways, signs = _MOVES.T
    for step in steps:
        for _ in range(4):
            if time.perf_counter() > until:
                return best, score
            moves = (best[(which + ways) % 4] - best[which]) * (signs * step / side)[:, None]
            tried = np.repeat(best[None], len(_MOVES) + 1, axis=0)
            tried[np.arange(len(_MOVES)), which] += moves
            values = fits(level, tried[:-1], side)
            # Each corner's best move, all together; they hardly depend on one another.  Else the one best move.
            for corner in range(4):
                own = np.flatnonzero(which == corner)
                top = own[int(np.argmax(values[own]))]
                if values[top] > score:
                    tried[-1, corner] += moves[top]
            together = float(fits(level, tried[-1:], side)[0])
            index = int(np.argmax(values))
            if together < values[index]:
                tried[-1], together = tried[index], float(values[index])
            if together <= score + 0.002:
                break
            best, score = tried[-1].copy(), together
    return best, score


def last_corner(level: Floats, corners: Corners, side: int, reach: float = 0.13) -> tuple[Corners, float]:
    """Three corners are known from the finders; look for the fourth around where it is without perspective."""
    best, score = corners, -1.0
    u, v = corners[1] - corners[0], corners[3] - corners[0]
    for width, count in ((reach, 3), (reach / 5, 2)):
        steps = np.arange(-count, count + 1) * (width / count)
        i, j = (values.ravel()[:, None] for values in np.meshgrid(steps, steps))
        tried = np.repeat(best[None], len(i), axis=0)
        tried[:, 2] += u * i + v * j
        values = fits(level, tried, side)
        index = int(np.argmax(values))
        if values[index] > score:
            best, score = tried[index], float(values[index])
    return best, score
