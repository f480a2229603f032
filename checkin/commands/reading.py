"""Reads QR codes from pictures, folders and films, without any roster.

A folder may hold ``expected.jsonl`` (``{"file", "codes", "negative"}`` a line): then it is said at the end how many of
its pictures were read as expected.
"""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from checkin.commands.console import JSON, out, put, say
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

EXPECTED = "expected.jsonl"
MAX_EXPECTED_BYTES = 64 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("read", help=_("Reads the codes in pictures, folders of pictures and films"))(read)


def read(
    paths: list[str] = typer.Argument(help=_("Pictures, folders, films")),
    json: bool = JSON,
) -> None:
    from checkin.scanning import read_paths

    expectations = [Expectation(Path(path)) for path in paths if (Path(path) / EXPECTED).is_file()]
    opened = failed = 0
    for result in read_paths(paths):
        opened += result.error is None
        failed += result.error is not None
        for expectation in expectations:
            expectation.compare(result.file, result.codes)
        if json:
            line: dict[str, Any] = {"file": str(result.file), "codes": list(result.codes), "ms": round(result.ms, 3)}
            if result.error is not None:
                line["error"] = result.error
            if result.film is not None:
                line["frames"] = result.film.frames
                line["frames_read"] = result.film.frames_read
            put(line)
        else:
            found = result.error or " | ".join(result.codes) or _("nothing read")
            out(f"{result.file}: {found}")
    for expectation in expectations:
        say(expectation.words())
    if failed and not opened:
        raise typer.Exit(1)


class Expectation:
    """What the pictures of a folder hold, and how many were read so.  Pictures with no code count apart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read = self.other = 0
        self._codes = _expected(folder / EXPECTED)

    def compare(self, file: Path, codes: Sequence[str]) -> None:
        """Notes what one picture of the folder gave."""
        try:
            name = file.resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            return  # of another folder
        wanted = self._codes.get(name)
        if wanted is not None:
            self.read += bool(wanted & set(codes))
            self.other += bool(set(codes) - wanted)

    def words(self) -> str:
        """One sentence."""
        holding = sum(1 for codes in self._codes.values() if codes)
        return _(
            "{folder}: {read} of {holding} pictures read as expected ({share:.1%}); {other} of {all} gave another text"
        ).format(
            folder=self.folder,
            read=self.read,
            holding=holding,
            share=self.read / holding if holding else 0.0,
            other=self.other,
            all=len(self._codes),
        )


def _expected(file: Path) -> dict[str, frozenset[str]]:
    """Texts by file.  Raises ``SettingsWrong`` for a file that is not what it should be."""
    codes: dict[str, frozenset[str]] = {}
    try:
        if file.stat().st_size > MAX_EXPECTED_BYTES:
            raise ValueError("too long")
        for line in file.read_text(encoding="utf-8").splitlines():
            said = json_format.loads(line)
            codes[str(said["file"])] = frozenset(map(str, said["codes"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsWrong(_("{file} does not say what the pictures hold").format(file=file)) from error
    return codes
