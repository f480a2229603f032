"""Whose packets a gate believes, and to which gates an organiser makes them, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from checkin.commands.console import JSON, out, put
from checkin.commands.opened import opened
from checkin.domain.people import Act
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

if TYPE_CHECKING:
    from checkin.packets.known import Known

MAKER = typer.Argument(help=_("The maker's key: it begins with age1"))
GATE = typer.Argument(help=_("The gate's key: it begins with age1"))


def trust(context: typer.Context, recipient: str = MAKER, json: bool = JSON) -> None:
    def believe(known: Known, maker: str) -> None:
        known.believe(maker, "")

    maker, said = _changed(context, recipient, believe, _("believes the maker {words}"))
    if json:
        put({"recipient": maker, "words": said, "believed": True})
    else:
        out(_("From now on this gate believes the maker with the words: {words}").format(words=said))


def distrust(context: typer.Context, recipient: str = MAKER, json: bool = JSON) -> None:
    def doubt(known: Known, maker: str) -> None:
        if not known.doubt(maker):
            raise SettingsWrong(_("This gate does not believe that maker anyway"))

    maker, said = _changed(context, recipient, doubt, _("believes no more the maker {words}"))
    if json:
        put({"recipient": maker, "words": said, "believed": False})
    else:
        out(_("This gate does not believe the maker with the words {words} any more").format(words=said))


def drop_gate(context: typer.Context, recipient: str = GATE, json: bool = JSON) -> None:
    def drop(known: Known, gate: str) -> None:
        if not known.drop_gate(gate):
            raise SettingsWrong(_("No packet was made to that gate"))

    gate, said = _changed(context, recipient, drop, _("left out the gate {words}"))
    if json:
        put({"recipient": gate, "words": said, "dropped": True})
    else:
        out(_("The gate with the words {words} gets no packets any more").format(words=said))


def _changed(
    context: typer.Context, recipient: str, change: Callable[[Known, str], None], noted: str
) -> tuple[str, str]:
    """Changes what is known of a key, and notes it; returns the key and its words."""
    from checkin.packets.identity import tidy_recipient, words
    from checkin.packets.known import Known

    key = tidy_recipient(recipient)
    said = words(key)
    with opened(context) as profile:
        with profile.store.write() as tx:
            change(Known(tx), key)
        profile.note(Act.PACKET, noted.format(words=said))
    return key, said
