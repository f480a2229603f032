"""The command ``checkin``.  Without a command it opens the gate's window."""

from __future__ import annotations

import sys

import typer

from checkin.commands.language import choose_language
from checkin.errors import CheckinError
from checkin.logs import set_up


def build() -> typer.Typer:
    """The whole command line, in the terminal's language."""
    choose_language()
    from checkin.commands import (
        demo,
        doctor,
        gate,
        hub,
        issuing,
        journal,
        keys,
        organiser,
        packets,
        people,
        profiles,
        reading,
        report,
        roster,
        season,
    )
    from checkin.i18n import gettext as _

    app = typer.Typer(
        help=_("Prohodnaya: the gate of a factory that receives tour groups"),
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
    )

    @app.callback(invoke_without_command=True)
    def window(
        context: typer.Context,
        profile: str = typer.Option(None, "--profile", help=_("The folder of another profile"), metavar="DIR"),
        version: bool = typer.Option(False, "--version", help=_("Say the version and stop")),
    ) -> None:
        if version:
            from checkin import __version__

            sys.stdout.write(f"prohodnaya {__version__}\n")
            raise typer.Exit
        if context.invoked_subcommand is None:
            from checkin.commands.window import open_window

            raise typer.Exit(open_window(context))

    for part in (
        demo,
        gate,
        roster,
        season,
        organiser,
        issuing,
        keys,
        report,
        journal,
        packets,
        people,
        profiles,
        hub,
        reading,
        doctor,
    ):
        part.register(app)
    return app


def main() -> None:
    """Runs the command line; what is expected to go wrong ends with a sentence and 1, a bug with its traceback."""
    set_up()
    try:
        # Called by itself a Typer puts a hook for errors of its own before ours, and that one writes their texts.
        typer.main.get_command(build())(prog_name="checkin")
    except CheckinError as error:
        from checkin.commands.console import say

        say(str(error))
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
