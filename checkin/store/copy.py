"""The journal's second copy: a file beside the store that holds every event of this device once more.

Each line is sealed by itself (AES-256-GCM under a key derived from the store's), ends with a checksum and is only ever
appended.  It is written after the store's commit and on the disk before a verdict is returned: whatever was green
stands in both, and nothing stands here that the store has not committed.  Facts that a rebuilt store cannot do without
(the device's key, its token at the hub) stand here as well.  A damaged line is passed over, and those around it are
read.  Half a line at the end, of a process that was killed, is cut off by the next append, which has that event again:
whatever else is no whole line was not written by this program.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from checkin.domain.events import JournalLine
from checkin.store.locking import alone
from checkin.wire import LineIn, line_in, line_out

MAGIC = b"prohodnaya-journal-1"
FACTS = 0
"""The number of a line that holds facts; events begin with 1."""
_NONCE = 12
_LONGEST = 256 * 1024
"""No line is longer: so far back is looked for the end of the one before."""
_KEY = re.compile("[0-9a-f]{64}")
_LINE = re.compile(rb"^(\d{1,16}) ([A-Za-z0-9+/=]+) ([0-9a-f]{8})$", re.MULTILINE)


@dataclass(slots=True)
class Copied:
    """What a copy holds.  ``unreadable`` counts lines that are damaged; ``trusted`` whether our key opens it.

    ``foreign`` is the number of the event behind which first stands what this program did not write: a head or a line
    that is not whole, a line a second time, two that claim one number.  ``torn`` says that the last line has no end.
    """

    trusted: bool = False
    foreign: int | None = None
    torn: bool = False
    lines: dict[int, JournalLine] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0


class JournalCopy:
    """The file.  Any thread may append; other processes may append too."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        derived = HKDF(SHA256(), 32, salt=None, info=b"prohodnaya journal copy").derive(bytes.fromhex(key))
        self._cipher = AESGCM(derived)
        self._guard = threading.Lock()
        self._pending: list[bytes] = []
        self._descriptor: int | None = None
        self.trouble: OSError | None = None
        """Why the file could not be read, or the last append did not come through; that waits for the next one."""

    # --- writing --------------------------------------------------------------------------------

    def add(self, lines: Sequence[JournalLine], facts: Mapping[str, str] | None = None) -> bool:
        """Appends, on the disk; what the disk does not take now goes with the next call.  False when it did not."""
        if not lines and not facts and not self._pending:
            return True
        with self._guard:
            self._pending += self._sealed(lines, facts)
            try:
                self._append(b"".join(self._pending))
            except OSError as error:
                self.trouble = error
                self._let_go()
                return False
            self._pending.clear()
            self.trouble = None
            return True

    def renew(self, lines: Iterable[JournalLine], facts: Mapping[str, str]) -> None:
        """Writes the file anew, whole or not at all: what was purged from the store is then gone from here too."""
        fresh = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        with self._guard:
            try:
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(self._head())
                    for sealed in self._sealed(lines, facts):
                        file.write(sealed)
                    file.flush()
                    os.fsync(file.fileno())
                self._let_go()
                fresh.replace(self.path)
            finally:
                fresh.unlink(missing_ok=True)
            self._pending.clear()

    def set_aside(self) -> Path | None:
        """Gives a copy that is not ours, or that cannot be read, another name; None when that cannot be done."""
        with self._guard:
            self._let_go()
            try:
                return set_aside(self.path) if self.path.exists() else None
            except OSError as error:
                self.trouble = error
                return None

    def close(self) -> None:
        with self._guard:
            self._let_go()

    def _append(self, text: bytes) -> None:
        while True:
            descriptor = self._opened()
            with alone(descriptor):
                if not self._is_here(descriptor):  # renewed by another process meanwhile
                    self._let_go()
                    continue
                size = os.lseek(descriptor, 0, os.SEEK_END)
                if size == 0:
                    text = self._head() + text
                else:
                    text = _ended(descriptor, size) + text
                _write(descriptor, text)
                return

    def _opened(self) -> int:
        if self._descriptor is None:
            binary = getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | binary, 0o600)
        return self._descriptor

    def _is_here(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self.path.stat())
        except FileNotFoundError:
            return False

    def _let_go(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def _head(self) -> bytes:
        return MAGIC + b" " + self._seal(b"", MAGIC) + b"\n"

    def _sealed(self, lines: Iterable[JournalLine], facts: Mapping[str, str] | None) -> list[bytes]:
        sealed = []
        if facts:
            sealed.append(self._line(FACTS, json.dumps(dict(facts), ensure_ascii=False).encode()))
        sealed += [self._line(line.seq, line_out(line).model_dump_json().encode()) for line in lines]
        return sealed

    def _line(self, seq: int, content: bytes) -> bytes:
        number = b"%d" % seq
        text = number + b" " + self._seal(content, number)
        return text + b" %08x\n" % zlib.crc32(text)

    def _seal(self, content: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, content, about))

    # --- reading --------------------------------------------------------------------------------

    def numbers(self) -> tuple[bool, set[int], dict[str, str]]:
        """Whether the copy is ours, the numbers of the events in it, and its facts: nothing else is opened."""
        raw = self._raw()
        if not self._ours(raw):
            return False, set(), {}
        seqs: set[int] = set()
        facts: dict[str, str] = {}
        for number, sealed in _whole(raw):
            if int(number) != FACTS:
                seqs.add(int(number))
            elif (content := self._open(sealed, number)) is not None:
                facts |= _facts(content) or {}
        return True, seqs, facts

    def read(self, wanted: set[int] | None = None) -> Copied:
        """Everything that can be read, or only the events with the ``wanted`` numbers."""
        raw = self._raw()
        copied = Copied(trusted=self._ours(raw))
        if not copied.trusted:
            return copied
        parsed = _whole(raw)
        copied.unreadable = sum(1 for one in raw.split(b"\n")[1:] if one) - len(parsed)
        for number, sealed in parsed:
            seq = int(number)
            if seq != FACTS and wanted is not None and seq not in wanted:
                continue
            content = self._open(sealed, number)
            told = None if content is None else _facts(content) if seq == FACTS else _event(seq, content)
            if told is None:
                copied.unreadable += 1
            elif isinstance(told, JournalLine):
                copied.lines[seq] = told
            else:
                copied.facts |= told
        return copied

    def examined(self) -> Copied:
        """Everything that can be read, and whether there is anything that this program did not write."""
        raw = self._raw()
        copied = Copied(trusted=self._ours(raw))
        if not copied.trusted:
            return copied
        head, *body = raw.split(b"\n")
        half = body.pop() if body else b""
        copied.torn = bool(half)
        copied.foreign = None if self._is_head(head) else 0
        seen: set[bytes] = set()
        last = 0
        for one in (*body, *([half] if _whole(half) else [])):
            parsed = _whole(one)
            seq = int(parsed[0][0]) if len(parsed) == 1 else FACTS
            content = self._open(parsed[0][1], parsed[0][0]) if len(parsed) == 1 else None
            told = None if content is None else _facts(content) if seq == FACTS else _event(seq, content)
            if told is None or one in seen:
                copied.foreign = last if copied.foreign is None else copied.foreign
                continue
            seen.add(one)
            if not isinstance(told, JournalLine):
                copied.facts |= told
                continue
            last = seq
            if copied.lines.setdefault(last, told).hash != told.hash and copied.foreign is None:
                copied.foreign = last
        return copied

    def claimed(self) -> bool:
        """Whether the file looks like a journal's copy of whatever profile, a damaged or an empty one too."""
        raw = self._raw()
        return MAGIC.startswith(raw[: len(MAGIC)]) or bool(_whole(raw))

    def _raw(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:  # a folder, no right to it, a bad sector: the store is whole all the same
            self.trouble = error
            return b""

    def _ours(self, raw: bytes) -> bool:
        """Whether our key made it: its head says so, or any of its lines where the head is damaged."""
        head = raw.split(b"\n", 1)[0]
        return self._is_head(head) or any(self._open(sealed, number) is not None for number, sealed in _whole(raw))

    def _is_head(self, line: bytes) -> bool:
        return line.startswith(MAGIC + b" ") and self._open(line[len(MAGIC) + 1 :], MAGIC) is not None

    def _open(self, sealed: bytes, about: bytes) -> bytes | None:
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], about)
        except (binascii.Error, InvalidTag, ValueError):
            return None


def _event(seq: int, content: bytes) -> JournalLine | None:
    """The event that a line holds; None for what is none, or has another number: our key sealed it, no program did."""
    try:
        line = line_in(LineIn.model_validate_json(content))
    except (ValueError, RecursionError):
        return None
    return line if line.seq == seq else None


def _facts(content: bytes) -> dict[str, str] | None:
    """The facts that a line holds; None for what is none."""
    try:
        facts = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(facts, dict) or not all(isinstance(value, str) for value in facts.values()):
        return None
    return facts if _KEY.fullmatch(facts.get("device.key", "0" * 64)) else None


def _whole(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Number and sealed content of every line that is as it was written, which its checksum tells without any key."""
    return [
        (number, sealed)
        for number, sealed, check in _LINE.findall(raw)
        if zlib.crc32(number + b" " + sealed) == int(check, 16)
    ]


def _ended(descriptor: int, size: int) -> bytes:
    """What must come before the next line: half a line of somebody who was killed is cut off, a whole one is ended."""
    back = min(size, _LONGEST)
    os.lseek(descriptor, size - back, os.SEEK_SET)
    half = os.read(descriptor, back).rpartition(b"\n")[2]
    if not half:
        return b""
    if _whole(half) or half.startswith(MAGIC) or len(half) == back:
        return b"\n"
    os.ftruncate(descriptor, size - len(half))
    return b""


def _write(descriptor: int, text: bytes) -> None:
    """All of it, on the disk; what was taken before the rest was refused is cut off again."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    left = memoryview(text)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
        getattr(os, "fdatasync", os.fsync)(descriptor)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, size)
        raise


def set_aside(path: Path) -> Path:
    """Gives a file a name of its own with the moment in it; nothing is deleted and nothing overwritten."""
    stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    path.rename(aside)
    return aside
