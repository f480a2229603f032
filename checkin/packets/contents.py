"""What stands in a packet: a header, and parts that are the wire's own pages, one a line."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from checkin.wire import PAGE, Answer, Batch, Message, PeerPage, RosterPage

FORMAT = 1
MAX_BYTES = 16 * 1024 * 1024
"""Of a packet's file: some 20,000 visitors with signed tickets."""
MAX_HEADER_BYTES = 65_536
MAX_LINE_BYTES = 512 * 1024
"""Of one part: JSON grows some twenty times when it is read, and a gate has 200 MB for all of it."""
MAX_PARTS = 20_000
MAX_RECIPIENTS = 200

Plain = Annotated[
    str,
    Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]*$"),
]
"""A name that is shown before its packet is believed: nothing in it moves a cursor or turns the line round."""
Recipient = Annotated[str, Field(pattern=r"^age1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}$")]
Device = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Kind(StrEnum):
    """What a packet is for."""

    ROSTER = "roster"
    JOURNAL = "journal"
    ACK = "ack"


class Header(Message):
    """Who made a packet, when, for whom.  ``length`` and ``head`` tell how far a gate's journal went."""

    format: int = Field(ge=1, le=1_000_000)
    kind: Kind
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    serial: int = Field(ge=1, lt=2**53)
    made_at: AwareDatetime
    maker: Plain
    device: Device
    plant: Annotated[Plain, Field(min_length=1, max_length=120)]
    plant_name: Plain = ""
    to: list[Recipient] = Field(min_length=1, max_length=MAX_RECIPIENTS)
    software: Plain = ""
    length: int = Field(default=0, ge=0, lt=2**53)
    head: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


class Answers(Message):
    """What the organiser did with events of one device."""

    device: Device
    answers: list[Answer] = Field(max_length=PAGE)


class Part(Message):
    """One line after the header: exactly one of these."""

    roster: RosterPage | None = None
    peers: PeerPage | None = None
    answers: Answers | None = None
    batch: Batch | None = None

    @model_validator(mode="after")
    def _one(self) -> Part:
        if sum(one is not None for one in (self.roster, self.peers, self.answers, self.batch)) != 1:
            raise ValueError("a part is one thing")
        return self
