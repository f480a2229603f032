"""The alarm at the desk: one list of everybody inside, marks from every gate and phone, and what came of it.

Needs no log-in and no network.  Raising the alarm while a muster is on joins it; nothing here lets anybody in or out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from checkin.desk.desk import Desk
from checkin.desk.gatenames import gate_names
from checkin.desk.lookup import Place, look_up
from checkin.domain.admission import Recognised, age_band
from checkin.domain.events import INWARD, AttendanceEvent, Kind, new_id, private
from checkin.domain.headcount import stay
from checkin.domain.muster import DRILL, SAFE, Mark, Muster, course, muster
from checkin.domain.visit import Flag, Plant, Tour
from checkin.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody inside, or several without names (``heads`` > 1).  ``band`` is minor, adult or unknown (None)."""

    subject: str
    name: str
    band: Flag | None
    language: str
    mobility: bool
    entered_at: datetime | None
    gate: str
    heads: int = 1
    group: str = ""
    mark: Mark | None = None
    marked_at: datetime | None = None
    overdue: bool = False
    note: str = ""
    born: int | None = None

    @property
    def safe(self) -> bool:
        return self.mark in SAFE


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The people of one tour, by name.  ``tour`` None are those of no tour that is known."""

    tour: Tour | None
    people: tuple[Person, ...]

    @property
    def heads(self) -> int:
        return sum(person.heads for person in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class MusterList:
    """Everybody to be looked for, at ``at``.  ``data_at`` is the newest event that the list knows of."""

    plant: Plant
    at: datetime
    data_at: datetime | None
    muster: Muster | None
    sections: tuple[Section, ...]

    @property
    def inside(self) -> int:
        return sum(section.heads for section in self.sections)

    @property
    def found(self) -> int:
        return sum(person.heads for section in self.sections for person in section.people if person.safe)

    @property
    def missing(self) -> int:
        return self.inside - self.found

    @property
    def minors(self) -> int:
        return sum(person.heads for section in self.sections for person in section.people if person.band is Flag.MINOR)

    @property
    def mobility(self) -> int:
        return sum(person.heads for section in self.sections for person in section.people if person.mobility)

    @property
    def languages(self) -> dict[str, int]:
        """Heads by language, the most spoken first."""
        spoken: Counter[str] = Counter()
        for section in self.sections:
            for person in section.people:
                spoken[person.language] += person.heads
        return dict(spoken.most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What a ticket at the meeting point came to.  ``marked`` when its bearer now counts as found.

    Else ``recognised`` and ``heads`` say why not: no ticket of this plant, nobody inside on it (0), several on it.
    """

    recognised: Recognised
    name: str = ""
    heads: int = 0
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a report tells: the list at the end, what happened, and names of those who are not listed any more."""

    listed: MusterList
    events: tuple[AttendanceEvent, ...]
    names: dict[str, str]


class Musters:
    """What a desk does in an alarm."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def raise_alarm(self, plant: str, *, drill: bool) -> AttendanceEvent:
        """The muster begins, or the one that is on goes on.  A real alarm during a drill begins anew."""
        with self._desk.store.write() as tx:
            running = self._running(tx, plant)
            if running is not None and running.on and (drill or not running.drill):
                return running.alarm
            return self._write(tx, plant, Kind.ALARM, DRILL if drill else "real")

    def mark(self, plant: str, subject: str, mark: Mark, note: str = "") -> AttendanceEvent:
        """Somebody was looked for; the last mark on a person counts."""
        with self._desk.store.write() as tx:
            tour = tx.headcounts.tour_of(plant, subject)
            return self._write(tx, plant, Kind.MARK, mark.value, subject=subject, tour=tour, note=note)

    def ticket_shown(self, plant: str, text: str) -> Presented:
        """Somebody at the meeting point shows a ticket: whoever is inside on it alone is found.

        Several on one ticket are not found by one of them, and who is not inside is on no list.
        """
        with self._desk.store.write() as tx:
            now = self._desk.clock.now()
            facts = look_up(tx, Place(plant=plant, gate=self._desk.place.gate), text, now)
            if facts.ticket is None or facts.ticket.plant != plant:
                unknown = facts.recognised if facts.ticket is None else Recognised.UNKNOWN
                return Presented(recognised=unknown)
            entry = facts.stay.entry
            subject = tx.journal.whose(plant, facts.ticket.subject)
            name = entry.private.name if entry is not None and entry.private is not None else ""
            name = name or (facts.visitor.name if facts.visitor is not None else "")
            name = name or (facts.group.name if facts.group is not None else "")
            heads = facts.stay.inside
            if heads == 1:
                tour = tx.headcounts.tour_of(plant, subject)
                self._write(tx, plant, Kind.MARK, Mark.FOUND.value, subject=subject, tour=tour)
            return Presented(recognised=facts.recognised, name=name, heads=heads, marked=heads == 1)

    def stranger(self, plant: str, name: str, note: str = "") -> AttendanceEvent:
        """Somebody stands at the meeting point who is on no list."""
        with self._desk.store.write() as tx:
            return self._write(tx, plant, Kind.MARK, Mark.NOT_LISTED.value, name=name, note=note)

    def all_clear(self, plant: str, note: str = "") -> AttendanceEvent | None:
        """The muster ends; None when none was on."""
        with self._desk.store.write() as tx:
            running = self._running(tx, plant)
            if running is None or not running.on:
                return None
            return self._write(tx, plant, Kind.ALL_CLEAR, running.alarm.reason, note=note)

    def listed(self, plant: str) -> MusterList | None:
        """Everybody inside now, and while an alarm is on whoever was inside when it was raised and has been found."""
        return self._listed(plant, gone_after=False)

    def _listed(self, plant: str, *, gone_after: bool) -> MusterList | None:
        """``gone_after``: those who were found are named when the alarm is over, too."""
        with self._desk.store.read() as tx:
            home = tx.roster.plant(plant)
            if home is None:
                return None
            now = self._desk.clock.now()
            running = self._running(tx, plant)
            people = _people(tx, plant, now, running, gone=running is not None and (running.on or gone_after))
            sections: dict[str | None, list[Person]] = {}
            for tour, person in people:
                sections.setdefault(tour, []).append(person)
            tours = {tour: tx.roster.tour(plant, tour) if tour is not None else None for tour in sections}
            listed = [
                Section(tour=tours[tour], people=tuple(sorted(told_apart(some), key=lambda one: one.name.casefold())))
                for tour, some in sections.items()
            ]
            return MusterList(
                plant=home,
                at=now,
                data_at=tx.journal.newest(plant),
                muster=running,
                sections=tuple(sorted(listed, key=_order)),
            )

    def story(self, plant: str) -> Story | None:
        """The last muster, on or over, for its report; None when there never was one."""
        listed = self._listed(plant, gone_after=True)
        if listed is None or listed.muster is None:
            return None
        known = {person.subject for section in listed.sections for person in section.people}
        names: dict[str, str] = {}
        with self._desk.store.read() as tx:
            kinds = (Kind.ALARM, Kind.ALL_CLEAR, Kind.MARK, Kind.EXIT)
            events = course(tx.journal.of_kinds(plant, kinds), listed.muster)
            for event in events:
                subject = event.subject
                if subject is not None and subject not in known and subject not in names:
                    names[subject] = _name(tx, plant, subject)
        return Story(listed=listed, events=tuple(events), names=names)

    def _running(self, tx: Transaction, plant: str) -> Muster | None:
        return muster(tx.journal.of_kinds(plant, (Kind.ALARM, Kind.ALL_CLEAR, Kind.MARK)))

    def _write(
        self,
        tx: Transaction,
        plant: str,
        kind: Kind,
        reason: str,
        *,
        subject: str | None = None,
        tour: str | None = None,
        name: str = "",
        note: str = "",
    ) -> AttendanceEvent:
        now = self._desk.clock.now()
        return self._desk.append(
            tx,
            AttendanceEvent(
                id=new_id(now),
                plant=plant,
                gate=self._desk.place.gate,
                at=now,
                kind=kind,
                reason=reason,
                subject=subject,
                tour=tour,
                operator=self._desk.operator,
                mono_ns=self._desk.clock.monotonic_ns(),
                private=private(name.strip(), note.strip()),
            ),
        )


def _people(
    tx: Transaction, plant: str, now: datetime, running: Muster | None, *, gone: bool
) -> list[tuple[str | None, Person]]:
    found: list[tuple[str | None, Person]] = []
    inside = tx.headcounts.everybody_inside(plant)
    for subject, tour, heads in inside:
        entry = stay(tx.journal.of_subject(plant, subject), heads).entry
        found.append((tour, _person(tx, plant, subject, heads, entry, now, running)))
    if running is not None and gone:
        here = {subject for subject, _tour, _heads in inside}
        left = [subject for subject in running.marks if subject not in here and running.mark(subject) in SAFE]
        found += [person for subject in left for person in _gone(tx, plant, subject, now, running)]
    gates = gate_names(tx, plant)
    return [(tour, replace(one, gate=gates.get(one.gate, one.gate))) for tour, one in found] if gates else found


def _gone(tx: Transaction, plant: str, subject: str, now: datetime, running: Muster) -> list[tuple[str | None, Person]]:
    """Somebody who was inside at the alarm, was found, and has left since: still one of those who were found."""
    events = [event for event in tx.journal.of_subject(plant, subject) if event.at <= running.started_at]
    party = max((event.party for event in events), default=1)
    then = stay(events, party)
    if not then.inside or then.entry is None:
        return []
    return [(then.entry.tour, _person(tx, plant, subject, then.inside, then.entry, now, running))]


def _person(
    tx: Transaction,
    plant: str,
    subject: str,
    heads: int,
    entry: AttendanceEvent | None,
    now: datetime,
    running: Muster | None,
) -> Person:
    visitor = tx.roster.visitor(plant, subject)
    if running is not None and running.ended_at is not None and entry is not None and entry.at > running.ended_at:
        running = None  # came when it was over
    group = tx.roster.group(plant, entry.group) if entry is not None and entry.group else None
    named = entry.private.name if entry is not None and entry.private is not None else ""
    stood_in = named if entry is not None and entry.kind is not Kind.WALK_IN else ""
    name = named or (visitor.name if visitor is not None else "") or (group.name if group is not None else "")
    mark = running.marks.get(subject) if running is not None else None
    return Person(
        subject=subject,
        name=name,
        band=age_band(visitor, now) if visitor is not None and not stood_in else None,
        language=visitor.language if visitor is not None else "",
        mobility=visitor is not None and Flag.MOBILITY in visitor.flags,
        entered_at=entry.at if entry is not None else None,
        gate=entry.gate if entry is not None else "",
        heads=heads,
        group=group.name if group is not None else "",
        mark=Mark(mark.reason) if mark is not None else None,
        marked_at=mark.at if mark is not None else None,
        overdue=running is not None and running.overdue(subject, now),
        note=mark.private.note if mark is not None and mark.private is not None else "",
        born=visitor.birth_year if visitor is not None and not stood_in else None,
    )


def told_apart(people: list[Person]) -> list[Person]:
    """Namesakes of one tour with the year of birth behind their names: whoever looks for one has to know which."""
    names = Counter(person.name.casefold() for person in people)
    return [
        replace(person, name=f"{person.name} ({person.born})")
        if person.born is not None and names[person.name.casefold()] > 1
        else person
        for person in people
    ]


def _name(tx: Transaction, plant: str, subject: str) -> str:
    """The name of somebody who came in once; empty when nobody knows it."""
    visitor = tx.roster.visitor(plant, subject)
    entries = (event for event in tx.journal.of_subject(plant, subject) if event.kind in INWARD)
    kept = next((event.private.name for event in entries if event.private is not None and event.private.name), "")
    return kept or (visitor.name if visitor is not None else "")


def _order(section: Section) -> tuple[bool, float, str]:
    """By start; those of no tour last."""
    tour = section.tour
    return (True, 0.0, "") if tour is None else (False, tour.start.timestamp(), tour.title)
