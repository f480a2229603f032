"""What the templates of tickets get: texts, and the symbol as SVG.  Nothing here knows how a page is set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from checkin.domain.visit import DocumentRule, Flag
from checkin.issuing import qr
from checkin.issuing.phrases import LANGUAGES, day_and_time, phrase, spoken
from checkin.issuing.signing import Issue

_ENDLESS = re.compile(r"[^\s\-]{21,}")
_POINTS = 15
"""Lines of a briefing that stand each by itself: more would not leave it its page."""
_PIECE = re.compile(r"(?:[^\s\u0300-\u036f][\u0300-\u036f]*){20}")


def ticket_page(one: Issue) -> dict[str, Any]:
    """One visitor's page."""
    language = spoken(one.visitor.language if one.visitor is not None else one.tour.language)
    return {
        "language": language,
        "title": phrase("ticket", language),
        "name": _name(one, language),
        "lines": _lines(one, language),
        "others": [
            {"language": other, "lines": _lines(one, other), "notes": _notes(other)}
            for other in LANGUAGES
            if other != language
        ],
        "notes": _notes(language),
        "briefing": _briefing(one),
        "code_label": phrase("code", language),
        "code": one.short,
        "symbol": symbol(one.ticket.code),
    }


def sheet_pages(issues: Sequence[Issue]) -> dict[str, Any]:
    """A sheet to cut: twelve tickets on a page of A4."""
    return {
        "language": "ru",
        "tickets": [
            {
                "symbol": symbol(one.ticket.code),
                "code": one.short,
                "name": _name(one, "ru"),
                "tour": _soft(one.tour.title),
                "when": _when(one, "ru").replace("–", "\u2060–\u2060"),
                "plant": _soft(one.plant.name),
            }
            for one in issues
        ],
    }


def group_pages(issues: Sequence[Issue]) -> dict[str, Any]:
    """The leader's sheet of one group: everything about the visit, who comes, and each one's code."""
    first = issues[0]
    language = spoken(first.tour.language)
    group = first.group
    heads = sum(one.ticket.party for one in issues)
    lines = _lines(first, language)
    briefing = _briefing(first)
    if briefing["lines"]:
        lines.append({"label": briefing["label"], "text": "\n".join(briefing["lines"])})
    if group is not None:
        lines.insert(0, {"label": phrase("group", language), "text": _soft(group.name)})
        if group.leader:
            lines.insert(1, {"label": phrase("leader", language), "text": _soft(group.leader)})
    return {
        "language": language,
        "title": phrase("group_sheet", language),
        "name": _soft(group.name if group is not None else first.tour.title),
        "heads": phrase("people", language).format(count=heads),
        "lines": lines,
        "others": [{"language": other, "lines": _lines(first, other)} for other in LANGUAGES if other != language],
        "notes": [phrase("whole", other) for other in (language, *(x for x in LANGUAGES if x != language))],
        "columns": [phrase("name", language), phrase("code", language)],
        "people": [
            {"name": _name(one, language), "code": one.short, "symbol": symbol(one.ticket.code)} for one in issues
        ],
    }


@lru_cache(maxsize=1024)  # a leader's sheet follows the pages of its tour: many were drawn a moment ago
def symbol(code: str) -> str:
    """The QR as SVG text."""
    return qr.svg(code).decode()


def _soft(text: str) -> str:
    """The text with places to break in words without an end: none runs over what stands beside it."""
    return _ENDLESS.sub(lambda run: _PIECE.sub(lambda piece: piece.group() + "\u200b", run.group()), text)


def _name(one: Issue, language: str) -> str:
    if one.visitor is not None:
        return _soft(one.visitor.name)
    count = phrase("people", language).format(count=one.ticket.party)
    return _soft(f"{one.group.name}. {count}") if one.group is not None else count


@lru_cache(maxsize=512)
def _cached_when(start: Any, end: Any, tz: str, language: str) -> str:
    return day_and_time(start, end, tz, language)


def _when(one: Issue, language: str) -> str:
    return _cached_when(one.tour.start, one.tour.end, one.plant.tz, language)


def _lines(one: Issue, language: str) -> list[dict[str, str]]:
    place = ", ".join(part for part in (one.plant.name, one.plant.address) if part)
    return [
        {"label": "", "text": _soft(one.tour.title)},
        {"label": phrase("when", language), "text": _when(one, language)},
        {"label": phrase("where", language), "text": _soft(place)},
        {"label": phrase("bring", language), "text": _bring(one, language)},
    ]


def _bring(one: Issue, language: str) -> str:
    policy, flags = one.policy, one.visitor.flags if one.visitor is not None else frozenset()
    parts: list[str] = []
    if policy.document is DocumentRule.EVERYONE or Flag.DOCUMENT in flags:
        parts.append(phrase("document", language))
    elif policy.document is DocumentRule.LEADER:
        parts.append(phrase("document_leader", language))
    parts.append(phrase("shoes", language))
    text = ", ".join(parts)
    text = text[:1].upper() + text[1:] + "."
    if policy.minimum_age:
        text += " " + phrase("age", language).format(age=policy.minimum_age) + "."
    return text


def _briefing(one: Issue) -> dict[str, Any]:
    """What is read out to everybody.  Plants write it in Russian, and nobody else's words are theirs."""
    lines = [_soft(line) for line in one.policy.briefing_text.splitlines() if line.strip()]
    if len(lines) > _POINTS:
        lines = [" ".join(lines)]
    return {"language": "ru", "label": phrase("briefing", "ru"), "lines": lines}


def _notes(language: str) -> list[str]:
    return [phrase(key, language) for key in ("show", "early", "personal")]
