"""Tickets out: signed, typeset, revoked, reissued; and one explained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from checkin.clock import SystemClock
from checkin.commands.book import DB, HUB, Desk, booked
from checkin.commands.console import JSON, out, progress, put
from checkin.commands.keys import PASS_ENV, PASS_FILE, passphrase, publish
from checkin.domain.admission import may_have_signed
from checkin.domain.ticket import code_key, tidy_short
from checkin.domain.visit import Plant, Revocation, SigningKey, Ticket, Tour, Visitor
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing import signing
from checkin.issuing.delivery import Format, Tools, deliver
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.tickets import codec

PLANT = typer.Option(None, "--plant", help=_("Only this plant"))
TOUR = typer.Option(None, "--tour", help=_("Only tours with this id, or with this in their title"))
GROUP = typer.Option(None, "--group", help=_("Only groups with this id, or with this in their name"))


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
        issues, foreign = _chosen(desk, plant, tour, group)
        ready = _sign(desk, issues, file, variable)
        done = [0, 0]
        with progress(_("Tickets"), shown=not json) as bar:

            def tell(number: int, of: int) -> None:
                done[:] = [number, of]
                bar.tell(number, of)

            try:
                made = deliver(ready, to, formats, Tools(typeset=pdf, plain=plain), tell)
            except KeyboardInterrupt:
                out(
                    _("Stopped after {done} of {all} files. The same command goes on from there").format(
                        done=done[0], all=done[1]
                    )
                )
                raise typer.Exit(1) from None
    if json:
        put({"tickets": len(ready), "files": done[1], "made": made, "site_codes": foreign, "out": str(to)})
        return
    out(
        _("{tickets} tickets, {made} files written, {kept} were there already: {place}").format(
            tickets=len(ready), made=made, kept=done[1] - made, place=to
        )
    )
    if foreign:
        out(
            _("{count} visitors have a code of their registration site, which sends it out itself").format(
                count=foreign
            )
        )


def _chosen(desk: Desk, plant: str | None, tour: str | None, group: str | None) -> tuple[list[signing.Issue], int]:
    one = desk.plant(plant)
    plants = [one] if one is not None else desk.book.plants()
    roll = signing.Roll.of(desk.book.held(each.id for each in plants), plants)
    issues, foreign = signing.chosen(roll, tour=tour, group=group)
    if not issues:
        raise SettingsWrong(
            _("There is nobody to issue a ticket for. Import a list: checkin roster import FILE")
            if not foreign
            else _("Everybody chosen has a code of a registration site: there is no ticket to issue")
        )
    return issues, foreign


def _sign(desk: Desk, issues: Sequence[signing.Issue], file: Path | None, variable: str) -> list[signing.Issue]:
    """The issues signed by the key that signs now, and on the roster; gates have the key too."""
    keyring = Keyring(desk.folder / FOLDER)
    key = keyring.current()
    if key is None:
        raise SettingsWrong(_("There is no key to sign with. Make one: checkin keys new"))
    private = keyring.private(key.id, passphrase(file, variable))
    held = desk.book.held({one.plant.id for one in issues})
    known = {one.id: one for one in held["key"] if isinstance(one, SigningKey)} | {one.id: one for one in keyring.all()}
    ready = signing.signed(issues, private, known)
    publish(desk, keyring)
    desk.book.put([one.ticket for one, before in zip(ready, issues, strict=True) if one.ticket != before.ticket])
    return ready


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
    now = SystemClock().now()
    with booked(context, hub, db) as desk:
        issues = _selected(desk, codes, plant, tour, group)
        desk.book.put([Revocation(id=one.ticket.id, plant=one.plant.id, at=now, reason=reason[:200]) for one in issues])
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
        issues = _selected(desk, codes, plant, tour, group)
        fresh, gone = signing.reissued(issues, SystemClock().now())
        signed = _sign(desk, fresh, file, variable)
        # The revocations refuse the old codes; without their records nobody is found twice by name.
        desk.book.put(
            [*gone, *(one.ticket for one in signed)],
            [(one.plant.id, "ticket", one.ticket.id) for one in issues],
        )
    if json:
        for before, after in zip(issues, signed, strict=True):
            put({"old": before.short, "new": after.short, "code": after.ticket.code})
    else:
        for before, after in zip(issues, signed, strict=True):
            out(f"{before.short} → {after.short}")
        out(_("Tickets reissued: {count}. Write them out: checkin tickets issue --out DIR").format(count=len(signed)))


def _selected(
    desk: Desk, codes: Sequence[str] | None, plant: str | None, tour: str | None, group: str | None
) -> list[signing.Issue]:
    """The tickets that codes name, or else all those of a tour or group; never everything by an oversight."""
    if not codes and not (tour or group):
        raise SettingsWrong(_("Say which: codes, or --tour, or --group"))
    issues, _foreign = _chosen(desk, plant, tour, group)
    if not codes:
        return issues
    by_code: dict[str, signing.Issue] = {}
    for one in issues:
        by_code[code_key(one.ticket.code)] = one
        by_code[code_key(one.short)] = one
    found: dict[str, signing.Issue] = {}
    for code in codes:
        one_ = by_code.get(code_key(code)) or by_code.get(code_key(tidy_short(code) or ""))
        if one_ is None:
            raise SettingsWrong(_("No ticket of ours has the code {code}").format(code=code[:40]))
        found[one_.ticket.id] = one_
    return list(found.values())


def verify(
    context: typer.Context,
    ticket: str = typer.Argument(help=_("What the QR holds, or a short code")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    with booked(context, hub, db) as desk:
        said = explain(desk, ticket.strip())
    if json:
        put(said)
    else:
        for line in _lines(said):
            out(line)
    if not said["good"]:
        raise typer.Exit(1)


def explain(desk: Desk, text: str) -> dict[str, Any]:
    """Everything that is known of a ticket.  ``good`` says that nothing speaks against it but time and use."""
    plants = {one.id: one for one in desk.book.plants()}
    held = desk.book.held(plants)
    mine = Keyring(desk.folder / FOLDER).all()
    keys = {one.id: one for one in held["key"] if isinstance(one, SigningKey)} | {one.id: one for one in mine}
    short = tidy_short(text)
    tickets = [one for one in held["ticket"] if isinstance(one, Ticket)]
    listed = next((one for one in tickets if code_key(one.code) == code_key(text)), None) or next(
        (one for one in tickets if short and short in (one.short, one.code)), None
    )
    code = listed.code if listed is not None else text
    verdict = codec.verify(code, keys)
    said: dict[str, Any] = {"good": False, "signature": "none", "listed": listed is not None}
    signed = verdict if isinstance(verdict, codec.SignedTicket) else None
    key = keys.get(signed.kid) if signed is not None else None
    if isinstance(verdict, codec.Problem):
        said["signature"] = "none" if verdict is codec.Problem.NOT_OURS else verdict.value
        said["good"] = verdict is codec.Problem.NOT_OURS and listed is not None
    else:
        said |= {"signature": "good", "good": True}
    if signed is not None and key is not None:
        window = Ticket(id=signed.id, plant="", tour="", code="", valid_from=signed.valid_from)
        if listed is None and not may_have_signed(key, window):
            said |= {"good": False, "signature": "after_key_ended"}
        said |= {
            "key": key.id,
            "issuer": key.issuer,
            "key_revoked_at": _iso(key.revoked_at),
            "key_valid_until": _iso(key.valid_until),
            "party": signed.party,
            "short": signed.short,
            "valid_from": _iso(signed.valid_from),
            "valid_until": _iso(signed.valid_until),
            "flags": ",".join(sorted(signed.flags)),
        }
        said["good"] = said["good"] and key.revoked_at is None
    identity = listed.id if listed is not None else signed.id if signed is not None else ""
    plant = plants.get(listed.plant) if listed is not None else _plant_of(signed, plants)
    tours = [one for one in held["tour"] if isinstance(one, Tour)]
    tour = next((one for one in tours if _same_tour(one, listed, signed, plant)), None)
    if plant is not None:
        said["plant"] = plant.name
        said["time_zone"] = plant.tz
    if tour is not None:
        said |= {"tour": tour.title, "start": _iso(tour.start), "cancelled": tour.cancelled}
        said["good"] = said["good"] and not tour.cancelled
    if listed is not None and listed.visitor:
        people = [one for one in held["visitor"] if isinstance(one, Visitor)]
        said["visitor"] = next((one.name for one in people if one.id == listed.visitor), "")
    gone = next((one for one in held["revocation"] if isinstance(one, Revocation) and one.id == identity), None)
    if gone is not None:
        said |= {"revoked_at": _iso(gone.at), "reason": gone.reason, "good": False}
    return said


def _plant_of(signed: codec.SignedTicket | None, plants: dict[str, Plant]) -> Plant | None:
    return next((one for one in plants.values() if signed.for_plant(one.id)), None) if signed is not None else None


def _same_tour(tour: Tour, listed: Ticket | None, signed: codec.SignedTicket | None, plant: Plant | None) -> bool:
    if listed is not None:
        return (tour.plant, tour.id) == (listed.plant, listed.tour)
    return signed is not None and plant is not None and tour.plant == plant.id and signed.for_tour(tour.id)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")


def _lines(said: dict[str, Any]) -> list[str]:
    zone = ZoneInfo(said.get("time_zone", "UTC"))

    def at(text: str | None) -> str:
        return f"{datetime.fromisoformat(text).astimezone(zone):%d.%m.%Y %H:%M}" if text else ""

    signature = {
        "good": _("The signature holds"),
        "none": _("Not a signed ticket: a code of a registration site, or none at all"),
        "damaged": _("Damaged: a letter is missing or wrong"),
        "unknown_key": _("Signed by a key that is not known here"),
        "forged": _("The signature does not hold: the ticket is forged or damaged"),
        "after_key_ended": _("Signed by a key that had ended before this visit: not to be believed"),
    }[said["signature"]]
    lines = [_("In order") if said["good"] else _("NOT in order"), signature]
    for label, key in ((_("Issued by"), "issuer"), (_("Key"), "key"), (_("Plant"), "plant"), (_("Tour"), "tour")):
        if said.get(key):
            lines.append(f"{label}: {said[key]}")
    if said.get("start"):
        lines.append(f"{_('Start')}: {at(said['start'])}")
    if said.get("valid_from"):
        lines.append(_("Valid {start} to {end}").format(start=at(said["valid_from"]), end=at(said["valid_until"])))
    if said.get("visitor"):
        lines.append(f"{_('Visitor')}: {said['visitor']}")
    if said.get("party", 1) > 1:
        lines.append(_("For {count} people").format(count=said["party"]))
    if said.get("cancelled"):
        lines.append(_("The visit is cancelled"))
    if said.get("revoked_at"):
        lines.append(_("Revoked since {time}. {reason}").format(time=at(said["revoked_at"]), reason=said["reason"]))
    if said.get("key_revoked_at"):
        lines.append(_("Its key is revoked since {time}").format(time=at(said["key_revoked_at"])))
    if not said["listed"]:
        lines.append(_("Not on the roster here"))
    return lines
