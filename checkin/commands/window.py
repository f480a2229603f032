"""The gate's window on a profile."""

from __future__ import annotations

import sys

import typer

from checkin.commands.console import profile_of


def open_window(context: typer.Context) -> int:
    """Runs the window until it is closed; returns the exit code."""
    from checkin.app import GateApp
    from ui.main import run

    app = GateApp(profile_of(context))
    return run(app, sys.argv[:1], started=app.start)
