"""The key that opens a store: 32 random bytes in the system's keyring, or in a file that only its owner may read.

Which of the two it is stands in the settings (``key_place``) and is said openly.  A store that exists is never opened
with a fresh key.
"""

from __future__ import annotations

import os
import re

from checkin.errors import SettingsWrong, StoreCorrupt
from checkin.i18n import gettext as _
from checkin.settings import Profile

SERVICE = "prohodnaya"
_KEY = re.compile(r"[0-9a-f]{64}")


def find_key(profile: Profile, place: str) -> str | None:
    """The store's key in hex, or None when there is none in that place (an empty place: anywhere)."""
    if place in ("", "file"):
        key = _from_file(profile)
        if key is not None or place == "file":
            return key
    return _from_keyring(profile)


def make_key(profile: Profile, place: str = "") -> tuple[str, str]:
    """A fresh key, kept; returns it and where it is kept (``keyring`` or ``file``)."""
    key = os.urandom(32).hex()
    if place != "file" and _to_keyring(profile, key):
        return key, "keyring"
    try:
        handle = os.open(profile.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = _from_file(profile)  # another process was first
        if found is None:
            raise SettingsWrong(_("The key file of this profile is damaged")) from None
        return found, "file"
    with os.fdopen(handle, "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key, "file"


def _from_file(profile: Profile) -> str | None:
    try:
        text = profile.key_file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreCorrupt(_("The key file of this profile cannot be read")) from error
    if not _KEY.fullmatch(text):
        raise StoreCorrupt(_("The key file of this profile is damaged"))
    return text


def _account(profile: Profile) -> str:
    return f"store:{profile.folder.resolve()}"


def _from_keyring(profile: Profile) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, _account(profile))
    except KeyringError:
        return None


def _to_keyring(profile: Profile, key: str) -> bool:
    """Whether the keyring took the key, and gives it back."""
    import keyring
    from keyring.errors import KeyringError

    try:
        if keyring.get_keyring().priority < 1:  # no real keyring behind it
            return False
        keyring.set_password(SERVICE, _account(profile), key)
        return keyring.get_password(SERVICE, _account(profile)) == key
    except (KeyringError, RuntimeError):
        return False
