"""The gate's camera as the app runs it: one camera thread, one decode thread, the newest picture for the preview.

Choosing another source stops the one before it.  A source that cannot be opened is a state with a message; nothing here
raises because of a camera.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from checkin.errors import CameraLost


class CameraState(StrEnum):
    """How the camera does."""

    OFF = "off"
    STARTING = "starting"
    ON = "on"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """The newest picture (BGR, shared and never written to) and the symbols last seen: corners, word of the verdict.

    The word is None where there is no verdict yet, and ``UNREAD`` where a symbol is located but could not be read.
    """

    pixels: Any
    number: int
    symbols: tuple[tuple[Any, str | None], ...]


UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Sight:
    """Codes in front of the camera together, a sheet or several phones, and how many beside them are unread."""

    together: tuple[str, ...] = ()
    unread: int = 0


_STATES = {
    "closed": CameraState.OFF,
    "opening": CameraState.STARTING,
    "live": CameraState.ON,
    "lost": CameraState.LOST,
    "ended": CameraState.ENDED,
}


class Eyes:
    """Camera and reader.  ``on_codes(texts, at)`` gets codes that came into view and when their frame was taken;
    ``on_sight``, before it, gets what belongs together whenever that changes.
    """

    def __init__(
        self,
        on_codes: Callable[[list[str], float], None],
        on_change: Callable[[], None],
        on_sight: Callable[[Sight], None] = lambda _sight: None,
    ) -> None:
        self._on_codes = on_codes
        self._on_change = on_change
        self._on_sight = on_sight
        self._sight = Sight()
        self._changing = threading.Lock()
        self._camera: Any = None
        self._reader: Any = None
        self._mailbox: Any = None
        self._frame: Any = None
        self._seen: Any = None
        self._preview: Preview | None = None
        self._words: dict[str, str] = {}
        self.state = CameraState.OFF
        self.name = ""
        self.message = ""

    @property
    def fps(self) -> float:
        camera = self._camera
        return float(camera.fps) if camera is not None else 0.0

    def look(self, spec: str, *, size: tuple[int, int], loop: bool = False) -> None:
        """Opens another source; an empty one is none.  Takes as long as the source before it needs to stop."""
        from checkin.scanning import open_source

        with self._changing:
            self._stop()
            if not spec:
                self._become(CameraState.OFF, "")
                return
            self._become(CameraState.STARTING, "")
            try:
                source = open_source(spec, loop=loop, size=size)
            except CameraLost as error:
                self.name = ""
                self._become(CameraState.LOST, str(error))
                return
            self._start(source)

    def look_at(self, source: Any) -> None:
        """Looks at a source that is made already."""
        with self._changing:
            self._stop()
            self._start(source)

    def close(self) -> None:
        """Stops the source, then the decoding."""
        with self._changing:
            self._stop()

    def judged(self, text: str, word: str) -> None:
        """The verdict on a code, for its outline in the preview."""
        if len(self._words) > 200:
            self._words.clear()
        self._words[text] = word

    def word_of(self, text: str) -> str | None:
        """The word of the last verdict on a code, when it was judged lately."""
        return self._words.get(text)

    def preview(self) -> Preview | None:
        """The newest picture, or None when there is none; the same object as long as nothing changed."""
        frame = self._frame
        if frame is None or self.state is not CameraState.ON:
            return None
        symbols = self._outlines()
        last = self._preview
        if last is None or last.number != frame.number or last.symbols != symbols or last.pixels is not frame.pixels:
            self._preview = last = Preview(frame.pixels, frame.number, symbols)
        return last

    def _start(self, source: Any) -> None:
        from checkin.runtime.mailbox import Mailbox
        from checkin.scanning import Camera, Reader

        self.name = source.name
        self._mailbox = Mailbox()
        self._reader = Reader(self._mailbox, on_codes=self._came, on_seen=self._saw)
        self._camera = Camera(source, self._mailbox, on_state=self._told, on_frame=self._show)
        self._reader.start()
        self._camera.start()

    def _stop(self) -> None:
        if self._camera is not None:
            self._camera.stop()
            self._mailbox.close()
            self._reader.stop()
        self._camera = self._reader = self._mailbox = self._frame = self._preview = None
        self._seen = None

    def _outlines(self) -> tuple[tuple[Any, str | None], ...]:
        seen = self._seen
        if seen is None:
            return ()
        read = tuple((symbol.corners, self._words.get(symbol.text)) for symbol in seen.symbols)
        return (*read, *((corners, UNREAD) for corners in seen.unread))

    def _show(self, frame: Any) -> None:
        self._frame = frame

    def _saw(self, frame: Any, sighting: Any) -> None:
        self._seen = sighting
        sight = Sight(sighting.together, sighting.missing)
        if sight != self._sight:
            self._sight = sight
            self._on_sight(sight)

    def _came(self, texts: list[str], frame: Any) -> None:
        for text in texts:
            self._words.pop(text, None)  # what it was told an hour ago is not its verdict now
        self._on_codes(texts, frame.at)

    def _told(self, state: str, message: str) -> None:
        self._become(_STATES[state], message)

    def _become(self, state: CameraState, message: str) -> None:
        self.state, self.message = state, message
        self._on_change()
