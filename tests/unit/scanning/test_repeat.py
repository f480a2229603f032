"""One ticket in view is judged once, and nobody's ticket is swallowed."""

from hypothesis import given
from hypothesis import strategies as st

from checkin.scanning import RepeatFilter
from checkin.scanning.repeat import AWAY_S


def test_a_ticket_held_for_a_minute_is_judged_once() -> None:
    repeats = RepeatFilter()
    fresh = [repeats.step(["A"], number / 30) for number in range(1800)]
    assert [texts for texts in fresh if texts] == [["A"]]


def test_drop_outs_do_not_count_as_leaving() -> None:
    repeats = RepeatFilter()
    assert repeats.step(["A"], 0.0) == ["A"]
    assert repeats.step([], 1.0) == []
    assert repeats.step(["A"], 2.0) == []
    assert repeats.step(["A"], 3.9) == []


def test_coming_back_is_judged_again_and_another_is_not_swallowed() -> None:
    repeats = RepeatFilter()
    assert repeats.step(["A"], 0.0) == ["A"]
    assert repeats.step(["A", "B", "B"], 0.1) == ["B"]
    assert repeats.step(["B"], 1.0) == []
    assert repeats.step(["A"], 3.2) == ["A"]


def test_a_clock_that_steps_back_swallows_nothing_for_ever() -> None:
    repeats = RepeatFilter()
    repeats.step(["A"], 1_000_000.0)
    assert repeats.step([], 5.0) == []
    assert repeats.step(["A"], 5.0 + AWAY_S) == ["A"]


def test_forgetting_lets_it_be_judged_again() -> None:
    repeats = RepeatFilter()
    repeats.step(["A", "B"], 0.0)
    repeats.forget("A")
    assert repeats.step(["A", "B"], 0.1) == ["A"]
    repeats.forget()
    assert repeats.step(["A", "B"], 0.2) == ["A", "B"]


steps = st.lists(st.tuples(st.lists(st.sampled_from("ABC"), max_size=4), st.floats(0, 4)), max_size=60)


@given(steps)
def test_against_the_rule_itself(story: list[tuple[list[str], float]]) -> None:
    """Fresh exactly when the text was not seen for AWAY_S; texts never touch one another."""
    repeats, seen, now = RepeatFilter(), {}, 0.0
    for texts, wait in story:
        now += wait
        wanted = [text for text in dict.fromkeys(texts) if text not in seen or now - seen[text] >= AWAY_S]
        assert repeats.step(texts, now) == wanted
        seen.update(dict.fromkeys(texts, now))
