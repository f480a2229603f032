"""Who is at the gate now, and how wrong PINs are slowed down.

A failure is on the disk before the PIN is looked at, so pulling the plug does not give a try back.  Waiting is measured
with the monotonic clock, and from the program's start after a restart: setting the PC's clock on shortens nothing.
A failure that another process wrote makes this one wait as well, from the moment it meets it: many programs on one
profile are no faster than one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from checkin.clock import Clock
from checkin.domain.people import Act, Person, Right
from checkin.errors import NeedsHuman
from checkin.i18n import gettext as _
from checkin.people import badges, pins
from checkin.people.staff import Staff
from checkin.store import Store, Transaction

LONGEST_WAIT_S = 1800
FREE = 2
"""So many wrong PINs in a row cost one second each: fingers slip."""
_FAILED = "people.failed."
_ANYBODY = "*"
_SPARE = 8
"""More failures are forgiven to all people together than to one: several share a gate."""


class NotAllowed(NeedsHuman):
    """The person at the gate may not do this, or nobody has logged in."""


class Waiting(NeedsHuman):
    """Too many wrong PINs: ``seconds`` must pass before the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Wrong PINs were typed. The next one is looked at in {seconds} s").format(seconds=seconds))
        self.seconds = seconds


def wait_s(failures: int) -> int:
    """Seconds to wait after so many failures in a row: 1, 1, 4, 8, 16 … at most half an hour.

    10,000 tries come to more than 200 days.
    """
    if failures <= 0:
        return 0
    return 1 if failures <= FREE else min(LONGEST_WAIT_S, 2 ** (failures - 1))


class Guard:
    """Lets people log in and out of one gate.  May be called from any thread.

    ``note`` writes one act to the journal in the transaction it is given: (transaction, act, person's id, details).
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        plant: Callable[[], str | None],
        note: Callable[[Transaction, Act, str, str], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._plant = plant
        self._note = note
        self._lock = threading.Lock()
        self._since: dict[str, tuple[int, int]] = {}  # the failures that were met last, and when they were
        self._started = clock.monotonic_ns()
        self._moved = self._started
        self.person: Person | None = None
        self.known = False
        """Whether this gate knows people at all; a gate that does not is open."""
        self.refresh()

    # --- who may ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Looks at the people anew: whoever has left, or is somebody else now, is so at once."""
        with self._store.read() as tx:
            people = {one.id: one for one in Staff(tx, self._plant()).everybody()}
        self.known = bool(people)
        if self.person is not None:
            self.person = people.get(self.person.id)

    @property
    def locked(self) -> bool:
        """Whether somebody has to log in first."""
        return self.known and self.person is None

    def may(self, right: Right) -> bool:
        """Whether it may be done here and now."""
        return not self.known or (self.person is not None and self.person.may(right))

    def require(self, right: Right) -> None:
        """Raises ``NotAllowed`` with whom to ask."""
        if self.may(right):
            return
        if self.person is None:
            raise NotAllowed(_("Log in first: type your PIN or show your badge"))
        raise NotAllowed(
            _("{name} may not do this. Ask a supervisor or an administrator").format(name=self.person.name)
        )

    # --- in and out -------------------------------------------------------------------------------

    def log_in(self, ident: str, pin: str) -> Person | None:
        """Who that is, now at the gate; None for a wrong PIN.  Raises ``Waiting`` while no PIN is looked at."""
        with self._lock:
            with self._store.write() as tx:
                person = next((one for one in Staff(tx, self._plant()).everybody() if one.id == ident), None)
                tried = person.id if person is not None else _ANYBODY
                self._hold(tx, tried)
                self._fail(tx, tried)
            if pins.fits(pin, person.pin if person is not None else "") and person is not None:
                return self._enter(person)
            with self._store.write() as tx:
                self._meet(tx, tried)  # the waiting begins when the answer is given
                self._note(tx, Act.LOG_IN_FAILED, person.id if person is not None else "", "")
            return None

    def show_badge(self, text: str) -> Person | None:
        """Who shows this badge, now at the gate; None when it is nobody's."""
        badge = badges.badge_in(text)
        if badge is None:
            return None
        with self._lock:
            with self._store.read() as tx:
                person = Staff(tx, self._plant()).by_badge(badge)
            if person is None:
                with self._store.write() as tx:
                    self._note(tx, Act.LOG_IN_FAILED, "", "")
                return None
            return self._enter(person)

    def log_out(self) -> None:
        """Nobody is at the gate any more."""
        with self._lock:
            person, self.person = self.person, None
            if person is not None:
                with self._store.write() as tx:
                    self._note(tx, Act.LOG_OUT, person.id, "")

    def moved(self) -> None:
        """Somebody touched the program: the time until it locks itself begins anew."""
        self._moved = self._clock.monotonic_ns()

    def lock_if_idle(self, after_s: int) -> bool:
        """Logs out who has not touched the program for so long; whether that was done.  0 means never."""
        if not after_s or self.person is None or self._clock.monotonic_ns() - self._moved < after_s * 10**9:
            return False
        self.log_out()
        return True

    def _enter(self, person: Person) -> Person:
        with self._store.write() as tx:
            tx.meta.put(_FAILED + person.id, "0")
            tx.meta.put(_FAILED + _ANYBODY, "0")
            self._note(tx, Act.LOG_IN, person.id, "")
        self._since.pop(person.id, None)
        self._since.pop(_ANYBODY, None)
        self.person = replace(person)
        self.moved()
        return person

    # --- slowing down -----------------------------------------------------------------------------

    def waits(self, ident: str) -> int:
        """Seconds until a PIN of this person is looked at."""
        with self._store.read() as tx:
            return self._left(tx, ident)

    def unlock(self, ident: str) -> None:
        """Forgets the wrong PINs of somebody, and those of all."""
        with self._lock, self._store.write() as tx:
            tx.meta.put(_FAILED + ident, "0")
            tx.meta.put(_FAILED + _ANYBODY, "0")

    def _hold(self, tx: Transaction, ident: str) -> None:
        left = self._left(tx, ident)
        if left:
            raise Waiting(left)

    def _left(self, tx: Transaction, ident: str) -> int:
        now = self._clock.monotonic_ns()
        waits = [(ident, wait_s(_failures(tx, ident))), (_ANYBODY, wait_s(_failures(tx, _ANYBODY) - _SPARE))]
        ends = (self._met(tx, who, now) + seconds * 10**9 - now for who, seconds in waits if seconds)
        return max(0, -(-max(ends, default=0) // 10**9))

    def _met(self, tx: Transaction, who: str, now: int) -> int:
        """When the failures of somebody grew to what they are now, as far as this process can have seen it."""
        failures = _failures(tx, who)
        last, at = self._since.get(who, (failures, self._started))
        if failures > last:
            at = now
        self._since[who] = failures, at
        return at

    def _fail(self, tx: Transaction, tried: str) -> None:
        for who in (tried, _ANYBODY):
            tx.meta.put(_FAILED + who, str(_failures(tx, who) + 1))
        self._meet(tx, tried)

    def _meet(self, tx: Transaction, tried: str) -> None:
        now = self._clock.monotonic_ns()
        self._since |= {who: (_failures(tx, who), now) for who in (tried, _ANYBODY)}


def _failures(tx: Transaction, who: str) -> int:
    kept = tx.meta.get(_FAILED + who, "0")
    return int(kept) if kept.isdigit() else 0
