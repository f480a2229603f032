"""The alarm as a window asks for it.  Goes before everything else on the store's thread, as a scan does."""

from __future__ import annotations

from concurrent.futures import Future

from checkin.desk import Desk
from checkin.desk.musters import MusterList, Musters, Presented
from checkin.domain.events import AttendanceEvent
from checkin.domain.muster import Mark
from checkin.errors import SettingsWrong
from checkin.facade.papers import Paper, Papers
from checkin.facade.work import Work
from checkin.i18n import gettext as _
from checkin.runtime.worker import Urgency


class MustersAtGate:
    """See ``checkin.desk.musters``.  Raises ``SettingsWrong`` while no plant is chosen.

    Only the all-clear is for those who are ``entitled``: raising the alarm and marks are everybody's.
    """

    def __init__(self, desk: Desk, work: Work, papers: Papers, entitled: Work) -> None:
        self._desk = desk
        self._musters = Musters(desk)
        self._work, self._entitled = work, entitled
        self._papers = papers

    @property
    def _plant(self) -> str:
        plant = self._desk.place.plant
        if plant is None:
            raise SettingsWrong(_("Choose the plant first, on the settings page"))
        return plant

    def raise_alarm(self, *, drill: bool) -> Future[AttendanceEvent]:
        """The muster begins, or the one that is on goes on."""
        return self._work(Urgency.SCAN, lambda: self._musters.raise_alarm(self._plant, drill=drill), True)

    def listed(self) -> Future[MusterList | None]:
        """Everybody inside, and how far the search has come."""
        return self._work(Urgency.SCAN, lambda: self._musters.listed(self._plant), False)

    def mark(self, subject: str, mark: Mark, note: str = "") -> Future[AttendanceEvent]:
        """Somebody was looked for."""
        return self._work(Urgency.SCAN, lambda: self._musters.mark(self._plant, subject, mark, note), True)

    def ticket_shown(self, text: str) -> Future[Presented]:
        """Who has this ticket is here: marked, where the list has them."""
        return self._work(Urgency.SCAN, lambda: self._musters.ticket_shown(self._plant, text), True)

    def stranger(self, name: str, note: str = "") -> Future[AttendanceEvent]:
        """Somebody stands at the meeting point who is on no list."""
        return self._work(Urgency.SCAN, lambda: self._musters.stranger(self._plant, name, note), True)

    def all_clear(self, note: str = "") -> Future[AttendanceEvent | None]:
        """The muster ends; raises ``NotAllowed``."""
        return self._entitled(Urgency.SCAN, lambda: self._musters.all_clear(self._plant, note), True)

    def print_sheet(self, listed: MusterList | None = None) -> Future[Paper]:
        """A list that was read, or the one that is now, on the disk and to the printer."""
        return self._papers.muster_sheet(lambda: listed or self.listed().result())

    def print_report(self) -> Future[Paper]:
        """The report of the last muster, kept as a file and sent to the printer."""
        return self._papers.muster_report(
            lambda: self._work(Urgency.PAGE, lambda: self._musters.story(self._plant), False).result()
        )

    def renew_sheet(self) -> None:
        """The list on the disk anew; nobody waits for it."""
        if self._desk.place.plant is not None:
            self._papers.renew(
                lambda: self._work(Urgency.PAGE, lambda: self._musters.listed(self._plant), False).result()
            )
