"""A hub in a process of its own, which a rehearsal starts, takes away and brings back."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

READY = "hub ready on "
START_S = 30.0
STOP_S = 10.0


class HubProcess:
    """``checkin hub`` on a profile; it keeps its port over a restart, so that gates find it again."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.url = ""

    def start(self) -> None:
        """Starts it, unless it runs; returns when it accepts connections."""
        if self._process is not None and self._process.poll() is None:
            return
        command = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "checkin"]
        self._process = subprocess.Popen(
            [*command, "--profile", str(self._profile), "hub", "--port", str(self._port), "--log-level", "error"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_drain, args=(self._process.stdout, lines), name="hub output").start()
        try:
            line = lines.get(timeout=START_S)
        except queue.Empty:
            line = ""
        if not line.startswith(READY):
            self.kill()
            raise SettingsWrong(_("The hub did not start"))
        self.url = line.removeprefix(READY).strip()
        self._port = urlsplit(self.url).port or 0

    def kill(self) -> None:
        """Takes it away without a word, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_S)

    def stop(self) -> None:
        """Ends it in good order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()


def _drain(stream: IO[str], lines: queue.Queue[str]) -> None:
    """Passes lines on until the process ends, so that it never blocks on a full pipe."""
    with stream:
        for line in stream:
            lines.put(line)
    lines.put("")
