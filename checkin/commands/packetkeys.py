"""The gate's own key, whose packets it believes, and to which gates an organiser makes them, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from checkin.commands.console import JSON, out, put
from checkin.commands.opened import opened
from checkin.commands.packetfiles import write_new
from checkin.domain.people import Act
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

if TYPE_CHECKING:
    from checkin.packets.known import Known

MAKER = typer.Argument(help=_("The maker's key: it begins with age1"))
GATE = typer.Argument(help=_("The gate's key: it begins with age1"))


def gate_key(
    context: typer.Context,
    qr: Path | None = typer.Option(None, "--qr", help=_("Write the key as a QR picture (PNG) to scan or compare")),
    secret: Path | None = typer.Option(
        None,
        "--identity",
        help=_("Write the secret key for the age tool. Whoever has that file reads and signs as this PC"),
    ),
    json: bool = JSON,
) -> None:
    from checkin.packets.identity import identity_of, words

    with opened(context) as profile:
        mine = identity_of(profile.store)
    recipient = mine.recipient
    if qr is not None:
        from checkin.issuing.qr import png

        write_new(qr, png(recipient.upper()))
    if secret is not None:
        write_new(secret, f"{mine.secret}\n".encode())
        with opened(context) as profile:
            profile.note(Act.PACKET, _("wrote the secret key to a file: {file}").format(file=secret.name))
    if json:
        put(
            {
                "recipient": recipient,
                "words": words(recipient),
                "words_ru": words(recipient, "ru"),
                "words_en": words(recipient, "en"),
                "device": mine.device,
                "public_key": mine.public_hex,
            }
        )
        return
    out(recipient)
    out(words(recipient))
    if qr is None:
        _show_qr(recipient)


def _show_qr(recipient: str) -> None:
    """The QR in the terminal, for those who see it."""
    if not sys.stdout.isatty():
        return
    from checkin.issuing.qr import symbol

    symbol(recipient.upper()).print_ascii(invert=True)


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
