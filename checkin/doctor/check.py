"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """``warn`` leaves the gate working."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """``key`` and ``figures`` are for programs, ``title`` and ``says`` for a person, already translated."""

    key: str
    title: str
    state: State
    says: str
    figures: dict[str, object] = field(default_factory=dict)
