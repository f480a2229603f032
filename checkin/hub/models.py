"""What the hub answers beyond the wire that gates need: conflicts, findings, devices, its own state."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from checkin.wire import Message


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
    fault: str = Field(description="gap, fork, changed, private, signature, malformed or id_taken")
    event_id: str
    at: AwareDatetime
    healed_at: AwareDatetime | None = Field(description="When the missing line came after all")


class DeviceOut(Message):
    """A gate that has enrolled."""

    id: str
    plant: str
    gate: str
    gate_name: str
    software: str
    enrolled_at: AwareDatetime
    revoked_at: AwareDatetime | None
    last_seen_at: AwareDatetime | None
    clock_offset_s: float | None = Field(description="The gate's clock minus the hub's, at its last push")


class Health(Message):
    """The process is alive."""

    status: Literal["ok"] = "ok"


class Now(Message):
    """The hub's clock."""

    server_time: AwareDatetime
