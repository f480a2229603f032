"""Which authority vouches for a hub: a certificate at hand, or one that the hub shows and a fingerprint names.

What the hub shows is believed only when its SHA-256 is the one that came another way, with the enrolment's QR.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from checkin.errors import Offline, SettingsWrong
from checkin.i18n import gettext as _

MAX_BYTES = 65_536
PATH = "/authority.pem"
TIMEOUT_S = 10.0
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


def fingerprint(pem: str) -> str:
    """SHA-256 of the first certificate, in hex; raises ``SettingsWrong`` for what is none."""
    found = _PEM.search(pem)
    try:
        der = ssl.PEM_cert_to_DER_cert(found[0]) if found is not None else b""
        ssl.create_default_context(cadata=pem)
    except (ValueError, ssl.SSLError):
        der = b""
    if not der:
        raise SettingsWrong(_("This is no certificate of an authority (PEM)"))
    return hashlib.sha256(der).hexdigest()


def authority_in(path: Path) -> str:
    """The certificate in a file.  Raises ``SettingsWrong``."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("ascii", "replace")
    except OSError as error:
        raise SettingsWrong(_("The file {file} cannot be read").format(file=path.name)) from error
    fingerprint(text)
    return text


def authority(url: str, given: str) -> str:
    """The certificate (PEM) that a hub is pinned to: what was given, or what the given fingerprint names.

    Nothing given is nothing.  Raises ``SettingsWrong``, ``Offline``.
    """
    wanted = given.strip().lower().replace(":", "")
    if not wanted:
        return ""
    if not _FINGERPRINT.fullmatch(wanted):
        fingerprint(given)
        return given
    shown = _shown(url)
    if fingerprint(shown) != wanted:
        raise SettingsWrong(
            _("This hub shows another authority than the code names. Do not connect: call the hub's administrator")
        )
    return _PEM.search(shown)[0]  # type: ignore[index]  # only the one that was compared


def _shown(url: str) -> str:
    """What a hub says its authority is.  Nothing of it is believed yet, so nothing of the connection is checked."""
    place = urlsplit(url.strip())
    if place.scheme.lower() != "https" or not place.hostname:
        raise SettingsWrong(_("With an authority's certificate the hub's address must begin with https://"))
    looking = ssl.create_default_context()
    looking.check_hostname, looking.verify_mode = False, ssl.CERT_NONE
    try:
        connection = HTTPSConnection(place.hostname, place.port or 443, timeout=TIMEOUT_S, context=looking)
        with closing(connection):
            connection.request("GET", place.path.rstrip("/") + PATH)
            response = connection.getresponse()
            content = response.read(MAX_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Offline(_("The hub cannot be reached. Check its address and the network, then try again.")) from error
    if response.status != HTTPStatus.OK or len(content) > MAX_BYTES:
        raise SettingsWrong(_("This hub shows no authority. Ask its administrator for the certificate's file"))
    return content.decode("ascii", "replace")
