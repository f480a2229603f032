"""A gate that its hub has shut out: since when, and until when it works on alone.

The moment is written down when the gate first hears of it and stays through restarts, until the hub accepts it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkin.store import Store, Transaction

SINCE = "hub.shut_out"
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ShutOut:
    """``until`` is when the plant's policy ends the working on."""

    since: datetime
    until: datetime

    def over(self, now: datetime) -> bool:
        """Whether that time has passed.  A clock that was put back before the beginning gives nobody more time."""
        return now >= self.until or now < self.since - SLACK


def shut_out(tx: Transaction, hours: int) -> ShutOut | None:
    """How the gate stands, where a policy gives it so many hours."""
    text = tx.meta.get(SINCE)
    if not text:
        return None
    since = datetime.fromisoformat(text)
    return ShutOut(since, since + timedelta(hours=hours))


def note(store: Store, at: datetime | None) -> int:
    """The hub shut the gate out at this moment (the first one counts), or accepts it again."""
    with store.write() as tx:
        known = tx.meta.get(SINCE)
        if at is None and known:
            tx.meta.put(SINCE, "")
        elif at is not None and not known:
            tx.meta.put(SINCE, at.isoformat())
    return 0
