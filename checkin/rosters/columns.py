"""The columns of a sheet: by what a person says, by headings, at last by what stands in them; and what is said of them.

Document numbers are recognised here and never go further than a notice that names their heading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters import guessing
from checkin.rosters import headings as heads
from checkin.rosters.cells import text_of
from checkin.rosters.headingchoice import preference
from checkin.rosters.headings import Headings
from checkin.rosters.mapping import Mapping, fingerprint
from checkin.rosters.preamble import above
from checkin.rosters.result import Notices
from checkin.rosters.table import Cell

SHOWN = 40
"""Headings that one notice names."""
_PASSPORT = re.compile(
    r"(?:серия\s*)?\d{2}\s?\d{2}\s?(?:№|N|номер)?\s?\d{6}|\d{3}-\d{3}-\d{3}[\s-]\d{2}|[IVXLC]{1,4}-[А-Я]{2}\s?№?\s?\d{6}"
)
_SPACED = re.compile(r"\d{4}\s\d{6}|\d{2}\s\d{2}\s\d{6}|\d{3}-\d{3}-\d{3}[\s-]\d{2}|[IVXLC]{1,4}-[А-Я]{2}\s?№?\s?\d{6}")


class Columns:
    """Finds the columns of a sheet: by what a person says, by headings, at last by what stands in them."""

    def __init__(
        self, said: Mapping, remembered: Callable[[str], Mapping | None] | None, plants: frozenset[str]
    ) -> None:
        self._said = said
        self._remembered = remembered
        self._plants = plants
        self._seen: list[str] = []
        self._met: set[str] = set()

    def find(self, rows: list[list[Cell]]) -> tuple[Headings | None, dict[str, str]]:
        """The headings, and which of them were guessed."""
        found, guessed = self._find(rows)
        if found is not None:
            self._seen += [text for text in found.texts if text and text not in self._seen]
            self._met |= self._said.found_in(found.texts)
        elif rows:
            widest = max(rows, key=lambda row: sum(1 for cell in row if isinstance(cell, str) and cell))
            self._seen += [text for cell in widest if (text := text_of(cell)) and text not in self._seen]
        return found, guessed

    def refuse_unmet(self, file: str) -> None:
        """Raises ``ListUnreadable`` when what a person said is of headings that no sheet has."""
        missing = sorted(self._said.asked - self._met)
        if not missing and (not self._said.named or self._said.named & self._met):
            return
        what = ", ".join(f"“{one}”" for one in missing or sorted(self._said.named)[:12])
        raise ListUnreadable(
            _("{file} has no such heading: {missing}. Headings there are: {headings}.").format(
                file=file, missing=what, headings=", ".join(short(self._seen[:30])) or "—"
            )
        )

    def _find(self, rows: list[list[Cell]]) -> tuple[Headings | None, dict[str, str]]:
        found = heads.find(rows, self._said)
        bare = heads.find(rows)
        if found is not None and bare is None and self._said.by_places and guessing.is_data(rows[found.row]):
            return self._without_headings(rows)
        line = fingerprint((bare or found).texts) if bare is not None or found is not None else ""  # type: ignore[union-attr]
        before = self._remembered(line) if self._remembered is not None and line else None
        if before is None and self._remembered is not None and (found is None or not found.names_people):
            lines = (heads.fingerprint_of(row) for row in rows[: heads.DEPTH])
            before = next((kept for one in lines if one and (kept := self._remembered(one)) is not None), None)
        if before is not None:
            found = heads.find(rows, self._said.over(before))
        guessed: dict[str, str] = {}
        if found is not None:
            found = _plainly(found, rows)
            found, guessed = guessing.completed(found, rows[found.row + 1 :], above(rows, found))
        elif (few := heads.find(rows, self._said, least=2)) is not None and not guessing.is_data(rows[few.row]):
            few, guessed = guessing.completed(few, rows[few.row + 1 :], above(rows, few))
            found = few if few.names_people and "date" in few.at else None
        if found is None or not found.names_people:
            bare_list = guessing.without_headings(rows, self._plants) if found is None else None
            if bare_list is not None:
                found, guessed = bare_list
                found = _told(found, self._said)
        return found, guessed

    def _without_headings(self, rows: list[list[Cell]]) -> tuple[Headings, dict[str, str]]:
        """A list that begins with its first person, whose columns somebody has said by their places."""
        width = max(map(len, rows))
        guess = guessing.without_headings(rows, self._plants)
        found, guessed = guess or (Headings(row=-1, texts=("",) * width, at={}), {})
        return _told(found, self._said), {
            place: column for place, column in guessed.items() if place not in self._said.columns
        }


def _plainly(found: Headings, rows: list[list[Cell]]) -> Headings:
    """The headings without those, such as a meeting time, that are less than what is said above them."""
    doubtful = {
        column: place
        for column, place in found.at.items()
        if column not in found.said and preference(column, heads.plain_heading(found.texts[place])) < 0
    }
    if not doubtful:
        return found
    bare = replace(found, at={column: place for column, place in found.at.items() if column not in doubtful})
    less = doubtful.keys() & above(rows, bare).keys()
    return replace(
        found,
        at={column: place for column, place in found.at.items() if column not in less},
        unknown=(*found.unknown, *(found.texts[doubtful[column]] for column in sorted(less))),
    )


def _told(found: Headings, said: Mapping) -> Headings:
    """A list without headings as a person says it is: by places."""
    at = dict(found.at)
    for place in range(len(found.texts)):
        column = said.of("", place)
        if column is not None:
            at = {name: there for name, there in at.items() if there != place and name != column}
            if column in (*heads.COLUMNS, *heads.PARTS):
                at[column] = place
    return replace(found, at=at)


def say_columns(notices: Notices, sheet: str, found: Headings, passports: frozenset[str]) -> None:
    """Says which columns are left out, used twice, or read in a way that a person may want to correct."""
    private = (*found.passports, *(found.text(column) for column in sorted(passports)))
    place = _("Sheet “{sheet}”: ").format(sheet=sheet) if sheet else ""
    if private:
        notices.say(
            place
            + _("Looks like passport data and is not stored: {columns}.").format(columns=", ".join(short(private)))
        )
    ignored = (*found.unwanted, *found.unknown)
    if ignored:
        notices.say(place + _("Columns not used: {columns}.").format(columns=", ".join(short(ignored))))
    used = {*found.at.values(), *(at for places in found.extra.values() for at in places)}
    repeated = [
        f"{short([text])[0]} (#{at + 1})"
        for at, text in enumerate(found.texts)
        if text and text in found.repeated and at not in used and at not in found.beside
    ]
    if repeated:
        notices.say(
            place
            + _("Two headings for one column; only one of them counts, not used: {columns}.").format(
                columns=", ".join(repeated)
            )
        )
    for column in ("group", "school"):
        if column in found.at and heads.is_weak(group := found.text(column)):
            notices.say(
                place + _("Column “{heading}” is read as the visitors' group.").format(heading=short([group])[0])
            )
    if "citizenship" in found.at:
        notices.say(
            place
            + _("Column “{heading}” only says who is a foreigner; the country is not stored.").format(
                heading=short([found.text("citizenship")])[0]
            )
        )
    if found.sides:
        notices.say(
            place
            + _("Lists stand beside each other: each row is read as {count} rows.").format(count=len(found.sides) + 1)
        )


def is_directory(rows: list[list[Cell]], found: Headings) -> bool:
    """Whether a sheet has names and says nothing else of them, above them neither: nobody knows what they are for."""
    return len(found.at) == 1 and not found.said and not above(rows, found)


def short(texts: Iterable[str]) -> list[str]:
    """Headings as a notice shows them: cut, and no more than ``SHOWN``."""
    all_of = [text if len(text) <= 40 else text[:39] + "…" for text in texts]
    return all_of if len(all_of) <= SHOWN else [*all_of[:SHOWN], f"… +{len(all_of) - SHOWN}"]


def passport_columns(found: Headings, sample: list[list[Cell]]) -> frozenset[str]:
    """Columns of ours under which document numbers stand.  Ten digits alone may well be a ticket's code."""
    out = set()
    for column, place in found.at.items():
        texts = [text_of(row[place]) for row in sample if place < len(row)]
        texts = [text for text in texts if text]
        pattern = _SPACED if column == "code" else _PASSPORT
        if texts and sum(1 for text in texts if pattern.fullmatch(text)) * 2 > len(texts):
            out.add(column)
    return frozenset(out)


def no_headings(file: str, seen: list[str]) -> str:
    """Why a file is no list, with the headings that were seen."""
    if seen:
        return _("{file}: no column with names was found. Headings there are: {headings}.").format(
            file=file, headings=", ".join(short(seen[:12]))
        )
    return _(
        "{file}: no row with headings was found among its first {depth} rows. Headings may be, for instance: "
        "предприятие, мероприятие, дата, начало, ФИО."
    ).format(file=file, depth=heads.DEPTH)
