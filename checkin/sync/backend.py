"""The other side of a gate, whatever carries the words.

Every method raises only ``Offline``, ``ServerBusy``, ``DeviceRevoked`` or ``SettingsWrong``; after any of them the same
call may be made again, and nothing comes twice of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from checkin.domain.events import JournalLine
from checkin.wire import PAGE, BatchAnswer, EnrolAnswer, EnrolRequest, PeerPage, RosterPage


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """The other side's clock minus ours, and how far that may be off: half the round trip."""

    offset_s: float
    within_s: float


class Backend(Protocol):
    """What a gate syncs with."""

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Turns a one-use code into a token.  A code that does not work is ``SettingsWrong``."""
        ...

    def fetch(self, cursor: str, limit: int = PAGE) -> RosterPage:
        """The page of roster changes after a cursor; "" is the beginning."""
        ...

    def push(self, lines: Sequence[JournalLine], sent_at: datetime) -> BatchAnswer:
        """Hands journal lines over, oldest first; an answer for each, in their order."""
        ...

    def peers(self, cursor: str, wait_s: float = 0, roster: str = "") -> PeerPage:
        """Other gates' lines after a cursor; waits up to ``wait_s`` for the first.

        With ``roster``, a roster's cursor, also until the roster's newest one is another.
        """
        ...

    def interrupt(self) -> None:
        """Ends what is under way, from any thread, with ``Offline``; nothing more is asked through this afterwards."""
        ...

    def clock_offset(self) -> ClockOffset:
        """Measures the other side's clock."""
        ...

    def glimpse(self) -> ClockOffset | None:
        """What the newest answer said of the other side's clock, roughly; None when it said nothing."""
        ...
