"""A cell with somebody's name: what is beside the name and what stands there instead of one.

Numbering, years of birth, phones and documents' numbers come out of it; a total or two people in one cell is no name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import is_normalized

from checkin.i18n import gettext as _
from checkin.rosters.cells import is_error, tidy

MAX_NAME = 200
DAMAGE = "\N{REPLACEMENT CHARACTER}"

_DIGIT = re.compile(r"\d")
_DOCUMENT_NUMBER = re.compile(
    r"(?:,?\s*(?:паспорт|passport|снилс|док\w*)\.?:?\s*(?:серия\s*)?)?"
    r"(?:(?<!\d)\d{2}\s?\d{2}\s?(?:№\s?)?\d{6}(?!\d)|(?<!\d)\d{3}-\d{3}-\d{3}[\s-]\d{2}(?!\d))",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:,?\s*(?:тел|моб|phone|tel)\w*\.?:?\s*)?(?<![\d+])(?:\+?\d{1,3}|8)?[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?!итого|всего|total|подитог|в том|из них|.* (?:и|and) )[^\W\d_]+(?:[ -][^\W\d_]+)*"
    r"(?: (?!(?:19|20)\d\d\b)\d{1,8}(?:-[^\W\d_]{1,3})?)?",
    re.IGNORECASE,
)
"""Letters, and at most one number at the end that is no year, no phone and no document's: nothing to take out."""
_LONG_NUMBER = re.compile(r"\d(?:[\s()№N-]*\d){8}")
_NUMBERING = re.compile(r"^\d{1,4}\s*[.)]\s*(?=[^\W\d_])")
_BORN = re.compile(r"[,(]?\s*((?:19|20)\d\d)\s*(?:г\.?\s*р\.?|года?(?:\s+рожд\w*)?|г\.)?\s*\)?$", re.IGNORECASE)
_MORE = re.compile(r"[^\W\d_][\s.]*\+\s?\d{1,2}$|\b\d+\s*(?:чел|гост|взр|дет|реб|people|guests|persons)", re.IGNORECASE)
_TOTAL = re.compile(r"(?:итого|всего|total|подитог|в том числе|из них)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;/&\n]|\s+и\s+|\s+and\s+")
_FULL_NAME = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})?(?:\s+[^\W\d_](?:[^\W\d_]+|\.)(?:-[^\W\d_]+)?){1,2}\.?")


@dataclass(frozen=True, slots=True)
class Named:
    """A name without what stood beside it.  ``reason`` says why it is none; ``notices`` what was left out."""

    name: str
    reason: str = ""
    notices: tuple[str, ...] = ()
    born: int | None = None


def name_of(text: str) -> Named:
    """The name in a cell's text."""
    if _PLAIN.fullmatch(text) and len(text) <= MAX_NAME and is_normalized("NFC", text):
        return Named(text)  # nearly every row of a list
    several = bool(_SEVERAL.search(text)) and _two_people(text)
    name, cleaned = tidy(text)
    notices: tuple[str, ...] = (_("Invisible control characters were removed from a name."),) if cleaned else ()
    born = None
    if _DIGIT.search(name):
        name, born, said = _without_numbers(name)
        notices += said
    return Named(name, _("Two people in one cell: give each a row.") if several else _not_a_name(name), notices, born)


def is_total(text: str) -> bool:
    """Whether a cell begins the line with a list's totals."""
    return _TOTAL.match(text.lstrip()) is not None


def _without_numbers(name: str) -> tuple[str, int | None, tuple[str, ...]]:
    notices: list[str] = []
    if _LONG_NUMBER.search(name):
        for pattern, said in (
            (_DOCUMENT_NUMBER, _("A document number beside a name was left out.")),
            (_PHONE, _("A phone number beside a name was left out.")),
        ):
            without = pattern.sub(" ", name)
            if without != name and any(map(str.isalpha, without)):
                notices.append(said)
                name = " ".join(without.split()).strip(" ,;")
    name = _NUMBERING.sub("", name)
    found = _BORN.search(name) if "19" in name or "20" in name else None
    born = int(found[1]) if found and any(map(str.isalpha, name[: found.start()])) else None
    if born is not None and found is not None:
        name = name[: found.start()].rstrip(" ,;(")
    if _MORE.search(name):
        notices.append(_("Perhaps more people stand behind a name: give each a row."))
    return name, born, tuple(notices)


def _two_people(text: str) -> bool:
    """Whether a cell holds two full names, each with capitals: ``Иванов, Иван`` is one."""
    parts = [" ".join(part.split()) for part in _SEVERAL.split(text)]
    full = [part for part in parts if _FULL_NAME.fullmatch(part) and all(word[0].isupper() for word in part.split())]
    return len(full) > 1


def _not_a_name(name: str) -> str:
    """Why a text is not a person's name; empty when it may be one."""
    if not name:
        return _("The name is missing.")
    if len(name) > MAX_NAME:
        return _("The name has {length} characters, {limit} are possible.").format(length=len(name), limit=MAX_NAME)
    if DAMAGE in name:
        return _("Letters of the name are damaged.")
    if is_error(name):
        return _("The cell shows a spreadsheet's error instead of a name.")
    if is_total(name):
        return _("This is a total and not a visitor.")
    if not name[0].isalpha() and not any(map(str.isalpha, name)):
        return _("This is not a name: {text}").format(text=name[:40])
    return ""
