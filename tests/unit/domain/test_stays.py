"""Who is inside: voids, voids of voids, two gates, a clock that was set back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import NOT_YET, Count, State, effective, in_order, stay
from tests.field import NOW, event

MINUTE = timedelta(minutes=1)


def at(
    minute: int, kind: Kind, identity: str, device: str = "d1", seq: int | None = None, **fields: object
) -> AttendanceEvent:
    """An event of a device some minutes after ``NOW``; its number is the minute unless said otherwise."""
    number = minute + 1 if seq is None else seq
    return event(kind, id=identity, at=NOW + minute * MINUTE, device=device, seq=number, **fields)


IN, OUT, VOID = Kind.ENTRY, Kind.EXIT, Kind.VOID


def test_nothing_happened() -> None:
    assert stay([]) == NOT_YET
    assert NOT_YET.state is State.EXPECTED


def test_in_out_and_in_again() -> None:
    came, went, back = at(0, IN, "a"), at(1, OUT, "b"), at(2, IN, "c")

    assert stay([came]).state is State.INSIDE
    left = stay([came, went])
    assert (left.state, left.inside, left.left, left.last_out) == (State.LEFT, 0, 1, went.at)
    again = stay([came, went, back])
    assert (again.inside, again.left, again.entry, again.first_in) == (1, 0, back, came.at)


def test_what_moves_nobody_moves_nobody() -> None:
    quiet = [at(number, kind, kind.value) for number, kind in enumerate((Kind.REFUSAL, Kind.QUESTION, Kind.MARK))]
    assert stay(quiet) == NOT_YET


def test_walk_ins_and_overrides_are_inside() -> None:
    for kind in (Kind.WALK_IN, Kind.OVERRIDE):
        assert stay([at(0, kind, "a")]).inside == 1


def test_an_exit_before_any_entry_takes_nobody_out() -> None:
    assert stay([at(0, OUT, "a")]) == NOT_YET
    assert stay([at(0, OUT, "a"), at(1, IN, "b")]).inside == 1


def test_a_void_restores_what_was_before() -> None:
    came, went = at(0, IN, "a"), at(1, OUT, "b")
    assert stay([came, at(2, VOID, "c", voids="a")]) == NOT_YET
    assert stay([came, went, at(2, VOID, "c", voids="b")]) == stay([came])


def test_a_void_of_a_void_lets_the_event_stand_again() -> None:
    came, first = at(0, IN, "a"), at(1, VOID, "b", voids="a")
    second, third = at(2, VOID, "c", voids="b"), at(3, VOID, "d", voids="c")

    assert stay([came, first, second]) == stay([came])
    assert stay([came, first, second, third]) == NOT_YET


def test_two_voids_of_one_event_are_not_a_void_of_a_void() -> None:
    one, other = at(1, VOID, "b", voids="a"), at(1, VOID, "c", "d2", voids="a")
    assert stay([at(0, IN, "a"), one, other]) == NOT_YET
    assert stay([at(0, IN, "a"), one, other, at(3, VOID, "d", voids="b")]) == NOT_YET


def test_a_void_of_what_nobody_knows_is_kept_for_when_it_comes() -> None:
    early = at(0, VOID, "b", "d2", voids="a")
    assert stay([early]) == NOT_YET
    assert stay([early, at(5, IN, "a")]) == NOT_YET


def test_voids_in_a_circle_have_no_effect() -> None:
    ring = [at(1, VOID, "b", voids="c"), at(2, VOID, "c", voids="d"), at(3, VOID, "d", voids="b")]
    assert stay([at(0, IN, "a"), *ring]).inside == 1
    assert stay([at(0, IN, "a"), *ring, at(4, VOID, "e", voids="e")]).inside == 1


def test_a_long_line_of_voids_does_not_run_out_of_stack() -> None:
    chain = [at(number, VOID, f"v{number:04}", voids=f"v{number - 1:04}") for number in range(1, 3001)]
    assert stay([at(0, IN, "v0000"), *chain]).inside == 1


def test_a_number_goes_before_a_clock_that_was_set_back() -> None:
    came = at(60, IN, "a", seq=1)
    went = at(0, OUT, "b", seq=2)  # the clock was an hour fast when they came

    assert in_order([went, came]) == [came, went]
    assert stay([went, came]).state is State.LEFT


def test_devices_are_merged_by_time() -> None:
    mine, theirs = at(0, IN, "a", "d1"), at(1, OUT, "b", "d2", seq=9)
    assert in_order([theirs, mine]) == [mine, theirs]


def test_the_same_event_twice_is_one_event() -> None:
    came = at(0, IN, "a")
    assert stay([came, came, replace(came)]) == stay([came])


def test_two_gates_that_admit_one_ticket_make_a_double_and_one_person() -> None:
    here, there = at(0, IN, "a", "d1"), at(1, IN, "b", "d2")
    seen = stay([here, there])

    assert (seen.inside, seen.doubles, seen.entry) == (1, ("b",), here)
    assert stay([there, here]) == seen


def test_a_double_ends_with_the_void_of_either_entry() -> None:
    both = [at(0, IN, "a", "d1"), at(1, IN, "b", "d2")]
    for voided in "ab":
        left = stay([*both, at(2, VOID, "c", voids=voided)])
        assert (left.inside, left.doubles) == (1, ())


def test_a_double_leaves_once() -> None:
    left = stay([at(0, IN, "a", "d1"), at(1, IN, "b", "d2"), at(2, OUT, "c", "d1")])
    assert (left.inside, left.left, left.state) == (0, 1, State.LEFT)


def test_a_party_in_parts() -> None:
    events = [at(0, IN, "a", party=20), at(1, OUT, "b", party=5), at(2, IN, "c", party=7)]
    seen = stay(events, 25)

    assert (seen.inside, seen.left, seen.doubles) == (22, 3, ())


def test_newcomers_of_a_party_are_counted_before_those_who_come_back() -> None:
    assert stay([at(0, IN, "a", party=10), at(1, OUT, "b", party=10), at(2, IN, "c", party=15)], 25).left == 10


def test_a_party_is_never_more_than_its_ticket_says() -> None:
    seen = stay([at(0, IN, "a", "d1", party=25), at(1, IN, "b", "d2", party=25), at(2, OUT, "c", party=60)], 25)
    assert (seen.inside, seen.left, seen.doubles) == (0, 25, ("b",))


def test_a_party_of_no_heads_counts_as_one() -> None:
    assert stay([at(0, IN, "a", party=0)]).inside == 1


def test_what_stands_is_in_order_and_without_voids() -> None:
    events = [at(2, OUT, "c"), at(0, IN, "a"), at(1, VOID, "b", voids="c"), at(1, Kind.MARK, "m", "d2")]
    assert [one.id for one in effective(events)] == ["a", "m"]


def test_counts_add_up() -> None:
    one, other = Count(expected=25, inside=10, left=5, walk_ins=1, refused=2), Count(expected=5, inside=5)
    assert one + other == Count(expected=30, inside=15, left=5, walk_ins=1, refused=2)
    assert one.missing == 11
    assert Count(expected=1, inside=3).missing == 0
