"""The organiser's window on a profile, a program of its own beside the gate's."""

from __future__ import annotations

import sys

import typer

from checkin.commands.book import DB, HUB
from checkin.commands.console import profile_of
from checkin.i18n import gettext as _


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("organiser", help=_("The organiser's window: lists in, the season, tickets out, the report"))(organiser)


def organiser(context: typer.Context, hub: bool = HUB, db: str = DB) -> None:
    from checkin.organising.office import Office, Place
    from ui.organiser.main import run, unlocked_for

    profile = profile_of(context)
    if not unlocked_for(profile):
        raise typer.Exit
    office = Office(profile, place=Place.HUB if hub else None, db=db)
    raise typer.Exit(run(office, sys.argv[:1]))
