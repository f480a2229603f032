"""The evacuation on paper: the sheet that a warden carries, and the report when it is over.

Totals come first; nobody is ticked on a sheet unless a muster is on and somebody has marked them.  A drill says that it
is one on every page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from checkin.desk.musters import MusterList, Person, Section
from checkin.domain.muster import Mark
from checkin.domain.visit import Flag
from checkin.errors import DiskFull, SettingsWrong
from checkin.i18n import gettext as _
from checkin.reports.typesetting import breakable, pages, pdf
from checkin.reports.wording import Wording
from checkin.wholefile import replace

NEWEST, BEFORE = "evacuation.pdf", "evacuation-before.pdf"


def muster_sheet(listed: MusterList, language: str = "ru") -> bytes:
    """The list as PDF on A4; raises ``TypesettingFailed``."""
    return pdf("muster.typ", sheet_data(listed, language))


def muster_pictures(listed: MusterList, language: str = "ru", *, ppi: float = 96) -> list[bytes]:
    """The sheet's pages as PNG, for a look before printing."""
    return pages("muster.typ", sheet_data(listed, language), ppi=ppi)


def write_sheet(listed: MusterList, folder: Path, language: str = "ru") -> Path:
    """Renews the sheet in a folder, whole or not at all, and keeps the one before; returns the new one's path.

    Raises ``TypesettingFailed``, ``DiskFull``, or ``SettingsWrong`` for a folder that takes no file.
    """
    return save_sheet(muster_sheet(listed, language), folder)


def save_sheet(sheet: bytes, folder: Path) -> Path:
    """Puts a typeset sheet in the place of the newest."""
    newest, before = folder / NEWEST, folder / BEFORE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if newest.exists():
            replace(before, newest.read_bytes())  # a copy: the newest is never absent
        replace(newest, sheet)
    except OSError as error:
        if error.errno == 28:
            raise DiskFull(_("The disk is full: the evacuation list was not renewed")) from error
        raise SettingsWrong(
            _("The evacuation list cannot be written to {folder}: {why}").format(
                folder=folder, why=error.strerror or error
            )
        ) from error
    return newest


# --- what the template gets ---------------------------------------------------------------------------


def sheet_data(listed: MusterList, language: str) -> dict[str, Any]:
    """Everything on the sheet as texts."""
    say = Wording(language, listed.plant.tz)
    _ = say.gettext
    on = listed.muster is not None and listed.muster.on
    drill = on and listed.muster is not None and listed.muster.drill
    people = [person for section in listed.sections for person in section.people]
    totals = [(_("inside"), listed.inside, not on)]
    if on:
        totals = [(_("to be found"), listed.inside, False), (_("found"), listed.found, False)]
        totals.append((_("NOT FOUND YET"), listed.missing, True))
    totals += [(_("children"), listed.minors, False), (_("need help to move"), listed.mobility, False)]
    title = _("DRILL: evacuation list") if drill else _("ALARM: evacuation list") if on else _("Who is inside")
    needy = [person for person in people if person.mobility and not (on and person.safe)]
    return {
        "language": say.language,
        "page": _("page {page} of {pages}"),
        "title": title,
        "real": on and not drill,
        "drill": drill,
        "plant": breakable(listed.plant.name),
        "printed": _("printed {time}").format(time=say.moment(listed.at)),
        "age": data_age(say, listed.at, listed.data_at),
        "totals": [{"label": label, "heads": str(heads), "strong": strong} for label, heads, strong in totals],
        "languages": _languages(say, listed.languages),
        "help_title": _("Need help to move"),
        "help_mark": _("HELP"),
        "help": [breakable(_name(say, person)) for person in needy],
        "nobody": _("Nobody is inside"),
        "columns": [
            "",
            "№",
            _("name"),
            _("age"),
            _("language"),
            _("came in, last gate"),
            _("mark"),
        ],
        "sections": [_section(say, section, on, listed.at) for section in listed.sections],
        "strangers_title": _("Not on the list, but at the meeting point"),
        "strangers": [
            {
                "name": breakable(event.private.name if event.private is not None else ""),
                "at": say.clock(event.at),
                "note": breakable(event.private.note if event.private is not None else ""),
            }
            for event in (listed.muster.not_listed if on and listed.muster is not None else ())
        ],
        "warden": _("Kept by:"),
        "time": _("Counted at:"),
    }


def data_age(say: Wording, at: datetime, data_at: datetime | None) -> str:
    """How old the newest thing is that the list knows of."""
    _ = say.gettext
    if data_at is None:
        return _("nothing is recorded yet")
    minutes = max(0, int((at - data_at).total_seconds() // 60))
    if minutes >= 60:
        return _("newest record {time}").format(time=say.moment(data_at))
    ago = say.ngettext("{count} min ago", "{count} min ago", minutes).format(count=minutes)
    return _("newest record {time}, {ago}").format(time=say.clock(data_at), ago=ago)


def _languages(say: Wording, spoken: dict[str, int]) -> str:
    parts = [f"{say.language_name(code)} {heads}" for code, heads in spoken.items()]
    return say.gettext("Languages: {list}").format(list=", ".join(parts)) if parts else ""


def _section(say: Wording, section: Section, on: bool, now: datetime) -> dict[str, Any]:
    _ = say.gettext
    tour = section.tour
    groups = groupby(sorted(section.people, key=lambda one: one.group.casefold()), key=lambda one: one.group)
    several = len({person.group for person in section.people}) > 1
    numbers = iter(range(1, len(section.people) + 1))
    return {
        "title": breakable(f"{say.near(tour.start, now)} {tour.title}" if tour is not None else _("On no known tour")),
        "heads": say.people(section.heads),
        "guide": breakable(_("Guide: {name}").format(name=tour.guide) if tour is not None and tour.guide else ""),
        "phone": tour.guide_phone if tour is not None else "",
        "groups": [_group(say, name, list(people), numbers, several, on, now) for name, people in groups],
    }


def _group(
    say: Wording, name: str, people: list[Person], numbers: Iterator[int], several: bool, on: bool, now: datetime
) -> dict[str, Any]:
    named = any(person.name != name for person in people)
    heads = sum(person.heads for person in people)
    shown = name or say.gettext("Without a group")
    return {
        "name": breakable(shown) if several or (name and named) else "",
        "heads": say.people(heads),
        "rows": [_row(say, person, next(numbers), on, now) for person in people],
    }


def _row(say: Wording, person: Person, number: int, on: bool, now: datetime) -> dict[str, Any]:
    _ = say.gettext
    entered = say.near(person.entered_at, now) if person.entered_at is not None else ""
    mark, urgent = mark_words(say, person, now) if on else ("", False)
    return {
        "found": on and person.safe,
        "number": str(number),
        "name": breakable(_name(say, person)),
        "help": person.mobility,
        "note": breakable(person.note) if on else "",
        "minor": person.band is Flag.MINOR,
        "band": band_word(say, person.band),
        "language": say.language_name(person.language) if person.language else "—",
        "foreign": person.language not in ("", "ru"),
        "entered": breakable(" · ".join(part for part in (entered, person.gate) if part)),
        "mark": mark,
        "urgent": urgent,
    }


def _name(say: Wording, person: Person) -> str:
    """The name, or how many they are."""
    if person.heads > 1:
        return f"{person.name}: {say.people(person.heads)}" if person.name else say.people(person.heads)
    return person.name or say.people(1)


def band_word(say: Wording, band: Flag | None) -> str:
    match band:
        case Flag.MINOR:
            return say.gettext("child")
        case Flag.ADULT:
            return say.gettext("adult")
        case _:
            return "—"


def mark_words(say: Wording, person: Person, now: datetime) -> tuple[str, bool]:
    """What the last mark says and when, and whether somebody has to act on it."""
    _ = say.gettext
    at = say.near(person.marked_at, now) if person.marked_at is not None else ""
    match person.mark:
        case Mark.FOUND | Mark.PRESENT:
            return at, False
        case Mark.ELSEWHERE:
            return _("safe elsewhere {time}").format(time=at), False
        case Mark.NOT_FOUND:
            return _("not found {time}").format(time=at), True
        case _:
            return (_("NO MARK"), True) if person.overdue else ("", False)
