"""The report when a muster is over: its times, who was found when and by whom, who was not, and who was on no list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from checkin.desk.musters import MusterList, Person
from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.muster import SAFE, Mark, course, muster
from checkin.errors import SettingsWrong
from checkin.reports.muster import band_word
from checkin.reports.typesetting import breakable, pdf
from checkin.reports.wording import Wording

NOBODY: Mapping[str, str] = {}


def muster_report(
    listed: MusterList,
    events: Iterable[AttendanceEvent],
    language: str = "ru",
    names: Mapping[str, str] = NOBODY,
) -> bytes:
    """The report of the last muster as PDF.  ``events`` are the plant's (what is not of the muster is left out).

    ``names`` are of subjects who are not on the list any more.  Raises ``SettingsWrong`` when there was no muster, and
    ``TypesettingFailed``.
    """
    return pdf("report.typ", report_data(listed, events, language, names))


def report_data(
    listed: MusterList, events: Iterable[AttendanceEvent], language: str, names: Mapping[str, str]
) -> dict[str, Any]:
    """Everything in the report as texts."""
    ordered = [event for event in events if event.plant == listed.plant.id]
    say = Wording(language, listed.plant.tz)
    _ = say.gettext
    held = muster(ordered) or listed.muster
    if held is None:
        raise SettingsWrong(_("There was no alarm yet: there is nothing to report"))
    people = {person.subject: (person, section.tour) for section in listed.sections for person in section.people}
    end = held.ended_at or listed.at
    during = course(ordered, held)
    marks = [event for event in during if event.kind is Kind.MARK and event.reason != Mark.PRESENT]
    exits = [event for event in during if event.kind is Kind.EXIT]

    def name(event: AttendanceEvent) -> str:
        if event.private is not None and event.private.name:
            return breakable(event.private.name)
        if event.subject in people:
            person = people[event.subject][0]
            return breakable(person.name or say.people(person.heads))
        return breakable(names.get(event.subject or "", "") or _("no name kept"))

    def by(event: AttendanceEvent) -> str:
        return breakable(", ".join(part for part in (event.gate, event.operator) if part))

    missing = [(person, tour) for person, tour in people.values() if not person.safe]
    safe_at = [event.at for event in marks if event.reason in SAFE]
    facts = [
        (_("Alarm"), _("drill") if held.drill else _("real")),
        (_("Raised"), f"{say.moment(held.started_at)}:{held.started_at:%S} · {by(held.alarm)}"),
        (_("All clear"), f"{say.moment(end)}:{end:%S}" if held.ended_at is not None else _("not yet")),
        (_("Lasted"), span(say, end - held.started_at)),
        (_("To be found"), say.people(listed.inside)),
        (_("Found"), say.people(listed.found)),
        (_("Not found"), say.people(listed.missing)),
        (_("Last person found after"), span(say, max(safe_at) - held.started_at) if safe_at else "—"),
        (_("Not on the list"), say.people(len(held.not_listed))),
    ]
    return {
        "language": say.language,
        "page": _("page {page} of {pages}"),
        "title": _("Report: evacuation drill") if held.drill else _("Report: evacuation"),
        "plant": breakable(listed.plant.name),
        "printed": _("printed {time}").format(time=say.moment(listed.at)),
        "facts": facts,
        "parts": [
            {
                "title": _("Not found"),
                "widths": [0, 18, 60, 38],
                "head": [_("name"), _("age"), _("tour"), _("came in, last gate")],
                "rows": [_missing(say, person, tour.title if tour else "", listed.at) for person, tour in missing],
                "empty": _("Everybody was found."),
            },
            {
                "title": _("Not on the list, but at the meeting point"),
                "widths": [0, 22, 40, 50],
                "head": [_("name"), _("time"), _("noted by"), _("remark")],
                "rows": [[name(event), seconds(say, event.at), by(event), _note(event)] for event in held.not_listed],
                "empty": _("Nobody."),
            },
            {
                "title": _("Went out by a gate during the alarm"),
                "widths": [0, 22, 40],
                "head": [_("name"), _("time"), _("gate")],
                "rows": [[name(event), seconds(say, event.at), by(event)] for event in exits],
                "empty": _("Nobody."),
            },
            {
                "title": _("Every mark, in order"),
                "widths": [18, 16, 0, 26, 40, 38],
                "head": [_("time"), _("after"), _("name"), _("mark"), _("noted by"), _("remark")],
                "rows": [
                    [
                        seconds(say, event.at),
                        span(say, event.at - held.started_at),
                        name(event),
                        mark_word(say, event.reason),
                        by(event),
                        _note(event),
                    ]
                    for event in marks
                ],
                "empty": _("There are no marks."),
            },
        ],
        "signed": [_("Led by:"), _("signature:")],
    }


def _missing(say: Wording, person: Person, tour: str, now: datetime) -> list[str]:
    entered = say.near(person.entered_at, now) if person.entered_at is not None else ""
    name = person.name if person.heads == 1 and person.name else f"{person.name} {say.people(person.heads)}".strip()
    last = " · ".join(part for part in (entered, person.gate) if part)
    return [breakable(name), band_word(say, person.band), breakable(tour), breakable(last)]


def _note(event: AttendanceEvent) -> str:
    return breakable(event.private.note) if event.private is not None else ""


def seconds(say: Wording, moment: datetime) -> str:
    """``10:05:07``."""
    return f"{say.clock(moment)}:{moment:%S}"


def span(say: Wording, length: timedelta) -> str:
    """``12:05``: minutes and seconds, hours before them when there are any."""
    whole = max(0, int(length.total_seconds()))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def mark_word(say: Wording, reason: str) -> str:
    """A mark's word; what a newer program wrote stays as it is."""
    match reason:
        case Mark.FOUND:
            return say.gettext("found")
        case Mark.NOT_FOUND:
            return say.gettext("not found")
        case Mark.ELSEWHERE:
            return say.gettext("safe elsewhere")
        case Mark.NOT_LISTED:
            return say.gettext("not on the list")
        case _:
            return reason
