"""A season's figures from a roster and its journal, and those of the season before."""

from __future__ import annotations

from pathlib import Path

from checkin.clock import SystemClock
from checkin.domain.events import AttendanceEvent
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.organising.book import Desk, HubBook, StoreBook
from checkin.reports.season import season
from checkin.reports.seasonfigures import Season
from checkin.settings import Profile, Settings


def figures(desk: Desk) -> Season:
    """The season of everything that this place knows."""
    plants = desk.book.plants()
    held = desk.book.held(one.id for one in plants)
    records = [*plants, *held["tour"], *held["visitor"], *held["ticket"], *held["revocation"]]
    return season(records, _events(desk), SystemClock().now())


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


def before(place: Path) -> dict[str, float]:
    """The figures of the season before, from its profile's folder or its report (XLSX).  Raises a ``CheckinError``."""
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
        return figures(Desk(place, StoreBook(store))).summary()
    finally:
        store.close()
