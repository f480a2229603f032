"""Statements of every scan, compiled once.

Building and looking up a statement costs SQLAlchemy ten times what SQLite takes to run it, and a scan runs twenty.  A
``Prepared`` compiles a Core statement for SQLite when the module is loaded and hands the text to the session's own
connection, inside the session's transaction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql import Executable
from sqlmodel import Session


class Prepared:
    """One statement; call it with the session and the values of its ``bindparam``s."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=pysqlite.dialect(paramstyle="named"))  # type: ignore[attr-defined]
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def __call__(self, session: Session, **values: object) -> list[tuple[Any, ...]]:
        """The rows, as SQLite gives them: a boolean is 0 or 1."""
        connection = session.connection().connection.dbapi_connection
        assert connection is not None
        cursor = connection.cursor()
        try:
            cursor.execute(self._text, self._fixed | values)
            return list(cursor.fetchall())
        finally:
            cursor.close()
