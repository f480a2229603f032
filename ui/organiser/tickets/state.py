"""What the tickets page shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checkin.issuing.pieces import Format
from ui.organiser.table import NOTHING, Table


class Part(StrEnum):
    """The parts of the page."""

    ISSUE = "issue"
    ANEW = "anew"
    VERIFY = "verify"
    KEYS = "keys"


class Question(StrEnum):
    """What must be answered with yes before it is done."""

    REVOKE = "revoke"
    REISSUE = "reissue"
    REVOKE_KEY = "revoke_key"
    ROTATE = "rotate"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsState:
    """``done`` of ``total`` files (0: not known) while ``busy`` names what runs."""

    part: Part = Part.ISSUE
    busy: str = ""
    stopping: bool = False
    done: int = 0
    total: int = 0
    error: str = ""
    says: str = ""
    tours: Table = NOTHING
    tours_empty: str = ""
    tour_query: str = ""
    picked: str = ""
    formats: frozenset[Format] = frozenset({Format.PDF})
    language: str = ""
    place: str = ""
    has_key: bool = False
    can_issue: bool = False
    resume: bool = False
    people: Table = NOTHING
    people_empty: str = ""
    people_query: str = ""
    chosen: int = 0
    question: Question | None = None
    asks: str = ""
    verdict: str = ""
    verdict_tone: str = ""
    findings: tuple[str, ...] = ()
    keys: Table = NOTHING
    key: int = -1
    can_revoke_key: bool = False
