"""One loop between a gate's store and whatever carries its words: push, then pull, then peers.

What a newer hub sends and this program cannot read is kept as it came (``store.unread``), and read by a newer program.
A hub that was restored from an old backup shows by what it says it has: then everything behind that goes up again.

Every step is a unit: at most a page over the carrier, then short transactions of the store.  A cursor is saved with
the last row of its page, so a round that dies half-way goes on where it was.  An event leaves the outbox only on its
own answer.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from checkin.clock import Clock
from checkin.errors import CheckinError, ServerBusy, SettingsWrong
from checkin.runtime.units import directly
from checkin.store import Store
from checkin.store.journal import Stored
from checkin.store.unread import Kept
from checkin.sync.backend import Backend
from checkin.sync.moved import Moved
from checkin.sync.pushing import Pushing, settle
from checkin.sync.readable import LINE, readable, readable_lines
from checkin.wire import PAGE, Answer, Change, PeerLine, RosterPage

log = logging.getLogger(__name__)

SLICE = (10, 500)
"""Fewest and most rows of a page that go into the store at once."""
SLICE_S = (0.010, 0.020)
"""So long one slice may take while others use the store, and while nobody does: a scan waits for no more than one.  A
slow PC, or names in an order that SQLite finds hard, get smaller slices (measured: docs/faults.md)."""
SHARED_S = 30.0
"""So long after a slice had to wait for its turn others are thought to use the store."""
QUEUED_S = 0.002
"""What a slice that waits for nobody takes to begin, on another thread."""
ROSTER_CURSOR = "sync.roster_cursor"
PEERS_CURSOR = "sync.peers_cursor"
ROSTER_AT = "sync.roster_at"
AGAIN_S = 300.0
"""So long a hub that still lacks what was sent to it again is left with it."""


@dataclass(slots=True)
class Engine:
    """Runs rounds.  ``unit`` runs one transaction's work, for a window on the store's thread."""

    store: Store
    backend: Backend
    clock: Clock
    plant: str
    unit: Callable[[Callable[[], int]], int] = directly
    on_progress: Callable[[Moved, int | None], None] | None = None
    stopping: Callable[[], bool] = field(default=lambda: False)
    peers_watched: bool = False
    """Another engine on another thread asks for peers."""
    on_roster: Callable[[], None] | None = None
    """Called when a page of peers says that the roster has moved; whoever is told fetches it."""
    asked: bool = False
    """A person asks: what waits aside goes with the rest."""
    roster_told: str | None = field(default=None, init=False)
    """The roster's newest cursor, as the last page of peers said; None as long as none has said it."""
    _slice: int = field(default=SLICE[0] * 4, init=False)
    _shared_until: float = field(default=0.0, init=False)
    _again: tuple[int, float] | None = field(default=None, init=False)
    """Up to which number the hub had this gate's journal when what is behind went up again, and when that was."""
    _unread: bool | None = field(default=None, init=False)
    """Whether the store may hold what could not be read; None before anybody has looked."""

    def round(self) -> Moved:
        """Push, pull, peers: one that the hub cannot serve keeps it from none of the others.

        Raises ``Retry`` or ``NeedsHuman``, the first of them, after the last; what was done until then stays done.
        """
        moved = Moved()
        failed: CheckinError | None = None
        for step in (self.push, self.pull) if self.peers_watched else (self.push, self.pull, self.peers):
            try:
                moved += step()
            except (ServerBusy, SettingsWrong) as error:
                failed = failed or error
                if isinstance(error, ServerBusy) and error.retry_after_s is not None:
                    break
        if failed is not None:
            raise failed
        return moved

    def push(self) -> Moved:
        """Sends what is due; what the hub stumbles over is found by halving, and holds up nothing else."""
        return Pushing(
            self.store,
            self.backend,
            self.clock,
            self.unit,
            self.stopping,
            lambda moved: self._tell(moved, None),
            self.asked,
        ).run()

    def answered(self, answers: Sequence[Answer], sent: set[str]) -> Moved:
        """Settles what was answered for; an answer for what was not sent says nothing."""
        return settle(self.store, self.unit, answers, sent)

    def pull(self) -> Moved:
        """Takes roster pages until there are no more."""
        moved = self._read_again()
        coming: Future[RosterPage] | None = None
        with ThreadPoolExecutor(1, "roster ahead") as ahead:  # the next page travels while this one is written
            while not self.stopping():
                cursor = self._roster_cursor()
                page = coming.result() if coming is not None else self.backend.fetch(cursor, PAGE)
                more = page.more and page.cursor != cursor  # else it would come for ever
                coming = ahead.submit(self.backend.fetch, page.cursor, PAGE) if more and not self.stopping() else None
                moved += self._take(page)
                self._tell(moved, page.total)
                if self._fell_behind(page.known, page.beyond):
                    if coming is not None:
                        wait([coming])  # a backend is asked one thing at a time
                        coming = None
                    moved += self.push()
                if not more:
                    break
        return moved

    def _roster_cursor(self) -> str:
        with self.store.read() as tx:
            return tx.meta.get(ROSTER_CURSOR)

    def _take(self, page: RosterPage) -> Moved:
        """A page in slices, so that a scan waits for one of them at most; the cursor is saved with the last.

        Records are read where they are stored: on a thread of its own that would take the interpreter from a scan.
        """
        now = self.clock.now()
        moved = Moved(unreadable=page.odd)
        waiting = deque(page.changes)

        def take() -> int:
            nonlocal moved
            begun = time.perf_counter()
            if begun - asked > QUEUED_S:
                self._shared_until = begun + SHARED_S
            some = [waiting.popleft() for _row in range(min(self._slice, len(waiting)))]
            changes, unread = readable(some, self.plant)
            with self.store.take() as tx:
                tx.roster.apply(changes)
                if self._unread:
                    tx.unread.forget((change.kind, change.id) for change in changes)
                tx.unread.keep(unread)
                if not waiting:
                    tx.meta.put(ROSTER_CURSOR, page.cursor)
                    if not page.more:
                        tx.meta.put(ROSTER_AT, now.isoformat())
            self._unread = self._unread or bool(unread)
            moved += Moved(changes=len(changes), unreadable=len(unread))
            self._fit(len(some), time.perf_counter() - begun)
            return len(changes)

        asked = time.perf_counter()
        self.unit(take)
        while waiting:
            self.store.rest()
            asked = time.perf_counter()
            self.unit(take)
        return moved

    def _fit(self, rows: int, took_s: float) -> None:
        """The next slice is as long as the last one should have been; one hiccup halves it at most."""
        if rows == self._slice:
            fewest, most = SLICE
            wanted_s = SLICE_S[time.perf_counter() >= self._shared_until]
            self._slice = max(fewest, min(most, int(rows * max(0.5, min(1.5, wanted_s / took_s)))))

    def _read_again(self) -> Moved:
        """Once in a program's life: what an older version could not read, and this one can."""
        if self._unread is not None:
            return Moved()
        with self.store.read() as tx:
            kept = tx.unread.all()
        self._unread = bool(kept)
        changes, _still = readable(
            (Change.model_validate_json(one.body) for one in kept if one.kind != LINE), self.plant
        )
        lines, _lost = readable_lines([PeerLine.model_validate_json(one.body) for one in kept if one.kind == LINE])
        if changes or lines:
            names = [(change.kind, change.id) for change in changes] + [(LINE, one.line.event.id) for one in lines]

            def take() -> int:
                with self.store.write() as tx:
                    tx.roster.apply(changes)
                    tx.journal.take_peers(lines, tx.meta.get("device.id"))
                    tx.unread.forget(names)
                return len(names)

            self.unit(take)
        return Moved(changes=len(changes), peers=len(lines))

    def _fell_behind(self, known: int | None, beyond: int | None) -> bool:
        """Whether the hub lacks events that it had answered for; those go up again, and its own come down anew.

        A gap may stand for ever (an event of another plant was rightly refused): what the hub has behind it counts.
        For the same number not again at once: what a hub will not take must not go round and round.
        """
        if known is None:
            return False
        with self.store.read() as tx:
            missing = tx.outbox.answered_after(tx.meta.get("device.id"), self.plant, known)
        now_s = self.clock.monotonic_ns() / 1e9
        if len(missing) <= (beyond or 0):
            self._again = None
            return False
        if self._again is not None and self._again[0] == known and now_s - self._again[1] < AGAIN_S:
            return False

        def queue() -> int:
            with self.store.write() as tx:
                tx.outbox.again(missing)
                tx.meta.put(ROSTER_CURSOR, "")
                tx.meta.put(PEERS_CURSOR, "")
            return len(missing)

        self.unit(queue)
        self._again = (known, now_s)
        log.warning("the hub lacks %d events that it had: they go up again", len(missing))
        return True

    def peers(self, wait_s: float = 0.0) -> Moved:
        """Takes other gates' events until there are no more; waits up to ``wait_s`` for the first."""
        moved = Moved()
        while not self.stopping():
            with self.store.read() as tx:
                cursor = tx.meta.get(PEERS_CURSOR)
                roster = tx.meta.get(ROSTER_CURSOR) if self.roster_told is None else self.roster_told
            wait_now_s = wait_s if not moved.peers else 0.0
            page = self.backend.peers(cursor, wait_now_s, roster if self.on_roster is not None else "")
            self._hear_of_roster(page.roster, roster)
            lines, unread = readable_lines(page.lines)
            if page.lines or page.cursor != cursor:
                taken = self.unit(
                    lambda lines=lines, unread=unread, cursor=page.cursor: self._take_peers(lines, unread, cursor)  # type: ignore[misc]
                )
                moved += Moved(peers=taken, unreadable=len(unread) + page.odd)
                self._tell(moved, None)
            if not page.more or page.cursor == cursor:
                break
        return moved

    def _hear_of_roster(self, newest: str | None, known: str) -> None:
        """What was told once is not told again: it is for the rounds to fetch it, and to try again."""
        self.roster_told = newest
        if newest and newest != known and self.on_roster is not None:
            self.on_roster()

    def _take_peers(self, lines: list[Stored], unread: list[Kept], cursor: str) -> int:
        with self.store.take() as tx:
            tx.unread.keep(unread)
            fresh = tx.journal.take_peers(lines, tx.meta.get("device.id"))
            tx.meta.put(PEERS_CURSOR, cursor)
        return len(fresh)

    def _tell(self, moved: Moved, total: int | None) -> None:
        if self.on_progress is not None:
            self.on_progress(moved, total)
