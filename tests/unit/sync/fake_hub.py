"""A hub written by hand: it holds what a gate's backend would carry, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from checkin.domain.events import JournalLine
from checkin.domain.visit import Record
from checkin.errors import CheckinError
from checkin.sync.backend import ClockOffset
from checkin.wire import (
    Answer,
    BatchAnswer,
    Change,
    EnrolAnswer,
    EnrolRequest,
    PeerLine,
    PeerPage,
    Rejection,
    RosterPage,
    Status,
    kind_of,
    line_out,
    record_fields,
)
from tests.field import NOW

Reply = Callable[[JournalLine], Answer | None]


class FakeHub:
    """A ``Backend`` in memory.  ``before(name)`` is called before every request and may raise; so may ``after``."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.others: list[PeerLine] = []
        self.received: list[JournalLine] = []
        self.calls: list[str] = []
        self.sizes: list[int] = []
        self.page = 3
        self.offset_s = 0.0
        self.known: int | None = None
        self.beyond: int | None = None
        self.before: Callable[[str], None] = lambda name: None
        self.after: Callable[[str], None] = lambda name: None
        self.reply: Reply = self.accept

    # --- what a test says -------------------------------------------------------------------------

    def fail(self, error: CheckinError, *names: str, times: int = 1) -> None:
        """The next so many requests (of these names) end with this error."""
        left = times

        def before(name: str) -> None:
            nonlocal left
            if left and (not names or name in names):
                left -= 1
                raise error

        self.before = before

    def put(self, *records: Record) -> None:
        """These are on the plant's roster."""
        for record in records:
            self.change(kind_of(record), record.id, record_fields(record))

    def change(self, kind: str, identity: str, record: dict[str, object] | None) -> None:
        """One change, whatever is in it."""
        self.changes.append(Change(kind=kind, id=identity, revision=len(self.changes), record=record))

    def tell(self, *lines: JournalLine) -> None:
        """Other gates have sent these."""
        self.others += [PeerLine(line=line_out(line), received_at=NOW) for line in lines]

    def accept(self, line: JournalLine) -> Answer | None:
        known = line in self.received
        if not known:
            self.received.append(line)
        return Answer(id=line.event.id, status=Status.DUPLICATE if known else Status.ACCEPTED)

    def reject(self, *ids: str, reason: Rejection = Rejection.FORK) -> None:
        """These are not taken."""

        def reply(line: JournalLine) -> Answer | None:
            if line.event.id in ids:
                return Answer(id=line.event.id, status=Status.REJECTED, reason=reason)
            return self.accept(line)

        self.reply = reply

    @property
    def ids(self) -> list[str]:
        """Events that arrived, in their order."""
        return [line.event.id for line in self.received]

    # --- a Backend --------------------------------------------------------------------------------

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        self._came("enrol")
        return EnrolAnswer(token="token", plant="hleb", plant_name="Хлеб", gate="g1", gate_name="Главная")

    def fetch(self, cursor: str, limit: int = 500) -> RosterPage:
        self._came("fetch")
        begin = int(cursor or 0)
        end = min(begin + min(self.page, limit), len(self.changes))
        self.after("fetch")
        return RosterPage(
            changes=self.changes[begin:end],
            cursor=str(end),
            more=end < len(self.changes),
            total=len(self.changes) - begin,
            known=self.known,
            beyond=self.beyond,
        )

    def push(self, lines: Sequence[JournalLine], sent_at: datetime) -> BatchAnswer:
        self._came("push")
        self.sizes.append(len(lines))
        answers = [answer for line in lines if (answer := self.reply(line)) is not None]
        self.after("push")
        return BatchAnswer(answers=answers, server_time=sent_at)

    def interrupt(self) -> None:
        pass

    def peers(self, cursor: str, wait_s: float = 0, roster: str = "") -> PeerPage:
        self._came("peers")
        begin = int(cursor or 0)
        end = min(begin + self.page, len(self.others))
        self.after("peers")
        return PeerPage(
            lines=self.others[begin:end], cursor=str(end), more=end < len(self.others), server_time=NOW + timedelta()
        )

    def clock_offset(self) -> ClockOffset:
        self._came("clock")
        return ClockOffset(self.offset_s, 0.01)

    def glimpse(self) -> ClockOffset | None:
        return ClockOffset(self.offset_s, 0.5)

    def _came(self, name: str) -> None:
        self.calls.append(name)
        self.before(name)
