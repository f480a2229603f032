"""Statements of every scan and of long lists, compiled once.

Building and looking up a statement costs SQLAlchemy ten times what SQLite takes to run it, and a scan runs twenty.  A
``Prepared`` compiles a Core statement for SQLite when the module is loaded and hands the text to the session's own
connection, inside the session's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.dialects.sqlite import insert, pysqlite
from sqlalchemy.sql import Executable
from sqlmodel import Session

_FETCHED = 2000
"""Rows taken from SQLite at a time by ``Prepared.each``."""


class Prepared:
    """One statement; call it with the session and the values of its ``bindparam``s."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=pysqlite.dialect(paramstyle="named"))  # type: ignore[attr-defined]
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def __call__(self, session: Session, **values: object) -> list[tuple[Any, ...]]:
        """The rows, as SQLite gives them: a boolean is 0 or 1."""
        cursor = _cursor(session)
        try:
            cursor.execute(self._text, self._fixed | values)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def each(self, session: Session, **values: object) -> Iterator[tuple[Any, ...]]:
        """The rows one after another, for a table that is longer than what should be held at once."""
        cursor = _cursor(session)
        try:
            cursor.execute(self._text, self._fixed | values)
            while rows := cursor.fetchmany(_FETCHED):
                yield from rows
        finally:
            cursor.close()


class PreparedUpsert:
    """Puts rows into a table, over those with the same primary key."""

    def __init__(self, table: Any) -> None:
        statement = insert(table)
        keys = [column.name for column in table.primary_key]
        rest = {
            column.name: getattr(statement.excluded, column.name) for column in table.columns if column.name not in keys
        }
        compiled = statement.on_conflict_do_update(index_elements=keys, set_=rest).compile(
            dialect=pysqlite.dialect(paramstyle="qmark")
        )
        self._text = str(compiled)

    def __call__(self, session: Session, rows: Iterable[Sequence[Any]]) -> None:
        """``rows`` are the values of all columns in their order."""
        cursor = _cursor(session)
        try:
            cursor.executemany(self._text, rows)
        finally:
            cursor.close()


def _cursor(session: Session) -> Any:
    connection = session.connection().connection.dbapi_connection
    assert connection is not None
    return connection.cursor()
