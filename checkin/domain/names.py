"""Names of people compared: the same spelling, or near enough that a person must look.

``match`` blocks (``EXACT``) only on the same words in any order, ё and е, capitals and hyphens aside.  Everything less
sure is ``NEAR``, which asks and never blocks: another alphabet, a missing patronymic or an initial, a short first name
or a neighbour language's, one slip of a letter, words run together, a Chinese name in Russian letters, a name typed on
the other layout of the keyboard.  Known first names that merely resemble each other (Мария, Марина) are different
people, and so are Chinese names of other syllables.
``stop_key`` finds, among thousands of entries, all that ``match`` may call near, and few others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from checkin.domain.admission import Stop
from checkin.domain.firstnames import called, groups
from checkin.domain.pinyin import is_palladius, palladius
from checkin.domain.shortnames import table
from checkin.domain.spelling import APOSTROPHES, CYRILLIC, LATIN, skeleton, ways
from checkin.domain.visit import StopEntry

_WORD = re.compile(rf"[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*")
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_UZBEK_O = re.compile(f"o[{APOSTROPHES}]")
_MARKS = re.compile(r"[\u0300-\u036f]+")
"""What no letter was made of: a stress, or the dot of a Turkish İ in small."""
_TWINS = str.maketrans("aceopxykmhtbëi", "асеорхукмнтвёі")
"""Latin letters that look like Cyrillic ones, for words in which both are mixed."""
_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")
_PATRONYMIC = re.compile(r"(ov|ev)(iq|na)$|iq$|iniqna$|ogli$|oglu$|kizi$|iqna$")
_SLIP_LENGTH = 4
"""In shorter words (Ли, Ким, Цой) another letter is another name."""
_PATIENCE = 6
"""Words that are left when the same ones are taken away: of more than these nobody's name consists."""
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
    plain = _plain(name)
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
    return letters > _SLIP_LENGTH and vowels * 5 < letters


def _text(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold()
    return text if text.isascii() else _MARKS.sub("", text)


def _plain(name: str) -> tuple[str, ...]:
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


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """The same for two spellings that mean the same words: order, case, ё, hyphens and spaces aside."""
    return " ".join(sorted(_plain(name)))


def forms(name: str) -> Iterator[list[frozenset[str]]]:
    """For each way to read a name, and each word in it, all that the word may be compared by."""
    for reading in words(name).readings:
        yield [word.forms for word in reading.words]


def stop_key(name: str) -> frozenset[str]:
    """Keys of a name: two names that ``match`` does not call clear have at least one in common.

    They are the skeletons of its words, the same with one letter left out, and all words run together in any turn.
    """
    keys: set[str] = set()
    for reading in words(name).readings:
        keys |= _runs(reading.plain)
        for word in reading.words:
            keys |= word.forms
            for bone in word.ways:
                keys |= _shortened(bone)
    return frozenset(keys)


def match(name: str, birth_year: int | None, entry_name: str, entry_birth_year: int | None) -> Stop:
    """How somebody at the gate stands to an entry of the stop list.  An unknown birth year contradicts none."""
    return _compared(words(name), birth_year, words(entry_name), entry_birth_year)


def _compared(mine: Words, birth_year: int | None, theirs: Words, entry_birth_year: int | None) -> Stop:
    apart = 0 if birth_year is None or entry_birth_year is None else abs(birth_year - entry_birth_year)
    if apart > 1:  # of a year worked out from an age, one may be wrong
        return Stop.CLEAR
    if mine.key == theirs.key:
        return Stop.NEAR if apart else Stop.EXACT
    if apart:
        return Stop.CLEAR
    for one in mine.readings:
        for other in theirs.readings:
            how = _near(one.words, other.words)
            if how == _SAME or (how == _SLIPPED and not (_is_chinese(mine.plain) and _is_chinese(theirs.plain))):
                return Stop.NEAR
            if len(one.words) != len(other.words) and not _runs(one.plain).isdisjoint(_runs(other.plain)):
                return Stop.NEAR
    return Stop.CLEAR


@lru_cache(maxsize=16384)
def _runs(plain: tuple[str, ...]) -> frozenset[str]:
    """The skeletons of all words run together.  They begin with each in turn: the order of words does not matter."""
    turns = ("".join((*plain[turn:], *plain[:turn])) for turn in range(len(plain)))
    return frozenset(run for run in map(skeleton, turns) if len(run) > 1)


@lru_cache(maxsize=8192)
def _is_chinese(plain: tuple[str, ...]) -> bool:
    return all(is_palladius(word) or palladius(word) for word in plain)


class StopIndex:
    """A plant's stop list, ready to be asked for each visitor."""

    def __init__(self, entries: Iterable[StopEntry]) -> None:
        self._entries = [(entry, words(entry.name)) for entry in entries]
        self._by_key: dict[str, list[int]] = {}
        for number, (entry, _words) in enumerate(self._entries):
            for key in stop_key(entry.name):
                self._by_key.setdefault(key, []).append(number)

    def check(self, name: str, birth_year: int | None) -> tuple[Stop, StopEntry | None]:
        """How a visitor stands to the list, and the entry that says so."""
        near: StopEntry | None = None
        mine = words(name)
        for number in set().union(*(self._by_key.get(key, ()) for key in stop_key(name))):
            entry, theirs = self._entries[number]
            match _compared(mine, birth_year, theirs, entry.birth_year):
                case Stop.EXACT:
                    return Stop.EXACT, entry
                case Stop.NEAR:
                    near = near or entry
                case Stop.CLEAR:
                    pass
        return (Stop.NEAR, near) if near is not None else (Stop.CLEAR, None)


_SAME, _INITIAL, _SLIPPED = range(3)


def _near(mine: Sequence[Word], theirs: Sequence[Word]) -> int | None:
    """Whether the words of the shorter name are all found in the longer: as they are, or one of them with a slip."""
    short, long = (list(mine), list(theirs)) if len(mine) <= len(theirs) else (list(theirs), list(mine))
    least, first = len(short), short[0]
    for word in tuple(short):
        for other in long:
            if other.bone == word.bone:
                short.remove(word)
                long.remove(other)
                break
    whole = least - len(short)
    if len(short) > _PATIENCE:
        return None
    best: int | None = None
    for found in _partners(short, long):
        slips, initials = found.count(_SLIPPED), found.count(_INITIAL)
        if slips > 1 or (slips and initials):
            continue
        if least == 1:
            # One word only: it must be whole, and not a patronymic, which says too little.
            enough = whole == 1 or _SAME in found or bool(slips and len(mine) == len(theirs))
            enough = enough and not _PATRONYMIC.search(first.bone)
        else:
            enough = whole + len(found) - initials >= 1
        if enough and not slips:
            return _SAME
        best = _SLIPPED if enough else best
    return best


def _partners(short: Sequence[Word], long: Sequence[Word]) -> Iterator[list[int]]:
    """All ways to find each word of the shorter name another in the longer, as what the pairs have in common."""
    if not short:
        yield []
        return
    word, rest = short[0], short[1:]
    for place, other in enumerate(long):
        how = _common(word, other)
        if how is not None:
            for found in _partners(rest, (*long[:place], *long[place + 1 :])):
                yield [how, *found]


def _common(one: Word, other: Word) -> int | None:
    if not one.forms.isdisjoint(other.forms):
        return _SAME
    if (one.letter and _begins(other, one)) or (other.letter and _begins(one, other)):
        return _INITIAL
    if one.first and other.first:
        return None
    for way in one.ways:
        for their in other.ways:
            # A slip leaves the first letter or the last two.
            if (way[:1] == their[:1] or way[-2:] == their[-2:]) and _slip(way, their):
                return _SLIPPED
    return None


def _begins(word: Word, letter: Word) -> bool:
    return any(way.startswith(start) for way in word.ways for start in letter.ways if start)


def _slip(one: str, other: str) -> bool:
    """Whether two words are one slip of a letter apart: left out, put in, changed, or two neighbours swapped."""
    if min(len(one), len(other)) < _SLIP_LENGTH or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, left = one[start:], other[start:]
    if len(rest) == len(left):
        return rest[1:] == left[1:] or (rest[:2] == left[1::-1] and rest[2:] == left[2:])
    longer, shorter = (rest, left) if len(rest) > len(left) else (left, rest)
    return longer[1:] == shorter


def _shortened(bone: str) -> set[str]:
    if len(bone) < _SLIP_LENGTH:
        return set()
    return {bone[:place] + bone[place + 1 :] for place in range(len(bone))}
