"""The key that opens a store: 32 random bytes in the system's keyring, in a file that only its owner may read, or in
one that a passphrase opens.

Which of them it is stands in the settings (``key_place``) and is said openly.  A store that exists is never opened
with a fresh key.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from checkin.errors import DiskFull, SettingsWrong, StoreCorrupt
from checkin.i18n import gettext as _
from checkin.settings import Profile
from checkin.store import passphrase

SERVICE = "prohodnaya"
_KEY = re.compile(r"[0-9a-f]{64}")


def find_key(profile: Profile, place: str) -> str | None:
    """The store's key in hex, or None when there is none in that place (an empty place: anywhere)."""
    if place == "passphrase" or (not place and profile.passphrase_file.exists()):
        return passphrase.unseal(profile.passphrase_file)
    if place in ("", "file"):
        key = _from_file(profile)
        if key is not None or place == "file":
            return key
    return _from_keyring(profile)


def keyring_there() -> bool:
    """Whether this system has a keyring that keeps a key."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return bool(keyring.get_keyring().priority >= 1)
    except (KeyringError, RuntimeError):
        return False


def place_of(profile: Profile) -> str:
    """Where the key of a profile is whose settings do not say it."""
    if profile.passphrase_file.exists():
        return "passphrase"
    return "file" if profile.key_file.exists() else "keyring"


def make_key(profile: Profile, place: str = "") -> tuple[str, str]:
    """A fresh key, kept; returns it and where it is kept (``keyring`` or ``file``)."""
    key = os.urandom(32).hex()
    if place != "file" and _to_keyring(profile, key):
        return key, "keyring"
    _to_file(profile, key)
    return _from_file(profile) or key, "file"  # another process may have been first


def demand(profile: Profile, place: str) -> None:
    """Finds out whether a place takes a key, by one of no worth; raises ``SettingsWrong`` where it does not."""
    if place != "keyring":
        return
    account = f"trial:{profile.folder.resolve()}"
    taken = _kept(account, secrets.token_hex(8))
    _gone(account)
    if not taken:
        raise _no_keyring()


def _no_keyring() -> SettingsWrong:
    return SettingsWrong(_("This system has no keyring that keeps a key. Choose a file or a passphrase"))


def keep(profile: Profile, key: str, place: str, words: str = "") -> None:
    """Puts a key into a place, instead of the one that is there; raises ``SettingsWrong`` where it takes none.

    ``words`` is the passphrase, for that place.
    """
    match place:
        case "keyring":
            if not _to_keyring(profile, key):
                raise _no_keyring()
        case "passphrase":
            _replace(profile.passphrase_file, passphrase.seal(profile.passphrase_file, key, words))
        case _:
            _replace(profile.key_file, key.encode())


def forget(profile: Profile, place: str) -> None:
    """Destroys the key in a place: overwritten, then removed.  One that is not there is no error."""
    match place:
        case "keyring":
            _from_keyring_gone(profile)
        case "passphrase":
            wipe(profile.passphrase_file)
        case _:
            wipe(profile.key_file)


def keep_token(folder: Path, token: str) -> bool:
    """Puts a gate's way into its hub into the keyring; False where there is none that keeps it."""
    return _kept(_token_account(folder), token)


def find_token(folder: Path) -> str:
    """What the keyring has of a profile's way into its hub."""
    return _looked_up(_token_account(folder)) or ""


def forget_token(folder: Path) -> None:
    """Takes it out of the keyring; nothing is there afterwards, whatever was."""
    _gone(_token_account(folder))


def wipe(path: Path) -> None:
    """Overwrites a small file and removes it.  A disk may keep what was there elsewhere: docs/threats.md says so."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(os.urandom(max(64, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise SettingsWrong(
            _("The key to this gate's data cannot be kept in {folder}: {why}").format(
                folder=path.parent, why=error.strerror or error
            )
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def _to_file(profile: Profile, key: str) -> None:
    """Keeps the key in a file, on the disk, whole or not at all; one that lies there already stays."""
    fresh = profile.folder / f"{profile.key_file.name}.{secrets.token_hex(4)}"
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            _put(fresh, profile.key_file)
        if os.name == "posix":
            folder = os.open(profile.folder, os.O_RDONLY)
            try:
                os.fsync(folder)  # a store whose key was lost in a power cut is lost too
            finally:
                os.close(folder)
    except OSError as error:
        raise not_kept(profile, error) from error
    finally:
        fresh.unlink(missing_ok=True)


def not_kept(profile: Profile, error: OSError) -> DiskFull | SettingsWrong:
    """What the system's error means to a person whose key was to be written into the profile's folder."""
    if error.errno == errno.ENOSPC:
        return DiskFull(_("The disk is full. Free some space: nothing new can be recorded until then"))
    return SettingsWrong(
        _("The key to this gate's data cannot be kept in {folder}: {why}").format(
            folder=profile.folder, why=error.strerror or error
        )
    )


def _put(fresh: Path, place: Path) -> None:
    """Gives a file its name; raises ``FileExistsError`` when the name is taken."""
    try:
        os.link(fresh, place)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as on a stick
        if place.exists():
            raise FileExistsError from None
        fresh.rename(place)


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


def _token_account(folder: Path) -> str:
    return f"token:{folder.resolve()}"


def _from_keyring(profile: Profile) -> str | None:
    return _looked_up(_account(profile))


def _from_keyring_gone(profile: Profile) -> None:
    _gone(_account(profile))


def _to_keyring(profile: Profile, key: str) -> bool:
    return _kept(_account(profile), key)


def _looked_up(account: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, account)
    except (KeyringError, RuntimeError):
        return None


def _gone(account: str) -> None:
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError, RuntimeError):
        keyring.delete_password(SERVICE, account)


def _kept(account: str, secret: str) -> bool:
    """Whether the keyring took a secret, and gives it back."""
    import keyring
    from keyring.errors import KeyringError

    try:
        if not keyring_there():
            return False
        keyring.set_password(SERVICE, account, secret)
        return keyring.get_password(SERVICE, account) == secret
    except (KeyringError, RuntimeError):
        return False
