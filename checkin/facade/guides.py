"""The guides' page from the gate PC itself, where there is no hub: one switch starts and stops it.

It is the hub's page over this gate's store.  Reads have a view of their own and never wait for the store's thread;
marks are written by the desk on that thread.  Codes and sessions end with the program.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from checkin.clock import Clock
from checkin.desk import Desk
from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import NOT_YET, State, stay
from checkin.domain.names import name_key
from checkin.domain.visit import Flag, Plant, Tour
from checkin.errors import SettingsWrong
from checkin.facade.work import Work
from checkin.hub.guides.bell import Bell
from checkin.hub.guides.calls import KINDS
from checkin.hub.guides.day import CALLS_KEPT, Day, Person, Visit, Woken, by_name, person, todays
from checkin.hub.guides.marks import Asked, Clerk, Taken
from checkin.hub.guides.passes import CODE_FOR, Code, MemoryPasses, Pass
from checkin.i18n import gettext as _
from checkin.runtime.worker import Urgency
from checkin.store import Transaction

if TYPE_CHECKING:
    from checkin.hub.guides.serve import RunningGuides

PORT = 8790
Inside = list[tuple[str, str | None, int]]


class AttendanceAtGate:
    """See ``checkin.hub.guides.day.Attendance``.  ``desk`` gives the desk of the moment: its place can be changed."""

    def __init__(self, desk: Callable[[], Desk], work: Work, bell: Bell) -> None:
        self._desk = desk
        self._work = work
        self._bell = bell

    def now(self) -> datetime:
        return self._desk().clock.now()

    def day(self, who: Pass) -> tuple[Day, int]:
        count = self._bell.count
        desk = self._desk()
        with desk.store.read() as tx:
            return _day(tx, who, desk.clock.now()), count

    def take(self, who: Pass, asked: Sequence[Asked]) -> list[Taken]:
        desk = self._desk()

        def job() -> list[Taken]:
            answers: list[Taken] = []
            with desk.store.write() as tx:
                known = {one.id for one in asked if tx.journal.by_id(one.id) is not None}
                clerk = Clerk(_day(tx, who, desk.clock.now()), who, desk.place.gate, known)
                for one in asked:
                    answer, events = clerk.take(one)
                    answers.append(answer)
                    for event in events:
                        desk.append(tx, replace(event, mono_ns=desk.clock.monotonic_ns()))
            return answers

        return self._work(Urgency.SCAN, job, True).result()

    async def wait(self, who: Pass, position: int, timeout_s: float) -> Woken:
        return await self._bell.wait(position, timeout_s)


class GuideServer:
    """The page's server, codes and address.  ``listen`` is the app's: it calls back whenever something has changed."""

    def __init__(
        self,
        desk: Callable[[], Desk],
        work: Work,
        listen: Callable[[Callable[[], None]], None],
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._bell = Bell()
        self._attendance = AttendanceAtGate(desk, work, self._bell)
        self._passes = MemoryPasses(clock)
        self._running: RunningGuides | None = None
        self._host = ""
        listen(self._bell.ring)

    @property
    def running(self) -> bool:
        """Whether the page is served."""
        return self._running is not None

    def start(self, host: str = "0.0.0.0", port: int = PORT) -> str:
        """Serves the page, on another port when this one is taken, and returns its address.

        Raises ``SettingsWrong`` when no plant is chosen, or no port can be had.
        """
        if self._running is None:
            self._plant()
            from checkin.hub.guides.serve import RunningGuides
            from checkin.hub.guides.service import GuideService

            self._bell.open()
            service = GuideService(self._attendance, self._passes)
            self._running = RunningGuides(service, host, port, self._bell.close)
            self._host = host
        return self.url()

    def stop(self) -> None:
        """Serves no more; codes and sessions stay good until the program ends."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def url(self) -> str:
        """The address for a guide's phone, for the QR code; empty while nothing is served."""
        if self._running is None:
            return ""
        host = lan_address() if self._host in ("", "0.0.0.0") else self._host
        return f"http://{host}:{self._running.port}/guides/"

    def sessions(self) -> list[Pass]:
        """Sessions that are open, the newest first."""
        return self._passes.sessions()

    def forget(self) -> None:
        """Ends every session and every code."""
        self._passes.forget()
        self._bell.ring()

    def guides(self) -> list[tuple[str, Tour]]:
        """The tours of this plant's day with their guide's name, to make codes for."""
        plant = self._plant()
        desk = self._desk()
        with desk.store.read() as tx:
            found = todays(tx.roster.tours(plant.id), plant, desk.clock.now(), set())
        return [(tour.guide, tour) for tour in found]

    def make_code(self, guide: str = "", *, tour: str = "", valid_for: timedelta = CODE_FOR) -> Code:
        """A code that opens the tours of a guide (by name), or one tour (by id).

        Raises ``SettingsWrong`` when the roster has no such guide or tour.
        """
        plant = self._plant()
        with self._desk().store.read() as tx:
            tours = tx.roster.tours(plant.id)
        if tour:
            if all(one.id != tour for one in tours):
                raise SettingsWrong(_("No tour of this plant is “{tour}”, or several are").format(tour=tour))
            return self._passes.make(plant.id, next(one.guide for one in tours if one.id == tour), tour, valid_for)
        key = name_key(guide)
        if not key or all(name_key(one.guide) != key for one in tours):
            raise SettingsWrong(_("No tour of this plant has the guide “{guide}”").format(guide=guide))
        return self._passes.make(plant.id, guide, "", valid_for)

    def _plant(self) -> Plant:
        desk = self._desk()
        with desk.store.read() as tx:
            plant = tx.roster.plant(desk.place.plant) if desk.place.plant is not None else None
        if plant is None:
            raise SettingsWrong(_("Choose the plant first, on the settings page"))
        return plant


def lan_address() -> str:
    """The address under which this PC's network most likely knows it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
            found = str(probe.getsockname()[0])
        except OSError:
            found = ""
    if found and not found.startswith(("127.", "0.")):
        return found
    try:
        others = [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except OSError:
        others = []
    return next((one for one in others if not one.startswith("127.")), "127.0.0.1")


def _day(tx: Transaction, who: Pass, now: datetime) -> Day:
    plant = tx.roster.plant(who.plant) or Plant(id=who.plant, name=who.plant)
    inside: Inside = tx.headcounts.everybody_inside(plant.id)
    own = [tour for tour in tx.roster.tours(plant.id) if who.opens(tour)]
    tours = todays(own, plant, now, {tour for _subject, tour, _heads in inside if tour is not None})
    since = now - CALLS_KEPT
    events = tx.journal.of_kinds(plant.id, KINDS)
    lasting = ("alarm", "all_clear")
    return Day(
        plant=plant,
        at=now,
        visits=tuple(_visit(tx, plant.id, tour, inside, now) for tour in tours),
        events=tuple(event for event in events if event.at >= since or event.kind in lasting),
    )


def _visit(tx: Transaction, plant: str, tour: Tour, inside: Inside, now: datetime) -> Visit:
    people: list[Person] = []
    members = tx.roster.tour_members(plant, tour.id)
    for one in members:
        events = tx.journal.of_subject(plant, one.id)
        whole = stay(events) if events else NOT_YET
        if whole.entry is not None and whole.entry.tour not in (None, tour.id):
            continue  # came with another tour, and is on its list
        if Flag.CANCELLED not in one.flags or whole.state is not State.EXPECTED:
            people.append(person(one, now, whole.state, _name_in(whole.entry)))
    listed = {one.id for one in members}
    for subject, of_tour, heads in inside:
        if of_tour == tour.id and subject not in listed:
            people.append(_unlisted(tx, plant, subject, heads))
    count = tx.headcounts.of_tour(plant, tour.id)
    walked_in = {subject for subject, _tour in tx.headcounts.walk_ins_inside(plant, tour.id)}
    off_list = sum(one.heads for one in people if one.extra and one.subject not in walked_in)
    return Visit(
        tour=tour,
        people=by_name(people),
        expected=count.expected,
        inside=count.inside,
        left=count.left,
        extra=count.walk_ins + off_list,
    )


def _unlisted(tx: Transaction, plant: str, subject: str, heads: int) -> Person:
    """Somebody inside whom the list does not name: a party that came on one ticket, or somebody let in unlisted."""
    entry = stay(tx.journal.of_subject(plant, subject), heads).entry
    ticket = tx.roster.ticket(plant, subject)
    group = tx.roster.group(plant, ticket.group) if ticket is not None and ticket.group else None
    name = _name_in(entry) or (group.name if group is not None else "")
    return Person(subject=subject, name=name, heads=heads, state=State.INSIDE, extra=group is None or _walked_in(entry))


def _name_in(entry: AttendanceEvent | None) -> str:
    return entry.private.name if entry is not None and entry.private is not None else ""


def _walked_in(entry: AttendanceEvent | None) -> bool:
    return entry is not None and entry.kind is Kind.WALK_IN
