"""A checked list as tables: who is new, who changes and how, who is gone, what is wrong; and its sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from checkin.domain.visit import Plant, Tour
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.organising.lists import changes
from checkin.rosters.looking import SheetLook
from checkin.rosters.planning import Entry, Plan
from checkin.rosters.result import Fault
from ui.find.presenter import flag_words
from ui.organiser import words
from ui.organiser.lists.state import Choices, Kind
from ui.organiser.table import Table

REASONS_SHOWN = 40


def defaults(tour: Tour, plant: Plant) -> dict[str, str]:
    """A tour as the cells that name it."""
    zone = ZoneInfo(plant.tz)
    start, end = tour.start.astimezone(zone), tour.end.astimezone(zone)
    return {"tour": tour.title, "date": f"{start:%Y-%m-%d}", "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}


def tables(plan: Plan, plants: Mapping[str, Plant]) -> dict[Kind, Table]:
    """Everything about a checked list."""
    result = plan.result
    tours = result.tours
    groups = {one.id: one.name for one in result.groups.values()}
    row, name = _("Row"), _("Name")

    def place(one: Entry) -> str:
        return f"{one.row.sheet}: {one.row.row}" if one.row.sheet else str(one.row.row)

    def tour(identity: str) -> str:
        found = tours.get(identity)
        if found is None or found.plant not in plants:
            return ""
        return f"{words.moment(found.start, plants[found.plant])} · {found.title}"

    def person(one: Entry) -> tuple[str, ...]:
        who = one.visitor
        flags = ", ".join(flag_words(who.flags))
        return place(one), who.name, str(who.birth_year or ""), groups.get(who.group or "", ""), tour(who.tour), flags

    titles = dict(words.columns())  # a fault in a column that the file has not got has our name of it
    people = (row, name, _("Born"), _("Group"), _("Tour"), _("Marks"))
    return {
        Kind.ADDED: Table(people, [person(one) for one in plan.added], 4),
        Kind.CHANGED: Table(
            (row, name, _("What changes")), [(place(one), one.visitor.name, changes(one)) for one in plan.changed], 2
        ),
        Kind.GONE: Table((name, _("Tour")), [(one.name, tour(one.tour)) for one in plan.removed], 1),
        Kind.UNCHANGED: Table(people, [person(one) for one in plan.unchanged], 4),
        Kind.FAULTS: Table(
            (_("Sheet"), row, _("Column"), _("What is wrong")),
            [(one.sheet, str(one.row), titles.get(one.column, one.column), _reason(one)) for one in result.faults],
            3,
        ),
        Kind.NOTICES: Table((_("To be looked at"),), [(text,) for text in result.notices]),
    }


def _reason(fault: Fault) -> str:
    if fault.column == "plant" and fault.reason == _("The plant is missing."):
        return fault.reason + " " + _("Go back and choose it above the columns")
    return fault.reason


def kind_name(kind: Kind) -> str:
    """The words of a tab."""
    return {
        Kind.ADDED: _("New"),
        Kind.CHANGED: _("Changed"),
        Kind.GONE: _("Gone"),
        Kind.UNCHANGED: _("Unchanged"),
        Kind.FAULTS: _("Faults"),
        Kind.NOTICES: _("Notices"),
    }[kind]


def empty(kind: Kind) -> str:
    """What a tab says when there is nothing under it."""
    return {
        Kind.ADDED: _("Nobody is new in this list"),
        Kind.CHANGED: _("Nothing has changed about anybody"),
        Kind.GONE: _("Everybody whose ticket is good is on this list"),
        Kind.UNCHANGED: _("Nobody of this list was on the roster before"),
        Kind.FAULTS: _("Every row can be taken"),
        Kind.NOTICES: _("Nothing to be looked at"),
    }[kind]


def reasons(faults: Table) -> Choices:
    """The kinds of faults, the most frequent first."""
    count = Counter(row[-1] for row in faults.rows)
    every = ("", _("All faults: {count}").format(count=len(faults.rows)))
    return (every, *((reason, f"{reason} ({number})") for reason, number in count.most_common(REASONS_SHOWN)))


def summary(counts: Mapping[str, Any], *, done: bool, revoked: int) -> str:
    """What a list brings, or brought."""
    rows = ngettext("{count} row", "{count} rows", counts["rows"]).format(count=counts["rows"])
    words_ = _("{taken} new, {changed} changed, {unchanged} unchanged, {removed} gone, {faults} with faults").format(
        **{**counts, "faults": len(counts["faults"])}
    )
    text = _("Taken") if done else _("Nothing has been written yet")
    gone = "" if not (done and revoked) else " " + _("Tickets taken away: {count}.").format(count=revoked)
    return f"{text}. {rows}: {words_}.{gone}"


def sheet_name(sheet: SheetLook) -> str:
    """A sheet in the choice of sheets."""
    name = sheet.name or _("the file")
    if sheet.hidden:
        return _("{sheet}: hidden, not read").format(sheet=name)
    return name if sheet.read else _("{sheet}: not read").format(sheet=name)


def sheet_says(sheet: SheetLook | None) -> str:
    """Where the headings of a sheet were found."""
    if sheet is None:
        return _("There is nothing in this file")
    if sheet.hidden and not sheet.read:
        return _("A hidden sheet is not read. Show it in the spreadsheet program if it holds people")
    if sheet.heading_row is None:
        return _("No column with names was found. Say below which column it is")
    if sheet.heading_row == 0:
        return _("The list has no headings: columns are guessed by what stands in them")
    return _("Headings are in row {row}").format(row=sheet.heading_row)
