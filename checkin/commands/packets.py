"""Packets on the command line, and the gate's half of them: a roster or answers in, a journal out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from checkin.clock import SystemClock
from checkin.commands.console import JSON, out, put, refusals, say, speakable
from checkin.commands.opened import opened
from checkin.commands.packetfiles import FILE, OUT, PLANT, written_to
from checkin.commands.packethouse import accept, make_ack, make_roster
from checkin.commands.packetkeys import distrust, drop_gate, gate_key, trust
from checkin.domain.people import Act
from checkin.errors import CheckinError, PacketUntrusted
from checkin.i18n import gettext as _

if TYPE_CHECKING:
    from checkin.packets.gate import Preview


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


def take(
    context: typer.Context,
    file: Path = FILE,
    yes: bool = typer.Option(False, "--yes", help=_("Take it without asking; the maker's words were compared")),
    json: bool = JSON,
) -> None:
    from checkin.packets import gate

    with refusals(json), opened(context) as profile:
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

    written_to(file)
    with refusals(json), opened(context) as profile:
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
