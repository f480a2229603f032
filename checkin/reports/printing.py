"""A PDF to the default printer, without Qt.  The file is kept whether or not a printer takes it; nothing waits long.

Linux prints by ``lp`` (CUPS), Windows by what the PC has for "print" of a PDF.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from checkin.i18n import gettext as _

TIMEOUT_S = 8.0
"""Ten seconds from the alarm to paper (DESIGN 1): a spooler that has not answered by then is no printer."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer's queue has taken the document."""

    path: Path
    printer: str = ""
    spooled: bool = True
    """Whether the queue has a copy of its own, so that the file is needed no more."""
    gone: bool = False
    """Whether the file was removed."""

    @property
    def message(self) -> str:
        if self.gone:
            return _("Sent to the printer {printer}").format(printer=self.printer).strip()
        if not self.printer:
            return _("Sent to the printer. The file is {path}").format(path=self.path)
        return _("Sent to the printer {printer}. The file is {path}").format(printer=self.printer, path=self.path)


@dataclass(frozen=True, slots=True)
class SavedOnly:
    """No printer took it; the document is in the file."""

    path: Path
    passing: bool = False
    """Whether the file goes with the program's end."""

    @property
    def message(self) -> str:
        if self.passing:
            return _(
                "Not printed: no printer takes it. Saved until the program ends; open it and print: {path}"
            ).format(path=self.path)
        return _("Not printed: no printer takes it. Saved; open it and print: {path}").format(path=self.path)


def print_file(path: Path, *, title: str = "", timeout_s: float = TIMEOUT_S) -> Printed | SavedOnly:
    """Sends a PDF file to the default printer; never raises and never waits longer than ``timeout_s``."""
    if sys.platform == "win32":
        return _by_shell(path)
    return _by_lp(path, title, timeout_s)


def _by_lp(path: Path, title: str, timeout_s: float) -> Printed | SavedOnly:
    lp = shutil.which("lp")
    if lp is None:
        return SavedOnly(path)
    command = [lp, "-o", "media=A4", "-t", title or path.stem, "--", str(path.resolve())]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
            text=True,
            errors="replace",
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return SavedOnly(path)
    if done.returncode != 0:
        return SavedOnly(path)
    # "request id is HP-LaserJet-12 (1 file(s))"
    words = done.stdout.split()
    request = words[3] if done.stdout.startswith("request id is ") and len(words) > 3 else ""
    return Printed(path, request.rpartition("-")[0])


def _by_shell(path: Path) -> Printed | SavedOnly:
    """Whatever Windows opens PDFs with; it returns as soon as that program is asked."""
    try:
        os.startfile(str(path.resolve()), "print")  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return SavedOnly(path)
    return Printed(path, spooled=False)
