"""Texts that stand for a ticket: the limits on what is looked at, the typed short code and its check character.

The short code is ``A-`` and eight characters of Crockford's base32 (no I, L, O, U), the last a check over the others,
so that a slip of the finger or two neighbours swapped is told before anybody looks at the roster.
"""

from __future__ import annotations

import re

MAX_BYTES = 512
"""What is longer is not one of our codes, whatever it holds (DESIGN 4.6)."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: number for number, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
SHORT_PREFIX = "A-"
SHORT_LENGTH = 8
_OPAQUE = re.compile(r"[\w.:/+=@#%-][\w .:/+=@#%-]{0,254}", re.ASCII)
_FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def presentable(text: str) -> bool:
    """Whether a text may be looked at by any parser: 1 to 512 bytes of UTF-8, no control characters."""
    if not text or len(text) > MAX_BYTES or not text.isprintable():
        return False
    try:
        return len(text.encode("utf-8")) <= MAX_BYTES
    except UnicodeEncodeError:  # lone surrogates
        return False


def code_like(text: str) -> bool:
    """Whether a text looks like somebody's ticket code, rather than a web address, a wi-fi login or a sentence."""
    return bool(_OPAQUE.fullmatch(text)) and not _FOREIGN.match(text)


def code_key(text: str) -> str:
    """What codes are looked up by: a scanner under caps lock swaps cases, so cases do not tell codes apart here."""
    return text.strip().casefold()


def check_character(data: str) -> str:
    """The check over base32 characters: a Damm-like code over GF(32) (x^5 + x^2 + 1).

    Every single wrong character and every swap of two neighbours changes it.
    """
    total = 0
    for character in data:
        total = (total ^ _VALUE[character]) << 1
        if total & 32:
            total ^= 0b100101
    return ALPHABET[total]


def short_code(number: int) -> str:
    """The short code for the low 35 bits of a number: ``A-7K4M2QXD``."""
    data = "".join(ALPHABET[number >> shift & 31] for shift in range(30, -1, -5))
    return SHORT_PREFIX + data + check_character(data)


def tidy_short(text: str) -> str | None:
    """A typed short code in its one spelling, or None when the text does not have its form.

    Case, spaces, a missing ``A-`` and O/0, I/1, L/1 do not matter.  The check character is not looked at.
    """
    plain = re.sub(r"[\s-]", "", text).upper()
    if len(plain) == SHORT_LENGTH + 1 and plain[0] == "A":
        plain = plain[1:]
    elif len(plain) != SHORT_LENGTH or text.strip().upper().startswith("A-"):
        return None
    if any(character not in _VALUE for character in plain):
        return None
    return SHORT_PREFIX + "".join(ALPHABET[_VALUE[character]] for character in plain)


def short_holds(code: str) -> bool:
    """Whether a tidy short code's check character is right."""
    data = code.removeprefix(SHORT_PREFIX)
    return len(data) == SHORT_LENGTH and check_character(data[:-1]) == data[-1]
