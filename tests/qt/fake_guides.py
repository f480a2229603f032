"""The guides' page of a gate written by hand: a switch, codes, and whoever a test says has logged in."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from checkin.facade.guidespage import GuidesNow, LoggedIn

if TYPE_CHECKING:
    from fake_app import FakeApp

URL = "http://192.168.10.24:8790/guides/"


@dataclass(frozen=True)
class FakeCode:
    text: str
    expires_at: datetime


class FakeGuides:
    """See ``checkin.facade.guidespage.GuidesAtGate``."""

    def __init__(self, app: FakeApp) -> None:
        self._app = app
        self.state = GuidesNow()
        self.codes = 0

    def switch(self, *, on: bool, port: int) -> Future[GuidesNow]:
        self._app.asked.append(("guides", on, port))
        self.state = replace(self.state, wanted=on, url=URL if on else "")
        return self.now()

    def now(self) -> Future[GuidesNow]:
        tours = tuple(self._app.tour_list) if self.state.wanted else ()
        return self._app._answer(lambda: replace(self.state, tours=tours))

    def make_code(self, guide: str = "", *, tour: str = "") -> Future[FakeCode]:
        self._app.asked.append(("guide_code", guide, tour))
        self.codes += 1
        return self._app._answer(lambda: FakeCode(f"K7QF-4M{self.codes}X", self._app.clock.now() + timedelta(hours=4)))

    def log_in(self, *guides: str) -> None:
        """These are logged in."""
        until = self._app.clock.now() + timedelta(hours=10)
        self.state = replace(self.state, sessions=tuple(LoggedIn(guide=one, tour="", until=until) for one in guides))

    def log_out(self) -> Future[GuidesNow]:
        self._app.asked.append(("guides_out",))
        self.state = replace(self.state, sessions=())
        return self.now()
