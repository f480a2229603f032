"""The headcount of a day: names of the missing, and tours of yesterday while somebody of them is still inside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from checkin.desk import Direction, Source
from checkin.desk.groups import Groups
from checkin.desk.heads import DayHeads, heads_of_day
from checkin.domain.visit import Flag
from tests.field import KEY, NOW, Site, crowd, person, plant, school, signed, site, ticket, tour, visitor


def heads(gate: Site) -> DayHeads:
    with gate.store.read() as tx:
        return heads_of_day(tx, "hleb", gate.clock.now())


def test_the_missing_have_names_once_somebody_has_come(tmp_path: Path) -> None:
    gone = visitor("v9", "Отменённый Олег", Flag.CANCELLED)
    with site(tmp_path, [plant(), tour(), *crowd(4), gone, ticket("CODE-9", "v9")]) as gate:
        assert heads(gate).tours[0].missing == ()
        gate.desk.scan("CODE-0", Source.TYPED)
        gate.desk.scan("CODE-1", Source.TYPED)
        gate.desk.scan("CODE-1", Source.TYPED, Direction.OUT)
        day = heads(gate)
        assert set(day.tours[0].missing) == {person(2), person(3)}
        assert (day.whole.expected, day.whole.inside, day.whole.left, day.whole.missing) == (4, 1, 1, 2)
        assert day.data_at == gate.clock.now()


def test_walk_ins_and_refusals_are_counted(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), tour("old", NOW - timedelta(days=3)), *crowd(3)]) as gate:
        gate.desk.scan("CODE-0", Source.TYPED)
        gate.desk.scan("CODE-0", Source.TYPED)
        groups = Groups(gate.desk)
        card = groups.open_tour("hleb", "t1")
        assert card is not None
        groups.walk_in(card, "Гость Глеб", "из соседней школы")
        whole = heads(gate).whole
        assert (whole.expected, whole.inside, whole.walk_ins, whole.refused, whole.missing) == (3, 2, 1, 1, 2)


def test_who_is_inside_is_counted_over_midnight_until_they_leave(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(3)]) as gate:
        gate.desk.scan("CODE-0", Source.TYPED)
        gate.clock.advance(timedelta(days=2))
        day = heads(gate)
        assert [(one.line.tour.id, one.line.count.inside, one.line.on_now) for one in day.tours] == [("t1", 1, False)]
        assert day.whole.inside == 1
        gate.desk.scan("CODE-0", Source.TYPED, Direction.OUT)
        assert heads(gate).tours == ()


def test_a_party_without_names_is_missing_by_its_number(tmp_path: Path) -> None:
    group, its_ticket = school(25)
    with site(tmp_path, [plant(), tour(), group, its_ticket, *crowd(2)]) as gate:
        gate.desk.scan("CODE-0", Source.TYPED)
        one = heads(gate).tours[0]
        assert (one.missing, one.line.count.missing) == ((person(1),), 26)


def test_somebody_of_no_known_tour_is_counted_in_the_plant(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), KEY]) as gate:
        outcome = gate.desk.scan(signed(tour="t-unknown"), Source.TYPED)
        assert outcome.word == "admit"
        day = heads(gate)
        assert (day.whole.inside, day.strays.inside) == (1, 1)
