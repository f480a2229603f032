"""The files of commands about packets: new ones are only their owner's, and none has a gate's key for its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

import typer

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

PLANT = typer.Option(None, "--plant", help=_("The plant's name or id"))
OUT = typer.Argument(help=_("The file to write, on the stick"))
FILE = typer.Argument(help=_("The packet"))
_KEY = re.compile("age1[0-9a-z]{50,70}")


def write_new(path: Path, content: bytes) -> None:
    """A new file that only its owner reads."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        raise SettingsWrong(
            _("The file {file} cannot be written: {why}").format(file=path.name, why=error.strerror or error)
        ) from error


def written_to(path: Path) -> Path:
    """The file to write; raises ``SettingsWrong`` for a gate's key that stands in its place."""
    if _KEY.fullmatch(path.name.lower()):
        raise SettingsWrong(_("{key} is a gate's key. Say after it which file to write").format(key=path.name))
    return path
