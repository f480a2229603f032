"""The rule book on paper (docs/rules.md) has every reason, with the words that the screen says."""

from __future__ import annotations

import re
from pathlib import Path

from checkin import i18n, words
from checkin.desk.outcome import Direction, Outcome, Source
from checkin.domain.admission import QUESTIONS, Admit, Ask, Facts, Reason, Recognised, Refuse, Verdict
from tests.field import NOW, plant, ticket, tour

ROOT = Path(__file__).resolve().parents[3]


def verdict_of(reason: Reason) -> Verdict:
    if reason in QUESTIONS:
        return Ask(reason=reason)
    if reason in (Reason.ADMITTED, Reason.ADMITTED_AGAIN, Reason.LEFT):
        return Admit(reason=reason)
    return Refuse(reason=reason)


def rows() -> list[str]:
    """The rows that follow from the code; ``python -m tests.unit.reports.test_rulebook`` prints them."""
    made: list[str] = []
    before = i18n.language()
    try:
        for reason in Reason:
            verdict = verdict_of(reason)
            leaves = reason in (Reason.LEFT, Reason.NOT_INSIDE)
            said: list[str] = []
            for language in ("ru", "en"):
                i18n.use(language)
                outcome = Outcome(
                    text="",
                    source=Source.TYPED,
                    direction=Direction.OUT if leaves else Direction.IN,
                    at=NOW,
                    verdict=verdict,
                    facts=Facts(recognised=Recognised.TICKET, plant=plant(), tour=tour(), ticket=ticket()),
                )
                said += [words.headline(outcome), words.brief(reason)]
            i18n.use("en")
            shown = words.what_next(outcome).replace("09:30", "…") or "Nothing: go on."
            if isinstance(verdict, Ask):
                yes, no = words.answers(reason)
                shown += f" **{yes}** / **{no}**"
            kind = type(verdict).__name__
            made.append(f"| `{reason.value}` | {kind} | {said[0]} · {said[1]} | {said[2]} · {said[3]} | {shown} |")
    finally:
        i18n.use(before)
    return made


def test_the_rule_book_has_every_reason_as_the_code_shows_it() -> None:
    book = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    missing = [row for row in rows() if row not in book]
    assert not missing, "docs/rules.md lacks:\n" + "\n".join(missing)
    named = set(re.findall(r"^\| `(\w+)` \| (?:Admit|Ask|Refuse) ", book, re.MULTILINE))
    assert named == {reason.value for reason in Reason}


if __name__ == "__main__":
    print("\n".join(rows()))
