"""Whose packets a gate believes, and to which gates an organiser makes them, on the command line."""

from __future__ import annotations

import typer

from checkin.commands.console import JSON, out, put
from checkin.commands.opened import opened
from checkin.domain.people import Act
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _


def trust(
    context: typer.Context,
    recipient: str = typer.Argument(help=_("The maker's key: it begins with age1")),
    json: bool = JSON,
) -> None:
    from checkin.packets.identity import tidy_recipient, words
    from checkin.packets.known import Known

    maker = tidy_recipient(recipient)
    with opened(context) as profile:
        with profile.store.write() as tx:
            Known(tx).believe(maker, "")
        profile.note(Act.PACKET, _("believes the maker {words}").format(words=words(maker)))
    if json:
        put({"recipient": maker, "words": words(maker), "believed": True})
    else:
        out(_("From now on this gate believes the maker with the words: {words}").format(words=words(maker)))


def distrust(
    context: typer.Context,
    recipient: str = typer.Argument(help=_("The maker's key: it begins with age1")),
    json: bool = JSON,
) -> None:
    from checkin.packets.identity import tidy_recipient, words
    from checkin.packets.known import Known

    maker = tidy_recipient(recipient)
    with opened(context) as profile:
        with profile.store.write() as tx:
            if not Known(tx).doubt(maker):
                raise SettingsWrong(_("This gate does not believe that maker anyway"))
        profile.note(Act.PACKET, _("believes no more the maker {words}").format(words=words(maker)))
    if json:
        put({"recipient": maker, "words": words(maker), "believed": False})
    else:
        out(_("This gate does not believe the maker with the words {words} any more").format(words=words(maker)))


def drop_gate(
    context: typer.Context,
    recipient: str = typer.Argument(help=_("The gate's key: it begins with age1")),
    json: bool = JSON,
) -> None:
    from checkin.packets.identity import tidy_recipient, words
    from checkin.packets.known import Known

    gate = tidy_recipient(recipient)
    with opened(context) as profile:
        with profile.store.write() as tx:
            if not Known(tx).drop_gate(gate):
                raise SettingsWrong(_("No packet was made to that gate"))
        profile.note(Act.PACKET, _("left out the gate {words}").format(words=words(gate)))
    if json:
        put({"recipient": gate, "words": words(gate), "dropped": True})
    else:
        out(_("The gate with the words {words} gets no packets any more").format(words=words(gate)))
