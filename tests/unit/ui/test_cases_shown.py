"""The hard cases of groups as the pages show them, over a real gate: docs/rules.md says the same in its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from checkin.app import GateApp
from checkin.clock import SettableClock
from checkin.desk.outcome import Direction, Source
from checkin.domain.admission import Reason
from checkin.domain.visit import Flag, Group, Record, StopEntry
from checkin.errors import CheckinError
from checkin.settings import Profile, Settings
from checkin.store.roster import put
from tests.field import NOW, person, plant, ticket, tour, visitor
from ui.board.presenter import BoardPresenter
from ui.find.presenter import FindPresenter
from ui.groups.opening import Passed
from ui.groups.presenter import GroupPresenter
from ui.groups.state import MemberKind
from ui.muster.presenter import MusterPresenter
from ui.tours.presenter import ToursPresenter

T = TypeVar("T")


class Patient:
    """A ``ui.ports.Turn`` that waits for every answer: what a page shows when everything has come."""

    def deliver(
        self, future: Future[T], done: Callable[[T], None], failed: Callable[[CheckinError], None] | None = None
    ) -> None:
        try:
            answer = future.result(10)
        except CheckinError as error:
            if failed is not None:
                failed(error)
            return
        done(answer)

    def after(self, delay_s: float, call: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def post(self, call: Callable[[], None]) -> None:
        call()


class House:
    """A gate and its pages."""

    def __init__(self, app: GateApp, clock: SettableClock) -> None:
        turn = Patient()
        self.app, self.clock = app, clock
        self.passed: list[Passed] = []
        self.group = GroupPresenter(app, turn, passed=self.passed.append)
        self.tours = ToursPresenter(app, turn)
        self.board = BoardPresenter(app, turn)
        self.find = FindPresenter(app, turn, lambda _code, _source, _direction: None)

    def open(self, code: str, direction: Direction = Direction.IN) -> None:
        card = self.app.groups.find(code).result(10)
        assert card is not None
        self.group.opened(card, direction, code)

    def go_in(self, code: str) -> None:
        """The whole group, with every question settled."""
        self.open(code)
        for question in self.group.state.questions:
            self.group.question_pressed(question.reason)
        self.group.pass_pressed()

    def tour_row(self, title: str) -> tuple[str, int, int, str]:
        """What the tours page says of a tour: start, inside, missing, whether it is late."""
        self.tours.refreshed()
        row = next(row for row in self.tours.state.rows if row.tour.title == title)
        return row.tour.starts, row.tour.count.inside, row.tour.count.missing, row.late

    def sought(self) -> list[tuple[str, str]]:
        """The alarm's list: headings and people."""
        muster = MusterPresenter(self.app, Patient())
        muster.refreshed()
        return [(row.title, row.subject) for row in muster.state.rows]


@contextmanager
def house(folder: Path, *records: Record, now: datetime = NOW) -> Iterator[House]:
    profile = Profile(folder)
    profile.save(Settings(key_place="file", plant="hleb", gate="1"))
    clock = SettableClock(now)
    app = GateApp(profile, clock)
    try:
        with app.store.write() as tx:
            tx.roster.apply(map(put, records))
        yield House(app, clock)
    finally:
        app.close()


def members(count: int, group: str = "g", tour_id: str = "t1", *, born: int | None = 1980) -> list[Record]:
    """So many grown-ups of a group with the tickets ``G-0`` …"""
    made: list[Record] = []
    for number in range(count):
        who = visitor(f"{group}{number}", person(20 + number), Flag.ADULT, group=group, tour=tour_id, birth_year=born)
        made += [who, ticket(f"{group.upper()}-{number}", who.id, tour=tour_id)]
    return made


def test_forty_people_and_a_tour_that_fills_up(tmp_path: Path) -> None:
    big = Group(id="g", plant="hleb", tour="t1", name="Завод-побратим", size=40)
    with house(tmp_path, plant(), tour(capacity=38), big, *members(40)) as gate:
        gate.open("G-7")
        rows = gate.group.state.members
        assert len(rows) == 40
        kinds = [row.kind for row in rows]
        assert (kinds.count(MemberKind.TICK), kinds.count(MemberKind.REFUSED)) == (38, 2)
        assert {row.detail for row in rows if row.kind is MemberKind.REFUSED} == {"1980 · Мест больше нет"}
        assert gate.group.state.press == "Пропустить 38"
        gate.group.pass_pressed()
        assert gate.passed[0].went == 38
        assert gate.tour_row("Экскурсия «t1»")[1:3] == (38, 2)


def test_namesakes_stand_apart_everywhere(tmp_path: Path) -> None:
    group = Group(id="g", plant="hleb", tour="t1", name="7 «Б»")
    one, other = (visitor(f"v{year}", "Кузнецов Пётр", group="g", birth_year=year) for year in (2011, 2012))
    adult = visitor("a", "Учитель Анна", Flag.ADULT, group="g")
    tickets = [ticket("N-1", "v2011"), ticket("N-2", "v2012"), ticket("N-3", "a")]
    with house(tmp_path, plant(), tour(), group, one, other, adult, *tickets) as gate:
        gate.open("N-1")
        same = [row for row in gate.group.state.members if row.name == "Кузнецов Пётр"]
        assert sorted(row.detail for row in same) == ["2011", "2012"]
        gate.group.member_pressed("v2012")
        gate.group.pass_pressed()
        assert gate.passed[0].went == 2
        gate.tours.refreshed()
        assert gate.tours.state.rows[0].missing == "Не пришли: Кузнецов Пётр"
        gate.app.scan("N-2", Source.TYPED).result(10)
        assert {title for title, who in gate.sought() if who.startswith("v")} == {
            "Кузнецов Пётр (2011)",
            "Кузнецов Пётр (2012)",
        }


def test_one_person_in_two_tours_of_a_day(tmp_path: Path) -> None:
    later = tour("t2", NOW + timedelta(minutes=30))
    first, second = visitor("v1", "Ли Мэй"), replace(visitor("v2", "Ли Мэй"), tour="t2")
    codes = [ticket("ONE", "v1"), ticket("TWO", "v2", tour="t2")]
    with house(tmp_path, plant(), tour(), later, first, second, *codes) as gate:
        assert gate.app.scan("ONE", Source.TYPED).result(10).word == "admit"
        gate.find.query_submitted("Ли Мэй")
        assert sorted(row.kind for row in gate.find.state.rows) == ["expected", "inside"]
        assert gate.app.scan("TWO", Source.TYPED).result(10).word == "admit"
        assert gate.tour_row("Экскурсия «t1»")[1] == gate.tour_row("Экскурсия «t2»")[1] == 1
        assert [title for title, who in gate.sought() if who] == ["Ли Мэй", "Ли Мэй"]
        gate.app.scan("ONE", Source.TYPED, Direction.OUT).result(10)
        assert [who for _title, who in gate.sought() if who] == ["v2"]


def test_a_tour_that_ends_while_people_are_inside(tmp_path: Path) -> None:
    group = Group(id="g", plant="hleb", tour="t1", name="7 «Б»")
    with house(tmp_path, plant(), tour(), group, *members(4)) as gate:
        gate.go_in("G-0")
        gate.clock.advance(timedelta(hours=2))
        assert gate.tour_row("Экскурсия «t1»") == ("10:30", 4, 0, "Закончилась, внутри ещё: 4")
        gate.board.opened()
        assert [row.late for row in gate.board.state.rows] == [True]
        gate.clock.advance(timedelta(days=1))
        assert gate.tour_row("Экскурсия «t1»")[1] == 4
        assert len([who for _title, who in gate.sought() if who]) == 4
        gate.open("G-0", Direction.OUT)
        gate.group.member_pressed("g3")
        assert gate.group.state.remain == f"Кого нет? Остаются внутри: {person(23)}"
        gate.group.pass_pressed()
        assert gate.passed[-1].remained == (person(23),)
        assert [card.remained for card in gate.app.groups.remained().result(10)] == [(person(23),)]
        gate.app.scan("G-3", Source.TYPED, Direction.OUT).result(10)
        gate.tours.refreshed()
        assert gate.tours.state.rows == ()


def test_over_midnight_while_the_clocks_go_back(tmp_path: Path) -> None:
    before = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)  # 23:30 in Berlin; at 01:00 UTC it is 02:00 again
    night = tour(start=before, minutes=300)
    group = Group(id="g", plant="hleb", tour="t1", name="Ночь музеев")
    with house(tmp_path, plant(tz="Europe/Berlin"), night, group, *members(3), now=before) as gate:
        gate.open("G-0")
        gate.group.member_pressed("g2")
        gate.group.pass_pressed()
        assert gate.tour_row("Экскурсия «t1»")[:3] == ("23:30", 2, 1)
        gate.clock.advance(timedelta(hours=4))  # 02:30 for the second time
        assert gate.app.scan("G-2", Source.TYPED).result(10).reason is Reason.ADMITTED
        assert gate.tour_row("Экскурсия «t1»") == ("23:30", 3, 0, "")
        gate.open("G-0", Direction.OUT)
        gate.group.pass_pressed()
        assert gate.passed[-1].went == 3
        assert gate.tour_row("Экскурсия «t1»")[1] == 0


def test_a_group_whose_leader_is_refused(tmp_path: Path) -> None:
    group = Group(id="g", plant="hleb", tour="t1", name="7 «Б»", leader="Учитель Анна")
    leader = visitor("boss", "Учитель Анна", Flag.ADULT, group="g")
    pupils = [visitor(f"p{number}", f"Ученик {number}", Flag.MINOR, group="g") for number in range(3)]
    codes = [ticket("BOSS", "boss"), *(ticket(f"P-{number}", f"p{number}") for number in range(3))]
    stop = StopEntry(id="s", plant="hleb", name="Учитель Анна")
    with house(tmp_path, plant(), tour(), group, leader, *pupils, *codes, stop) as gate:
        gate.open("BOSS")
        state = gate.group.state
        boss = next(row for row in state.members if row.id == "boss")
        assert (boss.kind, boss.detail) == (MemberKind.REFUSED, "В стоп-листе")
        assert state.says == "Учитель Анна не проходит: В стоп-листе"
        assert [question.reason for question in state.questions] == [Reason.NEEDS_ADULT]
        assert not state.can_press
        gate.group.question_pressed(Reason.NEEDS_ADULT)
        gate.group.pass_pressed()
        assert gate.passed[0].went == 3
        assert gate.tour_row("Экскурсия «t1»")[1:3] == (3, 1)
