"""Sticks that are in this PC now, and the packets that lie on them.  Nothing is opened: a name and a date, no more."""

from __future__ import annotations

import os
import string
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ENDING = ".packet"
OFFERED = 20
"""So many packets are offered, the newest first."""
_LOOKED_AT = 2000
"""Entries of a stick at most: a hostile one has no end."""
_PLACES = ("/media/", "/run/media/", "/mnt/")
_REMOVABLE = 2
"""``DRIVE_REMOVABLE`` of GetDriveTypeW."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that may be a packet.  ``stick`` is the name of what it lies on."""

    path: Path
    stick: str
    bytes: int
    at: datetime


def sticks(mounts: Path = Path("/proc/self/mounts")) -> list[Path]:
    """The roots of what can be pulled out, as far as the system says."""
    match sys.platform:
        case "win32":
            return [Path(f"{letter}:/") for letter in string.ascii_uppercase[2:] if _drive_type(letter) == _REMOVABLE]
        case "darwin":
            return [one for one in _listed(Path("/Volumes")) if one.is_dir() and not one.is_symlink()]
        case _:
            try:
                lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
            except OSError:
                return []
            found = [_unescaped(parts[1]) for line in lines if len(parts := line.split()) > 2]
            return [Path(one) for one in dict.fromkeys(found) if one.startswith(_PLACES)]


def packets_on(roots: Iterable[Path]) -> list[Offered]:
    """Packets on these sticks and in their folders one level down, the newest first."""
    found: list[Offered] = []
    for root in roots:
        left = _LOOKED_AT
        folders = [root]
        for depth in (0, 1):
            below: list[Path] = []
            for folder in folders:
                entries = _listed(folder, left)
                left -= len(entries)
                for entry in entries:
                    if entry.is_symlink():
                        continue
                    if entry.suffix.lower() == ENDING:
                        found += _offered(entry, root)
                    elif depth == 0 and entry.is_dir() and not entry.name.startswith("."):
                        below.append(entry)
            folders = below
    return sorted(found, key=lambda one: one.at, reverse=True)[:OFFERED]


def _offered(path: Path, root: Path) -> Sequence[Offered]:
    try:
        seen = path.stat()
    except OSError:  # pulled out meanwhile
        return ()
    if not path.is_file():
        return ()
    return (Offered(path, root.name or str(root), seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC)),)


def _listed(folder: Path, most: int = _LOOKED_AT) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for _number, entry in zip(range(max(0, most)), entries, strict=False)]
    except OSError:
        return []


def _unescaped(mount: str) -> str:
    """A mount's name as the kernel writes it: blanks and the like in octal."""
    for code, character in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        mount = mount.replace(code, character)
    return mount


def _drive_type(letter: str) -> int:
    import ctypes

    kernel = getattr(ctypes, "windll", None)
    return int(kernel.kernel32.GetDriveTypeW(f"{letter}:\\")) if kernel is not None else 0
