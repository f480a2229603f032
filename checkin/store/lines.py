"""Journal lines as rows of the store, and back: what a row holds is its line's, in every column."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import datetime

from checkin.domain.events import AttendanceEvent, JournalLine, Private, content
from checkin.store.rows import EventRow, from_us, to_us
from checkin.wire import event_from_json

_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{0,128}")


def line_of(row: EventRow) -> JournalLine:
    """The journal line that a row holds."""
    return JournalLine(prev=row.prev, hash=row.hash, signature=row.signature, event=event_of(row.body, row.private))


def told(row: EventRow, *, own: bool) -> JournalLine | None:
    """The line that a row holds; None where it holds none, or a column says other than this program writes of the line.

    This device's ``own`` events were received from nobody.
    """
    try:
        line = line_of(row)
        received = None if own or row.received_us is None else from_us(row.received_us)
        kept = values_of(line, received)
        written = all(
            type(getattr(row, name)) is type(value) and getattr(row, name) == value for name, value in kept.items()
        )
        chained = _HASH.fullmatch(line.prev) and _HASH.fullmatch(line.hash) and _SIGNATURE.fullmatch(line.signature)
        return line if written and chained and (line.event.private is None or _whole(line.event.private)) else None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _whole(private: Private) -> bool:
    """Whether the digest is made of what is read: ``fromhex`` passes over blanks and capitals."""
    return bytes.fromhex(private.salt).hex() == private.salt and bool(private.digest())


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
