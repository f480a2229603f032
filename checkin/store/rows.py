"""The tables of a gate's store.  Times are microseconds since 1970 in UTC; an empty text means nothing was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self, cast

from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

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


class StoreModel(SQLModel, registry=registry()):
    """The base of the store's tables: metadata of their own, apart from a hub's in the same process."""

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """The row from its columns' values in their order."""
        names = cls.__table__.columns.keys()  # type: ignore[attr-defined]
        return cast(Self, cls.model_construct(None, **dict(zip(names, values, strict=True))))


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
    def values(tour: Tour) -> dict[str, object]:
        return {
            "plant": tour.plant,
            "id": tour.id,
            "start_us": to_us(tour.start),
            "end_us": to_us(tour.end),
            "body": record_json(tour),
        }

    def record(self) -> Tour:
        tour = record_from_json("tour", self.body)
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
    def values(group: Group) -> dict[str, object]:
        return {
            "plant": group.plant,
            "id": group.id,
            "tour": group.tour,
            "name": group.name,
            "leader": group.leader,
            "size": group.size,
        }

    def record(self) -> Group:
        return Group(id=self.id, plant=self.plant, tour=self.tour, name=self.name, leader=self.leader, size=self.size)


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
    def values(visitor: Visitor) -> dict[str, object]:
        return {
            "plant": visitor.plant,
            "id": visitor.id,
            "tour": visitor.tour,
            "group_id": visitor.group,
            "name": visitor.name,
            "search": search_text(visitor.name),
            "birth_year": visitor.birth_year,
            "language": visitor.language,
            "flags": ",".join(sorted(visitor.flags)),
            "cancelled": Flag.CANCELLED in visitor.flags,
        }

    def record(self) -> Visitor:
        return Visitor(
            id=self.id,
            plant=self.plant,
            tour=self.tour,
            name=self.name,
            group=self.group_id,
            birth_year=self.birth_year,
            language=self.language,
            flags=frozenset(Flag(flag) for flag in self.flags.split(",") if flag),
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
    def values(ticket: Ticket) -> dict[str, object]:
        from checkin.domain.ticket import code_key

        return {
            "plant": ticket.plant,
            "id": ticket.id,
            "tour": ticket.tour,
            "code": ticket.code,
            "code_key": code_key(ticket.code),
            "short": ticket.short,
            "visitor": ticket.visitor,
            "group_id": ticket.group,
            "party": ticket.party,
            "from_us": None if ticket.valid_from is None else to_us(ticket.valid_from),
            "until_us": None if ticket.valid_until is None else to_us(ticket.valid_until),
        }

    def record(self) -> Ticket:
        return Ticket(
            id=self.id,
            plant=self.plant,
            tour=self.tour,
            code=self.code,
            visitor=self.visitor,
            group=self.group_id,
            party=self.party,
            short=self.short,
            valid_from=None if self.from_us is None else from_us(self.from_us),
            valid_until=None if self.until_us is None else from_us(self.until_us),
        )


class RevocationRow(StoreModel, table=True):
    """A ticket that admits nobody any more."""

    __tablename__ = "revocation"
    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at_us: int
    reason: str = ""

    @staticmethod
    def values(revocation: Revocation) -> dict[str, object]:
        return {
            "plant": revocation.plant,
            "id": revocation.id,
            "at_us": to_us(revocation.at),
            "reason": revocation.reason,
        }

    def record(self) -> Revocation:
        return Revocation(id=self.id, plant=self.plant, at=from_us(self.at_us), reason=self.reason)


class EventRow(StoreModel, table=True):
    """A journal line, this gate's or another's.  ``body`` is what the chain protects; the columns only repeat it."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_device_seq", "device", "seq", unique=True),)
    id: str = Field(primary_key=True)
    device: str
    seq: int
    plant: str
    gate: str
    at_us: int = Field(index=True)
    kind: str = Field(index=True)
    reason: str = ""
    tour: str | None = Field(default=None, index=True)
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
