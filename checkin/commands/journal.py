"""What a gate can be asked about its own record: conflicts, the outbox, whether the journal is whole."""

from __future__ import annotations

import typer

from checkin.commands.console import JSON, out, put, table
from checkin.commands.opened import opened
from checkin.desk.conflicts import conflicts
from checkin.i18n import gettext as _
from checkin.sync.engine import rejection_words


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("conflicts", help=_("Tickets that two gates admitted without knowing of each other"))(show_conflicts)
    app.command("outbox", help=_("What waits for the hub, and what the hub would not take"))(show_outbox)
    journal = typer.Typer(help=_("The gate's journal"), no_args_is_help=True)
    journal.command("verify", help=_("Whether the chain is whole; says where it breaks and ends with 1"))(verify)
    app.add_typer(journal, name="journal")


def show_conflicts(context: typer.Context, json: bool = JSON) -> None:
    with opened(context) as profile, profile.store.read() as tx:
        found = conflicts(tx, None)
    if json:
        for one in found:
            put(
                {
                    "ticket": (one.ticket.short or one.ticket.code) if one.ticket is not None else None,
                    "visitor": one.visitor or None,
                    "tour": one.tour.title if one.tour is not None else None,
                    "events": [
                        {"event_id": entry.id, "gate": entry.gate, "at": entry.at.isoformat()} for entry in one.entries
                    ],
                    "resolved": False,
                }
            )
        return
    table(
        [_("Visitor"), _("Tour"), _("Entries")],
        [
            (
                one.visitor,
                one.tour.title if one.tour is not None else "",
                ", ".join(f"{entry.at:%Y-%m-%d %H:%M}Z {entry.gate}" for entry in one.entries),
            )
            for one in found
        ],
        _("No ticket was admitted twice"),
    )


def show_outbox(context: typer.Context, json: bool = JSON) -> None:
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


def verify(context: typer.Context, json: bool = JSON) -> None:
    with opened(context) as profile, profile.store.read() as tx:
        device = tx.meta.device()
        broken = tx.journal.first_break(device.id, device.public_hex)
        length = tx.journal.count(device.id)
    if broken is None:
        if json:
            put({"intact": True, "length": length})
        else:
            out(_("The journal is whole: {length} events").format(length=length))
        return
    if json:
        put({"intact": False, "length": length, "breaks_at": broken.seq, "fault": broken.fault.value})
    else:
        out(_("The journal breaks at event {seq}: {fault}").format(seq=broken.seq, fault=broken.fault.value))
    raise typer.Exit(1)
