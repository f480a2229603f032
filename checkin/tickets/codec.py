"""The signed ticket: a text that a gate can judge without a roster.

A text is ``PR`` and the RFC 4648 base32 (no padding) of 27 bytes of payload and their 64-byte Ed25519 signature: 148
characters, which a version-6 symbol holds at level M.  There is exactly one text for a signed payload, apart from the
case of its letters: length, alphabet and the unused last bits are checked before the signature is.  Whatever the text,
``parse`` and ``verify`` answer with a value and never raise.  A later format gets another prefix, so that an old gate
says "unknown code" to it and not "forged".
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from checkin.domain.ticket import short_code
from checkin.domain.visit import Flag, SigningKey
from checkin.tickets.keys import kid, public_bytes

PREFIX = "PR"
LENGTH = 148
VERSION = 1
PARTY_MAX = 255
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=5)
"""The unit in which a window's length is written; 65,535 of them are 227 days."""

_CONTEXT = b"prohodnaya ticket 1\0"  # a signature made for a ticket is good for nothing else
_PAYLOAD = struct.Struct(">B2s8s4s4sIHBB")
_SIGNATURE = 64
_CLAIM = re.compile(r"PR[A-Z0-9-]{98,254}", re.ASCII)
_BASE32 = re.compile(r"[A-Z2-7]+", re.ASCII)
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_BITS = {Flag.MINOR: 1, Flag.ADULT: 2, Flag.FOREIGN: 4, Flag.MOBILITY: 8, Flag.DOCUMENT: 16}
_STEPS_MAX = 0xFFFF
_MINUTES_MAX = 80 * 366 * 24 * 60  # four bytes reach the year 10186, where a datetime ends: 2100 is far enough


class Problem(StrEnum):
    """Why a text is not a ticket that may be believed."""

    NOT_OURS = "not_ours"  # has not the form of a signed ticket at all
    DAMAGED = "damaged"  # has our prefix and about our length, and is not one
    UNKNOWN_KEY = "unknown_key"  # signed by a key that the gate was not given
    FORGED = "forged"  # the signature does not hold


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTicket:
    """What a signed ticket says.  ``id`` is 16 hexadecimal digits; the tags are 8, see ``tag``; times are in UTC."""

    id: str
    kid: str
    plant_tag: str
    tour_tag: str
    valid_from: datetime
    valid_until: datetime
    party: int = 1
    flags: frozenset[Flag] = frozenset()

    @property
    def short(self) -> str:
        """What a person can type instead."""
        return ticket_short(self.id)

    def for_plant(self, plant: str) -> bool:
        """Whether this ticket was issued for that plant."""
        return self.plant_tag == tag(plant)

    def for_tour(self, tour: str) -> bool:
        """Whether this ticket was issued for that tour."""
        return self.tour_tag == tag(tour)


def tag(identity: str) -> str:
    """The first 4 bytes of the SHA-256 of a plant's or a tour's id, in hex."""
    return hashlib.sha256(identity.encode()).hexdigest()[:8]


def ticket_short(ticket_id: str) -> str:
    """The short code of a ticket: that of the low 35 bits of its id.  Raises ``ValueError`` when it is not hex."""
    return short_code(int(ticket_id, 16))


def sign(
    private: Ed25519PrivateKey,
    *,
    ticket_id: str,
    plant: str,
    tour: str,
    valid_from: datetime,
    valid_until: datetime,
    party: int = 1,
    flags: frozenset[Flag] = frozenset(),
) -> str:
    """The text of a ticket.

    The window is widened to whole minutes at its start and to whole ``STEP`` at its end.  ``cancelled`` is not a
    ticket's flag: a cancelled ticket is revoked.  Raises ``ValueError`` for what the format cannot hold.
    """
    if not _ID.fullmatch(ticket_id):
        raise ValueError("a ticket's id is 16 hexadecimal digits")
    if not 1 <= party <= PARTY_MAX:
        raise ValueError(f"a party is 1 to {PARTY_MAX} people")
    minutes = (valid_from - EPOCH) // timedelta(minutes=1)
    opens = EPOCH + timedelta(minutes=minutes)
    steps = -((opens - valid_until) // STEP)
    if not 0 <= minutes <= _MINUTES_MAX or not 1 <= steps <= _STEPS_MAX:
        raise ValueError("this window does not fit into a ticket")
    payload = _PAYLOAD.pack(
        VERSION,
        bytes.fromhex(kid(public_bytes(private))),
        bytes.fromhex(ticket_id),
        bytes.fromhex(tag(plant)),
        bytes.fromhex(tag(tour)),
        minutes,
        steps,
        party,
        sum(bit for flag, bit in _BITS.items() if flag in flags),
    )
    return PREFIX + base64.b32encode(payload + private.sign(_CONTEXT + payload)).decode().rstrip("=")


def claims(text: str) -> bool:
    """Whether a text says of itself that it is a signed ticket, so that anything wrong with it is worth a word.

    A short code of a registration site may well begin with ``PR``: it must not be called a forgery.
    """
    return text.isascii() and _CLAIM.fullmatch(text.upper()) is not None


def parse(text: str) -> SignedTicket | Problem:
    """What a text says, its signature not looked at."""
    raw = _raw(text)
    return raw if isinstance(raw, Problem) else _ticket(raw)


def verify(text: str, keys: Mapping[str, SigningKey | bytes]) -> SignedTicket | Problem:
    """What a text says, when one of ``keys`` (by ``kid``) has signed it.  Whether that key still counts is a rule.

    A value of ``keys`` is a ``SigningKey`` or the 32 bytes of a public key.
    """
    raw = _raw(text)
    if isinstance(raw, Problem):
        return raw
    ticket = _ticket(raw)
    if isinstance(ticket, Problem):
        return ticket
    key = keys.get(ticket.kid)
    public = None if key is None else _public(key if isinstance(key, bytes) else key.public)
    if public is None:
        return Problem.UNKNOWN_KEY
    payload = raw[: _PAYLOAD.size]
    try:
        public.verify(raw[_PAYLOAD.size :], _CONTEXT + payload)
    except InvalidSignature:
        return Problem.FORGED
    return ticket


def _raw(text: str) -> bytes | Problem:
    """The 91 bytes of a text, or why it has none."""
    if not claims(text):
        return Problem.NOT_OURS
    body = text.upper().removeprefix(PREFIX)
    if len(body) + len(PREFIX) != LENGTH or not _BASE32.fullmatch(body):
        return Problem.DAMAGED
    raw = base64.b32decode(body + "=" * (-len(body) % 8))
    # Two of the last character's bits carry nothing: were they free, one ticket would have four texts.
    if base64.b32encode(raw).decode().rstrip("=") != body:
        return Problem.DAMAGED
    return raw


def _ticket(raw: bytes) -> SignedTicket | Problem:
    version, key, ticket_id, plant, tour, minutes, steps, party, bits = _PAYLOAD.unpack_from(raw)
    sane = version == VERSION and party and steps and minutes <= _MINUTES_MAX and not bits & ~sum(_BITS.values())
    if not sane:
        return Problem.DAMAGED
    opens = EPOCH + timedelta(minutes=minutes)
    return SignedTicket(
        id=ticket_id.hex(),
        kid=key.hex(),
        plant_tag=plant.hex(),
        tour_tag=tour.hex(),
        valid_from=opens,
        valid_until=opens + steps * STEP,
        party=party,
        flags=frozenset(flag for flag, bit in _BITS.items() if bits & bit),
    )


@lru_cache(maxsize=64)
def _public(public: bytes | str) -> Ed25519PublicKey | None:
    """A key ready for use; None for one that is none, which is as good as not known."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public) if isinstance(public, str) else public)
    except ValueError:
        return None
