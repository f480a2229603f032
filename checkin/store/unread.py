"""What the other side sent and this version of the program does not understand: kept as it came.

A newer version reads it at its first sync, so nothing has to be fetched again and no cursor goes back.  What comes
later about the same thing replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Field, Session, col, select

from checkin.store.prepared import Prepared
from checkin.store.rows import StoreModel


class UnreadRow(StoreModel, table=True):
    """One thing as JSON text, named by its kind and id."""

    __tablename__ = "unread"
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    body: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that could not be read."""

    kind: str
    id: str
    body: str


_TABLE = UnreadRow.__table__  # type: ignore[attr-defined]
_keep = insert(_TABLE)
_KEEP = Prepared(_keep.on_conflict_do_update(index_elements=["kind", "id"], set_={"body": _keep.excluded.body}))
_FORGET = Prepared(delete(_TABLE).where(col(UnreadRow.kind) == bindparam("kind"), col(UnreadRow.id) == bindparam("id")))
_COUNT = Prepared(select(func.count()).select_from(_TABLE))


class Unread:
    """Keeps and gives back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, things: Iterable[Kept]) -> None:
        """Keeps these; what was kept of the same kind and id before is replaced."""
        for one in things:
            _KEEP(self._session, kind=one.kind, id=one.id, body=one.body)

    def forget(self, names: Iterable[tuple[str, str]]) -> None:
        """These (kind, id) have come in a form that could be read, or are gone."""
        for kind, identity in names:
            _FORGET(self._session, kind=kind, id=identity)

    def all(self) -> list[Kept]:
        """Everything that is kept."""
        rows = self._session.execute(select(_TABLE.c.kind, _TABLE.c.id, _TABLE.c.body).order_by(_TABLE.c.id))
        return [Kept(kind, identity, body) for kind, identity, body in rows]

    def count(self) -> int:
        """How many things are kept."""
        return int(_COUNT(self._session)[0][0])
