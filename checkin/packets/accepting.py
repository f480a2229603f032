"""The organiser's side, what comes in: a gate's journal, looked through and taken as often as it comes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from checkin.clock import Clock
from checkin.domain.events import AttendanceEvent
from checkin.errors import PacketUntrusted
from checkin.i18n import gettext as _
from checkin.packets import sealing
from checkin.packets.contents import Kind
from checkin.packets.evidence import weigh
from checkin.packets.identity import identity_of, recipient_of, words
from checkin.packets.known import GateKnown, Known
from checkin.packets.organiser import House
from checkin.packets.sealing import Packet
from checkin.store import Store
from checkin.wire import Answer, LineIn, Rejection, Status, line_in

MOST_ANSWERS = 20_000
"""Kept for a gate, the newest packet's first: what is dropped is answered again when the gate sends it again."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What a journal packet brought.  ``findings`` are sentences about the gate's journal.

    ``rolled_back``: the gate's profile is an old copy, or not the one that was here before.
    """

    gate: str
    device: str
    plant: str
    made_at: str
    events: int
    accepted: int
    duplicate: int
    rejected: int
    repeated: bool
    rolled_back: bool
    findings: list[str]

    @property
    def sound(self) -> bool:
        """Whether everything of it could be taken, from the journal that was here before."""
        return not self.rejected and not self.rolled_back

    def line(self) -> dict[str, object]:
        """As JSON values."""
        return asdict(self)


def accept(store: Store, house: House, path: Path, clock: Clock) -> Accepted:
    """Takes a gate's journal packet, as often as it comes.  Raises ``PacketUntrusted`` or ``SettingsWrong``."""
    packet = sealing.read(path, identity_of(store), Kind.JOURNAL)
    header = packet.header
    if not house.knows(header.plant):
        raise PacketUntrusted(
            _("The journal is of a plant that is not known here: {plant}").format(
                plant=header.plant_name or header.plant
            )
        )
    with store.read() as tx:
        known = Known(tx)
        gate = next((one for one in known.gates() if one.recipient == packet.maker), None)
        seen = known.seen(header.device)
        owner = next((one for one in known.gates() if one.device == header.device), None)
    _believed(house, packet, gate, owner)
    repeated = seen is not None and header.serial <= seen.serial
    before = max(house.numbers(header.plant, header.device), default=0)
    same = house.hash_of(header.plant, header.device, header.length)
    events = taken_out = 0
    due = house.due(header.plant)
    told: dict[str, tuple[int, Answer]] = {}
    for part in packet.parts():
        if part.batch is None:
            continue
        lines = [line.model_dump() for line in part.batch.lines]
        answers = house.receive(header.plant, header.device, packet.public_key, header.maker, lines, clock.now())
        for line, answer in zip(part.batch.lines, answers, strict=True):
            seq = line.event.get("seq")
            told[answer.id] = (seq if isinstance(seq, int) else 0, answer)
            taken_out += answer.status is not Status.REJECTED and _early(line, due, header.made_at)
        events += len(lines)
    numbers = house.numbers(header.plant, header.device)
    forks = [seq for seq, answer in told.values() if answer.reason is Rejection.FORK]
    shown = weigh(header, numbers, before=before, same=same, forks=forks, newest=not repeated)
    if taken_out:
        shown.findings.append(
            _("Names or notes were taken out of the gate's journal before their time: {count}. Call security").format(
                count=taken_out
            )
        )
    _remember(store, packet, header.serial, told, newest=not repeated)
    counts = {status: sum(answer.status is status for _seq, answer in told.values()) for status in Status}
    return Accepted(
        gate=header.maker,
        device=header.device,
        plant=header.plant,
        made_at=header.made_at.isoformat(timespec="seconds"),
        events=events,
        accepted=counts[Status.ACCEPTED],
        duplicate=counts[Status.DUPLICATE],
        rejected=counts[Status.REJECTED],
        repeated=repeated,
        rolled_back=shown.rolled_back,
        findings=shown.findings,
    )


def _early(line: LineIn, due: Callable[[AttendanceEvent], datetime | None], made_at: datetime) -> bool:
    """Whether what a person typed is gone from an event that is to keep it for longer."""
    event = line_in(line).event
    if event.private is not None or not event.private_digest:
        return False
    end = due(event)
    return end is not None and end > made_at


def _believed(house: House, packet: Packet, gate: GateKnown | None, owner: GateKnown | None) -> None:
    """Whether the maker is a gate that a packet was made to, or a device that enrolled here with this key."""
    header = packet.header
    enrolled = house.enrolled(header.plant, header.device)
    if enrolled is not None and enrolled[1]:
        raise PacketUntrusted(_("This gate was shut out. Nothing was taken"))
    if enrolled is not None and enrolled[0] != packet.public_key:
        raise PacketUntrusted(_("The journal names a gate whose key is another one. Nothing was taken; call security"))
    if gate is None and enrolled is None:
        raise PacketUntrusted(
            _(
                "The journal comes from a gate that no packet was made to ({words}). Compare the words with the "
                "gate's, then make it a roster packet with --to {recipient}"
            ).format(words=words(packet.maker), recipient=packet.maker)
        )
    another = gate is not None and gate.device not in ("", header.device)
    if another or (owner is not None and owner.recipient != packet.maker):
        raise PacketUntrusted(_("The journal names a gate whose key is another one. Nothing was taken; call security"))


def _number(kept: list[str]) -> int:
    """The number of an event that was answered; older versions kept none, and one part's answers."""
    return int(kept[2]) if len(kept) > 2 else sys.maxsize


def _remember(store: Store, packet: Packet, serial: int, told: dict[str, tuple[int, Answer]], *, newest: bool) -> None:
    """Whose journal it is, and the answers that the gate may still wait for.

    What lies behind the packet's first event and is not in it the gate has answers for.
    """
    header = packet.header
    answers: dict[str, list[str]] = {
        event: [answer.status.value, answer.reason.value if answer.reason is not None else "", str(seq)]
        for event, (seq, answer) in told.items()
    }
    first = min((seq for seq, _answer in told.values()), default=0)
    with store.write() as tx:
        known = Known(tx)
        known.keep_gate(GateKnown(recipient_of(packet.public_key), header.device, packet.public_key, header.maker))
        known.settle_plant_of(header.device, header.plant)
        kept = known.answers(header.device)
        if newest:  # what lies before it came in a part of its own, and the gate may wait for that as well
            kept = {event: one for event, one in kept.items() if event not in answers and _number(one) < first}
        known.keep_answers(header.device, dict(list({**answers, **kept}.items())[:MOST_ANSWERS]))
        if newest:
            known.see(header.device, serial, packet.digest, header.made_at)
