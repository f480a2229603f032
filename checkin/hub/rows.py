"""The hub's tables.  Rows never leave the hub, and every primary key starts with the plant.

So the tables can be partitioned or sharded by plant, and no statement ever reads two plants' rows by accident.
Attendance rows are only ever inserted; a change of anything else is made under the plant's lock (``CounterRow``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Utc(TypeDecorator[datetime]):
    """An aware moment.  SQLite keeps no zone, so everything is turned to UTC before it is written."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without its zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class HubRow(SQLModel, registry=registry()):
    """The base of the hub's tables, with names of their own: a gate's store may live in the same process."""


HUB = "hub"
"""``role`` of a lower hub; a gate has none."""
UPSTREAM = "upstream"
"""``via`` of what came from the hub above."""


class CounterRow(HubRow, table=True):
    """A plant's counters.  Whoever writes for a plant locks this row first, so numbers become visible in their order.

    ``epoch`` is random: a cursor that another database gave out is known by it.  ``records`` is how many rows the plant
    has in the roster, those of removed records included.
    """

    __tablename__ = "counter"

    plant: str = Field(primary_key=True)
    epoch: str
    revision: int = Field(default=0, sa_type=BigInteger)
    position: int = Field(default=0, sa_type=BigInteger)
    records: int = Field(default=0, sa_type=BigInteger)


EXPECTED = "heads > 0"
"""Records that say who is expected; of a removed one it is 0.  Literally so in index and query: SQLite uses a partial
index for its own words only.  A headcount sums over the index alone, and reads no record."""


class RosterRow(HubRow, table=True):
    """One roster record as JSON; ``body`` NULL says that it was removed.

    ``parent`` is its tour; ``heads`` how many people the record adds to those who are expected: 1 for a visitor who has
    not cancelled, the party of a ticket without a visitor, otherwise 0.
    """

    __tablename__ = "roster"
    __table_args__ = (
        Index("roster_revision", "plant", "revision", unique=True),
        Index("roster_parent", "plant", "parent"),
        Index(
            "roster_heads",
            *("plant", "parent", "kind", "group_id", "heads"),
            sqlite_where=text(EXPECTED),
            postgresql_where=text(EXPECTED),
        ),
    )

    plant: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    parent: str = ""
    group_id: str = ""
    heads: int = 0
    revision: int = Field(sa_type=BigInteger)
    body: str | None = Field(default=None, sa_type=Text)


class AttendanceRow(HubRow, table=True):
    """One journal line.  ``body`` is the event without its private part; that stands in ``private`` and can be purged.

    ``position`` numbers a plant's lines in the order in which they became visible: the cursor of the other gates.
    ``subject`` is the event's, or for somebody let in without one, the event's own id.  ``via`` is the hub that passed
    the line on: a lower hub's device id, ``UPSTREAM`` for the hub above, NULL when the gate itself brought it.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("plant", "device", "seq", name="attendance_chain"),
        Index("attendance_position", "plant", "position", unique=True),
        Index("attendance_subject", "plant", "subject"),
        Index("attendance_voids", "plant", "voids"),
    )

    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    device: str
    seq: int = Field(sa_type=BigInteger)
    position: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Utc)
    received_at: datetime = Field(sa_type=Utc)
    kind: str
    tour: str | None = None
    subject: str | None = None
    gate: str
    party: int
    voids: str | None = None
    prev: str
    hash: str
    signature: str
    body: str = Field(sa_type=Text)
    private: str | None = Field(default=None, sa_type=Text)
    via: str | None = None


class PresenceRow(HubRow, table=True):
    """What the events say of one subject, folded: heads inside and gone again, and entries that came twice.

    ``last_at`` is the latest time of those events, NULL where an older program folded them.
    """

    __tablename__ = "presence"
    __table_args__ = (Index("presence_tour", "plant", "tour"),)

    plant: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    tour: str | None = None
    inside: int
    left: int
    party: int
    doubles: str | None = Field(default=None, sa_type=Text)
    last_at: datetime | None = Field(default=None, sa_type=Utc)


class FindingRow(HubRow, table=True):
    """Something wrong with a device's chain.  ``seq`` is the number of the line that showed it, 0 when it has none."""

    __tablename__ = "finding"

    plant: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    fault: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    healed_at: datetime | None = Field(default=None, sa_type=Utc)


class DeviceRow(HubRow, table=True):
    """A gate that has enrolled, or a lower hub (``role`` is HUB).  Only the hash of its token is kept.

    ``via`` is the hub through which a device is known that never enrolled here; such a device has no token.
    ``brought`` counts the lines that a lower hub has brought and that are stored here: it only ever grows.
    """

    __tablename__ = "device"
    __table_args__ = (Index("device_token", "token_hash", unique=True),)

    plant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    gate: str
    gate_name: str
    token_hash: str
    public_key: str
    software: str = ""
    enrolled_at: datetime = Field(sa_type=Utc)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)
    last_seen_at: datetime | None = Field(default=None, sa_type=Utc)
    clock_offset_ms: int | None = Field(default=None, sa_type=BigInteger)
    role: str | None = None
    via: str | None = None
    brought: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class InviteRow(HubRow, table=True):
    """A one-use code, hashed, for one gate of one plant, or for a lower hub (``role`` is HUB)."""

    __tablename__ = "invite"
    __table_args__ = (Index("invite_code", "code_hash", unique=True),)

    plant: str = Field(primary_key=True)
    code_hash: str = Field(primary_key=True)
    gate: str
    gate_name: str
    expires_at: datetime = Field(sa_type=Utc)
    used_at: datetime | None = Field(default=None, sa_type=Utc)
    used_by: str | None = None
    role: str | None = None


class ResolutionRow(HubRow, table=True):
    """A double entry that a person has dealt with, as the journal's acts say: a row for each, to be looked up by.

    ``event`` is the id of an entry that came on top.
    """

    __tablename__ = "resolution"

    plant: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)


class UpstreamRow(HubRow, table=True):
    """The hub above this one in a plant, and how far things went between the two.

    ``position`` is the last line passed up; ``epoch`` the upper hub's when that was; ``cursor`` where its own lines are
    read on, with ``everything`` also those that it has from here.  ``brought`` is how many lines from here it said that
    it has: fewer later on, and it was restored.  One process at a time does the work: ``held_by``.
    """

    __tablename__ = "upstream"

    plant: str = Field(primary_key=True)
    url: str
    ca: str | None = None
    token: str
    device: str
    public_key: str
    position: int = Field(default=0, sa_type=BigInteger)
    epoch: str = ""
    roster_cursor: str = ""
    cursor: str = ""
    everything: bool = False
    brought: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    held_by: str = ""
    held_until: datetime | None = Field(default=None, sa_type=Utc)
    ok_at: datetime | None = Field(default=None, sa_type=Utc)
    problem: str = ""


def _table(row: type[SQLModel]) -> Table:
    return cast(Table, cast(Any, row).__table__)


counter = _table(CounterRow)
roster = _table(RosterRow)
attendance = _table(AttendanceRow)
presence = _table(PresenceRow)
finding = _table(FindingRow)
device = _table(DeviceRow)
invite = _table(InviteRow)
resolution = _table(ResolutionRow)
upstream = _table(UpstreamRow)

METADATA = counter.metadata
