"""What the gate page shows.  No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checkin.desk.outcome import Direction
from checkin.domain.headcount import Count
from ui.gate.rows import RecentRow, SetRow, TourRow


class CardKind(StrEnum):
    """What the card says; picks its colour and icon."""

    IDLE = "idle"
    ADMIT = "admit"
    OUT = "out"
    ASK = "ask"
    REFUSE = "refuse"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardState:
    """The verdict card.  ``yes`` and ``no`` are empty unless a question stands; ``undo`` is the event it may take back.

    ``serial`` differs for each new card, so that the same verdict twice is seen to be two.
    """

    kind: CardKind
    headline: str
    brief: str = ""
    name: str = ""
    tour: str = ""
    happened: str = ""
    next: str = ""
    yes: str = ""
    no: str = ""
    busy: bool = False
    undo: str = ""
    serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """Everything on the gate page but the picture of the camera.  ``group``: a group's card stands in its place.

    ``ticket_set`` is who belongs to the set that the card is about; while there is one it stands in the lists' place.
    """

    card: CardState
    direction: Direction
    waiting: str
    totals: Count
    tours: tuple[TourRow, ...]
    no_tours: str
    recent: tuple[RecentRow, ...]
    hint: str
    camera_on: bool
    camera_says: str
    camera_advice: str
    choose_camera: bool
    group: bool = False
    remained: str = ""
    ticket_set: tuple[SetRow, ...] = ()
