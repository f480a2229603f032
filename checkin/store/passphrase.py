"""The store's key under a passphrase: sealed (AES-256-GCM) with what argon2id makes of it, in a file of the profile.

The passphrase is asked at each start and kept nowhere.  Who has the disk has to guess it, and each guess costs 64 MB
and a good part of a second.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from checkin.errors import SettingsWrong, StoreCorrupt
from checkin.i18n import gettext as _

MINIMUM = 8
VARIABLE = "PROHODNAYA_PASSPHRASE"
_TIME, _MEMORY_KIB, _LANES = 3, 65_536, 1
_MOST_KIB, _MOST_TIME = 1 << 20, 20
_ABOUT = b"prohodnaya store key"
_opened: dict[tuple[str, bytes], str] = {}
_said: dict[str, str] = {}


class PassphraseWrong(SettingsWrong):
    """It opens nothing."""


asks: list[Callable[[], str]] = []
"""Who asks the person; the last one counts.  Without any it is the terminal."""


def long_enough(passphrase: str) -> None:
    """Raises ``SettingsWrong`` for a passphrase that is too short: blanks around it add nothing."""
    if len(passphrase.strip()) < MINIMUM:
        raise SettingsWrong(_("A passphrase needs at least {count} characters").format(count=MINIMUM))


def seal(path: Path, key: str, passphrase: str) -> bytes:
    """The file's content; raises ``SettingsWrong`` for a passphrase that is too short."""
    long_enough(passphrase)
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_derived(passphrase, salt, _TIME, _MEMORY_KIB)).encrypt(nonce, bytes.fromhex(key), _ABOUT)
    raw = json.dumps(
        {"argon2id": [_TIME, _MEMORY_KIB], "salt": salt.hex(), "sealed": base64.b64encode(nonce + sealed).decode()}
    ).encode()
    _opened[str(path), raw] = key
    _said[str(path)] = passphrase
    return raw


def wanted(path: Path) -> bool:
    """Whether somebody has to be asked before this file opens."""
    if asks or VARIABLE in os.environ:
        return False
    try:
        return (str(path), path.read_bytes()[:4096]) not in _opened
    except OSError:
        return False


def fits(path: Path, words: str) -> bool:
    """Whether a passphrase opens the file; from then on this process has the key.  Raises ``StoreCorrupt``."""
    try:
        return unseal(path, words) is not None
    except PassphraseWrong:
        return False


def unseal(path: Path, words: str | None = None) -> str | None:
    """The key, or None when there is no such file; asks for the passphrase, unless it is given, once in a process."""
    try:
        raw = path.read_bytes()[:4096]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreCorrupt(_("The key file of this profile cannot be read")) from error
    if (str(path), raw) in _opened:
        return _opened[str(path), raw]
    try:
        found = json.loads(raw)
        time, memory = (int(one) for one in found["argon2id"])
        salt, sealed = bytes.fromhex(found["salt"]), base64.b64decode(found["sealed"], validate=True)
        if not (0 < time <= _MOST_TIME and 8 <= memory <= _MOST_KIB and len(salt) >= 8 and len(sealed) > 12):
            raise ValueError("out of range")
    except (ValueError, KeyError, TypeError) as error:
        raise StoreCorrupt(_("The key file of this profile is damaged")) from error
    passphrase = ask() if words is None else words
    try:
        key = AESGCM(_derived(passphrase, salt, time, memory)).decrypt(sealed[:12], sealed[12:], _ABOUT).hex()
    except InvalidTag:
        raise PassphraseWrong(_("The passphrase is wrong. Nothing was opened")) from None
    _opened[str(path), raw] = key
    _said[str(path)] = passphrase
    return key


def said(path: Path) -> str:
    """The passphrase that opened this file in this process, or nothing."""
    return _said.get(str(path), "")


def ask(*, twice: bool = False) -> str:
    """The passphrase from whoever asks, from the environment, or from the terminal (``twice`` for a new one)."""
    if asks:
        return asks[-1]()
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise SettingsWrong(
            _("This profile opens with a passphrase. Start the program in a terminal, or give it in {variable}").format(
                variable=VARIABLE
            )
        )
    from getpass import getpass

    passphrase = getpass(_("Passphrase: "))
    if twice and getpass(_("The same once more: ")) != passphrase:
        raise SettingsWrong(_("The two passphrases are not the same. Nothing was changed"))
    return passphrase


def _derived(passphrase: str, salt: bytes, time: int, memory: int) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, time, memory, _LANES, 32, Type.ID)
