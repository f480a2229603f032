"""How commands speak: tables for people, one JSON object a line for programs, errors on standard error.

Exit codes: 0 done, 1 the job failed (a ``CheckinError``), 2 wrong usage.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from checkin.errors import CheckinError, SettingsWrong
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time
from checkin.settings import Profile, Settings, default_profile

_LONE = re.compile("[\ud800-\udfff]")

JSON = typer.Option(False, "--json", help=_("One JSON object a line, for programs"))


def profile_of(context: typer.Context) -> Profile:
    """The profile that ``--profile`` names, or the user's own; raises ``SettingsWrong`` for what names no folder."""
    named = context.find_root().params.get("profile")
    profile = Profile(Path(named)) if named else default_profile()
    try:
        profile.settings_file.exists()
    except (OSError, ValueError) as error:
        raise SettingsWrong(
            _("The profile folder {folder} cannot be used: {why}").format(
                folder=profile.folder.name[:60], why=getattr(error, "strerror", None) or error
            )
        ) from error
    return profile


def settings_of(profile: Profile) -> Settings:
    """The profile's settings; says so when they had to be set aside."""
    settings, note = profile.load()
    if note:
        say(note)
    return settings


def put(line: dict[str, Any]) -> None:
    """One JSON object on a line of its own, at once."""
    text = json.dumps(line, ensure_ascii=False) + "\n"
    # A file's name that is not UTF-8 comes with lone surrogates: escaped they are JSON, written they are nothing.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())
    sys.stdout.flush()


def out(text: str) -> None:
    """A line for a person, on standard output."""
    sys.stdout.write(speakable(text) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for a person, on standard error, out of a program's way."""
    sys.stderr.write(speakable(text) + "\n")
    sys.stderr.flush()


def speakable(text: str) -> str:
    """A text without the lone surrogates that stand for a file name's bytes that are no text: each becomes �."""
    return _LONE.sub("\ufffd", text)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table for a person, or the sentence that there is nothing."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = [[Text(str(cell)) for cell in row] for row in rows]
    if not shown:
        out(empty)
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    for row in shown:
        grid.add_row(*row)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=160)
    console.print(grid)


def entries_text(entries: Iterable[tuple[datetime, str]], zone: str) -> str:
    """When and at which gates, in the plant's time."""
    return ", ".join(f"{local_day(at, zone)} {local_time(at, zone)} {gate}" for at, gate in entries)


def show_counts(lines: Sequence[dict[str, Any]], *, json: bool) -> None:
    """Heads by tour and by plant, as a gate and a hub say them alike."""
    if json:
        for line in lines:
            put(line)
        return
    table(
        [_("Plant"), _("Date"), _("Start"), _("Tour"), _("Expected"), _("Inside"), _("Left")],
        [
            (
                line["plant"],
                line["date"] or "",
                line["start"] or "",
                line["tour"] or _("All tours"),
                line["expected"],
                line["inside"],
                line["left"],
            )
            for line in lines
        ],
        _("The roster is empty. Import a list: checkin roster import FILE"),
    )


@dataclass(slots=True)
class Bar:
    """A progress bar that is told how far things are."""

    tell: Callable[[int, int], None]


@contextmanager
def progress(what: str, *, shown: bool) -> Iterator[Bar]:
    """A progress bar on standard error, when somebody is there to see it."""
    if not shown or not sys.stderr.isatty():
        yield Bar(lambda done, of: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(what, total=None)
        yield Bar(lambda done, of: bars.update(task, completed=done, total=of or None))


@contextmanager
def refusals(json: bool) -> Iterator[None]:
    """For programs: why nothing was done, as a line of its own."""
    try:
        yield
    except CheckinError as error:
        if json:
            put({"refused": str(error)})
        raise
