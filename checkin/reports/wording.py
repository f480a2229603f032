"""Words, times and numbers of a document, in its own language (which need not be the window's) and the plant's zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from checkin.i18n import LANGUAGES, catalogue

CONTEXT = "paper"
"""``msgctxt`` of a document's words in the catalogue."""


class Wording:
    """The wording of one document."""

    def __init__(self, language: str, tz: str) -> None:
        self.language = language if language in LANGUAGES else "ru"
        self._words = catalogue(self.language)
        self._zone = ZoneInfo(tz)

    def gettext(self, message: str) -> str:
        """The words for paper: a heading of a column need not be what a button says."""
        return self._words.pgettext(CONTEXT, message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self._words.npgettext(CONTEXT, one, many, count)

    def people(self, heads: int) -> str:
        """``25 people``."""
        return self.ngettext("{count} person", "{count} people", heads).format(count=heads)

    def clock(self, moment: datetime) -> str:
        """``10:05``."""
        return f"{moment.astimezone(self._zone):%H:%M}"

    def day(self, moment: datetime) -> str:
        """``5 августа 2026 г.``"""
        from babel.dates import format_date

        return str(format_date(moment.astimezone(self._zone).date(), "long", locale=self.language))

    def moment(self, moment: datetime) -> str:
        """Day and time."""
        return f"{self.day(moment)}, {self.clock(moment)}"

    def near(self, moment: datetime, now: datetime) -> str:
        """The time alone on the day of ``now``, else with its day: ``05.08, 22:50``."""
        local = moment.astimezone(self._zone)
        return f"{local:%H:%M}" if local.date() == now.astimezone(self._zone).date() else f"{local:%d.%m, %H:%M}"

    def language_name(self, code: str) -> str:
        """``русский`` for ``ru``; a code that nobody knows stays as it is."""
        from babel import Locale

        if not code:
            return self.gettext("not said")
        return str(Locale(self.language).languages.get(code.lower(), code))
