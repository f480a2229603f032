"""The season's report as XLSX with native charts, and as PDF.  Both show the same tables, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from checkin.errors import ListUnreadable, SettingsWrong
from checkin.i18n import gettext as _
from checkin.i18n import language
from checkin.reports.charts import ON_PAPER, Inks, bars, written
from checkin.reports.seasonfigures import DIMENSIONS, WEIGHTS, Engagement, Season
from checkin.reports.typesetting import breakable, pdf
from checkin.wholefile import written_whole
from checkin.workbooks import workbook

KEYS_SHEET = "_keys"
CHARTED = 40
"""Bars of a chart at most: the table below it has the rest."""
MOST_GATES = 3
"""Gates in one chart, the busiest: more of them could not be told apart."""
Table = tuple[str, list[str], list[list[str | float]]]


def formula() -> str:
    """The engagement index in words."""
    return _(
        "Index = 100 × (0.4 × attendance + 0.3 × fill + 0.2 × variety + 0.1 × punctuality). Attendance: came of "
        "those due by now. Fill: heads of places, in tours that are over and have a number of places (attendance where "
        "there are none such). Variety: formats offered of {formats}. Punctuality: who came at most 10 minutes after "
        "the start. A region's index weighs its plants by their registered visitors."
    ).format(formats=7)


def _words() -> dict[str, str]:
    return {
        "plant": _("Plant"), "format": _("Format"), "region": _("Region"), "district": _("District"), "day": _("Day"),
        "hour": _("Hour"), "age": _("Age"), "language": _("Language"), "plants": _("Plants"), "tours": _("Tours"),
        "registered": _("Registered"), "came": _("Came"), "no_show": _("Did not come"), "walk_ins": _("Walk-ins"),
        "awaited": _("Still awaited"), "refused": _("Refusals"),
        "attendance_percent": _("Came, % of those due by now"),
        "on_time_percent": _("On time, % of those who came"),
        "group_minutes_median": _("First to last of a group, min (median)"), "early": _("before the start"),
        "on_time": _("up to 10 min after"), "late": _("later"), "attendance": _("Attendance"), "fill": _("Fill"),
        "variety": _("Variety"), "punctuality": _("Punctuality"), "?": _("not known"),
        "excursion": _("excursion"), "master_class": _("master class"), "quiz": _("quiz"), "lecture": _("lecture"),
        "exhibition": _("exhibition"), "game": _("game"), "other": _("other"),
    }  # fmt: skip


def tables(season: Season, before: Mapping[str, float] | None = None) -> list[Table]:
    """Every table: title, headings, rows."""
    words = _words()
    summary: list[list[str | float]] = []
    for key, value in season.summary().items():
        row: list[str | float] = [words[key], value]
        if before is not None:
            past = before.get(key)
            row += ["" if past is None else past, "" if past is None else round(value - past, 1)]
        summary.append(row)
    headings = ["", _("This season")] + ([_("Season before"), _("Difference")] if before is not None else [])
    out: list[Table] = [(_("Summary"), headings, summary)]
    counts = ["registered", "came", "no_show", "walk_ins", "refused"]
    if season.total.awaited:
        counts.append("awaited")  # before a season's end the others do not add up without it
    for name in DIMENSIONS:
        said = _day if name == "day" else words.get
        rows: list[list[str | float]] = [
            [said(key, key), *(getattr(line, count) for count in counts)]
            for key, line in sorted(season.tables[name].items())
        ]
        out.append((words[name], [words[name], *(words[count] for count in counts)], rows))
    out.append((_("Refusals"), [_("Reason"), _("Count")], [[_reason(k), v] for k, v in season.refused.most_common()]))
    out.append(
        (_("Punctuality"), ["", _("Heads")], [[words[k], season.punctual[k]] for k in ("early", "on_time", "late")])
    )
    bands = ("early", "on_time", "late")
    out.append(
        (
            _("Punctuality by plant"),
            [words["plant"], *(words[band] for band in bands)],
            [[plant, *(found[band] for band in bands)] for plant, found in sorted(season.punctual_at.items())],
        )
    )
    out.append(
        (
            _("From first to last"),
            [words["plant"], _("Median, min"), _("Longest, min"), _("Groups")],
            [
                [plant, round(median(some), 1), round(max(some), 1), len(some)]
                for plant, some in sorted(season.groups_at.items())
            ],
        )
    )
    hours = sorted({hour for load in season.gates.values() for hour in load})
    gates: list[list[str | float]] = [[gate, *(load[h] for h in hours)] for gate, load in sorted(season.gates.items())]
    out.append((_("Gates by hour"), [_("Gate"), *(f"{hour:02}:00" for hour in hours)], gates))
    parts = [_("Index"), *(words[name] for name in WEIGHTS)]
    out.append((_("Engagement of plants"), [words["plant"], *parts], _engagement(season.by_plant)))
    out.append((_("Engagement of regions"), [words["region"], *parts], _engagement(season.by_region)))
    return out


def _day(key: str, _otherwise: str = "") -> str:
    """``05.08.2026`` in Russian."""
    return ".".join(reversed(key.split("-"))) if language() == "ru" else key


def _reason(key: str) -> str:
    from checkin.domain.admission import Reason
    from checkin.words import brief

    return brief(Reason(key)) if key in tuple(Reason) else key or "?"


def _engagement(found: Mapping[str, Engagement]) -> list[list[str | float]]:
    ordered = sorted(found.items(), key=lambda one: -one[1].index)
    return [[name, one.index, *(round(getattr(one, part), 3) for part in WEIGHTS)] for name, one in ordered]


def write_report(season: Season, path: Path, before: Mapping[str, float] | None = None) -> None:
    """Writes ``path`` as XLSX or PDF by its ending, whole or not at all.  Raises ``SettingsWrong`` or ``DiskFull``."""
    writers = {".xlsx": _xlsx, ".pdf": _pdf}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise SettingsWrong(_("Name the file with .xlsx or .pdf at its end"))
    from xlsxwriter.exceptions import FileCreateError

    with written_whole(path, FileCreateError) as fresh:
        writer(season, fresh, before)


def _xlsx(season: Season, path: Path, before: Mapping[str, float] | None) -> None:
    with workbook(path) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "italic": True, "valign": "top"})
        dated = book.add_format({"num_format": "dd.mm.yyyy" if language() == "ru" else "yyyy-mm-dd", "align": "left"})
        days = {_day(key): datetime.fromisoformat(key) for key in season.tables["day"]}
        for title, headings, rows in tables(season, before):
            page = book.add_worksheet(title[:31])
            page.set_column(0, 0, 42)
            page.set_column(1, max(1, len(headings) - 1), 14)
            page.write_row(0, 0, headings, bold)
            page.freeze_panes(1, 1)
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    if title == _("Day") and not column:
                        page.write_datetime(number, column, days[str(cell)], dated)
                    elif isinstance(cell, str):
                        page.write_string(number, column, cell)
                    else:
                        page.write_number(number, column, cell)
            if title in (_("Engagement of plants"), _("Engagement of regions")):
                page.merge_range(len(rows) + 2, 0, len(rows) + 6, len(headings) - 1, formula(), wrap)
            if rows and title != _("Summary"):
                _chart(book, page, title, headings, len(rows))
        keys = book.add_worksheet(KEYS_SHEET)
        keys.hide()
        for number, (key, value) in enumerate(season.summary().items()):
            keys.write_string(number, 0, key)
            keys.write_number(number, 1, value)


def _chart(book: Any, page: Any, title: str, headings: list[str], rows: int) -> None:
    chart = book.add_chart({"type": "bar" if rows > 8 else "column"})
    for column in range(1, 1 + _series(title, headings)):
        chart.add_series(
            {
                "name": [page.name, 0, column],
                "categories": [page.name, 1, 0, rows, 0],
                "values": [page.name, 1, column, rows, column],
            }
        )
    chart.set_x_axis({"text_axis": True})  # a day without visits is no gap
    chart.set_title({"name": title})
    chart.set_size({"width": 640, "height": max(300, 22 * rows + 120)})
    page.insert_chart(1, len(headings) + 1, chart)


def _pdf(season: Season, path: Path, before: Mapping[str, float] | None) -> None:
    path.write_bytes(pdf("season.typ", page_data(season, before)))


def chart(table: Table, inks: Inks = ON_PAPER, width: int = 720) -> str:
    """A table as a chart (SVG); empty for one that is no chart.  Documents and pages draw it alike."""
    title, headings, rows = table
    numbers = [[cell for cell in row if not isinstance(cell, str)] for row in rows][:CHARTED]
    if not rows or title == _("Summary") or not all(numbers):
        return ""
    labels = [str(row[0]) for row in rows][:CHARTED]
    if title == _("Gates by hour"):
        busiest = sorted(zip(rows, numbers, strict=False), key=lambda one: -sum(one[1]))[:MOST_GATES]
        return bars(headings[1:], [(str(row[0]), load) for row, load in busiest], width, inks)
    series = range(_series(title, headings))
    return bars(labels, [(headings[n + 1], [one[n] for one in numbers]) for n in series], width, inks)


def _series(title: str, headings: list[str]) -> int:
    """How many columns of a table are drawn."""
    if title == _("Punctuality by plant"):
        return 3
    return 2 if headings[1:3] == [_("Registered"), _("Came")] else 1


def page_data(season: Season, before: Mapping[str, float] | None = None) -> dict[str, Any]:
    """What the template gets."""
    shown: list[dict[str, Any]] = []
    for title, headings, rows in tables(season, before):
        shown.append(
            {
                "title": title,
                "headings": headings,
                "rows": [[breakable(cell) if isinstance(cell, str) else written(cell) for cell in row] for row in rows],
                "chart": chart((title, headings, rows)),
                "note": formula() if title == _("Engagement of plants") else "",
            }
        )
    return {
        "language": language(),
        "page": _("page {page} of {pages}"),
        "title": _("The season in figures"),
        "when": when(season),
        "private": _("No names, but small groups are counted as they are: for the programme's own people"),
        "tables": shown,
        "empty": _("nothing"),
    }


def when(season: Season) -> str:
    """From the first day to the last; nothing for an empty season."""
    days = list(dict.fromkeys(_day(day) for day in (season.first, season.last) if day))
    return " – ".join(days)


def summary_of(path: Path) -> dict[str, float]:
    """The figures of a report that was written before.  Raises ``ListUnreadable`` or ``SettingsWrong``."""
    from checkin.rosters.table import read_table

    for sheet in read_table(path):
        if sheet.name == KEYS_SHEET:
            return {
                str(row[0]): float(row[1])
                for row in sheet.rows
                if len(row) > 1 and isinstance(row[1], int | float) and not isinstance(row[1], bool)
            }
    raise ListUnreadable(_("{file} is not a season's report of this program").format(file=path.name))
