"""What the lists page shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.organiser.table import NOTHING, Table

Choices = tuple[tuple[str, str], ...]


class Step(StrEnum):
    """How far a list has come."""

    CHOOSE = "choose"
    COLUMNS = "columns"
    CHECKED = "checked"
    DONE = "done"


class Kind(StrEnum):
    """What a checked list is looked at for."""

    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"
    UNCHANGED = "unchanged"
    FAULTS = "faults"
    NOTICES = "notices"


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the file: its heading, first values, what it is taken for, and why.

    One that is ``locked`` is never taken; of one that is ``private`` no value is shown.
    """

    key: str
    heading: str
    samples: tuple[str, ...]
    column: str
    why: str
    tone: str
    locked: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsState:
    """``busy`` names what runs; ``done`` of ``total`` rows (0: not known)."""

    step: Step = Step.CHOOSE
    busy: str = ""
    done: int = 0
    total: int = 0
    file: str = ""
    error: str = ""
    says: str = ""
    sheets: Choices = ()
    sheet: str = ""
    sheet_says: str = ""
    columns: tuple[ColumnRow, ...] = ()
    known: Choices = ()
    asks_plant: bool = False
    plants: Choices = ()
    plant: str = ""
    asks_tour: bool = False
    tours: Choices = ()
    tour: str = ""
    mappings: Choices = ()
    mapping: str = ""
    left_out: str = ""
    can_check: bool = False
    counts: tuple[tuple[Kind, str, int], ...] = ()
    kind: Kind = Kind.ADDED
    table: Table = NOTHING
    empty: str = ""
    reasons: Choices = ()
    reason: str = ""
    query: str = ""
    gone: int = 0
    revoke: bool = False
    can_take: bool = False
    faults: int = 0
    saved: str = ""
