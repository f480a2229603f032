"""Packets at an organiser's place of work: whose they are for, what came back, and a line in the journal for each.

The engine is ``checkin.packets.organiser`` and ``.accepting``.  Every function is a job of the ``Office``: (store,
house) first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checkin.clock import Clock
from checkin.desk import Desk, Place
from checkin.desk.acts import acts, note_act
from checkin.domain.events import Kind
from checkin.domain.people import Act
from checkin.errors import CheckinError, SettingsWrong
from checkin.i18n import gettext as _
from checkin.packets import accepting, organiser
from checkin.packets.accepting import Accepted
from checkin.packets.identity import identity_of, tidy_recipient, words, write_key
from checkin.packets.known import GateKnown, Known
from checkin.packets.organiser import House
from checkin.store import Store

KEPT = 200
"""So many lines of what was done are shown."""
MAX_KEY_FILE_BYTES = 65_536
_RECIPIENT = re.compile(r"\bage1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A gate that packets are made for.  ``seen_at`` is when its last journal packet was made, if one came."""

    recipient: str
    name: str
    words: str
    plant: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """What the page shows before anything was chosen."""

    recipient: str
    words: str
    qr: bytes
    issuer: str
    plants: tuple[tuple[str, str], ...]
    gates: tuple[GateLine, ...]
    to: dict[str, tuple[str, ...]]
    log: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class Came:
    """One file that was to be a journal packet: what it brought, or why it was not taken."""

    file: str
    accepted: Accepted | None
    error: str = ""


def desktop(store: Store, house: House, plants: Sequence[tuple[str, str]]) -> Desktop:
    """``plants`` are (id, name) of the roster that is worked on."""
    from checkin.issuing.qr import png

    identity = identity_of(store)
    with store.read() as tx:
        known = Known(tx)
        gates = [
            GateLine(
                recipient=one.recipient,
                name=one.name,
                words=words(one.recipient),
                plant=known.plant_of(one.device) if one.device else "",
                seen_at=datetime.fromisoformat(seen.made_at)
                if one.device and (seen := known.seen(one.device)) is not None
                else None,
            )
            for one in known.gates()
        ]
        lines = [
            line
            for plant in {"", *(key for key, _name in plants)}
            for line in acts(tx, plant, (Kind.ACT,))
            if line.what == Act.PACKET.value and line.event.device == identity.device
        ]
        log = sorted(((line.at, line.note) for line in lines), reverse=True)[:KEPT]
        return Desktop(
            recipient=identity.recipient,
            words=words(identity.recipient),
            qr=png(identity.recipient.upper(), 6),
            issuer=known.issuer(),
            plants=tuple(plants),
            gates=tuple(gates),
            to={key: tuple(known.to(key)) for key, _name in plants},
            log=tuple(log),
        )


def add_gate(store: Store, _house: House, text: str, name: str) -> str:
    """A gate by its key, typed, pasted or read; returns the key.  Raises ``SettingsWrong``."""
    recipient = tidy_recipient(text)
    if recipient == identity_of(store).recipient:
        raise SettingsWrong(_("This is the key of this very PC. The gate shows its own on the page “Stick”"))
    with store.write() as tx:
        known = Known(tx)
        before = next((one for one in known.gates() if one.recipient == recipient), GateKnown(recipient))
        known.keep_gate(GateKnown(recipient, before.device, before.public_key, name.strip()[:120] or before.name))
    return recipient


def drop_gate(store: Store, _house: House, recipient: str) -> None:
    """No packets for it any more, and none of its journals."""
    with store.write() as tx:
        Known(tx).drop_gate(recipient)


def key_in(path: Path) -> str:
    """The gate's key that a text file holds; raises ``SettingsWrong``."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_KEY_FILE_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise SettingsWrong(_("The file {file} cannot be read").format(file=path.name)) from error
    found = _RECIPIENT.search(text)
    if found is None:
        raise SettingsWrong(
            _("There is no gate's key in {file}. At the gate: page “Stick”, the key, save it as a text").format(
                file=path.name
            )
        )
    return found[0].lower()


def make_roster(
    store: Store, house: House, path: Path, clock: Clock, *, plant: str, to: Sequence[str], name: str
) -> dict[str, object]:
    """See ``checkin.packets.organiser.make_roster``; remembers for whom it was."""
    line = organiser.make_roster(store, house, path, clock, plant=plant, to=to, name=name)
    with store.write() as tx:
        known = Known(tx)
        known.keep_issuer(name)
        known.keep_to(str(line["plant"]), list(to))
    keep(
        store,
        clock,
        str(line["plant"]),
        _("roster packet {file}: {plant}, tours {tours}, visitors {visitors}, for {gates}").format(
            file=path.name,
            plant=line["plant_name"],
            tours=line["tours"],
            visitors=line["visitors"],
            gates="; ".join(_called(store, to)),
        ),
    )
    return line


def accept(store: Store, house: House, paths: Sequence[Path], clock: Clock) -> list[Came]:
    """Takes journal packets one by one; one that is refused keeps none of the others out."""
    came: list[Came] = []
    for path in sorted(paths):
        try:
            took = accepting.accept(store, house, path, clock)
        except CheckinError as error:
            came.append(Came(path.name, None, str(error)))
            continue
        came.append(Came(path.name, took))
        keep(
            store,
            clock,
            took.plant,
            _("journal of {gate} from {file}: {events} events, new {accepted}, rejected {rejected}").format(
                gate=took.gate,
                file=path.name,
                events=took.events,
                accepted=took.accepted,
                rejected=took.rejected,
            ),
        )
    return came


def make_ack(store: Store, house: House, path: Path, clock: Clock, *, plant: str, name: str) -> dict[str, object]:
    """See ``checkin.packets.organiser.make_ack``."""
    line = organiser.make_ack(store, house, path, clock, plant=plant or None, name=name)
    keep(
        store,
        clock,
        str(line["plant"]),
        _("answer {file}: gates {gates}, answers {answers}").format(
            file=path.name, gates=line["gates"], answers=line["answers"]
        ),
    )
    return line


def save_key(store: Store, path: Path) -> str:
    """This PC's key as a picture or a text; returns the file's name."""
    return write_key(store, path)


def keep(store: Store, clock: Clock, plant: str, details: str) -> None:
    """A line in this PC's own journal."""
    with store.write() as tx:
        note_act(Desk(store, clock, Place(plant=plant or None, gate=_("organiser"))), tx, Act.PACKET, "", details)


def _called(store: Store, recipients: Sequence[str]) -> list[str]:
    with store.read() as tx:
        names = {one.recipient: one.name for one in Known(tx).gates()}
    return [names.get(one) or words(one) for one in recipients]
