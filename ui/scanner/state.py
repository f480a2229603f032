"""What the scanner's page shows, and the words both its sides use.  No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SPEEDS = (9600, 19200, 38400, 57600, 115200)


class PortState(StrEnum):
    """How the chosen serial port does."""

    OFF = "off"
    OPEN = "open"
    LOST = "lost"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Key:
    """One key press: its character (Enter as CR, Tab as TAB) and its time in seconds."""

    character: str
    at: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was seen; ``tone`` is good, warn or bad."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerState:
    """Everything on the scanner's page.  ``keys`` are the keys as they came, ready to be read."""

    tone: str
    headline: str
    keys: str
    came: str
    understood: str
    findings: tuple[Finding, ...]
    ports: tuple[tuple[str, str], ...]
    port: str
    speed: int
    port_says: str
    port_tone: str
