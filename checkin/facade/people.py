"""People at the gate as a window asks for them: log-ins, who may what, and what is kept of what they did.

Hashing a PIN takes a tenth of a second on purpose, so it is done beside the store's thread and never holds a scan up.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TypeVar

from checkin.desk import Desk
from checkin.desk.acts import ActLine, acts, note_act
from checkin.domain.people import Act, Person, Right, Role
from checkin.facade.work import Work
from checkin.i18n import gettext as _
from checkin.people import Guard, Staff
from checkin.people.badges import new_badge
from checkin.people.guard import NotAllowed
from checkin.runtime.worker import Urgency
from checkin.store import Store, Transaction

T = TypeVar("T")


class PeopleAtGate:
    """See ``checkin.people``.  ``changed`` is called, from any thread, when somebody came, left or is somebody else."""

    def __init__(
        self, store: Store, desk: Callable[[], Desk], slow: Executor, work: Work, changed: Callable[[], None]
    ) -> None:
        self._store, self._desk, self._slow, self._work, self._changed = store, desk, slow, work, changed
        self.guard = Guard(store, desk().clock, lambda: self._desk().place.plant, self._note)
        self._searched = ("", "")
        self.strict: Callable[[], bool] = lambda: False
        """Whether only a supervisor may let people in now."""

    # --- who is here ------------------------------------------------------------------------------

    @property
    def known(self) -> bool:
        """Whether this gate knows people at all."""
        return self.guard.known

    @property
    def locked(self) -> bool:
        """Whether somebody has to log in first."""
        return self.guard.locked

    @property
    def person(self) -> Person | None:
        """Who is at the gate."""
        return self.guard.person

    def may(self, right: Right) -> bool:
        """Whether it may be done here and now."""
        return self.guard.may(right)

    def require_entry(self) -> None:
        """Raises ``NotAllowed`` where only a supervisor may let people in, and none is here.

        Where nobody logs in there is nobody to ask: there the banner stands.
        """
        if self.strict() and not self.guard.may(Right.OVERRIDE):
            raise NotAllowed(
                _("The hub has shut this gate out: only a supervisor lets people in now. Ask one to log in")
            )

    def for_right(self, right: Right) -> Work:
        """A way to get work done for which a right is needed; without it the answer is ``NotAllowed``."""

        def work(urgency: Urgency, job: Callable[[], T], changes: bool) -> Future[T]:
            def allowed() -> T:
                self.guard.require(right)
                return job()

            return self._work(urgency, allowed, changes)

        return work

    def log_in(self, ident: str, pin: str) -> Future[Person | None]:
        """See ``Guard.log_in``."""
        return self._told(lambda: self.guard.log_in(ident, pin))

    def show_badge(self, text: str) -> Future[Person | None]:
        """See ``Guard.show_badge``."""
        return self._told(lambda: self.guard.show_badge(text))

    def log_out(self) -> Future[None]:
        """Nobody is at the gate any more."""
        return self._told(self.guard.log_out)

    def moved(self) -> None:
        """Somebody touched the program."""
        self.guard.moved()

    def lock_if_idle(self, after_s: int) -> bool:
        """Logs out who has not touched the program for so long; whether that was done."""
        locked = self.guard.lock_if_idle(after_s)
        if locked:
            self._came()
        return locked

    def everybody(self) -> Future[list[Person]]:
        """Who works at this plant."""
        return self._work(Urgency.PAGE, lambda: self._reading(lambda staff: staff.everybody()), False)

    def refresh(self) -> None:
        """The people may have come from the hub, or be others at another plant."""
        self.guard.refresh()
        self._came()

    # --- changing ---------------------------------------------------------------------------------

    def add(self, name: str, role: Role, pin: str) -> Future[Person]:
        """Somebody new.  The first one needs no right: there is nobody who could have it."""
        return self._managed(lambda staff: staff.add(name, role, pin=pin), "add")

    def change(
        self, ident: str, *, name: str | None = None, role: Role | None = None, pin: str | None = None
    ) -> Future[Person]:
        """Another name, role or PIN."""
        return self._managed(lambda staff: staff.change(ident, name=name, role=role, pin=pin), "change")

    def give_badge(self, ident: str) -> Future[str]:
        """A fresh badge's text; the one before opens nothing any more."""
        badge = new_badge()

        def job() -> str:
            self._manage(lambda staff: staff.change(ident, badge=badge), "badge")
            return badge

        return self._told(job)

    def remove(self, ident: str) -> Future[Person]:
        """Somebody has left."""
        return self._managed(lambda staff: staff.change(ident, retired=True), "remove")

    def unlock(self, ident: str) -> Future[None]:
        """Wrong PINs are forgotten."""

        def job() -> None:
            self._manage(lambda staff: staff.person(ident), "unlock")
            self.guard.unlock(ident)

        return self._told(job)

    # --- what was done ----------------------------------------------------------------------------

    def acts(self) -> Future[list[ActLine]]:
        """What people did at this plant's gates, oldest first."""

        def job() -> list[ActLine]:
            with self._store.read() as tx:
                return acts(tx, self._desk().place.plant or "")

        return self.for_right(Right.PEOPLE)(Urgency.PAGE, job, False)

    def keep(self, act: Act, details: str) -> None:
        """Writes down that the person at the gate did this; a gate that knows nobody keeps nothing."""
        person = self.guard.person
        if person is not None:
            with self._store.write() as tx:
                self._note(tx, act, person.id, details)

    def entitled(self, right: Right, details: str) -> None:
        """Writes down that the person at the gate did this, for which a right is needed.  Raises ``NotAllowed``."""
        self.guard.require(right)
        self.keep(Act.SETTING, details)

    def keep_always(self, act: Act, details: str, who: str = "") -> None:
        """The same for what leaves or enters the program as a whole: it is kept where nobody logs in, too.

        ``who`` is somebody who was here when it was begun.
        """
        person = self.guard.person
        with self._store.write() as tx:
            self._note(tx, act, who or (person.id if person is not None else ""), details)

    def searched(self, query: str) -> None:
        """Writes a search down once, however often its answer is renewed."""
        person = self.guard.person
        asked = (person.id if person is not None else "", query.strip().casefold())
        if asked != self._searched:
            self._searched = asked
            self.keep(Act.SEARCH, query)

    # --- inside -----------------------------------------------------------------------------------

    def _note(self, tx: Transaction, act: Act, who: str, details: str) -> None:
        note_act(self._desk(), tx, act, who, details)

    def _reading(self, question: Callable[[Staff], T]) -> T:
        with self._store.read() as tx:
            return question(Staff(tx, self._desk().place.plant))

    def _managed(self, change: Callable[[Staff], Person], what: str) -> Future[Person]:
        return self._told(lambda: self._manage(change, what))

    def _manage(self, change: Callable[[Staff], Person], what: str) -> Person:
        self.guard.require(Right.PEOPLE)
        by = self.guard.person
        with self._store.write() as tx:
            person = change(Staff(tx, self._desk().place.plant))
            self._note(tx, Act.PEOPLE, by.id if by is not None else "", f"{what} {person.id} {person.role.value}")
        self.guard.refresh()
        return person

    def _told(self, job: Callable[[], T]) -> Future[T]:
        future = self._slow.submit(job)
        future.add_done_callback(lambda _future: self._came())
        return future

    def _came(self) -> None:
        person = self.guard.person
        self._desk().operator = person.id if person is not None else ""
        self._changed()
