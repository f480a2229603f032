"""Words of names in letters that depend neither on the alphabet nor on the way of writing one alphabet in another.

The first of a word's ``ways`` is its skeleton.  More than one has only a word whose letters are read in several ways:
Latin j (Jelzin, Jukov, Jalilov), letters of Tatar, Kazakh and Azeri that Russian documents replace, ü that is u, ю and
ue.  A Russian word has one.  Ways in common say that two words may be one, never that they are.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache

CYRILLIC = re.compile(r"[а-яёѐ-ӿ]")
LATIN = re.compile(r"[a-z]")
APOSTROPHES = "'’ʼ`ʻ‘ʹ"
"""Also the turned comma of Uzbek (oʻ, gʻ) and the signs for ь."""

_MOST = 24
"""Ways of one word at most: letters that would make more are read in the first way only."""
_LONG = 5
"""From this length a last ий, ый or y after к says nothing."""

# One letter for what is written differently: j = ж, q = ч, w = ш and щ, h = х, c = ц; soft and hard signs have none.
_PLAIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцчшщыэёіїєґўқҡғҕұӯҳңҫӣ", "abvgdeziiklmnoprstufhcqwwieeiiegukkgguuhnsi", strict=True))
    | {"ж": "j", "ъ": "", "ь": "", "ю": "iu", "я": "ia", "ҷ": "dj", "ӌ": "q"}
)
_CYRILLIC_WAYS: dict[str, tuple[str, ...]] = {
    "ә": ("a", "e"),
    "ө": ("u", "o"),
    "ү": ("u", "iu"),
    "җ": ("dj", "j"),
    "һ": ("h", "g"),
    "ҙ": ("z", "d"),
}
"""As Russian documents write them: Рөстәм is Рустам, Мәммәдов Мамедов, Җәлилов Джалилов, Һади Хади or Гади."""
_LATIN_WAYS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("schtsch", "chtch", "shch", "shh", "sch", "sh", "š", "ş", "ș", "ś"), ("w",)),
    **dict.fromkeys(("tsch", "tch", "č", "ç", "ć"), ("q",)),
    **dict.fromkeys(("zh", "ž", "ż"), ("j",)),
    **dict.fromkeys(("ts", "tz"), ("c",)),
    "ch": ("q", "w", "h"),
    "cz": ("c", "q"),
    "sz": ("w", "s"),
    "rz": ("rz", "rc", "j"),
    "z": ("z", "c"),
    "kh": ("h",),
    "gh": ("g",),
    "ğ": ("g",),
    "h": ("h", "g"),
    "j": ("i", "j", "dj"),
    "dj": ("di", "dj"),
    "đ": ("d", "dj"),
    "ck": ("k",),
    "c": ("k", "dj"),
    "q": ("k", "g"),
    "x": ("ks", "h"),
    "ph": ("f",),
    "th": ("t", "th"),
    "w": ("v",),
    "y": ("i",),
    "ı": ("i",),
    "ł": ("l",),
    "ß": ("s",),
    "ee": ("e", "i"),
    "oo": ("o", "u"),
    "ue": ("ue", "u", "iu"),
    "oe": ("oe", "o", "e"),
    "ae": ("ae", "a", "e"),
    "ü": ("u", "iu"),
    "ö": ("o", "e"),
    "ø": ("o", "e"),
    "ä": ("a", "e"),
    "æ": ("e", "a"),
    "ə": ("a", "e"),
    "ę": ("e", "en"),
    "ą": ("a", "on"),
    "ñ": ("n", "ni"),
    "oʼ": ("o", "u"),
}
_SOFT_C = ("c", "s")
"""Before e, i and y: Cvetkova and García."""
_TURKIC: dict[str, tuple[str, ...]] = {"c": ("dj",), "x": ("h",), "q": ("g", "k")}
_TURKIC_LETTERS = re.compile(r"[əğı]")
"""Cəfərov is Джафаров, Xəlilov Халилов, Qasımov Гасымов."""
_TOKEN = re.compile("|".join((r"gu(?=[eiy])", r"ine$", *sorted(_LATIN_WAYS, key=len, reverse=True), ".")), re.DOTALL)
_LATIN_WAYS |= {"gu": ("g", "gu"), "ine": ("ine", "in")}  # Gueorgui and Guerra; Pouchkine
_ALIKE = (
    (re.compile(r"ou"), "u"),
    (re.compile(r"ts"), "c"),
    (re.compile(r"i+"), "i"),
    (re.compile(r"i[eo]"), "e"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=[eoa])f(?=a?$)"), "v"),
)


@lru_cache(maxsize=16384)
def skeleton(word: str) -> str:
    """A word in letters that do not depend on alphabet and way of transliteration."""
    return _settled("".join(choice[0] for choice in _choices(word)))


@lru_cache(maxsize=65536)
def ways(word: str) -> tuple[str, ...]:
    """All skeletons of a word in small letters, the likeliest first."""
    count, some = 1, []
    for choice in _choices(word):
        taken = choice if count * len(choice) <= _MOST else choice[:1]
        count *= len(taken)
        some.append(taken)
    return tuple(dict.fromkeys(_settled("".join(letters)) for letters in itertools.product(*some)))


def _choices(word: str) -> list[tuple[str, ...]]:
    """Piece by piece the letters that stand for it."""
    if word.isascii() or not CYRILLIC.search(word):
        return _latin(word)
    if _CYRILLIC_WAYS.keys().isdisjoint(word):
        return [(word.translate(_PLAIN),)]
    return [_CYRILLIC_WAYS.get(letter) or (letter.translate(_PLAIN),) for letter in word]


def _latin(word: str) -> list[tuple[str, ...]]:
    turkic = bool(_TURKIC_LETTERS.search(word))
    out: list[tuple[str, ...]] = []
    for found in _TOKEN.finditer(word):
        token = found.group()
        if turkic and token in _TURKIC:
            out.append(_TURKIC[token])
        elif token == "c" and word[found.end() : found.end() + 1] in tuple("eiy"):
            out.append(_SOFT_C)
        elif token in _LATIN_WAYS:
            out.append(_LATIN_WAYS[token])
        else:
            bare = unicodedata.normalize("NFKD", token)
            out.append(_LATIN_WAYS.get(bare[:1], (token,)) if len(bare) > 1 else (token,))
    return out


def _settled(text: str) -> str:
    if not text.isascii():
        # Marks above and below letters, and Cyrillic among Latin: a word of two alphabets.
        text = "".join(c for c in unicodedata.normalize("NFKD", text.translate(_PLAIN)) if not unicodedata.combining(c))
    for pattern, letters in _ALIKE:
        text = pattern.sub(letters, text)
    return text.removesuffix("i") if len(text) >= _LONG and text.endswith("ki") else text
