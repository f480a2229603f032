"""What the page of packets shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tab(StrEnum):
    """What is in view."""

    TAKE = "take"
    HAND = "hand"
    KEY = "key"


class Step(StrEnum):
    """How far a packet has come."""

    NONE = "none"
    LOOKING = "looking"
    SEEN = "seen"
    TAKING = "taking"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A packet as it is shown before it is taken.  ``facts`` are (what, value).  ``qr`` is the maker's key."""

    title: str
    facts: tuple[tuple[str, str], ...]
    words: str
    qr: bytes
    advice: str
    tone: str
    can_take: bool
    take: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketsState:
    """Everything on the page.  ``offered`` and ``makers`` are (key, title, detail)."""

    tab: Tab
    step: Step
    offered: tuple[tuple[str, str, str], ...] = ()
    offered_says: str = ""
    seen: Seen | None = None
    done: int = 0
    total: int = 0
    says: str = ""
    error: str = ""
    waiting: str = ""
    handed: str = ""
    rejected: str = ""
    to: str = ""
    sticks: tuple[tuple[str, str], ...] = ()
    handing: bool = False
    everything: bool = False
    hand_says: str = ""
    hand_error: str = ""
    recipient: str = ""
    words: str = ""
    qr: bytes = b""
    makers: tuple[tuple[str, str, str], ...] = ()
    key_says: str = ""
    key_error: str = ""
