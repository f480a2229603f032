"""Files beside the store that only its key opens: documents that the program keeps for itself.

AES-256-GCM under a key derived from the store's.  Each is written whole or not at all, readable by its owner only.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from checkin.errors import StoreCorrupt
from checkin.i18n import gettext as _
from checkin.wholefile import replace

ENDING = ".sealed"
_MAGIC = b"prohodnaya-sealed-1\n"
_NONCE = 12


class Vault:
    """Seals and opens with the key of one profile."""

    def __init__(self, key: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"prohodnaya documents").derive(bytes.fromhex(key))
        self._cipher = AESGCM(derived)

    def keep(self, path: Path, content: bytes) -> None:
        """Seals into a file; raises ``OSError``."""
        nonce = os.urandom(_NONCE)
        replace(path, _MAGIC + nonce + self._cipher.encrypt(nonce, content, _MAGIC))

    def read(self, path: Path) -> bytes:
        """What was sealed; raises ``StoreCorrupt`` where this key does not open it, ``OSError`` where nobody reads."""
        raw = path.read_bytes()
        begin = len(_MAGIC) + _NONCE
        try:
            if not raw.startswith(_MAGIC) or len(raw) < begin:
                raise InvalidTag
            return self._cipher.decrypt(raw[len(_MAGIC) : begin], raw[begin:], _MAGIC)
        except InvalidTag as error:
            raise StoreCorrupt(_("The file cannot be read with this profile's key")) from error
