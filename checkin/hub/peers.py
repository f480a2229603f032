"""Stored journal lines as pages of JSON text: what the other gates of a plant read.

Bodies go out as they were stored; nothing is parsed on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from checkin.hub import rows
from checkin.hub.cursors import cursor, number
from checkin.hub.database import reading
from checkin.hub.devices import Enrolled


@dataclass(frozen=True, slots=True)
class PeerText:
    """A ``PeerPage`` as JSON text, and what a long poll has to know of it."""

    text: str
    empty: bool
    cursor: str
    position: int


def peers(engine: Engine, device: Enrolled, after: str, limit: int, now: datetime) -> PeerText:
    """Lines of the plant's other devices after a cursor; raises ``CursorUnknown``.

    The cursor also passes the device's own lines, so that it is not read past them again and again.
    """
    c, k = rows.attendance.c, rows.counter.c
    with reading(engine) as connection:
        counters = connection.execute(select(k.epoch, k.position).where(k.plant == device.plant)).one_or_none()
        if counters is None:
            return PeerText(_page_text((), "", False, now), True, "", 0)
        begin = number(after, counters.epoch, counters.position)
        query = (
            select(c.position, c.prev, c.hash, c.signature, c.body, c.private, c.received_at)
            .where(
                c.plant == device.plant,
                c.position > begin,
                c.position <= counters.position,
                c.device != device.id,
            )
            .order_by(c.position)
            .limit(limit + 1)
        )
        found = connection.execute(query).all() if begin < counters.position else []
    more = len(found) > limit
    end = found[limit - 1].position if more else counters.position
    where = cursor(counters.epoch, end)
    return PeerText(_page_text(found[:limit], where, more, now), not found, where, counters.position)


def _page_text(found: Sequence[Any], where: str, more: bool, now: datetime) -> str:
    lines = ",".join(peer_json(row) for row in found)
    answer = f'{{"lines":[{lines}],"cursor":"{where}","more":{"true" if more else "false"}'
    return f'{answer},"server_time":"{now.isoformat()}"}}'


def peer_json(row: Any) -> str:
    """A stored line as a ``PeerLine``."""
    return f'{{"line":{line_json(row)},"received_at":"{row.received_at.isoformat()}"}}'


def line_json(row: Any) -> str:
    """A stored line as a ``LineIn``, its event as it is stored."""
    event = row.body if row.private is None else f'{row.body[:-1]},"private":{row.private}}}'
    return f'{{"prev":"{row.prev}","hash":"{row.hash}","signature":"{row.signature}","event":{event}}}'
