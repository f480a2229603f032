"""What a gate can be asked about its own record: conflicts, the outbox, whether the journal is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from checkin.commands.console import (
    JSON,
    entries_text,
    out,
    profile_of,
    put,
    refusals,
    say,
    settings_of,
    speakable,
    table,
)
from checkin.commands.opened import COMMAND_LINE, opened
from checkin.desk.conflicts import Conflict, conflicts, resolve
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.store.keys import find_key
from checkin.store.verifying import (
    COPY_DIFFERS,
    FOREIGN,
    GONE,
    OTHERS,
    SHORT,
    UNREADABLE,
    Checked,
    verify_file,
    verify_store,
)
from checkin.sync.rejections import rejection_words


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    double = typer.Typer(help=_("Tickets that two gates admitted without knowing of each other"))
    double.callback(invoke_without_command=True)(show_conflicts)
    double.command("resolve", help=_("Marks a double entry as dealt with"))(resolve_conflict)
    app.add_typer(double, name="conflicts")
    outbox = typer.Typer(help=_("What waits for the hub, and what the hub would not take"))
    outbox.callback(invoke_without_command=True)(show_outbox)
    outbox.command("retry", help=_("Sends a rejected event to the hub again"))(retry)
    app.add_typer(outbox, name="outbox")
    journal = typer.Typer(help=_("The gate's journal"), no_args_is_help=True)
    journal.command("verify", help=_("Whether the chain is whole; says where it breaks and ends with 1"))(verify)
    app.add_typer(journal, name="journal")


def show_conflicts(context: typer.Context, json: bool = JSON) -> None:
    if context.invoked_subcommand is not None:
        return
    with opened(context) as profile, profile.store.read() as tx:
        found = conflicts(tx, None)
        zones = {one.id: one.tz for one in tx.roster.plants()}
    if json:
        for one in found:
            put(_conflict_fields(one))
        return
    table(
        [_("Visitor"), _("Tour"), _("Entries"), _("Resolved")],
        [
            (
                one.visitor,
                one.tour.title if one.tour is not None else "",
                entries_text(
                    zip((entry.at for entry in one.entries), one.gates, strict=True), zones.get(one.plant, "UTC")
                ),
                _("yes") if one.resolved else _("no"),
            )
            for one in found
        ],
        _("No ticket was admitted twice"),
    )


def resolve_conflict(
    context: typer.Context,
    event: str = typer.Argument(help=_("The id of one of its entries, from “checkin conflicts --json”")),
    note: str = typer.Option("", "--note", help=_("What was found out")),
    json: bool = JSON,
) -> None:
    with opened(context) as profile:
        desk = profile.desk()
        with profile.store.write() as tx:
            found = next((one for one in conflicts(tx, None) if event in {entry.id for entry in one.entries}), None)
            if found is None:
                raise SettingsWrong(_("No double entry has this id"))
            if not found.resolved:
                resolve(desk, tx, found, COMMAND_LINE, speakable(note))
    if json:
        put(_conflict_fields(replace(found, resolved=True)))
    else:
        out(_("Marked as dealt with: hubs and other gates hear of it at the next sync"))


def _conflict_fields(one: Conflict) -> dict[str, Any]:
    last = one.entries[-1]
    ticket = (one.ticket.short or one.ticket.code) if one.ticket is not None else last.code
    return {
        "ticket": ticket or last.ticket or last.subject,
        "visitor": one.visitor or None,
        "tour": one.tour.title if one.tour is not None else None,
        "events": [
            {"event_id": entry.id, "gate": gate, "at": entry.at.isoformat()}
            for entry, gate in zip(one.entries, one.gates, strict=True)
        ],
        "resolved": one.resolved,
    }


def show_outbox(context: typer.Context, json: bool = JSON) -> None:
    if context.invoked_subcommand is not None:
        return
    with opened(context) as profile, profile.store.read() as tx:
        waiting = tx.outbox.lines_waiting()
        rejected = tx.outbox.rejections()
    rows = [(line, "waiting", "") for line in waiting]
    rows += [(one.line, "rejected", one.reason) for one in rejected]
    if json:
        for line, state, reason in rows:
            put(
                {
                    "event_id": line.event.id,
                    "seq": line.seq,
                    "at": line.event.at.isoformat(),
                    "kind": line.event.kind.value,
                    "state": state,
                    "reason": reason or None,
                    "what_to_do": rejection_words(reason) if reason else None,
                }
            )
        return
    table(
        [_("Number"), _("Event"), _("State"), _("What to do")],
        [
            (
                line.seq,
                line.event.kind.value,
                _("waits for the hub") if state == "waiting" else _("not taken"),
                rejection_words(reason) if reason else "",
            )
            for line, state, reason in rows
        ],
        _("Nothing waits: the hub has everything"),
    )


def retry(
    context: typer.Context,
    event_id: str = typer.Argument(help=_("The event's id, as “checkin outbox” shows it")),
    json: bool = JSON,
) -> None:
    with opened(context) as profile, profile.store.write() as tx:
        if event_id not in {one.line.event.id for one in tx.outbox.rejections()}:
            raise SettingsWrong(_("No rejected event has this id"))
        tx.outbox.retry(event_id)
    if json:
        put({"event_id": event_id, "state": "waiting"})
    else:
        out(_("The event goes to the hub with the next sync"))


def verify(
    context: typer.Context,
    file: Path = typer.Argument(
        None, help=_("A copied store or journal.log instead of the profile's own; the profile's key opens it")
    ),
    json: bool = JSON,
) -> None:
    with refusals(json):
        checked = _verified(context, file)
    if checked.breaks_at is None:
        if json:
            more = ({"torn": True} if checked.torn else {}) | ({"copy": checked.copy} if checked.copy else {})
            put({"intact": True, "length": checked.length, **more})
        else:
            out(_("The journal is whole: {length} events").format(length=checked.length))
            if checked.torn:
                say(
                    _("The power went while the last line was written. The next start writes it again: nothing is lost")
                )
            if checked.copy:
                say(_copy_words(checked.copy))
        return
    if json:
        put({"intact": False, "length": checked.length, "breaks_at": checked.breaks_at, "fault": checked.fault})
    elif checked.fault == UNREADABLE and not checked.length:
        out(_("The file cannot be read: it is damaged, or it is no store or journal.log of this profile"))
    else:
        out(_("The journal breaks at event {seq}: {fault}").format(seq=checked.breaks_at, fault=_fault(checked.fault)))
    raise typer.Exit(1)


def _copy_words(trouble: str) -> str:
    """What is wrong with the copy beside a whole journal, and what to do."""
    again = _("The next start writes it again. Whoever does not know why calls security")
    return {
        GONE: _("But its second copy, journal.log, is not there, or is another gate's."),
        FOREIGN: _("But its second copy, journal.log, was changed or damaged."),
        SHORT: _("But its second copy, journal.log, lacks events."),
    }[trouble] + f" {again}"


def _fault(fault: str) -> str:
    """What is wrong with a line, in a person's words."""
    return {
        "changed": _("its record was changed afterwards"),
        "gap": _("an event before it is missing"),
        "fork": _("it does not follow the event before it"),
        "private": _("its name or note was changed afterwards"),
        "signature": _("this gate did not sign it"),
        UNREADABLE: _("it cannot be read"),
        FOREIGN: _("here stands what this program did not write, or it was changed afterwards"),
        SHORT: _("the file ends before it, and the gate's journal goes on. An older copy ends so too"),
        OTHERS: _("it came from another gate, and was changed here"),
        COPY_DIFFERS: _("the data and their second copy tell it differently"),
    }.get(fault, fault)


def _verified(context: typer.Context, file: Path | None) -> Checked:
    place = profile_of(context)
    if file is None and not place.store_file.exists():
        with opened(context) as profile:
            return verify_store(profile.store)
    file = file or place.store_file  # looked at before an opening mends what can be mended
    key = find_key(place, settings_of(place).key_place)
    if key is None:
        raise SettingsWrong(_("The profile has no key"))
    return verify_file(file, key, place.store_file)
