"""The demo season: twenty invented plants, some 225 tours and 4,200 people, the same for the same seed and moment.

Nobody in it exists and nothing in it is secret: its signing key follows from the seed, so it is good for nothing but
demonstrations, rehearsals and tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from random import Random
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkin.domain.visit import (
    Flag,
    Format,
    Gate,
    Group,
    Plant,
    Record,
    Revocation,
    SigningKey,
    StopEntry,
    Ticket,
    Tour,
    Visitor,
)
from checkin.rosters import identity
from checkin.rosters.demo.badcodes import BadCode, bad_codes
from checkin.rosters.demo.calendar import Calendar, calendar
from checkin.rosters.demo.groups import Crowd, Filler
from checkin.rosters.demo.people import person
from checkin.rosters.demo.places import PLACES
from checkin.tickets import codec, keys

__all__ = ["BadCode", "Season", "season"]

ISSUER = "Демонстрационный сезон"


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Everything there is.  ``shown`` is the plant at which every case of the rule book occurs at ``now``.

    ``codes`` are bad ones, each with the reason that the shown plant's gate must give.
    """

    seed: int
    now: datetime
    shown: str
    plants: tuple[Plant, ...]
    gates: tuple[Gate, ...]
    tours: tuple[Tour, ...]
    groups: tuple[Group, ...]
    visitors: tuple[Visitor, ...]
    tickets: tuple[Ticket, ...]
    revocations: tuple[Revocation, ...]
    stops: tuple[StopEntry, ...]
    keys: tuple[SigningKey, ...]
    private: Ed25519PrivateKey
    codes: tuple[BadCode, ...]

    def records(self) -> Iterator[Record]:
        """Every record, each after what it refers to."""
        return chain(
            self.plants,
            self.gates,
            self.tours,
            self.groups,
            self.visitors,
            self.tickets,
            self.revocations,
            self.stops,
            self.keys,
        )

    def running(self, plant: str) -> list[Tour]:
        """The tours of a plant that are on at ``now``."""
        return [tour for tour in self.tours if tour.plant == plant and tour.start <= self.now <= tour.end]


def season(seed: int = 1, today: date | None = None, now: datetime | None = None) -> Season:
    """The season around a moment: ``now``, or noon in Moscow of ``today``, or this very moment.

    It lasts from five days before to six days after: ``today=date(2026, 8, 10)`` gives 5 to 16 August 2026.
    """
    if now is None:
        noon = (
            None
            if today is None
            else datetime(today.year, today.month, today.day, 12, tzinfo=ZoneInfo("Europe/Moscow"))
        )
        now = noon or datetime.now(UTC)
    now = now.astimezone(UTC).replace(second=0, microsecond=0)
    random = Random(seed)
    private = keys.private_from_seed(hashlib.sha256(f"prohodnaya demo {seed}".encode()).digest())
    plants = [
        Plant(
            id=identity.slug(place.name),
            name=place.name,
            tz=place.tz,
            address=place.address,
            region=place.region,
            district=place.district,
            policy=place.policy,
        )
        for place in PLACES
    ]
    when = calendar(random, now, plants)
    filler = _fill(random, when, plants)
    visitors = _staged(random, when, filler.visitors)
    tickets = _tickets(random, private, when, plants, visitors, filler)
    tours = [replace(tour, cancelled=True) if tour.id == when.cancelled.id else tour for tour in when.tours]
    held = {tour.id: tour for tour in tours}
    revoked = [
        ticket for number, ticket in enumerate(t for t in tickets if t.tour == when.running[1].id) if number in (4, 9)
    ]
    revoked += random.sample([ticket for ticket in tickets if held[ticket.tour].plant != plants[0].id], 10)
    return Season(
        seed=seed,
        now=now,
        shown=plants[0].id,
        plants=tuple(plants),
        gates=tuple(_gates(plants)),
        tours=tuple(sorted(tours, key=lambda tour: (tour.start, tour.plant, tour.id))),
        groups=tuple(filler.groups),
        visitors=tuple(visitors),
        tickets=tuple(tickets),
        revocations=tuple(
            Revocation(id=one.id, plant=one.plant, at=now - timedelta(hours=20), reason="Перевыпущен")
            for one in revoked
        ),
        stops=tuple(_stops(random, when, plants, visitors)),
        keys=tuple(
            SigningKey(
                id=keys.kid(keys.public_bytes(private)),
                plant=plant.id,
                public=keys.public_hex(private),
                valid_from=now - timedelta(days=60),
                valid_until=now + timedelta(days=60),
                issuer=ISSUER,
            )
            for plant in plants
        ),
        private=private,
        codes=bad_codes(random, private, now, plants[0].id, tours, _ordinary(visitors, tickets, revoked)),
    )


def _ordinary(visitors: list[Visitor], tickets: list[Ticket], revoked: list[Ticket]) -> list[Ticket]:
    """Tickets about which nothing else is wrong."""
    plain = {one.id for one in visitors if Flag.CANCELLED not in one.flags}
    gone = {one.id for one in revoked}
    return [one for one in tickets if one.visitor in plain and one.id not in gone]


def _gates(plants: list[Plant]) -> Iterator[Gate]:
    for number, plant in enumerate(plants):
        yield Gate(id="gate-1", plant=plant.id, name="Главная проходная")
        if not number % 3:
            yield Gate(id="gate-2", plant=plant.id, name="Северная проходная")


def _fill(random: Random, when: Calendar, plants: list[Plant]) -> Filler:
    filler = Filler(random)
    least = {plant.id: plant.policy.minimum_age or 0 for plant in plants}
    running = {tour.id for tour in when.running}
    for number, tour in enumerate(when.tours):
        match tour.format:
            case Format.EXCURSION:
                heads = min(28, max(12, round(random.gauss(23, 2.5))))
            case Format.MASTER_CLASS:
                heads = random.randint(8, 12)
            case _:
                heads = random.randint(14, 30)
        crowd = random.choices((Crowd.SCHOOL, Crowd.MIXED, Crowd.STUDENTS, Crowd.GUESTS), (37, 53, 7, 3))[0]
        if tour.id == when.running[0].id:
            crowd, heads = Crowd.SCHOOL, 25
        elif tour.id == when.running[1].id:
            crowd = Crowd.MIXED
        elif tour.id == when.running[2].id:
            crowd, heads = Crowd.GUESTS, 20
        elif crowd is Crowd.SCHOOL and least[tour.plant] >= 18:
            crowd = Crowd.STUDENTS
        filler.fill(tour, crowd, heads, least[tour.plant], 100 + number * 7 % 1900)
        if tour.id in running and tour.id == when.running[4].id:
            filler.dirty(tour)
    return filler


def _staged(random: Random, when: Calendar, visitors: list[Visitor]) -> list[Visitor]:
    """People of the shown plant changed so that each case of the rule book occurs among them."""
    wanted: dict[str, list[Visitor]] = {tour.id: [] for tour in when.running}
    for visitor in visitors:
        if visitor.tour in wanted:
            wanted[visitor.tour].append(visitor)
    mixed = wanted[when.running[1].id]
    *_rest, too_young, gone = (one for one in wanted[when.running[3].id] if Flag.ADULT not in one.flags)  # no leader
    changes: dict[str, Visitor] = {}

    def change(visitor: Visitor, flags: frozenset[Flag], **fields: int) -> None:
        birth_year = fields.get("birth_year", visitor.birth_year)
        changes[visitor.id] = replace(visitor, flags=flags, birth_year=birth_year)

    change(mixed[0], frozenset({Flag.CANCELLED}))
    change(mixed[1], frozenset({Flag.DOCUMENT}))
    change(mixed[2], frozenset({Flag.MOBILITY, Flag.ADULT}))
    change(too_young, frozenset({Flag.MINOR}), birth_year=when.running[0].start.year - 3)
    change(gone, frozenset({Flag.CANCELLED}))
    return [changes.get(visitor.id, visitor) for visitor in visitors]


def _tickets(
    random: Random,
    private: Ed25519PrivateKey,
    when: Calendar,
    plants: list[Plant],
    visitors: list[Visitor],
    filler: Filler,
) -> list[Ticket]:
    tours = {tour.id: tour for tour in when.tours}
    policies = {plant.id: plant.policy for plant in plants}

    def ticket(tour: Tour, flags: frozenset[Flag], heads: int, visitor: str | None, group: str | None) -> Ticket:
        identifier = f"{random.getrandbits(64):016x}"
        policy = policies[tour.plant]
        code = codec.sign(
            private,
            ticket_id=identifier,
            plant=tour.plant,
            tour=tour.id,
            valid_from=tour.start - timedelta(minutes=policy.opens_before_min),
            valid_until=tour.end + timedelta(minutes=policy.closes_after_end_min),
            party=heads,
            flags=flags - {Flag.CANCELLED},
        )
        return Ticket(
            id=identifier,
            plant=tour.plant,
            tour=tour.id,
            code=code,
            visitor=visitor,
            group=group,
            party=heads,
            short=codec.ticket_short(identifier),
        )

    out = [ticket(tours[one.tour], one.flags, 1, one.id, None) for one in visitors]
    out += [ticket(tours[one.group.tour], frozenset(), one.heads, None, one.group.id) for one in filler.parties]
    return out


def _stops(random: Random, when: Calendar, plants: list[Plant], visitors: list[Visitor]) -> Iterator[StopEntry]:
    """Stop lists: at the shown plant two who are on the roster, three who are nearly, and strangers everywhere."""
    crowd = [one for one in visitors if one.tour == when.running[3].id and len(one.name.split()) >= 2][2:]
    exact, near = crowd[:2], crowd[2:5]
    entries: list[tuple[str, int | None, str]] = [(one.name, one.birth_year, "Нарушение режима") for one in exact]
    for one in near:
        words = one.name.split()
        name = " ".join((*words, "Эдуардович")) if len(words) == 2 else f"{words[0]} {words[1]}"
        entries.append((name, None, "По письму службы безопасности"))
    for number, (name, born, note) in enumerate(entries):
        yield StopEntry(id=f"s-{number + 1}", plant=plants[0].id, name=name, birth_year=born, note=note)
    for plant in plants:
        for number in range(random.randint(1, 4)):
            yield StopEntry(
                id=f"s-{number + 10}",
                plant=plant.id,
                name=person(random, patronymic=1.0),
                birth_year=random.randint(1955, 2004),
            )
