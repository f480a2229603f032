"""A file that is there whole or not at all: written beside its place under another name, then moved there.

``written_whole`` says in words what goes wrong: ``DiskFull``, or ``SettingsWrong`` for a place that takes no file.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checkin.errors import DiskFull, SettingsWrong
from checkin.i18n import gettext as _


@contextmanager
def written_whole(path: Path, *foreign: type[Exception]) -> Iterator[Path]:
    """Gives the path to write to.  ``foreign`` are a library's own errors that stand for an ``OSError``."""
    fresh = path.with_name(path.name + ".new")
    try:
        yield fresh
        fresh.replace(path)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        if not isinstance(error, (OSError, *foreign)):
            raise
        # xlsxwriter hands the system's error on as its argument, and its words are good only for a programmer.
        cause = next((one for one in (error, *error.args) if isinstance(one, OSError)), None)
        if cause is not None and cause.errno == errno.ENOSPC:
            raise DiskFull(_("The disk is full: the file was not written")) from error
        why = (cause.strerror if cause is not None else None) or str(error)
        raise SettingsWrong(_("The file {file} cannot be written: {why}").format(file=path.name, why=why)) from error


def replace(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read; after a power cut it is the old or the new.  ``OSError``."""
    fresh = path.with_name(path.name + ".new")
    try:
        with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
