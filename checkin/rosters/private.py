"""What is private and stands beside something else in a cell: phones and the numbers of documents.  None of it is kept.

A number is told by its shape, or by the word before it.  What stands behind a document is mostly said of the document,
such as who issued it and when, so that it goes too, and that is told.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from checkin.i18n import gettext as _

_FAR = 500
"""Characters in which an address is looked for: no name is kept that is so long."""
_ENOUGH = 5
"""Digits that the shortest number of a document or a phone has at least."""
_RUSSIAN_PHONE = re.compile(
    r"(?:,?\s*(?:тел|моб|phone|tel)\w*\.?:?\s*)?(?<![\d+])(?:\+\s?7|8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?:,?\s*(?:тел|моб|phone|tel)\w*\.?:?\s*)?(?<![\d+])(?:\+?\d{1,3}|8)?[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"[,;(]?\s*\b(?:паспорт\w*|пасп\.|passport\w*|загран\w*|св-во|свид-во|свидетельств\w*|(?:вод\w*\.?\s*)?удост\w*\.?|п/п|снилс|инн|полис"
    r"|сери[яи]|сер\.|внж|док(?:умент\w*)?\.?(?=[\s:№]*\d))(?:\D{0,40}?\d[\d\s-]*)+",
    re.IGNORECASE,
)
_SHAPED = re.compile(
    r"(?<!\d)\d{2}[\s-]?\d{2}[\s-]?(?:№\s?|N\s?)?\d{6}(?!\d)"  # a Russian passport
    r"|(?<!\d)\d{3}-\d{3}-\d{3}[\s-]\d{2}(?!\d)"  # a pension insurance number
    r"|(?<!\d)\d{2}\s?№?\s?\d{7}(?!\d)"  # a Russian passport for travel
    r"|\b[IVXLC]{1,4}\s?-\s?[А-Я]{2}\s?№?\s?\d{6}(?!\d)"  # a Russian birth certificate
    r"|(?<![^\W_])[A-ZА-Я]{1,3}\s?№?\s?\d{6,9}(?!\d)"  # passports of most countries
    r"|(?<![^\W_])(?=[A-Z]*\d)(?=\d*[A-Z])(?=(?:[A-Z]*\d){4})[A-Z\d]{7,12}(?![^\W_])"
)
_BARE = re.compile(r"№?\s?(?<![\d+-])\d{6,10}(?![\d-])")
"""A number that beside a name can only be somebody's document or phone."""


_EMAIL = re.compile(
    r"[,;(]?\s*(?:(?:e-?mail|почта|эл\.? ?почта)\s*:?\s*)?<?[^@\s<>(),;:]+@[^@\s<>(),;]+\.[^\W\d_]{2,}>?\)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[,;(–—-]?\s*(?:\b(?:адрес|прож(?:ивает|\.)?|address)\b[\s:.]*|\b\d{6},?\s*|\bг(?:ород|\.)?\s*(?-i:[А-ЯЁ][а-яё-]+(?:\s[А-ЯЁ][а-яё-]+)?)[,;]\s*"
    r"|(?<=[,;(] )(?-i:[А-ЯЁ][а-яё-]+),\s*)*"
    r"\b(?:ул(?:ица\b|\.)|ул\b|просп(?:ект\b|\.)|пр-(?:к?т|д)\b|пер(?:еулок\b|\.)|шоссе\b|бульвар\b|б-р\b|наб(?:ережная\b|\.)"
    r"|пл(?:ощадь\b|\.)|мкр(?:\b|\.)|микрорайон\b|проезд\b|аллея\b)[^\d]{1,60}\d.*"
    r"|[,;]\s*\d{1,4}[\w/]*\s+[A-Z][a-z]+\s+(?:street|st\.?|avenue|ave\.?|road|rd\.?|lane|drive)\b.*"
    r"|[,;(\s]\s*(?:д|дом)\.?\s*\d+\w?[,\s]+(?:кор\w*\.?\s*\d+[,\s]+)?кв\.?\s*\d+.*",
    re.IGNORECASE,
)
"""A street with a house, and what stands behind it."""


class Cleaned(NamedTuple):
    """A text without what is private; ``behind`` is what stood behind a document, which is not kept either."""

    text: str
    notices: tuple[str, ...] = ()
    behind: str = ""


def without_private(text: str, *, bare: bool = True) -> Cleaned:
    """A text without phones and documents.  ``bare``: six digits and more with nothing to tell them are private too."""
    notices: list[str] = []
    without = _EMAIL.sub(" ", text) if "@" in text else text
    if without != text and any(map(str.isalpha, without)):
        notices.append(_("An e-mail address beside a name was left out."))
        text = without.strip(" ,;:(-–—<")
    place = _ADDRESS.search(text, 0, _FAR) if any(map(str.isdigit, text)) else None
    if place is not None and any(map(str.isalpha, text[: place.start()])):
        notices.append(_("An address beside a name was left out."))
        text = text[: place.start()].strip(" ,;:(-–—<")
    if sum(map(str.isdigit, text)) < _ENOUGH:
        return Cleaned(" ".join(text.split()) if notices else text, tuple(notices))
    behind = ""
    without = _RUSSIAN_PHONE.sub(" ", text)
    if without != text and any(map(str.isalpha, without)):
        notices.append(_("A phone number beside a name was left out."))
        text = without
    for pattern in (_SPOKEN, _SHAPED, *((PHONE, _BARE) if bare else ())):
        found = pattern.search(text)
        if found is None:
            continue
        before, after = text[: found.start()], text[found.end() :]
        if pattern is PHONE:
            without = PHONE.sub(" ", text)
            if any(map(str.isalpha, without)):
                notices.append(_("A phone number beside a name was left out."))
                text = without
        elif any(map(str.isalpha, before)):
            text, behind = before, after if any(map(str.isalnum, after)) else ""
            notices.append(
                _("A document number beside a name was left out, with what stood behind it.")
                if behind
                else _("A document number beside a name was left out.")
            )
        elif any(map(str.isalpha, after)):
            text = after
            notices.append(_("A document number beside a name was left out."))
    if not notices:
        return Cleaned(text)
    return Cleaned(" ".join(text.split()).strip(" ,;:(-–—<№"), tuple(dict.fromkeys(notices)), behind)


def is_contact(text: str) -> bool:
    """Whether a text is somebody's e-mail, phone or address and nothing else."""
    plain = text.strip()
    return any(pattern.fullmatch(plain) for pattern in (_EMAIL, PHONE, _ADDRESS))


def holds_private(text: str) -> bool:
    """Whether a document's number, a phone, an e-mail or an address stands anywhere in a text."""
    return bool(without_private(text, bare=False).notices) or is_document(text) or is_contact(text)


def is_document(text: str) -> bool:
    """Whether a document's number stands in a text."""
    return sum(map(str.isdigit, text)) >= _ENOUGH and bool(_SPOKEN.search(text) or _SHAPED.search(text))
