"""Statements that travel to PostgreSQL together: on a busy machine each journey there and back costs milliseconds.

A write that nobody waits for (``later``) travels with the next question, or with the commit.  Whatever else is executed
on the connection goes after it, so everything happens in the order in which it was asked for; what travels together is
one transaction's, as ever.  SQLite needs no journeys: there everything is done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql import psycopg as postgresql

Given = Mapping[str, Any]
_DIALECT: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
_WAITING = "later"


class Question(NamedTuple):
    """A statement, for either database, and what it is given."""

    statement: Any
    given: Given


def arrange(engine: Engine) -> None:
    """Makes what waits on a connection of this PostgreSQL travel before anything else, and with the commit."""

    def goes_first(connection: Connection, *_rest: Any) -> None:
        if connection.info.get(_WAITING):
            _travel(connection, ())

    def goes_with(connection: Connection) -> None:
        if connection.info.get(_WAITING):
            _travel(connection, (), commit=True)

    def is_dropped(connection: Connection) -> None:
        with suppress(Exception):  # a connection that is lost has no memory either
            connection.info.pop(_WAITING, None)

    event.listen(engine, "before_cursor_execute", goes_first)
    event.listen(engine, "commit", goes_with)
    event.listen(engine, "rollback", is_dropped)


def later(connection: Connection, statement: Any, given: Given | Sequence[Given]) -> None:
    """Executes a write whose outcome is not looked at.  ``statement`` is one that is built once."""
    if connection.dialect.name == "postgresql" and not isinstance(given, Sequence) and _written(statement).whole:
        connection.info.setdefault(_WAITING, []).append(Question(statement, given))
    else:
        connection.execute(statement, given)


def together(connection: Connection, *questions: Question) -> list[Sequence[Any]]:
    """The rows that answer each question; they see, in this order, what those before them did."""
    if connection.dialect.name == "postgresql":
        return _travel(connection, questions)
    return [connection.execute(one.statement, one.given).all() for one in questions]


def _travel(connection: Connection, questions: Sequence[Question], *, commit: bool = False) -> list[Sequence[Any]]:
    waiting: list[Question] = connection.info.pop(_WAITING, [])
    driver: Any = connection.connection.driver_connection
    cursors = []
    with driver.pipeline():
        for one in (*waiting, *questions):
            written = _written(one.statement)
            cursor = driver.cursor(row_factory=namedtuple_row)
            cursor.execute(written.text, written.fill(one.given))
            cursors.append(cursor)
        if commit:
            driver.commit()
    return [cursor.fetchall() for cursor in cursors[len(waiting) :]]


class _Written(NamedTuple):
    """A statement's text, and what makes its parameters of what is given.

    It is not ``whole`` where SQLAlchemy itself fills in columns that are not given.
    """

    text: str
    fill: Callable[[Given], dict[str, Any]]
    whole: bool


@cache
def _written(statement: Any) -> _Written:
    compiled = statement.compile(dialect=_DIALECT)
    turn = {
        name: processor
        for bound, name in compiled.bind_names.items()
        if (processor := bound.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)) is not None
    }

    def fill(given: Given) -> dict[str, Any]:
        values: dict[str, Any] = compiled.construct_params(dict(given))
        for name, processor in turn.items():
            values[name] = processor(values[name])
        return values

    return _Written(str(compiled), fill, not (compiled.insert_prefetch or compiled.update_prefetch))
