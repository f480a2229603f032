"""A signed ticket's text: one for each payload, and nothing but values for whatever is not one."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from checkin.domain.ticket import short_holds
from checkin.domain.visit import Flag, SigningKey
from checkin.issuing import qr
from checkin.tickets import codec, keys
from checkin.tickets.codec import Problem, SignedTicket

KEY = keys.private_from_seed(b"k" * 32)
OTHER = keys.private_from_seed(b"o" * 32)
PUBLIC = keys.public_bytes(KEY)
KEYS = {keys.kid(PUBLIC): PUBLIC}
NOON = datetime(2026, 8, 5, 9, tzinfo=UTC)


def ticket(**changes: Any) -> str:
    fields: dict[str, Any] = {
        "ticket_id": "0123456789abcdef",
        "plant": "khlebozavod",
        "tour": "t-1",
        "valid_from": NOON,
        "valid_until": NOON + timedelta(hours=3),
    }
    return codec.sign(KEY, **(fields | changes))


def test_says_what_was_signed() -> None:
    flags = frozenset({Flag.MINOR, Flag.DOCUMENT, Flag.MOBILITY})
    said = codec.verify(ticket(party=4, flags=flags), KEYS)
    assert said == SignedTicket(
        id="0123456789abcdef",
        kid=keys.kid(PUBLIC),
        plant_tag=codec.tag("khlebozavod"),
        tour_tag=codec.tag("t-1"),
        valid_from=NOON,
        valid_until=NOON + timedelta(hours=3),
        party=4,
        flags=flags,
    )
    assert said.for_plant("khlebozavod")
    assert not said.for_plant("zavod")
    assert said.for_tour("t-1")
    assert short_holds(said.short)


def test_fits_a_version_6_symbol_in_alphanumeric_mode() -> None:
    text = ticket()
    assert len(text) == codec.LENGTH == 148
    assert qr.version(text) == 6


def test_pictures_of_it_are_read_back() -> None:
    text = ticket()
    pixels = qr.array(text, module_px=3)
    assert pixels.shape == (3 * 49, 3 * 49)  # version 6 is 41 modules, and 4 of quiet zone on each side
    assert [found.text for found in zxingcpp.read_barcodes(pixels)] == [text]
    with Image.open(io.BytesIO(qr.png(text, module_px=3))) as image:
        assert [found.text for found in zxingcpp.read_barcodes(image)] == [text]
    assert qr.svg(text).startswith(b"<?xml")


def test_a_signing_key_of_the_roster_will_do() -> None:
    key = SigningKey(id=keys.kid(PUBLIC), plant="khlebozavod", public=PUBLIC.hex())
    assert isinstance(codec.verify(ticket(), {key.id: key}), SignedTicket)


def test_a_key_that_is_none_is_not_known() -> None:
    key = SigningKey(id=keys.kid(PUBLIC), plant="khlebozavod", public="beef")
    assert codec.verify(ticket(), {key.id: key}) is Problem.UNKNOWN_KEY


@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.swapcase, str.title])
def test_case_does_not_matter(spelling: Any) -> None:
    assert isinstance(codec.verify(spelling(ticket()), KEYS), SignedTicket)


def test_the_window_is_never_narrowed() -> None:
    until = NOON + timedelta(minutes=61, seconds=1)
    said = codec.parse(ticket(valid_from=NOON + timedelta(seconds=59), valid_until=until))
    assert isinstance(said, SignedTicket)
    assert said.valid_from == NOON
    assert said.valid_until == NOON + timedelta(minutes=65)


@pytest.mark.parametrize(
    "changes",
    [
        {"party": 0},
        {"party": 256},
        {"ticket_id": "xyz"},
        {"ticket_id": "0123456789ABCDEF"},
        {"valid_until": NOON},
        {"valid_until": NOON + timedelta(days=300)},
        {"valid_from": datetime(2019, 12, 31, tzinfo=UTC), "valid_until": datetime(2020, 1, 1, tzinfo=UTC)},
        {"valid_from": datetime(2200, 1, 1, tzinfo=UTC), "valid_until": datetime(2200, 1, 2, tzinfo=UTC)},
    ],
)
def test_what_the_format_cannot_hold_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"16 hexadecimal|people|window"):
        ticket(**changes)


def test_another_programmes_ticket_has_an_unknown_key() -> None:
    text = codec.sign(
        OTHER, ticket_id="0" * 16, plant="p", tour="t", valid_from=NOON, valid_until=NOON + timedelta(hours=1)
    )
    assert codec.verify(text, KEYS) is Problem.UNKNOWN_KEY


def test_a_key_that_borrows_our_id_forges() -> None:
    text = codec.sign(
        OTHER, ticket_id="0" * 16, plant="p", tour="t", valid_from=NOON, valid_until=NOON + timedelta(hours=1)
    )
    other = keys.kid(keys.public_bytes(OTHER))
    assert codec.verify(text, {other: PUBLIC}) is Problem.FORGED


def test_each_bit_counts() -> None:
    text = ticket()
    raw = base64.b32decode(text.removeprefix(codec.PREFIX) + "=" * 6)
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        tampered = codec.PREFIX + base64.b32encode(bytes(changed)).decode().rstrip("=")
        assert isinstance(codec.verify(tampered, KEYS), Problem), bit


def test_each_character_counts_and_the_last_ones_idle_bits_too() -> None:
    text = ticket()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for place in range(2, len(text)):
        for letter in alphabet[:: 1 if place == len(text) - 1 else 7]:
            if letter != text[place]:
                assert isinstance(codec.verify(text[:place] + letter + text[place + 1 :], KEYS), Problem)
    last = alphabet.index(text[-1])
    for idle in (1, 2, 3):
        assert codec.verify(text[:-1] + alphabet[last ^ idle], KEYS) is Problem.DAMAGED


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.NOT_OURS),
        ("PR", Problem.NOT_OURS),
        ("PR-2026-000017", Problem.NOT_OURS),
        ("https://example.org/PR", Problem.NOT_OURS),
        ("PR" + "Ж" * 146, Problem.NOT_OURS),
        ("ſR" + "A" * 146, Problem.NOT_OURS),
        ("\ud800" * 148, Problem.NOT_OURS),
        ("PR" + "A" * 2000, Problem.NOT_OURS),
        ("PR" + "A" * 145, Problem.DAMAGED),
        ("PR" + "A" * 147, Problem.DAMAGED),
        ("PR" + "1" * 146, Problem.DAMAGED),
        ("PR" + "A" * 146, Problem.DAMAGED),
        (" " + ticket(), Problem.NOT_OURS),
        (ticket() + "\n", Problem.NOT_OURS),
        (ticket() + "=", Problem.NOT_OURS),
        (ticket() + ticket()[2:], Problem.NOT_OURS),
        (ticket()[:-1], Problem.DAMAGED),
    ],
)
def test_what_is_no_ticket_is_told_apart(text: str, problem: Problem) -> None:
    assert codec.verify(text, KEYS) is problem
    assert codec.parse(text) is problem
