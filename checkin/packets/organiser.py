"""The organiser's side, what goes out: a roster packed for gates, and the answers to what their journals brought.

What stands behind is a ``House``: a hub's database, or the organiser's own profile.  The identity is always the
profile's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from checkin import __version__
from checkin.clock import Clock
from checkin.domain.events import AttendanceEvent
from checkin.domain.visit import Plant
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.packets import sealing
from checkin.packets.contents import FORMAT, MAX_RECIPIENTS, Header, Kind, plain
from checkin.packets.identity import Identity, identity_of, recipient_of, tidy_recipient, words
from checkin.packets.known import GateKnown, Known
from checkin.store import Store
from checkin.wire import PAGE, Answer, PeerLine, PeerPage, Rejection, RosterPage, Status

PEERS_FOR = timedelta(days=7)
"""So far back go the other gates' events in a packet: a ticket is for one day."""

_PEERS = PAGE // 2
_AROUND = 200
"""Bytes at most of a page besides its lines."""


class House(Protocol):
    """Where an organiser's roster and attendance are."""

    def plant(self, called: str) -> Plant:
        """The plant with this id or name; raises ``SettingsWrong``."""
        ...

    def knows(self, plant: str) -> bool:
        """Whether a plant with this id is here."""
        ...

    def pages(self, plant: str, packet: str) -> Iterator[RosterPage]:
        """The whole roster of a plant, removals included; cursors begin with ``packet`` where none are kept."""
        ...

    def others(self, plant: str, since: datetime) -> Iterator[PeerLine]:
        """Lines of every device that came here since a moment."""
        ...

    def shut_out(self, plant: str) -> dict[str, str]:
        """Public key and name of every gate of a plant that was shut out and has not come in again."""
        ...

    def enrolled(self, plant: str, device: str) -> tuple[str, bool] | None:
        """Public key of a device that is known here, and whether it was shut out."""
        ...

    def receive(
        self, plant: str, device: str, public_key: str, name: str, lines: Sequence[object], now: datetime
    ) -> list[Answer]:
        """Takes a device's lines, oldest first."""
        ...

    def numbers(self, plant: str, device: str) -> set[int]:
        """The numbers of a device's lines that are here."""
        ...

    def due(self, plant: str) -> Callable[[AttendanceEvent], datetime | None]:
        """From when an event of a plant may be without what a person typed, by the rule that holds here today."""
        ...

    def hash_of(self, plant: str, device: str, seq: int) -> str:
        """The hash of the line with this number, or nothing."""
        ...


def make_roster(
    store: Store, house: House, path: Path, clock: Clock, *, plant: str, to: Iterable[str], name: str
) -> dict[str, object]:
    """Packs a plant's roster for gates.  Raises ``SettingsWrong``, also for a gate that was shut out."""
    chosen = house.plant(plant)
    identity = identity_of(store)
    recipients = list(dict.fromkeys(tidy_recipient(one) for one in to))
    if not recipients:
        raise SettingsWrong(_("Say for which gates: --to with what checkin gate-key shows there"))
    _few_enough(recipients)
    out = _shut_out(house, chosen.id)
    if refused := [out[one] for one in recipients if one in out]:
        raise SettingsWrong(
            _("The hub has shut out gate “{gate}”: no packet was made. Leave it out, or enrol it again").format(
                gate="”, “".join(refused)
            )
        )
    with store.write() as tx:
        known = Known(tx)
        serial = known.next_serial(clock.now())
        gates = {gate.recipient: gate for gate in known.gates()}
        for recipient in recipients:
            if recipient not in gates:
                known.keep_gate(GateKnown(recipient))
    header = _header(identity, Kind.ROSTER, serial, clock, chosen, recipients, name)
    counts: dict[str, int] = {}
    texts: list[str] = []
    for page in house.pages(chosen.id, header.id[:8]):
        for change in page.changes:
            if change.record is not None:
                counts[change.kind] = counts.get(change.kind, 0) + 1
        texts.append(f'{{"roster":{page.model_dump_json()}}}')
    back = _return(store, house, chosen.id, header, clock, sealing.room(len(recipients)) - _bytes(texts))
    texts += back.texts
    size = sealing.write(path, header, texts, identity)
    return {
        "file": str(path),
        "kind": "roster",
        "plant": chosen.id,
        "plant_name": chosen.name,
        "tours": counts.get("tour", 0),
        "visitors": counts.get("visitor", 0),
        "bytes": size,
        "serial": serial,
        "left_out": back.left_out,
        "words": words(identity.recipient),
        "to": [{"recipient": one, "words": words(one)} for one in recipients],
    }


def make_ack(
    store: Store, house: House, path: Path, clock: Clock, *, plant: str | None, name: str
) -> dict[str, object]:
    """Packs the answers for every gate of a plant whose journal has come, but for those that were shut out since."""
    identity = identity_of(store)
    with store.write() as tx:
        known = Known(tx)
        gates = [gate for gate in known.gates() if gate.device and known.answers(gate.device)]
        places = {gate.recipient: known.plant_of(gate.device) for gate in gates}
        chosen = house.plant(plant) if plant else _one_plant(house, set(places.values()))
        out = _shut_out(house, chosen.id)
        gates = [gate for gate in gates if places[gate.recipient] == chosen.id and gate.recipient not in out]
        if not gates:
            raise SettingsWrong(_("No journal packet has come yet: there is nothing to answer"))
        serial = known.next_serial(clock.now())
    recipients = [gate.recipient for gate in gates]
    _few_enough(recipients)
    header = _header(identity, Kind.ACK, serial, clock, chosen, recipients, name)
    back = _return(store, house, chosen.id, header, clock, sealing.room(len(recipients)))
    with store.read() as tx:
        answers = sum(len(Known(tx).answers(gate.device)) for gate in gates)
    size = sealing.write(path, header, back.texts, identity)
    return {
        "file": str(path),
        "kind": "ack",
        "plant": chosen.id,
        "gates": len(gates),
        "answers": answers,
        "bytes": size,
        "serial": serial,
        "left_out": back.left_out,
    }


def _few_enough(recipients: list[str]) -> None:
    if len(recipients) > MAX_RECIPIENTS:
        raise SettingsWrong(_("One packet is for {count} gates at most").format(count=MAX_RECIPIENTS))


def _shut_out(house: House, plant: str) -> dict[str, str]:
    """Recipient and name of every gate that gets nothing any more."""
    found: dict[str, str] = {}
    for public_key, name in house.shut_out(plant).items():
        with suppress(ValueError):  # a key that is none opens no packet
            found[recipient_of(public_key)] = name
    return found


def _one_plant(house: House, plants: set[str]) -> Plant:
    if len(plants) > 1:
        raise SettingsWrong(_("Journals of several plants have come: say --plant"))
    if not plants:
        raise SettingsWrong(_("No journal packet has come yet: there is nothing to answer"))
    return house.plant(plants.pop())


def _header(
    identity: Identity, kind: Kind, serial: int, clock: Clock, plant: Plant, to: list[str], name: str
) -> Header:
    return Header(
        format=FORMAT,
        kind=kind,
        id=sealing.fresh_id(),
        serial=serial,
        made_at=clock.now(),
        maker=plain(name),
        device=identity.device,
        plant=plant.id,
        plant_name=plain(plant.name),
        to=to,
        software=__version__,
    )


@dataclass(frozen=True, slots=True)
class Back:
    """The parts that go back to gates.  ``left_out``: so many of the oldest events of other gates did not fit."""

    texts: list[str]
    left_out: int


def _return(store: Store, house: House, plant: str, header: Header, clock: Clock, room: int) -> Back:
    """What goes back to the gates: an answer for every event that came, and of the other gates' last days what fits."""
    answers: list[str] = []
    with store.read() as tx:
        known = Known(tx)
        for gate in known.gates():
            if gate.recipient in header.to and gate.device:
                given = list(known.answers(gate.device).items())
                for start in range(0, len(given), PAGE):
                    some = [
                        Answer(id=event, status=Status(told[0]), reason=Rejection(told[1]) if told[1] else None)
                        for event, told in given[start : start + PAGE]
                    ]
                    answers.append(_answers(gate.device, some))
    now = clock.now()
    lines, left_out = _fitting(list(house.others(plant, now - PEERS_FOR)), room - _bytes(answers))
    texts: list[str] = []
    for start in range(0, max(1, len(lines)), _PEERS):
        page = PeerPage(
            lines=lines[start : start + _PEERS],
            cursor=f"{header.id[:8]}.{len(texts) + 1}",
            more=start + _PEERS < len(lines),
            server_time=now,
        )
        texts.append(f'{{"peers":{page.model_dump_json()}}}')
    return Back(texts + answers, left_out)


def _fitting(lines: list[PeerLine], room: int) -> tuple[list[PeerLine], int]:
    """The newest that fit, in the order they came in, and how many do not."""
    kept: set[int] = set()
    room -= _AROUND
    for number in sorted(range(len(lines)), key=lambda one: lines[one].received_at, reverse=True):
        room -= len(lines[number].model_dump_json().encode()) + 1 + _AROUND // _PEERS + 1
        if room < 0:
            break
        kept.add(number)
    return [line for number, line in enumerate(lines) if number in kept], len(lines) - len(kept)


def _bytes(texts: Iterable[str]) -> int:
    return sum(len(text.encode()) + 1 for text in texts)


def _answers(device: str, answers: list[Answer]) -> str:
    told = ",".join(answer.model_dump_json() for answer in answers)
    return f'{{"answers":{{"device":"{device}","answers":[{told}]}}}}'
