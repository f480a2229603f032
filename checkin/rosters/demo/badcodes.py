"""Codes that a gate must not admit, for a rehearsal: each with the reason that must come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkin.domain.admission import Reason
from checkin.domain.visit import Ticket, Tour
from checkin.tickets import codec, keys


@dataclass(frozen=True, slots=True)
class BadCode:
    """A code, what is the matter with it, and what the gate of the shown plant says."""

    kind: str
    code: str
    reason: Reason


def bad_codes(
    random: Random,
    private: Ed25519PrivateKey,
    now: datetime,
    plant: str,
    tours: Sequence[Tour],
    tickets: Sequence[Ticket],
) -> tuple[BadCode, ...]:
    """The bad codes of a season at one of its plants."""
    starts = {tour.id: tour.start for tour in tours}
    ours = [ticket for ticket in tickets if ticket.plant == plant]
    good = next(ticket for ticket in ours if abs(starts[ticket.tour] - now) < timedelta(minutes=30))
    stranger = keys.private_from_seed(hashlib.sha256(b"another programme").digest())

    def nearest(days: int) -> Ticket:
        return min(ours, key=lambda ticket: abs(starts[ticket.tour] - now - timedelta(days=days)))

    def signed(key: Ed25519PrivateKey) -> str:
        return codec.sign(
            key,
            ticket_id=f"{random.getrandbits(64):016x}",
            plant=plant,
            tour=good.tour,
            valid_from=now - timedelta(hours=1),
            valid_until=now + timedelta(hours=1),
        )

    forged = _with_payload_of(signed(private), good.code)
    damaged = good.code[:70] + ("7" if good.code[70] != "7" else "2") + good.code[71:]
    elsewhere = next(ticket for ticket in tickets if ticket.plant != plant)
    return (
        BadCode("forged", forged, Reason.FORGED),
        BadCode("damaged", damaged, Reason.FORGED),
        BadCode("cut off", good.code[:-9], Reason.FORGED),
        BadCode("another programme's key", signed(stranger), Reason.FORGED),
        BadCode("unknown code", f"MSK-{random.randrange(10**8):08d}", Reason.UNKNOWN_CODE),
        BadCode("unknown short code", codec.ticket_short(f"{random.getrandbits(64):016x}"), Reason.UNKNOWN_CODE),
        BadCode("web address", "https://example.org/tickets/1?from=qr", Reason.NOT_OUR_CODE),
        BadCode("wi-fi", "WIFI:T:WPA;S:Guest;P:12345678;;", Reason.NOT_OUR_CODE),
        BadCode("business card", "BEGIN:VCARD\nVERSION:3.0\nN:Doe;John\nEND:VCARD", Reason.NOT_OUR_CODE),
        BadCode("receipt", "t=20260805T1030&s=540.00&fn=9280440300000000&i=1&fp=1&n=1", Reason.NOT_OUR_CODE),
        BadCode("markup", "<img src=x onerror=alert(1)>", Reason.NOT_OUR_CODE),
        BadCode("too long", "7" * 2000, Reason.NOT_OUR_CODE),
        BadCode("other plant's", elsewhere.code, Reason.WRONG_PLANT),
        BadCode("yesterday's", nearest(-1).code, Reason.WRONG_DAY),
        BadCode("tomorrow's", nearest(1).code, Reason.WRONG_DAY),
    )


def _with_payload_of(signature_from: str, payload_from: str) -> str:
    """A ticket's own payload under the signature of another: everything fits but the signature.

    The first 42 characters hold 26 bytes and two bits of the payload, the 43rd its last six: cut there, and what
    is left is a canonical text.
    """
    cut = len(codec.PREFIX) + 43
    return payload_from[:cut] + signature_from[cut:]
