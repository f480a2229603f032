"""The hub's database: SQLite in one file, or PostgreSQL by URL.

A writing transaction holds the write lock from its first statement (``BEGIN IMMEDIATE``, or the plant's counter row on
PostgreSQL) and is on the disk when it ends.  Errors of the database leave here as ours.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from checkin.errors import CheckinError, DiskFull, ServerBusy, SettingsWrong, StoreCorrupt
from checkin.hub import rows
from checkin.i18n import gettext as _

Values = Mapping[str, Any]
BUSY_TIMEOUT_S = 10
POOL_SIZE = 8


def url_of(db_url: str) -> URL:
    """The URL with its driver; raises ``SettingsWrong`` for what is neither SQLite nor PostgreSQL."""
    try:
        url = make_url(db_url)
    except (ArgumentError, ValueError) as error:
        raise SettingsWrong(_wrong_url()) from error
    match url.drivername.partition("+")[0]:
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise SettingsWrong(_wrong_url())


def _wrong_url() -> str:
    return _("The hub's database must be given as sqlite:///FILE or postgresql://USER@HOST/NAME")


def engine_for(db_url: str) -> Engine:
    """An engine; opens nothing yet, except that it makes a new SQLite file readable by its owner only."""
    url = url_of(db_url)
    if url.get_backend_name() == "sqlite":
        _make_private(Path(url.database or ""))
        engine = create_engine(
            url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, pool_timeout=BUSY_TIMEOUT_S, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=BUSY_TIMEOUT_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": BUSY_TIMEOUT_S, "application_name": "prohodnaya-hub"},
    )


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise SettingsWrong(
            _("The hub's database {file} cannot be opened: {why}").format(file=path, why=error.strerror or error)
        ) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, below
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -32000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it, or nothing."""
    with _ours(), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads."""
    with _ours(), engine.connect() as connection:
        yield connection


@contextmanager
def _ours() -> Iterator[None]:
    """The one place where the database's errors become ours."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        known = _known(error)
        if known is None:
            raise
        raise known from error


def _known(error: DBAPIError | PoolTimeout) -> CheckinError | None:
    text = str(getattr(error, "orig", None) or error).lower()
    if "disk is full" in text or "no space left" in text:
        return DiskFull(_("The hub's disk is full"))
    if "malformed" in text or "not a database" in text:
        return StoreCorrupt(_("The hub's database is damaged"))
    if isinstance(error, OperationalError | PoolTimeout) or getattr(error, "connection_invalidated", False):
        return ServerBusy(_("The hub's database does not answer right now"), retry_after_s=2)
    return None


@dataclass(slots=True)
class Counters:
    """A plant's counters inside the transaction that holds them; ``save`` writes what was taken."""

    plant: str
    epoch: str
    revision: int
    position: int

    def save(self, connection: Connection) -> None:
        c = rows.counter.c
        connection.execute(
            rows.counter.update().where(c.plant == self.plant).values(revision=self.revision, position=self.position)
        )


def lock_plant(connection: Connection, plant: str) -> Counters:
    """The plant's counters, locked until the transaction ends; made when they are not there yet."""
    c = rows.counter.c
    query = select(c.epoch, c.revision, c.position).where(c.plant == plant).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        fresh = {"plant": plant, "epoch": secrets.token_hex(4), "revision": 0, "position": 0}
        upsert(connection, rows.counter, [fresh], update=())
        found = connection.execute(query).one()
    return Counters(plant, found.epoch, found.revision, found.position)


def refresh_statistics(engine: Engine, table: Table) -> None:
    """Tells PostgreSQL how big a table has grown in the middle of a long import: from the statistics of an empty table
    it plans to read all of it for every chunk.  SQLite needs none: it plans by its indexes."""
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            connection.exec_driver_sql(f"ANALYZE {table.name}")


def among(connection: Connection, what: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of many values.  PostgreSQL gets them as one array, so that the statement stays the same
    and is planned once."""
    if connection.dialect.name != "postgresql":
        return what.in_(values)
    return what == any_(bindparam(None, list(values), type_=postgresql.ARRAY(what.type)))


def add(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    """Inserts rows whose keys are new."""
    if values:
        _execute(connection, _insert(connection, table, values[0]), values)


def upsert(connection: Connection, table: Table, values: Sequence[Values], update: Sequence[str] | None = None) -> None:
    """Inserts rows; where the key is taken, sets the columns in ``update`` (all that are no key by default)."""
    if not values:
        return
    keys = [column.name for column in table.primary_key.columns]
    names = [name for name in values[0] if name not in keys] if update is None else list(update)
    insert = _insert(connection, table, values[0])
    if names:
        insert = insert.on_conflict_do_update(index_elements=keys, set_={name: insert.excluded[name] for name in names})
    else:
        insert = insert.on_conflict_do_nothing(index_elements=keys)
    _execute(connection, insert, values)


def _insert(connection: Connection, table: Table, first: Values) -> Any:
    """An insert for many rows.  PostgreSQL gets them as one JSON text: a row at a time takes it ten times as long."""
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    names = list(first)
    given = func.json_to_recordset(cast(bindparam("given", type_=Text()), postgresql.JSON)).table_valued(
        *(column(name, table.c[name].type) for name in names)
    )
    given = given.render_derived(name="given", with_types=True)
    return postgresql.insert(table).from_select(names, select(*(given.c[name] for name in names)))


def _execute(connection: Connection, insert: Any, values: Sequence[Values]) -> None:
    if connection.dialect.name != "postgresql":
        connection.execute(insert, [dict(row) for row in values])
        return
    connection.execute(insert, {"given": json.dumps(values, ensure_ascii=False, default=_moment)})


def _moment(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    raise TypeError(f"no column holds a {type(value).__name__}")
