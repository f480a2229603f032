"""Makes a profile the gate that a one-use code is for.  The token is kept in the encrypted store and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from checkin import __version__
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.store import Store
from checkin.sync.backend import Backend
from checkin.sync.engine import PEERS_CURSOR, ROSTER_CURSOR
from checkin.wire import EnrolAnswer, EnrolRequest

URL = "hub.url"
TOKEN = "hub.token"
PLANT = "hub.plant"
GATE = "hub.gate"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Which gate of which hub this profile is."""

    url: str
    token: str
    plant: str
    gate: str


def enrolment(store: Store) -> Enrolment | None:
    """How this profile is enrolled, or None when it never was."""
    with store.read() as tx:
        url, token = tx.meta.get(URL), tx.meta.get(TOKEN)
        return Enrolment(url, token, tx.meta.get(PLANT), tx.meta.get(GATE)) if url and token else None


def enrol(store: Store, backend: Backend, url: str, code: str) -> EnrolAnswer:
    """Turns a one-use code into this profile's token.  Attendance of another plant must have been sent before."""
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
    with store.write() as tx:
        for key, value in (
            (URL, url.strip()),
            (TOKEN, answer.token),
            (PLANT, answer.plant),
            (GATE, answer.gate_name),
            (ROSTER_CURSOR, ""),
            (PEERS_CURSOR, ""),
        ):
            tx.meta.put(key, value)
    return answer
