"""Finding symbols by their finders in a picture of two colours: a dark spot in a light ring in a dark ring.

Spots and rings are told by connected components, so neither turn, tilt, light nor a busy background hides them; what is
torn or washed out is left to ``finders``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from checkin.scanning.finders import Finder
from checkin.scanning.frame import Pixels
from checkin.scanning.layout import Floats, Integers
from checkin.scanning.vision import cv2

_MOST = 14
# Areas in modules of a finder's spot and of the ring around it.
_SPOT, _RING = 9.0, 16.0


@dataclass(frozen=True, slots=True, eq=False)
class _Blobs:
    """Connected pixels of one colour; a row of ``boxes`` is left, top, width, height, area."""

    labels: Integers
    boxes: Floats
    centres: Floats


def rings(two: Pixels, scale: float) -> list[Finder]:
    """Finders in a picture of 0 and 255, the best first; ``scale`` takes its pixels to the frame's."""
    dark, light = _blobs(cv2.bitwise_not(two)), _blobs(two)  # type: ignore[arg-type]
    found = _spots(dark, light, scale, light=False) + _spots(light, dark, scale, light=True)
    found.sort(key=lambda finder: -finder.likeness)
    return found[:_MOST]


def _blobs(two: Pixels) -> _Blobs:
    # Eight neighbours by blocks: half the time of four, and finders of two pixels a module do not mind.
    _n, labels, boxes, centres = cv2.connectedComponentsWithStatsWithAlgorithm(two, 8, cv2.CV_32S, cv2.CCL_BBDT)
    return _Blobs(np.asarray(labels), np.asarray(boxes, np.float32), np.asarray(centres, np.float32))


def _spots(inner: _Blobs, outer: _Blobs, scale: float, *, light: bool) -> list[Finder]:
    """Blobs of ``outer`` that are a ring around one blob of ``inner``."""
    _left, _top, width, height, area = outer.boxes.T
    box = width * height
    # A ring's share of its box is 0.64 when it stands straight, a third when it is turned by 45 degrees.
    likely = (area >= 12) & (width >= 5) & (height >= 5) & (box < 0.2 * inner.labels.size)
    likely &= (area > 0.15 * box) & (area < 0.85 * box) & (width < 3.5 * height) & (height < 3.5 * width)
    ring = np.flatnonzero(likely)
    x, y = outer.centres[ring].T
    spot = inner.labels[np.rint(y).astype(np.intp), np.rint(x).astype(np.intp)]
    ring_left, ring_top, ring_width, ring_height, ring_area = outer.boxes[ring].T
    left, top, wide, high, area = inner.boxes[spot].T
    inside = (spot > 0) & (left > ring_left) & (top > ring_top)
    inside &= (left + wide < ring_left + ring_width) & (top + high < ring_top + ring_height)
    off = np.hypot((inner.centres[spot, 0] - x) / ring_width, (inner.centres[spot, 1] - y) / ring_height)
    # The spot is three of the ring's five modules; blur and printing make it thinner or thicker.
    good = inside & (off < 0.12) & (area > 0.4 * wide * high)
    good &= (wide > 0.36 * ring_width) & (wide < 0.82 * ring_width)
    good &= (high > 0.36 * ring_height) & (high < 0.82 * ring_height)
    found = []
    for i in np.flatnonzero(good):
        module = float(np.sqrt((ring_area[i] + area[i]) / (_SPOT + _RING)))
        worth = 1.0 - 2.0 * float(off[i]) - 0.5 * abs(float(np.log(area[i] / ring_area[i] * _RING / _SPOT)))
        found.append(Finder((float(x[i]) + 0.5) * scale, (float(y[i]) + 0.5) * scale, module * scale, worth, light))
    return found
