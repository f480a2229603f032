"""The organiser's signing keys: a folder with a private key and a public record for each, the private one encrypted.

The public record is what gates get.  A key that ended stays in the folder: tickets that it signed are still judged by
its dates.  No command ever writes a private key anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkin.domain.visit import SigningKey
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.tickets import keys
from checkin.wire import record_from_json, record_json

FOLDER = "keys"
MAX_BYTES = 65_536
SHORTEST = 8
"""Characters of a passphrase: a key's file may be copied and tried at leisure."""


class Keyring:
    """The keys in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[SigningKey]:
        """Every public record, the oldest first."""
        found: list[SigningKey] = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                if path.stat().st_size > MAX_BYTES:
                    raise ValueError
                record = record_from_json("key", path.read_bytes())
            except (OSError, ValueError):
                raise SettingsWrong(_("The key file {file} is damaged").format(file=path.name)) from None
            if isinstance(record, SigningKey):
                found.append(record)
        return sorted(found, key=lambda key: (key.valid_from.timestamp() if key.valid_from else 0, key.id))

    def get(self, identity: str) -> SigningKey:
        """The key with this id; raises ``SettingsWrong``."""
        found = next((key for key in self.all() if key.id == identity.strip().lower()), None)
        if found is None:
            raise SettingsWrong(_("There is no key {key}. See: checkin keys list").format(key=identity[:20]))
        return found

    def current(self) -> SigningKey | None:
        """The key that signs now: the newest that has neither ended nor been revoked."""
        # A rotated-out key signs nothing more, although its tickets still count.
        good = [key for key in self.all() if key.revoked_at is None and key.valid_until is None]
        return good[-1] if good else None

    def new(self, passphrase: str, issuer: str, now: datetime) -> SigningKey:
        """Makes a key.  Raises ``SettingsWrong`` for a passphrase that is too short to keep it."""
        if len(passphrase) < SHORTEST:
            raise SettingsWrong(_("A passphrase needs at least {count} characters").format(count=SHORTEST))
        taken = {key.id for key in self.all()}
        private = keys.new_private()
        while keys.kid(keys.public_bytes(private)) in taken:
            private = keys.new_private()
        record = SigningKey(
            id=keys.kid(keys.public_bytes(private)),
            plant="",
            public=keys.public_hex(private),
            valid_from=now,
            issuer=issuer,
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SettingsWrong(
                _("The file {file} cannot be written: {why}").format(file=self._folder, why=error.strerror or error)
            ) from error
        keys.save(private, self._folder / f"{record.id}.pem", passphrase)
        self._write(record)
        return record

    def end(self, identity: str, until: datetime) -> SigningKey:
        """The key signs nothing more; tickets whose window begins after ``until`` are not believed."""
        record = replace(self.get(identity), valid_until=until)
        self._write(record)
        return record

    def revoke(self, identity: str, at: datetime) -> SigningKey:
        """From ``at`` on every ticket of this key is refused."""
        before = self.get(identity)
        record = before if before.revoked_at is not None else replace(before, revoked_at=at)
        self._write(record)
        return record

    def private(self, identity: str, passphrase: str) -> Ed25519PrivateKey:
        """The private half; raises ``SettingsWrong`` for a wrong passphrase."""
        return keys.load(self._folder / f"{identity}.pem", passphrase)

    def records(self, plants: Iterable[str]) -> list[SigningKey]:
        """Every public key for each of these plants, as their gates get them."""
        known = self.all()
        return [replace(key, plant=plant) for plant in plants for key in known]

    def _write(self, record: SigningKey) -> None:
        path = self._folder / f"{record.id}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(record_json(record), "utf-8")
        fresh.replace(path)
