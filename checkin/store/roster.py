"""The roster as this gate has it: looked up by code and by name, changed in pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, tuple_
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, SQLModel, col, select

from checkin.domain.ticket import code_key
from checkin.domain.visit import (
    Gate,
    Group,
    Plant,
    Record,
    Revocation,
    SigningKey,
    StopEntry,
    Ticket,
    Tour,
    Visitor,
)
from checkin.store.prepared import Prepared
from checkin.store.rows import (
    GroupRow,
    RecordRow,
    RevocationRow,
    TicketRow,
    TourRow,
    VisitorRow,
    search_text,
    to_us,
)
from checkin.wire import kind_of, record_from_json, record_json


@dataclass(frozen=True, slots=True)
class RosterChange:
    """One change: the record as it is now, or None when (kind, plant, id) is gone."""

    kind: str
    plant: str
    id: str
    record: Record | None


def put(record: Record) -> RosterChange:
    """The change that brings a record."""
    return RosterChange(kind_of(record), record.plant, record.id, record)


_PLANT: BindParameter[str] = bindparam("plant")
_ID: BindParameter[str] = bindparam("id")


def _whole(table: Any, *conditions: Any) -> Prepared:
    """All columns of a table, in the order in which its row class takes them."""
    return Prepared(select(table.__table__).where(*conditions))


def _one(table: Any) -> Prepared:
    return _whole(table, col(table.plant) == _PLANT, col(table.id) == _ID)


_BY_CODE = _whole(TicketRow, col(TicketRow.code_key) == bindparam("key"))
_BY_SHORT = _whole(TicketRow, col(TicketRow.short) == bindparam("short"))
_TICKET, _TOUR, _GROUP, _VISITOR, _REVOCATION = map(_one, (TicketRow, TourRow, GroupRow, VisitorRow, RevocationRow))
_RECORDS = Prepared(select(RecordRow.body).where(col(RecordRow.kind) == bindparam("kind")).order_by(col(RecordRow.id)))
_RECORDS_OF = Prepared(
    select(RecordRow.body)
    .where(col(RecordRow.kind) == bindparam("kind"), col(RecordRow.plant) == _PLANT)
    .order_by(col(RecordRow.id))
)

_TABLES: dict[str, Any] = {
    "tour": TourRow,
    "group": GroupRow,
    "visitor": VisitorRow,
    "ticket": TicketRow,
    "revocation": RevocationRow,
}


class Roster:
    """Reads and changes the roster."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- changing -------------------------------------------------------------------------------

    def apply(self, changes: Iterable[RosterChange]) -> int:
        """Takes changes in; of several for one record the last counts.  Returns how many records they touched."""
        last = {(change.kind, change.plant, change.id): change for change in changes}
        by_kind: dict[str, list[RosterChange]] = {}
        for change in last.values():
            by_kind.setdefault(change.kind, []).append(change)
        for kind, wanted in by_kind.items():
            table = _TABLES.get(kind, RecordRow)
            gone = [(change.plant, change.id) for change in wanted if change.record is None]
            come = [self._values(kind, change.record) for change in wanted if change.record is not None]
            if gone:
                self._remove(table, kind, gone)
            if come:
                self._upsert(table, come)
        return len(last)

    @classmethod
    def check(cls, record: Record) -> None:
        """Raises ``ValueError`` or ``TypeError`` for a record that no row can hold, such as one with a naive time."""
        values = cls._values(kind_of(record), record)
        if any(isinstance(value, int) and abs(value) >= 2**63 for value in values.values()):
            raise ValueError("a number that no row can hold")

    @staticmethod
    def _values(kind: str, record: Record) -> dict[str, object]:
        table = _TABLES.get(kind)
        if table is not None:
            values: dict[str, object] = table.values(record)
            return values
        return {"kind": kind, "plant": record.plant, "id": record.id, "body": record_json(record)}

    def _upsert(self, table: type[SQLModel], values: list[dict[str, object]]) -> None:
        # The table, not the row class: the unit of work would look at each of 100,000 rows for nothing.
        rows = table.__table__  # type: ignore[attr-defined]
        statement = insert(rows)
        keys = [column.name for column in rows.primary_key]
        rest = {name: getattr(statement.excluded, name) for name in values[0] if name not in keys}
        self._session.connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), values)

    def _remove(self, table: Any, kind: str, gone: list[tuple[str, str]]) -> None:
        statement = delete(table).where(tuple_(col(table.plant), col(table.id)).in_(gone))
        if table is RecordRow:
            statement = statement.where(col(RecordRow.kind) == kind)
        self._session.execute(statement)

    # --- the few --------------------------------------------------------------------------------

    def _records(self, kind: str, plant: str | None = None) -> list[Record]:
        if plant is None:
            bodies = _RECORDS(self._session, kind=kind)
        else:
            bodies = _RECORDS_OF(self._session, kind=kind, plant=plant)
        return [record_from_json(kind, body) for (body,) in bodies]

    def plants(self) -> list[Plant]:
        return [record for record in self._records("plant") if isinstance(record, Plant)]

    def plant(self, plant: str) -> Plant | None:
        return next((record for record in self._records("plant", plant) if isinstance(record, Plant)), None)

    def gates(self, plant: str | None = None) -> list[Gate]:
        return [record for record in self._records("gate", plant) if isinstance(record, Gate)]

    def stop_entries(self, plant: str) -> list[StopEntry]:
        """The plant's own stop list and the programme's (plant ``""``)."""
        found = [*self._records("stop", plant), *(self._records("stop", "") if plant else [])]
        return [record for record in found if isinstance(record, StopEntry)]

    def signing_keys(self) -> list[SigningKey]:
        return [record for record in self._records("key") if isinstance(record, SigningKey)]

    # --- tours, groups, visitors ----------------------------------------------------------------

    def tour(self, plant: str, tour: str) -> Tour | None:
        rows = _TOUR(self._session, plant=plant, id=tour)
        return TourRow.of(rows[0]).record() if rows else None

    def tours(self, plant: str | None = None, begin: datetime | None = None, end: datetime | None = None) -> list[Tour]:
        """Tours that touch the time from ``begin`` to ``end``, in order of start."""
        query = select(TourRow).order_by(col(TourRow.start_us), col(TourRow.id))
        if plant is not None:
            query = query.where(col(TourRow.plant) == plant)
        if begin is not None:
            query = query.where(col(TourRow.end_us) >= to_us(begin))
        if end is not None:
            query = query.where(col(TourRow.start_us) < to_us(end))
        return [row.record() for row in self._session.exec(query)]

    def group(self, plant: str, group: str) -> Group | None:
        rows = _GROUP(self._session, plant=plant, id=group)
        return GroupRow.of(rows[0]).record() if rows else None

    def groups(self, plant: str) -> list[Group]:
        return [row.record() for row in self._session.exec(select(GroupRow).where(col(GroupRow.plant) == plant))]

    def visitor(self, plant: str, visitor: str) -> Visitor | None:
        rows = _VISITOR(self._session, plant=plant, id=visitor)
        return VisitorRow.of(rows[0]).record() if rows else None

    def visitors(self, plant: str | None = None) -> Iterator[Visitor]:
        query = select(VisitorRow).order_by(col(VisitorRow.plant), col(VisitorRow.tour), col(VisitorRow.search))
        if plant is not None:
            query = query.where(col(VisitorRow.plant) == plant)
        for row in self._session.exec(query.execution_options(yield_per=2000)):
            yield row.record()

    def group_members(self, plant: str, group: str) -> list[Visitor]:
        rows = self._session.exec(
            select(VisitorRow)
            .where(col(VisitorRow.plant) == plant, col(VisitorRow.group_id) == group)
            .order_by(col(VisitorRow.search))
        )
        return [row.record() for row in rows]

    def visitor_count(self) -> int:
        return int(self._session.execute(select(func.count()).select_from(VisitorRow)).scalar_one())

    def tour_members(self, plant: str, tour: str) -> list[Visitor]:
        rows = self._session.exec(
            select(VisitorRow)
            .where(col(VisitorRow.plant) == plant, col(VisitorRow.tour) == tour)
            .order_by(col(VisitorRow.search))
        )
        return [row.record() for row in rows]

    def search(self, plant: str | None, query: str, limit: int) -> list[Visitor]:
        """Visitors whose name holds every word of the query, in any order; ё finds е."""
        words = [word for word in search_text(query).split() if word]
        if not words:
            return []
        statement = select(VisitorRow).limit(limit)
        if plant is not None:
            statement = statement.where(col(VisitorRow.plant) == plant)
        for word in words:
            statement = statement.where(col(VisitorRow.search).contains(word, autoescape=True))
        return [row.record() for row in self._session.exec(statement)]

    # --- tickets --------------------------------------------------------------------------------

    def tickets_by_code(self, code: str) -> list[Ticket]:
        """Tickets with this code, exact spelling first, then those that differ in case only."""
        found = [TicketRow.of(row).record() for row in _BY_CODE(self._session, key=code_key(code))]
        return sorted(found, key=lambda ticket: ticket.code != code)

    def tickets_by_short(self, short: str) -> list[Ticket]:
        return [TicketRow.of(row).record() for row in _BY_SHORT(self._session, short=short)]

    def ticket(self, plant: str, ticket: str) -> Ticket | None:
        rows = _TICKET(self._session, plant=plant, id=ticket)
        return TicketRow.of(rows[0]).record() if rows else None

    def tickets(self, plant: str | None = None) -> Iterator[Ticket]:
        query = select(TicketRow)
        if plant is not None:
            query = query.where(col(TicketRow.plant) == plant)
        for row in self._session.exec(query.execution_options(yield_per=2000)):
            yield row.record()

    def ticket_of(self, plant: str, visitor: str) -> Ticket | None:
        row = self._session.exec(
            select(TicketRow).where(col(TicketRow.plant) == plant, col(TicketRow.visitor) == visitor)
        ).first()
        return None if row is None else row.record()

    def tickets_of(self, plant: str, visitors: Sequence[str]) -> dict[str, Ticket]:
        """The ticket of each visitor who has one."""
        rows = self._session.exec(
            select(TicketRow).where(col(TicketRow.plant) == plant, col(TicketRow.visitor).in_(list(visitors)))
        )
        return {row.visitor: row.record() for row in rows if row.visitor is not None}

    def revocation(self, plant: str, ticket: str) -> Revocation | None:
        rows = _REVOCATION(self._session, plant=plant, id=ticket)
        return RevocationRow.of(rows[0]).record() if rows else None
