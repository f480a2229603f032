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
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from checkin.domain.admission import Stop
from checkin.domain.pinyin import is_palladius, palladius
from checkin.domain.readings import Word, Words, plain_words, words
from checkin.domain.spelling import skeleton
from checkin.domain.visit import StopEntry

_PATRONYMIC = re.compile(r"(ov|ev)(iq|na)$|iq$|iniqna$|ogli$|oglu$|kizi$|iqna$")
_SLIP_LENGTH = 4
"""In shorter words (Ли, Ким, Цой) another letter is another name."""
_PATIENCE = 6
"""Words that are left when the same ones are taken away: of more than these nobody's name consists."""


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """The same for two spellings that mean the same words: order, case, ё, hyphens and spaces aside."""
    return " ".join(sorted(plain_words(name)))


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
