"""Words that several of the organiser's pages use: columns, formats, days."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from checkin.domain.visit import Plant, Tour
from checkin.i18n import gettext as _
from checkin.i18n import language
from checkin.rosters.looking import Why


def columns() -> list[tuple[str, str]]:
    """Every column of ours that a list may have, by key, in the order in which a person thinks of them."""
    return [
        ("visitor", _("full name")),
        ("surname", _("surname")),
        ("given", _("first name")),
        ("patronymic", _("patronymic")),
        ("birth_year", _("year or date of birth")),
        ("age", _("age")),
        ("plant", _("plant")),
        ("tour", _("tour (title)")),
        ("format", _("format of the tour")),
        ("date", _("date")),
        ("start", _("start")),
        ("end", _("end")),
        ("group", _("group")),
        ("school", _("school")),
        ("class", _("class")),
        ("leader", _("leader of the group")),
        ("language", _("language")),
        ("citizenship", _("citizenship (only who is a foreigner)")),
        ("flags", _("marks (child, adult, foreigner…)")),
        ("code", _("ticket code")),
    ]


def why(reason: Why) -> str:
    """Why a column is taken for what it is taken for, or left out."""
    return {
        Why.HEADING: _("by its heading"),
        Why.GUESSED: _("guessed by what stands in it"),
        Why.SAID: _("you said so"),
        Why.SILENCED: _("left out: you said so"),
        Why.PASSPORT: _("never stored: looks like documents"),
        Why.UNWANTED: _("not needed, left out"),
        Why.REPEATED: _("left out: there is one already"),
        Why.UNKNOWN: _("not known, left out"),
    }[reason]


def moment(at: datetime, plant: Plant) -> str:
    """``05.08.2026 10:30`` in the plant's zone."""
    local = at.astimezone(ZoneInfo(plant.tz))
    return f"{local:%d.%m.%Y %H:%M}" if language() == "ru" else f"{local:%Y-%m-%d %H:%M}"


def tour_line(tour: Tour, plant: Plant, *, several: bool) -> str:
    """A tour in one line; with its plant where there are several."""
    where = f" · {plant.name}" if several else ""
    return f"{moment(tour.start, plant)} · {tour.title}{where}"
