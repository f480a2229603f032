"""Plants by what people call them: an id names one plant, a name may be that of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from checkin.domain.visit import Plant


def called(plants: Iterable[Plant], text: str) -> list[Plant]:
    """The plant with this id; else every plant of this name, whatever its case."""
    wanted = text.strip()
    held = list(plants)
    by_id = [one for one in held if one.id == wanted]
    return by_id or [one for one in held if one.name.casefold() == wanted.casefold()]


def labels(plants: Iterable[Plant]) -> dict[str, str]:
    """What names each plant, by its id, so that ``called`` finds it and no other: its name, or its id."""
    held = list(plants)
    names = Counter(one.name.casefold() for one in held)
    return {one.id: one.name if names[one.name.casefold()] == 1 else one.id for one in held}


def titles(plants: Iterable[Plant]) -> dict[str, str]:
    """What each plant is called where people read it, by its id: two of one name are told apart by their ids."""
    held = list(plants)
    names = Counter(one.name for one in held)
    return {one.id: one.name if names[one.name] == 1 else f"{one.name} ({one.id})" for one in held}
