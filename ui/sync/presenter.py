"""What comes in and goes out.  A list is never taken before it was tried and its faults were shown."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from checkin.app import HubState, ImportReport
from checkin.errors import CheckinError
from checkin.facade.standing import unread_words
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time, ngettext
from checkin.sync import invitation
from checkin.sync.pinning import authority_in, fingerprint
from ui.ports import Facade, Presenter, Turn
from ui.status import age, hub_sentence

FAULTS_SHOWN = 200
DOUBLES_SHOWN = 100


class ImportStep(StrEnum):
    """How far a list has come."""

    NONE = "none"
    TRYING = "trying"
    TRIED = "tried"
    TAKING = "taking"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportState:
    """``done`` of ``total`` rows (0: not known).  ``faults`` are lines for a list."""

    step: ImportStep = ImportStep.NONE
    file: str = ""
    done: int = 0
    total: int = 0
    summary: str = ""
    faults: tuple[str, ...] = ()
    can_take: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleRow:
    """A ticket that two gates admitted: ``where`` are its times and gates."""

    id: str
    who: str
    where: str
    done: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """Everything on the exchange page."""

    hub_title: str
    hub_says: str
    hub_tone: str
    enrolled: bool
    can_sync: bool
    waiting: str
    rejected: str
    roster: str
    enrolling: bool
    enrol_error: str
    enrol_open: bool
    invited: tuple[str, str]
    pinned: str
    imported: ImportState
    exporting: bool
    export_says: str
    export_tone: str
    unread: str = ""
    doubles: tuple[DoubleRow, ...] = ()
    doubles_title: str = ""


class SyncPresenter(Presenter[SyncState]):
    """Owns the exchange page's state."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._enrolling = False
        self._enrol_error = ""
        self._enrol_open = False
        self._invited = ("", "", "")
        self._step = ImportStep.NONE
        self._path: Path | None = None
        self._progress = (0, 0)
        self._report: ImportReport | None = None
        self._import_error = ""
        self._cancel = threading.Event()
        self._exporting = False
        self._exported: tuple[str, int] | None = None
        self._export_error = ""

    def refreshed(self) -> None:
        """Something may have changed."""
        self._publish()

    def sync_pressed(self) -> None:
        """Talk to the hub now."""
        self._app.sync_now()
        self._publish()

    def enrol_opened(self) -> None:
        """Show the form to connect to another hub."""
        self._enrol_open = True
        self._publish()

    def invited(self, text: str) -> None:
        """An invitation's QR was read: it stands in the form; a person still connects."""
        try:
            told = invitation.read(text)
        except CheckinError as error:
            self._enrol_error = str(error)
        else:
            self._invited, self._enrol_error = (told.url, told.code, told.ca), ""
        self._enrol_open = True
        self._publish()

    def authority_chosen(self, path: Path) -> None:
        """The hub is to be pinned to the authority in this file."""
        try:
            self._invited, self._enrol_error = (*self._invited[:2], authority_in(path)), ""
        except CheckinError as error:
            self._enrol_error = str(error)
        self._publish()

    def enrol_pressed(self, url: str, code: str) -> None:
        """Connect with an address and a one-use code."""
        url, code = url.strip(), code.strip()
        if self._enrolling:
            return
        if not url or not code:
            self._enrol_error = _("Both are needed: the address of the hub and the one-use code.")
            self._publish()
            return
        if "://" not in url:
            url = f"https://{url}" if self._invited[2] else f"http://{url}"
        self._enrolling, self._enrol_error = True, ""
        self._turn.deliver(
            self._app.enrol(url, code, self._invited[2]),
            lambda _done: self._enrolled(""),
            lambda e: self._enrolled(str(e)),
        )
        self._publish()

    def _enrolled(self, error: str) -> None:
        self._enrolling, self._enrol_error = False, error
        self._enrol_open = bool(error)
        if not error:
            self._invited = ("", "", "")
        self._publish()

    def file_chosen(self, path: Path) -> None:
        """Try this list: nothing is taken yet."""
        if self._step in (ImportStep.TRYING, ImportStep.TAKING):
            return
        self._path = path
        self._run(ImportStep.TRYING)

    def take_pressed(self) -> None:
        """Take the list that was tried."""
        if self._step is ImportStep.TRIED and self._path is not None:
            self._run(ImportStep.TAKING)

    def cancel_pressed(self) -> None:
        """Stop what runs, or put the tried list away."""
        if self._step in (ImportStep.TRYING, ImportStep.TAKING):
            self._cancel.set()
        else:
            self._step, self._report, self._import_error = ImportStep.NONE, None, ""
        self._publish()

    def closing(self) -> None:
        """The program ends: a list that is being taken stops at its next row."""
        self._cancel.set()

    def _run(self, step: ImportStep) -> None:
        if self._path is None:
            return
        self._step, self._progress, self._import_error = step, (0, 0), ""
        cancel = self._cancel = threading.Event()

        def progress(done: int, total: int) -> None:
            self._turn.post(lambda: self._progressed(cancel, done, total))

        self._turn.deliver(
            self._app.import_list(
                self._path, apply=step is ImportStep.TAKING, progress=progress, cancelled=cancel.is_set
            ),
            self._imported,
            self._import_failed,
        )
        self._publish()

    def _progressed(self, whose: threading.Event, done: int, total: int) -> None:
        if whose is self._cancel and self._step in (ImportStep.TRYING, ImportStep.TAKING):
            self._progress = (done, total)
            self._publish()

    def _imported(self, report: ImportReport) -> None:
        if self._cancel.is_set() and not report.applied:
            self._step, self._report = ImportStep.NONE, None
        else:
            self._report = report
            self._step = ImportStep.TAKEN if report.applied else ImportStep.TRIED
        self._publish()

    def _import_failed(self, error: CheckinError) -> None:
        self._step, self._report = ImportStep.NONE, None
        self._import_error = "" if self._cancel.is_set() else str(error)
        self._publish()

    def export_chosen(self, path: Path) -> None:
        """Write the attendance into this file."""
        if self._exporting:
            return
        if path.suffix.lower() not in (".xlsx", ".csv"):
            path = path.with_name(path.name + ".xlsx")
        self._exporting, self._exported, self._export_error = True, None, ""
        self._turn.deliver(
            self._app.export_attendance(path), lambda rows: self._export_done(path.name, rows), self._export_failed
        )
        self._publish()

    def _export_done(self, name: str, rows: int) -> None:
        self._exporting, self._exported = False, (name, rows)
        self._publish()

    def _export_failed(self, error: CheckinError) -> None:
        self._exporting, self._export_error = False, str(error)
        self._publish()

    def _tell(self) -> SyncState:
        status, now = self._app.status(), self._app.clock.now()
        enrolled = status.hub is not HubState.NONE
        title, tone = {
            HubState.NONE: (_("No hub"), "plain"),
            HubState.SYNCING: (_("Exchanging…"), "ok"),
            HubState.OK: (_("Hub connected"), "ok"),
            HubState.OFFLINE: (_("No connection to the hub"), "warn"),
            HubState.REVOKED: (_("The hub does not accept this gate"), "bad"),
        }[status.hub]
        waiting = ngettext("{count} record waits to be sent", "{count} records wait to be sent", status.waiting).format(
            count=status.waiting
        )
        rejected = ngettext(
            "The hub rejected {count} record: tell the organiser.",
            "The hub rejected {count} records: tell the organiser.",
            status.rejected,
        ).format(count=status.rejected)
        return SyncState(
            hub_title=title,
            hub_says=hub_sentence(status, now),
            hub_tone=tone,
            enrolled=enrolled,
            can_sync=enrolled and status.hub is not HubState.SYNCING,
            waiting=waiting if status.waiting else _("Everything is sent") if enrolled else "",
            rejected=rejected if status.rejected else "",
            roster=self._roster(),
            enrolling=self._enrolling,
            enrol_error=self._enrol_error,
            invited=self._invited[:2],
            pinned=_pinned(self._invited[2]),
            enrol_open=self._enrol_open or status.hub in (HubState.NONE, HubState.REVOKED),
            imported=self._import_state(),
            exporting=self._exporting,
            export_says=self._export_says(),
            export_tone="bad" if self._export_error else "ok",
            unread=unread_words(status.unread) if status.unread else "",
            doubles=self._doubles(),
            doubles_title=ngettext(
                "{count} ticket was let in at two gates",
                "{count} tickets were let in at two gates",
                len(status.doubles),
            ).format(count=len(status.doubles)),
        )

    def _doubles(self) -> tuple[DoubleRow, ...]:
        status, now = self._app.status(), self._app.clock.now()
        zone = status.plant.tz if status.plant is not None else "Europe/Moscow"

        def moment(at: datetime) -> str:
            time = local_time(at, zone)
            return time if local_day(at, zone) == local_day(now, zone) else f"{local_day(at, zone)}, {time}"

        return tuple(
            DoubleRow(
                id=one.entries[-1].id,
                who=" · ".join(
                    part
                    for part in (one.visitor or _("name unknown"), one.tour.title if one.tour is not None else "")
                    if part
                ),
                where=" · ".join(
                    f"{moment(entry.at)} {gate}" for entry, gate in zip(one.entries, one.gates, strict=True)
                ),
                done=one.resolved,
                state=_("Dealt with") if one.resolved else _("Find out who came with it: only one of them is counted"),
            )
            for one in status.doubles[:DOUBLES_SHOWN]
        )

    def _roster(self) -> str:
        status, now = self._app.status(), self._app.clock.now()
        if status.roster_at is None or not status.visitors:
            return _("No list was loaded yet.")
        zone = status.plant.tz if status.plant is not None else "Europe/Moscow"
        count = ngettext("{count} visitor on the list", "{count} visitors on the list", status.visitors)
        when = f"{local_day(status.roster_at, zone)}, {local_time(status.roster_at, zone)}"
        return f"{count.format(count=status.visitors)} · {when} ({age(status.roster_at, now)})"

    def _import_state(self) -> ImportState:
        report = self._report
        if report is None or self._step in (ImportStep.TRYING, ImportStep.NONE):
            return ImportState(
                step=self._step,
                file=self._path.name if self._path is not None else "",
                done=self._progress[0],
                total=self._progress[1],
                error=self._import_error,
            )
        faults = [_fault_line(fault) for fault in report.faults[:FAULTS_SHOWN]]
        return ImportState(
            step=self._step,
            file=report.file,
            done=self._progress[0],
            total=self._progress[1],
            summary=_summary(report),
            faults=(*report.notices, *faults),
            can_take=self._step is ImportStep.TRIED and report.taken > 0,
            error=self._import_error,
        )

    def _export_says(self) -> str:
        if self._export_error:
            return self._export_error
        if self._exporting:
            return _("Writing…")
        if self._exported is None:
            return ""
        name, rows = self._exported
        return ngettext("{file}: {count} row written", "{file}: {count} rows written", rows).format(
            file=name, count=rows
        )


def _pinned(ca: str) -> str:
    """Which authority alone will vouch for the hub; ``ca`` is its certificate or its fingerprint."""
    if not ca:
        return ""
    told = (ca if len(ca) == 64 else fingerprint(ca)).upper()
    return _("Only a hub of this authority is believed: {fingerprint}").format(
        fingerprint=" ".join(told[start : start + 4] for start in range(0, 32, 4)) + " …"
    )


def _fault_line(fault: tuple[str, int, str, str]) -> str:
    sheet, row, column, reason = fault
    where = [sheet] if sheet else []
    where.append(_("row {row}").format(row=row))
    if column:
        where.append(_("“{column}”").format(column=column))
    return f"{', '.join(where)}: {reason}"


def _summary(report: ImportReport) -> str:
    rows = ngettext("{count} row read", "{count} rows read", report.rows).format(count=report.rows)
    parts = [rows, _("new: {count}").format(count=report.taken)]
    if report.faults:
        parts.append(ngettext("{count} fault", "{count} faults", len(report.faults)).format(count=len(report.faults)))
    moved = _("changed: {changed}, the same: {unchanged}, gone: {removed}").format(
        changed=report.changed, unchanged=report.unchanged, removed=report.removed
    )
    return " · ".join(parts) + "\n" + moved
