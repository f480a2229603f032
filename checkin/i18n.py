"""One catalogue of words for screens, web pages, documents and the command line.

Texts are written in English in the code and looked up here; Russian is what a person sees first.  The catalogue of a
language is the union of ``resources/translations/<language>/*.po``, one file for each part of the house; the set-up
compiles it to ``checkin.mo``, and without that file it is compiled in memory.
"""

from __future__ import annotations

import gettext as _gettext
import io
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

LANGUAGES = ("ru", "en")
PLACE = Path(__file__).resolve().parent.parent / "resources" / "translations"

_language = "ru"


def use(language: str) -> None:
    """Everything looked up from now on is in this language; one that is not known is taken for Russian."""
    global _language
    _language = language if language in LANGUAGES else "ru"


def language() -> str:
    """The language in use."""
    return _language


def gettext(message: str) -> str:
    """The text in the language in use."""
    return catalogue(_language).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The text for a count in the language in use; Russian has three forms."""
    return catalogue(_language).ngettext(one, many, count)


def N_(message: str) -> str:
    """Marks a text for the catalogue where it cannot be looked up yet."""
    return message


@cache
def catalogue(code: str) -> _gettext.NullTranslations:
    """The catalogue of one language; English needs none, since texts are written in it."""
    if code == "en":
        return _gettext.NullTranslations()
    folder = PLACE / code
    compiled = folder / "checkin.mo"
    sources = sorted(folder.glob("*.po"))
    newest = max((path.stat().st_mtime for path in sources), default=0.0)
    if compiled.exists() and compiled.stat().st_mtime >= newest:
        with compiled.open("rb") as file:
            return _gettext.GNUTranslations(file)
    return _gettext.GNUTranslations(io.BytesIO(compile_catalogue(sources)))


def compile_catalogue(sources: Iterable[Path]) -> bytes:
    """The binary catalogue of several ``.po`` files together.  The same text in two files must be translated alike."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale="ru")
    for source in sources:
        with source.open("rb") as file:
            for message in read_po(file, locale="ru"):
                if message.id and message.string:
                    whole.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def local_time(moment: datetime, tz: str) -> str:
    """``10:05`` in a plant's zone."""
    return f"{moment.astimezone(ZoneInfo(tz)):%H:%M}"


def local_day(moment: datetime | date, tz: str) -> str:
    """``5 августа`` in the language in use, in a plant's zone."""
    from babel.dates import format_skeleton

    day = moment.astimezone(ZoneInfo(tz)).date() if isinstance(moment, datetime) else moment
    return str(format_skeleton("MMMMd", day, locale=_language))
