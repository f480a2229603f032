"""Attendance waiting for the hub.  A row leaves only on the hub's answer for that row; a rejected one stays visible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col, select

from checkin.domain.events import JournalLine
from checkin.store.lines import line_of
from checkin.store.prepared import Prepared
from checkin.store.rows import EventRow, OutboxRow, to_us

LONGEST = timedelta(minutes=10)
"""No line is put off for longer."""

_WAITING = Prepared(select(func.count()).select_from(OutboxRow).where(col(OutboxRow.rejected) == ""))
_REJECTED = Prepared(select(func.count()).select_from(OutboxRow).where(col(OutboxRow.rejected) != ""))


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that the hub would not take, and why."""

    line: JournalLine
    reason: str


class Outbox:
    """The events of this device that the hub has not accepted."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, now: datetime, limit: int) -> list[JournalLine]:
        """Lines whose next attempt has come, oldest first.

        One that was put off further than anybody puts a line off has seen the clock set back since: it is due as well.
        """
        waits = col(OutboxRow.next_us)
        rows = self._session.exec(
            select(EventRow)
            .join(OutboxRow, col(OutboxRow.event_id) == col(EventRow.id))
            .where(col(OutboxRow.rejected) == "", or_(waits <= to_us(now), waits > to_us(now + LONGEST)))
            .order_by(col(OutboxRow.seq))
            .limit(limit)
        ).all()
        return [line_of(row) for row in rows]

    def lines_waiting(self) -> list[JournalLine]:
        """Every line that waits for an answer, oldest first."""
        rows = self._session.exec(
            select(EventRow)
            .join(OutboxRow, col(OutboxRow.event_id) == col(EventRow.id))
            .where(col(OutboxRow.rejected) == "")
            .order_by(col(OutboxRow.seq))
        )
        return [line_of(row) for row in rows]

    def newest(self) -> JournalLine | None:
        """The line that has waited for the shortest time."""
        row = self._session.exec(
            select(EventRow)
            .join(OutboxRow, col(OutboxRow.event_id) == col(EventRow.id))
            .where(col(OutboxRow.rejected) == "")
            .order_by(col(OutboxRow.seq).desc())
            .limit(1)
        ).first()
        return None if row is None else line_of(row)

    def settled(self, ids: Iterable[str]) -> None:
        """The hub has answered for these: it has them."""
        wanted = list(ids)
        if wanted:
            self._session.execute(delete(OutboxRow).where(col(OutboxRow.event_id).in_(wanted)))

    def rejected(self, answers: Sequence[tuple[str, str]]) -> None:
        """The hub would not take these (id, reason): they wait for a person."""
        for event_id, reason in answers:
            self._session.execute(
                update(OutboxRow)
                .where(col(OutboxRow.event_id) == event_id)
                .values(rejected=reason, attempts=col(OutboxRow.attempts) + 1)
            )

    def retry(self, event_id: str) -> None:
        """A person wants a rejected event sent again."""
        self._session.execute(update(OutboxRow).where(col(OutboxRow.event_id) == event_id).values(rejected=""))

    def answered_after(self, device: str, plant: str, seq: int) -> list[tuple[str, int]]:
        """Id and number of a device's events behind a number that do not wait: the hub has answered for them."""
        rows = self._session.exec(
            select(EventRow.id, EventRow.seq)
            .where(
                col(EventRow.device) == device,
                col(EventRow.seq) > seq,
                col(EventRow.plant) == plant,
                col(EventRow.id).not_in(select(OutboxRow.event_id)),
            )
            .order_by(col(EventRow.seq))
        )
        return [(event_id, number) for event_id, number in rows]

    def again(self, events: Iterable[tuple[str, int]]) -> None:
        """These wait for the hub once more."""
        self._session.execute(
            insert(OutboxRow).on_conflict_do_nothing(),
            [
                {"event_id": event_id, "seq": seq, "attempts": 0, "next_us": 0, "rejected": ""}
                for event_id, seq in events
            ],
        )

    def put_off(
        self, ids: Iterable[str], now: datetime, first: timedelta, longest: timedelta, *, again_only: bool = False
    ) -> None:
        """These are not due for a while: ``first``, and twice as long each time after, up to ``longest``.

        With ``again_only`` those of them that have been put off before.
        """
        wanted = list(ids)
        rows = self._session.exec(
            select(OutboxRow.event_id, OutboxRow.attempts).where(col(OutboxRow.event_id).in_(wanted))
        ).all()
        for event_id, attempts in rows:
            if again_only and not attempts:
                continue
            until = now + min(longest, first * 2 ** min(attempts, 20))
            changed = update(OutboxRow).where(col(OutboxRow.event_id) == event_id)
            self._session.execute(changed.values(next_us=to_us(until), attempts=attempts + 1))

    def waiting(self) -> int:
        """How many wait for an answer."""
        return int(_WAITING(self._session)[0][0])

    def rejected_count(self) -> int:
        """How many wait for a person."""
        return int(_REJECTED(self._session)[0][0])

    def rejections(self) -> list[Rejected]:
        """Every rejected event, oldest first."""
        rows = self._session.exec(
            select(EventRow, OutboxRow)
            .join(OutboxRow, col(OutboxRow.event_id) == col(EventRow.id))
            .where(col(OutboxRow.rejected) != "")
            .order_by(col(OutboxRow.seq))
        ).all()
        return [Rejected(line_of(event), row.rejected) for event, row in rows]
