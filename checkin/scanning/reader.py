"""The decode thread: newest frame in, symbols and fresh codes out.

A frame is looked at only when something may have changed, decoded within its budget, and a code is handed on
to be judged once for each time it comes into view.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from checkin.runtime.mailbox import Mailbox, MailboxClosed
from checkin.runtime.stoppable import StoppableThread
from checkin.scanning import engines, layout
from checkin.scanning.decoder import Decoder
from checkin.scanning.frame import Frame
from checkin.scanning.motion import MotionGate
from checkin.scanning.repeat import RepeatFilter
from checkin.scanning.together import Sighting, Together


@dataclass(frozen=True, slots=True)
class Pace:
    """How the reader is doing over about the last 90 frames it looked at."""

    fps: float = 0.0
    ms_median: float = 0.0
    ms_p95: float = 0.0
    frames: int = 0
    decoded: int = 0
    skipped: int = 0


class Reader(StoppableThread):
    """Takes frames from ``mailbox`` until it is closed or ``stop``.  Callbacks run in this thread and must be quick.

    ``on_codes(texts, frame)`` gets the texts that came into view with this frame; ``on_seen(frame, sighting)``, before
    it, gets every decoded frame, with no symbols when there are none, so that an overlay can clear itself.
    """

    def __init__(
        self,
        mailbox: Mailbox[Frame],
        *,
        on_codes: Callable[[list[str], Frame], None],
        on_seen: Callable[[Frame, Sighting], None] | None = None,
        decoder: Decoder | None = None,
        gate: MotionGate | None = None,
        repeats: RepeatFilter | None = None,
    ) -> None:
        super().__init__("decode")
        self._mailbox = mailbox
        self._on_codes, self._on_seen = on_codes, on_seen
        self._decoder = decoder if decoder is not None else Decoder(follow=True)
        self._gate = gate if gate is not None else MotionGate()
        self._repeats = repeats if repeats is not None else RepeatFilter()
        self._together = Together()
        self._times: deque[float] = deque(maxlen=90)
        self._costs: deque[float] = deque(maxlen=90)
        self._forgotten: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._frames = self._decoded = 0

    @property
    def pace(self) -> Pace:
        times, costs = list(self._times), sorted(self._costs)
        span = times[-1] - times[0] if len(times) > 1 else 0.0
        current = bool(times) and time.monotonic() - times[-1] < 2.0
        return Pace(
            fps=(len(times) - 1) / span if span > 0 and current else 0.0,
            ms_median=median(costs) if costs else 0.0,
            ms_p95=costs[min(len(costs) - 1, int(len(costs) * 0.95))] if costs else 0.0,
            frames=self._frames,
            decoded=self._decoded,
            skipped=self._frames - self._decoded,
        )

    def forget(self, text: str | None = None) -> None:
        """Let a code (or all) be judged again while it is in view; from any thread, from the next frame on."""
        self._forgotten.put(text)

    def run(self) -> None:
        engines.warm()
        layout.formats()
        while not self._stopping.is_set():
            try:
                frame = self._mailbox.get(timeout_s=0.2)
            except MailboxClosed:
                return
            if frame is not None:
                self._look(frame)

    def _look(self, frame: Frame) -> None:
        self._frames += 1
        self._times.append(time.monotonic())
        if not self._gate.wants(frame.pixels, frame.at):
            return
        reading = self._decoder.decode(frame)
        self._decoded += 1
        self._costs.append(reading.ms)
        self._gate.saw(len(reading.symbols), frame.at)
        while not self._forgotten.empty():
            self._repeats.forget(self._forgotten.get())
        self._repeats.stay(self._together.staying(frame.at), frame.at)
        fresh = self._repeats.step(reading.texts, frame.at)
        sighting = self._together.step(reading, fresh, frame.at)
        if self._on_seen is not None:
            self._on_seen(frame, sighting)
        if fresh:
            self._on_codes(fresh, frame)
