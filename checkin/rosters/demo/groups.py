"""Who comes to a tour of the demo season: school classes, families, adults, students, guests from abroad.

The mix is that of FIELD.md; a plant's least age is kept by (nearly) everybody who registered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from checkin.domain.visit import Flag, Group, Tour, Visitor
from checkin.rosters import identity
from checkin.rosters.demo.people import DIRTY, GUESTS, family, foreigner, person


class Crowd(StrEnum):
    """Who a tour is filled with."""

    SCHOOL = "school"
    MIXED = "mixed"  # families and adults
    STUDENTS = "students"
    GUESTS = "guests"


@dataclass(frozen=True, slots=True)
class Party:
    """A group that comes on one ticket, without names."""

    group: Group
    heads: int


class Filler:
    """Fills tours with people, the same for the same source of randomness."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.groups: list[Group] = []
        self.visitors: list[Visitor] = []
        self.parties: list[Party] = []
        self._dirty = list(DIRTY)

    def fill(self, tour: Tour, crowd: Crowd, heads: int, least_age: int, schools: int) -> None:
        """Puts ``heads`` people on a tour.  ``schools`` counts the numbers of schools."""
        match crowd:
            case Crowd.SCHOOL:
                self._school(tour, heads, least_age, schools)
            case Crowd.MIXED:
                self._mixed(tour, heads, least_age)
            case Crowd.STUDENTS:
                self._students(tour, heads, least_age)
            case Crowd.GUESTS:
                self._guests(tour, heads)

    def dirty(self, tour: Tour) -> None:
        """Puts everybody with a difficult name on one tour."""
        while self._dirty:
            self._visitor(tour, self._dirty.pop(0), None, tour.start.year - self.random.randint(20, 60), frozenset())

    def _school(self, tour: Tour, heads: int, least_age: int, number: int) -> None:
        random = self.random
        grade = random.randint(max(3, min(11, least_age - 6)), 11)
        adults = [person(random, patronymic=1.0) for _ in range(1 + (heads > 12) + (heads > 24))]
        group = self._group(tour, f"Школа № {number}, {grade}{random.choice('АБВГ')}", adults[0])
        for name in adults:
            self._visitor(tour, name, group, tour.start.year - random.randint(26, 60), frozenset({Flag.ADULT}))
        for _ in range(heads - len(adults)):
            born = tour.start.year - max(least_age, grade + 7 + (random.random() < 0.3))
            minor = tour.start.year - born < 18
            self._visitor(tour, person(random, patronymic=0.1), group, born, frozenset({Flag.MINOR} if minor else ()))

    def _mixed(self, tour: Tour, heads: int, least_age: int) -> None:
        random = self.random
        left = heads
        while left > 0:
            if left >= 3 and random.random() < 0.33 and least_age < 16:
                left -= self._family(tour, min(left, random.choice((3, 3, 4, 4, 5))), least_age)
            elif left >= 5 and random.random() < 0.06:
                company = f"ООО «{random.choice(('Вектор', 'Линия', 'Созвездие', 'Практика', 'Квант'))}»"
                size = random.randint(4, min(left, 8))
                names = [person(random, patronymic=0.9) for _ in range(size)]
                group = self._group(tour, company, names[0])
                for name in names:
                    self._visitor(tour, name, group, self._born(tour, max(20, least_age), 60), frozenset())
                left -= size
            else:
                self._visitor(tour, person(random), None, self._born(tour, max(18, least_age), 78), frozenset())
                left -= 1

    def _family(self, tour: Tour, size: int, least_age: int) -> int:
        random = self.random
        of = family(random)
        group = self._group(tour, f"Семья {of.all}", "")
        if random.random() < 0.12:
            group = replace(group, size=size)
            self.groups[-1] = group
            self.parties.append(Party(group, size))
            return size
        adults = 1 if size == 3 and random.random() < 0.5 else 2
        names = [person(random, of, patronymic=0.6) for _ in range(adults)]
        self.groups[-1] = replace(group, leader=names[0])
        for name in names:
            self._visitor(tour, name, group, self._born(tour, 27, 50), frozenset({Flag.ADULT}))
        for _ in range(size - adults):
            age = random.randint(least_age, max(least_age, 16))
            self._visitor(
                tour, person(random, of, patronymic=0.1), group, tour.start.year - age, frozenset({Flag.MINOR})
            )
        return size

    def _students(self, tour: Tour, heads: int, least_age: int) -> None:
        random = self.random
        kind = random.choice(("Колледж машиностроения", "Политехнический колледж", "Технологический институт"))
        leader = person(random, patronymic=1.0)
        group = self._group(
            tour, f"{kind}, группа {random.choice(('ТМ', 'АП', 'ИС', 'ПП'))}-{random.randint(11, 44)}", leader
        )
        self._visitor(tour, leader, group, self._born(tour, 28, 62), frozenset({Flag.ADULT}))
        for _ in range(heads - 1):
            self._visitor(
                tour, person(random, patronymic=0.7), group, self._born(tour, max(18, least_age), 23), frozenset()
            )

    def _guests(self, tour: Tour, heads: int) -> None:
        random = self.random
        language = random.choices(("zh", "en", "ar", "es"), (4, 4, 1, 1))[0]
        leader = person(random, patronymic=1.0)
        group = self._group(tour, GUESTS[language], leader)
        self._visitor(tour, leader, group, self._born(tour, 25, 50), frozenset({Flag.ADULT}))
        for _ in range(heads - 1):
            flags = frozenset({Flag.FOREIGN, Flag.DOCUMENT})
            self._visitor(tour, foreigner(random, language), group, self._born(tour, 19, 65), flags, language)

    def _born(self, tour: Tour, youngest: int, oldest: int) -> int:
        return tour.start.year - self.random.randint(youngest, oldest)

    def _group(self, tour: Tour, name: str, leader: str) -> Group:
        taken = {group.name for group in self.groups if group.tour == tour.id}
        unique = next(text for text in (name, *(f"{name} ({n})" for n in range(2, 100))) if text not in taken)
        group = Group(id=identity.group_id(tour.id, unique), plant=tour.plant, tour=tour.id, name=unique, leader=leader)
        self.groups.append(group)
        return group

    def _visitor(
        self, tour: Tour, name: str, group: Group | None, born: int, flags: frozenset[Flag], language: str = "ru"
    ) -> None:
        random = self.random
        chance = random.random()
        if chance < 0.012:
            flags |= {Flag.CANCELLED}
        elif chance < 0.022:
            flags |= {Flag.MOBILITY}
        elif chance < 0.040:
            flags |= {Flag.DOCUMENT}
        self.visitors.append(
            Visitor(
                id=f"v-{random.getrandbits(64):016x}",
                plant=tour.plant,
                tour=tour.id,
                name=name,
                group=group.id if group else None,
                birth_year=born if random.random() < 0.85 else None,
                language=language if language != "ru" or random.random() > 0.02 else "en",
                flags=flags,
            )
        )
