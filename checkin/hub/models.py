"""What the hub answers beyond the wire that gates need: conflicts, findings, devices, its own state."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from checkin.wire import PAGE, Answer, LineIn, Message, Page, PeerLine, Reply

_NO_NUL = r"^[^\x00]*$"
"""PostgreSQL holds no text with a NUL in it."""


class ConflictEvent(Message):
    """One of the entries on a ticket that was admitted twice."""

    event_id: str
    gate: str = Field(description="The gate's name")
    at: AwareDatetime


class ConflictOut(Message):
    """A ticket that was admitted while its bearer was already inside."""

    plant: str
    ticket: str = Field(description="The short code, or else the code of the ticket, as a person would look it up")
    ticket_id: str | None
    visitor: str | None = Field(description="The visitor's name, when the roster has one")
    tour: str | None = Field(description="The tour's title")
    events: list[ConflictEvent] = Field(description="The entry that counted, then those that came on top of it")
    resolved: bool


class FindingOut(Message):
    """Something wrong with a gate's journal."""

    plant: str
    device: str
    gate: str
    seq: int = Field(description="The number of the line that showed it, 0 when it has none")
    fault: str = Field(
        description="gap, fork, changed, private, signature, malformed, id_taken; upstream_… when the hub above "
        "says so, upstream_failed when it breaks down"
    )
    event_id: str
    at: AwareDatetime
    healed_at: AwareDatetime | None = Field(description="When the missing line came after all")


class DeviceOut(Message):
    """A gate or a lower hub that has enrolled, or a gate that is known through another hub."""

    id: str
    plant: str
    gate: str
    gate_name: str
    software: str
    enrolled_at: AwareDatetime
    revoked_at: AwareDatetime | None
    last_seen_at: AwareDatetime | None
    role: str = Field(description="gate or hub")
    via: str | None = Field(description="The hub through which it is known, when it did not enrol here")
    clock_offset_s: float | None = Field(description="The gate's clock minus the hub's, at its last push")


class RelayDevice(Message):
    """A device whose lines a hub passes on: its key checks their signatures."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    gate: Annotated[str, Field(max_length=120, pattern=_NO_NUL)]
    gate_name: Annotated[str, Field(max_length=200, pattern=_NO_NUL, description="Empty for a hub's own marks")]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class RelayBatch(Message):
    """Lines of many devices, in the order in which the lower hub got them."""

    devices: list[RelayDevice] = Field(max_length=PAGE)
    lines: list[LineIn] = Field(max_length=PAGE)
    sent_at: AwareDatetime


class RelayAnswer(Reply):
    """An answer for every line.  Another ``epoch`` than before: this hub was restored, and may lack what it had.

    ``brought`` counts the lines of the asking hub that are here.
    """

    answers: list[Answer]
    epoch: str
    brought: int = 0
    server_time: AwareDatetime


class RelayPage(Page):
    """Lines that the asking hub has not brought itself, with the devices that signed them."""

    ROWS = ("devices", "lines")

    devices: list[RelayDevice]
    lines: list[PeerLine] = Field(max_length=PAGE)
    cursor: str = Field(max_length=200)
    more: bool
    epoch: str
    brought: int = Field(default=0, description="Lines that the asking hub has brought, and that are here")
    server_time: AwareDatetime


class Health(Message):
    """The process is alive."""

    status: Literal["ok"] = "ok"


class Now(Message):
    """The hub's clock."""

    server_time: AwareDatetime
