"""Scans are told from typing; every key comes out exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.scanning import Wedge
from checkin.scanning.wedge import LEAST, PAUSE_S


def fed(keys: str, gap: float, wedge: Wedge | None = None, start: float = 10.0) -> tuple[list[str], str]:
    wedge = wedge or Wedge()
    scans, typed, now = [], "", start
    for character in keys:
        now += gap
        outcome = wedge.key(character, now)
        scans += [outcome.scan] if outcome.scan is not None else []
        typed += outcome.typed
    last = wedge.tick(now + PAUSE_S + 0.001)
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
    assert wedge.key("A", 1.2).typed == "x"
    for number, character in enumerate("BCDE"):
        wedge.key(character, 1.205 + number * 0.005)
    assert wedge.key("\r", 1.23).scan == "ABCDE"


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
    last = wedge.tick(now + PAUSE_S + 0.001)
    out += last.typed + (last.scan or "")
    plain = "".join(character for character, _gap in story)
    assert out.translate({13: None, 9: None}) == plain.translate({13: None, 9: None})
    assert not wedge.holding
    assert wedge.tick(now + 1) == type(last)()
