"""One push of a gate's journal: batches, and the one event over which the hub stumbles found among them.

An event stays behind only when the hub failed over it alone and took another one: a hub that takes nothing is down,
and that is no event's fault.  Only a failure of the hub's own (5xx) puts an event off, and only the hub's own words
reject one; whatever else comes instead of an answer ends the push and blames nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from checkin.clock import Clock
from checkin.domain.events import JournalLine
from checkin.errors import Misunderstood, ServerFailed
from checkin.store import Store
from checkin.store.outbox import LONGEST
from checkin.sync.backend import Backend
from checkin.sync.halving import Halving
from checkin.sync.moved import Moved
from checkin.wire import Answer, Rejection, Status

ASIDE_FIRST = timedelta(seconds=90)
"""Longer than the runner's longest pause: what stood aside would else be due again, and first, in every round."""
ASIDE = timedelta(minutes=5)
Alone = tuple[JournalLine, ServerFailed | Misunderstood]


def settle(store: Store, unit: Callable[[Callable[[], int]], int], answers: Sequence[Answer], sent: set[str]) -> Moved:
    """Settles what was answered for; an answer for what was not sent says nothing."""
    settled = [
        answer.id for answer in answers if answer.id in sent and answer.status in (Status.ACCEPTED, Status.DUPLICATE)
    ]
    rejected = [
        (answer.id, (answer.reason or Rejection.OTHER).value)
        for answer in answers
        if answer.id in sent and answer.status in (Status.REJECTED, Status.OTHER)
    ]

    def write() -> int:
        with store.take() as tx:
            tx.outbox.settled(settled)
            tx.outbox.rejected(rejected)
        return len(settled)

    unit(write)
    return Moved(pushed=len(settled), rejected=len(rejected))


@dataclass(slots=True)
class Pushing:
    """Sends what is due until nothing is, or until a batch brings no answer that settles anything."""

    store: Store
    backend: Backend
    clock: Clock
    unit: Callable[[Callable[[], int]], int]
    stopping: Callable[[], bool]
    tell: Callable[[Moved], None]
    asked: bool
    """A person asks: what waits aside goes with the rest."""
    _moved: Moved = field(default_factory=Moved, init=False)
    _failed: dict[str, ServerFailed | Misunderstood] = field(default_factory=dict, init=False)
    """Events that failed alone and still wait: they are not sent again in this push."""
    _taken: JournalLine | None = field(default=None, init=False)
    """The last that the hub has answered for: it answers for it again as long as it is well."""

    def run(self) -> Moved:
        """Raises what the hub said of an event that failed alone, when all others have been sent."""
        pace = Halving()
        alone: list[Alone] = []
        while not self.stopping() and (lines := self._due(pace.size)):
            try:
                told = self._send(lines)
            except (ServerFailed, Misunderstood) as error:
                if pace.failed(len(lines)):
                    self._failed[lines[0].event.id] = error
                    alone.append((lines[0], error))
                if not pace.hopeless:
                    continue
                if not self._well():
                    break
            else:
                if not told.pushed and not told.rejected:
                    break
            pace.went()
            self._leave(alone)
            alone = []
        if alone and self._taken is not None and not self.stopping() and self._well():
            self._leave(alone)
        elif alone:
            self._put_off([line for line, _error in alone], again_only=True)
        for failure in self._failed.values():
            raise failure
        return self._moved

    def _due(self, count: int) -> list[JournalLine]:
        now = self.clock.now() + (LONGEST if self.asked else timedelta())
        with self.store.read() as tx:
            lines = tx.outbox.due(now, count + len(self._failed))
        return [line for line in lines if line.event.id not in self._failed][:count]

    def _send(self, lines: Sequence[JournalLine]) -> Moved:
        answers = self.backend.push(lines, self.clock.now()).answers
        told = settle(self.store, self.unit, answers, {line.event.id for line in lines})
        self._moved += told
        self.tell(self._moved)
        if told.pushed:
            self._taken = lines[-1]
        return told

    def _well(self) -> bool:
        """Whether the hub takes anything at all now: what it has taken before, else the newest event that waits."""
        line = self._taken or self._newest()
        try:
            return line is not None and bool(self.backend.push([line], self.clock.now()).answers)
        except (ServerFailed, Misunderstood):
            return False

    def _newest(self) -> JournalLine | None:
        with self.store.read() as tx:
            line = tx.outbox.newest()
        return None if line is None or line.event.id in self._failed else line

    def _leave(self, alone: Sequence[Alone]) -> None:
        """These failed, and another one did not: the hub's failure lets them wait, its word against them is kept."""
        refused = [line.event.id for line, error in alone if isinstance(error, Misunderstood)]
        self._put_off([line for line, error in alone if isinstance(error, ServerFailed)])
        answers = [Answer(id=one, status=Status.REJECTED, reason=Rejection.MALFORMED) for one in refused]
        if answers:
            self._moved += settle(self.store, self.unit, answers, set(refused))
            self._failed = {one: error for one, error in self._failed.items() if one not in refused}
            self.tell(self._moved)

    def _put_off(self, lines: Sequence[JournalLine], *, again_only: bool = False) -> None:
        now = self.clock.now()

        def put_off() -> int:
            with self.store.write() as tx:
                ids = [line.event.id for line in lines]
                tx.outbox.put_off(ids, now, ASIDE_FIRST, ASIDE, again_only=again_only)
            return len(lines)

        if lines:
            self.unit(put_off)
