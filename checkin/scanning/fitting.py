"""Symbols that no decoder reads, read by laying their grid over the picture; see finders, grid and soft.

A sighting that still gives no text keeps its modules, so that several frames of one symbol can be added up: noise and
glare differ from frame to frame, the symbol does not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from checkin.scanning import finders, grid, soft
from checkin.scanning.finders import Three
from checkin.scanning.frame import Pixels, Quad, Symbol
from checkin.scanning.grid import Corners
from checkin.scanning.layout import MOST_VERSION, Floats
from checkin.scanning.vision import cv2

# Below this the grid lies on something else than a symbol.
_FIRST_FIT = 0.33
_GOOD_FIT = 0.42


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A symbol's place and modules (+dark/-light, about one); ``symbol`` when it could be read at once."""

    quad: Quad
    version: int
    values: Floats | None
    symbol: Symbol | None


def quad_of(corners: Corners) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d


def at_corners(grey: Pixels, quad: Quad, side: int, until: float) -> Sighting | None:
    """A symbol that another decoder located, with its corners and number of modules."""
    if not 21 <= side <= 17 + 4 * MOST_VERSION:
        return None
    corners = np.array(quad, dtype=np.float64)
    module = _module(corners, side)
    if not 1.0 <= module <= 60.0:
        return None
    part, origin = _part(grey, corners, 3 * module)
    if part is None:
        return None
    return _sighted(part, origin, grid.levelled(part, 12 * module), corners - origin, side, "grid", until)


def by_finders(grey: Pixels, until: float) -> Iterator[Sighting]:
    """Symbols found by their finders alone, as long as ``until`` (perf_counter) has not come."""
    for three in finders.triples(finders.finders(grey, until)):
        if time.perf_counter() > until:
            return
        sighting = by_three(grey, three, until)
        if sighting is not None:
            yield sighting


def by_three(grey: Pixels, three: Three, until: float) -> Sighting | None:
    """The symbol of three finders."""
    sides = finders.sides(three)
    if not sides:
        return None
    rough = finders.flat_corners(three, sides[0])
    module = sum(finder.module for finder in three) / 3
    part, origin = _part(grey, rough, 6 * module + 0.15 * float(np.ptp(rough)))
    if part is None:
        return None
    if three[0].light:
        part = cv2.bitwise_not(part)  # type: ignore[assignment]
    level = grid.levelled(part, 12 * module)
    best, score, side = rough, -1.0, sides[0]
    for tried in sides:
        corners, value = grid.last_corner(level, finders.flat_corners(three, tried) - origin, tried)
        if value > score:
            best, score, side = corners, value, tried
        if time.perf_counter() > until:
            break
    if score < _FIRST_FIT:
        return None
    return _sighted(part, origin, level, best, side, "finders", until)


def _sighted(
    part: Pixels, origin: Corners, level: Floats, corners: Corners, side: int, stage: str, until: float
) -> Sighting | None:
    corners, score = grid.improved(level, corners, side, until)
    if score < _GOOD_FIT:
        return None
    version = (side - 17) // 4
    quad = quad_of(corners + origin)
    first: Floats | None = None
    for values in soft.views(grid.sampled(grid.softened(part, corners, side), corners, side), version):
        first = values if first is None else first
        if time.perf_counter() > until:
            break
        read = soft.decoded(values, version)
        if read is not None:
            return Sighting(quad, version, values, Symbol(read.text, quad, stage))
    return Sighting(quad, version, first, None)


def _module(corners: Corners, side: int) -> float:
    return float(np.mean(np.hypot(*(corners - np.roll(corners, 1, axis=0)).T))) / side


def _part(grey: Pixels, corners: Corners, margin: float) -> tuple[Pixels | None, Corners]:
    """The neighbourhood of the corners, so that nothing works on the whole picture; and its origin."""
    if not np.isfinite(corners).all():
        return None, np.zeros(2)
    height, width = grey.shape[:2]
    left, top = (int(v) for v in np.clip(corners.min(axis=0) - margin, 0, (width, height)))
    right, bottom = (int(v) + 1 for v in np.clip(corners.max(axis=0) + margin, 0, (width, height)))
    part = grey[top : min(bottom, height), left : min(right, width)]
    if min(part.shape[:2]) < 20:
        return None, np.zeros(2)
    return part, np.array([left, top], dtype=np.float64)
