"""The demo season as a registration list in the canonical form (DESIGN 9), to be imported like a real one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from checkin.domain.visit import Flag
from checkin.rosters.demo import Season
from checkin.rosters.headings import COLUMNS
from checkin.workbooks import workbook

RUSSIAN = (
    "предприятие", "мероприятие", "формат", "дата", "начало", "окончание", "группа", "старший", "ФИО", "год рождения",
    "язык", "отметки", "код билета",
)  # fmt: skip


def write_list(
    season: Season, path: Path, *, codes: bool = True, russian: bool = False, plant: str | None = None
) -> int:
    """Writes every named visitor, one a row, and returns how many.  A name ending in ``.xlsx`` gives a workbook.

    Without ``codes`` the importing program issues tickets.  Parties without names have no place in a list.
    """
    headings = RUSSIAN if russian else COLUMNS
    rows = [headings, *list_rows(season, codes=codes, plant=plant)]
    if path.suffix.casefold() == ".xlsx":
        with workbook(path) as book:
            sheet = book.add_worksheet("Список")
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    return len(rows) - 1


def list_rows(season: Season, *, codes: bool = True, plant: str | None = None) -> Iterator[tuple[str, ...]]:
    """The rows of the list, in the order of ``COLUMNS``."""
    plants = {one.id: one for one in season.plants}
    tours = {one.id: one for one in season.tours}
    groups = {one.id: one for one in season.groups}
    tickets = {one.visitor: one.code for one in season.tickets if one.visitor}
    for visitor in season.visitors:
        if plant is not None and visitor.plant != plant:
            continue
        tour, at = tours[visitor.tour], plants[visitor.plant]
        zone = ZoneInfo(at.tz)
        start, end = tour.start.astimezone(zone), tour.end.astimezone(zone)
        group = groups.get(visitor.group or "")
        flags = visitor.flags | ({Flag.CANCELLED} if tour.cancelled else frozenset())
        yield (
            at.name,
            tour.title,
            tour.format.value,
            start.date().isoformat(),
            f"{start:%H:%M}",
            f"{end:%H:%M}",
            group.name if group else "",
            group.leader if group else "",
            visitor.name,
            str(visitor.birth_year or ""),
            visitor.language,
            ", ".join(sorted(flags)),
            tickets[visitor.id] if codes else "",
        )
