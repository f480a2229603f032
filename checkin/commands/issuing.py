"""Tickets out: signed, typeset, revoked, reissued; and one explained."""

from __future__ import annotations

from pathlib import Path

import typer

from checkin.clock import SystemClock
from checkin.commands.book import DB, HUB, booked
from checkin.commands.console import JSON, out, progress, put
from checkin.commands.keys import PASS_ENV, PASS_FILE, passphrase
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.issuing.delivery import MERGE, Tools, deliver
from checkin.issuing.pieces import Format
from checkin.organising.explaining import explain, lines
from checkin.organising.tickets import chosen, nobody, selected, sign, to_reissue, withdrawn
from checkin.organising.tickets import reissue as give_anew
from checkin.organising.tickets import revoke as take_back

PLANT = typer.Option(None, "--plant", help=_("Only this plant"))
TOUR = typer.Option(None, "--tour", help=_("Only tours with this id or title, or with this in their title"))
GROUP = typer.Option(None, "--group", help=_("Only groups with this id or name, or with this in their name"))


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    tickets = typer.Typer(help=_("Tickets for visitors"), no_args_is_help=True)
    tickets.command("issue", help=_("Signs tickets and writes them as files; a second call goes on where one stopped"))(
        issue
    )
    tickets.command("revoke", help=_("Takes tickets back: gates refuse them as soon as they have synced"))(revoke)
    tickets.command("reissue", help=_("Takes tickets back and gives the same visitors new ones"))(reissue)
    app.add_typer(tickets, name="tickets")
    app.command("verify", help=_("Explains a ticket: who issued it, for what, whether its signature holds"))(verify)


def issue(
    context: typer.Context,
    to: Path = typer.Option(..., "--out", help=_("A folder, or a .zip"), metavar="DIR|FILE.zip"),
    plant: str = PLANT,
    tour: str = TOUR,
    group: str = GROUP,
    formats: list[Format] = typer.Option([Format.PDF], "--format", help=_("May be given several times")),
    file: Path = PASS_FILE,
    variable: str = PASS_ENV,
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    from checkin.reports.cells import plain
    from checkin.reports.typesetting import pdf

    with booked(context, hub, db) as desk:
        # Where all were taken back there is nothing to issue, and what was written before must go all the same.
        everybody = not (plant or tour or group) and (to / MERGE).exists()
        issues, foreign = chosen(desk, plant, tour, group, may_be_none=everybody)
        ready = sign(desk, issues, lambda: passphrase(file, variable))
        done = [0, 0]
        removed: list[str] = []
        with progress(_("Tickets"), shown=not json) as bar:

            def tell(number: int, of: int) -> None:
                done[:] = [number, of]
                bar.tell(number, of)

            try:
                gone = withdrawn(desk, ready)
                tools = Tools(typeset=pdf, plain=plain)
                made = deliver(ready, to, formats, tools, tell, withdrawn=gone, removed=removed.extend)
            except KeyboardInterrupt:
                out(
                    _("Stopped after {done} of {all} files. The same command goes on from there").format(
                        done=done[0], all=done[1]
                    )
                )
                raise typer.Exit(1) from None
    if not ready and not removed:
        raise SettingsWrong(nobody(tour, group, foreign))
    if json:
        counts = {"tickets": len(ready), "files": done[1], "made": made, "removed": len(removed)}
        put({**counts, "site_codes": foreign, "out": str(to)})
        return
    out(
        _("{tickets} tickets, {made} files written, {kept} were there already: {place}").format(
            tickets=len(ready), made=made, kept=done[1] - made, place=to
        )
    )
    if removed:
        went = ngettext(
            "{count} file was removed: a ticket in it is good no more.",
            "{count} files were removed: tickets in them are good no more.",
            len(removed),
        )
        out(went.format(count=len(removed)))
    if foreign:
        out(
            _("{count} visitors have a code of their registration site, which sends it out itself").format(
                count=foreign
            )
        )


CODES = typer.Argument(None, help=_("Tickets: what the QR holds, or the short code"))
REASON = typer.Option("", "--reason", help=_("Why, for the record"))


def revoke(
    context: typer.Context,
    codes: list[str] = CODES,
    plant: str = PLANT,
    tour: str = TOUR,
    group: str = GROUP,
    reason: str = REASON,
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    with booked(context, hub, db) as desk:
        issues = selected(desk, codes, plant, tour, group)
        take_back(desk, issues, reason, SystemClock().now())
    if json:
        put({"revoked": len(issues)})
    else:
        out(_("Tickets revoked: {count}").format(count=len(issues)))


def reissue(
    context: typer.Context,
    codes: list[str] = CODES,
    plant: str = PLANT,
    tour: str = TOUR,
    group: str = GROUP,
    file: Path = PASS_FILE,
    variable: str = PASS_ENV,
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    with booked(context, hub, db) as desk:
        issues, left = to_reissue(desk, codes, plant, tour, group)
        signed = give_anew(desk, issues, lambda: passphrase(file, variable), SystemClock().now())
    if json:
        for before, after in zip(issues, signed, strict=True):
            put({"old": before.short, "new": after.short, "code": after.ticket.code})
    else:
        for before, after in zip(issues, signed, strict=True):
            out(f"{before.short} → {after.short}")
        if left:
            out(_("Revoked tickets left out: {count}. Name a code to give its visitor a new one").format(count=left))
        out(_("Tickets reissued: {count}. Write them out: checkin tickets issue --out DIR").format(count=len(signed)))


def verify(
    context: typer.Context,
    ticket: str = typer.Argument(help=_("What the QR holds, or a short code")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    with booked(context, hub, db) as desk:
        said = explain(desk, ticket.strip(), SystemClock().now())
    if json:
        put(said)
    else:
        for line in lines(said):
            out(line)
    if not said["good"]:
        raise typer.Exit(1)
