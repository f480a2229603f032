"""Which codes in front of the camera belong together: a sheet of tickets, or phones that are held up at once.

A code belongs to those beside which it comes into view: within ``JOIN_S`` of the last one that came, or later to a set
of which most is still in view (the ticket of a sheet that needed a second look).  One visitor after another is no set.
What was located but not read is counted by places, over several frames: decoders see more symbols than there are.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

from checkin.scanning.frame import Quad, Reading, Symbol, centre, extent
from checkin.scanning.repeat import AWAY_S

JOIN_S = 1.5
# A decoder with a budget reads another part of a sheet in each frame: what was read so long ago is beside what is now.
BESIDE_S = 0.6
SHEET = 6
"""So many codes at once are paper, not people: one of them that is not read for a while has not gone away."""
_FRAMES = 7
# Symbols of one sheet are printed in one size; perspective makes the nearer ones this much larger.
_LIKE = 1.6


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is in view with one frame.  ``unread`` are places in this frame that look like symbols of the set.

    ``together`` is the set to which the code that came last belongs, in the order of coming (one for a single visitor);
    ``missing`` is how many symbols beside them are located but not read.
    """

    symbols: tuple[Symbol, ...] = ()
    unread: tuple[Quad, ...] = ()
    together: tuple[str, ...] = ()
    missing: int = 0


class Together:
    """Pure: all time comes in with ``step``, in monotonic seconds."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Symbol, float]] = {}
        self._set: tuple[str, ...] = ()
        self._came = -math.inf
        self._counts: deque[int] = deque(maxlen=_FRAMES)
        self._missing = 0

    def staying(self, now: float) -> tuple[str, ...]:
        """Codes of a sheet that is in view, whether or not this frame reads each of them."""
        return self._set if len(self._set) >= SHEET and 2 * len(self._seen(now, BESIDE_S)) >= len(self._set) else ()

    def step(self, reading: Reading, fresh: Sequence[str], now: float) -> Sighting:
        """``fresh`` are the reading's texts that came into view with it."""
        # A clock that steps back (a film that starts over) is a new scene.
        self._last = {text: seen for text, seen in self._last.items() if 0 <= now - seen[1] < AWAY_S}
        beside = self._seen(now, BESIDE_S)
        self._last.update((symbol.text, (symbol, now)) for symbol in reading.symbols)
        if fresh:
            if not self._joins(beside, now):
                self._set, self._missing = (), 0
                self._counts.clear()
            self._set, self._came = tuple(dict.fromkeys((*self._set, *fresh))), now
        unread = self._unread(reading, now)
        if any(symbol.text in self._set for symbol in reading.symbols):
            self._counts.append(_distinct(reading.symbols) + len(unread))
            self._missing = max(0, median_low(self._counts) - len(self._set)) if len(self._set) > 1 else 0
        shown = tuple(seen[0] for seen in self._last.values() if now - seen[1] < BESIDE_S)
        return Sighting(shown, unread, self._set, self._missing)

    def _seen(self, now: float, within_s: float) -> list[str]:
        return [text for text in self._set if text in self._last and 0 <= now - self._last[text][1] < within_s]

    def _joins(self, beside: Sequence[str], now: float) -> bool:
        """Whether what comes now comes to the set that is there."""
        if not beside:
            return False
        return 0 <= now - self._came < JOIN_S or (len(self._set) > 1 and 2 * len(beside) >= len(self._set))

    def _unread(self, reading: Reading, now: float) -> tuple[Quad, ...]:
        """Located places that are none of the symbols read, nor each other, and as large as those beside them."""
        taken = [seen[0].corners for seen in self._last.values() if now - seen[1] < BESIDE_S]
        if not taken:
            return ()
        sizes = sorted(extent(quad) for quad in taken)
        usual = max(1.0, sizes[len(sizes) // 2])
        found: list[Quad] = []
        for located in reading.unread:
            quad = located.corners
            if usual / _LIKE <= extent(quad) <= usual * _LIKE and not _meets(quad, (*taken, *found)):
                found.append(quad)
        return tuple(found)


def _meets(quad: Quad, others: Iterable[Quad]) -> bool:
    """Whether the quad lies on one of the others: printed symbols never do."""
    return any(math.dist(centre(quad), centre(other)) < 0.45 * (extent(quad) + extent(other)) for other in others)


def _distinct(symbols: Sequence[Symbol]) -> int:
    return len({symbol.text for symbol in symbols})
