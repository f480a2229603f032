"""A handheld scanner that types.  Every key is either part of a scan or given back to be typed: none is lost
or doubled.

A wedge scanner types faster than people do: most of its keys come within 35 ms of each other.  A busy PC stretches
single gaps, so a burst is judged by most of its gaps and not by its longest one.  The scan ends with Enter or Tab, or
with a pause when the scanner sends no suffix.  All time comes in with the keys, so use the key events' own time stamps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

KEY_S = 0.035
# No person's keys follow each other much faster, but for rolled over pairs; a busy PC's do, and prove nothing.
SLOW_S = 0.06
# Nobody has typed for a while and it is not known yet who does: so long a gap may be a scanner on a busy PC.
FIRST_S = 0.3
# A person who types goes on typing for so long; meanwhile a key that is alone is theirs at once.
PERSON_S = 0.7
# A silence ends a scan; a scanner that has sent a suffix before, or a code that is not whole yet, is waited for longer.
PAUSE_S, UNKNOWN_S, STALL_S = 0.2, 0.3, 0.6
# An Enter that comes after its scan was taken for ended belongs to nobody.
LATE_SUFFIX_S = 1.0
# Shorter bursts are people rolling over two or three keys; the shortest code anybody types is longer.
LEAST = 4
_MOST = 4096
_SUFFIXES = "\r\n\t"
# A person's gaps are slow; a scanner has so many fast ones for each that a busy PC made slow.
_FAST_FOR_SLOW, _SLOW = 2, 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """``scan`` is a whole scan; ``typed`` are keys that a person typed and that the window must now deliver.

    While ``holding``, ask again with ``tick`` after ``Wedge.wait_s``.  ``swallowed``: this very key is nobody's.
    """

    scan: str | None = None
    typed: str = ""
    holding: bool = False
    swallowed: bool = False


class Wedge:
    """Feed it every key; it says what is what.  ``unfinished`` knows beginnings of codes that are sure to go on."""

    def __init__(self, *, unfinished: Callable[[str], bool] = lambda _text: False) -> None:
        self._unfinished = unfinished
        self._keys: list[str] = []
        self._at = 0.0
        self._fast = self._slow = 0
        self._strict = False
        self._person_at = -PERSON_S
        self._ended_at = -LATE_SUFFIX_S
        self._suffixed: bool | None = None

    @property
    def holding(self) -> bool:
        return bool(self._keys)

    @property
    def wait_s(self) -> float:
        """How long after the last key the keys that are held become a scan, or are given back."""
        if not self._scanning:
            return KEY_S if self._strict else FIRST_S
        if self._suffixed or self._unfinished("".join(self._keys)):
            return STALL_S
        return UNKNOWN_S if self._suffixed is None else PAUSE_S

    @property
    def _scanning(self) -> bool:
        return self._fast >= LEAST - 1 and self._fast >= _FAST_FOR_SLOW * self._slow

    def key(self, character: str, at: float) -> Outcome:
        """One key press with its time in seconds; control keys other than Enter and Tab are not to be fed."""
        done = self.tick(at)
        suffix = bool(character) and character in _SUFFIXES
        if self._keys:
            gap = at - self._at
            self._fast += gap < KEY_S
            self._slow += gap >= SLOW_S
        if suffix:
            return self._ended(character, at, done)
        self._keys.append(character)
        self._at = at
        if len(self._keys) == 1:
            self._strict = at - self._person_at < PERSON_S
        elif self._slow >= _SLOW and self._fast < _FAST_FOR_SLOW * self._slow:
            typed = self._taken()[:-1]
            self._keys, self._strict, self._person_at = [character], True, at
            return Outcome(done.scan, done.typed + typed, holding=True)
        if len(self._keys) > _MOST:
            return Outcome(done.scan, done.typed + self._taken())
        return Outcome(done.scan, done.typed, holding=True)

    def tick(self, now: float) -> Outcome:
        """Time passed without a key: a scan without suffix ends, a lone key is given back."""
        if not self._keys:
            return Outcome()
        if now - self._at < self.wait_s:
            return Outcome(holding=True)
        scanning = self._scanning
        text = self._taken()
        if scanning:
            self._ended_at, self._suffixed = self._at, False
            return Outcome(scan=text)
        self._person_at = self._at
        return Outcome(typed=text)

    def _ended(self, character: str, at: float, done: Outcome) -> Outcome:
        """Enter or Tab came."""
        if not self._keys:
            late = done.scan is not None or at - self._ended_at < LATE_SUFFIX_S
            self._ended_at = -LATE_SUFFIX_S
            if late:
                self._suffixed = True
                return Outcome(done.scan, done.typed, swallowed=True)
            self._person_at = at
            return Outcome(done.scan, done.typed + character)
        scanning = self._scanning and len(self._keys) >= LEAST
        text = self._taken()
        if scanning:
            self._suffixed = True
            return Outcome(text, done.typed)
        self._person_at = at
        return Outcome(done.scan, done.typed + text + character)

    def _taken(self) -> str:
        text = "".join(self._keys)
        self._keys.clear()
        self._fast = self._slow = 0
        return text
