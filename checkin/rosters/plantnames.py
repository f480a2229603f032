"""Which plant a person means, in words where that is not clear: nothing is ever put at a plant by chance."""

from __future__ import annotations

from collections.abc import Iterable

from checkin.domain.plants import called
from checkin.domain.visit import Plant
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _


def several(text: str, plants: Iterable[Plant]) -> str:
    """What to do where a name is that of several plants."""
    codes = ", ".join(sorted(one.id for one in plants))
    return _("Several plants are called “{name}”. Write the code of the one that is meant: {codes}").format(
        name=text.strip()[:60], codes=codes
    )


def the_plant(plants: Iterable[Plant], text: str) -> Plant:
    """The one plant that is called so; raises ``SettingsWrong`` where there is none, or more than one."""
    found = called(plants, text)
    if not found:
        raise SettingsWrong(_("The roster has no plant “{plant}”").format(plant=text))
    if len(found) > 1:
        raise SettingsWrong(several(text, found))
    return found[0]
