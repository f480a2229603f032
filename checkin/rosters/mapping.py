"""What a person says about the headings of one kind of list, and the file that remembers it.

A mapping turns a heading into one of our columns, or into nothing (``-``).  It is found again by the heading line: a
digest of all headings in their order.  Nothing below the headings is ever kept, so the file holds no personal data; of
a list without a heading line only the places of its columns are kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

IGNORED = "-"
FILE = "lists.json"
MAX_BYTES = 1 << 20
MAX_KEPT = 500

_NAMES = {
    "plant": "plant предприятие",
    "tour": "tour мероприятие",
    "format": "format формат",
    "date": "date дата",
    "start": "start начало",
    "end": "end окончание",
    "group": "group группа",
    "leader": "leader старший",
    "visitor": "visitor фио",
    "birth_year": "birth_year год_рождения",
    "language": "language язык",
    "flags": "flags отметки",
    "code": "code код_билета",
    "surname": "surname фамилия",
    "given": "given имя",
    "patronymic": "patronymic отчество",
    "school": "school школа",
    "class": "class класс",
    "age": "age возраст",
    "citizenship": "citizenship гражданство",
    IGNORED: "- нет ignore",
}
_BY_NAME = {word: column for column, words in _NAMES.items() for word in words.split()}
_PLACE = re.compile(r"#(\d{1,3})")


def column_named(text: str) -> str | None:
    """The column that a person names, in English or Russian; None when there is none of that name."""
    return _BY_NAME.get("_".join(text.strip().casefold().split()))


@dataclass(frozen=True, slots=True)
class Mapping:
    """``columns`` by plain heading (``headings.plain_heading``), or by place: ``#3`` is the third column.

    Of ``asked``, each must be found in a file, and of ``named`` one: else it was said of another file.
    """

    columns: MappingOf[str, str] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    @property
    def by_places(self) -> bool:
        """Whether it names no heading, only places."""
        return bool(self.columns) and all(_PLACE.fullmatch(one) for one in self.columns)

    def of(self, plain: str, place: int) -> str | None:
        """The column that this heading at this place (from 0) stands for; ``-`` for none; None when nothing is said."""
        by_place = self.columns.get(f"#{place + 1}")
        return by_place if by_place is not None else self.columns.get(plain) if plain else None

    def over(self, other: Mapping) -> Mapping:
        """This one, and what another says where this one is silent."""
        return Mapping({**other.columns, **self.columns}, self.asked | other.asked, self.named | other.named)

    def found_in(self, texts: Sequence[str]) -> frozenset[str]:
        """Which headings and places of it there are among these headings."""
        from checkin.rosters.headings import plain_heading

        there = {plain_heading(text) for text in texts} | {f"#{place}" for place in range(1, len(texts) + 1)}
        return frozenset(there & self.columns.keys())


def said(corrections: Sequence[str]) -> Mapping:
    """``heading=column`` texts as a mapping.  Raises ``SettingsWrong`` for a text that is none."""
    from checkin.rosters.headings import plain_heading

    columns: dict[str, str] = {}
    for text in corrections:
        heading, equals, name = text.rpartition("=")
        column = column_named(name)
        if not equals or not heading.strip() or column is None:
            raise SettingsWrong(
                _("“{text}” is not a correction. Write heading=column; columns are: {columns}").format(
                    text=text[:80], columns=", ".join(_NAMES)
                )
            )
        place = _PLACE.fullmatch(heading.strip())
        columns[f"#{int(place[1])}" if place else plain_heading(heading)] = column
    return Mapping(columns, asked=frozenset(columns))


def fingerprint(texts: Sequence[str]) -> str:
    """What a heading line is known by."""
    from checkin.rosters.headings import plain_heading

    return hashlib.sha256("\x1f".join(map(plain_heading, texts)).encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Kept:
    """A named mapping: the heading lines that it was used for."""

    name: str
    columns: dict[str, str]
    lines: tuple[str, ...] = ()


class Remembered:
    """The profile's named mappings, and each plant's lead times in days.  Written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = self._load()

    def named(self, name: str) -> Mapping | None:
        """The mapping of this name."""
        kept = self._mappings().get(name)
        return None if kept is None else Mapping(kept.columns, named=frozenset(kept.columns))

    def for_line(self, line: str) -> Mapping | None:
        """The mapping that was used for such a heading line before."""
        kept = next((one for one in reversed(self._mappings().values()) if line in one.lines), None)
        return None if kept is None else Mapping(kept.columns)

    def names(self) -> list[Kept]:
        """Every mapping."""
        return list(self._mappings().values())

    def keep(self, name: str, columns: MappingOf[str, str], lines: Sequence[str]) -> str:
        """Keeps a mapping under a name, or under the next free one; returns the name."""
        known = self._mappings()
        if not name:
            name = next(f"list-{number}" for number in range(1, MAX_KEPT + 2) if f"list-{number}" not in known)
        before = known.pop(name, None)
        seen = tuple(dict.fromkeys((*(before.lines if before is not None else ()), *lines)))
        known[name] = Kept(name, dict(columns), seen)
        kept = list(known.values())[-MAX_KEPT:]
        self._data["mappings"] = {one.name: {"columns": one.columns, "lines": list(one.lines)} for one in kept}
        self._save()
        return name

    def lead_days(self, plant: str) -> tuple[int | None, int | None]:
        """Days that must lie between a list and a visit: for everybody, and for foreigners."""
        found = self._data.get("leads", {}).get(plant, [None, None])
        if not isinstance(found, list) or len(found) != 2:
            return None, None
        everybody, foreign = (value if isinstance(value, int) else None for value in found)
        return everybody, foreign

    def keep_lead_days(self, leads: MappingOf[str, tuple[int | None, int | None]]) -> None:
        """Keeps the plants' lead times."""
        self._data["leads"] = self._data.get("leads", {}) | {plant: list(days) for plant, days in leads.items()}
        self._save()

    def _mappings(self) -> dict[str, Kept]:
        return {
            name: Kept(name, {str(k): str(v) for k, v in one["columns"].items()}, tuple(map(str, one["lines"])))
            for name, one in self._data.get("mappings", {}).items()
            if isinstance(one, dict) and isinstance(one.get("columns"), dict) and isinstance(one.get("lines"), list)
        }

    def _load(self) -> dict[str, Any]:
        try:
            if self._path.stat().st_size > MAX_BYTES:
                return {}
            data = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}  # a memory aid: without it every heading is only guessed again
        if not isinstance(data, dict):
            return {}
        parts = ("mappings", "leads")
        return {name: value for name, value in data.items() if name in parts and isinstance(value, dict)}

    def _save(self) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(self._data, ensure_ascii=False, indent=1), "utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise SettingsWrong(
                _("The file {file} cannot be written: {why}").format(file=self._path.name, why=error.strerror or error)
            ) from error
