"""Facts about the store itself: who this device is, how far the sync has come."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import bindparam
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col, select

from checkin.store.prepared import Prepared
from checkin.store.rows import MetaRow
from checkin.tickets import keys

PASSING = ("sync.", "purge.", "journal.")
"""How facts begin that a rebuilt store does without: how far the sync, a purge or the journal has come."""
HEAD = "journal.head"
"""Number and hash of this device's last event: rows that are cut off at the end are missed by it."""

_VALUE = Prepared(select(MetaRow.value).where(col(MetaRow.key) == bindparam("key")))


@dataclass(frozen=True, slots=True)
class Device:
    """This gate's identity: a random id and the Ed25519 key that signs its journal (both live in the store)."""

    id: str
    private_key: bytes

    def sign(self, message: bytes) -> str:
        """The signature in hex."""
        return keys.sign_hex(_loaded(self.private_key), message)

    @property
    def public_hex(self) -> str:
        """The public key, 32 bytes in hex: what a hub checks the journal with."""
        return keys.public_hex(_loaded(self.private_key))


@lru_cache(maxsize=4)
def _loaded(private_key: bytes) -> Ed25519PrivateKey:
    """The key ready for use: every event is signed, and making it ready anew costs as much as signing."""
    return keys.private_from_seed(private_key)


class Meta:
    """Reads and writes single facts."""

    def __init__(self, session: Session, changed: dict[str, str] | None = None) -> None:
        self._session = session
        self._changed = changed if changed is not None else {}

    def get(self, key: str, default: str = "") -> str:
        rows = _VALUE(self._session, key=key)
        return str(rows[0][0]) if rows else default

    def put(self, key: str, value: str) -> None:
        statement = insert(MetaRow).values(key=key, value=value)
        self._session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
        if not key.startswith(PASSING):
            self._changed[key] = value

    def lasting(self) -> dict[str, str]:
        """Every fact that a rebuilt store cannot do without."""
        rows = self._session.exec(select(MetaRow.key, MetaRow.value)).all()
        return {key: value for key, value in rows if not key.startswith(PASSING)}

    def device(self) -> Device:
        """Who this device is; ``open_store`` has made sure that it is somebody."""
        return Device(self.get("device.id"), bytes.fromhex(self.get("device.key")))

    def ensure_device(self) -> None:
        """Gives a fresh store its identity."""
        if not self.get("device.id"):
            self.put("device.id", os.urandom(16).hex())
            self.put("device.key", os.urandom(32).hex())
