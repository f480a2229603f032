"""Stored journal lines as pages of JSON text: what the other gates of a plant read.

Bodies go out as they were stored; nothing is parsed on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, bindparam, select

from checkin.hub import rows
from checkin.hub.cursors import beside, cursor, number
from checkin.hub.database import reading
from checkin.hub.devices import Enrolled

_a, _k = rows.attendance.c, rows.counter.c
_PLANT: Any = bindparam("plant")
_COUNTERS = select(_k.epoch, _k.position, _k.revision).where(_k.plant == _PLANT)
_LINES = (
    select(_a.position, _a.device, _a.prev, _a.hash, _a.signature, _a.body, _a.private, _a.received_at)
    .where(_a.plant == _PLANT, _a.position > bindparam("begin"), _a.position <= bindparam("end"))
    .order_by(_a.position)
    .limit(bindparam("most"))
)
_OTHERS = _LINES.where(_a.device != bindparam("device"))


@dataclass(frozen=True, slots=True)
class Stand:
    """A plant's counters: its newest line and its roster's newest change.  Both only ever grow."""

    position: int
    revision: int


@dataclass(frozen=True, slots=True)
class PeerText:
    """A ``PeerPage`` as JSON text, and what a long poll has to know of it."""

    text: str
    empty: bool
    cursor: str
    stand: Stand


@dataclass(frozen=True, slots=True)
class Tail:
    """What a plant got after a cursor, read once for all of its gates that wait there."""

    lines: tuple[tuple[str, str], ...]
    """The device and the JSON of each line."""
    cursor: str
    more: bool
    stand: Stand

    def page(self, device: str, now: datetime) -> PeerText:
        """The page of one gate: all but its own lines."""
        lines = [text for who, text in self.lines if who != device]
        text = _page_text(lines, self.cursor, self.more, self.stand.revision, now)
        return PeerText(text, not lines, self.cursor, self.stand)


def peers(engine: Engine, device: Enrolled, after: str, limit: int, now: datetime) -> PeerText:
    """Lines of the plant's other devices after a cursor; raises ``CursorUnknown``.

    The cursor also passes the device's own lines, so that it is not read past them again and again.
    """
    found = _read(engine, _OTHERS, {"plant": device.plant, "device": device.id}, after, limit)
    return found.page(device.id, now)


def tail(engine: Engine, plant: str, after: str, limit: int) -> Tail:
    """Lines of all devices of a plant after a cursor; raises ``CursorUnknown``."""
    return _read(engine, _LINES, {"plant": plant}, after, limit)


def nothing(cursor: str, revision: int, now: datetime) -> str:
    """The page of a gate that has waited in vain, or for whom only the roster has moved."""
    return _page_text((), cursor, False, revision, now)


def _read(engine: Engine, query: Any, given: dict[str, Any], after: str, limit: int) -> Tail:
    with reading(engine) as connection:
        # The counters first: whatever they cover is committed, so the cursor never passes a line still to come.
        counters = connection.execute(_COUNTERS, {"plant": given["plant"]}).one_or_none()
        if counters is None:
            return Tail((), "", False, Stand(0, 0))
        begin = number(after, counters.epoch, counters.position)
        given = {**given, "begin": begin, "end": counters.position, "most": limit + 1}
        found = connection.execute(query, given).all() if begin < counters.position else []
    more = len(found) > limit
    end = found[limit - 1].position if more else counters.position
    lines = tuple((row.device, peer_json(row)) for row in found[:limit])
    return Tail(lines, cursor(counters.epoch, end), more, Stand(counters.position, counters.revision))


def _page_text(lines: Sequence[str], where: str, more: bool, revision: int, now: datetime) -> str:
    answer = f'{{"lines":[{",".join(lines)}],"cursor":"{where}","more":{"true" if more else "false"}'
    return f'{answer},"roster":"{beside(where, revision)}","server_time":"{now.isoformat()}"}}'


def peer_json(row: Any) -> str:
    """A stored line as a ``PeerLine``."""
    return f'{{"line":{line_json(row)},"received_at":"{row.received_at.isoformat()}"}}'


def line_json(row: Any) -> str:
    """A stored line as a ``LineIn``, its event as it is stored."""
    event = row.body if row.private is None else f'{row.body[:-1]},"private":{row.private}}}'
    return f'{{"prev":"{row.prev}","hash":"{row.hash}","signature":"{row.signature}","event":{event}}}'
