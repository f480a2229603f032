"""Whether a journal line was signed by the device that says so: Ed25519 over the 32 bytes of the line's hash."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE_HEX = 128


def verifier(public_key: str) -> Callable[[bytes, str], bool]:
    """What checks a hexadecimal signature with a device's public key; raises ``ValueError`` for what is no key."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))

    def verify(digest: bytes, signature: str) -> bool:
        if len(signature) != SIGNATURE_HEX:
            return False
        try:
            key.verify(bytes.fromhex(signature), digest)
        except (InvalidSignature, ValueError):
            return False
        return True

    return verify
