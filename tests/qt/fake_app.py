"""A gate's facade written by hand: the real rule book over a small roster in memory, a camera that shows one picture.

Futures are done at once, or, with ``slow``, when a test says ``release``.  It keeps what the window asked of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from fake_groups import FakeGroups, FakeMusters
from fake_guides import FakeGuides
from fake_packets import FakeKey, FakePackets
from fake_people import FakePeople

from checkin.app import CameraState, HubState, ImportReport, Sight, Status
from checkin.clock import SettableClock
from checkin.desk.heads import DayHeads, TourHeads
from checkin.desk.outcome import Direction, Found, Outcome, RecentScan, Source, TourLine
from checkin.domain.admission import Admit, Ask, Facts, Reason, Recognised, Refuse, Stop, judge, judge_exit
from checkin.domain.events import INWARD, AttendanceEvent, Kind, new_id
from checkin.domain.headcount import Count, Stay, effective, stay
from checkin.domain.muster import muster
from checkin.domain.visit import Flag, Format, Gate, Group, Plant, Ticket, Tour, Visitor
from checkin.errors import CheckinError
from checkin.settings import Settings

T = TypeVar("T")
NOON = datetime(2026, 8, 7, 7, 12, tzinfo=UTC)

BREAD = Plant(id="bread-9", name="Хлебозавод № 9", address="Москва, Новодмитровская ул., 1")
GEARS = Plant(id="gears", name="Завод «Красный пролетарий»", address="Москва, Калужская ул., 15")

NAMES = [
    "Иванова Мария Сергеевна", "Петров Пётр Алексеевич", "Ли Мэй", "Алексеев Артём", "Белова Бэлла Рашидовна",
    "Громов Глеб", "Семёнова-Тян-Шанская Екатерина", "Ахмедов Руслан", "李小龙", "محمد بن عبد الله", "Кузнецов Иван",
    "Кузнецов Иван", "Соколова Анна", "Фёдоров Фёдор", "Ёлкина Зоя", "Гусева Ольга Петровна", "Орлов Никита",
    "Морозова Дарья", "Волков Степан", "Зайцева Полина", "Smith John", "O’Brien Aoife", "Тихонов Максим",
]  # fmt: skip


@dataclass(frozen=True)
class FakePreview:
    pixels: Any
    number: int
    symbols: list[tuple[Any, str | None]]


def picture(number: int = 0) -> FakePreview:
    """A hall with a phone held up in it."""
    down, across = np.mgrid[0:720, 0:1280]
    pixels = np.empty((720, 1280, 3), np.uint8)
    pixels[..., 0] = 60 + down // 9
    pixels[..., 1] = 70 + across // 18
    pixels[..., 2] = 80 + (down + across) // 24
    pixels[60:660, 470:830] = (24, 22, 20)
    pixels[110:600, 490:810] = (250, 250, 250)
    grid = np.random.default_rng(7).integers(0, 2, (25, 25)).astype(np.uint8)
    for top, left in ((0, 0), (0, 18), (18, 0)):
        grid[top : top + 7, left : left + 7] = 1
        grid[top + 1 : top + 6, left + 1 : left + 6] = 0
        grid[top + 2 : top + 5, left + 2 : left + 5] = 1
    code = np.kron(1 - grid, np.ones((10, 10), np.uint8)) * 255
    pixels[220:470, 525:775] = code[..., None]
    corners = ((515.0, 210.0), (785.0, 210.0), (785.0, 480.0), (515.0, 480.0))
    return FakePreview(pixels, number, [(corners, "admit")])


class FakeApp:
    """See ``checkin.app.GateApp``."""

    def __init__(self, *, empty: bool = False, slow: bool = False, camera: bool = True, language: str = "ru") -> None:
        self.clock = SettableClock(NOON)
        self.settings = Settings(language="en" if language == "en" else "ru")
        self.slow = slow
        self.asked: list[tuple[Any, ...]] = []
        self.closed = False
        self.listeners: list[Callable[[], None]] = []
        self.events: list[AttendanceEvent] = []
        self.shown: FakePreview | None = picture() if camera else None
        self.error: CheckinError | None = None
        self.report: ImportReport | None = None
        self.code_listeners: list[Callable[[list[str]], None]] = []
        self.sight_listeners: list[Callable[[Sight], None]] = []
        self.by_group = False
        self.briefed = False
        self._waiting: deque[Callable[[], None]] = deque()
        self.plant_list: list[Plant] = []
        self.tour_list: list[Tour] = []
        self.visitors: dict[str, Visitor] = {}
        self.parties: dict[str, Group] = {}
        self.groups = FakeGroups(self)
        self.musters = FakeMusters(self)
        self.guides = FakeGuides(self)
        self.people = FakePeople(self)
        self.packets = FakePackets(self)
        self.key = FakeKey(self)
        self.tickets: dict[str, Ticket] = {}
        self._status = Status()
        if not empty:
            self.fill()
        if camera:
            self.change_status(camera=CameraState.ON, camera_name="HD Webcam C270", camera_fps=29.8)

    def fill(self) -> None:
        """A day at the bakery, with its gate chosen."""
        self.plant_list = [BREAD, GEARS]
        begin = NOON.replace(minute=0)
        day = [
            ("t1", "Хлебозавод № 9. Экскурсия «Хлеб»", begin, 90, Format.EXCURSION, 25, "Орлова Анна"),
            ("t2", "Мастер-класс «Расстегай»", begin + timedelta(minutes=90), 60, Format.MASTER_CLASS, 12, "Ким Олег"),
            ("t3", "Лекция «Зерно и мука: от поля до прилавка за триста лет»", begin + timedelta(hours=4), 60,
             Format.LECTURE, 40, ""),
            ("t4", "Квиз «Сухари»", begin - timedelta(hours=3), 60, Format.QUIZ, 20, "Орлова Анна"),
        ]  # fmt: skip
        for key, title, start, minutes, form, capacity, guide in day:
            end = start + timedelta(minutes=minutes)
            self.tour_list.append(
                Tour(
                    id=key,
                    plant=BREAD.id,
                    title=title,
                    start=start,
                    end=end,
                    format=form,
                    capacity=capacity,
                    guide=guide,
                )
            )
        self.parties["g1"] = Group(id="g1", plant=BREAD.id, tour="t1", name="Школа № 12, 7 «Б»", leader="Гусева О. П.")
        for number, name in enumerate(NAMES):
            self.add(f"V{number:03}", name, "t1" if number < 18 else "t2", birth_year=2012 if number < 12 else 1984)
        self.visitors["V002"] = replace(self.visitors["V002"], flags=frozenset({Flag.DOCUMENT, Flag.FOREIGN}))
        self.settings = self.settings.model_copy(update={"plant": BREAD.id, "gate": "Главная проходная", "camera": "0"})
        self.change_status(
            plant=BREAD,
            gate="Главная проходная",
            visitors=len(self.visitors),
            roster_at=NOON - timedelta(minutes=32),
            hub=HubState.OK,
            hub_at=NOON - timedelta(seconds=12),
        )

    def add(self, key: str, name: str, tour: str, **more: Any) -> None:
        """One more visitor; the code is ``C-`` and the key."""
        group = "g1" if tour == "t1" else None
        self.visitors[key] = Visitor(id=key, plant=BREAD.id, tour=tour, name=name, group=group, **more)
        code = f"C-{key}"
        self.tickets[code] = Ticket(id=f"T{key}", plant=BREAD.id, tour=tour, code=code, visitor=key)

    def change_status(self, **changes: Any) -> None:
        self._status = replace(self._status, **changes)
        self.tell()

    def tell(self) -> None:
        for listener in self.listeners:
            listener()

    def release(self, count: int = 1000) -> None:
        """Answers so many of the questions that wait."""
        while self._waiting and count:
            count -= 1
            self._waiting.popleft()()

    def _answer(self, make: Callable[[], T], *, changes: bool = False) -> Future[T]:
        future: Future[T] = Future()
        error, self.error = self.error, None

        def answer() -> None:
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(make())
                if changes:
                    self.tell()

        if self.slow:
            self._waiting.append(answer)
        else:
            answer()
        return future

    # The facade

    def listen(self, listener: Callable[[], None]) -> None:
        self.listeners.append(listener)

    def listen_codes(self, listener: Callable[[list[str]], None]) -> None:
        self.code_listeners.append(listener)

    def listen_sights(self, taker: Callable[[Sight], None]) -> None:
        self.sight_listeners.append(taker)

    def show_together(self, *texts: str, unread: int = 0, fresh: Collection[str] | None = None) -> None:
        """The camera sees these in one frame; those that are ``fresh`` (all of them) came into view with it."""
        for taker in self.sight_listeners:
            taker(Sight(texts, unread))
        for listener in self.code_listeners:
            listener([text for text in texts if fresh is None or text in fresh])

    def status(self) -> Status:
        alarms = (event for event in self.events if event.kind in (Kind.ALARM, Kind.ALL_CLEAR))
        return replace(self._status, muster=muster(alarms))

    def preview(self) -> FakePreview | None:
        return self.shown

    def scan(
        self,
        text: str,
        source: Source,
        direction: Direction = Direction.IN,
        confirmed: frozenset[Reason] = frozenset(),
    ) -> Future[Outcome]:
        self.asked.append(("scan", text, source, direction, confirmed))
        return self._answer(lambda: self._judge(text, source, direction, confirmed), changes=True)

    def _judge(self, text: str, source: Source, direction: Direction, confirmed: frozenset[Reason]) -> Outcome:
        now = self.clock.now()
        facts = self._facts(text)
        verdict = judge_exit(facts) if direction is Direction.OUT else judge(facts, now, confirmed)
        match verdict:
            case Admit():
                kind = Kind.EXIT if direction is Direction.OUT else Kind.ENTRY
            case Ask():
                kind = Kind.QUESTION
            case Refuse():
                kind = Kind.REFUSAL
        event = self._write(kind, facts, verdict.reason, source)
        count = self._count(facts.tour) if facts.tour is not None else None
        return Outcome(
            text=text, source=source, direction=direction, at=now, verdict=verdict, facts=facts, event=event,
            confirmed=confirmed, first_gate="Главная проходная" if verdict.reason is Reason.ALREADY_USED else "",
            count=count,
        )  # fmt: skip

    def _facts(self, text: str) -> Facts:
        if text.startswith(("http", "WIFI:")):
            return Facts(recognised=Recognised.FOREIGN, here=BREAD.id)
        ticket = self.tickets.get(text)
        if ticket is None:
            return Facts(recognised=Recognised.UNKNOWN, here=BREAD.id)
        visitor = self.visitors[ticket.subject]
        return Facts(
            recognised=Recognised.TICKET, here=BREAD.id, ticket=ticket, visitor=visitor,
            plant=next(plant for plant in (BREAD, GEARS) if plant.id == ticket.plant),
            tour=next(tour for tour in self.tour_list if tour.id == ticket.tour),
            group=self.parties.get(visitor.group or ""), stay=self._stay(visitor.id),
            stop=Stop.NEAR if visitor.name.startswith("Ахмедов") else Stop.CLEAR, group_adults_inside=1,
        )  # fmt: skip

    def _name(self, event: AttendanceEvent) -> str:
        known = self.visitors.get(event.subject or "")
        return known.name if known is not None else event.private.name if event.private is not None else ""

    def _write(self, kind: Kind, facts: Facts, reason: Reason, source: Source, voids: str = "") -> AttendanceEvent:
        event = AttendanceEvent(
            id=new_id(), plant=BREAD.id, gate="Главная проходная", at=self.clock.now(), kind=kind, device="d",
            seq=len(self.events) + 1, reason=reason.value, tour=facts.tour.id if facts.tour else None,
            subject=facts.visitor.id if facts.visitor else None, source=source.value, voids=voids or None,
        )  # fmt: skip
        self.events.append(event)
        self.clock.advance(timedelta(seconds=7))
        return event

    def _stay(self, subject: str) -> Stay:
        mine = {event.id for event in self.events if event.subject == subject}
        return stay([event for event in self.events if event.id in mine or event.voids in mine])

    def _count(self, tour: Tour) -> Count:
        stays = [self._stay(visitor.id) for visitor in self.visitors.values() if visitor.tour == tour.id]
        return Count(
            expected=len(stays), inside=sum(each.inside for each in stays), left=sum(each.left for each in stays)
        )

    def decline(self, outcome: Outcome) -> Future[Outcome]:
        self.asked.append(("decline", outcome.text))

        def refuse() -> Outcome:
            event = self._write(Kind.REFUSAL, outcome.facts, outcome.reason, outcome.source)
            return replace(outcome, verdict=Refuse(reason=outcome.reason), event=event)

        return self._answer(refuse, changes=True)

    def undo(self, event_id: str) -> Future[bool]:
        self.asked.append(("undo", event_id))

        def void() -> bool:
            event = next(event for event in self.events if event.id == event_id)
            self.events.append(replace(event, id=new_id(), kind=Kind.VOID, voids=event_id, seq=len(self.events) + 1))
            return True

        return self._answer(void, changes=True)

    def search(self, query: str, limit: int = 30) -> Future[list[Found]]:
        self.asked.append(("search", query))
        words = query.casefold().replace("ё", "е").split()

        def find() -> list[Found]:
            return [
                Found(
                    visitor=visitor, ticket=self.tickets.get(f"C-{visitor.id}"), plant=BREAD,
                    tour=next(tour for tour in self.tour_list if tour.id == visitor.tour),
                    group=self.parties.get(visitor.group or ""), stay=self._stay(visitor.id),
                )
                for visitor in self.visitors.values()
                if all(word in visitor.name.casefold().replace("ё", "е") for word in words)
            ][:limit]  # fmt: skip

        return self._answer(find)

    def tours(self) -> Future[list[TourLine]]:
        now = self.clock.now()
        return self._answer(
            lambda: [
                TourLine(tour=tour, plant=BREAD, count=self._count(tour), on_now=tour.start <= now <= tour.end)
                for tour in sorted(self.tour_list, key=lambda tour: tour.start)
            ]
        )

    def heads(self) -> Future[DayHeads]:
        now = self.clock.now()
        tours = sorted(self.tour_list, key=lambda tour: tour.start)
        lines = [
            TourLine(tour=tour, plant=BREAD, count=self._count(tour), on_now=tour.start <= now <= tour.end)
            for tour in tours
        ]
        came = {event.subject for event in effective(self.events) if event.kind in INWARD}

        def missing(line: TourLine) -> tuple[str, ...]:
            people = [one for one in self.visitors.values() if one.tour == line.tour.id]
            some = line.count.inside + line.count.left > 0
            return tuple(sorted(one.name for one in people if one.id not in came)) if some else ()

        return self._answer(
            lambda: DayHeads(
                at=self.clock.now(),
                data_at=max((event.at for event in self.events), default=None),
                tours=tuple(TourHeads(line=line, missing=missing(line)) for line in lines),
            )
        )

    def recent(self, limit: int = 12) -> Future[list[RecentScan]]:
        def lines() -> list[RecentScan]:
            standing = {event.id for event in effective(self.events)}
            titles = {tour.id: tour.title for tour in self.tour_list}
            return [
                RecentScan(
                    event=event, name=self._name(event),
                    tour_title=titles.get(event.tour or "", ""), tz=BREAD.tz, undone=event.id not in standing,
                    can_undo=event.kind in (Kind.ENTRY, Kind.EXIT) and event.id in standing,
                )
                for event in reversed(self.events)
                if event.kind is not Kind.VOID
            ][:limit]  # fmt: skip

        return self._answer(lines)

    def plants(self) -> Future[list[Plant]]:
        return self._answer(lambda: list(self.plant_list))

    def gates(self, plant: str) -> Future[list[Gate]]:
        names = ("Главная проходная", "Северные ворота") if plant == BREAD.id else ("Проходная 1",)
        return self._answer(lambda: [Gate(id=name, plant=plant, name=name) for name in names])

    def choose_place(self, plant: str, gate: str) -> Future[None]:
        self.asked.append(("choose_place", plant, gate))

        def choose() -> None:
            self.settings = self.settings.model_copy(update={"plant": plant, "gate": gate})
            chosen = next((each for each in self.plant_list if each.id == plant), None)
            self.change_status(plant=chosen, gate=gate)

        return self._answer(choose)

    def change_settings(self, settings: Settings) -> None:
        self.asked.append(("change_settings", settings))
        self.settings = settings
        self.tell()

    def import_list(
        self,
        path: Path,
        *,
        plant: str | None = None,
        apply: bool = True,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Future[ImportReport]:
        self.asked.append(("import_list", path, apply))
        if progress is not None:
            progress(40, 100)

        def take() -> ImportReport:
            if apply and not self.plant_list:
                self.fill()
                self.settings = self.settings.model_copy(update={"plant": "", "gate": "", "camera": ""})
                self.change_status(plant=None, gate="")
            return self.report or ImportReport(
                file=path.name, rows=128, taken=125, changed=120, unchanged=5, removed=0, applied=apply,
                faults=(
                    ("", 17, "дата", "«31.02.2026» — такой даты нет"),
                    ("", 40, "ФИО", "пусто: строка пропущена"),
                    ("", 93, "начало", "«после обеда» — не время"),
                ),
                notices=("Столбец «паспорт» не загружен: такие данные здесь не хранятся",),
            )  # fmt: skip

        return self._answer(take)

    def enrol(self, url: str, code: str, ca: str = "") -> Future[None]:
        self.asked.append(("enrol", url, code, ca) if ca else ("enrol", url, code))
        return self._answer(lambda: self.change_status(hub=HubState.OK, hub_at=self.clock.now()))

    def sync_now(self) -> None:
        self.asked.append(("sync_now",))

    def open_organiser(self) -> None:
        self.asked.append(("open_organiser",))

    def export_attendance(self, path: Path) -> Future[int]:
        self.asked.append(("export", path))
        return self._answer(lambda: len(self.events))

    def close(self) -> None:
        self.closed = True


def busy_app(**options: Any) -> FakeApp:
    """The same after half an hour of work."""
    app = FakeApp(**options)
    for number in (3, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 1):
        app.scan(f"C-V{number:03}", Source.CAMERA)
    app.scan("C-V001", Source.CAMERA)
    app.scan("https://example.com/menu", Source.CAMERA)
    app.scan("C-V016", Source.CAMERA, Direction.OUT)
    app.scan("C-V000", Source.CAMERA)
    app.asked.clear()
    return app
