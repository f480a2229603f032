"""How many lines go at once to somebody who stumbles over one of them, and when nothing more is worth a try."""

from __future__ import annotations

from dataclasses import dataclass, field

BATCH = 200
MOST_FAILURES = 12
"""In a row: eight lead from a whole batch to one line, the rest are lines that fail alone, one behind the other."""


@dataclass(slots=True)
class Halving:
    """A batch that fails is halved, down to one line; what goes through lets the next ones grow."""

    size: int = field(default=BATCH, init=False)
    _failures: int = field(default=0, init=False)

    def went(self) -> None:
        """So many went through."""
        self._failures = 0
        self.size = min(BATCH, self.size * 2)

    def failed(self, count: int) -> bool:
        """So many did not; says whether that was one line alone."""
        self._failures += 1
        self.size = max(1, count // 2)
        return count == 1

    @property
    def hopeless(self) -> bool:
        """Whether it looks as if nothing at all went through."""
        return self._failures >= MOST_FAILURES
