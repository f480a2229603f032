"""Says whether this PC can be a gate, and what to do where it cannot."""

from __future__ import annotations

import typer

from checkin.commands.console import JSON, out, profile_of, put
from checkin.i18n import gettext as _


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor", help=_("Looks whether this PC can be a gate: camera, scanner, data, clock, printer"))(doctor)


def doctor(context: typer.Context, json: bool = JSON) -> None:
    from checkin.doctor import State, examine

    marks = {State.OK: "✔", State.WARN: "!", State.FAIL: "✖"}
    failed = False
    for check in examine(profile_of(context)):
        failed |= check.state is State.FAIL
        if json:
            put({"check": check.key, "state": check.state.value, "says": check.says} | check.figures)
        else:
            out(f"{marks[check.state]} {check.title}: {check.says}.".replace("..", "."))
    if json:
        put({"works": not failed})
    else:
        out(_("This gate cannot work until what is marked ✖ is put right.") if failed else _("This gate can work."))
    if failed:
        raise typer.Exit(1)
