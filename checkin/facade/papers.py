"""Documents of a gate: typeset, sent to the printer, kept in the profile's folder.  Never on the store's thread.

A document is in its file before a printer is asked, so whatever the printer does there is something to carry.  What the
program keeps for itself is sealed with the store's key, unless the settings want it readable; a readable file that a
printer needed is gone as soon as the printer has it, and one that no printer took is gone with the program's end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path

from checkin.clock import Clock, file_stamp
from checkin.desk.groups import GroupCard
from checkin.desk.musters import MusterList, Story
from checkin.errors import CheckinError, DiskFull, SettingsWrong
from checkin.i18n import gettext as _
from checkin.reports.printing import Printed, SavedOnly, print_file
from checkin.settings import Settings
from checkin.store.keys import wipe
from checkin.store.vault import ENDING, Vault
from checkin.wholefile import replace

log = logging.getLogger(__name__)

Paper = Printed | SavedOnly
"""What became of a document; ``message`` says it to the person."""


class Papers:
    """Makes documents in ``folder``; the settings are asked when one is made."""

    def __init__(
        self, folder: Path, slow: Executor, clock: Clock, settings: Callable[[], Settings], vault: Vault
    ) -> None:
        self._folder, self._slow, self._clock, self._settings, self._vault = folder, slow, clock, settings, vault
        self._renewing = threading.Lock()
        self._keeping = threading.Lock()
        self.sweep()  # whatever a power cut left readable

    def sweep(self) -> None:
        """Leaves no readable document in the folder, unless the settings want it so."""
        if self._settings().sheet_open:
            return
        for path in (*self._folder.glob("*.pdf"), *self._folder.glob("*.new")):
            try:
                wipe(path)
            except OSError as error:
                log.warning("a document stays readable: %s", error.strerror)

    def warm(self) -> None:
        """Gets ready for the first document, so that the sheet of an alarm need not; nobody waits for it."""

        def job() -> None:
            from checkin.reports.typesetting import TypesettingFailed, warm

            try:
                warm()
            except TypesettingFailed as error:
                log.warning("no documents can be made: %s", error)

        self._slow.submit(job)

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._folder

    def signatures(self, card: GroupCard) -> Future[Paper]:
        """The signature sheet of a briefing."""

        def job() -> Paper:
            from checkin.reports.signatures import signature_sheet

            return self._out(signature_sheet(card, self._settings().language), "briefing")

        return self._slow.submit(job)

    def muster_sheet(self, ask: Callable[[], MusterList | None]) -> Future[Paper]:
        """The list of everybody inside; ``ask`` is called where the document is made."""

        def job() -> Paper:
            from checkin.reports.muster import NEWEST, muster_sheet

            sheet = muster_sheet(_there(ask()), self._settings().language)
            self._keep(sheet)
            return self._to_printer(sheet, NEWEST, _("Evacuation list"))

        return self._slow.submit(job)

    def muster_report(self, ask: Callable[[], Story | None]) -> Future[Paper]:
        """What came of the last muster."""

        def job() -> Paper:
            from checkin.reports.mustering import muster_report

            story = ask()
            if story is None:
                raise SettingsWrong(_("There was no alarm yet: there is nothing to report"))
            return self._out(
                muster_report(story.listed, story.events, self._settings().language, story.names), "evacuation"
            )

        return self._slow.submit(job)

    def renew(self, ask: Callable[[], MusterList | None]) -> None:
        """The list on the disk anew, because the power may go, and on paper where that is set.

        One that is being made is enough: what comes meanwhile is in the next.
        """
        settings = self._settings()
        if not settings.sheet_renewed and not settings.sheet_printed:
            return

        def job() -> None:
            from checkin.reports.muster import NEWEST, muster_sheet

            self._renewing.release()  # what comes from now on is not in this list
            try:
                listed = ask()
                if listed is not None:
                    sheet = muster_sheet(listed, settings.language)
                    self._keep(sheet)
                    if settings.sheet_printed:
                        self._to_printer(sheet, NEWEST, _("Who is inside"))
            except CheckinError as error:
                log.warning("the evacuation list was not renewed: %s", error)  # printing by hand says what is wrong

        if self._renewing.acquire(blocking=False):
            try:
                self._slow.submit(job)
            except RuntimeError:  # closing
                self._renewing.release()

    def _keep(self, sheet: bytes) -> None:
        """The newest list and the one before it, in the form that the settings want."""
        from checkin.reports.muster import BEFORE, NEWEST, save_sheet

        if self._settings().sheet_open:
            save_sheet(sheet, self._folder)
            return
        newest, before = (self._folder / f"{name}{ENDING}" for name in (NEWEST, BEFORE))
        with self._keeping, self._folder_says():
            if newest.exists():
                replace(before, newest.read_bytes())  # a copy: the newest is never absent
            self._vault.keep(newest, sheet)

    def _out(self, content: bytes, name: str) -> Paper:
        return self._to_printer(content, f"{name}-{file_stamp(self._clock.now())}.pdf", name)

    def _to_printer(self, content: bytes, name: str, title: str) -> Paper:
        path = self._folder / name
        with self._folder_says():
            replace(path, content)
        paper = print_file(path, title=title)
        if self._settings().sheet_open:
            return paper
        if isinstance(paper, SavedOnly):
            return SavedOnly(path, passing=True)
        if not paper.spooled:
            return paper
        with self._folder_says():
            wipe(path)
        return Printed(path, paper.printer, gone=True)

    @contextmanager
    def _folder_says(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            if error.errno == 28:
                raise DiskFull(_("The disk is full: the document was not written")) from error
            why = error.strerror or str(error)
            raise SettingsWrong(
                _("The document cannot be written to {folder}: {why}").format(folder=self._folder, why=why)
            ) from error


def _there(listed: MusterList | None) -> MusterList:
    if listed is None:
        raise SettingsWrong(_("Choose the plant first, on the settings page"))
    return listed
