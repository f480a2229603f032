"""A symbol whose three finders are known, drawn upright and small, so that every decoder has it at its best at a tenth
of the cost of a look over the frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from checkin.scanning import engines, finders
from checkin.scanning.engines import Found
from checkin.scanning.finders import Finder, Three
from checkin.scanning.frame import Pixels, Quad
from checkin.scanning.stages import adaptive
from checkin.scanning.vision import cv2

# zbar reads best at three pixels a module (measured on blurred and shadowed frames), and costs least there.
_PX = 3
_MARGIN = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """``picture`` shows the symbol dark on light; ``back`` takes its pixels to the frame's (2 x 3)."""

    picture: Pixels
    back: npt.NDArray[np.float64]

    def quad(self, corners: Quad) -> Quad:
        """Corners in this picture as corners in the frame."""
        a, b, c, d = (tuple(map(float, self.back @ (x, y, 1.0))) for x, y in corners)
        return a, b, c, d  # type: ignore[return-value]


def upright(pyramid: list[Pixels], three: Three) -> Upright | None:
    """The symbol of three finders, from the level of ``pyramid`` (each half the one before) whose size suits."""
    sides = finders.sides(three)
    if not sides:
        return None
    side = sides[0]
    module = sum(finder.module for finder in three) / 3
    level = _level(pyramid, module)
    scale = 2.0**-level
    # Tilt moves the fourth corner, which the three finders do not tell.
    margin = max(_MARGIN, 0.22 * side)
    near, far = (margin + 3.5) * _PX - 0.5, (margin + side - 3.5) * _PX - 0.5
    target = np.array([[near, near], [far, near], [near, far]], np.float32)
    source = np.array([[finder.x, finder.y] for finder in three], np.float32)
    size = int((side + 2 * margin) * _PX)
    picture = cv2.warpAffine(
        pyramid[level],
        cv2.getAffineTransform(source * scale - 0.5, target),
        (size, size),
        flags=cv2.INTER_CUBIC if module * scale < _PX else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if three[0].light:
        picture = cv2.bitwise_not(picture)
    return Upright(picture, np.asarray(cv2.getAffineTransform(target, source)))  # type: ignore[arg-type]


def _level(pyramid: list[Pixels], module: float) -> int:
    level = 0
    while level + 1 < len(pyramid) and module / 2 ** (level + 1) >= 0.75 * _PX:
        level += 1
    return level


def around(pyramid: list[Pixels], two: tuple[Finder, Finder]) -> Upright | None:
    """The neighbourhood of two finders, wherever the third may be, at the size that suits."""
    a, b = two
    module = (a.module + b.module) / 2
    level = _level(pyramid, module)
    scale = 2.0**-level
    reach = math.hypot(a.x - b.x, a.y - b.y) + 8 * module
    size = int(2 * reach / module * _PX)
    zoom = _PX / (module * scale)
    x, y = (a.x + b.x) / 2 * scale, (a.y + b.y) / 2 * scale
    there = np.array([[zoom, 0, size / 2 - zoom * x], [0, zoom, size / 2 - zoom * y]])
    picture = cv2.warpAffine(
        pyramid[level],
        there,
        (size, size),
        flags=cv2.INTER_CUBIC if zoom > 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if a.light:
        picture = cv2.bitwise_not(picture)
    there[:, :2] *= scale
    return Upright(picture, cv2.invertAffineTransform(there))  # type: ignore[arg-type]


def looks(picture: Pixels) -> Iterator[Callable[[], list[Found]]]:
    """Ways to read an upright symbol, the most fruitful first; each costs less than a millisecond."""
    yield lambda: engines.zxing(adaptive(picture, 5 * _PX, 2), "fixed", errors=False, invert=False)
    yield lambda: engines.zbar(_sharp(picture))
    yield lambda: engines.zbar(adaptive(picture, 5 * _PX, 2))
    yield lambda: engines.zxing(adaptive(_sharp(picture), 7 * _PX, 2), "fixed", errors=False, invert=False)
    yield lambda: engines.zxing(picture, errors=False, invert=False)
    yield lambda: engines.zxing(adaptive(picture, 15 * _PX, 2), "fixed", errors=False, invert=False)


def _sharp(picture: Pixels) -> Pixels:
    """Blur of about a module undone, as far as that is possible without making noise of it."""
    return cv2.addWeighted(picture, 3.0, cv2.GaussianBlur(picture, (0, 0), float(_PX)), -2.0, 0)  # type: ignore[return-value]
