"""The encrypted SQLite file of a gate, and transactions on it.

Every write is one ``BEGIN IMMEDIATE`` transaction with ``synchronous=FULL`` on a WAL: when ``Store.write`` returns, it
is on the disk.  What only repeats the other side (``Store.take``) is whole or not there after a power cut, but need not
wait for the disk: its cursor goes with it.  Several processes may use one profile: a writer waits for another up to
``BUSY_S`` seconds, then says so.  A verdict is returned when the journal's copy has its event too (``store.copy``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session

from checkin.domain.events import JournalLine
from checkin.errors import CheckinError, DiskFull, SchemaTooNew, StoreBusy, StoreCorrupt
from checkin.i18n import gettext as _
from checkin.store import repair
from checkin.store.copy import JournalCopy
from checkin.store.headcounts import Headcounts
from checkin.store.journal import Journal
from checkin.store.meta import Meta
from checkin.store.outbox import Outbox
from checkin.store.roster import Roster
from checkin.store.unread import Unread
from checkin.store.vault import Vault
from checkin.store.writeback import WriteBack

log = logging.getLogger(__name__)

BUSY_S = 10
WRITTEN_BACK = 8000
"""Pages of the log (32 MB) after which a commit writes them back itself: nobody beside it has come to it."""
HEAD = "0004"
"""The newest migration (a test holds it to the scripts): compared without importing Alembic, which takes 0.2 s."""


class StoreDamaged(StoreCorrupt):
    """The file itself is damaged: the next start puts it together again."""


class Transaction:
    """One transaction: the roster, the journal, the outbox and the meta facts as they are in it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.written: list[JournalLine] = []
        self.facts: dict[str, str] = {}

    @cached_property
    def meta(self) -> Meta:
        return Meta(self.session, self.facts)

    @cached_property
    def roster(self) -> Roster:
        return Roster(self.session)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.session)

    @cached_property
    def unread(self) -> Unread:
        return Unread(self.session)

    @cached_property
    def headcounts(self) -> Headcounts:
        return Headcounts(self.session)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.session, self.written)


class Store:
    """A gate's store.  Use ``read`` and ``write``; nothing else touches the file.

    ``note`` is a sentence for the person when the store had to be mended at its opening, else empty.
    """

    vault: Vault
    """For documents beside the store; ``open_store`` puts it there."""

    def __init__(self, engine: Engine, path: Path, copy: JournalCopy) -> None:
        self._engine = engine
        self._writing = engine.execution_options(write="FULL")
        self._taking = engine.execution_options(write="NORMAL")
        self._copy = copy
        self._write_back = WriteBack(engine)
        self.on_close: Callable[[], None] | None = None
        self.path = path
        self.note = ""

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is committed and on the disk when the block ends; any error in it undoes all of it."""
        with self._begun(self._writing) as tx:
            yield tx
        if (tx.written or tx.facts) and not self._copy.add(tx.written, tx.facts):
            log.warning("the journal's copy cannot be written: %s", self._copy.trouble)

    @contextmanager
    def take(self) -> Iterator[Transaction]:
        """A transaction with what came from the other side, which it would send again; nothing of this gate's own."""
        with self._begun(self._taking) as tx:
            yield tx
            assert not tx.written, "this gate's own events must be on the disk"
            assert not tx.facts, "what a rebuilt store needs must be on the disk"

    @contextmanager
    def _begun(self, engine: Engine) -> Iterator[Transaction]:
        with known_errors(self.path), Session(engine, expire_on_commit=False) as session, session.begin():
            session.connection()
            yield Transaction(session)
        self._write_back.committed()

    @property
    def copy(self) -> JournalCopy:
        """The journal's second copy."""
        return self._copy

    def rest(self) -> None:
        """Waits while the log is written back: for whoever has much to write and is in no hurry."""
        self._write_back.wait()

    def compact(self) -> None:
        """Writes the file anew and empties its log: what was taken out is in no page of them any more."""
        with known_errors(self.path):
            connection = self._engine.raw_connection()
            try:
                for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    connection.cursor().execute(statement).fetchall()
            finally:
                connection.close()

    def renew_copy(self) -> None:
        """Writes the journal's copy anew from the store: what was purged here is then gone from there too."""
        with self.read() as tx:
            lines = [stored.line for stored in tx.journal.lines(tx.meta.device().id)]
            self._copy.renew(lines, tx.meta.lasting())

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view; what is changed in it is not kept."""
        with known_errors(self.path), Session(self._engine, expire_on_commit=False) as session:
            yield Transaction(session)

    def close(self) -> None:
        self._write_back.close()
        self._engine.dispose()
        self._copy.close()
        if self.on_close is not None:
            self.on_close()


@contextmanager
def known_errors(path: Path) -> Iterator[None]:
    """The one place where the database's errors become ours."""
    try:
        yield
    except (OperationalError, DatabaseError) as error:
        raise _suspected(path, _as_ours(str(error.orig), error)) from error
    except sqlcipher.Error as error:
        raise _suspected(path, _as_ours(str(error), error)) from error


def _suspected(path: Path, error: CheckinError | Exception) -> CheckinError | Exception:
    """Leaves word for the next start when damage was met."""
    if isinstance(error, StoreDamaged):
        with suppress(OSError):
            repair.suspicion(path).touch()
    return error


def _as_ours(text: str, error: Exception) -> CheckinError | Exception:
    lower = text.lower()
    if "locked" in lower or "busy" in lower:
        return StoreBusy(_("Another program holds this gate's data. Wait a moment and try again"))
    if "full" in lower:
        return DiskFull(_("The disk is full. Free some space: nothing new can be recorded until then"))
    if "readonly" in lower or "read-only" in lower:
        return DiskFull(_("The disk does not take new data. Nothing can be recorded until it does"))
    if any(word in lower for word in ("malformed", "not a database", "corrupt")):
        return StoreDamaged(_("This gate's data is damaged. Start the program again: it mends what can be mended"))
    if any(word in lower for word in ("disk i/o", "unable to open")):
        return StoreCorrupt(_("This gate's data cannot be read. Call your administrator; nothing was deleted"))
    return error


def engine_for(path: Path, key: str) -> Engine:
    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_S, cached_statements=256
        )
        try:
            run: Callable[[str], Any] = connection.execute
            run(f"PRAGMA key = \"x'{key}'\"")
            run("PRAGMA cipher_log_level = NONE")  # what is wrong comes as an error, not on standard error
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")
            run(f"PRAGMA wal_autocheckpoint = {WRITTEN_BACK}")
            run("PRAGMA foreign_keys = ON")
            run("PRAGMA recursive_triggers = ON")  # without it REPLACE gets past the journal's own triggers
            run("PRAGMA secure_delete = ON")
            run("PRAGMA cache_size = -32000")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        pool_use_lifo=True,  # a connection that another one wrote behind has to read its pages anew
        hide_parameters=True,  # a name in an error's text would be a name in a log
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        flush = connection.get_execution_options().get("write", "")
        if flush and connection.info.get("flush", "FULL") != flush:
            connection.exec_driver_sql(f"PRAGMA synchronous = {flush}")
            connection.info["flush"] = flush
        connection.exec_driver_sql("BEGIN IMMEDIATE" if flush else "BEGIN")

    return engine


def bring_up(engine: Engine) -> None:
    """Brings the schema to ``HEAD`` in one transaction; a second process that starts meanwhile waits for it."""
    with engine.connect() as connection:
        version = _version(connection)
    if version == HEAD:
        return
    from checkin.store.migrations import known_revisions, upgrade

    with engine.execution_options(write="FULL").begin() as connection:
        version = _version(connection)
        if version is not None and version not in known_revisions():
            raise SchemaTooNew(
                _("This gate's data was written by a newer version of the program. Install that version or a newer one")
            )
        if version != HEAD:
            upgrade(connection)


def _version(connection: Any) -> str | None:
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchall()
    if not rows:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").fetchall()
    return str(found[0][0]) if found else None
