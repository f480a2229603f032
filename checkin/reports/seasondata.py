"""The season as an open dataset: a row for each visit, and nobody can be found in it.

Rows that share all their values with fewer than ``K`` heads lose values, the most telling first; what is still rare
after that is left out and counted.  A dictionary of the columns lies beside the file.  The file alone is safe: the
season's report counts small groups as they are, is for the programme's own people, and says so.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.reports.cells import plain
from checkin.reports.seasonfigures import Season, Visit
from checkin.wholefile import written_whole

K = 5
COLUMNS = ("plant", "region", "district", "format", "day", "hour", "age", "language", "came", "walk_in", "late")
HIDDEN = "*"
_STEPS = (("language",), ("age",), ("hour",), ("late",), ("day",), ("plant", "district"), ("came", "walk_in", "format"))
Row = tuple[str, ...]


def dictionary() -> list[tuple[str, str]]:
    """What each column says."""
    return [
        ("plant", _("name of the plant")),
        ("region", _("its region")),
        ("district", _("its district")),
        ("format", _("excursion, master_class, quiz, lecture, exhibition, game, other")),
        ("day", _("day of the visit, the plant's time")),
        ("hour", _("hour in which the visit began")),
        ("age", _("age band in years at the visit; ? not known")),
        ("language", _("ISO 639-1; ? not known")),
        ("came", _("1 came, 0 did not")),
        ("walk_in", _("1 came without registration")),
        ("late", _("early, on_time (up to 10 minutes after the start), late; empty for who did not come")),
        ("*", _("hidden: fewer than {k} visits had these values").format(k=K)),
        ("", _("Do not publish the season's report beside this file: what is hidden here is counted there")),
    ]


def rows(visits: Iterable[Visit]) -> tuple[list[Row], int]:
    """The rows, in an order that says nothing, and how many heads were left out.  Each is there K times or more."""
    pending = [row for visit in visits for row in _rows(visit)]
    safe: list[Row] = []
    for step in (*_STEPS, None):
        count = Counter(pending)
        safe += [row for row in pending if count[row] >= K]
        pending = [row for row in pending if count[row] < K]
        if step is not None:
            places = {COLUMNS.index(name) for name in step}
            pending = [tuple(HIDDEN if n in places else cell for n, cell in enumerate(row)) for row in pending]
    return sorted(safe), len(pending)


def _rows(visit: Visit) -> Iterable[Row]:
    base = tuple(visit.keys.get(name, "?") for name in COLUMNS[:8])
    for head in range(max(visit.heads, visit.came)):
        came = head < visit.came
        yield (*base, "1" if came else "0", "1" if visit.walk_in else "0", visit.punctual if came else "")


def write_dataset(season: Season, path: Path) -> tuple[int, int]:
    """Writes the CSV and its dictionary; returns rows written and heads left out.  Raises ``SettingsWrong``."""
    if path.suffix.lower() != ".csv":
        raise SettingsWrong(_("Name the file with .csv at its end"))
    safe, left_out = rows(season.visits)
    _write(path, [COLUMNS, *safe])
    _write(path.with_name(path.stem + ".dictionary.csv"), [("column", "meaning"), *dictionary()])
    return len(safe), left_out


def _write(path: Path, lines: Iterable[Iterable[str]]) -> None:
    with written_whole(path) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([plain(cell) for cell in line] for line in lines)
