"""Lists into this gate's roster, and the roster shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from checkin.commands.console import JSON, out, progress, put, table
from checkin.commands.opened import Opened, opened
from checkin.domain.visit import Plant, Tour, Visitor
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.organising.lists import changes
from checkin.rosters.mapping import FILE, Mapping, Remembered, said
from checkin.rosters.planning import Plan


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    roster = typer.Typer(help=_("Lists of visitors: take one in, show what is there"), no_args_is_help=True)
    roster.command("import", help=_("Takes a registration list (CSV, XLSX, XLS, ODS) into this gate's roster"))(
        import_list
    )
    roster.command("show", help=_("The visitors on the roster"))(show)
    app.add_typer(roster, name="roster")


PLANT = typer.Option(None, "--plant", help=_("The plant, for rows that do not name one"))
DRY_RUN = typer.Option(False, "--dry-run", help=_("Only say what it would change"))
CORRECTION = typer.Option(
    None, "--correction", help=_("Write the faulty rows with their reasons to this XLSX, to mend and import again")
)
REVOKE_MISSING = typer.Option(
    False, "--revoke-missing", help=_("Take away the tickets of those who are gone from the list")
)
MAPPING = typer.Option("", "--mapping", help=_("The name under which this kind of list is remembered"))
MAP = typer.Option(
    [], "--map", metavar="HEADING=COLUMN", help=_("What a heading stands for; #3=visitor for the third column")
)


def import_list(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The list")),
    plant: str = PLANT,
    dry_run: bool = DRY_RUN,
    correction: Path = CORRECTION,
    revoke_missing: bool = REVOKE_MISSING,
    mapping: str = MAPPING,
    corrections: list[str] = MAP,
    json: bool = JSON,
) -> None:
    from checkin.clock import SystemClock
    from checkin.rosters.taking import take_list
    from checkin.sync.engine import ROSTER_AT

    check_usage(file, correction)
    with opened(context) as profile:
        memory = Remembered(profile.profile.folder / FILE)
        with progress(_("Reading the list"), shown=not json) as bar:
            taken = take_list(
                profile.store,
                file,
                plant=plant,
                apply=not dry_run,
                revoke_missing=revoke_missing,
                said=said_of(memory, mapping, corrections),
                memory=memory,
                progress=bar.tell,
            )
        if not dry_run:
            with profile.store.write() as tx:
                tx.meta.put(ROSTER_AT, SystemClock().now().isoformat())
    finish(taken.plan, memory, mapping, correction, revoke=revoke_missing, dry_run=dry_run, json=json)


def check_usage(file: Path, correction: Path | None) -> None:
    """What can be told before anything is read or written, as the command line tells wrong options: exit code 2."""
    if correction is None:
        return
    if correction.suffix.lower() != ".xlsx":
        raise typer.BadParameter(_("Name the correction file with .xlsx at its end"))
    if correction.resolve() == file.resolve():
        raise typer.BadParameter(_("Name the correction file otherwise than the list itself"))


def said_of(memory: Remembered, mapping: str, corrections: list[str]) -> Mapping:
    """What is said of headings on the command line, over what the named mapping says."""
    try:
        spoken = said(corrections)
    except SettingsWrong as error:
        raise typer.BadParameter(str(error)) from error
    return spoken.over(memory.named(mapping) or Mapping()) if mapping else spoken


def finish(
    plan: Plan, memory: Remembered, mapping: str, correction: Path | None, *, revoke: bool, dry_run: bool, json: bool
) -> None:
    """What comes after a list was taken, at a gate and at a hub alike: remembered, corrected, reported."""
    from checkin.rosters.correction import write_correction

    if mapping and memory.named(mapping) is None:
        plan.result.notices.append(_("Nothing was remembered as “{name}” before this list.").format(name=mapping))
    if correction is not None:
        write_correction(plan.result, correction)
    if not dry_run:
        _remember(memory, plan, mapping, json=json)
    difference(plan, revoke=revoke, shown=dry_run and not json)
    if correction is not None and not json and plan.result.faulty:
        out(_("The rows to mend are in {file}").format(file=correction))
    if revoke and not json:
        out(_("Tickets of those who are gone: {count}").format(count=len(plan.removed_tickets)))
    report(plan, dry_run=dry_run, json=json)


def _remember(memory: Remembered, plan: Plan, name: str, *, json: bool) -> None:
    from checkin.rosters.taking import keep_mapping

    if not plan.result.rows:
        return  # columns under which nothing could be taken are not worth remembering
    for kept in keep_mapping(memory, plan, name):
        if not json:
            out(_("These headings are remembered as “{name}”").format(name=kept))


SHOWN = 40


def difference(plan: Plan, *, revoke: bool, shown: bool) -> None:
    """What would change, a line each: who comes, who changes and how, who is gone."""
    if not shown:
        return
    lines = [f"+ {_place(one.row.sheet, one.row.row)}{one.visitor.name}" for one in plan.added]
    lines += [f"~ {_place(one.row.sheet, one.row.row)}{one.visitor.name}: {changes(one)}" for one in plan.changed]
    lines += [f"− {one.name}" + (_(" (ticket revoked)") if revoke else "") for one in plan.removed]
    for line in lines[:SHOWN]:
        out(line)
    if len(lines) > SHOWN:
        out(_("… and {count} more").format(count=len(lines) - SHOWN))


def _place(sheet: str, row: int) -> str:
    return f"{sheet}:{row} " if sheet else f"{row} "


def report(plan: Plan, *, dry_run: bool, json: bool) -> None:
    """What a list brought; exit code 1 when it brought nothing but faults."""
    counts = plan.counts()
    if json:
        put(counts)
    else:
        for fault in plan.result.faults:
            where = _("row {row}, column “{column}”").format(row=fault.row, column=fault.column)
            if fault.sheet:
                where = _("sheet “{sheet}”, {where}").format(sheet=fault.sheet, where=where)
            out(f"{plan.result.file}: {where}: {fault.reason}")
        for notice in plan.result.notices:
            out(notice)
        words = _("{rows} rows: {taken} new, {changed} changed, {unchanged} unchanged, {removed} gone from the list, ")
        out(words.format(**counts | {"faults": 0}) + _("{faults} with faults").format(faults=len(counts["faults"])))
        if dry_run:
            out(_("Nothing was written: this was a dry run"))
    if plan.result.faults and not plan.result.rows:
        raise typer.Exit(1)


def show(
    context: typer.Context,
    plant: str = typer.Option(None, "--plant", help=_("Only this plant")),
    json: bool = JSON,
) -> None:
    with opened(context) as profile:
        lines = _visitors(profile, plant)
        if json:
            for line in lines:
                put(line)
            return
        table(
            [_("Plant"), _("Date"), _("Start"), _("Tour"), _("Group"), _("Visitor"), _("Flags"), _("Code")],
            [
                (
                    line["plant"],
                    line["date"],
                    line["start"],
                    line["tour"],
                    line["group"],
                    line["visitor"],
                    line["flags"],
                    line["code"],
                )
                for line in lines
            ],
            _("The roster is empty. Import a list: checkin roster import FILE"),
        )


def _visitors(profile: Opened, called: str | None) -> Iterator[dict[str, Any]]:
    """A line for each visitor with the columns of a plain list (DESIGN 9), ready to be imported again."""
    plants = [profile.plant(called)] if called else profile.plants()
    with profile.store.read() as tx:
        for plant in plants:
            tours = {tour.id: tour for tour in tx.roster.tours(plant.id)}
            groups = {group.id: group for group in tx.roster.groups(plant.id)}
            codes = {ticket.visitor: ticket.code for ticket in tx.roster.tickets(plant.id) if ticket.visitor}
            for visitor in tx.roster.visitors(plant.id):
                group = groups.get(visitor.group or "")
                yield {
                    **_when(plant, tours.get(visitor.tour)),
                    "group": group.name if group is not None else "",
                    "leader": group.leader if group is not None else "",
                    **_who(visitor),
                    "code": codes.get(visitor.id, ""),
                }


def _when(plant: Plant, tour: Tour | None) -> dict[str, Any]:
    if tour is None:
        return {"plant": plant.name, "tour": "", "format": "", "date": "", "start": "", "end": ""}
    zone = ZoneInfo(plant.tz)
    start, end = tour.start.astimezone(zone), tour.end.astimezone(zone)
    return {
        "plant": plant.name,
        "tour": tour.title,
        "format": tour.format.value,
        "date": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
    }


def _who(visitor: Visitor) -> dict[str, Any]:
    return {
        "visitor": visitor.name,
        "birth_year": visitor.birth_year,
        "language": visitor.language,
        "flags": ",".join(sorted(visitor.flags)),
    }
