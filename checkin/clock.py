"""Where time comes from.  ``now`` is always aware and in UTC; ``monotonic_ns`` never goes back while the PC runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)
"""Linux's clock that counts sleep too; elsewhere the monotonic one is the best there is."""


def file_stamp(at: datetime, *, seconds: bool = True) -> str:
    """A moment in a file's name, as this PC's clock shows it: a person looks for it by the time of the place."""
    return f"{at.astimezone():%Y%m%d-%H%M%S}" if seconds else f"{at.astimezone():%Y%m%d-%H%M}"


class Clock(Protocol):
    """A source of time."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds since some fixed moment; never goes back."""
        ...


class SystemClock:
    """The PC's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Goes on while the PC sleeps, so that waking up is not taken for a turned clock."""
        return time.monotonic_ns() if _BOOT is None else time.clock_gettime_ns(_BOOT)


class SettableClock:
    """A clock that a test or a rehearsal moves by hand."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._at = at.astimezone(UTC)
        self._mono = 0

    def now(self) -> datetime:
        return self._at

    def monotonic_ns(self) -> int:
        return self._mono

    def advance(self, by: timedelta) -> None:
        """Time passes: both clocks move."""
        self._at += by
        self._mono += int(by.total_seconds() * 1e9)

    def jump(self, to: datetime) -> None:
        """Somebody sets the wall clock; the monotonic one does not move."""
        self._at = to.astimezone(UTC)
