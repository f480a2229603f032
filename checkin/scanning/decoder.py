"""Every QR code of a frame, within a time budget.

``decode`` never raises, whatever the picture; it always makes the first look, then as many further looks as
the budget allows.  A text is given exactly as it was encoded.  Without ``follow`` the same picture gives the
same looks every time; with it the decoder remembers, for a film or a camera, which looks come next and where
symbols were.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from checkin.scanning import crops, engines, finders, fitting, rings, upright
from checkin.scanning.engines import Found
from checkin.scanning.finders import Finder, Three
from checkin.scanning.frame import Box, Frame, Located, Pixels, Reading, Symbol, extent, shifted, usable
from checkin.scanning.memory import Memory
from checkin.scanning.stages import FIRST, LAST, PLAIN, REST, THEN, Stage, adaptive, grey_of
from checkin.scanning.vision import cv2
from checkin.scanning.work import Work

BUDGET_MS = 28.0
_MOST_LOCATED = 6
# Pixels: of a larger part a smaller picture is looked at.
_PART = 160_000
_LEAST = 24
# First guesses of milliseconds a megapixel of the frame, as in ``stages``: to find finders in a picture of half, a
# quarter, an eighth the size.
_RINGS_MS = {1: 5.0, 2: 1.5, 3: 0.5}


class Decoder:
    """Not thread-safe: one decoder for each thread."""

    def __init__(self, budget_ms: float = BUDGET_MS, *, follow: bool = False) -> None:
        self._budget_s = budget_ms / 1000
        self._memory = Memory() if follow else None
        self._costs: dict[str, float] = {}
        self._turn = 0
        self._started = 0.0

    def decode(self, picture: Frame | Pixels) -> Reading:
        """Symbols in reading order of discovery; empty for what is not a picture at all."""
        pixels = picture.pixels if isinstance(picture, Frame) else picture
        self._started = time.perf_counter()
        if not usable(pixels):
            return Reading()
        if self._memory is not None:
            self._memory.next_frame()
        work = Work(grey_of(pixels))
        self._look(work, PLAIN)
        if not work.symbols:
            self._search(work)
        elif work.unread or self._several(work):
            self._complete(work)
        if self._memory is not None:
            self._memory.remember(work.places())
            self._memory.watch([] if work.symbols else work.suspects())
        ms = (time.perf_counter() - self._started) * 1000
        return Reading(tuple(work.symbols), ms, len(work.unread), tuple(work.unread))

    def _left_s(self) -> float:
        return self._budget_s - (time.perf_counter() - self._started)

    def _until(self) -> float:
        """When a look that can stop must stop (perf_counter): what it still has to finish takes a few ms."""
        return self._started + self._budget_s - 0.004

    def _affordable(self, name: str, megapixel_ms: float, work: Work) -> bool:
        per_megapixel = self._costs.get(name, megapixel_ms / 1000)
        return 1.2 * per_megapixel * work.megapixels < self._left_s()

    def _timed(self, name: str, work: Work, before: float) -> None:
        """Learn what a look that began at ``before`` costs on this PC."""
        spent = (time.perf_counter() - before) / work.megapixels
        known = self._costs.get(name)
        self._costs[name] = spent if known is None else known + 0.2 * (spent - known)

    def _look(self, work: Work, stage: Stage) -> None:
        before = time.perf_counter()
        work.take(stage.look(work.grey), stage.name)
        self._timed(stage.name, work, before)

    def _search(self, work: Work) -> None:
        """Nothing was read yet: look in other ways until something is."""
        if self._memory is not None:
            for place in self._memory.places()[:2]:
                self._second_look(work, place)
            for box in self._memory.watched(work.grey.shape):
                if not work.symbols and self._left_s() > 0.006:
                    self._part(work, box)
        self._crops(work)
        # The smallest first: it costs next to nothing, and a symbol held close or blurred is large.
        for level in range(len(work.pyramid) - 1, 0, -1):
            if work.symbols:
                return
            self._two_colours(work, level)
        if not work.symbols:
            self._busiest(work)
        self._stages(work, FIRST)
        if not work.symbols:
            self._finders(work)
        turn = self._turn if self._memory is not None else 0
        for step in range(len(THEN)):
            if not work.symbols and self._stages(work, [THEN[(turn + step) % len(THEN)]]):
                self._turn = turn + step + 1
        self._stages(work, LAST)

    def _stages(self, work: Work, stages: Iterable[Stage]) -> int:
        """Whole-frame looks until something is read or the time is over; how many there were."""
        done = 0
        for stage in stages:
            if not work.symbols and self._affordable(stage.name, stage.megapixel_ms, work):
                before = len(work.unread)
                self._look(work, stage)
                done += 1
                if not work.symbols and len(work.unread) > before:
                    self._crops(work)
        return done

    def _two_colours(self, work: Work, level: int) -> None:
        """The frame made smaller and black and white: what zxing reads there, then symbols by their finders."""
        if self._left_s() < 0.004:
            return
        two = adaptive(work.pyramid[level], 15, 2)
        scale = float(2**level)
        found = engines.zxing(two, "fixed")
        work.take([Found(shifted(item.corners, 0, 0, scale), item.text, item.side) for item in found], "small")
        self._crops(work)
        if not work.symbols and self._affordable(f"rings{level}", _RINGS_MS[level], work):
            before = time.perf_counter()
            sighted = rings.rings(two, scale)
            self._timed(f"rings{level}", work, before)
            self._rings(work, sighted)

    def _busiest(self, work: Work) -> None:
        """A close look at the part with the most detail, where a small symbol may be."""
        box = finders.busy(work.pyramid[1]) if self._left_s() > 0.006 and len(work.pyramid) > 1 else None
        if box is not None:
            left, top, right, bottom = (2 * edge for edge in box)
            if (right - left) * (bottom - top) <= _PART:
                self._part(work, (left, top, right, bottom))

    def _part(self, work: Work, box: Box) -> None:
        """A part of the frame by itself: by its finders, then at twice the size."""
        left, top, right, bottom = box
        level = 0
        while (right - left) * (bottom - top) >> 2 * level > _PART and level + 1 < len(work.pyramid):
            level += 1
        scale = 2**level
        part = work.pyramid[level][top // scale : bottom // scale, left // scale : right // scale]
        if min(part.shape) < _LEAST:
            return
        two = adaptive(part, 15, 2)
        work.take([_moved(item, left, top, scale) for item in engines.zxing(two, "fixed")], "part")
        if work.symbols or self._left_s() < 0.006:
            return
        sighted = rings.rings(two, scale)
        self._rings(work, [replace(finder, x=finder.x + left, y=finder.y + top) for finder in sighted])
        if work.symbols or self._left_s() < 0.006:
            return
        twice: Pixels = cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)  # type: ignore[assignment]
        found = engines.zxing(adaptive(twice, 31, 3), "fixed")
        work.take([_moved(item, left, top, 0.5 * scale) for item in found], "part")
        self._crops(work)

    def _rings(self, work: Work, sighted: list[Finder]) -> None:
        """Symbols whose finders were seen: all three, or two of them."""
        threes = finders.triples(sighted)
        for three in threes:
            if not work.is_new(three):
                continue
            self._three(work, three)
            if self._left_s() < 0.004:
                return
        if work.symbols:
            return
        for pair in finders.pairs(sighted, threes):
            near = upright.around(work.pyramid, pair)
            if near is not None and self._upright(work, near, upright.looks(near.picture)):
                return

    def _three(self, work: Work, three: Three) -> None:
        """The symbol of three finders: upright for the decoders, then by its own grid."""
        up = upright.upright(work.pyramid, three)
        if up is None:
            return
        looks = list(upright.looks(up.picture))
        if self._upright(work, up, looks[:2]):
            return
        sighting = fitting.by_three(work.grey, three, self._until())
        if sighting is not None:
            self._sighted(work, sighting)
            if sighting.symbol is not None:
                return
        self._upright(work, up, looks[2:])

    def _upright(self, work: Work, up: upright.Upright, looks: Iterable[Callable[[], list[Found]]]) -> bool:
        for look in looks:
            if self._left_s() < 0.002:
                return False
            symbols = [Symbol(item.text, up.quad(item.corners), "upright") for item in look() if item.text]
            if symbols:
                work.add(symbols)
                return True
        return False

    def _finders(self, work: Work) -> None:
        """Look for symbols by finders that are hardly to be seen, leaving a little for the looks after it."""
        if self._left_s() < 0.006:
            return
        for sighting in fitting.by_finders(work.grey, self._until()):
            self._sighted(work, sighting)

    def _sighted(self, work: Work, sighting: fitting.Sighting) -> None:
        symbol = sighting.symbol
        if symbol is None and self._memory is not None:
            symbol = self._memory.add(sighting)
        if symbol is not None:
            work.sided(symbol, 17 + 4 * sighting.version)
            work.add([symbol])
        else:
            located = Located(sighting.quad, 17 + 4 * sighting.version)
            work.tried.append(located)
            work.locate([located])

    def _several(self, work: Work) -> bool:
        """Whether this looks like a sheet or several phones, so that one more look is worth its time."""
        if len(work.symbols) > 1:
            return True
        return bool(extent(work.symbols[0].corners) < 0.15 * min(work.grey.shape[:2]))

    def _complete(self, work: Work) -> None:
        """Something was read: read the rest of the sheet as well."""
        self._crops(work)
        # In a film each frame adds another look to the first; a photograph gets the two that help most.
        turn = self._turn if self._memory is not None else 0
        for step in range(2):
            stage = REST[(turn + step) % len(REST)]
            if self._affordable(stage.name, stage.megapixel_ms, work):
                self._look(work, stage)
        self._turn = turn + 1
        self._crops(work)

    def _crops(self, work: Work) -> None:
        for located in list(work.unread)[:_MOST_LOCATED]:
            if located in work.tried or self._left_s() <= 0.003:
                continue
            work.tried.append(located)
            self._second_look(work, located)

    def _second_look(self, work: Work, located: Located) -> None:
        """Look closely where a symbol is, or was a moment ago."""
        if located.side is not None:
            up = upright.upright(work.pyramid, finders.of_corners(located.corners, located.side))
            looks = list(upright.looks(up.picture)) if up is not None else []
            if up is not None and self._upright(work, up, looks[:2]):
                return
            sighting = fitting.at_corners(work.grey, located.corners, located.side, self._until())
            if sighting is not None:
                self._sighted(work, sighting)
                if sighting.symbol is not None or self._left_s() <= 0.003:
                    return
            if up is not None and self._upright(work, up, looks[2:]):
                return
        piece = crops.cut(work.grey, located.corners)
        if piece is None or self._left_s() <= 0.003:
            return
        crop, scale, left, top = piece
        for found in crops.looks(crop, self._left_s):
            symbols = crops.found_in(found, located.corners, scale, left, top)
            work.add(symbols)
            if symbols or self._left_s() <= 0.003:
                return


def _moved(found: Found, left: float, top: float, scale: float = 1.0) -> Found:
    """What was found in a part of the frame, in the frame's pixels."""
    return replace(found, corners=shifted(found.corners, left, top, scale))
