"""What a round between a gate and its hub has moved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What one round moved.  ``unreadable`` counts rows that this program does not understand and left out."""

    pushed: int = 0
    rejected: int = 0
    changes: int = 0
    peers: int = 0
    unreadable: int = 0

    def __add__(self, other: Moved) -> Moved:
        return Moved(
            pushed=self.pushed + other.pushed,
            rejected=self.rejected + other.rejected,
            changes=self.changes + other.changes,
            peers=self.peers + other.peers,
            unreadable=self.unreadable + other.unreadable,
        )
