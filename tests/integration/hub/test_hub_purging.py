"""A purge on both databases: the names are in no row any more, and what came out of it is said once."""

from __future__ import annotations

from checkin.clock import SettableClock
from checkin.hub import open_hub
from checkin.hub.database import reading
from tests.field import NOW
from tests.unit.hub.test_hub_purge import NAMES, filled


def test_names_are_in_no_row(db_url: str) -> None:
    with open_hub(db_url, SettableClock(NOW)) as hub:
        filled(hub)
        (gone,) = hub.purge(full=True)
        assert (gone.names, gone.groups, gone.notes) == (1, 1, 1)
        assert hub.purge() == []
        with reading(hub.engine) as connection:
            rows = [
                str(row)
                for table in ("roster", "attendance")
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
            ]
        assert [name for name in NAMES if any(name in row for row in rows)] == [NAMES[3]]
