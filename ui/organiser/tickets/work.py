"""What runs on the page, one job at a time, and what came of the last one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.organising.book import Desk
from checkin.organising.office import Office
from ui.ports import Turn

T = TypeVar("T")
Tell = Callable[[int, int], None]
"""What a job calls with how far it is; raises ``Stopped`` in it once somebody wants it to stop."""


class Stopped(CheckinError):
    """A person stopped the run."""


class Work:
    """Jobs of the page.  ``told`` is called whenever there is something else to see."""

    def __init__(self, office: Office, turn: Turn, told: Callable[[], None]) -> None:
        self._office, self._turn, self._told = office, turn, told
        self.busy = self.error = self.says = ""
        self.progress = (0, 0)
        self._cancel = threading.Event()

    def quiet(self) -> None:
        """What was said is read."""
        self.error = self.says = ""

    def ask(self, job: Callable[[Desk], T], done: Callable[[T], None]) -> None:
        """Looks something up; the page stays usable."""
        self._turn.deliver(self._office.ask(job), done, self.fail)

    def run(
        self,
        busy: str,
        job: Callable[[Desk, Tell], T],
        done: Callable[[T], str],
        failed: Callable[[CheckinError], None] | None = None,
        *,
        going: str = "",
    ) -> None:
        """Does something while ``busy`` says what, and ``going`` once it tells how far it is.

        ``done`` gives the words that it ends with.
        """
        self.quiet()
        self.busy, self.progress, self._cancel = busy, (0, 0), threading.Event()
        tell = self._teller(going)

        def ended(result: T) -> None:
            self.busy = ""
            self.says = done(result)
            self._told()

        def broken(error: CheckinError) -> None:
            if failed is not None:
                failed(error)
            self.fail(error)

        self._turn.deliver(self._office.run(lambda desk: job(desk, tell)), ended, broken)
        self._told()

    def _teller(self, busy: str) -> Tell:
        cancel = self._cancel

        def heard(done: int, of: int) -> None:
            if cancel is self._cancel and self.busy:
                self.busy, self.progress = busy, (done, of)
                self._told()

        def tell(done: int, of: int) -> None:
            self._turn.post(lambda: heard(done, of))
            if cancel.is_set():
                raise Stopped(_("Stopped. The same button goes on from there"))

        return tell

    def fail(self, error: CheckinError) -> None:
        """Says what went wrong."""
        self.busy, self.error, self.says = "", str(error), ""
        self._told()

    def stop(self) -> None:
        """What runs stops where it is; what is written stays."""
        self._cancel.set()
