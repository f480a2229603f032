"""The text of an invitation's QR: the hub's address, the one-use code, and the fingerprint of its authority if any.

Letters and digits only, as in a ticket: a handheld scanner may type it, under whatever keyboard layout.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

PREFIX = "PHE1"
MAX_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a gate needs to enrol.  ``ca`` is a SHA-256 in hex, or empty."""

    url: str
    code: str
    ca: str = ""


def write(invitation: Invitation) -> str:
    """The text; raises ``SettingsWrong`` where a code cannot hold it."""
    raw = json.dumps([invitation.url, invitation.code, invitation.ca], separators=(",", ":")).encode()
    text = PREFIX + base64.b32encode(raw).decode().rstrip("=")
    if len(text) > MAX_LENGTH:
        raise SettingsWrong(_("The hub's address is too long for a QR code"))
    return text


def claims(text: str) -> bool:
    """Whether a scanned text says that it is one."""
    return text[: len(PREFIX)].upper() == PREFIX and len(text) <= MAX_LENGTH


def read(text: str) -> Invitation:
    """What it says; raises ``SettingsWrong``."""
    try:
        if not claims(text):
            raise ValueError("not an invitation")
        body = text[len(PREFIX) :].upper()
        url, code, ca = json.loads(base64.b32decode(body + "=" * (-len(body) % 8)))
        if not all(isinstance(one, str) for one in (url, code, ca)):
            raise ValueError("not three texts")
        if not url.startswith(("http://", "https://")) or not 4 <= len(code) <= 64 or len(ca) not in (0, 64):
            raise ValueError("not what an invitation holds")
        if not (url + code + ca).isprintable():
            raise ValueError("not plain")
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise SettingsWrong(_("This QR code invites to no hub. Ask its administrator for a new one")) from error
    return Invitation(url, code, ca)
