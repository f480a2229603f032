"""Groups as a window asks for them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future
from typing import TypeVar

from checkin.desk import Desk, Source
from checkin.desk.groups import Bearer, GroupCard, GroupResult, Groups
from checkin.domain.admission import Reason
from checkin.domain.events import AttendanceEvent
from checkin.domain.people import Right
from checkin.facade.papers import Paper, Papers
from checkin.facade.people import PeopleAtGate
from checkin.runtime.worker import Urgency

T = TypeVar("T")


def _at_once(answer: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(answer)
    return future


class GroupsAtGate:
    """See ``checkin.desk.groups``; every answer is a future, and what was written is on the disk when it is done."""

    def __init__(self, desk: Desk, people: PeopleAtGate, papers: Papers, moved: Callable[[], None]) -> None:
        """``moved`` is called after each group that went in or out."""
        self._desk = desk
        self._groups = Groups(desk)
        self._people = people
        self._work = people.for_right(Right.GROUPS)
        self._extra = people.for_right(Right.OVERRIDE)
        self._papers = papers
        self._moved = moved

    def find(self, text: str) -> Future[GroupCard | None]:
        """The group that a code opens, if it opens one and the person at the gate may see groups."""
        if not self._people.may(Right.GROUPS):
            return _at_once(None)
        return self._work(Urgency.SCAN, lambda: self._groups.find(text), False)

    def open_group(self, plant: str, group: str) -> Future[GroupCard | None]:
        """A group by its id."""
        return self._work(Urgency.SCAN, lambda: self._groups.open_group(plant, group), False)

    def open_tour(self, plant: str, tour: str) -> Future[GroupCard | None]:
        """Everybody of a tour."""
        return self._work(Urgency.PAGE, lambda: self._groups.open_tour(plant, tour), False)

    def admit(
        self,
        card: GroupCard,
        ticked: Collection[str],
        confirmed: frozenset[Reason] = frozenset(),
        source: Source = Source.SCANNER,
    ) -> Future[GroupResult]:
        """Lets in the ticked members (ids of visitors), ``confirmed`` being settled; names those who were held."""

        def job() -> GroupResult:
            self._people.require_entry()
            return self._groups.admit(card, ticked, confirmed, source)

        return self._moves(job)

    def let_out(self, card: GroupCard, ticked: Collection[str], source: Source = Source.SCANNER) -> Future[GroupResult]:
        """Lets out the ticked members."""
        return self._moves(lambda: self._groups.let_out(card, ticked, source))

    def print_signatures(self, card: GroupCard) -> Future[Paper]:
        """The signature sheet, to the printer or kept as a file."""
        return self._papers.signatures(card)

    def brief(self, card: GroupCard) -> Future[None]:
        """Marks the group as briefed."""
        return self._work(Urgency.SCAN, lambda: self._groups.brief(card), True)

    def walk_in(self, card: GroupCard, name: str, note: str, supervisor: str = "") -> Future[AttendanceEvent]:
        """Lets in somebody who is on no list."""
        return self._extra(Urgency.SCAN, lambda: self._groups.walk_in(card, name, note, supervisor), True)

    def bearer(self, card: GroupCard, text: str) -> Future[Bearer]:
        """Whose ticket to another tour this is."""
        return self._extra(Urgency.SCAN, lambda: self._groups.bearer(card, text), False)

    def take_along(
        self, card: GroupCard, text: str, name: str, note: str, supervisor: str = ""
    ) -> Future[AttendanceEvent]:
        """Lets in who has a ticket to another tour."""
        return self._extra(Urgency.SCAN, lambda: self._groups.take_along(card, text, name, note, supervisor), True)

    def substitute(
        self, card: GroupCard, instead_of: str, name: str, note: str, supervisor: str = ""
    ) -> Future[AttendanceEvent]:
        """Lets somebody in for a member (id) who does not come."""
        return self._extra(
            Urgency.SCAN, lambda: self._groups.substitute(card, instead_of, name, note, supervisor), True
        )

    def remained(self) -> Future[list[GroupCard]]:
        """Groups of this plant of which some have left and some are still inside."""
        plant = self._desk.place.plant
        if not self._people.may(Right.GROUPS):
            return _at_once([])

        def job() -> list[GroupCard]:
            return self._groups.remained(plant, self._desk.clock.now()) if plant is not None else []

        return self._work(Urgency.PAGE, job, False)

    def _moves(self, job: Callable[[], GroupResult]) -> Future[GroupResult]:
        future = self._work(Urgency.SCAN, job, True)
        future.add_done_callback(lambda _future: self._moved())
        return future
