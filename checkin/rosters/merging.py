"""What the roster holds of a list's tours, groups and visitors, as the list says it.

What a list has no column for stays as it is.  A tour that was moved since a list was made stays where it is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checkin.domain.visit import Flag, Group, Plant, Record, Tour, Visitor
from checkin.i18n import gettext as _
from checkin.rosters.result import ListResult
from checkin.rosters.schedule import called, local

_GROUPED = frozenset({"group", "school", "class"})
_BANDS = frozenset({Flag.MINOR, Flag.ADULT})
_DATED = frozenset({"birth_year", "age"})


class Merging:
    """A list's records put together with those that are held."""

    def __init__(
        self, result: ListResult, plants: Iterable[Plant], tours: Iterable[Tour], groups: Iterable[Group]
    ) -> None:
        self._result = result
        self._columns = result.columns
        self._there = {one.id: one for one in plants}
        self._tours = {one.id: one for one in tours}
        self._groups = {one.id: one for one in groups}

    def called(self, tour: str) -> str:
        """A tour as a notice names it, where and when it is now."""
        there = self._tours.get(tour) or self._result.tours[tour]
        return called(there, self._plant(there))

    def visitor(self, new: Visitor, before: Visitor) -> Visitor:
        """The visitor as the list says, and as before where it has nothing to say."""
        columns = self._columns
        moved = new.tour != before.tour
        group = new.group if moved or columns & _GROUPED else before.group
        birth_year = new.birth_year if columns & _DATED else before.birth_year
        language = new.language if "language" in columns else before.language
        flags = new.flags if "flags" in columns else self._marks(new, before)
        if (
            not moved
            and new.name == before.name
            and group == before.group
            and birth_year == before.birth_year
            and language == before.language
            and flags == before.flags
        ):
            return before
        return replace(
            before,
            tour=new.tour,
            name=new.name,
            group=group,
            birth_year=birth_year,
            language=language,
            flags=flags,
        )

    def _marks(self, new: Visitor, before: Visitor) -> frozenset[Flag]:
        """The marks of somebody whose list has no column for them: what else it says of age and citizenship counts."""
        marks = before.flags | (new.flags - before.flags)
        if new.flags & _BANDS or (new.birth_year is not None and self._columns & _DATED):
            marks -= _BANDS - new.flags
        if "citizenship" in self._columns:
            marks -= {Flag.FOREIGN} - new.flags
        return frozenset(marks)

    def tours(self, records: list[Record]) -> set[str]:
        """Writes new plants, new and changed tours; the ids of tours that were there and have changed."""
        records += [one for one in self._result.plants.values() if one.id not in self._there]
        changed: set[str] = set()
        for tour in self._result.tours.values():
            before = self._tours.get(tour.id)
            if before is None:
                records.append(tour)
                continue
            form = tour.format if "format" in self._columns else before.format
            if before.start != tour.start:
                self._say_moved(tour, before)
                merged = replace(before, format=form)
            else:
                end = tour.end if "end" in self._columns else before.end
                merged = replace(before, title=tour.title, end=end, format=form)
            if merged != before:
                records.append(merged)
                changed.add(tour.id)
        return changed

    def _say_moved(self, tour: Tour, now: Tour) -> None:
        plant = self._plant(now)
        text = _("{tour}: the tour is at {moment} now, since it was moved. Its visitors are taken into it.")
        moment = f"{local(now.start, plant):%d.%m.%Y %H:%M}"
        self._result.notices.append(text.format(tour=called(tour, plant), moment=moment))

    def _plant(self, tour: Tour) -> Plant | None:
        return self._there.get(tour.plant) or self._result.plants.get(tour.plant)

    def groups(self, records: list[Record]) -> set[str]:
        """Writes new and changed groups; the ids of groups that were there and have changed."""
        changed: set[str] = set()
        for group in self._result.groups.values():
            before = self._groups.get(group.id)
            if before is None:
                records.append(group)
                continue
            leader = group.leader if "leader" in self._columns else before.leader
            merged = replace(before, name=group.name, leader=leader)
            if merged != before:
                records.append(merged)
                changed.add(group.id)
        return changed
