"""The pages of the organiser's window."""

from __future__ import annotations

from enum import StrEnum


class Page(StrEnum):
    """In the order of the rail."""

    LISTS = "lists"
    SEASON = "season"
    TICKETS = "tickets"
    PACKETS = "packets"
    SEEN = "seen"
