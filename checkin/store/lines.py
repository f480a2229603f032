"""Journal lines as rows of the store, and back: what a row holds is its line's, in every column."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime

from checkin.domain.events import AttendanceEvent, JournalLine, Private, content
from checkin.store.rows import EventRow, to_us
from checkin.wire import event_from_json


def line_of(row: EventRow) -> JournalLine:
    """The journal line that a row holds."""
    return JournalLine(prev=row.prev, hash=row.hash, signature=row.signature, event=event_of(row.body, row.private))


def told(row: EventRow) -> JournalLine | None:
    """The line that a row holds; None where it holds none, or a column says other than the line."""
    try:
        line = line_of(row)
    except (ValueError, TypeError):
        return None
    kept = values_of(line, None)
    del kept["received_us"], kept["private"]
    return line if all(getattr(row, name) == value for name, value in kept.items()) else None


def event_of(body: str, kept: str | None) -> AttendanceEvent:
    """The event that a row's body and private part hold."""
    event = event_from_json(body)
    return event if kept is None else replace(event, private=Private(**json.loads(kept)))


def values_of(line: JournalLine, received_at: datetime | None) -> dict[str, object]:
    """What a line's row holds."""
    event = line.event
    return {
        "id": event.id,
        "device": event.device,
        "seq": event.seq,
        "plant": event.plant,
        "gate": event.gate,
        "at_us": to_us(event.at),
        "kind": event.kind.value,
        "reason": event.reason,
        "tour": event.tour,
        "subject": event.subject,
        "voids": event.voids,
        "prev": line.prev,
        "hash": line.hash,
        "signature": line.signature,
        "body": content(event).decode(),
        "private": None if event.private is None else json.dumps(asdict(event.private), ensure_ascii=False),
        "received_us": None if received_at is None else to_us(received_at),
    }
