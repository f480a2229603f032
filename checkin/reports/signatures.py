"""The signature sheet of a safety briefing: what was said, who said it, and a line for everybody of the group.

It holds the names and years of birth that the list has and nothing else; empty lines are for those who are on no list.
"""

from __future__ import annotations

from typing import Any

from checkin.desk.groups import GroupCard
from checkin.domain.admission import Reason
from checkin.reports.typesetting import breakable, pages, pdf
from checkin.reports.wording import Wording

EMPTY_LINES = 5
"""For walk-ins and substitutes; a group without names gets a line for each of its heads as well."""


def signature_sheet(card: GroupCard, language: str = "ru") -> bytes:
    """The sheet as PDF on A4; raises ``TypesettingFailed``."""
    return pdf("briefing.typ", signature_data(card, language))


def signature_pictures(card: GroupCard, language: str = "ru", *, ppi: float = 96) -> list[bytes]:
    """The sheet's pages as PNG."""
    return pages("briefing.typ", signature_data(card, language), ppi=ppi)


def signature_data(card: GroupCard, language: str) -> dict[str, Any]:
    """Everything on the sheet as texts."""
    say = Wording(language, card.plant.tz)
    _ = say.gettext
    policy = card.tour.policy or card.plant.policy
    facts = [
        (_("Plant"), ", ".join(part for part in (card.plant.name, card.plant.address) if part)),
        (_("Tour"), card.tour.title),
        (_("Date and time"), f"{say.moment(card.tour.start)}–{say.clock(card.tour.end)}"),
    ]
    if card.group is not None:
        facts.append((_("Group"), card.group.name))
        if card.group.leader:
            facts.append((_("Leader of the group"), card.group.leader))
    rows = [
        [breakable(member.visitor.name), str(member.visitor.birth_year or "")]
        for member in card.members
        if member.verdict.reason not in (Reason.CANCELLED, Reason.REVOKED)
    ]
    named = len(rows)
    size = card.group.size if card.group is not None else None
    rows += [["", ""]] * (max(0, (size or 0) - named) + EMPTY_LINES)
    version = policy.briefing_version
    return {
        "language": say.language,
        "page": _("page {page} of {pages}"),
        "plant": breakable(card.plant.name),
        "printed": _("printed {time}").format(time=say.moment(card.at)),
        "title": _("Safety briefing: signatures"),
        "facts": [(label, breakable(text)) for label, text in facts],
        "text_title": _("Text of the briefing, version {version}").format(version=version)
        if version
        else _("Text of the briefing"),
        "text": [breakable(line) for line in policy.briefing_text.splitlines() if line.strip()]
        or [_("The plant's own briefing, read aloud.")],
        "instructor": [_("Briefed by:"), _("signature:"), _("date, time:")],
        "columns": ["№", _("surname, name"), _("born"), _("signature")],
        "rows": [[str(number), *row, ""] for number, row in enumerate(rows, 1)],
        "foot": _("I have been briefed, have understood the rules and will keep to them."),
    }
