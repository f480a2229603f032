"""Which double entries a person has dealt with: kept beside the journal, whose acts say so, whoever wrote them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from checkin.domain.events import JournalLine, Kind
from checkin.domain.people import Act
from checkin.hub import rows
from checkin.hub.book import MAX_ID
from checkin.hub.statements import upsert


def keep_resolved(connection: Connection, plant: str, accepted: Iterable[JournalLine]) -> None:
    """Takes note of the acts among lines that have just been stored."""
    values = {
        entry: {"plant": plant, "event": entry, "at": line.event.at}
        for line in accepted
        if line.event.kind is Kind.ACT and line.event.reason == Act.RESOLVE
        for entry in line.event.confirmed
        if 0 < len(entry) <= MAX_ID and "\0" not in entry
    }
    if values:
        upsert(connection, rows.resolution, list(values.values()), update=())


def resolved(connection: Connection, plant: str) -> set[str]:
    """Ids of the entries that were dealt with."""
    r = rows.resolution.c
    return set(connection.scalars(select(r.event).where(r.plant == plant)))
