"""Names of people compared: the same spelling, or near enough that a person must look.

``match`` blocks (``EXACT``) only on the same words in any order, ё and е, capitals and hyphens aside.  Everything less
sure is ``NEAR``, which asks and never blocks: another alphabet, a missing patronymic or an initial, a short first name,
one slip of a letter, words run together.  Known first names that merely resemble each other (Мария, Марина) are
different people.
``stop_key`` finds, among thousands of entries, all that ``match`` may call near, and few others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from checkin.domain.admission import Stop
from checkin.domain.shortnames import table
from checkin.domain.visit import StopEntry

_WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
_APOSTROPHES = re.compile(r"['’ʼ`]")
_TWINS = str.maketrans("aceopxykmhtbëi", "асеорхукмнтвёі")
"""Latin letters that look like Cyrillic ones, for words in which both are mixed."""
_CYRILLIC = re.compile(r"[а-яёѐ-ӿ]")
_LATIN = re.compile(r"[a-z]")

# The skeleton of a word: one letter for what the ways of writing Russian in Latin letters write differently.
# j = ж, q = ч, w = ш and щ, h = х, c = ц; soft and hard signs have none.
_FROM_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцчшщыэёіїєґў", "abvgdeziiklmnoprstufhcqwwieeiiegu", strict=True))
    | {"ж": "j", "ъ": "", "ь": "", "ю": "iu", "я": "ia"}
)
_LATIN_RULES = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"shch|shh|sch|sh|š|ş", "ш"),
        (r"tsch|tch|ch|č|ç|ć", "ч"),
        (r"zh|ž", "ж"),
        (r"kh", "х"),
        (r"ts|tz|cz", "ц"),
        (r"ck", "k"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"c(?=[eiy])", "ц"),
        (r"c|q", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"[jy]", "i"),
    )
)
_ALIKE = (
    (re.compile(r"ou"), "u"),
    (re.compile(r"ts"), "c"),
    (re.compile(r"i+"), "i"),
    (re.compile(r"i[eo]"), "e"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=[eoa])f(?=a?$)"), "v"),
)
_PATRONYMIC = re.compile(r"(ov|ev)(iq|na)$|iq$|iniqna$|ogli$|oglu$|kizi$|iqna$")
_SLIP_LENGTH = 4
"""In shorter words (Ли, Ким, Цой) another letter is another name."""

_SAME_FIRST = """
наталья наталия, софья софия, данил даниил данила, артем артемий, дмитрий димитрий, иван иоанн, алена елена,
кирилл кирил, геннадий генадий, савелий савва, яков иаков, татьяна татиана, марья мария, авдотья евдокия,
гавриил гаврил гаврила, михаил михайло, семен симеон, матвей матфей, иосиф осип, александр олександр alexander,
алексей alexey, петр peter, павел paul, николай nikolas, екатерина катерина catherine, юлия юлиана julia, виктор victor
"""
_FIRST = """
александр алексей анатолий андрей антон аркадий арсений артем артур борис вадим валентин валерий василий виктор
виталий владимир владислав вячеслав геннадий георгий глеб григорий даниил денис дмитрий евгений егор иван игорь илья
кирилл константин лев леонид макар максим марат марк матвей михаил никита николай олег павел петр ринат роберт
родион роман руслан савелий святослав семен сергей станислав степан тимофей тимур федор филипп эдуард юрий яков
ярослав александра алина алиса алла анастасия анжела анна арина валентина валерия варвара василиса вера вероника
виктория галина дарья диана ева евгения екатерина елена елизавета жанна зинаида злата зоя инна ирина карина кира
кристина ксения лариса лидия лилия любовь людмила маргарита марина мария марья милана мила надежда наталья нина
оксана олеся ольга полина раиса регина римма роза светлана снежана софья стелла таисия тамара татьяна ульяна фаина
эвелина элина эльвира эмма юлия яна ярослава алена алексия виолета данила
"""


@dataclass(frozen=True, slots=True)
class Words:
    """A name taken apart: its words as they are compared, their skeletons, and those of all words run together.

    ``runs`` begin with each word in turn, since the order of words does not matter.
    """

    plain: tuple[str, ...]
    bones: tuple[str, ...]
    runs: frozenset[str]

    @property
    def key(self) -> str:
        return " ".join(sorted(self.plain))


@lru_cache(maxsize=8192)
def words(name: str) -> Words:
    """The words of a name."""
    plain = plain_words(name)
    turns = ("".join((*plain[turn:], *plain[:turn])) for turn in range(len(plain)))
    return Words(plain, tuple(map(skeleton, plain)), frozenset(map(skeleton, turns)))


def plain_words(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared, in the order in which they stand."""
    text = unicodedata.normalize("NFC", name).casefold()
    plain = _WORD.findall(text)
    if not plain:
        return ("".join(text.split()),)
    return tuple(map(_word, plain))


def _word(word: str) -> str:
    if word.isalpha() and not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return word.replace("ё", "е")
    bare = _APOSTROPHES.sub("", word)
    if _CYRILLIC.search(bare) and _LATIN.search(bare):
        bare = bare.translate(_TWINS)
    return bare.replace("ё", "е")


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """The same for two spellings that mean the same words: order, case, ё, hyphens and spaces aside."""
    return " ".join(sorted(plain_words(name)))


@lru_cache(maxsize=16384)
def skeleton(word: str) -> str:
    """A word in letters that do not depend on alphabet and way of transliteration."""
    latin = word
    if not latin.isascii() and not _CYRILLIC.search(latin):
        latin = latin.replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("đ", "d").replace("ı", "i")
    for pattern, letters in _LATIN_RULES:
        latin = pattern.sub(letters, latin)
    # Rules give Cyrillic letters where Latin has no single one, so that a later rule does not take them again.
    text = latin.translate(_FROM_CYRILLIC)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for pattern, letters in _ALIKE:
        text = pattern.sub(letters, text)
    return text.removesuffix("i") if len(text) > _SLIP_LENGTH and text.endswith("ki") else text


_KNOWN_FIRST = {bone: bone for bone in map(skeleton, _FIRST.split())}
for _line in _SAME_FIRST.split(","):
    _bones = [skeleton(one) for one in _line.split()]
    _KNOWN_FIRST.update(dict.fromkeys(_bones, _bones[0]))

SHORT = table(skeleton)
"""Full first names by short ones, as skeletons."""


def stop_key(name: str) -> frozenset[str]:
    """Keys of a name: two names that ``match`` does not call clear have at least one in common.

    They are the skeletons of its words, the same with one letter left out, and all words run together in any turn.
    """
    taken = words(name)
    keys = set(taken.runs)
    for bone in taken.bones:
        keys.update((bone, _KNOWN_FIRST.get(bone, bone)), SHORT.get(bone, ()))
        keys |= _shortened(bone)
    return frozenset(keys)


def match(name: str, birth_year: int | None, entry_name: str, entry_birth_year: int | None) -> Stop:
    """How somebody at the gate stands to an entry of the stop list.  An unknown birth year contradicts none."""
    mine, theirs = words(name), words(entry_name)
    apart = 0 if birth_year is None or entry_birth_year is None else abs(birth_year - entry_birth_year)
    if apart > 1:  # of a year worked out from an age, one may be wrong
        return Stop.CLEAR
    if mine.key == theirs.key:
        return Stop.NEAR if apart else Stop.EXACT
    if apart:
        return Stop.CLEAR
    run_together = len(mine.bones) != len(theirs.bones) and any(len(run) > 1 for run in mine.runs & theirs.runs)
    return Stop.NEAR if run_together or _near(mine.bones, theirs.bones) else Stop.CLEAR


class StopIndex:
    """A plant's stop list, ready to be asked for each visitor."""

    def __init__(self, entries: Iterable[StopEntry]) -> None:
        self._by_key: dict[str, list[StopEntry]] = {}
        for entry in entries:
            for key in stop_key(entry.name):
                self._by_key.setdefault(key, []).append(entry)

    def check(self, name: str, birth_year: int | None) -> tuple[Stop, StopEntry | None]:
        """How a visitor stands to the list, and the entry that says so."""
        near: StopEntry | None = None
        seen: set[str] = set()
        for key in stop_key(name):
            for entry in self._by_key.get(key, ()):
                if entry.id in seen:
                    continue
                seen.add(entry.id)
                match match(name, birth_year, entry.name, entry.birth_year):
                    case Stop.EXACT:
                        return Stop.EXACT, entry
                    case Stop.NEAR:
                        near = near or entry
                    case Stop.CLEAR:
                        pass
        return (Stop.NEAR, near) if near is not None else (Stop.CLEAR, None)


def _near(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether the words of the shorter name are all found in the longer, at most one of them with a slip."""
    short, long = sorted((list(mine), list(theirs)), key=len)
    for bone in tuple(short):
        if bone in long:
            short.remove(bone)
            long.remove(bone)
    whole = min(len(mine), len(theirs)) - len(short)
    slips = initials = 0
    for bone in short:
        partner = next((other for other in long if _one_first_name(bone, other)), None)
        if partner is None and len(bone) == 1:
            partner = next((other for other in long if other.startswith(bone)), None)
            initials += partner is not None
        if partner is None:
            partner = next((other for other in long if len(other) == 1 and bone.startswith(other)), None)
            initials += partner is not None
        if partner is None:
            partner = next((other for other in long if _slip(bone, other)), None)
            slips += partner is not None
        if partner is None:
            return False
        long.remove(partner)
    if slips > 1 or (slips and initials):
        return False
    if min(len(mine), len(theirs)) == 1:
        # One word only: it must be whole, and not a patronymic, which says too little.
        return (whole == 1 or bool(slips and not long)) and not _PATRONYMIC.search(min((mine, theirs), key=len)[0])
    return whole + (len(short) - initials) >= 1


def _one_first_name(one: str, other: str) -> bool:
    """Whether two words are one first name: spelled in two ways, or one of them the other's short form."""
    if _KNOWN_FIRST.get(one, one) == _KNOWN_FIRST.get(other, other):
        return True
    full, others = SHORT.get(one), SHORT.get(other)
    if full is None:
        return others is not None and one in others
    return other in full or (others is not None and not full.isdisjoint(others))


def _slip(one: str, other: str) -> bool:
    """Whether two words are one slip of a letter apart: left out, put in, changed, or two neighbours swapped."""
    if min(len(one), len(other)) < _SLIP_LENGTH or abs(len(one) - len(other)) > 1:
        return False
    if (one in _KNOWN_FIRST or one in SHORT) and (other in _KNOWN_FIRST or other in SHORT):
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
