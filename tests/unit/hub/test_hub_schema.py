"""The database and its schema."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from checkin.errors import SchemaTooNew, SettingsWrong, StoreCorrupt
from checkin.hub import Hub, book, migrate, open_hub, presence, rows
from checkin.hub.database import reading, writing
from checkin.hub.schema import newest
from checkin.hub.statements import Asked
from tests.unit.hub.hub_world import season


def test_the_migrated_schema_is_what_the_rows_say(hub: Hub) -> None:
    with reading(hub.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, rows.METADATA) == []


def test_every_primary_key_begins_with_the_plant() -> None:
    for table in rows.METADATA.sorted_tables:
        assert next(iter(table.primary_key.columns)).name == "plant", table.name


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(url) as hub, writing(hub.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for opening in (open_hub, migrate):
        with pytest.raises(SchemaTooNew):
            opening(url)


def test_migrate_may_be_said_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    assert migrate(url) == migrate(url) == newest()


def test_several_may_start_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    errors: list[BaseException] = []

    def start() -> None:
        try:
            open_hub(url).close()
        except BaseException as error:  # shown by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize("url", ["", "hub.sqlite", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql//x"])
def test_a_url_that_is_no_database_of_ours(url: str) -> None:
    with pytest.raises(SettingsWrong):
        open_hub(url)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsWrong):
        open_hub(f"sqlite:///{tmp_path}/file/hub.sqlite")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "hub.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreCorrupt):
        open_hub(f"sqlite:///{tmp_path}/hub.sqlite")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    with open_hub(f"sqlite:///{tmp_path}/deep/hub.sqlite") as hub:
        hub.put_records(season())
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep").iterdir()}
    assert modes
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (book.NEAR, "(plant=? AND id=?)"),
        (book.NEAR, "(plant=? AND device=? AND seq=?)"),
        (book.NEAR, "(plant=? AND device=?)"),
        (presence._VOIDED, "(plant=? AND id=?)"),
        (presence._MOVES, "(plant=? AND subject=?)"),
        (presence._VOIDS, "(plant=? AND voids=?)"),
        (presence._KNOWN, "(plant=? AND subject=?)"),
        (presence._KNOWN, "(plant=? AND kind=? AND id=?)"),
        (presence._KNOWN, "(plant=? AND voids=?)"),
        (presence._PRESENT, "(plant=? AND subject=?)"),
        (presence._PARTIES, "(plant=? AND kind=? AND id=?)"),
    ],
)
def test_keys_are_looked_up_and_a_plant_is_not_read_through(hub: Hub, statement: Asked, index: str) -> None:
    with reading(hub.engine) as connection:
        compiled = statement.sqlite.compile(connection.engine)
        sql = str(compiled).replace("__[POSTCOMPILE_kind_1]", "'entry'")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("x",) * sql.count("?")).all()
    assert any(row.detail.startswith("SEARCH") and row.detail.endswith(index) for row in plan), plan


def test_a_commit_is_on_the_disk(hub: Hub) -> None:
    with reading(hub.engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
