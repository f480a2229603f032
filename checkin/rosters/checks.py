"""What somebody should look at before the visitors of a list stand at the gate.

A check never takes a row away and never blocks: it names rows.  Rules come from what is already known: policies and
capacities of plants and tours, the stop list, lead times.  No name of a person stands in a notice.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checkin.domain.admission import Stop, age_band
from checkin.domain.names import StopIndex
from checkin.domain.visit import Flag, Plant, Policy, StopEntry, Tour, Visitor
from checkin.i18n import gettext as _
from checkin.rosters.likeness import alike, is_like
from checkin.rosters.planning import Entry, Plan
from checkin.rosters.result import Notices
from checkin.rosters.schedule import called, local

Lead = Callable[[str], tuple[int | None, int | None]]
"""Of a plant's id: the days that must lie before a visit, for everybody and for foreigners."""


def no_lead(plant: str) -> tuple[int | None, int | None]:
    """No plant asks for any time."""
    return None, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows besides the list.  ``on_tour`` are the visitors of a tour who are on the roster already."""

    now: datetime
    plants: Mapping[str, Plant] = field(default_factory=dict)
    tours: Mapping[str, Tour] = field(default_factory=dict)
    visitors: Iterable[Visitor] = ()
    stops: Mapping[str, list[StopEntry]] = field(default_factory=dict)
    lead: Lead = no_lead


PAIRS = 2_000
"""Pairs of like names that are named: nobody goes through more of them, and looking costs more than reading a list."""


def check(plan: Plan, known: Known) -> list[str]:
    """Everything that is doubtful about the rows that a plan takes, as notices with their rows."""
    return _Checks(plan, known).notices()


class _Checks:
    def __init__(self, plan: Plan, known: Known) -> None:
        self._plan = plan
        self._known = known
        self._out = Notices()
        self._tours = {**plan.result.tours, **known.tours}
        self._plants = {**plan.result.plants, **known.plants}
        self._entries = [
            one for one in (*plan.added, *plan.changed, *plan.unchanged) if Flag.CANCELLED not in one.visitor.flags
        ]
        self._entries.sort(key=lambda one: (one.row.sheet, one.row.row))
        self._by_tour: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            self._by_tour[entry.visitor.tour].append(entry)
        self._new = {id(one) for one in (*self._plan.added, *self._plan.changed)}
        self._pairs_left = PAIRS
        limited = {tour for tour in self._by_tour if (held := self._tours.get(tour)) is not None and held.capacity}
        self._on_roster: dict[str, set[str]] = defaultdict(set)
        for one in known.visitors if limited else ():
            if one.tour in limited and Flag.CANCELLED not in one.flags:
                self._on_roster[one.tour].add(one.id)

    def notices(self) -> list[str]:
        self._stop_list()
        for entry in self._plan.changed:
            before = entry.before
            if before is not None and not entry.row.issued and not is_like(before.name, entry.visitor.name):
                self._at(
                    entry, _("The name under this code is another person's now: the ticket goes over."), every=True
                )
        for tour, entries in self._by_tour.items():
            self._names(entries)
            self._room(tour, entries)
            self._ages(tour, entries)
            self._adults(tour, entries)
            self._lead_time(tour, entries)
        return self._out.all()

    def _at(self, entry: Entry, text: str, *, every: bool = False) -> None:
        self._out.at(entry.row.sheet, entry.row.row, text, every=every)

    def _policy(self, tour: str) -> Policy:
        held = self._tours.get(tour)
        if held is None:
            return Policy()
        if held.policy is not None:
            return held.policy
        plant = self._plants.get(held.plant)
        return plant.policy if plant is not None else Policy()

    def _stop_list(self) -> None:
        lists = {plant: StopIndex(entries) for plant, entries in self._known.stops.items() if entries}
        for entry in self._entries:
            held = lists.get(entry.visitor.plant)
            if held is None:
                continue
            match held.check(entry.visitor.name, entry.visitor.birth_year)[0]:
                case Stop.EXACT:
                    self._at(entry, _("On the stop list: the gate will refuse."), every=True)
                case Stop.NEAR:
                    self._at(entry, _("The name resembles one on the stop list: the gate will ask."), every=True)
                case Stop.CLEAR:
                    pass

    def _names(self, entries: list[Entry]) -> None:
        people = [(one.visitor.name, one.visitor.birth_year) for one in entries]
        for first, second, how in itertools.islice(alike(people), self._pairs_left):
            self._pairs_left -= 1
            one, two = entries[first], entries[second]
            years = {one.visitor.birth_year, two.visitor.birth_year}
            pair = _rows(one, two)
            if how is Stop.EXACT and len(years) == 1 and None not in years:
                self._out.at(two.row.sheet, pair, _("Likely the same person twice on one tour."))
            elif how is Stop.EXACT or (how is Stop.NEAR and _same_words(one, two)):
                self._out.at(two.row.sheet, pair, _("Namesakes on one tour: tell them apart by year of birth."))
            else:
                self._out.at(two.row.sheet, pair, _("Perhaps one person in two spellings."))

    def _room(self, tour: str, entries: list[Entry]) -> None:
        held = self._tours.get(tour)
        if held is None or held.capacity is None:
            return
        here = {one.visitor.id for one in entries}
        others = len(self._on_roster.get(tour, set()) - here)
        heads = len(here) + others
        if heads > held.capacity:
            self._out.say(
                _("{tour}: {heads} visitors for {capacity} places.").format(
                    tour=called(held, self._plants.get(held.plant)), heads=heads, capacity=held.capacity
                )
            )
            for entry in entries[max(0, held.capacity - others) :]:
                self._at(entry, _("No place is left on the tour."), every=True)

    def _ages(self, tour: str, entries: list[Entry]) -> None:
        held, least = self._tours.get(tour), self._policy(tour).minimum_age
        if held is None or least is None:
            return
        year = local(held.start, self._plants.get(held.plant)).year
        for entry in entries:
            born = entry.visitor.birth_year
            if born is not None and year - born < least:
                self._at(entry, _("Younger than the plant admits ({age}+).").format(age=least), every=True)

    def _adults(self, tour: str, entries: list[Entry]) -> None:
        held = self._tours.get(tour)
        if held is None:
            return
        allowed = self._policy(tour).minors_per_adult
        groups: dict[str | None, list[Entry]] = defaultdict(list)
        for entry in entries:
            groups[entry.visitor.group].append(entry)
        for group, members in groups.items():
            bands = [age_band(one.visitor, held.start) for one in members]
            minors = [one for one, band in zip(members, bands, strict=True) if band is Flag.MINOR]
            if allowed is None:
                minors = [one for one in minors if Flag.MINOR in one.visitor.flags]
            adults = bands.count(Flag.ADULT) if group is not None else 0
            if minors and not adults:
                text = _("Minors without an adult in their group.") if group else _("A minor who is in no group.")
                for one in minors:
                    self._at(one, text)
            elif allowed is not None and len(minors) > allowed * adults:
                for one in minors[allowed * adults :]:
                    self._at(one, _("More than {count} minors for each adult of the group.").format(count=allowed))

    def _lead_time(self, tour: str, entries: list[Entry]) -> None:
        held = self._tours.get(tour)
        if held is None or held.start <= self._known.now:
            return
        everybody, foreign = self._known.lead(held.plant)
        left = held.start - self._known.now
        for entry in entries:
            if id(entry) not in self._new:
                continue
            if Flag.FOREIGN in entry.visitor.flags and foreign is not None and left < timedelta(days=foreign):
                self._at(entry, _("Foreigners are to be announced {days} days ahead.").format(days=foreign))
            elif everybody is not None and left < timedelta(days=everybody):
                self._at(entry, _("Visitors are to be announced {days} days ahead.").format(days=everybody))


def _same_words(one: Entry, two: Entry) -> bool:
    from checkin.domain.names import name_key

    return name_key(one.visitor.name) == name_key(two.visitor.name)


def _rows(one: Entry, two: Entry) -> str:
    if one.row.sheet == two.row.sheet:
        return f"{one.row.row} = {two.row.row}"
    return f"{one.row.sheet}:{one.row.row} = {two.row.sheet}:{two.row.row}"
