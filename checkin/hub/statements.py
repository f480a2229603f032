"""Statements as both databases want them.

Building a statement costs SQLAlchemy several times what the database takes to run it.  So what every push runs is
built once, and many keys or many rows are one parameter: the text stays the same and is planned once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from pydantic_core import to_json
from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Connection,
    CursorResult,
    Dialect,
    Select,
    String,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from checkin.hub.journeys import Question, later

Values = Mapping[str, Any]


class _Many(TypeDecorator[Any]):
    """Many values of one type as a single parameter: an array, or on SQLite a JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, one: TypeEngine[Any] | None = None) -> None:
        super().__init__()
        self.one = one or String()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = postgresql.ARRAY(self.one) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        given = list(value or ())
        return given if dialect.name == "postgresql" else json.dumps(given)


class _Among(FunctionElement[bool]):
    inherit_cache = True
    name = "among"
    type = Boolean()

    def self_group(self, against: object = None) -> Self:
        """Itself: SQLAlchemy would write ``… IN (…) = 1``, for which SQLite uses no index."""
        return self


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    what, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{what} = ANY ({values})"


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    what, values = element.clauses
    return (
        f"{compiler.process(what, **options)} IN (SELECT value FROM json_each({compiler.process(values, **options)}))"
    )


def among(what: ColumnElement[Any], values: str | Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of many values: those given, or those of the parameter with this name."""
    kind = _Many(what.type)
    given = bindparam(values, type_=kind) if isinstance(values, str) else bindparam(None, list(values), type_=kind)
    return _Among(what, given)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the rows under each of many keys, as each database has to be asked it."""

    postgresql: Select[Any] | CompoundSelect[Any]
    sqlite: Select[Any] | CompoundSelect[Any]

    def of(self, connection: Connection, given: Mapping[str, Any]) -> CursorResult[Any]:
        """The rows found, in no order."""
        return connection.execute(self._for(connection), given)

    def question(self, connection: Connection, given: Mapping[str, Any]) -> Question:
        """The question with what it is given, to be asked together with others."""
        return Question(self._for(connection), given)

    def _for(self, connection: Connection) -> Select[Any] | CompoundSelect[Any]:
        return self.postgresql if connection.dialect.name == "postgresql" else self.sqlite

    def also(self, *others: Asked | Select[Any]) -> Asked:
        """This question and others with the same columns in one."""
        each = [one if isinstance(one, Asked) else Asked(one, one) for one in (self, *others)]
        return Asked(union_all(*(one.postgresql for one in each)), union_all(*(one.sqlite for one in each)))


def under(query: Select[Any], key: ColumnElement[Any], keys: str) -> Asked:
    """A query's rows whose ``key`` is one of the parameter ``keys``.

    PostgreSQL looks each key up by itself (``OFFSET 0`` keeps it from thinking of anything else).  With ``= ANY`` it
    weighs that against reading all of the plant by some other index, and as long as it has no statistics of a table
    that has just grown (or keeps a plan from when the table was small) it takes the latter for every push.
    """
    given = (
        func.unnest(bindparam(keys, type_=_Many(key.type)))
        .table_valued(column("one", key.type))
        .render_derived(name="given")
    )
    each = query.where(key == given.c.one).offset(literal_column("0")).lateral("found")
    return Asked(select(each).select_from(given.join(each, true())), query.where(among(key, keys)))


def add(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    """Inserts rows whose keys are new."""
    if values:
        _execute(connection, _inserting(connection.dialect.name, table, tuple(values[0]), None), values)


def add_and(connection: Connection, table: Table, values: Sequence[Values], change: Update, given: Values) -> None:
    """Inserts rows whose keys are new, and makes a change that goes with them: on PostgreSQL in one round trip."""
    if values and connection.dialect.name == "postgresql":
        _execute(connection, _adding(table, tuple(values[0]), change), values, given)
    elif values:
        add(connection, table, values)
        later(connection, change, given)


@cache
def _adding(table: Table, names: tuple[str, ...], change: Update) -> Any:
    return _inserting("postgresql", table, names, None).add_cte(change.cte("change"))


def upsert(connection: Connection, table: Table, values: Sequence[Values], update: Sequence[str] | None = None) -> None:
    """Inserts rows; where the key is taken, sets the columns in ``update`` (all that are no key by default)."""
    if values:
        keys = table.primary_key.columns
        names = [name for name in values[0] if name not in keys] if update is None else update
        statement = _inserting(connection.dialect.name, table, tuple(values[0]), tuple(names))
        _execute(connection, statement, values)


@cache
def _inserting(database: str, table: Table, names: tuple[str, ...], update: tuple[str, ...] | None) -> Any:
    """An insert of many rows.  PostgreSQL gets them as one JSON text: a row at a time takes it ten times as long.

    ``update`` names the columns that are set where the key is taken; None does not expect that.
    """
    insert: Any
    if database == "postgresql":
        given = func.json_to_recordset(cast(bindparam("given", type_=Text()), postgresql.JSON)).table_valued(
            *(column(name, table.c[name].type) for name in names)
        )
        given = given.render_derived(name="given", with_types=True)
        insert = postgresql.insert(table).from_select(list(names), select(*(given.c[name] for name in names)))
    else:
        insert = sqlite.insert(table)
    keys = [one.name for one in table.primary_key.columns]
    if update is None:
        return insert
    if not update:
        return insert.on_conflict_do_nothing(index_elements=keys)
    return insert.on_conflict_do_update(index_elements=keys, set_={name: insert.excluded[name] for name in update})


def _execute(connection: Connection, insert: Any, values: Sequence[Values], more: Values | None = None) -> None:
    if connection.dialect.name == "postgresql":
        later(connection, insert, {"given": to_json(values).decode(), **(more or {})})
    else:
        later(connection, insert, [dict(row) for row in values])
