"""A season's sheets as they stand on a page: rows read from the roster, one row mended, added or taken away.

A row goes through the same reader as a workbook's, so what a page lets in and what a file lets in is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from checkin.domain.plants import labels
from checkin.domain.visit import Gate, Plant, Record, StopEntry, Tour
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.organising.book import Desk, Key
from checkin.organising.keys import publish
from checkin.rosters.mapping import FILE, Remembered
from checkin.rosters.result import Fault
from checkin.rosters.seasonreading import SeasonFile, read_row, read_season
from checkin.rosters.seasonsheets import SHEETS, row_of, rows_of, write

KINDS = {"plants": Plant, "gates": Gate, "tours": Tour, "policies": Plant, "stop": StopEntry}
_KIND_NAMES = {"plants": "plant", "gates": "gate", "tours": "tour", "policies": "plant", "stop": "stop"}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its record's plant and id, and its cells as text, by column."""

    plant: str
    id: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row cannot be kept, and the key of the column."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class SeasonCounts:
    """What a workbook brought, or would bring."""

    rows: int
    taken: int
    added: int
    changed: int
    faults: tuple[Fault, ...]
    notices: tuple[str, ...] = ()


def known_records(desk: Desk) -> list[Record]:
    """Everything of the roster that stands on the sheets."""
    plants = desk.book.plants()
    held = desk.book.held([one.id for one in plants])
    return [*plants, *held["gate"], *held["tour"], *held["stop"]]


def sheet(desk: Desk, key: str) -> list[SheetRow]:
    """The rows of a sheet: tours by time, the others by plant."""
    records = known_records(desk)
    plants = {one.id: one for one in records if isinstance(one, Plant)}
    named = labels(plants.values())
    lead = Remembered(desk.folder / FILE).lead_days
    out: list[SheetRow] = []
    for one in sorted(records, key=lambda each: _order(each, plants)):
        cells = row_of(key, one, plants.get(one.plant), named, lead)
        if cells is not None:
            out.append(SheetRow(one.plant, one.id, {name: _text(value) for name, value in cells.items()}))
    return out


def _order(record: Record, plants: Mapping[str, Plant]) -> tuple[Any, ...]:
    name = plants[record.plant].name if record.plant in plants else ""
    if isinstance(record, Tour):
        return (record.start.timestamp(), name, record.title)
    return (0.0, name, getattr(record, "name", ""))


def _text(value: str | int | None) -> str:
    return "" if value is None else str(value)


def keep(desk: Desk, key: str, cells: Mapping[str, str], before: SheetRow | None) -> Wrong | SheetRow:
    """Keeps a row: a new one, or one that stood there ``before``.  Nothing is written when something is wrong."""
    records = known_records(desk)
    mine = KINDS[key]
    held = next((one for one in records if before and isinstance(one, mine) and _is(one, before)), None)
    if before is not None and held is None:
        return Wrong("", _("This row is not there any more: somebody took it away meanwhile"))
    # A cell that was emptied is empty: only a policy needs what it was, since its plant is the same record.
    others = [one for one in records if one is not held]
    known = records if key == "policies" else others
    if isinstance(held, Plant) and key == "plants":
        known = [Plant(id=held.id, name=held.name, tz=held.tz), *others]  # whose clock its tours have kept to
    given = {**cells, "id": held.id} if key == "plants" and held is not None else cells
    read = read_row(key, given, known)
    if read.faults:
        return Wrong(_key_of(read.faults[0].column), read.faults[0].reason)
    rows = [one if key == "policies" else _kept(one, held) for one in read.records if isinstance(one, mine)]
    rest = [one for one in read.records if not isinstance(one, mine)]
    if key in ("gates", "tours", "policies") and held is not None and rows[0].plant != held.plant:
        return Wrong("plant", _("What exists stays at its plant. Add a new one at the other plant"))
    gone: list[Key] = []
    if key != "policies":
        there = {(one.plant, one.id) for one in others if isinstance(one, mine)}
        if any((one.plant, one.id) in there for one in rows):
            return Wrong(_first(key), _("There is one like this already"))
        if held is not None and all((one.plant, one.id) != (held.plant, held.id) for one in rows):
            gone = [(held.plant, _KIND_NAMES[key], held.id)]
    desk.book.put([*rows, *rest], gone)
    if read.leads:
        Remembered(desk.folder / FILE).keep_lead_days(read.leads)
    if key == "plants":
        publish(desk, Keyring(desk.folder / FOLDER))
    first = rows[0]
    return SheetRow(first.plant, first.id, dict(cells))


def _is(record: Record, row: SheetRow) -> bool:
    return (record.plant, record.id) == (row.plant, row.id)


def _kept(made: Record, held: Record | None) -> Record:
    """The record under the id that it had, with what no sheet shows."""
    match made, held:
        case Plant(), Plant() if made.id == held.id:
            return replace(made, policy=held.policy)
        case Tour(), Tour():
            return replace(made, id=held.id, policy=held.policy)
        case Gate(), Gate():
            return replace(made, id=held.id)
        case _:
            return made


def _key_of(heading: str) -> str:
    return heading.rpartition("·")[2].strip()


def _first(key: str) -> str:
    return next(column.key for column in SHEETS[key] if column.needed and column.key != "plant")


def remove(desk: Desk, key: str, row: SheetRow) -> None:
    """Takes a row away.  Raises ``SettingsWrong`` for one that others depend on."""
    held = desk.book.held([row.plant])
    gone: list[Key] = [(row.plant, _KIND_NAMES[key], row.id)]
    if key == "tours":
        people = sum(getattr(one, "tour", "") == row.id for one in held["visitor"])
        if people:
            said = ngettext(
                "{count} visitor is on this tour. Mark it as cancelled instead",
                "{count} visitors are on this tour. Mark it as cancelled instead",
                people,
            )
            raise SettingsWrong(said.format(count=people))
    if key == "plants":
        if held["tour"] or held["visitor"]:
            raise SettingsWrong(_("This plant has tours. Take them away first"))
        gone = [(row.plant, kind, one.id) for kind in ("gate", "stop", "key") for one in held[kind] if one.plant] + gone
    desk.book.put([], gone)


def take_workbook(desk: Desk, path: Path, *, apply: bool) -> SeasonCounts:
    """Takes a season's workbook in; what is not in it stays as it is.  Raises ``ListUnreadable``."""
    known = known_records(desk)
    read = read_season(path, known)
    before = {(type(one), one.plant, one.id): one for one in known}
    changed = [one for one in read.records if before.get((type(one), one.plant, one.id)) != one]
    added = sum((type(one), one.plant, one.id) not in before for one in changed)
    if apply:
        _write(desk, read, changed)
    return SeasonCounts(read.rows, read.taken, added, len(changed) - added, tuple(read.faults), tuple(read.notices))


def _write(desk: Desk, read: SeasonFile, changed: Sequence[Record]) -> None:
    desk.book.put(changed)
    if read.leads:
        Remembered(desk.folder / FILE).keep_lead_days(read.leads)
    publish(desk, Keyring(desk.folder / FOLDER))


def write_workbook(desk: Desk, path: Path) -> None:
    """The season as the same workbook.  Raises ``SettingsWrong`` or ``DiskFull``."""
    write(path, rows_of(known_records(desk), Remembered(desk.folder / FILE).lead_days))
