"""What a scanner may have meant by what arrived.

A wedge scanner types keys, not characters, so under a Russian layout ``A-7K4M2QXD`` arrives as ``Ф-7Л4Ь2ЙЧВ``; and a
UTF-8 code sent byte by byte may arrive as CP1251 or Latin-1 letters.  Both are undone only where they are certain to be
recognised, and the text as it arrived is always one of the interpretations: nothing is ever replaced by a guess alone.
"""

from __future__ import annotations

import re

from checkin.domain.ticket import SHORT_LENGTH, SHORT_PREFIX
from checkin.tickets import codec

# The same keys, left to right, row by row: ЙЦУКЕН on QWERTY (Windows "Russian" and X "ru(winkeys)").
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN_SHIFTED = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_LATIN_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
# Typed with Shift on the digit row and the key right of Ю, where the two layouts differ.  Read only beside Cyrillic.
_SIGNS = {'"': "@", "№": "#", ";": "$", ":": "^", "?": "&", ",": "?", ".": "/"}

_KEYS = {
    **dict(zip(_RUSSIAN, _LATIN, strict=True)),
    **dict(zip(_RUSSIAN_SHIFTED, _LATIN_SHIFTED, strict=True)),
    **_SIGNS,
}
_TABLE = str.maketrans(_KEYS)
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_CODE = re.compile(r"[0-9A-Za-z-]+")


def unlayout(text: str) -> str:
    """The text with each key put back on a Latin layout; unchanged when there is no Cyrillic letter in it.

    Digits and ``-`` are the same keys in both; the case is the one that was typed, so caps lock survives as upper case.
    """
    return text.translate(_TABLE) if _CYRILLIC.search(text) else text


def unfinished(text: str) -> bool:
    """Whether a text, under whatever layout, begins like one of our codes and is too short to be whole."""
    plain = unlayout(text).upper()
    if plain.startswith(SHORT_PREFIX):
        return len(plain) < len(SHORT_PREFIX) + SHORT_LENGTH
    return plain.startswith(codec.PREFIX) and len(plain) < codec.LENGTH and plain.isalnum()


def ungarbled(text: str) -> str | None:
    """UTF-8 that was taken for CP1251 (``Рё``) or Latin-1/CP1252 (``Ð¸``), put right; None where it was not."""
    if text.isascii():
        return None
    for mistaken in ("cp1251", "cp1252", "latin-1"):
        data = _bytes(text, mistaken)
        if data is None:
            continue
        try:
            meant = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        # A pair of bytes became one character: a shorter text that is UTF-8 by chance is all but impossible beyond one.
        if len(meant) < len(text):
            return meant
    return None


def _bytes(text: str, encoding: str) -> bytes | None:
    """The bytes that ``encoding`` showed as ``text``, also for bytes it has no character for (shown as C1 controls)."""
    data = bytearray()
    for character in text:
        try:
            data += character.encode(encoding)
        except UnicodeEncodeError:
            if not 0x80 <= ord(character) <= 0x9F:
                return None
            data.append(ord(character))
    return bytes(data)


def interpretations(text: str) -> list[str]:
    """What the text may have been meant as, the most likely first, without repeats; the text itself is always there.

    Garbled UTF-8 goes before the layout: it is recognised by its byte pairs, which no typed code has.
    """
    meant: list[str] = []
    repaired = ungarbled(text)
    if repaired is not None:
        meant.append(repaired)
        if _CODE.fullmatch(unlayout(repaired)):
            meant.append(unlayout(repaired))
    elif _CYRILLIC.search(text):
        latin = unlayout(text)
        # A code is letters, digits and "-"; anything else may well be a Russian text that was meant as it is.
        meant += [latin, text] if _CODE.fullmatch(latin.strip()) else [text, latin]
    meant.append(text)
    return list(dict.fromkeys(meant))
