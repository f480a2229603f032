"""Ed25519 keys, and what is done with them.  Keys that sign tickets are made where tickets are issued, never at a gate.

Such a key is on disk only encrypted under a passphrase, in a file that nobody else on the PC may read.  A key's
id (``kid``) is the first two bytes of the SHA-256 of its public half: enough to find it, not to prove anything.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

_SIGNATURE = re.compile("[0-9a-f]{128}")


def new_private() -> Ed25519PrivateKey:
    """A fresh key from the system's source of randomness."""
    return Ed25519PrivateKey.generate()


def private_from_seed(seed: bytes) -> Ed25519PrivateKey:
    """The key of 32 known bytes: a device's own, or one that must come out alike in demonstrations and tests."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public half."""
    return private.public_key().public_bytes_raw()


def public_hex(private: Ed25519PrivateKey) -> str:
    """The public half as 64 hexadecimal digits: what ``SigningKey.public`` holds."""
    return public_bytes(private).hex()


def kid(public: bytes | str) -> str:
    """A public key's id: four hexadecimal digits.  ``public`` is 32 bytes, or the same in hex."""
    raw = bytes.fromhex(public) if isinstance(public, str) else public
    return hashlib.sha256(raw).hexdigest()[:4]


def sign_hex(private: Ed25519PrivateKey, message: bytes) -> str:
    """The signature of a message as 128 hexadecimal digits."""
    return private.sign(message).hex()


def verify_hex(public: str, message: bytes, signature: str) -> bool:
    """Whether a signature holds; False too for a key or a signature that is none, or is spelt another way."""
    if not _SIGNATURE.fullmatch(signature):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True


def save(private: Ed25519PrivateKey, path: Path, passphrase: str) -> None:
    """Writes a key, encrypted, to a new file with mode 600.  Raises ``SettingsWrong``; never replaces a key."""
    if not passphrase:
        raise SettingsWrong(_("A signing key needs a passphrase. Choose one and write it down in a safe place."))
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SettingsWrong(_("{file} exists already. A key is never overwritten.").format(file=path.name)) from None
    except OSError as error:
        message = _("The key cannot be written to {file}: {why}").format(file=path.name, why=error.strerror)
        raise SettingsWrong(message) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


def load(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """Reads a key that ``save`` wrote.  Raises ``SettingsWrong`` for a wrong passphrase and for any other file."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        message = _("The key cannot be read from {file}: {why}").format(file=path.name, why=error.strerror)
        raise SettingsWrong(message) from error
    try:
        private = serialization.load_pem_private_key(pem, passphrase.encode() or None)
    except (ValueError, TypeError):
        message = _("{file} does not open with this passphrase, or is not a key.").format(file=path.name)
        raise SettingsWrong(message) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SettingsWrong(_("{file} holds a key of another kind.").format(file=path.name))
    return private
