"""Packets on the command line: the gate's key, a roster out and in, a journal out and in, an acknowledgement."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from checkin.clock import SystemClock
from checkin.commands.book import DB, HUB
from checkin.commands.console import JSON, out, put, say, speakable
from checkin.commands.opened import Opened, opened
from checkin.commands.packetkeys import distrust, drop_gate, trust
from checkin.domain.people import Act
from checkin.errors import CheckinError, PacketUntrusted, SettingsWrong
from checkin.i18n import gettext as _

if TYPE_CHECKING:
    from checkin.packets.gate import Preview
    from checkin.packets.organiser import House

PLANT = typer.Option(None, "--plant", help=_("The plant's name or id"))
OUT = typer.Argument(help=_("The file to write, on the stick"))
FILE = typer.Argument(help=_("The packet"))
_KEY = re.compile("age1[0-9a-z]{50,70}")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("gate-key", help=_("This PC's key for packets, and the four words to compare it by"))(gate_key)
    packet = typer.Typer(help=_("Rosters in and journals out on a stick, with no network"), no_args_is_help=True)
    packet.command("make-roster", help=_("The organiser packs a plant's roster for its gates"))(make_roster)
    packet.command("take", help=_("The gate looks at a packet, and takes it"))(take)
    packet.command("make-journal", help=_("The gate packs what the organiser has not answered for"))(make_journal)
    packet.command("accept", help=_("The organiser takes a gate's journal, as often as it comes"))(accept)
    packet.command("make-ack", help=_("The organiser packs the answers, so that the gates know what arrived"))(make_ack)
    packet.command("trust", help=_("The gate believes another maker from now on, after comparing the words"))(trust)
    packet.command("distrust", help=_("The gate believes a maker no more"))(distrust)
    packet.command("drop-gate", help=_("The organiser leaves a gate out: no answers go to it any more"))(drop_gate)
    app.add_typer(packet, name="packet")


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

        _write(qr, png(recipient.upper()))
    if secret is not None:
        _write(secret, f"{mine.secret}\n".encode())
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


def _write(path: Path, content: bytes) -> None:
    """A new file that only its owner reads."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        raise SettingsWrong(
            _("The file {file} cannot be written: {why}").format(file=path.name, why=error.strerror or error)
        ) from error


def _written_to(path: Path) -> Path:
    """The file to write; raises ``SettingsWrong`` for a gate's key that stands in its place."""
    if _KEY.fullmatch(path.name.lower()):
        raise SettingsWrong(_("{key} is a gate's key. Say after it which file to write").format(key=path.name))
    return path


@contextmanager
def _refusals(json: bool) -> Iterator[None]:
    """For programs: why nothing was done, as a line of its own."""
    try:
        yield
    except CheckinError as error:
        if json:
            put({"refused": str(error)})
        raise


@contextmanager
def _house(profile: Opened, hub: bool, db: str | None) -> Iterator[House]:
    """The organiser's roster and attendance: the profile's own, or a hub's database, opened as a file."""
    if not hub and not db:
        from checkin.packets.storehouse import StoreHouse

        yield StoreHouse(profile.store)
        return
    from checkin.hub import open_hub
    from checkin.packets.hubhouse import HubHouse

    with open_hub(db or f"sqlite:///{profile.profile.hub_file.resolve()}") as at_hub:
        yield HubHouse(at_hub)


def make_roster(
    context: typer.Context,
    names: list[str] = typer.Argument(metavar="[RECIPIENT]... OUT", help=_("More gates' keys, then the file to write")),
    plant: str = typer.Option(..., "--plant", help=_("The plant's name or id")),
    to: list[str] = typer.Option(
        [], "--to", help=_("A gate's key, as checkin gate-key shows it there; may be repeated")
    ),
    issuer: str = typer.Option("", "--issuer", help=_("Who makes the packet, as the gate shows it")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.packets import organiser

    *more, name = names
    file = _written_to(Path(name))
    with _refusals(json), opened(context) as profile, _house(profile, hub, db) as house:
        line = organiser.make_roster(
            profile.store,
            house,
            file,
            SystemClock(),
            plant=plant,
            to=[*to, *more],
            name=speakable(issuer).strip()[:120],
        )
        told = _("roster packet {file}: {plant}, tours {tours}, visitors {visitors}, for {gates}")
        profile.note(
            Act.PACKET,
            told.format(
                file=file.name,
                plant=line["plant_name"],
                tours=line["tours"],
                visitors=line["visitors"],
                gates=len({*to, *more}),
            ),
            str(line["plant"]),
        )
    if json:
        put(line)
        return
    out(
        _("Written: {file}. Tours: {tours}, visitors: {visitors}").format(
            file=line["file"], tours=line["tours"], visitors=line["visitors"]
        )
    )
    _say_left_out(line)
    out(_("The gate shows these words as the maker's: {words}").format(words=line["words"]))
    gates = line["to"]
    assert isinstance(gates, list)
    for gate in gates:
        out(_("For the gate with the words: {words}").format(words=gate["words"]))


def _say_left_out(line: dict[str, object]) -> None:
    if line["left_out"]:
        say(_("Older events of other gates that did not fit: {count}").format(count=line["left_out"]))


def take(
    context: typer.Context,
    file: Path = FILE,
    yes: bool = typer.Option(False, "--yes", help=_("Take it without asking; the maker's words were compared")),
    json: bool = JSON,
) -> None:
    from checkin.packets import gate

    with _refusals(json), opened(context) as profile:
        arrived = gate.look(profile.store, file, SystemClock(), profile.settings.plant)
        preview = arrived.preview
        if not json:
            _show(preview)
        if preview.repeated:
            if json:
                put({**preview.line(), "taken": False})
            return
        if not yes and not _agreed(json=json):
            if json:
                put({**preview.line(), "taken": False})
            raise PacketUntrusted(_("Nothing was taken. Take it with: checkin packet take FILE --yes"))
        took = gate.take(profile.store, arrived, SystemClock())
        profile.note(
            Act.PACKET,
            _("took a packet of {maker} ({words}), made {made_at}").format(
                maker=preview.maker or "—", words=preview.words, made_at=preview.made_at
            ),
            preview.plant,
        )
        if not profile.settings.plant:
            profile.profile.save(profile.settings.model_copy(update={"plant": preview.plant}))
    if json:
        put(
            {
                **preview.line(),
                "taken": True,
                "roster_changes": took.changes,
                "settled": took.settled,
                "rejected": took.rejected,
                "waiting": took.waiting,
            }
        )
        return
    out(
        _("Taken. Events that the organiser has now: {count}; still to be carried out: {waiting}").format(
            count=took.settled, waiting=took.waiting
        )
    )


def _agreed(*, json: bool) -> bool:
    if json or not sys.stdin.isatty():
        return False
    return bool(typer.confirm(_("Take it?")))


def _show(preview: Preview) -> None:
    made = preview.made_at.replace("T", " ")
    out(_("Packet of {maker}, made {made_at}").format(maker=preview.maker or "—", made_at=made))
    out(_("The maker's words: {words}").format(words=preview.words))
    out(_("Plant: {plant}").format(plant=preview.plant_name))
    if preview.kind == "roster":
        out(
            _("Tours: {tours}, visitors: {visitors}. New: {added}, changed: {changed}, removed: {removed}").format(
                tours=preview.records.get("tour", 0),
                visitors=preview.records.get("visitor", 0),
                added=preview.added,
                changed=preview.changed,
                removed=preview.removed,
            )
        )
        if people := preview.records.get("person", 0):
            out(_("People who work at the gate: {count}").format(count=people))
    if preview.answers:
        out(_("Answers for events of this gate: {count}").format(count=preview.answers))
    if preview.unreadable:
        out(_("Records that this program does not understand and leaves out: {count}").format(count=preview.unreadable))
    if preview.clock_warning:
        say(_("The packet was made after this PC's date. Check the clock of this PC"))
    if preview.repeated:
        say(_("This packet was taken before: nothing changes"))
    elif not preview.believed:
        say(_("This maker is new here. Call your organiser and compare the four words before you take it"))


def make_journal(
    context: typer.Context,
    file: Path = OUT,
    to: list[str] = typer.Option([], "--to", help=_("The organiser's key, where no packet has brought it yet")),
    everything: bool = typer.Option(False, "--all", help=_("The whole journal, also what was answered for")),
    after: int = typer.Option(0, "--after", help=_("Begin behind the event with this number"), min=0),
    plant: str = PLANT,
    name: str = typer.Option("", "--gate", help=_("The gate's name, as the organiser sees it")),
    json: bool = JSON,
) -> None:
    from checkin.packets import gate

    _written_to(file)
    with _refusals(json), opened(context) as profile:
        chosen = profile.plant(plant).id if plant else profile.settings.plant
        # before it is made, so that the packet has this line too
        profile.note(Act.PACKET, _("journal packet {file}").format(file=file.name), chosen)
        try:
            line = gate.make_journal(
                profile.store,
                file,
                SystemClock(),
                gate=speakable(name).strip()[:120] or profile.settings.gate,
                plant=chosen,
                to=tuple(to),
                everything=everything,
                after=after,
            )
        except CheckinError:
            profile.note(Act.PACKET, _("journal packet {file} was not written").format(file=file.name), chosen)
            raise
    if json:
        put(line)
    else:
        out(_("Written: {file}. Events: {events}").format(**line))
        if line["left"] and everything:
            say(
                _("Events that did not fit: {left}. Make another packet of them with --all --after {last}").format(
                    **line
                )
            )
        elif line["left"]:
            say(
                _("Events that did not fit: {left}. They go with the next packet, after the answer to this one").format(
                    **line
                )
            )


def accept(context: typer.Context, file: Path = FILE, hub: bool = HUB, db: str = DB, json: bool = JSON) -> None:
    from checkin.packets import accepting

    with _refusals(json), opened(context) as profile, _house(profile, hub, db) as house:
        took = accepting.accept(profile.store, house, file, SystemClock())
        told = _("journal of {gate} from {file}: {events} events, new {accepted}, rejected {rejected}")
        profile.note(
            Act.PACKET,
            told.format(
                gate=took.gate,
                file=file.name,
                events=took.events,
                accepted=took.accepted,
                rejected=took.rejected,
            ),
            took.plant,
        )
    if json:
        put(took.line())
    else:
        out(
            _("Gate “{gate}”: {accepted} new events, {duplicate} known, {rejected} refused").format(
                gate=took.gate, accepted=took.accepted, duplicate=took.duplicate, rejected=took.rejected
            )
        )
        for finding in took.findings:
            say(finding)
    if not took.sound:
        raise typer.Exit(1)


def make_ack(
    context: typer.Context,
    file: Path = OUT,
    plant: str = PLANT,
    issuer: str = typer.Option("", "--issuer", help=_("Who makes the packet, as the gate shows it")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.packets import organiser

    _written_to(file)
    with _refusals(json), opened(context) as profile, _house(profile, hub, db) as house:
        line = organiser.make_ack(
            profile.store, house, file, SystemClock(), plant=plant, name=speakable(issuer).strip()[:120]
        )
        profile.note(
            Act.PACKET,
            _("answer {file}: gates {gates}, answers {answers}").format(
                file=file.name, gates=line["gates"], answers=line["answers"]
            ),
            str(line["plant"]),
        )
    if json:
        put(line)
    else:
        out(_("Written: {file}. Gates: {gates}, answers: {answers}").format(**line))
        _say_left_out(line)
