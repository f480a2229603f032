"""What of a page this program can read: a row that it cannot stops none of those behind it, and is kept as it came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from checkin.domain.bounds import in_time
from checkin.domain.visit import KINDS, Record
from checkin.store.journal import Stored
from checkin.store.roster import Roster, RosterChange
from checkin.store.unread import Kept
from checkin.wire import Change, PeerLine, line_in, record_of

LINE = "line"
"""The kind under which another gate's event is kept that cannot be read."""


def readable(changes: Iterable[Change], own: str) -> tuple[list[RosterChange], list[Kept]]:
    """Changes as records, and those that cannot be read; ``own`` is the plant of the gate that asks."""
    found: list[RosterChange] = []
    unread: list[Kept] = []
    for change in changes:
        record: Record | None = None
        row: tuple[object, ...] | None = None
        try:
            if change.record is not None:
                record = record_of(change.kind, change.record)
                row = Roster.row(record)
            elif change.kind not in KINDS:
                raise KeyError(change.kind)
        except (ValueError, TypeError, KeyError, OverflowError):
            unread.append(Kept(change.kind, change.id, change.model_dump_json()))
            continue
        plant = record.plant if record is not None else (change.id if change.kind == "plant" else own)
        found.append(RosterChange(change.kind, plant, change.id, record, row))
    return found, unread


def readable_lines(sent: list[PeerLine]) -> tuple[list[Stored], list[Kept]]:
    """Peer lines that can be read, and those that cannot."""
    lines: list[Stored] = []
    unread: list[Kept] = []
    for peer in sent:
        try:
            line = line_in(peer.line)
            event = line.event
            if not (in_time(event.at) and in_time(peer.received_at)):
                raise ValueError("an event that no gate saw")
            if not 0 < event.seq < 2**63 or not 0 <= event.party < 2**31:
                raise ValueError("an event that no row can hold")
            line.event.at.astimezone(UTC)  # OverflowError at the calendar's ends
            lines.append(Stored(line, peer.received_at))
        except (ValueError, TypeError, OverflowError):
            unread.append(Kept(LINE, str(peer.line.event.get("id") or peer.line.hash)[:200], peer.model_dump_json()))
    return lines, unread
