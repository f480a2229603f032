"""Whether a journal is whole: the profile's own, a copied store, or the journal's copy.  Nothing is changed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import SQLAlchemyError

from checkin.clock import SystemClock
from checkin.domain.events import Break, Fault, JournalLine, first_break
from checkin.errors import SettingsWrong, StoreCorrupt
from checkin.i18n import gettext as _
from checkin.store.copy import MAGIC, Copied, JournalCopy
from checkin.store.engine import Store, Transaction, engine_for
from checkin.store.meta import Device
from checkin.store.purging import early
from checkin.tickets.keys import verify_hex
from checkin.wholefile import opened_file, unreadable

UNREADABLE = "unreadable"
"""The fault of a file, or of a line in the journal's copy, that cannot be read at all."""
COPY_DIFFERS = "copy_differs"
"""The fault of an event that store and copy tell differently."""
FOREIGN = "foreign"
"""The fault of a journal's copy in which something stands that this program did not write there."""
SHORT = "short"
"""The fault of a journal's copy that ends before the journal does."""
OTHERS = "others"
"""The fault of another gate's event that is not what that gate wrote."""
GONE = "gone"
"""What is wrong with a journal's copy that is not there, or that this profile's key does not open."""
MOST_COPY = 512 * 1024 * 1024
"""Bytes of a journal's copy that is read, all of it at once: some half a million events."""
MOST_STORE = 4 * 1024**3
"""Bytes of a store, of which a copy is made on the disk."""
_STRANGE = (
    StoreCorrupt,
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    AttributeError,
    SQLAlchemyError,
    sqlcipher.Error,
)
"""What comes of a store in which somebody wrote what this program never does, or took away a table or a column."""
_STRANGERS = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"SQLite format 3", b"\xd0\xcf\x11\xe0")
"""How files begin that are full of noise as a store is, and are none."""
_WRITTEN_S = 1.0
"""Within it an event that the store has is in the copy too."""
_TOGETHER = timedelta(seconds=5)
"""What one transaction writes lies no further apart: so much may a power cut take from the copy's end."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``breaks_at`` None when the journal is whole, else the number of the first event that is not, and its fault.

    ``torn`` says of a whole one that the power went while the copy's last lines were being written: the store, which
    nobody has closed since, has those events, and the next start writes them there again.  ``copy`` says of a whole
    store what is wrong with the copy beside it: ``GONE``, ``FOREIGN`` or ``SHORT``.
    """

    length: int
    breaks_at: int | None = None
    fault: str = ""
    torn: bool = False
    copy: str = ""


def verify_store(store: Store, now: datetime | None = None) -> Checked:
    """The profile's own journal, every line and signature, and its copy beside it."""
    copied = store.copy.examined()
    with store.read() as tx:
        return _beside_its_copy(tx, store.path, store.copy, copied, now or SystemClock().now())


def _beside_its_copy(tx: Transaction, store: Path, copy: JournalCopy, copied: Copied, now: datetime) -> Checked:
    """The chain, and whether the copy tells the same story: rows cut off at the end are still there.

    ``copied`` was read before the store was: a gate that works meanwhile writes there first.
    """
    checked = _chain(tx)
    if checked.breaks_at is not None:
        return checked
    for stored in tx.journal.lines(tx.meta.device().id):
        other = copied.lines.get(stored.line.seq)
        if other is None:
            continue
        if other.hash != stored.line.hash:
            return Checked(checked.length, stored.line.seq, COPY_DIFFERS)
    by_hand = early(tx, copied.lines, now)
    if by_hand is not None:
        return Checked(checked.length, by_hand, Fault.PRIVATE.value)
    beyond = [seq for seq in copied.lines if seq > checked.length]
    if beyond:
        return Checked(checked.length, min(beyond), "gap")
    broken = tx.journal.others_break(tx.meta.device().id)
    if broken is not None:
        return Checked(checked.length, broken.seq, OTHERS)
    return replace(checked, copy=_trouble_with(store, copy, copied, checked.length))


def _trouble_with(store: Path, copy: JournalCopy, copied: Copied, length: int) -> str:
    if not length:
        return ""
    if not copied.trusted:
        return GONE
    if copied.foreign is not None:
        return FOREIGN
    return SHORT if _still_missing(copy, set(range(1, length + 1)) - copied.lines.keys(), store) else ""


def _still_missing(copy: JournalCopy, seqs: set[int], store: Path) -> set[int]:
    """Which events the copy does not have now either: a gate that works is just writing the last ones there."""
    until = time.monotonic() + _WRITTEN_S
    while seqs and _in_use(store):
        seqs = seqs - copy.numbers()[1]
        if time.monotonic() > until:
            break
        time.sleep(_WRITTEN_S / 10 if seqs else 0)
    return seqs


def verify_file(path: Path, key: str, home: Path | None = None, now: datetime | None = None) -> Checked:
    """A store or journal copy as it lies there, with the key of its profile; nothing of it is mended first.

    A store that has its journal copy beside it is held against it; a copy against the store beside it, else the one
    at ``home``, so that lines cut off at its end are missed.  Raises ``SettingsWrong`` for what is no such file.
    """
    beginning, size = _begun(path)
    if beginning.startswith(MAGIC) or not _looks_like_store(beginning):
        if size > MOST_COPY:
            raise _too_big(size)
        return _copy(path, key, home)
    if size > MOST_STORE:
        raise _too_big(size)
    checked = _store(path, key, now)
    if checked.fault == UNREADABLE and _strange(beginning):
        raise _no_journal(path)
    if checked.breaks_at is not None and _in_use(path):  # a purge, or a log that began anew, came between
        checked = _store(path, key, now)
    at_home = home is not None and path.resolve() == home.resolve()
    return checked if at_home or checked.copy != GONE else replace(checked, copy="")  # a copied store alone


def _store(path: Path, key: str, now: datetime | None) -> Checked:
    try:
        copy = JournalCopy(_copy_of(path), key)
        copied = copy.examined()
        with _opened(path, key) as store, store.read() as tx:
            spoilt = tx.session.connection().exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
            if spoilt:
                return Checked(0, 1, UNREADABLE)
            return _beside_its_copy(tx, path, copy, copied, now or SystemClock().now())
    except _STRANGE:
        return Checked(0, 1, UNREADABLE)
    except OSError as error:  # no room for the copy that is read
        raise unreadable(path, error) from error


def _begun(path: Path) -> tuple[bytes, int]:
    """How a file begins, and its size."""
    with opened_file(path) as (descriptor, size):
        return os.read(descriptor, 4097), size


def _strange(beginning: bytes) -> bool:
    """Whether a file is known to be another: by its first bytes, or a text, which no noise is and no zeros are."""
    with suppress(UnicodeDecodeError):
        text = getincrementaldecoder("utf-8")().decode(beginning)
        if text and "\0" not in text:
            return True
    return beginning.startswith(_STRANGERS)


def _no_journal(path: Path) -> SettingsWrong:
    """Of a file that never was one nobody says that it was changed."""
    return SettingsWrong(_("{file} is no store and no journal.log: there is nothing to check").format(file=path.name))


def _too_big(size: int) -> SettingsWrong:
    return SettingsWrong(
        _("The file is too big for a journal: {size} MB. It was not opened").format(size=size // 1_000_000)
    )


@contextmanager
def _opened(path: Path, key: str) -> Iterator[Store]:
    """A store as it lies there, read from a copy of the file."""
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        with _held(path, key):
            place = Path(shutil.copy2(path, folder))
            with suppress(FileNotFoundError):
                shutil.copy2(path.with_name(f"{path.name}-wal"), place.with_name(f"{place.name}-wal"))
        if _in_use(path):  # pages that were just being written back are whole in the log
            with closing(_connected(str(place), key)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        store = Store(engine_for(place, key), place, JournalCopy(Path(folder) / "none.log", key))
        try:
            yield store
        finally:
            store.close()


def _in_use(path: Path) -> bool:
    """Whether somebody has a store open, or died with it open."""
    return all(path.with_name(f"{path.name}{ending}").exists() for ending in ("-wal", "-shm"))


def _connected(place: str, key: str) -> Any:
    connection = sqlcipher.connect(place, uri=True, isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    connection.execute("PRAGMA cipher_log_level = NONE")
    return connection


@contextmanager
def _held(path: Path, key: str) -> Iterator[None]:
    """While somebody works with a store: its log does not begin anew before the file and the log are both copied.

    For reading only: a connection that may write would put the log of a dead gate back into the file.
    """
    with ExitStack() as held:
        if _in_use(path):
            with suppress(sqlcipher.Error):
                uri = f"{path.absolute().as_uri()}?mode=ro"
                connection = held.enter_context(closing(_connected(uri, key)))
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        yield


def _copy_of(store: Path) -> Path:
    return store.with_name("journal.log")


def _looks_like_store(beginning: bytes) -> bool:
    """A store is noise in whole pages; the journal's copy with a damaged head is still lines."""
    return sum(byte > 127 for byte in beginning) > len(beginning) // 4


def _copy(path: Path, key: str, home: Path | None) -> Checked:
    copy = JournalCopy(path, key)
    copied = copy.examined()
    if not copied.trusted and not copy.claimed() and _strange(_begun(path)[0]):
        raise _no_journal(path)
    if not copied.trusted or "device.key" not in copied.facts:
        return Checked(0, 1, UNREADABLE)
    lines = [line for _seq, line in sorted(copied.lines.items())]
    broken = first_break(lines, _signature(copied.facts["device.key"]))
    if copied.foreign is not None and (broken is None or copied.foreign < broken.seq):
        return Checked(len(lines), copied.foreign + 1, FOREIGN)
    if broken is not None:
        return Checked(len(lines), broken.seq, broken.fault.value)
    beside = path.with_name("store.sqlite")
    return _against_store(copy, copied, beside if beside.exists() else home, key)


def _against_store(copy: JournalCopy, copied: Copied, store: Path | None, key: str) -> Checked:
    """A copy that is whole as far as it goes: whether it goes as far as its store does."""
    length = len(copied.lines)
    short = Checked(length, length + 1, SHORT)
    missing: list[JournalLine] = []
    lasting: dict[str, str] = {}
    try:
        if store is None or not store.exists():
            return short if copied.torn else Checked(length)
        with _opened(store, key) as at_home, at_home.read() as tx:
            if tx.meta.device().id != copied.facts.get("device.id"):
                return short if copied.torn else Checked(length)
            for stored in tx.journal.lines(tx.meta.device().id):
                line = stored.line
                if line.seq not in copied.lines:
                    missing.append(line)
                elif copied.lines[line.seq].hash != line.hash:
                    return Checked(length, line.seq, COPY_DIFFERS)
            lasting = tx.meta.lasting()
    except _STRANGE:  # what is wrong with the store is said when it is asked about
        return short if copied.torn else Checked(length)
    lost = _still_missing(copy, {line.seq for line in missing}, store)
    missing = [line for line in missing if line.seq in lost]
    if copied.torn or lasting.items() - copied.facts.items():
        copied = copy.examined()
    facts_lost = bool(lasting.items() - copied.facts.items())
    if not missing and not copied.torn and not facts_lost:
        return Checked(length)
    times = [line.event.at for line in missing]
    wal = store.with_name(f"{store.name}-wal")
    unclosed = wal.exists() and wal.stat().st_size > 0
    if unclosed and (not times or max(times) - min(times) <= _TOGETHER):
        return Checked(length, torn=True)
    return short if missing or copied.torn else Checked(length, length + 1, COPY_DIFFERS)


def _signature(private_hex: str) -> Callable[[bytes, str], bool]:
    public = Device("", bytes.fromhex(private_hex)).public_hex
    return lambda message, signed: verify_hex(public, message, signed)


def _chain(tx: Transaction) -> Checked:
    device = tx.meta.device()
    broken: Break | None = tx.journal.first_break(device.id, device.public_hex)
    length = tx.journal.count(device.id)
    if broken is not None:
        return Checked(length, broken.seq, broken.fault.value)
    head, digest = tx.journal.head()
    if length and not head:
        return Checked(length, length + 1, Fault.GAP.value)  # where it ended was noted with each event
    if head > length:
        return Checked(length, length + 1, Fault.GAP.value)
    last = next(iter(tx.journal.numbered(device.id, {head})), None)
    if last is not None and last.hash != digest:
        return Checked(length, head, Fault.CHANGED.value)
    return Checked(length)
