"""A shift by a script: every ticket is held before the camera until its verdict is there, questions are answered.

The gate is the real one (camera thread, decoder, desk, store, sync); only the visitors are played.
"""

from __future__ import annotations

import queue
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from checkin.app import GateApp
from checkin.desk import Outcome, Source
from checkin.domain.admission import Ask
from checkin.domain.visit import Ticket
from checkin.issuing.qr import array
from checkin.rosters.demo import Season
from checkin.scanning.repeat import AWAY_S
from checkin.scanning.stage import StageSource

SHOWN_AT_MOST_S = 5.0
MODULE_PX = 6


@dataclass(slots=True)
class Played:
    """What a shift did.  ``unread`` are codes that the camera did not read in time."""

    shown: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def reasons(self) -> Counter[str]:
        return Counter(outcome.reason.value for outcome in self.outcomes)


def programme(season: Season, tickets: int) -> list[str]:
    """The codes of a shift in the order in which they are shown, at least ``tickets`` of them.

    The tours that are on, then what goes wrong at every gate: tickets shown twice, bad codes, other days, other tours.
    """
    random = Random(season.seed)
    ours = [ticket for ticket in season.tickets if ticket.plant == season.shown]
    on_now = {tour.id for tour in season.running(season.shown)}
    coming = [ticket.code for ticket in ours if ticket.tour in on_now]
    bad = [bad.code for bad in season.codes]
    starts = {tour.id: tour.start for tour in season.tours}

    def away(ticket: Ticket) -> float:
        return abs((starts[ticket.tour] - season.now).total_seconds())

    others = [ticket.code for ticket in sorted(ours, key=away) if ticket.tour not in on_now]
    codes = coming + bad
    again = random.sample(coming, min(12, len(coming)))
    spare = max(0, tickets - len(codes) - len(again))
    codes += others[:spare]
    random.shuffle(codes)
    return codes + again


def play(
    app: GateApp,
    stage: StageSource,
    codes: list[str],
    *,
    at: dict[int, Callable[[], None]] | None = None,
    on_step: Callable[[int, Outcome], None] | None = None,
) -> Played:
    """Shows the codes one after another.  ``at`` are things to do before the code with that number is shown."""
    seen: queue.Queue[str] = queue.Queue()

    def take(texts: list[str]) -> None:
        for text in texts:
            seen.put(text)

    app.listen_codes(take)
    played = Played(shown=len(codes))
    random = Random(len(codes))
    left_at: dict[str, float] = {}
    for number, code in enumerate(codes):
        if at is not None and number in at:
            at[number]()
        _leave(stage, left_at.get(code))
        stage.show(array(code, MODULE_PX))
        text = _wait(seen, code)
        left_at[code] = time.monotonic()
        if text is None:
            played.unread.append(code)
            continue
        outcome = app.scan(text, Source.CAMERA).result()
        played.outcomes.append(outcome)
        if on_step is not None:
            on_step(number, outcome)
        played.outcomes.extend(_answers(app, outcome, yes=random.random() < 0.8))
    stage.clear()
    return played


def _answers(app: GateApp, outcome: Outcome, *, yes: bool) -> Iterator[Outcome]:
    """The operator settles every question, or says no to the first."""
    while isinstance(outcome.verdict, Ask):
        if yes:
            confirmed = outcome.confirmed | {outcome.reason}
            outcome = app.scan(outcome.text, outcome.source, outcome.direction, confirmed).result()
        else:
            outcome = app.decline(outcome).result()
        yield outcome


def _leave(stage: StageSource, left_at: float | None) -> None:
    """A ticket comes back no sooner than a visitor can: until then it is the same ticket, held still."""
    if left_at is not None and (rest := left_at + AWAY_S + 0.2 - time.monotonic()) > 0:
        stage.clear()
        time.sleep(rest)


def _wait(seen: queue.Queue[str], code: str) -> str | None:
    """The code as the camera read it; codes of the ticket before are passed over."""
    until = time.monotonic() + SHOWN_AT_MOST_S
    while (left := until - time.monotonic()) > 0:
        try:
            text = seen.get(timeout=left)
        except queue.Empty:
            return None
        if text == code:
            return text
    return None
