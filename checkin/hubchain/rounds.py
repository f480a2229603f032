"""One round between a hub and the hub above it: lines up, the roster down, other hubs' lines down.

Every step is a page and then its place, written when the page is safe.  Dying in between repeats a page, and a page
that comes twice changes nothing on either side.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from typing import Protocol

from checkin.clock import Clock
from checkin.domain.visit import Record
from checkin.errors import DeviceRevoked, Offline, Retry
from checkin.hub import Hub, relay, rows, upstreams
from checkin.hub.cursors import behind
from checkin.hub.models import RelayAnswer, RelayPage
from checkin.hub.roster import Key, fits, put
from checkin.hub.upstreams import Upstream
from checkin.hubchain.passing import Passing
from checkin.i18n import gettext as _
from checkin.sync.http import HttpBackend
from checkin.wire import PAGE, Answer, Change, Status, record_of

log = logging.getLogger("checkin.hubchain")
AGAIN_S = 60.0
OFFLINE = 2
"""So many steps that reach nobody end a round: each takes its time, and hubs above in other plants wait for it."""


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
    _place: Upstream = field(init=False)
    _again_s: float = field(default=0.0, init=False)
    """When lines over which the hub above broke down go up once more, by ``time.monotonic``."""

    def go(self, place: Upstream) -> Upstream:
        """Everything that there is to do; returns how far it came.

        One step that fails keeps none of the others from their turn.  Raises the first failure after the last step:
        ``Retry`` or ``NeedsHuman``, or whatever else an answer has led to.
        """
        self._place = place
        failure: Exception | None = None
        offline = 0
        for step in (self.pull, self.push, self.fetch, self.again):  # pull first: it shows what is still above
            try:
                step()
            except Exception as error:  # noqa: BLE001 - whatever an answer has led to is raised after the others
                failure = failure or error
                offline += isinstance(error, Offline)
                asked = isinstance(error, Retry) and error.retry_after_s is not None
                if asked or isinstance(error, DeviceRevoked) or offline == OFFLINE:
                    break
        if failure is not None:
            raise failure
        return self._place

    def push(self) -> None:
        """Passes lines up, in the order in which they came, until none waits."""
        passing = self._passing()

        def went(batch: relay.Outgoing, answer: RelayAnswer) -> int:
            passing.refused(batch, answer)
            if not self._is_another(answer.epoch):
                self._move(position=batch.position, epoch=answer.epoch, brought=answer.brought)
            return self._place.position

        passing.up(self._place.position, went, lambda position: self._move(position=position))

    def again(self) -> None:
        """From time to time, what the hub above broke down over."""
        if time.monotonic() >= self._again_s:
            self._again_s = time.monotonic() + AGAIN_S
            self._passing().again()

    def problem(self) -> str:
        """What a person should know after a round that went well; empty for nothing."""
        count = self._passing().waiting()
        if not count:
            return ""
        return _("Lines that the hub above cannot take, and that are tried again: {count}").format(count=count)

    def fetch(self) -> None:
        """Takes the plant's roster down."""
        more = True
        while more and not self.stopping():
            page = self.above.fetch(self._place.roster_cursor, PAGE)
            records, removed = _readable(page.changes, self._place.plant)
            put(self.hub.engine, records, removed)
            more = page.more and page.cursor != self._place.roster_cursor
            if page.cursor != self._place.roster_cursor:
                self._move(roster_cursor=page.cursor)

    def pull(self) -> None:
        """Takes down what the hub above has from others."""
        more = True
        while more and not self.stopping():
            place = self._place
            query = {"cursor": place.cursor, "limit": str(PAGE)}
            if place.everything:
                query["everything"] = "true"
            page = self.above.ask(RelayPage, "GET", "relay/attendance", query)
            lost = page.brought < place.brought or behind(page.cursor, place.cursor)
            if page.epoch and self._is_another(page.epoch, page.brought, lost=lost):
                continue
            if page.lines:
                lines = [one.line.model_dump() for one in page.lines]
                received = relay.take(
                    self.hub.engine, place.plant, rows.UPSTREAM, page.devices, lines, self.clock.now()
                )
                _complain(received.answers)
            more = page.more and page.cursor != place.cursor
            changed = {
                "cursor": page.cursor,
                "epoch": page.epoch,
                "everything": place.everything and page.more,
                "brought": max(page.brought, place.brought),
            }
            if any(getattr(place, name) != value for name, value in changed.items()):
                self._move(**changed)

    def _is_another(self, epoch: str, brought: int = 0, *, lost: bool = False) -> bool:
        """Whether the hub above is not the one it was; after its restore everything is moved again.

        It was restored when it says so (another epoch), or when it has fewer lines than it had.  What came from it goes
        up again too: it may be nowhere else any more.
        """
        if self._place.epoch in ("", epoch) and not lost:
            return False
        log.warning("the hub above was restored: all goes up again", extra={"plant": self._place.plant})
        self._passing().everything()
        if self.stopping():
            return True  # half of it is no reason to believe the hub above: all of it again after the start
        self._move(position=0, epoch=epoch, brought=brought, cursor="", roster_cursor="")
        return True

    def _passing(self) -> Passing:
        return Passing(self.hub, self.above, self.clock, self.stopping, self._place.plant)

    def _move(self, **values: object) -> None:
        """Writes down how far things have come."""
        upstreams.note(self.hub.engine, self._place.plant, **values)
        self._place = replace(self._place, **values)  # type: ignore[arg-type]


def _readable(changes: list[Change], plant: str) -> tuple[list[Record], list[Key]]:
    """Records of this plant and removals; what this program cannot read or keep stops nothing behind it."""
    records: list[Record] = []
    removed: list[Key] = []
    for change in changes:
        record: Record | None = None
        try:
            if change.record is not None:
                record = record_of(change.kind, change.record)
        except (ValueError, TypeError, KeyError, OverflowError):
            log.warning("a record that this version does not understand", extra={"plant": plant})
            continue
        if record is not None and record.plant != plant:
            continue
        if not fits(plant, change.kind, change.id if record is None else record.id, record):
            log.warning("a record that this hub cannot hold", extra={"plant": plant})
        elif record is None:
            removed.append((plant, change.kind, change.id))
        else:
            records.append(record)
    return records, removed


def _complain(answers: list[Answer]) -> None:
    refused = sum(answer.status is Status.REJECTED for answer in answers)
    if refused:
        log.warning("lines from above that cannot be taken", extra={"error": f"{refused} refused"})
