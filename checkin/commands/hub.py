"""The hub: serve it, take lists into it, invite gates."""

from __future__ import annotations

from pathlib import Path

import typer

from checkin.commands import hubadmin
from checkin.commands import roster as lists
from checkin.commands.console import JSON, entries_text, out, profile_of, progress, put, show_counts, table
from checkin.commands.hubadmin import DB, conflict_fields, database
from checkin.i18n import gettext as _
from checkin.rosters.mapping import FILE, Remembered


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    hub = typer.Typer(help=_("The hub that gates sync with; without a command it serves"))
    hub.callback(invoke_without_command=True)(serve)
    hub.command("import", help=_("Takes a list into the hub; gates get it at their next sync"))(import_list)
    hub.command("invite", help=_("A one-use code that makes a profile a gate of a plant"))(invite)
    hub.command("headcount", help=_("Expected, inside and left, for each tour and each plant"))(headcount)
    hub.command("conflicts", help=_("Tickets that two gates admitted without knowing of each other"))(conflicts)
    hub.command("migrate", help=_("Brings the database to this program's version"))(migrate)
    hubadmin.register(hub)
    app.add_typer(hub, name="hub")


def serve(
    context: typer.Context,
    db: str = DB,
    host: str = typer.Option("127.0.0.1", "--host", help=_("0.0.0.0 serves the plant's network")),
    port: int = typer.Option(8780, "--port", min=0, max=65535, help=_("0 takes any free one")),
    workers: int = typer.Option(1, "--workers", min=1, help=_("Processes that serve the port; with PostgreSQL")),
    cert: Path = typer.Option(None, "--cert", help=_("TLS: the certificate's file (PEM, with its chain)")),
    key: Path = typer.Option(None, "--key", help=_("TLS: the certificate's key")),
    ca: Path = typer.Option(
        None, "--ca", help=_("TLS: the private authority's certificate (PEM), for gates invited with its fingerprint")
    ),
    behind_proxy: list[str] = typer.Option(
        [], "--behind-proxy", help=_("A proxy's address, whose word on where a request comes from is believed")
    ),
    log_level: str = typer.Option("info", "--log-level", hidden=True),
) -> None:
    if context.invoked_subcommand is not None:
        return
    from checkin.hub.listening import Outward
    from checkin.hub.serve import serve as run
    from checkin.hubchain import beside

    outward = Outward(cert=cert, key=key, proxies=behind_proxy, ca=ca)
    run(database(context, db), host, port, log_level=log_level, workers=workers, outward=outward, beside=beside)


def import_list(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The list")),
    plant: str = lists.PLANT,
    dry_run: bool = lists.DRY_RUN,
    correction: Path = lists.CORRECTION,
    revoke_missing: bool = lists.REVOKE_MISSING,
    mapping: str = lists.MAPPING,
    corrections: list[str] = lists.MAP,
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub
    from checkin.organising.book import Desk, HubBook
    from checkin.organising.lists import Order, take

    lists.check_usage(file, correction)
    folder = profile_of(context).folder
    memory = Remembered(folder / FILE)
    order = Order(
        path=file, plant=plant, said=lists.said_of(memory, mapping, corrections), revoke_missing=revoke_missing
    )
    with open_hub(database(context, db)) as hub, progress(_("Reading the list"), shown=not json) as bar:
        plan = take(Desk(folder, HubBook(hub)), order, memory, apply=not dry_run, progress=bar.tell)
    lists.finish(plan, memory, mapping, correction, revoke=revoke_missing, dry_run=dry_run, json=json)


def invite(
    context: typer.Context,
    plant: str = typer.Option(..., "--plant", help=_("The plant's name or id")),
    gate: str = typer.Option(None, "--gate", help=_("What the gate shall be called")),
    lower: str = typer.Option(None, "--hub", help=_("Instead of a gate: a name for the plant's own hub")),
    qr: Path = typer.Option(None, "--qr", help=_("Write the invitation as a QR picture (PNG) for the gate to scan")),
    url: str = typer.Option("", "--url", help=_("The hub's address as gates reach it, for the QR")),
    ca: Path = typer.Option(
        None, "--ca", help=_("The private authority's certificate (PEM): the QR has its fingerprint")
    ),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub

    if (gate is None) == (lower is None):
        raise typer.BadParameter(_("Give either --gate or --hub"))
    if (qr is None) != (not url) or (ca is not None and qr is None) or (qr is not None and gate is None):
        raise typer.BadParameter(_("A QR needs --gate, --qr and --url; --ca goes with them"))
    pinned = ""
    if ca is not None:
        from checkin.sync.pinning import authority_in, fingerprint

        pinned = fingerprint(authority_in(ca))
    with open_hub(database(context, db)) as hub:
        code = hub.invite(plant, gate) if lower is None else hub.invite_hub(plant, lower)
    text = ""
    if qr is not None:
        from checkin.issuing.qr import png
        from checkin.sync.invitation import Invitation, write
        from checkin.wholefile import written_whole

        text = write(Invitation(url, code, pinned))
        with written_whole(qr) as fresh:
            fresh.write_bytes(png(text))
    if json:
        more = {"qr": str(qr), "invitation": text, "ca": pinned} if qr is not None else {}
        put({"code": code, "plant": plant, **({"gate": gate} if lower is None else {"hub": lower}), **more})
    else:
        out(code)


def headcount(
    context: typer.Context,
    plant: str = typer.Option(None, "--plant", help=_("Only this plant")),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        names = {one.id: one.name for one in hub.plants()}
        lines = [
            line.model_dump(include={"tour", "date", "start", "expected", "inside", "left"})
            | {"plant": names.get(line.plant, line.plant)}
            for line in hub.headcount(plant)
        ]
    show_counts(lines, json=json)


def conflicts(
    context: typer.Context,
    plant: str = typer.Option(None, "--plant", help=_("Only this plant")),
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.hub import open_hub

    with open_hub(database(context, db)) as hub:
        found = hub.conflicts(plant)
        zones = {one.id: one.tz for one in hub.plants()}
    if json:
        for one in found:
            put(conflict_fields(one))
        return
    table(
        [_("Plant"), _("Visitor"), _("Tour"), _("Entries"), _("Resolved")],
        [
            (
                one.plant,
                one.visitor or "",
                one.tour or "",
                entries_text(((entry.at, entry.gate) for entry in one.events), zones.get(one.plant, "UTC")),
                _("yes") if one.resolved else _("no"),
            )
            for one in found
        ],
        _("No ticket was admitted twice"),
    )


def migrate(context: typer.Context, db: str = DB) -> None:
    from checkin.hub import migrate as bring_up

    bring_up(database(context, db))
    out(_("The database is up to date"))
