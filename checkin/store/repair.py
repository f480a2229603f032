"""Finds damage when a store is opened, and puts a damaged or a lost one together again.

A damaged file is set aside under another name and never deleted or written to.  The new store gets this device's
events and lasting facts from the journal's copy, and whatever else can still be read of the old file: SQLCipher seals
each page, so what can be read is what was written.  Every event goes to the hub again, which answers ``duplicate`` for
what it has.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3.dbapi2 as sqlcipher

from checkin.domain.events import JournalLine, first_break, line_fault
from checkin.store.copy import JournalCopy, set_aside
from checkin.store.journal import Stored
from checkin.store.lines import line_of
from checkin.store.rows import (
    EventRow,
    GroupRow,
    RecordRow,
    RevocationRow,
    TicketRow,
    TourRow,
    VisitorRow,
    from_us,
)
from checkin.tickets.keys import verify_hex

if TYPE_CHECKING:
    from checkin.store.engine import Store, Transaction

WHOLE_BYTES = 24 * 1024 * 1024
"""A store up to here is checked whole at each start (30 ms); of a larger one the tables that hold attendance."""
_ATTENDANCE = ("event", "outbox", "meta", "presence")
_ROSTER: tuple[Any, ...] = (RecordRow, TourRow, GroupRow, VisitorRow, TicketRow, RevocationRow)
_BESIDE = ("-wal", "-shm")
_CHUNK = 500
_NO_LINE = (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError)


def suspicion(path: Path) -> Path:
    """Lies beside a store in which damage was met while it was in use: the next start checks it whole."""
    return path.with_name(f"{path.stem}.suspect")


def damage(connection: Any, path: Path) -> str:
    """What SQLite finds wrong with the file, or nothing.  A page that cannot be opened raises its error."""
    whole = suspicion(path).exists() or path.stat().st_size <= WHOLE_BYTES
    for check in ("quick_check(1)",) if whole else tuple(f"quick_check('{table}')" for table in _ATTENDANCE):
        found = connection.exec_driver_sql(f"PRAGMA {check}").fetchall()
        if [tuple(row) for row in found] != [("ok",)]:
            return str(found[0][0]) if found else "no answer"
    return ""


@dataclass(slots=True)
class Mended:
    """What became of a store at its opening.  ``disputed``: store and copy tell different stories of one event."""

    restored: int = 0
    aside: Path | None = None
    copy_aside: Path | None = None
    roster_kept: bool = False
    unreadable: int = 0
    disputed: bool = False


def reconcile(store: Store, copy: JournalCopy) -> Mended:
    """Gives the store what only the copy has, the copy what only the store has, and a fresh store its identity."""
    mended = Mended()
    ours, seqs, facts = copy.numbers()
    if not ours and (copy.trouble is not None or (copy.path.exists() and copy.path.stat().st_size)):
        mended.copy_aside = copy.set_aside()
    with store.write() as tx:
        mine = tx.meta.get("device.id")
        if not mine:
            for key, value in facts.items():
                tx.meta.put(key, value)
        elif facts.get("device.id", mine) != mine:  # another device's: neither may be lost
            mended.copy_aside = copy.set_aside()
            seqs, facts = set(), {}
        tx.meta.ensure_device()
        device = tx.meta.device()
        kept = tx.journal.numbers(device.id)
        lost = seqs - kept
        if lost:
            copied = copy.read(lost)
            mended.unreadable = copied.unreadable
            mended.restored = tx.journal.restore([line for _, line in sorted(copied.lines.items())])
            mended.disputed = mended.restored < len(copied.lines)  # another row has its id
        beheaded = tx.journal.head()[0] > tx.journal.count(device.id)
        mended.disputed |= beheaded or _disputed(tx, copy, device.id, max(seqs & kept, default=0), first=1 in kept)
        tx.facts = {key: value for key, value in tx.meta.lasting().items() if facts.get(key) != value}
        added = _numbered(tx, device.id, kept - seqs)
        tx.written[:] = added
        mended.disputed |= len(added) < len(kept - seqs)
    return mended


def _numbered(tx: Transaction, device: str, seqs: set[int]) -> list[JournalLine]:
    """The events with these numbers that are events: a gate starts whatever somebody wrote into a row."""
    found: list[JournalLine] = []
    for seq in sorted(seqs):
        with suppress(*_NO_LINE):
            found += tx.journal.numbered(device, {seq})
    return found


def _disputed(tx: Transaction, copy: JournalCopy, device: str, last: int, *, first: bool) -> bool:
    """Whether the last event that both have is the same, and whole, and the first begins a chain."""
    if not last:
        return False
    copied = copy.read({last}).lines.get(last)
    ends = _numbered(tx, device, {1, last})
    if [line.seq for line in ends] != sorted({1, last} if first else {last}):
        return True
    try:
        changed = any(line_fault(line) is not None for line in ends)
        broken = ends[0].seq == 1 and first_break(ends[:1]) is not None
    except _NO_LINE:
        return True
    return changed or broken or (copied is not None and copied.hash != ends[-1].hash)


def move_away(path: Path) -> Path | None:
    """Sets a damaged store aside with what lies beside it; None when there is no file.  Raises ``OSError``."""
    aside = set_aside(path) if path.exists() else None
    for ending in _BESIDE:
        with_it = path.with_name(path.name + ending)
        if with_it.exists():
            if aside is None:
                set_aside(with_it)
            else:
                with_it.rename(aside.with_name(aside.name + ending))
    return aside


@dataclass(slots=True)
class Salvage:
    """What could be read of a damaged store, row by row.  ``whole`` names the tables that were read to their end."""

    events: list[dict[str, Any]] = field(default_factory=list)
    roster: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)


def salvage(aside: Path, key: str) -> Salvage:
    """Reads a damaged store as far as it goes, from a copy of it, so that the file itself stays as it was found."""
    found = Salvage()
    try:
        with tempfile.TemporaryDirectory(dir=aside.parent, prefix="salvage-", ignore_cleanup_errors=True) as folder:
            path = Path(shutil.copy2(aside, folder))
            with suppress(FileNotFoundError):
                shutil.copy2(aside.with_name(f"{aside.name}-wal"), path.with_name(f"{path.name}-wal"))
            for model in (EventRow, *_ROSTER):
                table = str(model.__tablename__)
                rows: list[dict[str, Any]] = []
                with suppress(sqlcipher.Error):
                    for row in _rows(path, key, table):
                        rows.append(row)
                    found.whole.add(table)
                if model is EventRow:
                    found.events = rows
                else:
                    found.roster[table] = rows
    except OSError:  # no room for a second one: the copy and the hub have what counts
        return found
    return found


def _rows(path: Path, key: str, table: str) -> Iterator[dict[str, Any]]:
    with closing(sqlcipher.connect(str(path), timeout=1)) as connection:  # damage once met spoils a connection
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        cursor = connection.execute(f'SELECT * FROM "{table}"')
        names = [one[0] for one in cursor.description]
        while chunk := cursor.fetchmany(_CHUNK):
            for row in chunk:
                yield dict(zip(names, row, strict=True))


def give_back(tx: Transaction, found: Salvage) -> tuple[int, bool]:
    """Puts what was salvaged into a fresh store: this device's events that the copy had not, others', the roster.

    Returns how many of this device's events came, and whether the roster is whole.
    """
    device = tx.meta.device()
    own: list[JournalLine] = []
    others: list[Stored] = []
    for row in found.events:
        line = _line(row)
        if line is None:
            continue
        if line.device != device.id:
            received = row.get("received_us")
            others.append(Stored(line, None if received is None else from_us(received)))
        elif line_fault(line, lambda message, signed: verify_hex(device.public_hex, message, signed)) is None:
            own.append(line)
    known = tx.journal.numbers(device.id)
    own = sorted((line for line in own if line.seq not in known), key=lambda line: line.seq)
    restored = tx.journal.restore(own)
    tx.written += own
    for start in range(0, len(others), _CHUNK):
        tx.journal.take_peers(others[start : start + _CHUNK], device.id)
    for model in _ROSTER:
        names = set(model.__table__.columns.keys())
        rows = [
            {name: row[name] for name in row if name in names} for row in found.roster.get(str(model.__tablename__), [])
        ]
        if rows:
            tx.session.execute(model.__table__.insert().prefix_with("OR IGNORE"), rows)
    return restored, all(str(model.__tablename__) in found.whole for model in _ROSTER)


def _line(row: dict[str, Any]) -> JournalLine | None:
    """The journal line of a salvaged row, when it is whole by itself."""
    try:
        line = line_of(EventRow.model_construct(None, **row))
        return line if line_fault(line) is None else None
    except _NO_LINE:
        return None
