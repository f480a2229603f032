"""Names with and without a patronymic: lists say it or leave it out, and mean the same person."""

from __future__ import annotations

import re

_PATRONYMIC = re.compile(r"..(?:ич|овна|евна|ична|инишна|ovich|evich|yich|ovna|evna|ichna)$")
_BEHIND_FATHER = frozenset(("оглы", "оглу", "кызы", "гызы", "кизи", "улы", "уулу", "угли", "ogly", "oglu", "kyzy"))


def without_patronymic(words: tuple[str, ...]) -> tuple[str, ...]:
    """A name's words, in small letters and as they stand in it, without the patronymic; two words have none.

    Behind a first name it stands in the middle, whatever the surname ends in.
    """
    if len(words) >= 4 and words[-1] in _BEHIND_FATHER:
        return words[:-2]
    if len(words) >= 3:
        for place in (1, len(words) - 1):
            if _PATRONYMIC.search(words[place]):
                return (*words[:place], *words[place + 1 :])
    return words
