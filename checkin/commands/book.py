"""The options that say where an organiser's command works, and that place opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from checkin.commands.console import profile_of
from checkin.commands.opened import opened
from checkin.i18n import gettext as _
from checkin.organising.book import Desk, HubBook, StoreBook

HUB = typer.Option(False, "--hub", help=_("Work on this profile's hub instead of its own roster"))
DB = typer.Option(None, "--db", help=_("Work on the hub with this database: postgresql://…, or sqlite:///FILE"))


@contextmanager
def booked(context: typer.Context, hub: bool, db: str | None) -> Iterator[Desk]:
    """The book that the command line names."""
    if not hub and not db:
        with opened(context) as profile:
            yield Desk(profile.profile.folder, StoreBook(profile.store))
        return
    from checkin.hub import open_hub

    profile_ = profile_of(context)
    profile_.ensure()
    with open_hub(db or f"sqlite:///{profile_.hub_file.resolve()}") as opened_hub:
        yield Desk(profile_.folder, HubBook(opened_hub))
