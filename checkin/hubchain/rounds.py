"""One round between a hub and the hub above it: lines up, the roster down, other hubs' lines down.

Every step is a page and then its place, written when the page is safe.  Dying in between repeats a page, and a page
that comes twice changes nothing on either side.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from pydantic import BaseModel

from checkin.clock import Clock
from checkin.domain.visit import Record
from checkin.hub import Hub, relay, rows, upstreams
from checkin.hub.cursors import behind
from checkin.hub.database import writing
from checkin.hub.findings import Finding, keep_refused
from checkin.hub.models import RelayAnswer, RelayPage
from checkin.hub.roster import Key, put
from checkin.hub.upstreams import Upstream
from checkin.sync.http import HttpBackend
from checkin.wire import PAGE, Answer, Change, Status, record_of

log = logging.getLogger("checkin.hubchain")
BATCH = 200

_Model = TypeVar("_Model", bound=BaseModel)


class Stopping(Protocol):
    """Whether the work must end now."""

    def __call__(self) -> bool: ...


@dataclass(slots=True)
class Rounds:
    """The work between a hub and the one above it in one plant."""

    hub: Hub
    above: HttpBackend
    clock: Clock
    stopping: Stopping

    def go(self, place: Upstream) -> Upstream:
        """Everything that there is to do; returns how far it came.  Raises ``Retry`` or ``NeedsHuman``."""
        place = self.pull(place)  # first: it shows whether the hub above still has what it had
        place = self.push(place)
        return self.fetch(place)

    def push(self, place: Upstream) -> Upstream:
        """Passes lines up, in the order in which they came, until none waits."""
        while not self.stopping():
            batch = self._outgoing(place, place.position)
            if batch is None:
                break
            answer = self.above.ask(RelayAnswer, "POST", "relay/attendance", body=batch.body)
            refused = [
                (device, Finding(seq, f"upstream_{told.reason.value if told.reason else 'rejected'}", event))
                for told, (device, seq, event) in zip(answer.answers, batch.lines, strict=True)
                if told.status is Status.REJECTED
            ]
            if refused:
                with writing(self.hub.engine) as connection:
                    keep_refused(connection, place.plant, refused, self.clock.now())
            place = self._same(place, answer.epoch) or self._moved(
                place, position=batch.position, epoch=answer.epoch, brought=answer.brought
            )
        return place

    def fetch(self, place: Upstream) -> Upstream:
        """Takes the plant's roster down."""
        more = True
        while more and not self.stopping():
            page = self.above.fetch(place.roster_cursor, PAGE)
            records, removed = _readable(page.changes, place.plant)
            put(self.hub.engine, records, removed)
            if page.cursor != place.roster_cursor:
                place = self._moved(place, roster_cursor=page.cursor)
            more = page.more
        return place

    def pull(self, place: Upstream) -> Upstream:
        """Takes down what the hub above has from others."""
        more = True
        while more and not self.stopping():
            query = {"cursor": place.cursor, "limit": str(PAGE)}
            if place.everything:
                query["everything"] = "true"
            page = self.above.ask(RelayPage, "GET", "relay/attendance", query)
            lost = page.brought < place.brought or behind(page.cursor, place.cursor)
            if page.epoch and (again := self._same(place, page.epoch, page.brought, lost=lost)) is not None:
                place, more = again, True
                continue
            if page.lines:
                lines = [one.line.model_dump() for one in page.lines]
                received = relay.take(
                    self.hub.engine, place.plant, rows.UPSTREAM, page.devices, lines, self.clock.now()
                )
                _complain(received.answers)
            more = page.more
            changed = {
                "cursor": page.cursor,
                "epoch": page.epoch,
                "everything": place.everything and more,
                "brought": max(page.brought, place.brought),
            }
            if any(getattr(place, name) != value for name, value in changed.items()):
                place = self._moved(place, **changed)
        return place

    def _same(self, place: Upstream, epoch: str, brought: int = 0, *, lost: bool = False) -> Upstream | None:
        """None while the hub above is the one it was; after its restore, the place where everything is moved again.

        It was restored when it says so (another epoch), or when it has fewer lines than it had.  What came from it goes
        up again too: it may be nowhere else any more.
        """
        if place.epoch in ("", epoch) and not lost:
            return None
        log.warning("the hub above was restored: all goes up again", extra={"plant": place.plant})
        after = 0
        while (batch := self._outgoing(place, after, everything=True)) is not None and not self.stopping():
            self.above.ask(RelayAnswer, "POST", "relay/attendance", body=batch.body)
            after = batch.position
        return self._moved(place, position=0, epoch=epoch, brought=brought, cursor="", roster_cursor="")

    def _outgoing(self, place: Upstream, after: int, *, everything: bool = False) -> relay.Outgoing | None:
        return relay.outgoing(self.hub.engine, place.plant, after, BATCH, self.clock.now(), everything=everything)

    def _moved(self, place: Upstream, **values: object) -> Upstream:
        upstreams.note(self.hub.engine, place.plant, **values)
        return replace(place, **values)  # type: ignore[arg-type]


def _readable(changes: list[Change], plant: str) -> tuple[list[Record], list[Key]]:
    """Records of this plant and removals; what this program does not understand stops nothing behind it."""
    records: list[Record] = []
    removed: list[Key] = []
    for change in changes:
        if change.record is None:
            removed.append((plant, change.kind, change.id))
            continue
        try:
            record = record_of(change.kind, change.record)
        except (ValueError, TypeError):
            log.warning("a record that this version does not understand", extra={"plant": plant})
            continue
        if record.plant == plant:
            records.append(record)
    return records, removed


def _complain(answers: list[Answer]) -> None:
    refused = sum(answer.status is Status.REJECTED for answer in answers)
    if refused:
        log.warning("lines from above that cannot be taken", extra={"error": f"{refused} refused"})
