"""What lies in a folder of tickets: what each file was made from, and whose tickets it carries.

A ticket on paper is good, or it is none; a sheet is as good as the worst ticket on it, and goes with that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checkin.issuing.pieces import Piece, is_shared

MADE = ".made"
"""A line for each file: a digest of what it was made from, its length, the tickets that it carries, and its path."""


def mark_of(code: str) -> str:
    """A ticket's text in short: what tells a ticket from the same one signed anew."""
    return hashlib.sha256(code.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Which tickets on paper are good no more.  A ticket that is in neither is nobody's business here.

    ``gone`` are short codes of tickets that were taken back, ``good`` the marks of the texts that are good, by short
    code: another text of such a ticket is of a revoked key, or of another tour.
    """

    gone: frozenset[str] = frozenset()
    good: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def holds(self, short: str, mark: str) -> bool:
        """Whether this ticket with this text is good no more."""
        return mark not in self.good[short] if short in self.good else short in self.gone

    def spoils(self, path: str, paper: Paper) -> bool:
        """Whether a file carries such a ticket.  One of which nobody noted whose it is goes as soon as it may."""
        if paper.tickets:
            return any(self.holds(short, mark) for short, mark in paper.tickets)
        return bool(self.gone) if is_shared(path) else Path(path).stem in self.gone


NOTHING = Withdrawn()


@dataclass(frozen=True, slots=True)
class Paper:
    """A file: what it was made from and how long it is, as one text; and each ticket on it, by short code and mark."""

    made_from: str
    tickets: tuple[tuple[str, str], ...] = ()


def made_from(digest: str, length: int) -> str:
    """What a file was made from and how long it is."""
    return f"{digest}:{length}"


def line(piece: Piece, digest: str, length: int) -> str:
    """What is noted of a file."""
    tickets = ",".join(f"{one.short}={mark_of(one.ticket.code)}" for one in piece.issues)
    return f"{made_from(digest, length)}:{tickets} {piece.path}\n"


def papers(folder: Path) -> dict[str, Paper]:
    """The files that were made in a folder, by path; a line that is cut off counts for nothing."""
    try:
        lines = (folder / MADE).read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return {}
    return {path: _paper(noted) for noted, _space, path in (one.partition(" ") for one in lines) if path}


def _paper(noted: str) -> Paper:
    digest, _colon, rest = noted.partition(":")
    length, _colon, tickets = rest.partition(":")
    return Paper(f"{digest}:{length}", tuple(_ticket(one) for one in tickets.split(",") if one))


def _ticket(noted: str) -> tuple[str, str]:
    short, _equals, mark = noted.partition("=")
    return short, mark


def spoilt(folder: Path, withdrawn: Withdrawn, made_now: Iterable[str]) -> list[str]:
    """The files that are there and carry a ticket that is good no more.  What was ``made_now`` is good."""
    fresh = set(made_now)
    return sorted(
        path
        for path, paper in papers(folder).items()
        if path not in fresh and withdrawn.spoils(path, paper) and (folder / path).exists()
    )
