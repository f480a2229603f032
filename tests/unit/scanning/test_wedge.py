"""Scans are told from typing; every key comes out exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.scanning import Wedge
from checkin.scanning.wedge import FIRST_S, LEAST, PAUSE_S, STALL_S, UNKNOWN_S
from checkin.tickets.reading import unfinished


def fed(keys: str, gap: float, wedge: Wedge | None = None, start: float = 10.0) -> tuple[list[str], str]:
    wedge = wedge or Wedge()
    scans, typed, now = [], "", start
    for character in keys:
        now += gap
        outcome = wedge.key(character, now)
        scans += [outcome.scan] if outcome.scan is not None else []
        typed += outcome.typed
    last = wedge.tick(now + STALL_S + 0.001)
    return scans + ([last.scan] if last.scan is not None else []), typed + last.typed


@pytest.mark.parametrize("suffix", ["\r", "\n", "\t", ""])
@pytest.mark.parametrize("code", ["A-7K4M2QXD", "Ф-7Л4Ь2ЙЧВ", "a-7k4m2qxd", "X" * 150])
def test_a_scan_is_taken_whole_and_types_nothing(code: str, suffix: str) -> None:
    assert fed(code + suffix, 0.005) == ([code], "")


def test_a_person_types_and_presses_enter() -> None:
    assert fed("hello world\r", 0.12) == ([], "hello world\r")


def test_a_fast_pair_of_keys_is_not_a_scan() -> None:
    wedge = Wedge()
    assert fed("ab", 0.02, wedge) == ([], "ab")
    assert not wedge.holding


def test_a_stutter_does_not_break_a_scan() -> None:
    wedge = Wedge()
    for number, character in enumerate("A-7K"):
        wedge.key(character, 1 + number * 0.005)
    wedge.key("4", 1.1)
    assert wedge.key("\r", 1.105).scan == "A-7K4"


def test_typing_just_before_a_scan_stays_typing() -> None:
    wedge = Wedge()
    assert wedge.key("x", 1.0).holding
    assert wedge.key("A", 1.4).typed == "x"
    for number, character in enumerate("BCDE"):
        wedge.key(character, 1.405 + number * 0.005)
    assert wedge.key("\r", 1.43).scan == "ABCDE"


def test_five_hundred_codes_in_a_row() -> None:
    wedge = Wedge()
    codes = [f"A-{number:06d}" for number in range(500)]
    got, now = [], 0.0
    for code in codes:
        for character in code + "\r":
            now += 0.005
            outcome = wedge.key(character, now)
            assert outcome.typed == ""
            got += [outcome.scan] if outcome.scan else []
        now += 0.05
    assert got == codes


def gaps(code: str, suffix: str, *slow: tuple[int, float]) -> list[tuple[str, float]]:
    """A code's keys 5 ms apart, but for some that a busy PC made slow: (which key, seconds before it)."""
    late = dict(slow)
    return [(character, late.get(number, 0.005)) for number, character in enumerate(code + suffix)]


def story(keys: list[tuple[str, float]], wedge: Wedge, start: float = 10.0) -> tuple[list[str], str]:
    """What becomes of keys with gaps, when the window asks as often as it should."""
    scans, typed, now, last = list[str](), "", start, start
    for character, gap in keys:
        now += gap
        while wedge.holding and last + wedge.wait_s < now:
            outcome = wedge.tick(last + wedge.wait_s + 0.001)
            scans += [outcome.scan] if outcome.scan is not None else []
            typed += outcome.typed
        outcome, last = wedge.key(character, now), now
        scans += [outcome.scan] if outcome.scan is not None else []
        typed += outcome.typed
    outcome = wedge.tick(now + wedge.wait_s + 0.001)
    return scans + ([outcome.scan] if outcome.scan is not None else []), typed + outcome.typed


@pytest.mark.parametrize("suffix", ["\r", "\t", ""])
@pytest.mark.parametrize("where", range(1, 10))
def test_a_busy_pc_that_stretches_one_gap_breaks_no_scan(suffix: str, where: int) -> None:
    assert story(gaps("A-7K4M2QXD", suffix, (where, FIRST_S - 0.01)), Wedge()) == (["A-7K4M2QXD"], "")
    assert story(gaps("ORDER-2231", suffix, (where, FIRST_S - 0.01)), Wedge()) == (["ORDER-2231"], "")


def test_a_long_stall_within_a_code_of_ours_breaks_no_scan() -> None:
    for where in range(4, 10):
        wedge = Wedge(unfinished=unfinished)
        assert story(gaps("A-7K4M2QXD", "", (where, STALL_S - 0.01)), wedge) == (["A-7K4M2QXD"], "")


def test_a_long_stall_breaks_no_scan_once_the_suffix_is_known() -> None:
    wedge = Wedge()
    assert story(gaps("ORDER-2230", "\r"), wedge) == (["ORDER-2230"], "")
    for where in range(4, 11):
        assert story(gaps("ORDER-2231", "\r", (where, STALL_S - 0.01)), wedge, 20.0 * where) == (["ORDER-2231"], "")


def test_codes_without_suffix_may_come_soon_after_each_other() -> None:
    wedge = Wedge()
    keys = (
        gaps("ORDER-2230", "") + gaps("ORDER-2231", "", (0, UNKNOWN_S + 0.01)) + gaps("X-1234", "", (0, PAUSE_S + 0.01))
    )
    assert story(keys, wedge) == (["ORDER-2230", "ORDER-2231", "X-1234"], "")


def test_a_pc_that_is_busy_all_the_time_breaks_no_scan() -> None:
    keys = [(character, (0.005, 0.05, 0.02, 0.0, 0.09)[number % 5]) for number, character in enumerate("ORDER-2231\r")]
    assert story(keys, Wedge()) == (["ORDER-2231"], "")


def test_an_enter_that_comes_after_its_scan_was_ended_is_nobodys() -> None:
    wedge = Wedge()
    assert story(gaps("ORDER-2231", ""), wedge) == (["ORDER-2231"], "")
    assert wedge.key("\r", 10.7).swallowed
    assert wedge.key("\r", 10.8).typed == "\r"


@pytest.mark.parametrize("gap", [0.05, 0.09, 0.12, 0.2])
def test_a_person_at_any_pace_is_a_person(gap: float) -> None:
    assert story([(character, gap) for character in "Иванова Мария\r"], Wedge()) == ([], "Иванова Мария\r")


def test_a_person_who_rolls_over_pairs_of_keys_is_a_person() -> None:
    keys = [(character, 0.02 if number % 2 else 0.13) for number, character in enumerate("Иванова Мария")]
    assert story(keys, Wedge()) == ([], "Иванова Мария")


keys = st.lists(st.tuples(st.sampled_from("AБ7-\r\t"), st.floats(0.0, 0.3)), max_size=80)


@given(keys)
def test_no_key_is_lost_or_doubled(story: list[tuple[str, float]]) -> None:
    wedge, now, out = Wedge(), 0.0, ""
    for character, gap in story:
        now += gap
        outcome = wedge.key(character, now)
        # A suffix that ends a scan is the scanner's own and belongs to nobody.
        out += outcome.typed + (outcome.scan or "")
        assert outcome.scan is None or len(outcome.scan) >= LEAST
    last = wedge.tick(now + STALL_S + 0.001)
    out += last.typed + (last.scan or "")
    plain = "".join(character for character, _gap in story)
    assert out.translate({13: None, 9: None}) == plain.translate({13: None, 9: None})
    assert not wedge.holding
    assert wedge.tick(now + 1) == type(last)()
