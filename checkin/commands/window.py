"""The gate's window on a profile."""

from __future__ import annotations

import sys

import typer

from checkin.commands.console import profile_of


def open_window(context: typer.Context) -> int:
    """Runs the window until it is closed; returns the exit code."""
    from ui.start import run_gate

    return run_gate(profile_of(context), sys.argv[:1])
