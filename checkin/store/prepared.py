"""Statements of every scan and of long lists, compiled once.

Building and looking up a statement costs SQLAlchemy ten times what SQLite takes to run it, and a scan runs twenty.  A
``Prepared`` compiles a Core statement for SQLite when the module is loaded and hands the text to the session's own
connection, inside the session's transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy.dialects.sqlite import insert, pysqlite
from sqlalchemy.sql import Executable
from sqlmodel import Session

_FETCHED = 2000
"""Rows taken from SQLite at a time by ``Prepared.each``."""
_TOGETHER = 10
"""Rows of one statement of a ``PreparedUpsert``."""


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
    """Puts rows into a table, over those with the same primary key.

    Several rows go in one statement: SQLite takes them without the interpreter, which a busy window would give back to
    this thread only half a millisecond later, after each row.
    """

    def __init__(self, table: Any) -> None:
        statement = insert(table)
        keys = [column.name for column in table.primary_key]
        rest = {
            column.name: getattr(statement.excluded, column.name) for column in table.columns if column.name not in keys
        }
        compiled = statement.on_conflict_do_update(index_elements=keys, set_=rest).compile(
            dialect=pysqlite.dialect(paramstyle="qmark")
        )
        self._one = str(compiled)
        values = f"({', '.join('?' * len(table.columns))})"
        assert self._one.count(values) == 1
        self._many = self._one.replace(values, ", ".join([values] * _TOGETHER))

    def __call__(self, session: Session, rows: Sequence[Sequence[Any]]) -> None:
        """``rows`` are the values of all columns in their order."""
        whole = len(rows) - len(rows) % _TOGETHER
        cursor = _cursor(session)
        try:
            for begin in range(0, whole, _TOGETHER):
                cursor.execute(self._many, list(chain.from_iterable(rows[begin : begin + _TOGETHER])))
            cursor.executemany(self._one, rows[whole:])
        finally:
            cursor.close()


def _cursor(session: Session) -> Any:
    connection = session.connection().connection.dbapi_connection
    assert connection is not None
    return connection.cursor()
