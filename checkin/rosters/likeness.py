"""Names of a list compared with each other, as the gate compares them with a stop list (``domain.names``).

Nothing here blocks anybody; it names rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache

from checkin.domain.admission import Stop
from checkin.domain.names import forms, match, name_key


def is_like(name: str, other: str) -> bool:
    """Whether two names may be one person's."""
    return match(name, None, other, None) is not Stop.CLEAR


def alike(people: list[tuple[str, int | None]]) -> Iterator[tuple[int, int, Stop]]:
    """Pairs of people, by their places, whose names are the same or near; each pair once, smaller place first.

    People are compared who share a word, whatever its alphabet and form, and the first letter or the last three of
    another: a slip of the pen leaves one of the two.
    """
    spelled = [list(forms(name)) for name, _year in people]
    single = any(len(words) == 1 for readings in spelled for words in readings)
    buckets: dict[object, list[int]] = {}
    for place, readings in enumerate(spelled):
        keys: set[object] = set()
        for words in readings:
            if single:
                keys.update(*words)
            for one, other in itertools.permutations(words, 2):
                ends = _ends(other)
                keys.update((form, end) for form in one for end in ends)
        for key in keys:
            buckets.setdefault(key, []).append(place)
    seen: set[tuple[int, int]] = set()
    for places in buckets.values():
        for pair in itertools.combinations(places, 2):
            if pair in seen:
                continue
            seen.add(pair)
            (name, year), (second, second_year) = people[pair[0]], people[pair[1]]
            found = match(name, year, second, second_year)
            if found is Stop.CLEAR and name_key(name) == name_key(second):
                found = Stop.EXACT  # namesakes of different years: two people, and easily taken for one
            if found is not Stop.CLEAR:
                yield *pair, found


@lru_cache(maxsize=65536)
def _ends(forms: frozenset[str]) -> frozenset[str]:
    return frozenset(form[:1] for form in forms) | frozenset("-" + form[-3:] for form in forms)
