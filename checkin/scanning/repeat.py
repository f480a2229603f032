"""One ticket in front of the camera is judged once.

A text is fresh when it was not in view before; it stays in view through gaps of reading shorter than
``away_s`` (a phone trembles, a lamp glares), however long it is held.  Texts never influence one another, so a
second visitor's ticket is never swallowed, and the same ticket is fresh again after it left the view.
"""

from __future__ import annotations

from collections.abc import Iterable

# Phones drop out of reading for up to 1.5-2 s while they are turned or lit; a visitor who comes back needs longer.
AWAY_S = 2.5


class RepeatFilter:
    """Pure: all time comes in with ``step``."""

    def __init__(self, away_s: float = AWAY_S) -> None:
        if away_s <= 0:
            raise ValueError("a ticket must be able to leave the view")
        self._away_s = away_s
        self._seen: dict[str, float] = {}

    def step(self, texts: Iterable[str], now: float) -> list[str]:
        """The texts that were not in view until now, once each, in their order.  ``now`` is monotonic seconds."""
        # A clock that steps back (another source, a film that starts over) must not keep a ticket "in view" for ever.
        self._seen = {text: min(at, now) for text, at in self._seen.items() if now - min(at, now) < self._away_s}
        fresh: list[str] = []
        for text in dict.fromkeys(texts):
            if text not in self._seen:
                fresh.append(text)
            self._seen[text] = now
        return fresh

    def stay(self, texts: Iterable[str], now: float) -> None:
        """These are still in view, read or not: a sheet lies there, and one of its symbols is hard to read."""
        self._seen.update((text, now) for text in texts if text in self._seen)

    def forget(self, text: str | None = None) -> None:
        """Let a text (or all of them) be judged again although it is still in view."""
        if text is None:
            self._seen.clear()
        else:
            self._seen.pop(text, None)
