"""The tables of a gate's store.  Times are microseconds since 1970 in UTC; an empty text means nothing was given.

A roster's tables turn a record into the ``values`` of their columns and ``read`` it back from them, in the columns'
order: 100,000 records pass through here in a list, and the row classes would cost more than SQLite does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from checkin.domain.ticket import code_key
from checkin.domain.visit import Flag, Group, Revocation, Ticket, Tour, Visitor
from checkin.wire import record_from_json, record_json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - EPOCH) // _US


def from_us(us: int) -> datetime:
    """The moment, in UTC."""
    return EPOCH + timedelta(microseconds=us)


def search_text(name: str) -> str:
    """What a name is searched by: one case, ё as е."""
    return name.casefold().replace("ё", "е")


@lru_cache(4096)
def _flags(text: str) -> frozenset[Flag]:
    """The flags of a row.  There are as many different texts as there are sets of flags in use: a few dozen."""
    return frozenset(Flag(flag) for flag in text.split(",") if flag)


class StoreModel(SQLModel, registry=registry()):
    """The base of the store's tables: metadata of their own, apart from a hub's in the same process."""


class MetaRow(StoreModel, table=True):
    """One fact about the store itself: the device's id and key, cursors, the roster's age."""

    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str


class RecordRow(StoreModel, table=True):
    """Plants, gates, stop entries and keys: few, and read whole."""

    __tablename__ = "record"
    kind: str = Field(primary_key=True)
    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    body: str


class TourRow(StoreModel, table=True):
    """A tour; ``body`` is the whole record."""

    __tablename__ = "tour"
    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    start_us: int = Field(index=True)
    end_us: int
    body: str

    @staticmethod
    def values(tour: Tour) -> tuple[object, ...]:
        return (
            tour.plant,
            tour.id,
            to_us(tour.start),
            to_us(tour.end),
            record_json(tour),
        )

    @staticmethod
    def read(row: Sequence[Any]) -> Tour:
        tour = record_from_json("tour", row[4])
        assert isinstance(tour, Tour)
        return tour


class GroupRow(StoreModel, table=True):
    """A group."""

    __tablename__ = "visit_group"
    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    tour: str = Field(index=True)
    name: str
    leader: str = ""
    size: int | None = None

    @staticmethod
    def values(group: Group) -> tuple[object, ...]:
        return (
            group.plant,
            group.id,
            group.tour,
            group.name,
            group.leader,
            group.size,
        )

    @staticmethod
    def read(row: Sequence[Any]) -> Group:
        plant, id, tour, name, leader, size = row
        return Group(id=id, plant=plant, tour=tour, name=name, leader=leader, size=size)


class VisitorRow(StoreModel, table=True):
    """A person on the roster."""

    __tablename__ = "visitor"
    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    tour: str = Field(index=True)
    group_id: str | None = Field(default=None, index=True)
    name: str
    search: str
    birth_year: int | None = None
    language: str = "ru"
    flags: str = ""
    cancelled: bool = False

    @staticmethod
    def values(visitor: Visitor) -> tuple[object, ...]:
        return (
            visitor.plant,
            visitor.id,
            visitor.tour,
            visitor.group,
            visitor.name,
            search_text(visitor.name),
            visitor.birth_year,
            visitor.language,
            ",".join(sorted(visitor.flags)),
            Flag.CANCELLED in visitor.flags,
        )

    @staticmethod
    def read(row: Sequence[Any]) -> Visitor:
        plant, id, tour, group, name, _search, birth_year, language, flags, _cancelled = row
        return Visitor(
            id=id,
            plant=plant,
            tour=tour,
            name=name,
            group=group,
            birth_year=birth_year,
            language=language,
            flags=_flags(flags),
        )


class TicketRow(StoreModel, table=True):
    """A ticket.  ``code_key`` is what its code is looked up by, whatever the case."""

    __tablename__ = "ticket"
    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    tour: str = Field(index=True)
    code: str
    code_key: str = Field(index=True)
    short: str = Field(default="", index=True)
    visitor: str | None = Field(default=None, index=True)
    group_id: str | None = None
    party: int = 1
    from_us: int | None = None
    until_us: int | None = None

    @staticmethod
    def values(ticket: Ticket) -> tuple[object, ...]:
        return (
            ticket.plant,
            ticket.id,
            ticket.tour,
            ticket.code,
            code_key(ticket.code),
            ticket.short,
            ticket.visitor,
            ticket.group,
            ticket.party,
            None if ticket.valid_from is None else to_us(ticket.valid_from),
            None if ticket.valid_until is None else to_us(ticket.valid_until),
        )

    @staticmethod
    def read(row: Sequence[Any]) -> Ticket:
        plant, id, tour, code, _key, short, visitor, group, party, begin, end = row
        return Ticket(
            id=id,
            plant=plant,
            tour=tour,
            code=code,
            visitor=visitor,
            group=group,
            party=party,
            short=short,
            valid_from=None if begin is None else from_us(begin),
            valid_until=None if end is None else from_us(end),
        )


class RevocationRow(StoreModel, table=True):
    """A ticket that admits nobody any more."""

    __tablename__ = "revocation"
    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at_us: int
    reason: str = ""

    @staticmethod
    def values(revocation: Revocation) -> tuple[object, ...]:
        return (
            revocation.plant,
            revocation.id,
            to_us(revocation.at),
            revocation.reason,
        )

    @staticmethod
    def read(row: Sequence[Any]) -> Revocation:
        plant, id, at_us, reason = row
        return Revocation(id=id, plant=plant, at=from_us(at_us), reason=reason)


class EventRow(StoreModel, table=True):
    """A journal line, this gate's or another's.  ``body`` is what the chain protects; the columns only repeat it."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_device_seq", "device", "seq", unique=True),
        Index("ix_event_tour_kind", "tour", "kind", "plant"),
    )
    id: str = Field(primary_key=True)
    device: str
    seq: int
    plant: str
    gate: str
    at_us: int = Field(index=True)
    kind: str = Field(index=True)
    reason: str = ""
    tour: str | None = None
    subject: str | None = Field(default=None, index=True)
    voids: str | None = Field(default=None, index=True)
    prev: str
    hash: str
    signature: str
    body: str
    private: str | None = None
    received_us: int | None = None


class PresenceRow(StoreModel, table=True):
    """What the events of one subject come to: kept beside them so that counting is cheap, and always rebuildable."""

    __tablename__ = "presence"
    __table_args__ = (
        Index("ix_presence_doubles", "plant", sqlite_where=text("doubles != ''")),
        Index("ix_presence_walk_in", "plant", "subject", "tour", "inside", "left", sqlite_where=text("walk_in = 1")),
    )
    plant: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    tour: str | None = Field(default=None, index=True)
    party: int = 1
    inside: int = 0
    left: int = 0
    walk_in: bool = False
    doubles: str = ""


class OutboxRow(StoreModel, table=True):
    """An event that the hub has not answered for, or has rejected."""

    __tablename__ = "outbox"
    event_id: str = Field(primary_key=True)
    seq: int = Field(index=True)
    attempts: int = 0
    next_us: int = 0
    rejected: str = Field(default="", index=True)
