"""A handheld scanner that types.  Every key is either part of a scan or given back to be typed: none is lost
or doubled.

A wedge scanner types faster than people do: under 35 ms between keys is a scan.  The scan ends with Enter or
Tab, or with a pause when the scanner sends no suffix.  All time comes in with the keys, so use the key events'
own time stamps.
"""

from __future__ import annotations

from dataclasses import dataclass

KEY_S = 0.035
# Once a scan has begun, a busy PC or a wireless scanner may stutter; only this long a silence ends it.
PAUSE_S = 0.12
# Shorter bursts are people rolling over two or three keys; the shortest code anybody types is longer.
LEAST = 4
_MOST = 4096
_SUFFIXES = "\r\n\t"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``scan`` is a whole scan; ``typed`` are keys that a person typed and that the window must now deliver.

    While ``holding``, ask again with ``tick`` after ``KEY_S`` at the latest.
    """

    scan: str | None = None
    typed: str = ""
    holding: bool = False


class Wedge:
    """Feed it every key; it says what is what."""

    def __init__(self, *, key_s: float = KEY_S, pause_s: float = PAUSE_S, least: int = LEAST) -> None:
        self._key_s, self._pause_s, self._least = key_s, pause_s, least
        self._keys: list[str] = []
        self._at = 0.0

    @property
    def holding(self) -> bool:
        return bool(self._keys)

    def key(self, character: str, at: float) -> Outcome:
        """One key press with its time in seconds; control keys other than Enter and Tab are not to be fed."""
        done = self.tick(at)
        if character and character in _SUFFIXES:
            if not self._keys:
                return Outcome(done.scan, done.typed + character)
            text = self._taken()
            if len(text) >= self._least:
                return Outcome(text, done.typed)
            return Outcome(done.scan, done.typed + text + character)
        self._keys.append(character)
        self._at = at
        if len(self._keys) > _MOST:
            return Outcome(done.scan, done.typed + self._taken())
        return Outcome(done.scan, done.typed, holding=True)

    def tick(self, now: float) -> Outcome:
        """Time passed without a key: a scan without suffix ends, a lone key is given back."""
        if not self._keys:
            return Outcome()
        scanning = len(self._keys) >= self._least
        if now - self._at < (self._pause_s if scanning else self._key_s):
            return Outcome(holding=True)
        text = self._taken()
        return Outcome(scan=text) if scanning else Outcome(typed=text)

    def _taken(self) -> str:
        text = "".join(self._keys)
        self._keys.clear()
        return text
