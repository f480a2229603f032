"""Finding symbols by their finders when ordinary detection sees nothing: blur, noise, glare or damage.

A finder is a dark disc in a light ring in a dark ring, whatever its turn; it is looked for by correlation at
every size, which does not mind light, blur or noise as scan lines do.  Three finders that fit together give a
symbol's corners.
"""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from checkin.scanning.frame import Pixels, Quad
from checkin.scanning.grid import Corners
from checkin.scanning.layout import MOST_VERSION, Floats
from checkin.scanning.vision import cv2

# Sizes of a module in pixels of the pyramid's level that are looked for; a level is half the one before.
_MODULES = (1.35, 1.7, 2.15)
_LARGEST = 8.0
_SMALL = 30_000
_MOST_FINDERS = 12
_LIKENESS = 0.45


@dataclass(frozen=True, slots=True)
class Finder:
    """``likeness`` is the correlation, 0..1; ``module`` a module's size in pixels; ``light`` means light on dark."""

    x: float
    y: float
    module: float
    likeness: float
    light: bool = False


Three: TypeAlias = tuple[Finder, Finder, Finder]
"""Top left, top right, bottom left of one symbol."""


@cache
def _template(module: float) -> Floats:
    reach = math.ceil(4.4 * module)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    # Between the circle and the square, so that it fits a finder at any turn.
    r = (np.hypot(x, y) * 0.6 + np.maximum(np.abs(x), np.abs(y)) * 0.4) / module
    ring = np.where(r < 1.55, 0.0, np.where(r < 2.6, 1.0, np.where(r < 3.75, 0.0, 1.0))).astype(np.float32)
    return cv2.GaussianBlur(ring, (0, 0), 0.45 * module).astype(np.float32)


def busy(half: Pixels) -> tuple[int, int, int, int] | None:
    """The part of a half-size picture that has the most fine detail: left, top, right, bottom; None when all
    is smooth.
    """
    quarter = cv2.absdiff(half, cv2.blur(half, (5, 5)))
    detail = cv2.blur(cv2.resize(quarter, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), (9, 9)).astype(
        np.float32
    )
    top = float(detail.max())
    if top < 1.0:
        return None
    floor = float(np.median(detail))
    ys = xs = np.zeros(0, np.int64)
    for share in (0.5, 0.7, 0.85, 1.0):
        ys, xs = np.nonzero(detail >= floor + share * (top - floor))
        # Correlation over a whole picture takes longer than a frame lasts.
        if np.ptp(ys) * np.ptp(xs) <= 0.25 * detail.size:
            break
    margin = 6
    return (
        max(0, int(xs.min()) - margin) * 4,
        max(0, int(ys.min()) - margin) * 4,
        min(half.shape[1], (int(xs.max()) + margin + 1) * 4),
        min(half.shape[0], (int(ys.max()) + margin + 1) * 4),
    )


def finders(grey: Pixels, until: float) -> list[Finder]:
    """The most finder-like places, best first; of the sizes there is time for (``until``, perf_counter)."""
    scaled: Pixels = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    box = busy(scaled)
    if box is None:
        return []
    left, top, right, bottom = box
    scaled = scaled[top:bottom, left:right]
    found: list[Finder] = []
    if scaled.size <= _SMALL:
        # Symbols of 60-100 px have modules too small for half the size; the whole picture would take too long.
        for module in _MODULES[:2] if min(scaled.shape) > 12 else ():
            found += _at(grey[2 * top : 2 * bottom, 2 * left : 2 * right], 1.2 * module, 1.0)
    factor = 2.0
    while min(scaled.shape[:2]) >= 24 and factor <= _LARGEST and time.perf_counter() < until:
        for module in _MODULES:
            found += _at(scaled, module, factor)
        scaled = cv2.resize(scaled, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        factor *= 2
    found.sort(key=lambda finder: -finder.likeness)
    kept: list[Finder] = []
    for finder in found:
        if all(math.hypot(finder.x - k.x, finder.y - k.y) > 4 * max(finder.module, k.module) for k in kept):
            kept.append(finder)
            if len(kept) == _MOST_FINDERS:
                break
    return [Finder(k.x + 2 * left, k.y + 2 * top, k.module, k.likeness, k.light) for k in kept]


def _at(scaled: Pixels, module: float, factor: float) -> list[Finder]:
    template = _template(module)
    if min(scaled.shape[:2]) <= template.shape[0]:
        return []
    like = cv2.matchTemplate(scaled.astype(np.float32), template, cv2.TM_CCOEFF_NORMED)
    middle = template.shape[0] // 2 + 0.5
    # Neighbours within three modules belong to the same finder.
    near = np.ones((int(3 * module) | 1, int(3 * module) | 1), np.uint8)
    found: list[Finder] = []
    for light in (False, True):
        value = -like if light else like
        high = value > _LIKENESS
        if not high.any():
            continue
        ys, xs = np.nonzero(high & (value >= cv2.dilate(value, near)))
        for i in np.argsort(value[ys, xs])[::-1][:_MOST_FINDERS]:
            x, y = (float(xs[i]) + middle) * factor, (float(ys[i]) + middle) * factor
            found.append(Finder(x, y, module * factor, float(value[ys[i], xs[i]]), light))
    return found


def triples(found: list[Finder], most: int = 4) -> list[Three]:
    """Possible symbols, the most likely first."""
    ranked: list[tuple[float, Three]] = []
    for three in itertools.combinations(found, 3):
        sizes = [finder.module for finder in three]
        if max(sizes) > 1.7 * min(sizes) or len({finder.light for finder in three}) > 1:
            continue
        for corner in range(3):
            a, b, c = three[corner], three[(corner + 1) % 3], three[(corner + 2) % 3]
            ux, uy, vx, vy = b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y
            u, v = math.hypot(ux, uy), math.hypot(vx, vy)
            module = sum(sizes) / 3
            if min(u, v) < 10 * module or max(u, v) > (17 + 4 * MOST_VERSION) * module or max(u, v) > 1.7 * min(u, v):
                continue
            cosine = (ux * vx + uy * vy) / (u * v)
            if abs(cosine) > 0.42:
                continue
            likeness = sum(finder.likeness for finder in three)
            worth = likeness - 0.5 * abs(cosine) - 0.4 * abs(math.log(u / v)) - 0.4 * math.log(max(sizes) / min(sizes))
            if ux * vy - uy * vx < 0:
                b, c = c, b
            ranked.append((worth, (a, b, c)))
    ranked.sort(key=lambda pair: -pair[0])
    return [three for _worth, three in ranked[:most]]


def pairs(found: list[Finder], threes: list[Three], most: int = 2) -> list[tuple[Finder, Finder]]:
    """Two finders of a symbol whose third is hidden, the likeliest first; none that belong to ``threes``."""
    known = {finder for three in threes for finder in three}
    ranked: list[tuple[float, tuple[Finder, Finder]]] = []
    for a, b in itertools.combinations(found, 2):
        if (a in known and b in known) or a.light != b.light:
            continue
        module = (a.module + b.module) / 2
        uneven = abs(math.log(a.module / b.module))
        if uneven < 0.35 and 12 * module < math.hypot(a.x - b.x, a.y - b.y) < 80 * module:
            ranked.append((a.likeness + b.likeness - uneven, (a, b)))
    ranked.sort(key=lambda pair: -pair[0])
    return [two for _worth, two in ranked[:most]]


def sides(three: Three) -> list[int]:
    """Numbers of modules a side that the three allow, the likeliest first."""
    a, b, c = three
    module = (a.module + b.module + c.module) / 3
    legs = (math.hypot(b.x - a.x, b.y - a.y) + math.hypot(c.x - a.x, c.y - a.y)) / 2
    exact = (legs / module + 7 - 17) / 4
    # A finder's size is known to about an eighth, so for a large symbol several versions are possible.
    spread = max(1, round(0.14 * legs / module / 4))
    around = range(round(exact) - spread, round(exact) + spread + 1)
    versions = sorted((v for v in around if 1 <= v <= MOST_VERSION), key=lambda v: abs(v - exact))
    return [17 + 4 * version for version in versions[:4]]


def flat_corners(three: Three, side: int) -> Corners:
    """The symbol's corners as if there were no perspective."""
    a, b, c = (np.array([finder.x, finder.y]) for finder in three)
    u, v = (b - a) / (side - 7), (c - a) / (side - 7)
    top_left = a - 3.5 * (u + v)
    return np.array([top_left, top_left + side * u, top_left + side * (u + v), top_left + side * v])


def of_corners(quad: Quad, side: int) -> Three:
    """Where the finders of a symbol with these corners are."""
    corners = np.array(quad, np.float64)
    right, down = (corners[1] - corners[0]) / side, (corners[3] - corners[0]) / side
    module = float(np.hypot(*right) + np.hypot(*down)) / 2
    middles = [
        corners[0] + 3.5 * (right + down),
        corners[1] + 3.5 * ((corners[2] - corners[1]) / side - right),
        corners[3] + 3.5 * ((corners[2] - corners[3]) / side - down),
    ]
    a, b, c = (Finder(float(x), float(y), module, 1.0) for x, y in middles)
    return a, b, c
