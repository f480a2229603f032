"""Makes a profile the gate that a one-use code is for.

The token is kept in the system's keyring; where there is none that keeps it, in the encrypted store.  It is in no file,
no log and no setting.
"""

from __future__ import annotations

from dataclasses import dataclass

from checkin import __version__
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.store import Store
from checkin.store.keys import find_token, keep_token
from checkin.sync.backend import Backend
from checkin.sync.engine import PEERS_CURSOR, ROSTER_CURSOR
from checkin.wire import EnrolAnswer, EnrolRequest

URL = "hub.url"
TOKEN = "hub.token"
IN_KEYRING = "in the keyring"
"""What stands in the store where the token is not."""
PLANT = "hub.plant"
GATE = "hub.gate"
CA = "hub.ca"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Which gate of which hub this profile is.  ``ca`` is the one authority (PEM) that vouches for the hub, if any."""

    url: str
    token: str
    plant: str
    gate: str
    ca: str = ""


def enrolment(store: Store) -> Enrolment | None:
    """How this profile is enrolled, or None when it never was."""
    with store.read() as tx:
        url, token = tx.meta.get(URL), tx.meta.get(TOKEN)
        plant, gate, ca = tx.meta.get(PLANT), tx.meta.get(GATE), tx.meta.get(CA)
    if not url or not token:
        return None
    if token == IN_KEYRING:  # a keyring that lost it makes a gate that the hub does not know: it says so
        token = find_token(store.path.parent)
    return Enrolment(url, token, plant, gate, ca)


def token_place(store: Store) -> str:
    """Where the token is: ``keyring``, ``store``, or nowhere."""
    with store.read() as tx:
        token = tx.meta.get(TOKEN)
    return "" if not token else "keyring" if token == IN_KEYRING else "store"


def settle_token(store: Store) -> None:
    """Moves a token that an earlier program left in the store into the keyring, where there is one."""
    with store.read() as tx:
        token = tx.meta.get(TOKEN)
    if token and token != IN_KEYRING and keep_token(store.path.parent, token):
        with store.write() as tx:
            tx.meta.put(TOKEN, IN_KEYRING)


def enrol(store: Store, backend: Backend, url: str, code: str, ca: str = "") -> EnrolAnswer:
    """Turns a one-use code into this profile's token.  Attendance of another plant must have been sent before.

    ``ca`` is the authority (PEM) that the hub is pinned to from now on.
    """
    before = enrolment(store)
    with store.read() as tx:
        device = tx.meta.device()
        waiting = tx.outbox.waiting()
    answer = backend.enrol(
        EnrolRequest(code=code.strip(), device=device.id, public_key=device.public_hex, software=__version__)
    )
    if before is not None and before.plant != answer.plant and waiting:
        raise SettingsWrong(
            _("Attendance of another plant still waits to be sent from this profile. Start with a new profile")
        )
    kept = IN_KEYRING if keep_token(store.path.parent, answer.token) else answer.token
    with store.write() as tx:
        for key, value in (
            (URL, url.strip()),
            (TOKEN, kept),
            (CA, ca),
            (PLANT, answer.plant),
            (GATE, answer.gate_name),
            (ROSTER_CURSOR, ""),
            (PEERS_CURSOR, ""),
        ):
            tx.meta.put(key, value)
    return answer
