"""Lines of a hub on their way to the hub above, in the order in which they came: one that fails there holds up none.

A line over which the hub above breaks down, alone and while it takes another one, stays behind: it is written down as a
finding before anything passes it, so nothing of it is lost, and goes up again from time to time until it is answered
for.  The hub above needs no order: a line behind one that is missing shows as a gap there, which heals when that comes.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from checkin.clock import Clock
from checkin.errors import CheckinError, Misunderstood, ServerFailed
from checkin.hub import Hub, relay
from checkin.hub.database import reading, writing
from checkin.hub.findings import WAITS, Finding, keep_refused, keep_waiting, still_waiting, taken
from checkin.hub.models import RelayAnswer
from checkin.hub.relay import Outgoing
from checkin.sync.halving import MOST_FAILURES, Halving
from checkin.sync.http import HttpBackend
from checkin.sync.refusals import strange
from checkin.wire import Status

log = logging.getLogger("checkin.hubchain")
FAILS = (ServerFailed, Misunderstood)


@dataclass(slots=True)
class Passing:
    """The lines of one plant."""

    hub: Hub
    above: HttpBackend
    clock: Clock
    stopping: Callable[[], bool]
    plant: str

    def up(self, after: int, went: Callable[[Outgoing, RelayAnswer], int], left: Callable[[int], object]) -> None:
        """Passes up what came after a position; ``went`` says where to go on behind a batch that was answered.

        ``left`` is told the position up to which all was answered for or is written down.  Raises what the hub above
        said of lines that failed when it took nothing else.
        """
        self._up(after, went, left, everything=False)

    def everything(self) -> None:
        """Passes up all that is here, what came from above as well.  What fails is written down without any proof."""
        self._up(0, lambda batch, _answer: batch.position, lambda _position: None, everything=True)

    def _up(
        self,
        after: int,
        went: Callable[[Outgoing, RelayAnswer], int],
        left: Callable[[int], object],
        *,
        everything: bool,
    ) -> None:
        pace = Halving()
        alone: list[Outgoing] = []
        good: Outgoing | None = None
        failure: CheckinError | None = None
        while not self.stopping() and (batch := self._next(after, pace.size, everything=everything)) is not None:
            try:
                answer = self._ask(batch)
            except FAILS as error:
                if pace.failed(len(batch.lines)):
                    alone.append(batch)
                    failure = error
                    after = batch.position
                if not pace.hopeless:
                    continue
                if not self._well(good or self._newest(after)):
                    raise
                pace.went()
                self._leave(alone)
                alone = []
                left(after)
                continue
            pace.went()
            self._leave(alone)
            alone = []
            good = batch
            after = went(batch, answer)
        if not alone or self.stopping():
            return
        if not everything and not self._well(good) and failure is not None:
            raise failure
        self._leave(alone)
        left(after)

    def again(self) -> None:
        """Sends some of what failed before once more, each by itself."""
        with reading(self.hub.engine) as connection:
            waiting = still_waiting(connection, self.plant)
        for device, one in random.sample(waiting, min(MOST_FAILURES, len(waiting))):
            if self.stopping():
                return
            position = relay.position_of(self.hub.engine, self.plant, one.event)
            batch = None if position is None else self._next(position - 1, 1, everything=True)
            if batch is not None:
                try:
                    self.refused(batch, self._ask(batch))
                except FAILS:
                    continue
            with writing(self.hub.engine) as connection:
                taken(connection, self.plant, device, one.seq, self.clock.now())

    def waiting(self) -> int:
        """How many lines have failed and wait."""
        with reading(self.hub.engine) as connection:
            return len(still_waiting(connection, self.plant))

    def refused(self, batch: Outgoing, answer: RelayAnswer) -> None:
        """Writes down what the hub above would not take."""
        found = [
            (device, Finding(seq, f"upstream_{told.reason.value if told.reason else 'rejected'}", event))
            for told, (device, seq, event) in zip(answer.answers, batch.lines, strict=True)
            if told.status is Status.REJECTED
        ]
        if found:
            with writing(self.hub.engine) as connection:
                keep_refused(connection, self.plant, found, self.clock.now())

    def _next(self, after: int, most: int, *, everything: bool) -> Outgoing | None:
        return relay.outgoing(self.hub.engine, self.plant, after, most, self.clock.now(), everything=everything)

    def _newest(self, after: int) -> Outgoing | None:
        newest = relay.newest(self.hub.engine, self.plant)
        return self._next(newest - 1, 1, everything=False) if newest > after else None

    def _ask(self, batch: Outgoing) -> RelayAnswer:
        answer = self.above.ask(RelayAnswer, "POST", "relay/attendance", body=batch.body)
        if len(answer.answers) != len(batch.lines):
            raise strange()
        return answer

    def _well(self, batch: Outgoing | None) -> bool:
        """Whether the hub above takes anything at all now: what it has taken already it answers for again."""
        try:
            return batch is not None and bool(self._ask(batch).answers)
        except FAILS:
            return False

    def _leave(self, alone: Sequence[Outgoing]) -> None:
        if not alone:
            return
        found = [(device, Finding(seq, WAITS, event)) for batch in alone for device, seq, event in batch.lines]
        with writing(self.hub.engine) as connection:
            keep_waiting(connection, self.plant, found, self.clock.now())
        log.warning("the hub above breaks down over lines", extra={"plant": self.plant, "error": f"{len(found)} wait"})
