"""Another key for a store, and the end of a profile.

A rekey writes the whole store anew under a fresh key beside the old one and then gives it its name; until that is done
the fresh key lies in ``store.key.next``.  Dying at any moment, the next start finishes what was begun or forgets it;
refused before the new store has its name, nothing is left of it.
A profile's end begins with its key: what is left is noise.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from checkin.errors import SettingsWrong, StoreBusy
from checkin.i18n import gettext as _
from checkin.settings import Profile, Settings
from checkin.store import keys, passphrase
from checkin.store.copy import JournalCopy
from checkin.store.engine import Store, engine_for, known_errors
from checkin.store.locking import Presence

COPY = "journal.log"
_FRESH = "store.sqlite.rekey"
_PLACES = ("keyring", "file", "passphrase")
_DATA = (
    "store.sqlite*",
    "store.suspect",
    "store.lock",
    "store.damaged-*",
    "journal.log*",
    "journal.damaged-*",
    "hub.sqlite*",
    "guides.sqlite*",
    "logs/*",
    "documents/*",
    "salvage-*/*",
    "lists.json*",
)


def rekey(
    profile: Profile, settings: Settings, to: str, words: Callable[[], str], at: Callable[[str], None] | None = None
) -> None:
    """Gives the store of a profile, closed everywhere, a fresh key in ``to``; the old one is destroyed.

    ``words`` asks for a new passphrase where one is needed.  ``at`` is told each step, for tests that kill it there.
    Raises ``StoreBusy`` while another program has the profile open, ``SettingsWrong`` for what cannot be done.
    """
    old = keys.find_key(profile, settings.key_place)
    if old is None or not profile.store_file.exists():
        raise SettingsWrong(_("This profile has no data to give a new key"))
    keys.demand(profile, to)
    secret = words() if to == "passphrase" else ""
    presence = _alone(profile)
    try:
        with _in_words(profile):
            _rekey(profile, settings, to, secret, old, at or (lambda name: None))
    finally:
        presence.release()


def _rekey(profile: Profile, settings: Settings, to: str, secret: str, old: str, step: Callable[[str], None]) -> None:
    fresh = os.urandom(32).hex()
    try:
        if to == "passphrase":  # refuses one that is too short before anything is done
            passphrase.seal(profile.passphrase_file, fresh, secret)
        _next(profile).unlink(missing_ok=True)
        keys._replace(_next(profile), fresh.encode())
        step("next")
        _rewrite(profile, old, fresh)
        step("written")
        (profile.folder / _FRESH).replace(profile.store_file)
    except Exception:
        _forgotten(profile)
        raise
    _sync(profile.folder)
    step("moved")
    _settle(profile, fresh, to, secret)
    profile.save(settings.model_copy(update={"key_place": to}))
    step("kept")
    for other in _PLACES:
        if other != to:
            keys.forget(profile, other)
    for sealed in profile.folder.glob("documents/*.sealed"):  # under the old key; the next group renews them
        sealed.unlink(missing_ok=True)
    keys.wipe(_next(profile))


@contextmanager
def _in_words(profile: Profile) -> Iterator[None]:
    """What the database and the disk refuse, said to a person."""
    try:
        with known_errors(profile.store_file):
            yield
    except OSError as error:
        raise keys.not_kept(profile, error) from error


def _forgotten(profile: Profile) -> None:
    """Removes what a rekey wrote that did not come through: the old key and the old store are as they were."""
    for left in profile.folder.glob(f"{_FRESH}*"):
        with suppress(OSError):
            left.unlink()
    try:
        keys.wipe(_next(profile))
    except OSError:  # a disk that takes no noise either; it opens nothing that is there
        with suppress(OSError):
            _next(profile).unlink()


def finish(profile: Profile, place: str, key: str) -> str:
    """What a start does about a rekey that was cut short; returns the key that opens the store."""
    pending = _next(profile)
    if not pending.exists():
        return key
    presence = _alone(profile)
    try:
        fresh = pending.read_text("ascii").strip()
        if len(fresh) == 64 and profile.store_file.exists() and _opens(profile.store_file, fresh):
            _settle(profile, fresh, place, passphrase.said(profile.passphrase_file))
            key = fresh
        with suppress(FileNotFoundError):
            (profile.folder / _FRESH).unlink()
        keys.wipe(pending)
        return key
    finally:
        presence.release()


def destroy(profile: Profile) -> list[str]:
    """Ends a profile: its key first, then its data and logs.  Returns what could not be removed.

    Raises ``StoreBusy`` while a program has it open.
    """
    presence = _alone(profile)
    for place in _PLACES:
        keys.forget(profile, place)
    keys.forget_token(profile.folder)
    keys.wipe(_next(profile))
    _sync(profile.folder)
    presence.release()
    left: list[str] = []
    for pattern in _DATA:
        for path in sorted(profile.folder.glob(pattern)):
            try:
                path.unlink()
            except OSError:
                left.append(path.name)
    return left


def _next(profile: Profile) -> Path:
    return profile.folder / "store.key.next"


def _alone(profile: Profile) -> Presence:
    presence = Presence(profile.folder / "store.lock")
    if not presence.alone():
        presence.release()
        raise StoreBusy(_("Another program has this profile open. Close the program everywhere and try again"))
    return presence


def _rewrite(profile: Profile, old: str, fresh: str) -> None:
    """The whole store once more under the fresh key, on the disk."""
    target = profile.folder / _FRESH
    target.unlink(missing_ok=True)
    with closing(_connected(profile.store_file, old)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ATTACH DATABASE ? AS fresh KEY \"x'" + fresh + "'\"", (str(target),))
        connection.execute("SELECT sqlcipher_export('fresh')").fetchall()
        connection.execute("DETACH DATABASE fresh")
        connection.execute("PRAGMA journal_mode = DELETE")  # no log of the old file may be taken for the new one's
    descriptor = os.open(target, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connected(path: Path, key: str) -> Any:
    connection = sqlcipher.connect(str(path), isolation_level=None, timeout=5)
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    connection.execute("PRAGMA cipher_log_level = NONE")
    return connection


def _opens(path: Path, key: str) -> bool:
    try:
        with closing(_connected(path, key)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlcipher.Error:
        return False
    return True


def _settle(profile: Profile, fresh: str, place: str, words: str) -> None:
    """The journal's copy under the fresh key, and the fresh key in its place."""
    _renew(profile, fresh)
    keys.keep(profile, fresh, place, words)


def _renew(profile: Profile, fresh: str) -> None:
    store = Store(engine_for(profile.store_file, fresh), profile.store_file, JournalCopy(profile.folder / COPY, fresh))
    try:
        store.renew_copy()
    finally:
        store.close()


def _sync(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
