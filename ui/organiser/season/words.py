"""The sheets and columns of a season, in the language in use; a workbook itself is always in Russian."""

from __future__ import annotations

from checkin.domain.visit import DocumentRule, Format
from checkin.i18n import gettext as _
from checkin.rosters.seasonsheets import NO, YES


def sheet_name(key: str) -> str:
    """A sheet's tab."""
    return {
        "plants": _("Plants"),
        "gates": _("Gates"),
        "tours": _("Tours"),
        "policies": _("Rules"),
        "stop": _("Stop list"),
    }[key]


def empty(key: str) -> str:
    """What a sheet without rows says."""
    return {
        "plants": _("There are no plants yet. Add one on the right, or take a workbook in"),
        "gates": _("There are no gates yet. Each desk with a PC at an entrance is one"),
        "tours": _("There are no tours yet. A list of visitors brings its own, or add one on the right"),
        "policies": _("Rules belong to plants: add a plant first"),
        "stop": _("Nobody is on the stop list"),
    }[key]


def field(sheet: str, key: str) -> tuple[str, str]:
    """A column's title, and what is to be written there."""
    return {
        ("plants", "name"): (_("Title"), _("as people call the plant")),
        ("plants", "id"): (_("Code"), _("short, Latin letters; empty: made from the name")),
        ("plants", "tz"): (_("Time zone"), _("such as Europe/Moscow, Asia/Yekaterinburg")),
        ("plants", "address"): (_("Address"), _("how to find the entrance; stands on tickets")),
        ("plants", "region"): (_("Region"), _("for the report")),
        ("plants", "district"): (_("District"), _("for the report")),
        ("gates", "name"): (_("Gate"), _("what the entrance is called")),
        ("tours", "title"): (_("Tour"), _("its title")),
        ("tours", "format"): (_("Format"), ""),
        ("tours", "date"): (_("Date"), _("local day: 05.08.2026")),
        ("tours", "start"): (_("Start"), _("local time: 10:30")),
        ("tours", "end"): (_("End"), _("empty: an hour and a half later")),
        ("tours", "capacity"): (_("Places"), _("empty: places are not counted")),
        ("tours", "language"): (_("Language"), _("ru, en, zh …")),
        ("tours", "guide"): (_("Guide"), _("name")),
        ("tours", "guide_phone"): (_("Guide's phone"), _("stands on the evacuation list")),
        ("tours", "cancelled"): (_("Cancelled"), ""),
        ("policies", "minimum_age"): (_("Age from"), _("full years; empty: any")),
        ("policies", "document"): (_("Document"), _("whose document is looked at")),
        ("policies", "minors_per_adult"): (_("Children to one adult"), _("empty: no limit")),
        ("policies", "briefing"): (_("Briefing"), _("whether a group is briefed")),
        ("policies", "briefing_text"): (_("Text of the briefing"), _("what is read to the group")),
        ("policies", "briefing_version"): (_("Version of the text"), _("for the journal")),
        ("policies", "opens_before_min"): (_("In before the start, min"), _("how early people are let in")),
        ("policies", "closes_after_end_min"): (_("In after the end, min"), _("how long after the end")),
        ("policies", "reentry"): (_("Out and in again"), _("whether one may come back")),
        ("policies", "retention_h"): (_("Kept, hours"), _("after which personal data is erased")),
        ("policies", "shut_out_h"): (
            _("Shut out, hours"),
            _("for which a gate that the hub has shut out lets people in without a supervisor"),
        ),
        ("policies", "lead_days"): (_("Announced ahead, days"), _("how early visitors are named")),
        ("policies", "foreign_lead_days"): (_("Foreigners ahead, days"), _("how early foreigners are named")),
        ("stop", "name"): (_("Name"), _("who is not let in")),
        ("stop", "birth_year"): (_("Year of birth"), _("tells namesakes apart")),
        ("stop", "note"): (_("Note"), _("who decided it")),
    }.get((sheet, key), (_("Plant"), ""))


def choices(sheet: str, key: str) -> tuple[tuple[str, str], ...]:
    """What may be chosen for a column, if it is a choice."""
    if key == "format":
        names = {
            Format.EXCURSION: _("excursion"),
            Format.MASTER_CLASS: _("master class"),
            Format.QUIZ: _("quiz"),
            Format.LECTURE: _("lecture"),
            Format.EXHIBITION: _("exhibition"),
            Format.GAME: _("game"),
            Format.OTHER: _("other"),
        }
        return tuple((form.value, names[form]) for form in Format)
    if key == "document":
        rules = {
            DocumentRule.FLAGGED: _("of those the list marks"),
            DocumentRule.LEADER: _("of the group's first adult, and of those marked"),
            DocumentRule.EVERYONE: _("of everybody"),
        }
        return tuple((rule.value, rules[rule]) for rule in DocumentRule)
    if (sheet, key) in (("tours", "cancelled"), ("policies", "briefing"), ("policies", "reentry")):
        return ((YES, _("yes")), (NO, _("no")))
    return ()


def shown(sheet: str, key: str, value: str) -> str:
    """A cell as the table shows it."""
    return next((text for each, text in choices(sheet, key) if each == value), value)
