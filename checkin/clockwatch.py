"""Notices a PC's clock that somebody moves, or that stands before what was already recorded.

The monotonic clock runs on while the wall clock is set: where the two part, the wall clock was moved.  A visitor is
never refused for it; the person gets a sentence, and every event carries both clocks.  A hub that has agreed with the
clock since it was last moved ends the sentence: it was put right.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checkin.clock import Clock
from checkin.i18n import gettext as _

JUMP = timedelta(seconds=90)
"""Less is a time server's correction, or the two clocks being read one after the other."""
BEFORE = timedelta(minutes=2)
STEP = timedelta(seconds=1)
"""A move that counts as one: less is the two clocks being read one after the other."""


class ClockWatch:
    """``last_event`` is the newest event of this gate when the program starts."""

    def __init__(self, clock: Clock, last_event: datetime | None = None) -> None:
        self._clock = clock
        self._last_event = last_event
        self._wall, self._mono = clock.now(), clock.monotonic_ns()
        self._moved_at = self._mono
        self.moved = timedelta(0)
        """How far the wall clock was moved since the start, or since a hub agreed with it; back again is nothing."""

    def agreed(self, offset_s: float, mono_ns: int) -> None:
        """A hub's clock was so far from this one at ``mono_ns``; call ``look`` first."""
        if abs(offset_s) < JUMP.total_seconds() and mono_ns > self._moved_at:
            self.moved, self._last_event = timedelta(0), None

    def look(self) -> str:
        """A sentence for the person while something is wrong, else empty."""
        wall, mono = self._clock.now(), self._clock.monotonic_ns()
        step = (wall - self._wall) - timedelta(microseconds=(mono - self._mono) / 1000)
        if abs(step) >= STEP:
            self._moved_at = mono
        self.moved += step
        self._wall, self._mono = wall, mono
        if abs(self.moved) >= JUMP:
            return _("This PC's clock was moved by {minutes} min while the program ran. Check date and time").format(
                minutes=round(self.moved.total_seconds() / 60)
            )
        if self._last_event is not None and wall < self._last_event - BEFORE:
            return _("This PC's clock is earlier than the last record at this gate. Check date and time")
        return ""
