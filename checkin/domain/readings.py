"""Ways to read a person's name: as it is written, as pinyin, as typed on the other layout of the keyboard.

All but the first say only that a person must look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from checkin.domain.firstnames import called, groups
from checkin.domain.pinyin import palladius
from checkin.domain.shortnames import table
from checkin.domain.spelling import APOSTROPHES, CYRILLIC, LATIN, skeleton, ways

_WORD = re.compile(rf"[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*")
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_UZBEK_O = re.compile(f"o[{APOSTROPHES}]")
_MARKS = re.compile(r"[\u0300-\u036f]+")
"""What no letter was made of: a stress, or the dot of a Turkish İ in small."""
_TWINS = str.maketrans("aceopxykmhtbëi", "асеорхукмнтвёі")
"""Latin letters that look like Cyrillic ones, for words in which both are mixed."""
_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")
_FEW_LETTERS = 4
"""Of which nothing can be said: a short Chinese or Korean name has hardly a vowel either."""
_FAMILY = {
    "choi": "цой", "park": "пак", "lee": "ли", "chung": "тен", "jung": "тен", "jeong": "тен", "yoon": "юн",
    "shin": "син", "kang": "кан", "ованнисян": "оганесян", "ованесян": "оганесян", "hovhannisyan": "оганесян",
}  # fmt: skip
"""Families of Korea and Armenia that Russian documents write in a way of their own."""

KNOWN = groups()
SHORT = table(skeleton)
"""Full first names by short ones, as skeletons."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name: its skeletons, the likeliest first."""

    ways: tuple[str, ...]
    letter: bool
    """It is an initial."""
    first: bool
    """It is a known first name, short or full."""
    forms: frozenset[str]
    """Its skeletons, and the full first names for which it may stand."""

    @property
    def bone(self) -> str:
        return self.ways[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a whole name."""

    plain: tuple[str, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A name taken apart: its words as they are compared, and all ways to read it, as it is written first."""

    plain: tuple[str, ...]
    key: str
    readings: tuple[Reading, ...]


@lru_cache(maxsize=8192)
def words(name: str) -> Words:
    """The words of a name."""
    plain = plain_words(name)
    return Words(plain, " ".join(sorted(plain)), tuple(_readings(name, plain)))


@lru_cache(maxsize=65536)
def _known(word: str) -> Word:
    spelled = ways(word)
    if word in _FAMILY:
        spelled = (*spelled, skeleton(_FAMILY[word]))
    first = any(one in KNOWN or one in SHORT for one in spelled)
    full = called(spelled, KNOWN, SHORT)
    return Word(spelled, len(word) == 1, first, full.union(spelled))


def _reading(plain: tuple[str, ...], spelled: Iterable[str] = ()) -> Reading:
    return Reading(plain, tuple(map(_known, spelled or plain)))


def _readings(name: str, plain: tuple[str, ...]) -> Iterator[Reading]:
    text = _text(name)
    spelled = plain
    if "o" in text and _UZBEK_O.search(text):
        spelled = _split(_UZBEK_O.sub("oʼ", text), keep="ʼ")
    yield _reading(plain, spelled)
    if len(plain) > 1 and "." not in text and any(len(word) == 1 for word in plain):
        glued = _glued(plain)
        yield _reading(glued)
    if not CYRILLIC.search(text):
        turned = tuple(palladius(word) for word in plain)
        if all(turned):
            yield _reading(turned)
        elif _other_layout(text):
            turned = _split(text.translate(_LAYOUT))
            yield _reading(turned)


def _glued(plain: tuple[str, ...]) -> tuple[str, ...]:
    """The words with each single letter put before the next one: a space came into a word."""
    out: list[str] = []
    letters = ""
    for word in plain:
        if len(word) == 1:
            letters += word
        else:
            out.append(letters + word)
            letters = ""
    return (*out, letters) if letters else tuple(out)


def _other_layout(text: str) -> bool:
    """Whether a name has hardly a vowel, and would have them on the Russian layout: Gtnhjd is Петров."""
    letters = sum(map(str.isalpha, text))
    vowels = sum(text.count(letter) for letter in "aeiouy")
    return letters > _FEW_LETTERS and vowels * 5 < letters


def _text(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold()
    return text if text.isascii() else _MARKS.sub("", text)


def plain_words(name: str) -> tuple[str, ...]:
    """The words as they are compared for being the same: order aside."""
    return _split(_text(name))


def _split(text: str, keep: str = "") -> tuple[str, ...]:
    found = _WORD.findall(text)
    if not found:
        return ("".join(text.split()),)
    return tuple(_word(word, keep) for word in found)


def _word(word: str, keep: str = "") -> str:
    if not word.isascii() or not word.isalnum():
        word = _APOSTROPHES.sub(lambda found: found.group() if found.group() == keep else "", word) or word
        if CYRILLIC.search(word) and LATIN.search(word):
            word = word.translate(_TWINS)
    return word.replace("ё", "е")
