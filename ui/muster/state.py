"""What the alarm shows.  No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from checkin.desk.musters import MusterList, Person, Section
from checkin.domain.muster import SAFE, Mark
from checkin.domain.visit import Flag
from checkin.i18n import gettext as _
from checkin.i18n import local_time, ngettext


class Mode(StrEnum):
    """Whether somebody is looked for."""

    NONE = "none"
    DRILL = "drill"
    REAL = "real"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class MusterRow:
    """A tour's heading (``subject`` empty), or a person, or a party without names."""

    subject: str
    title: str
    detail: str
    badge: str = ""
    mark: Mark | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MusterState:
    """``asking`` is what stands in the strip at the bottom: alarm, clear, or nothing."""

    mode: Mode
    headline: str
    since: str
    facts: str
    inside: int
    found: int
    missing: int
    rows: tuple[MusterRow, ...]
    only_missing: bool
    asking: str
    says: str
    trouble: str
    empty: str
    stranger: bool
    corner: str


def rows_of(listed: MusterList, marks: Mapping[str, Mark], *, only_missing: bool) -> tuple[MusterRow, ...]:
    """The list by tours; ``marks`` are newer than the list.  When nobody is looked for, there are no marks."""
    rows: list[MusterRow] = []
    on = listed.muster is not None and listed.muster.on
    for section in listed.sections:
        newest = {one.subject: marks.get(one.subject, one.mark) if on else None for one in section.people}
        people = [
            row
            for person in section.people
            for row in (_person_row(person, newest[person.subject], listed.plant.tz),)
            if not on or not only_missing or row.mark not in SAFE
        ]
        if people:
            missing = sum(one.heads for one in section.people if newest[one.subject] not in SAFE)
            badge = _badge(missing if on else None, section.heads)
            rows += [_heading(section, badge, listed.plant.tz), *people]
    if on and listed.muster is not None and listed.muster.not_listed:
        strangers = listed.muster.not_listed
        rows.append(MusterRow("", _("Not on the list, but here"), "", str(len(strangers))))
        for event in strangers:
            name = event.private.name if event.private is not None else ""
            note = event.private.note if event.private is not None else ""
            at = local_time(event.at, listed.plant.tz)
            rows.append(
                MusterRow(f"?{event.id}", name, " · ".join(part for part in (note, at) if part), "", Mark.FOUND)
            )
    return tuple(rows)


def _badge(missing: int | None, heads: int) -> str:
    """What the figure beside a tour counts; ``missing`` is None when nobody is looked for."""
    if missing is None:
        return _("inside: {count}").format(count=heads)
    if missing:
        return _("missing {count} of {heads}").format(count=missing, heads=heads)
    return _("all found: {heads}").format(heads=heads)


def _heading(section: Section, badge: str, tz: str) -> MusterRow:
    tour = section.tour
    if tour is None:
        return MusterRow("", _("Of no tour"), "", badge)
    parts = [local_time(tour.start, tz)]
    if tour.guide:
        parts.append(_("guide: {name}").format(name=tour.guide))
    if tour.guide_phone:
        parts.append(f"☎ {tour.guide_phone}")
    return MusterRow("", tour.title, " · ".join(parts), badge)


def _person_row(person: Person, mark: Mark | None, tz: str) -> MusterRow:
    parts = []
    if person.band is Flag.MINOR:
        parts.append(_("child"))
    elif person.band is Flag.ADULT:
        parts.append(_("adult"))
    if person.mobility:
        parts.append(_("♿ needs help to move"))
    if person.language not in ("", "ru"):
        parts.append(person.language.upper())
    if person.entered_at is not None:
        parts.append(_("came in {time}").format(time=local_time(person.entered_at, tz)))
    parts += [part for part in (person.gate, person.group, person.note) if part]
    name = person.name or _("No name")
    if person.heads > 1:
        people = ngettext("{count} person", "{count} people", person.heads).format(count=person.heads)
        name = f"{name}: {people}"
    overdue = person.overdue and mark not in SAFE
    return MusterRow(person.subject, name, " · ".join(parts), "", mark, overdue)
