"""What the camera gives and what the decoder finds.  Pixels are shared, never copied: nobody writes into a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""Height x width (grey) or height x width x 3 (BGR), 8 bits."""

Point: TypeAlias = tuple[float, float]
Quad: TypeAlias = tuple[Point, Point, Point, Point]
"""Corners in frame pixels: top left, top right, bottom right, bottom left of the symbol as it was printed."""


Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in frame pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source; ``at`` is in monotonic seconds, ``number`` counts from 0 for each opened source."""

    pixels: Pixels
    at: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR code that was read.  ``stage`` names the step that read it (for the bench and the doctor)."""

    text: str
    corners: Quad
    stage: str


@dataclass(frozen=True, slots=True)
class Located:
    """A symbol that was found but not read; ``side`` is its number of modules when that is known."""

    corners: Quad
    side: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one frame gave.  ``located`` counts symbols that were seen but could not be read."""

    symbols: tuple[Symbol, ...] = ()
    ms: float = 0.0
    located: int = 0
    unread: tuple[Located, ...] = field(default=(), repr=False)

    @property
    def texts(self) -> list[str]:
        """Distinct texts in the order of the symbols."""
        return list(dict.fromkeys(symbol.text for symbol in self.symbols))


def centre(quad: Quad) -> Point:
    return sum(p[0] for p in quad) / 4, sum(p[1] for p in quad) / 4


def extent(quad: Quad) -> float:
    """Mean length of the four sides, in pixels."""
    return sum(math.dist(quad[i], quad[(i + 1) % 4]) for i in range(4)) / 4


def shifted(quad: Quad, dx: float, dy: float, scale: float = 1.0) -> Quad:
    """The same corners after ``p * scale + (dx, dy)``."""
    a, b, c, d = ((x * scale + dx, y * scale + dy) for x, y in quad)
    return a, b, c, d


def overlap(a: Quad, b: Quad) -> bool:
    """Whether the two are the same place: centres closer than half the smaller extent."""
    return math.dist(centre(a), centre(b)) < 0.5 * max(1.0, min(extent(a), extent(b)))


def usable(pixels: Any) -> bool:
    """Whether this is a picture that decoders may be given: 8 bits, grey or BGR, not empty."""
    return (
        isinstance(pixels, np.ndarray)
        and pixels.dtype == np.uint8
        and pixels.size > 0
        and (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (1, 3, 4)))
        and min(pixels.shape[:2]) >= 8
        and max(pixels.shape[:2]) <= 16384
    )
