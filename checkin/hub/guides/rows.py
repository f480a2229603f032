"""The guides' tables: codes, sessions, and the hub's own journal key for each plant.

``guide_calls`` is an index of the few events that roll-calls and musters are folded from; a page reads them on every
change, and a plant's journal is long.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Index, Table, text
from sqlmodel import Field, SQLModel

from checkin.hub import rows
from checkin.hub.rows import HubRow, Utc

CALLS = "kind IN ('mark', 'alarm', 'all_clear', 'void')"
"""Literally so in the index and in the query: SQLite uses a partial index for its own words only."""


class GuideCodeRow(HubRow, table=True):
    """A code, hashed.  ``uses`` is how many sessions it may still open."""

    __tablename__ = "guide_code"
    __table_args__ = (Index("guide_code_code", "code_hash", unique=True),)

    plant: str = Field(primary_key=True)
    code_hash: str = Field(primary_key=True)
    guide: str
    tour: str
    uses: int
    expires_at: datetime = Field(sa_type=Utc)


class GuideSessionRow(HubRow, table=True):
    """A session; only the hash of its token is kept."""

    __tablename__ = "guide_session"
    __table_args__ = (Index("guide_session_token", "token_hash", unique=True),)

    plant: str = Field(primary_key=True)
    token_hash: str = Field(primary_key=True)
    guide: str
    tour: str
    expires_at: datetime = Field(sa_type=Utc)


class HouseRow(HubRow, table=True):
    """The device that the hub itself is in a plant's journal, with the Ed25519 key that signs its lines (hex)."""

    __tablename__ = "house"

    plant: str = Field(primary_key=True)
    device: str
    private_key: str
    public_key: str
    made_at: datetime = Field(sa_type=Utc)


def _table(row: type[SQLModel]) -> Table:
    return cast(Table, cast(Any, row).__table__)


code = _table(GuideCodeRow)
session = _table(GuideSessionRow)
house = _table(HouseRow)

Index(
    "guide_calls",
    rows.attendance.c.plant,
    rows.attendance.c.at,
    sqlite_where=text(CALLS),
    postgresql_where=text(CALLS),
)
