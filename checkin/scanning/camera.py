"""A thread that keeps a source alive and puts its newest frame into a mailbox.

Whatever happens to the source, the state that people see is right within two seconds, and frames come again by
themselves when the source is back.  A second, light thread watches, because the first may hang in the driver's read.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from checkin.errors import CameraLost
from checkin.runtime.mailbox import Mailbox
from checkin.runtime.stoppable import StoppableThread
from checkin.scanning.frame import Frame
from checkin.scanning.sources import Source, State

log = logging.getLogger(__name__)

STALL_S = 2.0
_BACKOFF_S = (0.5, 1.0, 2.0, 4.0)


class Camera(StoppableThread):
    """Reads ``source`` until it ends or ``stop``; the caller closes nothing else.

    ``on_state(state, message)`` is called from this camera's threads at each change; the message is for a
    person and may be empty.  ``on_frame`` sees every frame in this thread (for a preview) and must be quick.
    """

    def __init__(
        self,
        source: Source,
        mailbox: Mailbox[Frame],
        *,
        on_state: Callable[[State, str], None] | None = None,
        on_frame: Callable[[Frame], None] | None = None,
        stall_s: float = STALL_S,
        backoff_s: tuple[float, ...] = _BACKOFF_S,
    ) -> None:
        super().__init__("camera")
        self._source, self._mailbox = source, mailbox
        self._on_state, self._on_frame = on_state, on_frame
        self._stall_s, self._backoff_s = stall_s, backoff_s
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._state: State = "closed"
        self._last = time.monotonic()
        self._number = 0
        self._fps = 0.0

    @property
    def state(self) -> State:
        return self._state

    @property
    def fps(self) -> float:
        """Frames a second over about the last second; 0 while there are none."""
        return self._fps if self._state == "live" else 0.0

    def run(self) -> None:
        self._last = time.monotonic()
        watch = threading.Thread(target=self._watch, name="camera-watch", daemon=False)
        watch.start()
        try:
            self._work()
        finally:
            self._stopping.set()
            self._source.close()
            watch.join()
            if self._state != "ended":
                self._tell("closed")

    def _work(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            if self._opened() and self._read_on():
                failures = 0
            if self._source.state == "ended":
                self._tell("ended")
                return
            self._source.close()
            if self._stopping.wait(self._backoff_s[min(failures, len(self._backoff_s) - 1)]):
                return
            failures += 1

    def _opened(self) -> bool:
        if self._state == "closed":
            self._tell("opening")
        try:
            self._source.open()
        except CameraLost as error:
            self._tell("lost", str(error))
            return False
        with self._lock:
            self._last = time.monotonic()
        return True

    def _read_on(self) -> bool:
        """Read until the source stops giving; whether it gave anything."""
        gave = False
        while not self._stopping.is_set():
            frame = self._source.read()
            if frame is None:
                if self._source.state != "ended" and not self._stopping.is_set():
                    self._tell("lost")
                return gave
            self._count(frame)
            gave = True
        return gave

    def _count(self, frame: Frame) -> None:
        now = time.monotonic()
        with self._lock:
            gap, self._last = now - self._last, now
        self._number += 1
        if gap > 0:
            self._fps += 0.1 * (min(1 / gap, 240.0) - self._fps) if self._fps else min(1 / gap, 240.0)
        self._tell("live")
        self._mailbox.put(Frame(frame.pixels, frame.at, self._number - 1))
        if self._on_frame is not None:
            self._on_frame(frame)

    def _watch(self) -> None:
        """Tell "lost" while the other thread is stuck in an open or a read that gives nothing."""
        while not self._stopping.wait(self._stall_s / 8):
            if self._stalled():
                self._tell("lost", only_if=self._stalled)

    def _stalled(self) -> bool:
        return self._state in ("live", "opening") and time.monotonic() - self._last > self._stall_s

    def _tell(self, state: State, message: str = "", *, only_if: Callable[[], bool] | None = None) -> None:
        with self._telling:
            # Asked again under the lock: a frame that came meanwhile must not be followed by its own "lost".
            if state == self._state or (only_if is not None and not only_if()):
                return
            self._state = state
            log.info("camera is %s", state)
            if self._on_state is not None:
                self._on_state(state, message)
