"""What stands in a packet: a header, and parts that are the wire's own pages, one a line."""

from __future__ import annotations

import re
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
MAX_SPANS = 1000

_HIDDEN = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
)
Plain = Annotated[str, Field(max_length=200, pattern=f"^[^{_HIDDEN}]*$")]
"""A name that is shown before its packet is believed: nothing in it is unseen, moves a cursor or turns a line."""
Recipient = Annotated[str, Field(pattern=r"^age1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}$")]
Span = tuple[int, int]
"""First and last of a run of numbers."""
Device = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


def plain(text: str) -> str:
    """A name of ours as a header takes it: lists bring soft hyphens and the like along."""
    return re.sub(f"[{_HIDDEN}]", "", text)[:200]


class Kind(StrEnum):
    """What a packet is for."""

    ROSTER = "roster"
    JOURNAL = "journal"
    ACK = "ack"


class Header(Message):
    """Who made a packet, when, for whom.

    ``length`` and ``head`` tell how far a gate's journal went, ``elsewhere`` which of its numbers are not this plant's.
    """

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
    elsewhere: list[Span] = Field(default=[], max_length=MAX_SPANS)

    def text(self) -> str:
        """As JSON.  What is empty of ``elsewhere`` is left out: an older program does not know it."""
        return self.model_dump_json(exclude=None if self.elsewhere else {"elsewhere"})


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
