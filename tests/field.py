"""What a gate's tests are about: a plant, its tours, people with the names that real lists have, and their tickets.

Everything has a fixed moment, so that a test says what time it is instead of asking.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkin.clock import SettableClock
from checkin.desk import Desk, Place
from checkin.domain.events import AttendanceEvent, Kind, new_id
from checkin.domain.visit import Flag, Group, Plant, Policy, Record, SigningKey, Ticket, Tour, Visitor
from checkin.settings import Profile, Settings
from checkin.store import Store, open_store
from checkin.store.roster import put
from checkin.tickets import codec, keys

NOW = datetime(2026, 8, 5, 7, 30, tzinfo=UTC)
"""A Wednesday, 10:30 in Moscow."""

DIRTY = (
    "Иванова-Петрова Мария Сергеевна",
    "Кузнецов Пётр",
    "Кузнецов Петр",
    "Алёна",
    '=HYPERLINK("http://x")',
    "<img src=x onerror=alert(1)>",
    "محمد عبد الرحمن",
    "王小明",
    "Константинопольская-Преображенская Александра-Виктория Всеволодовна",
    "O’Нил Шон",
    "Ли",
    "Щербаков Артём Ильич",
    "@SUM(1+1)",
)
"""Names as they really come (FIELD, dirty data)."""

_SURNAMES = ("Алексеев", "Белов", "Громов", "Ежов", "Зайцев", "Королёв", "Лапин", "Носов", "Орлов", "Соловьёв")
_FIRST = ("Андрей", "Борис", "Фёдор", "Глеб", "Илья", "Кирилл", "Максим", "Пётр", "Роман", "Семён")

PRIVATE = keys.private_from_seed(bytes(range(32)))
KEY = SigningKey(id=keys.kid(keys.public_bytes(PRIVATE)), plant="", public=keys.public_hex(PRIVATE), issuer="Тесты")


def person(number: int) -> str:
    """A name; the first ones are the dirty ones, and all are different."""
    if number < len(DIRTY):
        return DIRTY[number]
    some, others = _SURNAMES[number % 10], _FIRST[number // 10 % 10]
    return f"{some} {others}" if number < 100 + len(DIRTY) else f"{some} {others} {number}-й"


def plant(identity: str = "hleb", name: str = "", tz: str = "Europe/Moscow", **policy: Any) -> Plant:
    """A plant; what else is given is its policy."""
    return Plant(id=identity, name=name or f"Завод «{identity}»", tz=tz, address="ул. Мира, 1", policy=Policy(**policy))


def tour(identity: str = "t1", start: datetime = NOW, minutes: int = 90, **fields: Any) -> Tour:
    """A tour of the plant ``hleb`` unless ``plant`` says another."""
    given: dict[str, Any] = {"plant": "hleb", "title": f"Экскурсия «{identity}»"}
    return Tour(id=identity, start=start, end=start + timedelta(minutes=minutes), **given | fields)


def visitor(identity: str = "v1", name: str = "Иванова Мария", *flags: Flag, **fields: Any) -> Visitor:
    """Somebody on tour ``t1``."""
    given: dict[str, Any] = {"plant": "hleb", "tour": "t1"}
    return Visitor(id=identity, name=name, flags=frozenset(flags), **given | fields)


def ticket(code: str = "CODE-1", of: str | None = "v1", **fields: Any) -> Ticket:
    """A ticket of visitor ``of``; its id is ``k-`` and the code."""
    given: dict[str, Any] = {"id": f"k-{code}", "plant": "hleb", "tour": "t1", "visitor": of}
    return Ticket(code=code, **given | fields)


def school(heads: int = 25) -> tuple[Group, Ticket]:
    """A group without names, and the one ticket that lets it in."""
    group = Group(id="school", plant="hleb", tour="t1", name="Школа № 12", leader="Гусева А.", size=heads)
    return group, ticket("SCHOOL", None, group="school", party=heads)


def crowd(count: int, plant: str = "hleb", tour: str = "t1", group: str | None = None) -> Iterator[Record]:
    """So many people with a ticket each: visitor ``v0``, code ``CODE-0`` and so on."""
    for number in range(count):
        yield Visitor(id=f"v{number}", plant=plant, tour=tour, group=group, name=person(number))
        yield Ticket(id=f"k{number}", plant=plant, tour=tour, code=f"CODE-{number}", visitor=f"v{number}")


def signed(identity: str = "00000000000000a1", private: Ed25519PrivateKey = PRIVATE, **fields: Any) -> str:
    """The text of a signed ticket for ``t1`` of ``hleb``, valid around ``NOW``."""
    given: dict[str, Any] = {
        "plant": "hleb",
        "tour": "t1",
        "valid_from": NOW - timedelta(hours=1),
        "valid_until": NOW + timedelta(hours=1),
    }
    return codec.sign(private, ticket_id=identity, **given | fields)


def event(kind: Kind = Kind.ENTRY, subject: str | None = "v1", **fields: Any) -> AttendanceEvent:
    """An event of ``v1`` at ``NOW``."""
    given: dict[str, Any] = {"id": new_id(), "plant": "hleb", "gate": "1", "at": NOW, "tour": "t1"}
    return AttendanceEvent(kind=kind, subject=subject, **given | fields)


def profile(folder: Path) -> Profile:
    """A profile whose key lies beside it, as in a place without a keyring."""
    made = Profile(folder)
    made.save(Settings(key_place="file"))
    return made


def opened(folder: Path) -> Store:
    """The store of the profile in a folder, made when it is not there."""
    made = profile(folder) if not (folder / "settings.json").exists() else Profile(folder)
    return open_store(made, Settings(key_place="file"))[0]


@dataclass
class Site:
    """A gate at work: its store, its clock, its desk."""

    folder: Path
    store: Store
    clock: SettableClock
    desk: Desk

    def take(self, *records: Record) -> None:
        """These come onto the roster."""
        with self.store.write() as tx:
            tx.roster.apply(map(put, records))

    def at(self, place: Place) -> Desk:
        """Another desk on the same store."""
        return Desk(self.store, self.clock, place)

    @property
    def events(self) -> list[AttendanceEvent]:
        """This gate's journal."""
        with self.store.read() as tx:
            return [stored.line.event for stored in tx.journal.lines(self.desk.device.id)]

    def inside(self, tour: str = "t1", plant: str = "hleb") -> int:
        """Heads inside."""
        with self.store.read() as tx:
            return tx.headcounts.of_tour(plant, tour).inside


@contextmanager
def site(folder: Path, records: Iterable[Record] = (), place: Place | None = None) -> Iterator[Site]:
    """A gate of the plant ``hleb`` at ``NOW`` with a roster."""
    store = opened(folder)
    try:
        with store.write() as tx:
            tx.roster.apply(map(put, records))
        clock = SettableClock(NOW)
        yield Site(folder, store, clock, Desk(store, clock, place or Place(plant="hleb", gate="1")))
    finally:
        store.close()


HEADINGS = ("plant", "tour", "format", "date", "start", "end", "group", "leader", "visitor", "birth_year", "code")


def list_file(
    path: Path,
    count: int,
    *,
    start: datetime | None = None,
    plant: str = "Хлебозавод № 3",
    tours: int = 1,
    codes: bool = True,
) -> list[str]:
    """A canonical CSV with tours that began half an hour ago (or before ``start``), in Moscow's time.

    Returns the codes ``T-00000`` … of its visitors.
    """
    begin = (start or datetime.now(UTC)) + timedelta(hours=2, minutes=30)
    given = [f"T-{number:05d}" for number in range(count)] if codes else [""] * count
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        writer.writerows(_rows(given, plant, tours, begin))
    return given


def _rows(codes: Sequence[str], plant: str, tours: int, begin: datetime) -> Iterator[tuple[str, ...]]:
    from_, to = f"{begin:%H:%M}", f"{begin + timedelta(hours=4):%H:%M}"
    for number, code in enumerate(codes):
        title = f"Экскурсия «Хлеб» {number % tours + 1}"
        group = f"Школа № {number % tours + 1}"
        yield (plant, title, "excursion", f"{begin:%Y-%m-%d}", from_, to, group, "", person(number), "1990", code)
