"""Documents of a gate: typeset, kept in the profile's folder, sent to the printer.  Never on the store's thread.

A document is in its file before a printer is asked, so whatever the printer does there is something to carry.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

from checkin.clock import Clock
from checkin.desk.groups import GroupCard
from checkin.desk.musters import MusterList, Story
from checkin.errors import CheckinError, DiskFull, SettingsWrong
from checkin.i18n import gettext as _
from checkin.reports.printing import Printed, SavedOnly, print_file
from checkin.settings import Settings

log = logging.getLogger(__name__)

Paper = Printed | SavedOnly
"""What became of a document; ``message`` says it to the person."""


class Papers:
    """Makes documents in ``folder``; the settings are asked when one is made."""

    def __init__(self, folder: Path, slow: Executor, clock: Clock, settings: Callable[[], Settings]) -> None:
        self._folder, self._slow, self._clock, self._settings = folder, slow, clock, settings
        self._renewing = threading.Lock()

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
            from checkin.reports.muster import write_sheet

            path = write_sheet(_there(ask()), self._folder, self._settings().language)
            return print_file(path, title=_("Evacuation list"))

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
            from checkin.reports.muster import write_sheet

            self._renewing.release()  # what comes from now on is not in this list
            try:
                listed = ask()
                if listed is not None:
                    path = write_sheet(listed, self._folder, settings.language)
                    if settings.sheet_printed:
                        print_file(path, title=_("Who is inside"))
            except CheckinError as error:
                log.warning("the evacuation list was not renewed: %s", error)  # printing by hand says what is wrong

        if self._renewing.acquire(blocking=False):
            try:
                self._slow.submit(job)
            except RuntimeError:  # closing
                self._renewing.release()

    def _out(self, content: bytes, name: str) -> Paper:
        path = self._folder / f"{name}-{self._clock.now():%Y%m%d-%H%M%S}.pdf"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)
        except OSError as error:
            if error.errno == 28:
                raise DiskFull(_("The disk is full: the document was not written")) from error
            why = error.strerror or str(error)
            raise SettingsWrong(
                _("The document cannot be written to {folder}: {why}").format(folder=self._folder, why=why)
            ) from error
        return print_file(path, title=name)


def _there(listed: MusterList | None) -> MusterList:
    if listed is None:
        raise SettingsWrong(_("Choose the plant first, on the settings page"))
    return listed
