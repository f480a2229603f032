"""The ZIP of an issue: whole or not there, and it remembers of every file in it what that was made from.

So a second run takes over what is still true, from the ZIP that is there, and makes only the rest.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from checkin.wholefile import written_whole

_SQUEEZED = (".svg", ".csv")
"""Pages and pictures are squeezed already: to do it once more takes four times as long and saves nothing."""


def packed(out: Path) -> dict[str, str]:
    """What each file of the ZIP was made from; nothing where there is no ZIP, or one that is not ours or not whole."""
    try:
        with zipfile.ZipFile(out) as archive:
            return {one.filename: one.comment.decode("ascii", "replace") for one in archive.infolist()}
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return {}


def pack(
    out: Path, made_from: Mapping[str, str], folder: Path, old: frozenset[str], again: Callable[[str], bytes],
    tell: Callable[[], None],
) -> None:  # fmt: skip
    """Writes the ZIP: ``old`` files as they are in the one that is there, the others from the folder.

    ``again`` makes a file that the old ZIP says it has and does not; ``tell`` is called for every file, and may raise.
    """
    with ExitStack() as stack:
        fresh = stack.enter_context(written_whole(out))
        before = stack.enter_context(zipfile.ZipFile(out)) if old else None
        archive = stack.enter_context(zipfile.ZipFile(fresh, "w"))
        for name, mark in made_from.items():
            tell()
            data = _held(before, name, again) if before is not None and name in old else (folder / name).read_bytes()
            entry = zipfile.ZipInfo(name)
            entry.comment = mark.encode("ascii")
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_SQUEEZED) else zipfile.ZIP_STORED
            archive.writestr(entry, data)


def _held(archive: zipfile.ZipFile, name: str, again: Callable[[str], bytes]) -> bytes:
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, OSError, KeyError, EOFError, ValueError, NotImplementedError):
        return again(name)
