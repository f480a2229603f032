"""What gates and hubs say to each other, whatever carries it: HTTP, or a packet on a stick.

Roster records travel as the domain's own frozen dataclasses with their kind's name beside them.  Every page has at most
``PAGE`` rows; a cursor is opaque to the one who gets it, and is saved in the same transaction as its page.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PrivateAttr, TypeAdapter, ValidationError

from checkin.domain.bounds import bounded
from checkin.domain.events import AttendanceEvent, JournalLine
from checkin.domain.visit import KINDS, Record

PAGE = 500
"""Rows of a page at most (DESIGN 6)."""

PROTOCOL = 1

MAX_EVENT_BYTES = 16_384
MAX_RECORD_BYTES = 65_536

Name = Annotated[str, Field(min_length=1, max_length=200)]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class Message(BaseModel):
    """The base of everything on the wire: fields that are not known are refused, nothing is coerced silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reply(Message):
    """What a hub says.  A newer hub may say more than a gate understands: that is passed over, and stops nothing."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Page(Reply):
    """A reply whose ``ROWS`` are read one by one where one of them is malformed: it stops none of the others."""

    ROWS: ClassVar[tuple[str, ...]] = ()
    _odd: int = PrivateAttr(default=0)

    @property
    def odd(self) -> int:
        """How many rows were left out because they had not a row's form."""
        return self._odd

    @classmethod
    def read(cls, text: bytes) -> Self:
        """A page from its JSON; raises ``ValidationError`` when what is around its rows is not a page's."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            odd = {tuple(one["loc"][:2]) for one in error.errors(include_url=False, include_input=False)}
            if not all(len(place) == 2 and place[0] in cls.ROWS for place in odd):
                raise
        told = json.loads(text)
        for name in cls.ROWS:
            told[name] = [row for number, row in enumerate(told[name]) if (name, number) not in odd]
        page = cls.model_validate_json(json.dumps(told))
        page._odd = len(odd)
        return page


class Change(Reply):
    """One change of a roster: the record as it is now, or ``record`` None when it is gone."""

    kind: Annotated[str, Field(min_length=1, max_length=40, description="A gate passes over a kind it does not know")]
    id: Annotated[str, Field(min_length=1, max_length=120)]
    revision: int = Field(ge=0, description="The plant's revision with which this change came")
    record: dict[str, Any] | None = Field(description="The record's fields, or null when it was removed")


class RosterPage(Page):
    """Changes after a cursor, oldest first."""

    ROWS = ("changes",)

    changes: list[Change] = Field(max_length=PAGE)
    cursor: str = Field(max_length=200, description="Where the next page begins")
    more: bool = Field(description="Whether another page waits")
    total: int | None = Field(default=None, description="Changes still to come, this page's included, when known")
    known: int | None = Field(
        default=None, description="Up to which number the hub has the journal of the gate that asks, without a gap"
    )
    beyond: int | None = Field(default=None, description="How many lines of that journal it has behind the gap")


class LineIn(Reply):
    """A journal line as it is pushed, and as other gates get it; what counts in it is under the hash."""

    prev: str = Field(pattern=r"^[0-9a-f]{64}$")
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    signature: str = Field(pattern=r"^[0-9a-f]{0,128}$")
    event: dict[str, Any]


class Batch(Message):
    """Attendance that a gate pushes, oldest first.  Lines are checked one by one: a bad one stops no other."""

    lines: list[LineIn] = Field(max_length=PAGE)
    sent_at: AwareDatetime = Field(description="The gate's clock when it sent this")


class Status(StrEnum):
    """What the hub did with one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    OTHER = "other"  # what a newer hub says and this program does not know; never said

    @classmethod
    def _missing_(cls, value: object) -> Status:
        return cls.OTHER


class Rejection(StrEnum):
    """Why an event was rejected."""

    MALFORMED = "malformed"
    WRONG_GATE = "wrong_gate"
    WRONG_PLANT = "wrong_plant"
    CHANGED = "changed"
    SIGNATURE = "signature"
    PRIVATE = "private"
    GAP = "gap"
    FORK = "fork"
    ID_TAKEN = "id_taken"
    OTHER = "other"  # a newer hub's reason, which this program does not know; never said

    @classmethod
    def _missing_(cls, value: object) -> Rejection:
        return cls.OTHER


class Answer(Reply):
    """The hub's answer for one event: ``id`` as it was sent."""

    id: str
    status: Status
    reason: Rejection | None = None


class BatchAnswer(Reply):
    """An answer for every line of a batch, in its order."""

    answers: list[Answer]
    server_time: AwareDatetime


class PeerLine(Reply):
    """Another gate's journal line, and when the hub got it."""

    line: LineIn
    received_at: AwareDatetime


class PeerPage(Page):
    """Journal lines of the plant's other gates after a cursor, in the order in which the hub got them."""

    ROWS = ("lines",)

    lines: list[PeerLine] = Field(max_length=PAGE)
    cursor: str = Field(max_length=200)
    more: bool
    roster: str | None = Field(
        default=None,
        max_length=200,
        description="The roster's newest cursor: another than the gate's own, and it moved",
    )
    server_time: AwareDatetime


class EnrolRequest(Message):
    """A gate asks to be let in with the one-use code that an administrator gave it."""

    code: Token
    device: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="The device's own random id")]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="Ed25519 key that signs its journal")]
    software: Annotated[str, Field(max_length=60)] = ""


class EnrolAnswer(Reply):
    """What the gate is from now on.  The token is shown this once and stored hashed at the hub."""

    token: str
    plant: str
    plant_name: str
    gate: str
    gate_name: str


class CountOut(Reply):
    """Heads of one tour, or of a plant (``tour`` null)."""

    plant: str
    tour: str | None
    tour_id: str | None = None
    date: str | None = Field(default=None, description="The tour's date in the plant's zone, ISO")
    start: str | None = Field(default=None, description="HH:MM in the plant's zone")
    expected: int
    inside: int
    left: int


class Problem(Reply):
    """Why a request was not served, for a program (``code``) and for a log (``detail``)."""

    code: str
    detail: str


_RECORDS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(cls) for kind, cls in KINDS.items()}
_KIND_OF: dict[type[Any], str] = {cls: kind for kind, cls in KINDS.items()}
_EVENT = TypeAdapter(AttendanceEvent)


def kind_of(record: Record) -> str:
    """The name of a record's kind."""
    return _KIND_OF[type(record)]


def record_fields(record: Record) -> dict[str, Any]:
    """A record as plain JSON values."""
    fields: dict[str, Any] = _RECORDS[kind_of(record)].dump_python(record, mode="json", exclude_defaults=True)
    return fields


def record_json(record: Record) -> str:
    """A record as JSON text."""
    return _RECORDS[kind_of(record)].dump_json(record, exclude_defaults=True).decode()


def record_of(kind: str, fields: dict[str, Any]) -> Record:
    """A record from its fields; raises ``ValueError`` when it is not one, or is none that a plant can mean."""
    record: Record = _RECORDS[kind].validate_python(fields, strict=False)
    bounded(record)
    return record


def record_from_json(kind: str, text: str | bytes) -> Record:
    """A record from JSON text; raises ``ValueError``."""
    record: Record = _RECORDS[kind].validate_json(text)
    return record


def line_out(line: JournalLine) -> LineIn:
    """A journal line as it travels, its private part included."""
    return LineIn(prev=line.prev, hash=line.hash, signature=line.signature, event=event_fields(line.event))


def event_fields(event: AttendanceEvent) -> dict[str, Any]:
    """An event as plain JSON values."""
    fields: dict[str, Any] = _EVENT.dump_python(event, mode="json", exclude_defaults=True)
    return fields


def line_in(line: LineIn) -> JournalLine:
    """The journal line that was sent; raises ``ValueError`` when its event is not one."""
    event = _EVENT.validate_python(line.event)
    return JournalLine(prev=line.prev, hash=line.hash, signature=line.signature, event=event)


class _PushedLine(LineIn):
    event: AttendanceEvent  # type: ignore[assignment]


class _Pushed(Message):
    lines: list[_PushedLine] = Field(max_length=PAGE)
    sent_at: AwareDatetime


def pushed(body: bytes) -> tuple[list[JournalLine], datetime]:
    """The lines of a ``Batch``'s JSON read at one go, and when it was sent; ``ValueError`` when one of them is none."""
    batch = _Pushed.model_validate_json(body)
    lines = [
        JournalLine(prev=line.prev, hash=line.hash, signature=line.signature, event=line.event) for line in batch.lines
    ]
    return lines, batch.sent_at


def event_json(event: AttendanceEvent) -> str:
    """An event as JSON text."""
    return _EVENT.dump_json(event, exclude_defaults=True).decode()


def event_from_json(text: str | bytes) -> AttendanceEvent:
    """An event from JSON text; raises ``ValueError``."""
    return _EVENT.validate_json(text)
