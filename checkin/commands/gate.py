"""A gate without a window: judge, scan, headcount, enrol, sync, export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from checkin import words
from checkin.commands.console import JSON, out, put, say, show_counts
from checkin.commands.opened import Opened, opened
from checkin.desk import Direction, Outcome, Source
from checkin.domain.headcount import Count
from checkin.domain.people import Act
from checkin.errors import CheckinError, SettingsWrong
from checkin.i18n import gettext as _

LINE_BYTES = 65_536
"""More of one line is not read: what follows on it is passed over."""

PLANT = typer.Option(None, "--plant", help=_("The plant's name or id"))
GATE = typer.Option(None, "--gate", help=_("The gate's name, as the journal will have it"))


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("judge", help=_("The verdict for a code on the current roster; writes nothing"))(judge)
    app.command("scan", help=_("A gate without a window: a code a line in, a verdict a line out after its commit"))(
        scan
    )
    app.command("headcount", help=_("Expected, inside and left, for each tour and each plant"))(headcount)
    app.command("enrol", help=_("Makes this profile the gate that a one-use code is for"))(enrol_command)
    app.command("sync", help=_("One round with the hub: sends attendance, fetches the roster and other gates' events"))(
        sync
    )
    export = typer.Typer(help=_("Takes data out"), no_args_is_help=True)
    export.command("attendance", help=_("The journal as a table: XLSX or CSV, a row for each event"))(export_attendance)
    app.add_typer(export, name="export")


def judge(
    context: typer.Context,
    text: str = typer.Argument(help=_("What the QR holds, or a typed code")),
    at: str = typer.Option(
        "", "--at", help=_("Another moment: 2026-08-05T10:30, in the plant's time unless it has an offset")
    ),
    plant: str = PLANT,
    json: bool = JSON,
) -> None:
    with opened(context) as profile:
        desk = profile.desk(plant)
        outcome = desk.judge(text)
        if at:
            zone = outcome.facts.plant.tz if outcome.facts.plant is not None else _zone(profile, desk.place.plant)
            outcome = desk.judge(text, _moment(at, zone))
    if json:
        put(_line(outcome))
    else:
        said = words.of(outcome)
        out("\n".join(part for part in (said.headline, said.happened, said.next) if part))


def scan(
    context: typer.Context,
    gate: str = GATE,
    plant: str = PLANT,
    leaving: bool = typer.Option(False, "--exit", help=_("The visitors leave")),
    json: bool = JSON,
) -> None:
    failed = False
    with opened(context) as profile:
        desk = profile.desk(plant, gate)
        direction = Direction.OUT if leaving else Direction.IN
        for text in _codes():
            try:
                outcome = desk.scan(text, Source.PIPE, direction)
            except CheckinError as error:
                failed = True
                say(str(error))
                if json:
                    put({"code": text, "error": str(error)})
                continue
            if json:
                put(_line(outcome))
            else:
                said = words.of(outcome)
                about = " · ".join(part for part in (outcome.visitor_name, said.happened) if part)
                out(f"{said.headline}: {about}".rstrip(": "))
    if failed:
        raise typer.Exit(1)


def headcount(context: typer.Context, plant: str = PLANT, json: bool = JSON) -> None:
    with opened(context) as profile:
        lines = list(_counts(profile, plant))
    show_counts(lines, json=json)


def enrol_command(
    context: typer.Context,
    url: str = typer.Argument(help=_("The hub's address: http://host:port, or the text of the invitation's QR")),
    code: str = typer.Argument("", help=_("The one-use code that the hub's administrator gave you")),
    ca: Path = typer.Option(None, "--ca", help=_("A private authority's certificate (PEM): the hub is pinned to it")),
    fingerprint: str = typer.Option(
        "", "--ca-fingerprint", help=_("Instead of the file: the authority's SHA-256; the hub shows the certificate")
    ),
    json: bool = JSON,
) -> None:
    from checkin.sync import invitation
    from checkin.sync.enrol import enrol
    from checkin.sync.http import HttpBackend
    from checkin.sync.pinning import authority, authority_in

    if invitation.claims(url):
        told = invitation.read(url)
        url, code, fingerprint = told.url, told.code, told.ca
    if not code:
        raise typer.BadParameter(_("Give the hub's address and the one-use code, or the text of the invitation's QR"))
    pinned = authority_in(ca) if ca is not None else authority(url, fingerprint)
    with opened(context) as profile, HttpBackend(url, ca=pinned) as backend:
        answer = enrol(profile.store, backend, url, code, pinned)
        profile.note(Act.SETTING, _("connected to a hub as gate {gate}").format(gate=answer.gate_name), answer.plant)
        profile.profile.save(
            profile.settings.model_copy(update={"plant": answer.plant, "gate": answer.gate_name, "hub_url": url})
        )
    if json:
        put({"plant": answer.plant, "plant_name": answer.plant_name, "gate": answer.gate_name})
    else:
        out(_("This profile is now gate “{gate}” of {plant}").format(gate=answer.gate_name, plant=answer.plant_name))


def sync(context: typer.Context, json: bool = JSON) -> None:
    from checkin.clock import SystemClock
    from checkin.sync.engine import Engine
    from checkin.sync.enrol import enrolment, settle_token
    from checkin.sync.http import HttpBackend

    with opened(context) as profile:
        settle_token(profile.store)
        known = enrolment(profile.store)
        if known is None:
            raise SettingsWrong(_("This profile is not enrolled with a hub: checkin enrol URL CODE"))
        with HttpBackend(known.url, known.token, ca=known.ca) as backend:
            moved = Engine(profile.store, backend, SystemClock(), known.plant, asked=True).round()
        with profile.store.read() as tx:
            waiting, rejected = tx.outbox.waiting(), tx.outbox.rejected_count()
    line = {
        "pushed": moved.pushed,
        "rejected": moved.rejected,
        "roster_changes": moved.changes,
        "peer_events": moved.peers,
        "unreadable": moved.unreadable,
        "waiting": waiting,
        "rejected_in_all": rejected,
    }
    if json:
        put(line)
    else:
        out(
            _(
                "Sent {pushed}, rejected {rejected}; fetched {roster_changes} roster changes and {peer_events} events "
                "of other gates; {waiting} still wait"
            ).format(**line)
        )


def export_attendance(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The file to write: .xlsx or .csv")),
    json: bool = JSON,
) -> None:
    from checkin.reports.attendance import export_attendance as write

    with opened(context) as profile:
        rows = write(profile.store, file)
        profile.note(Act.EXPORT, file.name)
    if json:
        put({"file": str(file), "rows": rows})
    else:
        out(_("{rows} rows written to {file}").format(rows=rows, file=file))


def _codes() -> Iterator[str]:
    """Codes from standard input, one a line; a line that is no text, or endless, is still one line."""
    stream = sys.stdin.buffer
    while raw := stream.readline(LINE_BYTES):
        piece = raw
        while piece and not piece.endswith(b"\n"):
            piece = stream.readline(LINE_BYTES)
        text = raw.decode("utf-8", errors="replace").rstrip("\r\n\t").removeprefix("\ufeff")
        if text.strip():
            yield text


def _line(outcome: Outcome) -> dict[str, Any]:
    tour = outcome.facts.tour
    return {
        "code": outcome.text,
        "verdict": outcome.word,
        "reason": outcome.reason.value,
        "visitor": outcome.visitor_name or None,
        "tour": tour.title if tour is not None else None,
        "event_id": outcome.event.id if outcome.event is not None else None,
        "at": outcome.at.isoformat(timespec="milliseconds"),
    }


def _counts(profile: Opened, called: str | None) -> Iterator[dict[str, Any]]:
    plants = [profile.plant(called)] if called else profile.plants()
    with profile.store.read() as tx:
        for plant in sorted(plants, key=lambda one: one.name):
            zone = ZoneInfo(plant.tz)
            whole = tx.headcounts.strays(plant.id)
            for tour in tx.roster.tours(plant.id):
                count = tx.headcounts.of_tour(plant.id, tour.id)
                whole += count
                start = tour.start.astimezone(zone)
                yield _count(plant.name, tour.title, f"{start:%Y-%m-%d}", f"{start:%H:%M}", count)
            yield _count(plant.name, None, None, None, whole)


def _count(plant: str, tour: str | None, date: str | None, start: str | None, count: Count) -> dict[str, Any]:
    return {
        "plant": plant,
        "tour": tour,
        "date": date,
        "start": start,
        "expected": count.expected,
        "inside": count.inside,
        "left": count.left,
    }


def _zone(profile: Opened, plant: str | None) -> str:
    plants = profile.plants()
    return next((one.tz for one in plants if one.id == plant), plants[0].tz if plants else "Europe/Moscow")


def _moment(text: str, zone: str) -> datetime:
    """A moment as a person types it; without an offset it is the plant's local time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("not a time: {text}. Write 2026-08-05T10:30").format(text=text)) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
