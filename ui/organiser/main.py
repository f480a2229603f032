"""The organiser's window, from the first show to the closed office."""

from __future__ import annotations

from collections.abc import Sequence

from checkin.organising.office import Office
from checkin.settings import Profile
from ui.main import BUG_EXIT_CODE, application, bugs_told
from ui.opening import unlocked
from ui.organiser.window import OrganiserProgram


def unlocked_for(profile: Profile) -> bool:
    """Whether the profile's data can be opened; asks for its passphrase where one opens it."""
    application(())
    return unlocked(profile)


def run(office: Office, argv: Sequence[str]) -> int:
    """Shows the window until it is closed; returns the process's exit code."""
    qt = application(argv)
    with bugs_told(qt) as bugs:
        try:
            program = OrganiserProgram(office)
            program.show()
            code = qt.exec()
            program.shut()
            program.frame.hide()
        finally:
            office.close()
    return BUG_EXIT_CODE if bugs else code
