"""Whether a journal is whole: the profile's own, a copied store, or the journal's copy.  Nothing is changed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checkin.domain.events import Break, Fault, first_break
from checkin.errors import StoreCorrupt
from checkin.i18n import gettext as _
from checkin.store.copy import MAGIC, JournalCopy
from checkin.store.engine import Store, Transaction, engine_for
from checkin.store.meta import Device
from checkin.store.purging import PENDING
from checkin.tickets.keys import verify_hex

UNREADABLE = "unreadable"
"""The fault of a file, or of a line in the journal's copy, that cannot be read at all."""
COPY_DIFFERS = "copy_differs"
"""The fault of an event that store and copy tell differently."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``breaks_at`` None when the journal is whole, else the number of the first event that is not, and its fault."""

    length: int
    breaks_at: int | None = None
    fault: str = ""


def verify_store(store: Store) -> Checked:
    """The profile's own journal, every line and signature, and its copy beside it."""
    with store.read() as tx:
        return _beside_its_copy(tx, store.copy)


def _beside_its_copy(tx: Transaction, copy: JournalCopy) -> Checked:
    """The chain, and whether the copy tells the same story: rows cut off at the end are still there."""
    checked = _chain(tx)
    if checked.breaks_at is not None:
        return checked
    copied = copy.read()
    purging = bool(tx.meta.get(PENDING))
    for stored in tx.journal.lines(tx.meta.device().id):
        other = copied.lines.get(stored.line.seq)
        if other is None:
            continue
        if other.hash != stored.line.hash:
            return Checked(checked.length, stored.line.seq, COPY_DIFFERS)
        if other.event.private is not None and stored.line.event.private is None and not purging:
            return Checked(checked.length, stored.line.seq, Fault.PRIVATE.value)  # taken out by hand
    beyond = [seq for seq in copied.lines if seq > checked.length]
    return Checked(checked.length, min(beyond), "gap") if beyond else checked


def verify_file(path: Path, key: str) -> Checked:
    """A store or journal copy as it lies there, with the key of its profile; nothing of it is mended first.

    A store that has its journal copy beside it is held against it.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(len(MAGIC))
    except OSError as error:
        raise StoreCorrupt(_("The file cannot be read with this profile's key")) from error
    if beginning == MAGIC or not _looks_like_store(path):
        return _copy(path, key)
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        place = Path(shutil.copy2(path, folder))
        with suppress(FileNotFoundError):
            shutil.copy2(path.with_name(f"{path.name}-wal"), place.with_name(f"{place.name}-wal"))
        store = Store(engine_for(place, key), place, JournalCopy(Path(folder) / "none.log", key))
        try:
            with store.read() as tx:
                return _beside_its_copy(tx, JournalCopy(path.with_name("journal.log"), key))
        except StoreCorrupt:
            return Checked(0, 1, UNREADABLE)
        finally:
            store.close()


def _looks_like_store(path: Path) -> bool:
    """A store is noise in whole pages; the journal's copy with a damaged head is still lines."""
    with path.open("rb") as file:
        return b"\n" not in file.read(1) and not file.read(4096).isascii()


def _copy(path: Path, key: str) -> Checked:
    copied = JournalCopy(path, key).read()
    if not copied.trusted or "device.key" not in copied.facts:
        return Checked(0, 1, UNREADABLE)
    lines = [line for _seq, line in sorted(copied.lines.items())]
    broken = first_break(lines, _signature(copied.facts["device.key"]))
    if broken is not None:
        return Checked(len(lines), broken.seq, UNREADABLE if copied.unreadable else broken.fault.value)
    return Checked(len(lines), len(lines) + 1, UNREADABLE) if copied.unreadable else Checked(len(lines))


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
    if head > length:
        return Checked(length, length + 1, Fault.GAP.value)
    last = next(iter(tx.journal.numbered(device.id, {head})), None)
    if last is not None and last.hash != digest:
        return Checked(length, head, Fault.CHANGED.value)
    return Checked(length)
