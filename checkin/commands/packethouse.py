"""The organiser's half of packets on the command line: a roster out, a journal in, the answers out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from checkin.clock import SystemClock
from checkin.commands.book import DB, HUB
from checkin.commands.console import JSON, out, put, refusals, say, speakable
from checkin.commands.opened import Opened, opened
from checkin.commands.packetfiles import FILE, OUT, PLANT, written_to
from checkin.domain.people import Act
from checkin.i18n import gettext as _

if TYPE_CHECKING:
    from checkin.packets.organiser import House


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
    file = written_to(Path(name))
    with refusals(json), opened(context) as profile, _house(profile, hub, db) as house:
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


def accept(context: typer.Context, file: Path = FILE, hub: bool = HUB, db: str = DB, json: bool = JSON) -> None:
    from checkin.packets import accepting

    with refusals(json), opened(context) as profile, _house(profile, hub, db) as house:
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

    written_to(file)
    with refusals(json), opened(context) as profile, _house(profile, hub, db) as house:
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
