"""Reads QR codes from pictures, folders and films, without any roster."""

from __future__ import annotations

from typing import Any

import typer

from checkin.commands.console import JSON, out, put
from checkin.i18n import gettext as _


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("read", help=_("Reads the codes in pictures, folders of pictures and films"))(read)


def read(
    paths: list[str] = typer.Argument(help=_("Pictures, folders, films")),
    json: bool = JSON,
) -> None:
    from checkin.scanning import read_paths

    opened = failed = 0
    for result in read_paths(paths):
        if result.error is None:
            opened += 1
        else:
            failed += 1
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
    if failed and not opened:
        raise typer.Exit(1)
