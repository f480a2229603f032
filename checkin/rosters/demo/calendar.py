"""When the tours of the demo season are: twelve days around a moment, so that something is always on.

At every plant one excursion runs at that moment, one comes later that day, one was the day before and one is the day
after; at the first plant, the one that is shown, many run at once and every case of the rule book occurs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from checkin.domain.visit import Format, Plant, Tour
from checkin.rosters import identity
from checkin.rosters.demo.people import person
from checkin.rosters.demo.places import PLACES, Place

BEFORE, AFTER = 5, 6
"""Days before and after today: with 10 August that is the 5th to the 16th."""

EXCURSIONS, MASTER_CLASSES = 150, 65
OTHERS = (
    *[(Format.QUIZ, "Квиз «Заводские загадки»")] * 3,
    *[(Format.LECTURE, "Лекция «Кто придумал конвейер»")] * 3,
    *[(Format.EXHIBITION, "Фотовыставка «Люди смены»")] * 3,
    (Format.GAME, "Игра «Пройди проходную»"),
)
SHOWN_NOW = 5
LENGTHS = {Format.EXCURSION: 90, Format.MASTER_CLASS: 60, Format.EXHIBITION: 120}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The tours in an order that does not depend on the moment, and of the shown plant those that show something."""

    tours: list[Tour]
    running: list[Tour]  # of the shown plant, now
    cancelled: Tour
    over: Tour
    later: Tour


class _Maker:
    def __init__(self, random: Random, now: datetime) -> None:
        self.random = random
        self.now = now
        self.tours: dict[str, Tour] = {}

    def around(self, plant: Plant, minutes: int) -> datetime:
        """A start so many minutes from now, on a five-minute mark, on the plant's today."""
        local = self.now.astimezone(ZoneInfo(plant.tz))
        start = local + timedelta(minutes=minutes)
        if start.date() != local.date():
            start = local.replace(hour=0, minute=0) if minutes < 0 else local.replace(hour=23, minute=55)
        return start.replace(minute=start.minute // 5 * 5, second=0, microsecond=0)

    def on_day(self, plant: Plant, days: int) -> datetime:
        """A start in working hours so many days from today."""
        local = self.now.astimezone(ZoneInfo(plant.tz))
        clock = time(self.random.randint(9, 17), self.random.choice((0, 0, 30)))
        return datetime.combine(local.date() + timedelta(days=days), clock, tzinfo=local.tzinfo)

    def add(self, plant: Plant, form: Format, title: str, start: datetime, minutes: int | None = None) -> Tour:
        """A tour; moved by five minutes while there is one like it."""
        while True:
            since = timedelta(hours=start.hour, minutes=start.minute)
            identifier = identity.tour_id(plant.id, start.date(), since, title)
            if identifier not in self.tours:
                break
            start += timedelta(minutes=5)
        begins = start.astimezone(UTC)
        tour = Tour(
            id=identifier,
            plant=plant.id,
            title=title,
            start=begins,
            end=begins + timedelta(minutes=minutes or LENGTHS.get(form, 75)),
            format=form,
            capacity=12 if form is Format.MASTER_CLASS else 28 if form is Format.EXCURSION else 40,
            guide=person(self.random, patronymic=1.0),
            guide_phone=f"+7 900 {self.random.randint(100, 999)}-{self.random.randint(10, 99)}-00",
        )
        self.tours[identifier] = tour
        return tour


def calendar(random: Random, now: datetime, plants: list[Plant]) -> Calendar:
    """The season's tours.  ``plants`` stand in the order of ``PLACES``."""
    maker = _Maker(random, now)
    shown, place = plants[0], PLACES[0]
    running = [
        maker.add(shown, Format.EXCURSION, _excursion(place, number), maker.around(shown, -20 + 5 * number))
        for number in range(SHOWN_NOW)
    ]
    running += [
        maker.add(shown, Format.MASTER_CLASS, _master_class(place, number), maker.around(shown, -15 + 5 * number))
        for number in range(3)
    ]
    running.append(maker.add(shown, *OTHERS[3], start=maker.around(shown, -10)))
    over = maker.add(shown, Format.EXCURSION, _excursion(place, 3), maker.around(shown, -150), 60)
    later = maker.add(shown, Format.EXCURSION, _excursion(place, 0), maker.around(shown, 150))
    cancelled = maker.add(shown, Format.EXCURSION, _excursion(place, 2), maker.around(shown, 15))
    for plant, its in zip(plants, PLACES, strict=True):
        if plant is not shown:
            maker.add(plant, Format.EXCURSION, _excursion(its, 0), maker.around(plant, -random.choice((10, 15, 20))))
            maker.add(plant, Format.EXCURSION, _excursion(its, 1), maker.around(plant, random.choice((90, 120, 150))))
        maker.add(plant, Format.EXCURSION, _excursion(its, random.randrange(5)), maker.on_day(plant, -1))
        maker.add(plant, Format.EXCURSION, _excursion(its, random.randrange(5)), maker.on_day(plant, 1))
    kinds = [tour.format for tour in maker.tours.values()]
    days = [day for day in range(-BEFORE, AFTER + 1) if day]
    for number in range(EXCURSIONS - kinds.count(Format.EXCURSION)):
        which = number % len(plants)
        title = _excursion(PLACES[which], random.randrange(5))
        maker.add(plants[which], Format.EXCURSION, title, maker.on_day(plants[which], random.choice(days)))
    for number in range(MASTER_CLASSES - kinds.count(Format.MASTER_CLASS)):
        which = number % len(plants)
        title = _master_class(PLACES[which], number // len(plants))
        maker.add(plants[which], Format.MASTER_CLASS, title, maker.on_day(plants[which], random.choice(days)))
    for number, (form, title) in enumerate(OTHERS):
        if number != 3:
            plant = plants[3 + number]
            maker.add(plant, form, title, maker.on_day(plant, random.choice(days)))
    return Calendar(list(maker.tours.values()), running, cancelled, over, later)


def _excursion(place: Place, number: int) -> str:
    return f"Экскурсия «{place.shows[number % len(place.shows)]}»"


def _master_class(place: Place, number: int) -> str:
    return f"Мастер-класс «{place.makes[number % len(place.makes)]}»"
