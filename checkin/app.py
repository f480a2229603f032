"""The composition root of a gate: one object that a window, a shift script or a test drives.

Every method that touches the store answers with a future of the store's worker thread; ``status`` is a snapshot that
costs nothing.  Listeners are called from whatever thread something happened in, with nothing but the fact that it did.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from checkin.clock import Clock
from checkin.desk.outcome import Direction, Found, Outcome, RecentScan, Source, TourLine
from checkin.domain.admission import Reason
from checkin.domain.visit import Gate, Plant
from checkin.settings import Profile, Settings


class HubState(StrEnum):
    """How the gate stands to its hub."""

    NONE = "none"  # never enrolled: the gate works by itself
    SYNCING = "syncing"
    OK = "ok"
    OFFLINE = "offline"
    REVOKED = "revoked"


class CameraState(StrEnum):
    """How the camera does."""

    OFF = "off"
    STARTING = "starting"
    ON = "on"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the status line and the banners show.  ``banners`` are translated sentences that say what to do."""

    plant: Plant | None = None
    gate: str = ""
    waiting: int = 0
    rejected: int = 0
    roster_at: datetime | None = None
    visitors: int = 0
    hub: HubState = HubState.NONE
    hub_at: datetime | None = None
    hub_message: str = ""
    camera: CameraState = CameraState.OFF
    camera_name: str = ""
    camera_message: str = ""
    camera_fps: float = 0.0
    banners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a list brought.  ``faults`` are (sheet, row, column, reason); ``applied`` False for a dry run."""

    file: str
    rows: int
    taken: int
    changed: int
    unchanged: int
    removed: int
    faults: tuple[tuple[str, int, str, str], ...]
    notices: tuple[str, ...]
    applied: bool


class GateApp:
    """One running gate."""

    profile: Profile
    settings: Settings
    clock: Clock

    def listen(self, listener: Callable[[], None]) -> None:
        """``listener`` is called, from any thread, whenever status, counts or last scans may have changed."""
        raise NotImplementedError

    def status(self) -> Status:
        raise NotImplementedError

    def scan(
        self,
        text: str,
        source: Source,
        direction: Direction = Direction.IN,
        confirmed: frozenset[Reason] = frozenset(),
    ) -> Future[Outcome]:
        """Judges and writes.  To answer an ``Ask`` with yes: scan the same text with its reason among ``confirmed``."""
        raise NotImplementedError

    def decline(self, outcome: Outcome) -> Future[Outcome]:
        """The operator's no to a question: written as a refusal for the same reason."""
        raise NotImplementedError

    def undo(self, event_id: str) -> Future[bool]:
        """Takes an entry or exit back; False when it cannot be taken back any more."""
        raise NotImplementedError

    def search(self, query: str, limit: int = 30) -> Future[list[Found]]:
        """People of this plant's tours whose name holds every word of the query, today's first."""
        raise NotImplementedError

    def tours(self) -> Future[list[TourLine]]:
        """Tours of this plant's day, in order of start."""
        raise NotImplementedError

    def recent(self, limit: int = 12) -> Future[list[RecentScan]]:
        """The last scans at this gate, newest first."""
        raise NotImplementedError

    def plants(self) -> Future[list[Plant]]:
        raise NotImplementedError

    def gates(self, plant: str) -> Future[list[Gate]]:
        raise NotImplementedError

    def choose_place(self, plant: str, gate: str) -> Future[None]:
        raise NotImplementedError

    def change_settings(self, settings: Settings) -> None:
        """Saves; a changed camera is started at once."""
        raise NotImplementedError

    def import_list(
        self,
        path: Path,
        *,
        plant: str | None = None,
        apply: bool = True,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Future[ImportReport]:
        """Reads a list in a thread of its own and takes it into the store (not ``apply``: only says what it would)."""
        raise NotImplementedError

    def enrol(self, url: str, code: str) -> Future[None]:
        """Makes this profile the gate that the one-use code is for; errors are ``CheckinError`` with a message."""
        raise NotImplementedError

    def sync_now(self) -> None:
        """Wakes the sync thread."""
        raise NotImplementedError

    def export_attendance(self, path: Path) -> Future[int]:
        """Writes the journal as XLSX or CSV by the file's ending; returns the number of rows."""
        raise NotImplementedError

    def start(self) -> None:
        """Starts camera, reader and sync threads."""
        raise NotImplementedError

    def close(self) -> None:
        """Stops sources, decode, sync, store, in this order."""
        raise NotImplementedError
