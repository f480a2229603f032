"""Every QR code of a frame, within a time budget.

``decode`` never raises, whatever the picture; it always makes the first look, then as many further looks as
the budget allows.  A text is given exactly as it was encoded.  Without ``follow`` the same picture gives the
same looks every time; with it the decoder remembers, for a film or a camera, which looks come next and where
symbols were.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from checkin.scanning import crops, engines, fitting
from checkin.scanning.engines import Found
from checkin.scanning.frame import Frame, Located, Pixels, Quad, Reading, Symbol, extent, overlap, usable
from checkin.scanning.memory import Memory
from checkin.scanning.stages import PLAIN, QUICK, REST, SLOW, Stage, grey_of

BUDGET_MS = 28.0
_MOST_LOCATED = 6
# One cheap look first; then the finders, which read what no other look does.
_FINDERS_AFTER = 1


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
        work = _Work(grey_of(pixels))
        self._look(work, PLAIN)
        if not work.symbols:
            self._search(work)
        elif work.unread or self._several(work):
            self._complete(work)
        if self._memory is not None:
            self._memory.remember(work.places())
        ms = (time.perf_counter() - self._started) * 1000
        return Reading(tuple(work.symbols), ms, len(work.unread), tuple(work.unread))

    def _left_s(self) -> float:
        return self._budget_s - (time.perf_counter() - self._started)

    def _until(self) -> float:
        """When a look that can stop must stop (perf_counter): what it still has to finish takes a few ms."""
        return self._started + self._budget_s - 0.004

    def _affordable(self, stage: Stage, work: _Work) -> bool:
        per_megapixel = self._costs.get(stage.name, stage.megapixel_ms / 1000)
        return 1.2 * per_megapixel * work.megapixels < self._left_s()

    def _look(self, work: _Work, stage: Stage) -> None:
        before = time.perf_counter()
        work.take(stage.look(work.grey), stage.name)
        spent = (time.perf_counter() - before) / work.megapixels
        known = self._costs.get(stage.name)
        self._costs[stage.name] = spent if known is None else known + 0.2 * (spent - known)

    def _search(self, work: _Work) -> None:
        """Nothing was read yet: look in other ways until something is."""
        if self._memory is not None:
            for place in self._memory.places()[:2]:
                self._second_look(work, place)
        self._crops(work)
        for number, stage in enumerate(QUICK):
            if work.symbols:
                return
            if number == _FINDERS_AFTER:
                self._finders(work)
                if work.symbols:
                    return
            if self._affordable(stage, work):
                before = len(work.unread)
                self._look(work, stage)
                if not work.symbols and len(work.unread) > before:
                    self._crops(work)
        turn = self._turn if self._memory is not None else 0
        for step in range(len(SLOW)):
            if work.symbols:
                return
            stage = SLOW[(turn + step) % len(SLOW)]
            if self._affordable(stage, work):
                self._look(work, stage)
                self._turn = turn + step + 1

    def _finders(self, work: _Work) -> None:
        """Look for symbols by their finders, leaving a little for the looks after it."""
        if self._left_s() < 0.006:
            return
        for sighting in fitting.by_finders(work.grey, self._until()):
            self._sighted(work, sighting)

    def _sighted(self, work: _Work, sighting: fitting.Sighting) -> None:
        symbol = sighting.symbol
        if symbol is None and self._memory is not None:
            symbol = self._memory.add(sighting)
        if symbol is not None:
            work.sided(symbol, 17 + 4 * sighting.version)
            work.add([symbol])
        else:
            work.locate([Located(sighting.quad, 17 + 4 * sighting.version)])

    def _several(self, work: _Work) -> bool:
        """Whether this looks like a sheet or several phones, so that one more look is worth its time."""
        if len(work.symbols) > 1:
            return True
        return bool(extent(work.symbols[0].corners) < 0.15 * min(work.grey.shape[:2]))

    def _complete(self, work: _Work) -> None:
        """Something was read: read the rest of the sheet as well."""
        self._crops(work)
        # In a film each frame adds another look to the first; a photograph gets the two that help most.
        turn = self._turn if self._memory is not None else 0
        for step in range(2):
            stage = REST[(turn + step) % len(REST)]
            if self._affordable(stage, work):
                self._look(work, stage)
        self._turn = turn + 1
        self._crops(work)

    def _crops(self, work: _Work) -> None:
        for located in list(work.unread)[:_MOST_LOCATED]:
            if located in work.tried or self._left_s() <= 0.003:
                continue
            work.tried.append(located)
            self._second_look(work, located)

    def _second_look(self, work: _Work, located: Located) -> None:
        """Look closely where a symbol is, or was a moment ago."""
        if located.side is not None:
            sighting = fitting.at_corners(work.grey, located.corners, located.side, self._until())
            if sighting is not None:
                self._sighted(work, sighting)
                if sighting.symbol is not None or self._left_s() <= 0.003:
                    return
        piece = crops.cut(work.grey, located.corners)
        if piece is None:
            return
        crop, scale, left, top = piece
        for found in crops.looks(crop, self._left_s):
            symbols = crops.found_in(found, located.corners, scale, left, top)
            work.add(symbols)
            if symbols or self._left_s() <= 0.003:
                return


class _Work:
    """What is known about one frame so far."""

    def __init__(self, grey: Pixels) -> None:
        self.grey = grey
        self.megapixels: float = max(0.02, grey.size / 1e6)
        self.symbols: list[Symbol] = []
        self.unread: list[Located] = []
        self.tried: list[Located] = []
        self._sides: dict[Quad, int] = {}

    def take(self, found: Iterable[Found], stage: str) -> None:
        """Add what a look over the whole frame found."""
        found = list(found)
        self._sides.update((item.corners, item.side) for item in found if item.side is not None)
        self.add([Symbol(item.text, item.corners, stage) for item in found if item.text is not None])
        self.locate(engines.unread(found))

    def places(self) -> list[Located]:
        """Where symbols were read, with their sides as far as they are known."""
        return [Located(symbol.corners, self._sides.get(symbol.corners)) for symbol in self.symbols]

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
