"""Codes that come in, from the camera's view to the committed verdict, and what a person takes back.

A verdict goes before everything else on the store's thread; the frame it came from is known until then, so that the
time in between can be told.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from checkin.desk import Desk, Direction, Outcome, Source
from checkin.domain.admission import Reason
from checkin.eyes import Sight
from checkin.facade.work import Work
from checkin.runtime.worker import Urgency

FRAMES_KEPT = 500
"""Codes whose frame's time is kept until they are judged; one held back by a question does not come to more."""


class ScansAtGate:
    """``judged(text, word)`` is told of every verdict.  There is one taker of codes: another one takes its place."""

    def __init__(
        self, desk: Callable[[], Desk], work: Work, judged: Callable[[str, str], None], entry: Callable[[], None]
    ) -> None:
        """``entry`` raises where nobody may be let in by whoever is here."""
        self._desk, self._work, self._judged, self._entry = desk, work, judged, entry
        self._frame_at: dict[str, float] = {}
        self.taker: Callable[[list[str]], None] | None = None
        self.sight_taker: Callable[[Sight], None] | None = None
        self.frame_to_verdict_ms: deque[float] = deque(maxlen=10_000)
        """For codes from the camera: from the frame to the committed verdict."""

    def came(self, texts: list[str], at: float) -> None:
        """Codes came into the camera's view in a frame of this (monotonic) time."""
        if len(self._frame_at) > FRAMES_KEPT:
            self._frame_at.clear()
        self._frame_at.update(dict.fromkeys(texts, at))
        if self.taker is not None:
            self.taker(texts)

    def saw(self, sight: Sight) -> None:
        """What lies before the camera together has changed."""
        if self.sight_taker is not None:
            self.sight_taker(sight)

    def scan(self, text: str, source: Source, direction: Direction, confirmed: frozenset[Reason]) -> Future[Outcome]:
        """Judges and writes."""
        frame_at = self._frame_at.pop(text, None) if source is Source.CAMERA else None

        def job() -> Outcome:
            if direction is Direction.IN:
                self._entry()
            outcome = self._desk().scan(text, source, direction, confirmed)
            if frame_at is not None:
                self.frame_to_verdict_ms.append((time.monotonic() - frame_at) * 1000)
            self._judged(text, outcome.word)
            return outcome

        return self._work(Urgency.SCAN, job, True)

    def decline(self, outcome: Outcome) -> Future[Outcome]:
        """The operator's no to a question."""

        def job() -> Outcome:
            declined = self._desk().decline(outcome)
            self._judged(outcome.text, declined.word)
            return declined

        return self._work(Urgency.SCAN, job, True)

    def undo(self, event_id: str) -> Future[bool]:
        """Takes an entry or exit back."""
        return self._work(Urgency.SCAN, lambda: self._desk().undo(event_id), True)
