"""Second looks at a symbol that was located but not read: its neighbourhood, cut out, at a good size,
binarised anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checkin.scanning import engines
from checkin.scanning.frame import Pixels, Quad, Symbol, centre, extent, overlap, shifted
from checkin.scanning.stages import adaptive, gamma
from checkin.scanning.vision import cv2

_SIDE = 420.0


def cut(grey: Pixels, quad: Quad, margin: float = 0.35) -> tuple[Pixels, float, float, float] | None:
    """The region of a symbol with a margin (share of its extent), resized so that the symbol is about 420 px.

    Gives the crop, the scale, and the crop's left and top in the frame; None when nothing of it is in the frame.
    """
    height, width = grey.shape[:2]
    reach = max(abs(p[i] - centre(quad)[i]) for p in quad for i in (0, 1)) + margin * extent(quad)
    x, y = centre(quad)
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    right, bottom = min(width, int(x + reach) + 1), min(height, int(y + reach) + 1)
    if right - left < 16 or bottom - top < 16:
        return None
    scale = min(4.0, _SIDE / max(16.0, extent(quad)))
    inside = grey[top:bottom, left:right]
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return cv2.resize(inside, None, fx=scale, fy=scale, interpolation=way), scale, left, top  # type: ignore[return-value]


def looks(crop: Pixels, left_s: Callable[[], float]) -> Iterator[list[engines.Found]]:
    """Binarisations of one crop, the most fruitful first; zbar only when ``left_s`` says there is time."""
    yield engines.zxing(crop, errors=False)
    yield engines.zxing(adaptive(crop, 41, 2), "fixed", errors=False)
    _level, otsu = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    yield engines.zxing(otsu, "fixed", errors=False)  # type: ignore[arg-type]
    yield engines.zxing(cv2.GaussianBlur(crop, (0, 0), 2.0), errors=False)  # type: ignore[arg-type]
    yield engines.zxing(gamma(crop, 2.5), errors=False)
    soft = cv2.GaussianBlur(crop, (0, 0), 6.0)
    yield engines.zxing(cv2.addWeighted(crop, 2.5, soft, -1.5, 0), errors=False)  # type: ignore[arg-type]
    if left_s() > 0.015:
        yield engines.zbar(crop)


def found_in(found: list[engines.Found], quad: Quad, scale: float, left: float, top: float) -> list[Symbol]:
    """What was read in a crop, in the frame's pixels."""
    symbols = [
        Symbol(item.text, shifted(item.corners, left, top, 1 / scale), "crop")
        for item in found
        if item.text is not None
    ]
    return sorted(symbols, key=lambda symbol: not overlap(symbol.corners, quad))
