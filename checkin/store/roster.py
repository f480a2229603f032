"""The roster as this gate has it: looked up by code and by name, changed in pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, text, tuple_
from sqlmodel import Session, col, select

from checkin.domain.people import Person
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
from checkin.store.journal import Journal
from checkin.store.prepared import Prepared, PreparedUpsert
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
    """One change: the record as it is now, or None when (kind, plant, id) is gone.

    ``row`` is what of the record goes into its table, for whoever has asked for it (``Roster.row``) already.
    """

    kind: str
    plant: str
    id: str
    record: Record | None
    row: tuple[object, ...] | None = None


def put(record: Record) -> RosterChange:
    """The change that brings a record."""
    return RosterChange(kind_of(record), record.plant, record.id, record)


_PLANT: BindParameter[str] = bindparam("plant")
_ID: BindParameter[str] = bindparam("id")


def _all(table: Any) -> Any:
    """All columns of a table, in the order in which its row class takes them."""
    return select(table.__table__)


def _whole(table: Any, *conditions: Any) -> Prepared:
    return Prepared(_all(table).where(*conditions))


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

_MEMBERS = (col(VisitorRow.plant), col(VisitorRow.tour), col(VisitorRow.search))
_VISITORS = _whole(VisitorRow)
_VISITORS_OF = Prepared(_all(VisitorRow).where(col(VisitorRow.plant) == _PLANT).order_by(*_MEMBERS))
_SORTED = tuple(VisitorRow.__table__.columns.keys().index(column.key) for column in _MEMBERS)  # type: ignore[attr-defined]
_OF_GROUP = Prepared(
    _all(VisitorRow)
    .where(col(VisitorRow.plant) == _PLANT, col(VisitorRow.group_id) == _ID)
    .order_by(col(VisitorRow.search))
)
_OF_TOUR = Prepared(
    _all(VisitorRow)
    .where(col(VisitorRow.plant) == _PLANT, col(VisitorRow.tour) == _ID)
    .order_by(col(VisitorRow.search))
)
_TICKETS, _TICKETS_OF = _whole(TicketRow), _whole(TicketRow, col(TicketRow.plant) == _PLANT)
_OF_VISITOR = _whole(TicketRow, col(TicketRow.plant) == _PLANT, col(TicketRow.visitor) == _ID)
_GROUPS_OF = _whole(GroupRow, col(GroupRow.plant) == _PLANT)
_NAMED = Prepared(text("SELECT coalesce(sum(named), 0) FROM tour_heads"))
_TABLES: dict[str, Any] = {
    "tour": TourRow,
    "group": GroupRow,
    "visitor": VisitorRow,
    "ticket": TicketRow,
    "revocation": RevocationRow,
}
_UPSERTS = {table: PreparedUpsert(table.__table__) for table in (RecordRow, *_TABLES.values())}


class Roster:
    """Reads and changes the roster."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- changing -------------------------------------------------------------------------------

    def apply(self, changes: Iterable[RosterChange]) -> int:
        """Takes changes in; of several for one record the last counts.  Returns how many records they touched."""
        by_kind: dict[str, dict[tuple[str, str], RosterChange]] = defaultdict(dict)
        for change in changes:
            by_kind[change.kind][change.plant, change.id] = change
        with Journal(self._session).handing_over([ticket for _plant, ticket in by_kind["ticket"]]):
            for kind, last in by_kind.items():
                gone = [key for key, change in last.items() if change.record is None]
                if gone:
                    self._remove(_TABLES.get(kind, RecordRow), kind, gone)
                self._put(
                    kind,
                    [
                        change.row or self._values(kind, change.record)
                        for change in last.values()
                        if change.record is not None
                    ],
                )
        return sum(map(len, by_kind.values()))

    def put(self, records: Iterable[Record]) -> None:
        """Takes records in, over those with the same id; of several with one id the last counts."""
        by_kind: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            by_kind[kind_of(record)].append(record)
        with Journal(self._session).handing_over([ticket.id for ticket in by_kind["ticket"]]):
            for kind, some in by_kind.items():
                self._put(kind, [self._values(kind, record) for record in some])

    @classmethod
    def row(cls, record: Record) -> tuple[object, ...]:
        """What goes into the record's table; ``ValueError`` or ``TypeError`` for a record that no row can hold.

        Such as one with a naive time.
        """
        values = cls._values(kind_of(record), record)
        for value in values:
            if type(value) is int and abs(value) >= 2**63:
                raise ValueError("a number that no row can hold")
        return values

    @staticmethod
    def _values(kind: str, record: Record) -> tuple[object, ...]:
        table = _TABLES.get(kind)
        if table is None:
            return (kind, record.plant, record.id, record_json(record))
        values: tuple[object, ...] = table.values(record)
        return values

    def _put(self, kind: str, rows: list[tuple[object, ...]]) -> None:
        _UPSERTS[_TABLES.get(kind, RecordRow)](self._session, rows)

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

    def people(self, plant: str) -> list[Person]:
        """Who works at the plant's gates, and at those of every plant (plant ``""``), with those who have left."""
        found = [*self._records("person", plant), *(self._records("person", "") if plant else [])]
        return [record for record in found if isinstance(record, Person)]

    # --- tours, groups, visitors ----------------------------------------------------------------

    def tour(self, plant: str, tour: str) -> Tour | None:
        rows = _TOUR(self._session, plant=plant, id=tour)
        return TourRow.read(rows[0]) if rows else None

    def tours(self, plant: str | None = None, begin: datetime | None = None, end: datetime | None = None) -> list[Tour]:
        """Tours that touch the time from ``begin`` to ``end``, in order of start."""
        query = _all(TourRow).order_by(col(TourRow.start_us), col(TourRow.id))
        if plant is not None:
            query = query.where(col(TourRow.plant) == plant)
        if begin is not None:
            query = query.where(col(TourRow.end_us) >= to_us(begin))
        if end is not None:
            query = query.where(col(TourRow.start_us) < to_us(end))
        return [TourRow.read(row) for row in self._session.execute(query)]

    def group(self, plant: str, group: str) -> Group | None:
        rows = _GROUP(self._session, plant=plant, id=group)
        return GroupRow.read(rows[0]) if rows else None

    def groups(self, plant: str) -> list[Group]:
        return [GroupRow.read(row) for row in _GROUPS_OF(self._session, plant=plant)]

    def visitor(self, plant: str, visitor: str) -> Visitor | None:
        rows = _VISITOR(self._session, plant=plant, id=visitor)
        return VisitorRow.read(rows[0]) if rows else None

    def visitors(self, plant: str | None = None) -> Iterator[Visitor]:
        """Visitors by plant, tour and name."""
        if plant is not None:
            return map(VisitorRow.read, _VISITORS_OF.each(self._session, plant=plant))
        # Sorting 100,000 wide rows costs Python a third of what it costs SQLite.
        return map(VisitorRow.read, sorted(_VISITORS(self._session), key=itemgetter(*_SORTED)))

    def group_members(self, plant: str, group: str) -> list[Visitor]:
        return [VisitorRow.read(row) for row in _OF_GROUP(self._session, plant=plant, id=group)]

    def visitor_count(self) -> int:
        """People on the list by name who are not cancelled."""
        return int(_NAMED(self._session)[0][0])

    def tour_members(self, plant: str, tour: str) -> list[Visitor]:
        return [VisitorRow.read(row) for row in _OF_TOUR(self._session, plant=plant, id=tour)]

    def search(self, plant: str | None, query: str, limit: int) -> list[Visitor]:
        """Visitors whose name holds every word of the query, in any order; ё finds е."""
        words = [word for word in search_text(query).split() if word]
        if not words:
            return []
        statement = _all(VisitorRow).limit(limit)
        if plant is not None:
            statement = statement.where(col(VisitorRow.plant) == plant)
        for word in words:
            statement = statement.where(col(VisitorRow.search).contains(word, autoescape=True))
        return [VisitorRow.read(row) for row in self._session.execute(statement)]

    # --- tickets --------------------------------------------------------------------------------

    def tickets_by_code(self, code: str) -> list[Ticket]:
        """Tickets with this code, exact spelling first, then those that differ in case only."""
        found = [TicketRow.read(row) for row in _BY_CODE(self._session, key=code_key(code))]
        return sorted(found, key=lambda ticket: ticket.code != code)

    def tickets_by_short(self, short: str) -> list[Ticket]:
        return [TicketRow.read(row) for row in _BY_SHORT(self._session, short=short)]

    def ticket(self, plant: str, ticket: str) -> Ticket | None:
        rows = _TICKET(self._session, plant=plant, id=ticket)
        return TicketRow.read(rows[0]) if rows else None

    def tickets(self, plant: str | None = None) -> Iterator[Ticket]:
        rows = _TICKETS.each(self._session) if plant is None else _TICKETS_OF.each(self._session, plant=plant)
        return map(TicketRow.read, rows)

    def ticket_of(self, plant: str, visitor: str) -> Ticket | None:
        rows = _OF_VISITOR(self._session, plant=plant, id=visitor)
        return TicketRow.read(rows[0]) if rows else None

    def tickets_of(self, plant: str, visitors: Sequence[str]) -> dict[str, Ticket]:
        """The ticket of each visitor who has one."""
        rows = self._session.execute(
            _all(TicketRow).where(col(TicketRow.plant) == plant, col(TicketRow.visitor).in_(list(visitors)))
        )
        found = map(TicketRow.read, rows)
        return {ticket.visitor: ticket for ticket in found if ticket.visitor is not None}

    def revocation(self, plant: str, ticket: str) -> Revocation | None:
        rows = _REVOCATION(self._session, plant=plant, id=ticket)
        return RevocationRow.read(rows[0]) if rows else None
