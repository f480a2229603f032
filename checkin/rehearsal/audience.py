"""Visitors for somebody who tries the window: a ticket before the camera every few seconds, as long as the demo runs.

The next visitor comes only when the one before has their verdict, so a question can be answered in peace.
"""

from __future__ import annotations

import itertools
import threading

from checkin.i18n import gettext as _
from checkin.issuing.qr import array
from checkin.rehearsal.demo import Demo
from checkin.rehearsal.shift import MODULE_PX, programme
from checkin.scanning.stage import StageSource

EVERY_S = 4.0
LOOK_S = 0.3


class Audience(threading.Thread):
    """Shows tickets until ``stop``."""

    def __init__(self, running: Demo) -> None:
        super().__init__(name="audience")
        self._running = running
        self._stopping = threading.Event()

    def run(self) -> None:
        stage = StageSource(_("Demo visitors"), self._running.season.seed)
        self._running.app.look_at(stage)
        for code in itertools.cycle(programme(self._running.season, 300)):
            stage.show(array(code, MODULE_PX))
            if self._stopping.wait(EVERY_S):
                return
            stage.clear()
            while self._running.app.word_of(code) == "ask":
                if self._stopping.wait(LOOK_S):
                    return

    def stop(self) -> None:
        """Nobody comes any more."""
        self._stopping.set()
        self.join()
