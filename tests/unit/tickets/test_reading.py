"""What a handheld scanner typed and what it meant."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.tickets.reading import interpretations, ungarbled, unlayout

# Written down from a keyboard, not computed: the tables under test must not prove themselves.
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UNDER_RUSSIAN = "ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ"


def typed_in_russian(code: str) -> str:
    keys = str.maketrans(LATIN + LATIN.lower(), UNDER_RUSSIAN + UNDER_RUSSIAN.lower())
    return code.translate(keys)


def test_the_example_of_the_field() -> None:
    assert unlayout("Ф-7Л4Ь2ЙЧВ") == "A-7K4M2QXD"
    assert interpretations("Ф-7Л4Ь2ЙЧВ")[0] == "A-7K4M2QXD"


@given(st.text(alphabet=string.ascii_letters + string.digits + "-", min_size=1, max_size=150))
def test_every_code_survives_the_russian_layout(code: str) -> None:
    assert interpretations(typed_in_russian(code))[0] == code


@given(st.text(alphabet=string.ascii_letters + string.digits + "-", min_size=1, max_size=150))
def test_caps_lock_only_swaps_the_case(code: str) -> None:
    assert unlayout(typed_in_russian(code.swapcase())) == code.swapcase()


@given(st.text(alphabet=string.printable))
def test_latin_text_is_left_alone(text: str) -> None:
    assert unlayout(text) == text
    assert interpretations(text) == [text]


@pytest.mark.parametrize(
    ("arrived", "meant"),
    [
        ("Рё", "и"),
        ("Ð¸", "и"),
        ("РРІР°РЅРѕРІ", None),
        ("Ð\x98Ð²Ð°Ð½", "Иван"),
        ("Р\x98РІР°РЅ", "Иван"),
        ("Иванов", None),
        ("Ф-7Л4Ь2ЙЧВ", None),
        ("A-7K4M2QXD", None),
        ("é", None),
    ],
)
def test_garbled_utf8_is_told_from_the_layout(arrived: str, meant: str | None) -> None:
    assert ungarbled(arrived) == meant


@given(
    st.text(alphabet="абвгдежзиклмнопрстуфхцчшщъыьэюяёАБВ -0123456789", min_size=2).filter(lambda t: not t.isascii())
)
def test_utf8_seen_as_cp1251_comes_back(text: str) -> None:
    data = text.encode()
    seen = "".join(bytes([b]).decode("cp1251") if b != 0x98 else "\x98" for b in data)
    assert interpretations(seen)[0] == text


@given(st.text())
def test_the_original_is_always_there_and_nothing_raises(text: str) -> None:
    meant = interpretations(text)
    assert text in meant
    assert len(meant) == len(set(meant))
