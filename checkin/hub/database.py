"""The hub's database: SQLite in one file, or PostgreSQL by URL.

A writing transaction holds the write lock from its first statement (``BEGIN IMMEDIATE``, or the plant's counter row on
PostgreSQL) and is on the disk when it ends.  Errors of the database leave here as ours.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Connection, Engine, Table, bindparam, create_engine, event, func, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from checkin.errors import CheckinError, DiskFull, ServerBusy, SettingsWrong, StoreCorrupt
from checkin.hub import rows
from checkin.hub.journeys import Question, arrange, later, together
from checkin.hub.statements import upsert
from checkin.i18n import gettext as _

BUSY_TIMEOUT_S = 10
POOL_SIZE = 8
PING_AFTER_S = 3.0
"""How long a connection to PostgreSQL may have lain idle before it is asked whether it still lives."""


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
        _mind_the_file(engine, Path(url.database or ""))
        return engine
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=BUSY_TIMEOUT_S,
        hide_parameters=True,
        connect_args={"connect_timeout": BUSY_TIMEOUT_S, "application_name": "prohodnaya-hub"},
    )
    _ping_what_lay_idle(engine)
    arrange(engine)
    return engine


def _ping_what_lay_idle(engine: Engine) -> None:
    """A connection that was used a moment ago is not asked first whether it lives: that would be half of a read."""

    def came_back(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    def goes_out(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", time.monotonic()) > PING_AFTER_S:
            try:
                engine.dialect.do_ping(connection)
            except Exception as error:
                raise DisconnectionError from error  # the pool opens another one

    event.listen(engine, "checkin", came_back)
    event.listen(engine, "checkout", goes_out)


def _mind_the_file(engine: Engine, path: Path) -> None:
    """A file that was deleted or moved away is not written any more, though the system would let us: what a gate was
    answered for would be gone with the last handle.  One that was put in its place is opened."""

    def opens(_dialect: Any, _record: Any, _args: Any, _given: Any) -> None:
        if _identity(path) is None:
            raise _no_answer()  # SQLite would make an empty one

    def opened(_connection: Any, record: Any) -> None:
        record.info["file"] = _identity(path)

    def goes_out(_connection: Any, record: Any, _proxy: Any) -> None:
        now = _identity(path)
        if now is None:
            raise _no_answer()
        if record.info["file"] != now:
            raise DisconnectionError  # the pool opens another one

    event.listen(engine, "do_connect", opens)
    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", goes_out)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what was purged or removed is in no page any more
    cursor.execute("PRAGMA cache_size = -32000")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Switches a new file to its write-ahead log.  SQLite does not wait for its lock here, so we do."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it, or nothing."""
    with _ours(), _turn(engine), engine.execution_options(writes=True).begin() as connection:
        yield connection


_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Queues up the threads of this process to be SQLite's one writer.

    Whoever finds another process writing sleeps and tries again, the unlucky one for seconds.
    """
    if engine.dialect.name == "postgresql":
        yield
        return
    lock = _turns.setdefault(engine, threading.Lock())
    if not lock.acquire(timeout=BUSY_TIMEOUT_S):
        raise _no_answer()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Statements that only read.  On SQLite they see one state; on PostgreSQL each sees what is committed when it runs,
    as it would in a transaction there, but without the two round trips that begin and end one."""
    with _ours(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextmanager
def _ours() -> Iterator[None]:
    """The one place where the database's errors become ours."""
    try:
        yield
    except (DBAPIError, PoolTimeout, psycopg.Error) as error:
        known = _known(error)
        if known is None:
            raise
        raise known from error


def _known(error: DBAPIError | PoolTimeout | psycopg.Error) -> CheckinError | None:
    text = str(getattr(error, "orig", None) or error).lower()
    if "disk is full" in text or "no space left" in text:
        return DiskFull(_("The hub's disk is full"))
    if "malformed" in text or "not a database" in text:
        return StoreCorrupt(_("The hub's database is damaged"))
    if isinstance(error, OperationalError | PoolTimeout | psycopg.OperationalError) or getattr(
        error, "connection_invalidated", False
    ):
        return _no_answer()
    return None


def _no_answer() -> ServerBusy:
    return ServerBusy(_("The hub's database does not answer right now"), retry_after_s=2)


@dataclass(slots=True)
class Counters:
    """A plant's counters inside the transaction that holds them; ``save`` writes what was taken."""

    plant: str
    epoch: str
    revision: int
    position: int
    records: int

    def save(self, connection: Connection) -> None:
        later(connection, SAVE, self.now())

    def now(self) -> dict[str, Any]:
        """What ``SAVE`` is given."""
        return {
            "of": self.plant,
            "revision": self.revision,
            "position": self.position,
            "records": self.records,
        }


_c = rows.counter.c
_LOCK = select(_c.epoch, _c.revision, _c.position, _c.records).where(_c.plant == bindparam("of")).with_for_update()
SAVE = (
    update(rows.counter)
    .where(_c.plant == bindparam("of"))
    .values({name: bindparam(name) for name in ("revision", "position", "records")})
)


_LANE = select(func.pg_advisory_xact_lock(0x4C414E45, func.hashtext(bindparam("of"))))
"""One at a time, of those who ask for it: "LANE" and the plant."""


def lock_plant(connection: Connection, plant: str) -> Counters:
    """The plant's counters, locked until the transaction ends; made when they are not there yet."""
    return lock_and_ask(connection, plant)[0]


def lock_and_ask(
    connection: Connection, plant: str, *questions: Question, patient: bool = False
) -> tuple[Counters, list[Sequence[Any]]]:
    """``lock_plant``, and the rows that answer what is asked once the plant is locked.

    Whoever is ``patient``, a part of a long batch, waits for the others of that sort first, whichever process they are
    in: so a single event never has more than one of them before it.
    """
    lane = [Question(_LANE, {"of": plant})] if patient and connection.dialect.name == "postgresql" else []
    found, *answers = together(connection, *lane, Question(_LOCK, {"of": plant}), *questions)[len(lane) :]
    if not found:
        fresh = {"plant": plant, "epoch": secrets.token_hex(4), "revision": 0, "position": 0, "records": 0}
        upsert(connection, rows.counter, [fresh], update=())
        found, *answers = together(connection, Question(_LOCK, {"of": plant}), *questions)
    (here,) = found
    return Counters(plant, here.epoch, here.revision, here.position, here.records), answers


def refresh_statistics(engine: Engine, table: Table) -> None:
    """Tells PostgreSQL how big a table has grown in the middle of a long import: from the statistics of an empty table
    it plans to read all of it for every chunk.  SQLite needs none: it plans by its indexes."""
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            connection.exec_driver_sql(f"ANALYZE {table.name}")
