"""What a hub's administrator looks at and decides: devices, findings, double entries, the hub above, a restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from checkin.commands.console import JSON, out, profile_of, put, table
from checkin.i18n import gettext as _

if TYPE_CHECKING:
    from checkin.hub.models import ConflictOut  # loads the hub

DB = typer.Option(None, "--db", help=_("postgresql://…, or sqlite:///FILE; a file in the profile by default"))


def register(hub: typer.Typer) -> None:
    """Adds the commands to ``checkin hub``."""
    hub.command("devices", help=_("Gates and lower hubs that have enrolled"))(devices)
    hub.command("revoke", help=_("Takes a device's token away"))(revoke)
    hub.command("findings", help=_("What is wrong with the journals of the gates"))(findings)
    hub.command("resolve", help=_("Marks a double entry as dealt with"))(resolve)
    hub.command("upstream", help=_("Joins the hub above by a code; without one, says how things stand"))(upstream)
    hub.command("guide-code", help=_("A code with which a guide's phone opens their tours"))(guide_code)
    hub.command("purge", help=_("Takes away the names that the retention policy no longer covers; counts stay"))(purge)
    hub.command("restored", help=_("To be run once after the database was restored from a backup"))(restored)


def database(context: typer.Context, db: str | None) -> str:
    """The hub's database: the option's, the one before the command (``hub --db … import``), or the profile's file."""
    chosen = db or (context.parent.params.get("db") if context.parent is not None else None)
    if chosen:
        return str(chosen)
    profile = profile_of(context)
    profile.ensure()
    return f"sqlite:///{profile.hub_file.resolve()}"


def purge(
    context: typer.Context,
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Only say what it would change")),
    full: bool = typer.Option(False, "--full", help=_("PostgreSQL: write the tables anew, which holds all gates up")),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        done = hub.purge(dry_run=dry_run, full=full)
    if json:
        for one in done:
            put(one.line())
        return
    table(
        [_("Plant"), _("Tour"), _("names"), _("notes, groups")],
        [(one.plant, one.title, one.names, one.notes + one.groups) for one in done],
        _("Nothing is past its time: everything stays"),
    )


def devices(context: typer.Context, db: str = DB, json: bool = JSON) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        found = hub.devices()
    if json:
        for one in found:
            put(one.model_dump(mode="json"))
        return
    table(
        [_("Plant"), _("Gate"), _("Device"), _("Last seen"), _("Clock"), _("State")],
        [
            (
                one.plant,
                one.gate_name,
                one.id,
                f"{one.last_seen_at:%Y-%m-%d %H:%M}Z" if one.last_seen_at else "",
                "" if one.clock_offset_s is None else f"{one.clock_offset_s:+.1f} s",
                _("revoked") if one.revoked_at else _("through another hub") if one.via else "",
            )
            for one in found
        ],
        _("No device has enrolled"),
    )


def revoke(
    context: typer.Context, device: str = typer.Argument(help=_("The device's id, from “hub devices”")), db: str = DB
) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        hub.revoke(device)
    out(_("The device is shut out"))


def findings(
    context: typer.Context,
    plant: str = typer.Option(None, "--plant", help=_("Only this plant")),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        found = hub.findings(plant)
    if json:
        for one in found:
            put(one.model_dump(mode="json"))
        return
    table(
        [_("Plant"), _("Gate"), _("Line"), _("Fault"), _("Found"), _("Healed")],
        [
            (
                one.plant,
                one.gate or one.device,
                one.seq or "",
                one.fault,
                f"{one.at:%Y-%m-%d %H:%M}Z",
                f"{one.healed_at:%Y-%m-%d %H:%M}Z" if one.healed_at else "",
            )
            for one in found
        ],
        _("Nothing is wrong with the journals"),
    )


def resolve(
    context: typer.Context,
    event: str = typer.Argument(help=_("The id of one of its entries, from “hub conflicts --json”")),
    plant: str = typer.Option(None, "--plant", help=_("Only this plant")),
    note: str = typer.Option("", "--note", help=_("What was found out")),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        found = hub.resolve(plant, event, note)
    if json:
        put(conflict_fields(found))
    else:
        out(_("Marked as dealt with: the gates hear of it at their next sync"))


def conflict_fields(one: ConflictOut) -> dict[str, Any]:
    """A double admission as JSON, the very line that a gate prints."""
    fields = one.model_dump(include={"ticket", "visitor", "tour", "events", "resolved"})
    return fields | {"events": [entry.model_dump() | {"at": entry.at.isoformat()} for entry in one.events]}


def upstream(
    context: typer.Context,
    url: str | None = typer.Argument(None, help=_("The address of the hub above")),
    code: str | None = typer.Argument(None, help=_("The code from its “hub invite --hub”")),
    ca: Path = typer.Option(None, "--ca", help=_("A file of certificates to trust")),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub
    from checkin.hubchain import join

    if (url is None) != (code is None):
        raise typer.BadParameter(_("Give the address and the code"))
    with open_hub(database(context, db)) as hub:
        if url is not None and code is not None:
            answer = join(hub, url, code, str(ca.resolve()) if ca else None)
            if json:
                put({"plant": answer.plant, "plant_name": answer.plant_name})
            else:
                out(_("Joined: {plant}. A running hub goes on by itself.").format(plant=answer.plant_name))
            return
        found = hub.upstreams()
    if json:
        for one in found:
            at = None if one.ok_at is None else one.ok_at.isoformat()
            put({"plant": one.plant, "url": one.url, "waiting": one.waiting, "ok_at": at, "problem": one.problem})
        return
    table(
        [_("Plant"), _("Hub above"), _("Lines that wait"), _("Last contact"), _("Problem")],
        [
            (one.plant, one.url, one.waiting, f"{one.ok_at:%Y-%m-%d %H:%M}Z" if one.ok_at else "", one.problem)
            for one in found
        ],
        _("This hub has none above it"),
    )


def guide_code(
    context: typer.Context,
    plant: str = typer.Option(..., "--plant", help=_("The plant's name or id")),
    guide: str = typer.Option("", "--guide", help=_("The guide's name, as on the tours")),
    tour: str = typer.Option(
        "", "--tour", help=_("Instead of a guide: a tour's id, or its title when only one has it")
    ),
    hours: float = typer.Option(4, "--hours", min=0.1, max=24, help=_("How long it can be used to log in")),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from datetime import timedelta

    from checkin.hub import open_hub

    if bool(guide.strip()) == bool(tour.strip()):
        raise typer.BadParameter(_("Give either --guide or --tour"))
    with open_hub(database(context, db)) as hub:
        code = hub.guide_code(plant, guide, tour=tour, valid_for=timedelta(hours=hours))
    if json:
        put(
            {"code": code.text, "plant": plant, "guide": guide, "tour": tour, "expires_at": code.expires_at.isoformat()}
        )
    else:
        out(code.text)


def restored(context: typer.Context, db: str = DB) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        plants = hub.restored()
    out(_("Done for {count} plants: gates and hubs read everything anew").format(count=plants))
