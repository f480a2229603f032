"""A gate's exchange with its hub: enrolled by a code, then two threads that come and go with the app."""

from __future__ import annotations

from collections.abc import Callable

from checkin.clock import Clock
from checkin.store import Store
from checkin.sync import shutout
from checkin.sync.engine import Engine
from checkin.sync.enrol import enrol, enrolment, settle_token
from checkin.sync.runner import HubState, SyncRunner, SyncState
from checkin.wire import EnrolAnswer

Unit = Callable[[Callable[[], int]], int]


class Exchange:
    """``unit`` runs one piece of work on the store's thread; ``on_change`` is called whenever something has come."""

    def __init__(self, store: Store, clock: Clock, unit: Unit, on_change: Callable[[], None]) -> None:
        self._store, self._clock, self._unit, self._on_change = store, clock, unit, on_change
        self._runner: SyncRunner | None = None
        self._accepted: bool | None = None

    @property
    def state(self) -> SyncState:
        """How the gate stands to its hub."""
        runner = self._runner
        return runner.state if runner is not None else SyncState()

    def enrol(self, url: str, code: str, ca: str = "") -> EnrolAnswer:
        """Turns a one-use code into this profile's token; errors are ``CheckinError`` with a message."""
        from checkin.sync.http import HttpBackend  # takes time to load, and a gate without a hub can do without
        from checkin.sync.pinning import authority

        pinned = authority(url, ca)
        with HttpBackend(url, ca=pinned) as backend:
            return enrol(self._store, backend, url, code, pinned)

    def start(self) -> None:
        """Starts the threads of a profile that is enrolled; those that run already make way."""
        settle_token(self._store)
        known = enrolment(self._store)
        if known is None:
            return
        from checkin.sync.http import HttpBackend

        self.stop()
        rounds, watching = (
            Engine(
                self._store,
                HttpBackend(known.url, known.token, ca=known.ca, clock=self._clock),
                self._clock,
                known.plant,
                unit=self._unit,
            )
            for _connection in range(2)
        )
        self._runner = SyncRunner(rounds, self._clock, self._came, peers=watching)
        self._runner.start()

    def _came(self) -> None:
        """In the sync thread: whether the hub accepts this gate is written down when that changes."""
        accepted = {HubState.OK: True, HubState.REVOKED: False}.get(self.state.hub)
        if accepted is not None and accepted is not self._accepted:
            self._accepted = accepted
            self._unit(lambda: shutout.note(self._store, None if accepted else self._clock.now()))
        self._on_change()

    def stop(self) -> None:
        """Ends them, after the request that is under way."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.stop()

    def wake(self) -> None:
        """A person wants an exchange now."""
        if self._runner is not None:
            self._runner.wake()

    def nudge(self) -> None:
        """There is something to send."""
        if self._runner is not None:
            self._runner.nudge()
