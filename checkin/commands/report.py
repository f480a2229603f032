"""A season seen: its report, and its dataset without anybody in it."""

from __future__ import annotations

from pathlib import Path

import typer

from checkin.commands.book import DB, HUB, Desk, HubBook, booked
from checkin.commands.console import JSON, out, put
from checkin.domain.events import AttendanceEvent
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.reports.season import Season, season
from checkin.settings import Profile, Settings


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
        figures = _figures(desk)
    before = _before(compare) if compare is not None else None
    write_report(figures, file, before)
    if json:
        put(figures.summary())
    else:
        out(_("Written: {file}").format(file=file))


def _figures(desk: Desk) -> Season:
    plants = desk.book.plants()
    held = desk.book.held(one.id for one in plants)
    records = [*plants, *held["tour"], *held["visitor"], *held["ticket"]]
    return season(records, _events(desk))


def _events(desk: Desk) -> list[AttendanceEvent]:
    if isinstance(desk.book, HubBook):
        from sqlalchemy import select

        from checkin.hub.database import reading
        from checkin.hub.rows import attendance
        from checkin.wire import event_from_json

        with reading(desk.book.hub.engine) as connection:
            return [event_from_json(row.body) for row in connection.execute(select(attendance.c.body))]
    with desk.book.store.read() as tx:
        return [stored.line.event for stored in tx.journal.lines()]


def _before(place: Path) -> dict[str, float]:
    from checkin.commands.book import StoreBook
    from checkin.reports.seasonpages import summary_of
    from checkin.store import open_store

    if not place.is_dir():
        return summary_of(place)
    profile = Profile(place)
    if not profile.store_file.exists():
        raise SettingsWrong(_("{folder} is no profile of this program").format(folder=place))
    settings = profile.load()[0] if profile.settings_file.exists() else Settings()
    store, _place = open_store(profile, settings)
    try:
        return _figures(Desk(place, StoreBook(store))).summary()
    finally:
        store.close()


def dataset(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The file, .csv")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.reports.seasondata import write_dataset

    with booked(context, hub, db) as desk:
        rows, left_out = write_dataset(_figures(desk), file)
    if json:
        put({"rows": rows, "left_out": left_out})
    else:
        out(
            _("{rows} rows written; {left_out} left out, since too few shared their values").format(
                rows=rows, left_out=left_out
            )
        )
