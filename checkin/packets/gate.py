"""The gate's side: a packet looked at, taken, and the journal packed for the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path

from checkin import __version__
from checkin.clock import Clock
from checkin.domain.events import JournalLine
from checkin.domain.visit import Record
from checkin.errors import PacketUntrusted, SettingsWrong
from checkin.i18n import gettext as _
from checkin.packets import sealing
from checkin.packets.carrier import PacketBackend
from checkin.packets.contents import FORMAT, MAX_LINE_BYTES, Header, Kind, plain
from checkin.packets.evidence import elsewhere
from checkin.packets.identity import identity_of, tidy_recipient, words
from checkin.packets.known import Known
from checkin.packets.sealing import Packet
from checkin.runtime.units import directly
from checkin.store import Store
from checkin.store.engine import Transaction
from checkin.store.roster import Roster
from checkin.sync.engine import ROSTER_AT, Engine
from checkin.wire import Batch, Change, LineIn, line_out, record_of

BATCH = 200
_AROUND = 200
"""Bytes at most of a batch besides its lines."""


class MakerUnknown(PacketUntrusted):
    """Whoever made the packet is not believed here; a person may compare the words and say that they are."""

    def __init__(self, message: str, recipient: str, name: str) -> None:
        super().__init__(message)
        self.recipient, self.name = recipient, name


_AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a packet would bring, before anything of it is taken."""

    kind: str
    maker: str
    words: str
    recipient: str
    believed: bool
    made_at: str
    plant: str
    plant_name: str
    repeated: bool
    clock_warning: bool
    records: dict[str, int] = field(default_factory=dict)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    unreadable: int = 0
    peer_events: int = 0
    answers: int = 0

    def line(self) -> dict[str, object]:
        """As JSON values."""
        return {
            **asdict(self),
            "tours": self.records.get("tour", 0),
            "visitors": self.records.get("visitor", 0),
            "people": self.records.get("person", 0),
        }


@dataclass(frozen=True, kw_only=True)
class Took:
    """What a packet brought."""

    changes: int
    peer_events: int
    settled: int
    rejected: int
    waiting: int


@dataclass(frozen=True)
class Arrived:
    """A packet that may be taken, and what it would bring."""

    packet: Packet
    preview: Preview


def look(store: Store, path: Path, clock: Clock, own_plant: str = "") -> Arrived:
    """Opens a roster or acknowledgement packet and says what it would bring.  Changes nothing.

    ``own_plant`` is the plant that the settings name.  Raises ``PacketUntrusted`` or ``SettingsWrong``.
    """
    packet = sealing.read(path, identity_of(store), Kind.ROSTER, Kind.ACK)
    header = packet.header
    with store.read() as tx:
        known = Known(tx)
        enrolled = tx.meta.get("hub.plant")
        plant = enrolled or known.plant() or own_plant
        if plant and plant != header.plant:
            raise PacketUntrusted(
                _("The packet is for another plant: {plant}. Nothing was taken").format(
                    plant=header.plant_name or header.plant
                )
            )
        makers = known.makers()
        _believed(known, packet)
        last = known.taken(header.kind, packet.maker)
        repeated = last is not None and last.digest == packet.digest
        if last is not None and header.serial <= last.serial and not repeated:
            raise PacketUntrusted(
                _("The packet is older than the one taken before ({made_at}). Ask for a new one").format(
                    made_at=last.made_at[:16].replace("T", " ")
                )
            )
        preview = _compared(tx, packet, believed=packet.maker in makers, repeated=repeated, clock=clock)
    return Arrived(packet, preview)


def _believed(known: Known, packet: Packet) -> None:
    """Whether its maker is believed, or may be the first; raises ``MakerUnknown``."""
    maker = packet.maker
    if maker in known.makers() or known.first():
        return
    told = (
        _(
            "This gate was told to believe the packet's maker ({words}) no more. Call your organiser and compare the "
            "words; if this is a mistake: checkin packet trust {recipient}"
        )
        if maker in known.refused()
        else _(
            "The packet was made by somebody whom this gate does not know ({words}). Call your organiser and "
            "compare the words; if they agree: checkin packet trust {recipient}"
        )
    )
    raise MakerUnknown(told.format(words=words(maker), recipient=maker), maker, packet.header.maker)


def _compared(tx: Transaction, packet: Packet, *, believed: bool, repeated: bool, clock: Clock) -> Preview:
    header = packet.header
    before = _held(tx, header.plant)
    records: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for part in packet.parts():
        if part.roster is not None:
            for change in part.roster.changes:
                what = _compare(change, before, header.plant)
                counts[what] += 1
                if change.record is not None and what != "unreadable":
                    records[change.kind] += 1
        elif part.peers is not None:
            counts["peers"] += len(part.peers.lines)
        elif part.answers is not None and part.answers.device == tx.meta.get("device.id"):
            counts["answers"] += len(part.answers.answers)
    return Preview(
        kind=header.kind,
        maker=header.maker,
        words=words(packet.maker),
        recipient=packet.maker,
        believed=believed,
        made_at=header.made_at.isoformat(timespec="seconds"),
        plant=header.plant,
        plant_name=header.plant_name or header.plant,
        repeated=repeated,
        clock_warning=header.made_at > clock.now() + _AHEAD,
        records=dict(records),
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        removed=counts["removed"],
        unreadable=counts["unreadable"],
        peer_events=counts["peers"],
        answers=counts["answers"],
    )


def _compare(change: Change, before: dict[tuple[str, str], int], plant: str) -> str:
    """What one change would do here; raises ``PacketUntrusted`` for another plant's record."""
    key = (change.kind, change.id)
    if change.record is None:
        if change.kind == "plant" and change.id != plant:
            raise _foreign()
        return "removed" if key in before else "unchanged"
    try:
        record = record_of(change.kind, change.record)
        Roster.row(record)  # what no row can hold is not taken
        mark = hash(record)
    except (ValueError, TypeError, KeyError, OverflowError):
        return "unreadable"
    if record.plant not in (plant, ""):
        raise _foreign()
    if key not in before:
        return "added"
    return "unchanged" if before[key] == mark else "changed"


def _foreign() -> PacketUntrusted:
    return PacketUntrusted(_("The packet holds records of another plant than it says. Nothing was taken"))


def _held(tx: Transaction, plant: str) -> dict[tuple[str, str], int]:
    """A mark of each record that is here."""
    people = (("person", person) for person in tx.roster.people(plant))
    return {(kind, record.id): hash(record) for kind, record in chain(held(tx, plant), people)}


def held(tx: Transaction, plant: str) -> Iterator[tuple[str, Record]]:
    """Every record of a plant that goes from a profile into a packet, with its kind: people's PINs do not."""
    from checkin.rosters.taking import revocations_of

    roster = tx.roster
    own = roster.plant(plant)
    if own is not None:
        yield "plant", own
    for kind, records in (
        ("gate", roster.gates(plant)),
        ("key", (key for key in roster.signing_keys() if key.plant in ("", plant))),
        ("stop", roster.stop_entries(plant)),
        ("tour", roster.tours(plant)),
        ("group", roster.groups(plant)),
        ("visitor", roster.visitors(plant)),
        ("ticket", roster.tickets(plant)),
        ("revocation", revocations_of(tx, plant)),
    ):
        for record in records:
            yield kind, record


def take(store: Store, arrived: Arrived, clock: Clock, unit: Callable[[Callable[[], int]], int] = directly) -> Took:
    """Takes a packet that a person has looked at.  Dying in the middle, the same packet goes on where it was."""
    packet, header = arrived.packet, arrived.packet.header

    def believe() -> int:
        with store.write() as tx:
            known = Known(tx)
            _believed(known, packet)  # it may have been doubted while the person looked
            known.believe(packet.maker, header.maker)
            known.settle_plant(header.plant)
        return 0

    unit(believe)
    backend = PacketBackend(packet)
    engine = Engine(store, backend, clock, header.plant, unit)
    with store.read() as tx:
        device = tx.meta.get("device.id")
        before = tx.outbox.waiting()
    rejected = 0
    for answers in backend.answers():
        if answers.device == device:
            told = engine.answered(answers.answers, {one.id for one in answers.answers})
            rejected += told.rejected
    moved = engine.pull() if header.kind is Kind.ROSTER else None
    peers = engine.peers()

    def done() -> int:
        with store.write() as tx:
            Known(tx).take(header.kind, packet.maker, header.serial, packet.digest, header.made_at)
            if header.kind is Kind.ROSTER:
                tx.meta.put(ROSTER_AT, min(header.made_at, clock.now()).isoformat())
        return 0

    unit(done)
    with store.read() as tx:
        waiting = tx.outbox.waiting()
    return Took(
        changes=moved.changes if moved is not None else 0,
        peer_events=peers.peers,
        settled=before - waiting - rejected,
        rejected=rejected,
        waiting=waiting,
    )


def make_journal(
    store: Store,
    path: Path,
    clock: Clock,
    *,
    gate: str,
    plant: str = "",
    to: tuple[str, ...] = (),
    everything: bool = False,
    after: int = 0,
) -> dict[str, object]:
    """Packs what has not been answered for (or everything) for the makers that this gate believes.

    Of what is more than a packet holds it takes the oldest that fits: ``left`` events stay, and ``last`` is the number
    of the last one that is in it.  ``after`` begins behind that number.

    Nothing leaves the outbox by it: that takes an acknowledgement.  Raises ``SettingsWrong`` when nobody is known.
    """
    identity = identity_of(store)
    with store.write() as tx:
        known = Known(tx)
        recipients = [tidy_recipient(one) for one in to] or list(known.makers())
        if not recipients:
            raise SettingsWrong(
                _("This gate knows no organiser yet. Take a roster packet first, or say --to with the organiser's key")
            )
        plant = tx.meta.get("hub.plant") or known.plant() or plant or _only_plant(tx)
        serial = known.next_serial(clock.now())
    with store.read() as tx:
        lines = (
            (stored.line for stored in tx.journal.lines(identity.device))
            if everything
            else iter(tx.outbox.lines_waiting())
        )
        chosen = (line for line in lines if line.event.plant == plant and line.seq > after)
        texts, packed, left, until = _batches(chosen, clock, sealing.room(len(recipients)))
        last = next(iter(tx.journal.numbered(identity.device, {tx.journal.count(identity.device)})), None)
        others = elsewhere((stored.line for stored in tx.journal.lines(identity.device)), plant)
        place = tx.roster.plant(plant)
    header = Header(
        format=FORMAT,
        kind=Kind.JOURNAL,
        id=sealing.fresh_id(),
        serial=serial,
        made_at=clock.now(),
        maker=plain(gate or (last.event.gate if last is not None else "1")),
        device=identity.device,
        plant=plant,
        plant_name=plain(place.name) if place is not None else "",
        to=recipients,
        software=__version__,
        length=last.seq if last is not None else 0,
        head=last.hash if last is not None else "",
        elsewhere=others,
    )
    size = sealing.write(path, header, texts, identity)
    with store.write() as tx:
        Known(tx).hand_over(serial, packed, clock.now())
    told = {"file": str(path), "kind": "journal", "events": packed, "plant": plant, "bytes": size, "serial": serial}
    return {**told, "left": left, "last": until}


def _only_plant(tx: Transaction) -> str:
    plants = tx.roster.plants()
    if len(plants) != 1:
        raise SettingsWrong(_("Say which plant this gate belongs to: checkin packet make-journal --plant NAME"))
    return plants[0].id


def _batches(lines: Iterator[JournalLine], clock: Clock, most: int) -> tuple[list[str], int, int, int]:
    """The parts, how many events they have, how many did not fit, and the number of the last one that did."""
    texts: list[str] = []
    packed = left = until = 0
    waiting: list[LineIn] = []
    size = 0

    def flush() -> None:
        batch = Batch(lines=list(waiting), sent_at=clock.now())
        texts.append(f'{{"batch":{batch.model_dump_json()}}}')
        waiting.clear()

    for line in lines:
        sent = line_out(line)
        room = len(sent.model_dump_json().encode()) + 1
        if left or room + _AROUND > most:
            left += 1
            continue
        if waiting and (len(waiting) == BATCH or size + room > MAX_LINE_BYTES // 2):
            flush()
            size = 0
        if not waiting:
            most -= _AROUND
        waiting.append(sent)
        size += room
        most -= room
        packed += 1
        until = line.seq
    if waiting:
        flush()
    return texts, packed, left, until
