"""What the organiser's page of packets shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tab(StrEnum):
    """What is in view."""

    MAKE = "make"
    ACCEPT = "accept"
    LOG = "log"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """A gate that may get a packet."""

    recipient: str
    title: str
    words: str
    detail: str
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CameRow:
    """A file that was dropped: ``tone`` is ok, warn (something is missing) or bad (not taken whole, call security)."""

    title: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketsState:
    """Everything on the page.  ``plants`` are (key, name); ``log`` are (when, what)."""

    tab: Tab
    busy: str = ""
    plants: tuple[tuple[str, str], ...] = ()
    plant: str = ""
    issuer: str = ""
    gates: tuple[GateRow, ...] = ()
    can_make: bool = False
    made: str = ""
    make_error: str = ""
    add_error: str = ""
    adding: int = 0
    came: tuple[CameRow, ...] = ()
    can_answer: bool = False
    answered: str = ""
    accept_error: str = ""
    log: tuple[tuple[str, str], ...] = ()
    recipient: str = ""
    words: str = ""
    qr: bytes = b""
    key_says: str = ""
    key_error: str = ""
    file: str = ""
