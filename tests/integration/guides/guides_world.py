"""What the tests of the guides' page are about: a plant whose tours are on now, a gate that pushes, a browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page

from checkin.domain.events import JournalLine, Kind
from checkin.domain.visit import Flag, Plant, Record, Ticket, Tour, Visitor
from checkin.hub import Hub
from checkin.sync.http import HttpBackend
from checkin.wire import Status
from tests.field import person
from tests.unit.hub.hub_world import Journal

GUIDE = "Орлова Анна"
OTHER = "Сомов Пётр"
STRANGER = "Чужой Человек Никому Не Виден"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


def now() -> datetime:
    return datetime.now(UTC)


def name_of(number: int) -> str:
    """The name of visitor ``v1-<number>``; the first are as dirty as in real lists."""
    return person(number - 1)


def season(heads: int = 25, plant: str = "bread") -> Iterator[Record]:
    """Two tours of one guide and one of another, all on now; the first has ``heads`` people, the others 3 each."""
    start = now() - timedelta(minutes=10)
    yield Plant(id=plant, name="Хлебозавод № 3")
    tours = (("tour-1", "Экскурсия «Хлеб»", GUIDE, heads), ("tour-2", "Мастер-класс", " орлова  анна", 3))
    for tour, title, guide, count in (*tours, ("tour-3", "Чужая экскурсия", OTHER, 3)):
        yield Tour(id=tour, plant=plant, title=title, start=start, end=start + timedelta(hours=1), guide=guide)
        for number in range(1, count + 1):
            who = f"v{tour[-1]}-{number}"
            name = STRANGER if tour == "tour-3" else name_of(number)
            yield Visitor(id=who, plant=plant, tour=tour, name=name, flags=_flags(number), language=_language(number))
            yield Ticket(id=f"k-{who}", plant=plant, tour=tour, code=f"CODE-{who}", visitor=who)


def _flags(number: int) -> frozenset[Flag]:
    flags = {Flag.ADULT if number % 12 == 0 else Flag.MINOR}
    return frozenset(flags | ({Flag.MOBILITY} if number % 10 == 5 else set()))


def _language(number: int) -> str:
    return {7: "ar", 8: "zh"}.get(number, "ru")


class Gate:
    """A gate of the plant with its journal, pushing over HTTP."""

    def __init__(self, hub: Hub, url: str) -> None:
        self.journal = Journal()
        with HttpBackend(url) as stranger:
            self.journal.take(stranger.enrol(self.journal.request(hub.invite("bread", "Главная"))))
        self.backend = HttpBackend(url, self.journal.token)

    def let(self, *subjects: str, kind: Kind = Kind.ENTRY) -> None:
        """These go in (or out, by ``kind``); on the hub's disk when this returns."""
        for subject in subjects:
            self.journal.write(subject, kind, at=now(), tour=f"tour-{subject[1]}")
        self.push(len(subjects))

    def alarm(self, *, drill: bool = False, minutes_ago: float = 0) -> None:
        at = now() - timedelta(minutes=minutes_ago)
        self.journal.write(None, Kind.ALARM, reason="drill" if drill else "real", tour=None, at=at)
        self.push(1)

    def all_clear(self) -> None:
        self.journal.write(None, Kind.ALL_CLEAR, reason="real", tour=None, at=now())
        self.push(1)

    def push(self, count: int) -> None:
        answers = self.backend.push(self.journal.lines[-count:], now()).answers
        assert {one.status for one in answers} == {Status.ACCEPTED}

    def peers(self) -> list[JournalLine]:
        """What the hub passes on to this gate."""
        from checkin.wire import line_in

        return [line_in(one.line) for one in self.backend.peers("").lines]


def log_in(page: Page, url: str, code: str) -> None:
    page.goto(f"{url}/guides/")
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_selector(".tours")


def until(true: Callable[[], bool], within_s: float = 20.0) -> float:
    """Waits until something is so; the seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - began


def numbers(where: Page | Locator) -> list[int]:
    """The three big numbers of the (first) tour that is shown."""
    return [int(text) for text in where.locator(".numbers").first.locator("b").all_text_contents()]
