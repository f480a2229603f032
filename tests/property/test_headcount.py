"""The fold over attendance, for any story of any gates: counts stay sane, voids restore, arrival order is nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from checkin.domain.events import AttendanceEvent, Kind, effect
from checkin.domain.headcount import NOT_YET, effective, in_order, stay
from tests.field import NOW, event

DEVICES = ("d1", "d2", "d3")
KINDS = (Kind.ENTRY, Kind.ENTRY, Kind.EXIT, Kind.VOID, Kind.WALK_IN, Kind.OVERRIDE, Kind.REFUSAL, Kind.MARK)


@st.composite
def stories(draw: st.DrawFn, most: int = 14) -> list[AttendanceEvent]:
    """Events of one subject from up to three gates, whose clocks are wrong and who void anything, voids included."""
    count = draw(st.integers(0, most))
    told: list[AttendanceEvent] = []
    numbers = dict.fromkeys(DEVICES, 0)
    for place in range(count):
        device = draw(st.sampled_from(DEVICES))
        kind = draw(st.sampled_from(KINDS))
        numbers[device] += 1
        voids = f"e{draw(st.integers(0, count))}" if kind is Kind.VOID else None
        told.append(
            event(
                kind,
                id=f"e{place}",
                at=NOW + timedelta(minutes=draw(st.integers(-90, 90))),
                device=device,
                seq=numbers[device],
                party=draw(st.integers(0, 6)),
                voids=voids,
            )
        )
    return told


@given(stories(), st.integers(1, 5))
def test_nobody_is_inside_twice_or_less_than_not_at_all(told: list[AttendanceEvent], party: int) -> None:
    seen = stay(told, party)

    assert 0 <= seen.inside <= party
    assert 0 <= seen.left <= party
    assert seen.inside + seen.left <= party
    assert set(seen.doubles) <= {one.id for one in told}
    assert (seen.entry is None) <= (seen.inside == 0)


@given(stories(), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(told: list[AttendanceEvent], party: int, random: object) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert stay(shuffled, party) == stay(told, party)
    assert in_order(shuffled) == in_order(told)


@given(stories(), st.integers(1, 5))
def test_what_comes_twice_counts_once(told: list[AttendanceEvent], party: int) -> None:
    assert stay([*told, *told], party) == stay(told, party)


@given(stories(), st.integers(1, 5), st.sampled_from(DEVICES))
def test_a_void_restores_exactly_what_was(told: list[AttendanceEvent], party: int, device: str) -> None:
    """Whatever happens at a gate and is taken back there, as the last two things of its journal, has not happened."""
    number = sum(one.device == device for one in told) + 1
    slip = event(Kind.ENTRY, id="slip", device=device, seq=number, party=party)
    back = event(Kind.VOID, id="back", device=device, seq=number + 1, voids="slip")

    assert stay([*told, slip, back], party) == stay(told, party)
    again = event(Kind.VOID, id="again", device=device, seq=number + 2, voids="back")
    assert stay([*told, slip, back, again], party) == stay([*told, slip], party)


@given(stories())
def test_voids_are_told_apart_by_what_stands_against_them(told: list[AttendanceEvent]) -> None:
    """The definition itself, written the slow way: an event stands unless a standing void names it."""
    voids = {one.id: one.voids for one in told if one.kind is Kind.VOID and one.voids}

    def circular(void: str) -> bool:
        way, at = set(), voids[void]
        while at in voids and at not in way:
            way.add(at)
            at = voids[at]
        return at in voids

    def stands(identity: str) -> bool:
        against = [void for void, target in voids.items() if target == identity and not circular(void)]
        return not any(stands(void) for void in against)

    expected = [one.id for one in in_order(told) if one.kind is not Kind.VOID and stands(one.id)]
    assert [one.id for one in effective(told)] == expected


@given(stories())
def test_each_gates_own_numbers_are_kept(told: list[AttendanceEvent]) -> None:
    merged = in_order(told)
    assert sorted(one.id for one in merged) == sorted(one.id for one in told)
    for device in DEVICES:
        numbers = [one.seq for one in merged if one.device == device]
        assert numbers == sorted(numbers)


@given(stories())
def test_who_never_came_is_nowhere(told: list[AttendanceEvent]) -> None:
    assert stay([one for one in told if effect(one.kind) != 1]) == NOT_YET
