"""What belongs together: sheets and phones held up at once, but never one visitor after another."""

from __future__ import annotations

from collections.abc import Sequence

from checkin.scanning.frame import Located, Quad, Reading, Symbol
from checkin.scanning.repeat import RepeatFilter
from checkin.scanning.together import Sighting, Together


def quad(number: int, size: float = 60.0) -> Quad:
    """The place with this number on a page of five columns."""
    x, y = 100 + 100.0 * (number % 5), 50 + 100.0 * (number // 5)
    return (x, y), (x + size, y), (x + size, y + size), (x, y + size)


class Scene:
    """A reader's repeat filter and set, at 30 frames a second."""

    def __init__(self) -> None:
        self.repeats, self.together, self.now = RepeatFilter(), Together(), 100.0
        self.judged: list[str] = []

    def frame(self, read: Sequence[int], unread: Sequence[Quad] = (), *, after_s: float = 0.033) -> Sighting:
        self.now += after_s
        reading = Reading(
            tuple(Symbol(f"T{number}", quad(number), "plain") for number in read),
            unread=tuple(Located(place) for place in unread),
        )
        self.repeats.stay(self.together.staying(self.now), self.now)
        fresh = self.repeats.step(reading.texts, self.now)
        self.judged += fresh
        return self.together.step(reading, fresh, self.now)


def test_a_sheet_is_one_set_with_those_that_were_not_read() -> None:
    scene = Scene()
    scene.frame(range(23), [quad(23), quad(24)])
    scene.frame(range(23), [quad(24)])  # each frame locates another one
    seen = scene.frame(range(23), [quad(23)])
    assert len(seen.together) == 23
    assert seen.missing == 2
    assert seen.unread == (quad(23), quad(24))


def test_a_sheet_read_in_turns_is_one_set_and_each_is_judged_once() -> None:
    scene = Scene()
    for turn in range(60):
        seen = scene.frame([number for number in range(25) if number % 3 == turn % 3])
    assert len(seen.together) == len(scene.judged) == 25
    assert seen.missing == 0


def test_a_symbol_of_a_sheet_that_is_hard_to_read_is_not_judged_again() -> None:
    scene = Scene()
    scene.frame(range(25))
    for _frame in range(200):
        scene.frame(range(24))  # for more than six seconds nobody reads the last one
    scene.frame(range(25))
    assert len(scene.judged) == 25


def test_what_a_sheet_gives_late_joins_it() -> None:
    scene = Scene()
    for _frame in range(150):
        scene.frame(range(24), [quad(24)])
    assert len(scene.frame(range(25)).together) == 25


def test_the_same_sheet_shown_again_is_judged_again() -> None:
    scene = Scene()
    scene.frame(range(25))
    seen = scene.frame(range(25), after_s=5)
    assert len(scene.judged) == 50
    assert len(seen.together) == 25


def test_one_visitor_after_another_is_no_set() -> None:
    scene = Scene()
    for visitor in range(5):
        for _frame in range(50):
            seen = scene.frame([visitor])
        assert seen.together == (f"T{visitor}",)
        scene.frame([], after_s=0.4)


def test_a_second_phone_beside_one_that_is_held_for_long_is_alone() -> None:
    scene = Scene()
    for _frame in range(90):
        scene.frame([0])
    assert scene.frame([0, 1]).together == ("T1",)


def test_phones_that_come_one_by_one_are_a_set() -> None:
    scene = Scene()
    for count in range(1, 6):
        for _frame in range(20):
            seen = scene.frame(range(count))
    assert seen.together == tuple(f"T{number}" for number in range(5))


def test_a_phone_of_five_that_goes_away_and_comes_back_is_judged_again() -> None:
    scene = Scene()
    scene.frame(range(5))
    for _frame in range(100):
        scene.frame(range(4))
    scene.frame(range(5))
    assert scene.judged.count("T4") == 2


def test_places_that_meet_each_other_or_have_another_size_are_not_counted() -> None:
    scene = Scene()
    doubles = [quad(3), quad(3, 58), quad(3, 64), quad(1), quad(20, 200), quad(21, 20)]
    for _frame in range(9):
        seen = scene.frame(range(3), doubles)
    assert seen.missing == 1
    assert len(seen.unread) == 1


def test_a_place_seen_in_one_frame_only_is_not_counted() -> None:
    scene = Scene()
    for number in range(9):
        seen = scene.frame(range(3), [quad(3)] if number == 4 else [])
    assert seen.missing == 0


def test_a_sheet_that_moves_is_not_counted_twice() -> None:
    scene = Scene()
    scene.frame(range(10))
    moved = [quad(number + 10) for number in range(8)]
    for _frame in range(9):
        seen = scene.frame([0, 1], moved, after_s=0.2)
    assert seen.missing == 0


def test_what_was_unread_stays_told_when_the_sheet_is_gone() -> None:
    scene = Scene()
    scene.frame(range(5), [quad(5)])
    scene.frame(range(5), [quad(5)])
    assert scene.frame([]).missing == 1
    assert scene.frame([], after_s=0.8).symbols == ()


def test_a_clock_that_steps_back_harms_nobody() -> None:
    scene = Scene()
    scene.frame(range(5))
    assert scene.frame(range(5, 8), after_s=-50).together == ("T5", "T6", "T7")
