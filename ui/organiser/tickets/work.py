"""What runs on the page, one job at a time, and what came of the last one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.organising.book import Desk
from checkin.organising.office import Office
from ui.ports import Turn

T = TypeVar("T")
Tell = Callable[[int, int], None]
"""What a job calls with how far it is, of 0 when it does not know; raises ``Stopped`` in it to stop it."""


TELL_S = 0.1
"""The page is told so often how far a job is, however many files it writes: each time it is shown anew."""


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
        cancel, due = self._cancel, 0.0

        def heard(done: int, of: int) -> None:
            if cancel is self._cancel and self.busy:
                self.progress = (done, of)
                if not self.stopping:
                    self.busy = busy
                self._told()

        def tell(done: int, of: int) -> None:
            nonlocal due
            if of and ((now := time.monotonic()) >= due or done == of):
                due = now + TELL_S
                self._turn.post(lambda: heard(done, of))
            if cancel.is_set():
                raise Stopped(_("Stopped. The same button goes on from there"))

        return tell

    def fail(self, error: CheckinError) -> None:
        """Says what went wrong; that somebody stopped it is nothing wrong."""
        self.busy = ""
        self.error, self.says = ("", str(error)) if isinstance(error, Stopped) else (str(error), "")
        self._told()

    @property
    def stopping(self) -> bool:
        """Whether somebody wants what runs to stop."""
        return bool(self.busy) and self._cancel.is_set()

    def stop(self) -> None:
        """What runs stops where it is; what is written stays.  The page says so at once."""
        if self.busy and not self._cancel.is_set():
            self._cancel.set()
            self.busy = _("Stopping…")
            self._told()
