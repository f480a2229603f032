"""The guides' page as a person switches it: on and off, its address, codes, and who has logged in.

The switch is kept with the settings, so the page is there again after a restart.  What goes wrong with it is a sentence
(``note``) and never stops the gate.  The server is loaded when it is first wanted: a gate without it
starts sooner.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from checkin.domain.visit import Tour
from checkin.errors import CheckinError
from checkin.i18n import gettext as _

if TYPE_CHECKING:
    from checkin.facade.guides import GuideServer
    from checkin.hub.guides.passes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A session: whose tours it opens (``guide``, or the title of one ``tour``), and until when."""

    guide: str
    tour: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidesNow:
    """How the page stands.  ``wanted`` is the switch, ``url`` is empty while nothing is served.

    ``tours`` are today's, to make codes for; ``sessions`` those who have logged in, the newest first.
    """

    wanted: bool = False
    url: str = ""
    note: str = ""
    tours: tuple[Tour, ...] = ()
    sessions: tuple[LoggedIn, ...] = ()


class Keeps(Protocol):
    """Saves settings by their names."""

    def __call__(self, **changes: Any) -> None: ...


class GuidesAtGate:
    """See ``checkin.facade.guides``.  Everything here is done in ``slow``; ``changed`` is called when it was."""

    def __init__(
        self,
        make: Callable[[], GuideServer],
        slow: Executor,
        keep: Keeps,
        changed: Callable[[], None],
        entitled: Callable[[str], None],
    ) -> None:
        """``entitled`` writes down what is done with codes, or raises ``NotAllowed``."""
        self._make, self._slow, self._keep, self._changed, self._entitled = make, slow, keep, changed, entitled
        self._server: GuideServer | None = None
        self._one = threading.RLock()
        self._wanted = self._closed = False
        self._note = ""

    @property
    def note(self) -> str:
        """What is wrong with the page, for a banner; else empty."""
        return self._note

    def switch(self, *, on: bool, port: int) -> Future[GuidesNow]:
        """Serves the page from now on, or no more; changes nothing where the setting may not be changed."""
        try:
            self._keep(guides_page=on)
        except CheckinError as error:
            refused: Future[GuidesNow] = Future()
            refused.set_exception(error)
            return refused
        self._wanted = on

        def job() -> GuidesNow:
            with self._one:
                self._note = ""
                if self._wanted and not self._closed:
                    self._start(port)
                elif self._server is not None:
                    self._server.stop()
            self._changed()
            return self._now()

        return self._slow.submit(job)

    def now(self) -> Future[GuidesNow]:
        """How it stands."""
        return self._slow.submit(self._now)

    def make_code(self, guide: str = "", *, tour: str = "") -> Future[Code]:
        """A code for a guide's tours (by name), or for one tour (by id); raises ``SettingsWrong``, ``NotAllowed``."""

        def job() -> Code:
            self._entitled(f"guide code {guide or tour}")
            return self._there().make_code(guide, tour=tour)

        return self._slow.submit(job)

    def log_out(self) -> Future[GuidesNow]:
        """Ends every session and every code; raises ``NotAllowed``."""

        def job() -> GuidesNow:
            self._entitled("guide codes end")
            self._there().forget()
            return self._now()

        return self._slow.submit(job)

    def close(self) -> None:
        """The program ends; the switch stays as it is."""
        self._closed = True
        with self._one:
            if self._server is not None:
                self._server.stop()

    def _there(self) -> GuideServer:
        with self._one:
            if self._server is None:
                self._server = self._make()
            return self._server

    def _now(self) -> GuidesNow:
        server = self._server
        if server is None or not self._wanted:
            return GuidesNow(wanted=self._wanted, note=self._note)
        try:
            tours = tuple(tour for _guide, tour in server.guides())
        except CheckinError as error:  # the plant is another, and not chosen yet
            return GuidesNow(wanted=True, url=server.url(), note=str(error))
        titles = {tour.id: tour.title for tour in tours}
        sessions = [
            LoggedIn(guide=one.guide, tour=titles.get(one.tour, one.tour), until=one.until) for one in server.sessions()
        ]
        return GuidesNow(wanted=True, url=server.url(), note=self._note, tours=tours, sessions=tuple(sessions))

    def _start(self, port: int) -> None:
        try:
            url = self._there().start(port=port)
        except CheckinError as error:
            self._note = _("The page for guides is not served. {why}").format(why=error)
            return
        if port and f":{port}/" not in url:
            self._note = _(
                "Another program uses port {port}, so guides find their page at {url}. Let them scan the new code"
            ).format(port=port, url=url)
