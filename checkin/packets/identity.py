"""Who makes and opens packets: a device's Ed25519 key, and the age key that is the same key in its other form.

A recipient (``age1…``) names exactly one signing key, up to a sign that nobody but its owner can use: what was made
*to* a gate is enough to check what that gate has signed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pyrage
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkin import i18n
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.packets.wordlist import PAIRS
from checkin.store import Store
from checkin.tickets import keys
from checkin.wholefile import written_whole

_PRIME = 2**255 - 19
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
RECIPIENT_LENGTH = 62
WORDS = 4
_SALT = b"prohodnaya words"


@dataclass(frozen=True)
class Identity:
    """A profile's own: ``device`` is its id in journals."""

    device: str
    seed: bytes

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return keys.private_from_seed(self.seed)

    @cached_property
    def public_hex(self) -> str:
        return keys.public_hex(self._private)

    @property
    def recipient(self) -> str:
        """What packets for this profile are encrypted to."""
        return recipient_of(self.public_hex)

    @property
    def secret(self) -> str:
        """The age tool's identity.  Whoever has it reads this profile's packets and can sign as it."""
        scalar = bytearray(hashlib.sha512(self.seed).digest()[:32])
        scalar[0] &= 248
        scalar[31] = scalar[31] & 127 | 64
        return _bech32("age-secret-key-", bytes(scalar)).upper()

    def sign(self, message: bytes) -> str:
        """The signature in hex."""
        return keys.sign_hex(self._private, message)

    def opener(self) -> pyrage.x25519.Identity:
        """The key as the age library takes it."""
        return pyrage.x25519.Identity.from_str(self.secret)


def identity_of(store: Store) -> Identity:
    """The identity of a profile."""
    with store.read() as tx:
        device = tx.meta.device()
    return Identity(device.id, device.private_key)


def recipient_of(public_hex: str) -> str:
    """The age recipient of an Ed25519 public key (RFC 7748, 4.1: u = (1 + y) / (1 - y)); ``ValueError`` for no key."""
    raw = bytes.fromhex(public_hex)
    if len(raw) != 32:
        raise ValueError("a public key has 32 bytes")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _PRIME or y in (0, 1, _PRIME - 1):
        raise ValueError("not a public key that anybody can own")
    u = (1 + y) * pow(1 - y, -1, _PRIME) % _PRIME
    return _bech32("age", u.to_bytes(32, "little"))


def tidy_recipient(text: str) -> str:
    """A recipient as it was typed or scanned, in its one spelling; raises ``SettingsWrong`` for anything else."""
    plain = text.strip().lower()
    try:
        if len(plain) != RECIPIENT_LENGTH:
            raise ValueError("length")
        pyrage.x25519.Recipient.from_str(plain)
    except (ValueError, pyrage.RecipientError):
        raise SettingsWrong(
            _(
                "“{text}” is not a gate's key. At the gate the page “Stick” shows it, or checkin gate-key: "
                "it begins with age1"
            ).format(text=text[:70])
        ) from None
    return plain


def words(recipient: str, language: str = "") -> str:
    """Four words to compare by eye or on the telephone, in a language (the one in use when none is given)."""
    column = 0 if (language or i18n.language()) == "ru" else 1
    return " ".join(PAIRS[number][column] for number in _numbers(recipient))


@lru_cache(maxsize=64)
def _numbers(recipient: str) -> tuple[int, ...]:
    """36 bits; each guess of another key with the same words costs an argon2id, so a search takes centuries."""
    raw = hash_secret_raw(
        recipient.encode(), _SALT, time_cost=4, memory_cost=32_768, parallelism=1, hash_len=8, type=Type.ID
    )
    number = int.from_bytes(raw, "big")
    return tuple(number >> 9 * place & 511 for place in range(WORDS))


def write_key(store: Store, path: Path) -> str:
    """A profile's recipient as a QR (PNG) or, with its words, as a text; returns the file's name."""
    from checkin.issuing.qr import png

    recipient = identity_of(store).recipient
    text = f"{recipient}\n{words(recipient, 'ru')}\n{words(recipient, 'en')}\n"
    with written_whole(path) as fresh:
        fresh.write_bytes(png(recipient.upper()) if path.suffix.lower() == ".png" else text.encode())
    return path.name


def _bech32(prefix: str, raw: bytes) -> str:
    """BIP 173, as age writes its keys."""
    number, fives = int.from_bytes(raw, "big"), (len(raw) * 8 + 4) // 5
    number <<= fives * 5 - len(raw) * 8
    data = [number >> 5 * place & 31 for place in reversed(range(fives))]
    spread = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = _polymod([*spread, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    data += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_ALPHABET[one] for one in data)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check
