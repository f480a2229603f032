"""A season seen: its report, and its dataset without anybody in it."""

from __future__ import annotations

from pathlib import Path

import typer

from checkin.commands.book import DB, HUB, booked
from checkin.commands.console import JSON, out, put
from checkin.i18n import gettext as _
from checkin.organising.figures import before, figures


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    report = typer.Typer(help=_("What came of a season"), no_args_is_help=True)
    report.command("season", help=_("The season in figures and charts: XLSX or PDF, without personal data"))(
        season_report
    )
    report.command("dataset", help=_("An anonymous dataset (CSV) with a dictionary of its columns"))(dataset)
    app.add_typer(report, name="report")


def season_report(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The file, .xlsx or .pdf")),
    compare: Path = typer.Option(None, "--compare", help=_("The season before: its profile, or its report as XLSX")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.reports.seasonpages import write_report

    with booked(context, hub, db) as desk:
        seen = figures(desk)
    write_report(seen, file, before(compare) if compare is not None else None)
    if json:
        put(seen.summary())
    else:
        out(_("Written: {file}").format(file=file))


def dataset(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The file, .csv")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.reports.seasondata import write_dataset

    with booked(context, hub, db) as desk:
        rows, left_out = write_dataset(figures(desk), file)
    if json:
        put({"rows": rows, "left_out": left_out})
    else:
        out(
            _("{rows} rows written; {left_out} left out, since too few shared their values").format(
                rows=rows, left_out=left_out
            )
        )
