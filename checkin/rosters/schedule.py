"""Plants and tours of a list: what the cells that name a tour stand for.

The same cells always give the same answer, so that it is worked out once for all rows of a tour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from checkin.domain.visit import Format, Plant, Tour
from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters import identity
from checkin.rosters.cells import (
    error_said,
    is_error,
    is_hour_or_minutes,
    localised,
    moment_of,
    text_of,
    tidy,
    times_of,
)
from checkin.rosters.plantnames import several
from checkin.rosters.table import Cell
from checkin.rosters.vocabulary import format_of

MAX_TITLE = 300
DEFAULT_LENGTH = timedelta(minutes=90)
LONGEST_NIGHT = timedelta(hours=12)
"""An end before its start is on the next day when the visit is no longer than this."""
WHOLE_DAY = timedelta(days=1) - timedelta(minutes=1)

_BY = re.compile(r"(?:до|по|не позднее|until|till|by)\b", re.IGNORECASE)

SlotKey = tuple[Cell, Cell, Cell, Cell, Cell, Cell]
"""The cells of plant, tour, format, date, start and end."""


_Visit = tuple[str, date, str]
"""A plant, a day, and the title of a tour as it is compared."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The tour that a row belongs to, and its day."""

    plant: str
    tour: str
    day: date


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a part of a row cannot be taken, and in which of our columns."""

    column: str
    reason: str


class Schedule:
    """Plants and tours as they are met.  ``notice`` hears what is doubtful about the row at hand.

    ``tours`` are those that exist: a tour that was given another title or time since it was made keeps its id.  Raises
    ``ListUnreadable`` when several plants are called ``plant``.
    """

    def __init__(
        self, plant: str | None, known: Iterable[Plant], notice: Callable[[str], None], tours: Iterable[Tour] = ()
    ) -> None:
        self.plants: dict[str, Plant] = {}
        self.tours: dict[str, Tour] = {}
        self._by_id = {one.id: one for one in known}
        self._by_name: dict[str, list[Plant]] = {}
        for one in self._by_id.values():
            self._by_name.setdefault(identity.slug(one.name), []).append(one)
        default = self._plant_of(plant or "")
        if isinstance(default, Bad):
            raise ListUnreadable(default.reason)
        self._default = default
        self._notice = notice
        self._slots: dict[SlotKey, Slot | Bad] = {}
        self._started: set[_Visit] = set()
        self._whole_days: dict[_Visit, str] = {}
        self._ids = {(one.plant, one.start, identity.plain_title(one.title)): one.id for one in tours}

    def slot(self, key: SlotKey) -> Slot | Bad:
        """The tour that these cells name, made when it is the first of its kind."""
        slot = self._slots.get(key)
        if slot is None:
            slot = self._slots[key] = self._make(key)
        return slot

    def notices(self) -> list[str]:
        """What only the whole list tells: tours that last a day in its first rows and have a start further below."""
        text = _(
            "“{title}”, {date}: the first rows have no start and are taken for the whole day, though other rows have "
            "one. Write the start into every row."
        )
        return [
            text.format(title=title[:60], date=f"{day:%d.%m.%Y}")
            for (plant, day, plain), title in self._whole_days.items()
            if (plant, day, plain) in self._started
        ]

    def _make(self, key: SlotKey) -> Slot | Bad:
        plant_cell, title_cell, format_cell, date_cell, start_cell, end_cell = key
        named = text_of(plant_cell)
        if is_error(named):
            return Bad("plant", error_said(named))
        plant = self._plant_of(named) or self._default
        if plant is None:
            return Bad("plant", _("The plant is missing."))
        if isinstance(plant, Bad):
            return plant
        title, _cleaned = tidy(text_of(title_cell))
        if is_error(title):
            return Bad("tour", error_said(title))
        if not title:
            return Bad("tour", _("The title of the tour is missing."))
        if len(title) > MAX_TITLE:
            return Bad("tour", _("The title of the tour is too long."))
        zone = ZoneInfo(plant.tz)
        date_cell, start_cell, end_cell = (localised(cell, zone) for cell in (date_cell, start_cell, end_cell))
        if isinstance(start_cell, datetime) and (start_cell is not key[4] or not text_of(date_cell)):
            date_cell = start_cell  # the moment itself says its local day
        if not text_of(date_cell) and moment_of(start_cell) is not None:
            date_cell, start_cell = start_cell, ""  # a start may say its day
        when = _when(date_cell, start_cell, end_cell)
        if isinstance(when, Bad):
            return when
        day, start, end = when
        visit = (plant.id, day, identity.plain_title(title))
        if start is not None:
            self._started.add(visit)
        elif visit in self._started:
            return Bad("start", _("The start is missing; other rows of this tour and day have one."))
        else:
            self._whole_days[visit] = title
        begins = _utc(day, timedelta(0) if start is None else start, zone)
        held_id = self._ids.get((plant.id, begins, visit[2]))
        made = Tour(
            id=held_id or identity.tour_id(plant.id, day, start, title),
            plant=plant.id,
            title=title,
            start=begins,
            end=_utc(day, end, zone),
            format=self._format(text_of(format_cell), title),
        )
        held = self.tours.setdefault(made.id, made)
        if held.end != made.end:
            self._notice(_("The tour “{title}” has two endings; the first counts.").format(title=title[:60]))
        self.plants.setdefault(plant.id, plant)
        return Slot(plant.id, made.id, day)

    def _format(self, text: str, title: str) -> Format:
        if not text:
            return format_of(title) or Format.EXCURSION
        form = format_of(text)
        if form is None:
            self._notice(_("The format “{text}” is not known.").format(text=text[:40]))
        return form or Format.OTHER

    def _plant_of(self, name: str) -> Plant | Bad | None:
        """The plant of that id or name, made when there is none."""
        text, _cleaned = tidy(name)
        if not text:
            return None
        if text in self._by_id:
            return self._by_id[text]
        by_slug = identity.slug(text)
        named = self._by_name.get(by_slug, ())
        if len(named) > 1:
            return Bad("plant", several(text, named))
        if named:
            return named[0]
        return self._by_id.setdefault(by_slug, Plant(id=by_slug, name=text[:MAX_TITLE]))


def called(tour: Tour, plant: Plant | None) -> str:
    """A tour as a notice names it, with its plant's local time."""
    return f"“{tour.title[:60]}”, {local(tour.start, plant):%d.%m.%Y %H:%M}"


def local(moment: datetime, plant: Plant | None) -> datetime:
    """A moment by a plant's clocks."""
    return moment.astimezone(ZoneInfo(plant.tz if plant is not None else "UTC"))


def _when(date_cell: Cell, start_cell: Cell, end_cell: Cell) -> tuple[date, timedelta | None, timedelta] | Bad:
    """Day, start since midnight (None: the whole day) and end since that midnight."""
    if not text_of(date_cell):
        return Bad("date", _("The date is missing."))
    dated = moment_of(date_cell)
    if dated is None and is_error(text_of(date_cell)):
        return Bad("date", error_said(text_of(date_cell)))
    if dated is None:
        return Bad("date", _("This is not a date: {text}").format(text=text_of(date_cell)[:40]))
    day, start_beside, end_beside = dated
    start = end = None
    if text_of(start_cell):
        times = None if _BY.match(text_of(start_cell)) else times_of(start_cell)
        if is_error(text_of(start_cell)):
            return Bad("start", error_said(text_of(start_cell)))
        if is_hour_or_minutes(text_of(start_cell)):
            return Bad("start", _either(text_of(start_cell)))
        if times is None or times[0] >= timedelta(days=1):
            return Bad("start", _("This is not a time: {text}").format(text=text_of(start_cell)[:40]))
        start, end = times
        if isinstance(date_cell, str) and start_beside is not None and start_beside != start:
            return Bad(
                "start", _("The date says another time than the start: {text}").format(text=text_of(date_cell)[:40])
            )
    else:
        start, end = start_beside, end_beside
    if text_of(end_cell):
        times = times_of(end_cell)
        if is_error(text_of(end_cell)):
            return Bad("end", error_said(text_of(end_cell)))
        if is_hour_or_minutes(text_of(end_cell)):
            return Bad("end", _either(text_of(end_cell)))
        if times is None:
            return Bad("end", _("This is not a time: {text}").format(text=text_of(end_cell)[:40]))
        end = times[0]
        ends = moment_of(end_cell)
        if ends is not None and ends[0] != day:
            end += ends[0] - day
            if not timedelta(0) < end - (start or timedelta(0)) <= LONGEST_NIGHT:
                return Bad("end", _("The tour ends on another day: {text}").format(text=text_of(end_cell)[:40]))
    if end is None:
        return day, start, WHOLE_DAY if start is None else start + DEFAULT_LENGTH
    opens = start or timedelta(0)
    if end <= opens:
        end += timedelta(days=1)
        if end - opens > LONGEST_NIGHT:
            return Bad("end", _("The tour ends before it starts."))
    return day, start, end


def _either(text: str) -> str:
    return _("This may be a time or two hours: {text}. Write 10:15, or 10:00–15:00.").format(text=text[:40])


def _utc(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day) + since_midnight  # noqa: DTZ001 - the zone comes next
    return local.replace(tzinfo=zone).astimezone(UTC)
