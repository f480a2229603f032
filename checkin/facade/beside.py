"""The organiser's window, started beside a gate's: a process of its own, so that no list ever makes a scan wait."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _


def command(profile: Path) -> list[str]:
    """The words that open the organiser's window on a profile.  A built program is its own Python."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "checkin"]
    return [*program, "--profile", str(profile.resolve()), "organiser"]


class OrganiserBeside:
    """The organiser's window of one profile, as far as it was opened from here."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Starts it and waits for nothing; one that still runs is enough.

        Raises ``SettingsWrong`` where the system starts no process.
        """
        if self._process is not None and self._process.poll() is None:
            return
        try:
            self._process = subprocess.Popen(
                command(self._profile),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                close_fds=True,
            )
        except OSError as error:
            raise SettingsWrong(
                _("The organiser's window cannot be opened: {why}").format(why=error.strerror or error)
            ) from error
