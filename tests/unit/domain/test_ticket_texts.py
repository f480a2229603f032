"""Texts that stand for a ticket: limits, forms, and the check character of a typed code, exhaustively."""

from __future__ import annotations

from random import Random

import pytest

from checkin.domain.ticket import (
    ALPHABET,
    MAX_BYTES,
    check_character,
    code_key,
    code_like,
    presentable,
    short_code,
    short_holds,
    tidy_short,
)

SAMPLE = [0, 1, 31, 2**35 - 1, *(Random(5).getrandbits(35) for _ in range(60))]
ALIKE = {"O": "0", "I": "1", "L": "1"}


@pytest.mark.parametrize("number", SAMPLE)
def test_a_short_code_holds_and_is_its_own_tidy_form(number: int) -> None:
    code = short_code(number)
    assert len(code) == 10
    assert short_holds(code)
    assert tidy_short(code) == code


def test_only_the_low_35_bits_count_and_all_of_them() -> None:
    assert short_code(2**35 + 7) == short_code(7)
    assert len({short_code(number) for number in range(5000)}) == 5000


@pytest.mark.parametrize("number", SAMPLE)
def test_every_single_wrong_character_is_found(number: int) -> None:
    code = short_code(number)
    for place in range(2, 10):
        for other in ALPHABET.replace(code[place], ""):
            assert not short_holds(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("number", SAMPLE)
def test_every_swap_of_two_neighbours_is_found(number: int) -> None:
    code = short_code(number)
    for place in range(2, 9):
        one, other = code[place], code[place + 1]
        if one != other:
            assert not short_holds(code[:place] + other + one + code[place + 2 :])


def test_every_pair_of_neighbours_swapped_in_every_place() -> None:
    for place in range(7):
        for one in ALPHABET:
            for other in ALPHABET:
                straight = "7" * place + one + other + "7" * (5 - place)
                crossed = "7" * place + other + one + "7" * (5 - place)
                if one != other and place < 6:
                    assert check_character(straight) != check_character(crossed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("A-7K4M2QXD", "A-7K4M2QXD"),
        ("a-7k4m2qxd", "A-7K4M2QXD"),
        (" a 7k4m 2qxd\t", "A-7K4M2QXD"),
        ("7K4M2QXD", "A-7K4M2QXD"),
        ("7k4m-2qxd", "A-7K4M2QXD"),
        ("A7K4M2QXD", "A-7K4M2QXD"),
        ("A-OIL12345", "A-01112345"),
        ("A-7K4M2QX", None),
        ("A-7K4M2QXDD", None),
        ("A-7K4M2QXU", None),
        ("Ф-7Л4Ь2ЙЧВ", None),
        ("", None),
        ("B-7K4M2QXD", None),
        ("\uff21-7K4M2QXD", None),
        ("٧K4M2QXD", None),
        ("ſK4M2QXD", "A-SK4M2QXD"),
    ],
)
def test_how_a_typed_code_is_understood(typed: str, meant: str | None) -> None:
    assert tidy_short(typed) == meant


@pytest.mark.parametrize("letter", ALIKE)
def test_letters_that_look_like_digits_are_those_digits(letter: str) -> None:
    assert tidy_short(f"A-{letter * 8}") == f"A-{ALIKE[letter] * 8}"


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("A", True),
        ("", False),
        ("я" * 256, True),
        ("я" * 257, False),
        ("x" * MAX_BYTES, True),
        ("x" * (MAX_BYTES + 1), False),
        ("a\nb", False),
        ("a\0b", False),
        ("\x1b[2J", False),
        ("\u202eabc", False),
        ("\ud800", False),
        ("<b>", True),
    ],
)
def test_what_may_be_looked_at_at_all(text: str, fine: bool) -> None:
    assert presentable(text) is fine


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CODE-1", True),
        ("8f3a:99", True),
        ("order #12/3 a=b", True),
        ("x" * 255, True),
        ("x" * 256, False),
        ("https://example.org/t/1", False),
        ("WIFI:S:plant;T:WPA;;", False),
        ("mailto:a@b.ru", False),
        ("Привет", False),
        (" CODE", False),
        ("<img>", False),
    ],
)
def test_what_looks_like_somebodys_ticket_code(text: str, code: bool) -> None:
    assert code_like(text) is code


def test_codes_are_looked_up_without_case() -> None:
    assert code_key(" Code-É ") == code_key("cODE-é")
