"""A file that is there whole or not at all: written beside its place under another name, then moved there.  And one
that somebody else wrote, opened only when it has an end.

``written_whole`` says in words what goes wrong: ``DiskFull``, or ``SettingsWrong`` for a place that takes no file, or
that a profile needs for itself.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path

from checkin.errors import DiskFull, SettingsWrong
from checkin.i18n import gettext as _

_LONGEST_NAME = 255
"""Bytes of a file's name, on every system that a stick comes from."""
_PROFILE = ("store.*", "journal.*", "hub.*", "guides.*", "settings.*", "lists.json*")
_FOLDERS = ("keys", "logs")


@contextmanager
def written_whole(path: Path, *foreign: type[Exception]) -> Iterator[Path]:
    """Gives the path to write to.  ``foreign`` are a library's own errors that stand for an ``OSError``."""
    fresh = _beside(path)
    try:
        yield fresh
        fresh.replace(path)
    except BaseException as error:
        with suppress(OSError):  # a stick that takes nothing lets nothing go either: the error that is there counts
            fresh.unlink(missing_ok=True)
        if not isinstance(error, (OSError, *foreign)):
            raise
        # xlsxwriter hands the system's error on as its argument, and its words are good only for a programmer.
        cause = next((one for one in (error, *error.args) if isinstance(one, OSError)), None)
        if cause is not None and cause.errno == errno.ENOSPC:
            raise DiskFull(_("The disk is full: the file was not written")) from error
        why = (cause.strerror if cause is not None else None) or str(error)
        raise SettingsWrong(_("The file {file} cannot be written: {why}").format(file=path.name, why=why)) from error


@contextmanager
def opened_file(path: Path) -> Iterator[tuple[int, int]]:
    """A file's descriptor, for reading, and its size in bytes.  Only what has an end is opened: a pipe waits, a device
    goes on for ever.  Raises ``SettingsWrong``, also for what fails inside; ``DiskFull``.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise SettingsWrong(_("There is no file {file}").format(file=path.name)) from None
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise SettingsWrong(_("{file} is not a file").format(file=path.name))
        yield descriptor, about.st_size
    except OSError as error:
        raise unreadable(path, error) from error
    finally:
        os.close(descriptor)


def unreadable(path: Path, error: OSError) -> SettingsWrong | DiskFull:
    """What the system's error means to a person who wanted to read a file."""
    if error.errno == errno.ENOSPC:
        return DiskFull(_("The disk is full: the file was not written"))
    if os.path.isdir(path):  # Windows opens none; a name that is too long is answered, and no error
        return SettingsWrong(_("{file} is not a file").format(file=path.name))
    return SettingsWrong(_("The file {file} cannot be read: {why}").format(file=path.name, why=error.strerror or error))


def _beside(path: Path) -> Path:
    """Where to write first.  Raises ``SettingsWrong`` for a place that is no file, or that the program needs itself."""
    if not path.name:
        raise SettingsWrong(_("“{file}” is not the name of a file").format(file=path))
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # nothing is there, or the writing says what is wrong
        mode = stat.S_IFREG
    if not stat.S_ISREG(mode):
        raise SettingsWrong(_("{file} is not a file").format(file=path.name))
    if _needed(path):
        raise SettingsWrong(
            _("{file} is a file of the program itself. Choose another name or folder").format(file=path)
        )
    name = f"{path.name}.new"
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = f"{secrets.token_hex(8)}.new"
    return path.with_name(name)


def _needed(path: Path) -> bool:
    """Whether a profile keeps its own data, keys or settings under this name."""
    try:
        place = path.resolve()
        if (place.parent / "store.sqlite").exists():
            return any(fnmatch(place.name.casefold(), own) for own in _PROFILE)
        return place.parent.name.casefold() in _FOLDERS and (place.parent.parent / "store.sqlite").exists()
    except (OSError, ValueError, RuntimeError):  # too long, or links that go in circles: the writing says so
        return False


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
