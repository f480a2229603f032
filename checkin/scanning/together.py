"""Which codes in front of the camera belong together: a sheet of tickets, or phones that are held up at once.

A code belongs to those beside which it comes into view: within ``JOIN_S`` of the last one that came, or later to a set
of which most is still in view (the ticket of a sheet that needed a second look).  One visitor after another is no set.
What was located but not read is counted by places, over several frames: decoders see more symbols than there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checkin.scanning.frame import Quad, Reading, Symbol, centre, extent
from checkin.scanning.repeat import AWAY_S

JOIN_S = 1.5
# A decoder with a budget reads another part of a sheet in each frame: what was read so long ago is beside what is now.
BESIDE_S = 0.6
SHEET = 6
"""So many codes at once are paper, not people: one of them that is not read for a while has not gone away."""
# A decoder locates another unread symbol in each frame, and now and then one that is none: twice in so long is one.
_OFTEN, _HOLD_S = 2, 1.2
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


@dataclass(slots=True)
class _Place:
    """Where something looks like a symbol; ``times`` counts the frames that located it."""

    quad: Quad
    at: float
    times: int


class Together:
    """Pure: all time comes in with ``step``, in monotonic seconds."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Symbol, float]] = {}
        self._set: tuple[str, ...] = ()
        self._came = -math.inf
        self._missing = 0
        self._places: list[_Place] = []

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
            self._set, self._came = tuple(dict.fromkeys((*self._set, *fresh))), now
        lately = [seen[0] for seen in self._last.values() if now - seen[1] < BESIDE_S]
        self._track(reading, [symbol.corners for symbol in lately], now)
        unread = tuple(place.quad for place in self._places if place.times >= _OFTEN)
        if any(symbol.text in self._set for symbol in reading.symbols):
            self._missing = max(0, len(lately) + len(unread) - len(self._set)) if len(self._set) > 1 else 0
        return Sighting(tuple(lately), unread, self._set, self._missing)

    def _seen(self, now: float, within_s: float) -> list[str]:
        return [text for text in self._set if text in self._last and 0 <= now - self._last[text][1] < within_s]

    def _joins(self, beside: Sequence[str], now: float) -> bool:
        """Whether what comes now comes to the set that is there."""
        if not beside:
            return False
        return 0 <= now - self._came < JOIN_S or (len(self._set) > 1 and 2 * len(beside) >= len(self._set))

    def _track(self, reading: Reading, read: Sequence[Quad], now: float) -> None:
        """Follow located places that are no symbol that was read, nor each other, and as large as those beside them."""
        sizes = sorted(extent(quad) for quad in read)
        usual = sizes[len(sizes) // 2] if sizes else 0.0
        for located in reading.unread:
            quad = located.corners
            if not usual / _LIKE <= extent(quad) <= usual * _LIKE:
                continue
            known = next((place for place in self._places if _meets(quad, (place.quad,))), None)
            if known is None:
                self._places.append(_Place(quad, now, 1))
            elif known.at < now:
                known.quad, known.at, known.times = quad, now, known.times + 1
        self._places = [
            place for place in self._places if 0 <= now - place.at < _HOLD_S and not _meets(place.quad, read)
        ]


def _meets(quad: Quad, others: Iterable[Quad]) -> bool:
    """Whether the quad lies on one of the others: printed symbols never do."""
    return any(math.dist(centre(quad), centre(other)) < 0.45 * (extent(quad) + extent(other)) for other in others)
