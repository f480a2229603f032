"""A season set up from a spreadsheet: the template, its import with faults by cell, and the export."""

from __future__ import annotations

from pathlib import Path

import typer

from checkin.commands.book import DB, HUB, booked
from checkin.commands.console import JSON, out, progress, put
from checkin.i18n import gettext as _
from checkin.organising.seasons import take_workbook, write_workbook


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    season = typer.Typer(help=_("A season: plants, gates, tours, rules, stop list"), no_args_is_help=True)
    season.command("template", help=_("Writes an empty spreadsheet with explanations and drop-downs"))(template)
    season.command("import", help=_("Takes the spreadsheet in; says sheet, row and column of each fault"))(import_)
    season.command("export", help=_("Writes the season as the same spreadsheet"))(export)
    app.add_typer(season, name="season")


def template(file: Path = typer.Argument(help=_("The file, .xlsx"))) -> None:
    from checkin.rosters.seasonsheets import write

    write(file)
    out(_("Fill it in, then: checkin season import {file}").format(file=file))


def import_(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The file, .xlsx")),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Only say what it would change")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    with booked(context, hub, db) as desk, progress(_("Season"), shown=not json):
        season = take_workbook(desk, file, apply=not dry_run)
    if json:
        put(
            {
                "rows": season.rows,
                "taken": season.taken,
                "added": season.added,
                "changed": season.changed,
                "faults": [
                    {"sheet": one.sheet, "row": one.row, "column": one.column, "reason": one.reason}
                    for one in season.faults
                ],
                "notices": list(season.notices),
            }
        )
    else:
        for notice in season.notices:
            out(notice)
        for one in season.faults:
            where = _("row {row}, column “{column}”").format(row=one.row, column=one.column)
            out(_("sheet “{sheet}”, {where}").format(sheet=one.sheet, where=where) + f": {one.reason}")
        out(
            _("{rows} rows: {added} new, {changed} changed, {faults} with faults").format(
                rows=season.rows, added=season.added, changed=season.changed, faults=len(season.faults)
            )
        )
        if dry_run:
            out(_("Nothing was written: this was a dry run"))
    if season.faults and not season.taken:
        raise typer.Exit(1)


def export(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The file, .xlsx")),
    hub: bool = HUB,
    db: str = DB,
) -> None:
    with booked(context, hub, db) as desk:
        write_workbook(desk, file)
    out(_("Written: {file}").format(file=file))
