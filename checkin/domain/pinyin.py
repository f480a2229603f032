"""Chinese names in Latin letters (pinyin, as in passports) and in Russian ones (the system of Palladius).

A word is read only if it is made of whole syllables, two at most: ``xiaoming`` is сяомин.  Tones are not written, and
ü may be v, yu or u.  What is read says that somebody must look: as many people share a Chinese name as a Russian one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SYLLABLES = 2
_LONGEST = 6

_INITIALS = {
    "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г", "k": "к", "h": "х",
    "j": "цз", "q": "ц", "x": "с", "zh": "чж", "ch": "ч", "sh": "ш", "r": "ж", "z": "цз", "c": "ц", "s": "с",
}  # fmt: skip
_FINALS = {
    "a": "а", "o": "о", "e": "э", "ai": "ай", "ei": "эй", "ao": "ао", "ou": "оу", "an": "ань", "en": "энь",
    "ang": "ан", "eng": "эн", "ong": "ун", "i": "и", "ia": "я", "ie": "е", "iao": "яо", "iu": "ю", "ian": "янь",
    "in": "инь", "iang": "ян", "ing": "ин", "iong": "юн", "u": "у", "ua": "уа", "uo": "о", "uai": "уай", "ui": "уй",
    "uan": "уань", "un": "унь", "uang": "уан", "v": "юй", "ve": "юэ", "van": "юань", "vn": "юнь",
}  # fmt: skip
_OPEN = "a ai ao an ang e en eng ou u"
_TOGETHER = {
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": f"{_OPEN} ei ong i ie iao iu ian ing uo ui uan un",
    "t": f"{_OPEN} ong i ie iao ian ing uo ui uan un",
    "n": f"{_OPEN} ei ong i ie iao iu ian in iang ing uo uan v ve",
    "l": f"{_OPEN} ei ong i ia ie iao iu ian in iang ing uo uan un v ve",
    **dict.fromkeys(("g", "k", "h"), f"{_OPEN} ei ong ua uo uai ui uan un uang"),
    **dict.fromkeys(("j", "q", "x"), "i ia ie iao iu ian in iang ing iong v ve van vn"),
    "zh": f"{_OPEN} ei ong i ua uo uai ui uan un uang",
    "ch": f"{_OPEN} ong i ua uo uai ui uan un uang",
    "sh": f"{_OPEN} ei i ua uo uai ui uan un uang",
    "r": "ao an ang e en eng ou u ong i uo ui uan un",
    **dict.fromkeys(("z", "c", "s"), f"{_OPEN} ong i uo ui uan un"),
    "": "a o e ai ei ao ou an en ang eng",
}
_ALONE = {
    "yi": "и", "ya": "я", "ye": "е", "yao": "яо", "you": "ю", "yan": "янь", "yin": "инь", "yang": "ян", "ying": "ин",
    "yong": "юн", "yu": "юй", "yue": "юэ", "yuan": "юань", "yun": "юнь", "yo": "йо", "wu": "у", "wa": "ва", "wo": "во",
    "wai": "вай", "wei": "вэй", "wan": "вань", "wen": "вэнь", "wang": "ван", "weng": "вэн", "er": "эр",
    "hui": "хуэй", "hun": "хунь", "zi": "цзы", "ci": "цы", "si": "сы", "lyu": "люй", "nyu": "нюй",
}  # fmt: skip
_HARD = ("zh", "ch", "sh", "r")


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for initial, finals in _TOGETHER.items():
        for final in finals.split():
            written = _INITIALS.get(initial, "") + _FINALS[final]
            table[initial + final] = written
            if initial in ("j", "q", "x") and final.startswith("v"):
                table[initial + "u" + final[1:]] = written
    return table | _ALONE


PALLADIUS = _table()
"""Syllables of pinyin, without tones, and the same in Russian letters."""
_RUSSIAN = frozenset(word.replace("э", "е").replace("ь", "") for word in PALLADIUS.values())
_VOWELS = tuple("aoe")


@lru_cache(maxsize=16384)
def palladius(word: str) -> str:
    """A word of pinyin in Russian letters; nothing for a word that is none."""
    bare = unicodedata.normalize("NFD", word).replace("u\u0308", "v")
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    if not bare.isascii():
        return ""
    parts = _parts(bare, _SYLLABLES)
    return "".join(PALLADIUS[part] for part in parts) if parts else ""


@lru_cache(maxsize=16384)
def is_palladius(word: str) -> bool:
    """Whether a Russian word is made of Chinese syllables.  People write е for э and forget ь."""
    bare = word.replace("э", "е").replace("ь", "")
    return bare in _RUSSIAN or any(
        bare[:place] in _RUSSIAN and bare[place:] in _RUSSIAN for place in range(1, len(bare))
    )


def _parts(word: str, most: int) -> list[str]:
    """The syllables; a second one that began with a vowel would have an apostrophe before it."""
    for length in range(min(_LONGEST, len(word)), 0, -1):
        first, rest = word[:length], word[length:]
        if first not in PALLADIUS:
            continue
        if not rest:
            return [first]
        if most > 1 and not rest.startswith(_VOWELS) and (others := _parts(rest, most - 1)):
            return [first, *others]
    return []
