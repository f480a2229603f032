"""Opening a gate's store: made, migrated, checked, and put together again when it is damaged or gone."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from checkin.errors import StoreCorrupt
from checkin.i18n import gettext as _
from checkin.settings import Profile, Settings
from checkin.store import rekey, repair
from checkin.store.copy import JournalCopy
from checkin.store.engine import Store, StoreDamaged, bring_up, engine_for, known_errors
from checkin.store.keys import find_key, make_key, place_of
from checkin.store.locking import Presence
from checkin.store.vault import Vault

log = logging.getLogger(__name__)

COPY = rekey.COPY


def open_store(profile: Profile, settings: Settings) -> tuple[Store, str]:
    """The profile's store, made and migrated as needed, and where its key is (``keyring`` or ``file``).

    Raises ``StoreCorrupt`` when it cannot be read, ``SchemaTooNew`` when a newer program wrote it.
    """
    profile.ensure()
    path = profile.store_file
    place: str = settings.key_place
    key = find_key(profile, place)
    if key is None:
        if path.exists() and path.stat().st_size:
            raise StoreCorrupt(
                _("The key to this gate's data is missing. Bring back the key, or start with another profile")
            )
        key, place = make_key(profile, place)
    elif not place:
        place = place_of(profile)
    key = rekey.finish(profile, place, key)
    presence = Presence(profile.folder / "store.lock")
    try:
        store = _mended(path, key, JournalCopy(profile.folder / COPY, key), presence)
    except BaseException:
        presence.release()
        raise
    store.on_close = presence.release
    store.vault = Vault(key)
    return store, place


def _mended(path: Path, key: str, copy: JournalCopy, presence: Presence) -> Store:
    """The store, put together again from the journal's copy when it is damaged."""
    there = path.exists() and path.stat().st_size > 0
    try:
        store, mended = _checked(path, key, copy)
    except StoreDamaged as error:
        if not presence.alone():
            raise StoreCorrupt(
                _("This gate's data is damaged. Close the program everywhere, then start it again: it mends itself")
            ) from error
        store, mended = _mended_alone(path, key, copy, error)
        presence.shared()
    store.note = _note(store, mended, lost=not there)
    if mended.aside is not None or mended.restored or mended.disputed:
        log.warning("the store was mended: %s", mended)
    return store


def _mended_alone(path: Path, key: str, copy: JournalCopy, damage: StoreDamaged) -> tuple[Store, repair.Mended]:
    with suppress(StoreDamaged):
        return _checked(path, key, copy)  # another process was first
    if not copy.numbers()[0]:  # no copy, or a key that opens neither: nothing to mend it with
        raise StoreCorrupt(
            _("This gate's data cannot be read. Call your administrator; nothing was deleted")
        ) from damage
    try:
        aside = repair.move_away(path)
    except OSError as error:
        raise StoreCorrupt(
            _("This gate's data is damaged. Close the program everywhere, then start it again: it mends itself")
        ) from error
    found = repair.salvage(aside, key) if aside is not None else repair.Salvage()
    store, mended = _checked(path, key, copy)
    mended.aside = aside
    with store.write() as tx:
        more, mended.roster_kept = repair.give_back(tx, found)
        mended.restored += more
    return store, mended


def _checked(path: Path, key: str, copy: JournalCopy) -> tuple[Store, repair.Mended]:
    """The store and its copy, brought to one state; raises ``StoreDamaged``."""
    _only_its_owners(path)
    engine = engine_for(path, key)
    store = Store(engine, path, copy)
    try:
        with known_errors(path):
            bring_up(engine)
            with engine.connect() as connection:
                wrong = repair.damage(connection, path)
            if wrong:
                raise sqlcipher.DatabaseError(f"malformed: {wrong}")
        mended = repair.reconcile(store, copy)
    except BaseException:
        store.close()
        raise
    with suppress(OSError):
        repair.suspicion(path).unlink(missing_ok=True)
    return store, mended


def _only_its_owners(path: Path) -> None:
    """Nobody else may read the store: its log takes the file's mode, and so do copies of it."""
    with suppress(OSError):  # SQLite says what is wrong with the place
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix":
            path.chmod(0o600)


def _note(store: Store, mended: repair.Mended, *, lost: bool) -> str:
    """What the person is told of it."""
    sentences = []
    if mended.aside is not None:
        sentences.append(
            _("This gate's data was damaged and was put together again. The damaged file was kept as {file}").format(
                file=mended.aside.name
            )
        )
    elif lost and mended.restored:
        sentences.append(_("This gate's data was gone and was put together again from its copy"))
    elif mended.restored:
        sentences.append(_("A part of the journal was missing and was taken back from its copy"))
    if mended.restored:
        sentences.append(_("Events in safety: {count}").format(count=mended.restored))
    if (mended.aside is not None or (lost and mended.restored)) and not mended.roster_kept:
        with store.read() as tx:
            enrolled = bool(tx.meta.get("hub.token"))
        sentences.append(
            _("The list of visitors comes from the hub again")
            if enrolled
            else _("Load the list of visitors again: it could not be saved whole")
        )
    if mended.copy_aside is not None:
        sentences.append(
            _("The journal's copy could not be read and was begun anew; the old one was kept as {file}").format(
                file=mended.copy_aside.name
            )
        )
    if mended.disputed:
        sentences.append(_("The journal was changed after it was written. Keep this PC as it is and call security"))
    return ". ".join(sentences)
