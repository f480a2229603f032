"""What is known about one frame so far: the picture at several sizes, symbols read, symbols only located."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from checkin.scanning import engines, finders
from checkin.scanning.engines import Found
from checkin.scanning.finders import Three
from checkin.scanning.fitting import quad_of
from checkin.scanning.frame import Located, Pixels, Quad, Symbol, overlap
from checkin.scanning.vision import cv2

_LEAST = 60


class Work:
    """One frame's; ``grey`` is never written into."""

    def __init__(self, grey: Pixels) -> None:
        self.grey = grey
        self.megapixels: float = max(0.02, grey.size / 1e6)
        self.symbols: list[Symbol] = []
        self.unread: list[Located] = []
        self.tried: list[Located] = []
        self._threes: list[Three] = []
        self._sides: dict[Quad, int] = {}

    @cached_property
    def pyramid(self) -> list[Pixels]:
        """The picture, half of it, a quarter, an eighth; fewer of a small one."""
        levels = [self.grey]
        while len(levels) < 4 and min(levels[-1].shape) >= 2 * _LEAST:
            levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))  # type: ignore[arg-type]
        return levels

    def is_new(self, three: Three) -> bool:
        """Whether these finders were not seen before; they are from now on."""
        for known in self._threes:
            apart = max(abs(a.x - b.x) + abs(a.y - b.y) for a, b in zip(known, three, strict=True))
            if apart < 0.7 * three[0].module:
                return False
        self._threes.append(three)
        return True

    def take(self, found: Iterable[Found], stage: str) -> None:
        """Add what a look over the whole frame found."""
        found = list(found)
        self._sides.update((item.corners, item.side) for item in found if item.side is not None)
        self.add([Symbol(item.text, item.corners, stage) for item in found if item.text is not None])
        self.locate(engines.unread(found))

    def places(self) -> list[Located]:
        """Where symbols were read, with their sides as far as they are known."""
        return [Located(symbol.corners, self._sides.get(symbol.corners)) for symbol in self.symbols]

    def suspects(self) -> list[Quad]:
        """Where symbols are that could not be read: by all their finders, or as located by a decoder."""
        quads = []
        for three in self._threes:
            sides = finders.sides(three)
            if sides:
                quads.append(quad_of(finders.flat_corners(three, sides[0])))
        return quads + [located.corners for located in self.unread]

    def locate(self, unread: Iterable[Located]) -> None:
        for located in unread:
            if not any(overlap(located.corners, symbol.corners) for symbol in self.symbols) and not any(
                overlap(located.corners, known.corners) for known in self.unread
            ):
                self.unread.append(located)

    def sided(self, symbol: Symbol, side: int) -> None:
        self._sides[symbol.corners] = side

    def add(self, symbols: Iterable[Symbol]) -> None:
        for symbol in symbols:
            if not any(symbol.text == known.text and overlap(symbol.corners, known.corners) for known in self.symbols):
                self.symbols.append(symbol)
        self.unread = [
            located
            for located in self.unread
            if not any(overlap(located.corners, symbol.corners) for symbol in self.symbols)
        ]
