"""Signing keys made, rotated and revoked; gates learn of each change with their next sync."""

from __future__ import annotations

from datetime import datetime

from checkin.domain.visit import SigningKey, Ticket
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.organising.book import Desk
from checkin.tickets.codec import SignedTicket, parse

MAX_ISSUER = 120


def publish(desk: Desk, keyring: Keyring) -> None:
    """Brings every public key to every plant, so that gates get them by sync."""
    desk.book.put(keyring.records(plant.id for plant in desk.book.plants()))


def known_keys(desk: Desk) -> list[SigningKey]:
    """Every key of this folder and of the roster, the oldest first."""
    mine = Keyring(desk.folder / FOLDER)
    known = {key.id: key for key in _published(desk)} | {key.id: key for key in mine.all()}
    return sorted(known.values(), key=lambda key: (key.valid_from.timestamp() if key.valid_from else 0, key.id))


def made(desk: Desk, passphrase: str, issuer: str, now: datetime) -> SigningKey:
    """A new key, which signs from now on."""
    keyring = Keyring(desk.folder / FOLDER)
    key = keyring.new(passphrase, issuer.strip()[:MAX_ISSUER], now)
    publish(desk, keyring)
    return key


def rotated(desk: Desk, passphrase: str, issuer: str, now: datetime, until: datetime | None = None) -> SigningKey:
    """A new key signs; the old one ends at ``until``, by default when the last ticket that it signed begins.

    Raises ``SettingsWrong`` for an end before the old key's beginning: none of its tickets would be good.
    """
    keyring = Keyring(desk.folder / FOLDER)
    before = keyring.current()
    said = issuer.strip()[:MAX_ISSUER] or (before.issuer if before is not None else "")
    if before is not None and until is not None and before.valid_from is not None and until < before.valid_from:
        raise SettingsWrong(
            _("Key {key} begins on {day} and cannot end before that").format(
                key=before.id, day=f"{before.valid_from.astimezone():%Y-%m-%d %H:%M}"
            )
        )
    key = keyring.new(passphrase, said, now)
    if before is not None:
        keyring.end(before.id, until or _last_window(desk, before.id, now))
    publish(desk, keyring)
    return key


def revoked(desk: Desk, key: str, now: datetime) -> SigningKey:
    """From now on every ticket of this key is refused."""
    keyring = Keyring(desk.folder / FOLDER)
    record = keyring.revoke(key, now)
    publish(desk, keyring)
    return record


def _published(desk: Desk) -> list[SigningKey]:
    held = desk.book.held(plant.id for plant in desk.book.plants())
    return [key for key in held["key"] if isinstance(key, SigningKey)]


def _last_window(desk: Desk, key: str, now: datetime) -> datetime:
    """When the last of a key's tickets begins to be valid: the key may have signed nothing after that."""
    held = desk.book.held(plant.id for plant in desk.book.plants())
    signed = [parse(one.code) for one in held["ticket"] if isinstance(one, Ticket) and len(one.code) > 100]
    return max([now, *(one.valid_from for one in signed if isinstance(one, SignedTicket) and one.kid == key)])
