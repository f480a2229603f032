"""Lists of visitors that come in as files, and attendance that goes out as one.  Never on the store's thread.

Only what is written of a list goes there, in units; reading and comparing it keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checkin.store import Store


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


class ListsAtGate:
    """``unit`` runs one piece of work on the store's thread and waits; ``taken`` is called after a list was taken."""

    def __init__(self, store: Store, unit: Callable[[Callable[[], int]], int], taken: Callable[[], None]) -> None:
        self._store, self._unit, self._taken = store, unit, taken

    def bring(
        self,
        path: Path,
        *,
        plant: str | None = None,
        apply: bool = True,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ImportReport:
        """Reads a list and takes it into the store (not ``apply``: only says what it would)."""
        from checkin.rosters.taking import take_list

        taken = take_list(
            self._store,
            path,
            plant=plant,
            apply=apply,
            progress=progress,
            cancelled=cancelled,
            unit=self._unit,
        )
        if apply:
            self._taken()
        counts = taken.plan.counts()
        return ImportReport(
            file=path.name,
            rows=counts["rows"],
            taken=counts["taken"],
            changed=counts["changed"],
            unchanged=counts["unchanged"],
            removed=counts["removed"],
            faults=tuple((one.sheet, one.row, one.column, one.reason) for one in taken.plan.result.faults),
            notices=tuple(counts["notices"]),
            applied=apply,
        )

    def export(self, path: Path) -> int:
        """Writes the journal as XLSX or CSV by the file's ending; returns the number of rows."""
        from checkin.reports.attendance import export_attendance

        return export_attendance(self._store, path)
