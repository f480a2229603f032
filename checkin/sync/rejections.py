"""What a hub's rejection of an event means, and what a person does about it."""

from __future__ import annotations

from checkin.i18n import gettext as _
from checkin.wire import Rejection


def rejection_words(reason: str) -> str:
    """What a rejection means and what a person does about it."""
    words = {
        Rejection.WRONG_PLANT: _("Recorded at another plant. Give this list to the organiser"),
        Rejection.WRONG_GATE: _("Recorded in another gate's name. Give this list to the organiser"),
        Rejection.GAP: _("An event before it is missing. Call your administrator"),
        Rejection.FORK: _("Two events have one number: this profile was copied. Call your administrator"),
        Rejection.ID_TAKEN: _("Another event has its number. Call your administrator"),
        Rejection.MALFORMED: _("The hub's program could not read it. Update the programs, and call your organiser"),
        Rejection.OTHER: _("The hub is newer than this program. Update the program, then send it again"),
    }
    changed = _("The record was changed after it was written. Keep this PC as it is and call security")
    known = next((one for one in Rejection if one.value == reason), None)
    return words.get(known, changed) if known is not None else changed
