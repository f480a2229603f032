"""Admitting a group: its members are judged one after another, adults first, each as if those before were inside.

So a group that is admitted at once is exactly its members admitted one by one in that order, and every rule that counts
(places of the tour, minors for each adult, the leader's document) counts over the whole group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from checkin.domain.admission import (
    QUESTIONS,
    Admit,
    Facts,
    Reason,
    Refuse,
    Verdict,
    age_band,
    judge,
    open_questions,
)
from checkin.domain.visit import DocumentRule, Flag


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one member; ``number`` is their place among those who were given."""

    number: int
    facts: Facts
    verdict: Verdict


def turn(facts: Facts, now: datetime) -> int:
    """In which turn a member goes: adults, then those whose age nobody knows, then minors."""
    match age_band(facts.visitor, now) if facts.visitor is not None else None:
        case Flag.ADULT:
            return 0
        case Flag.MINOR:
            return 2
        case _:
            return 1


def judge_group(members: Sequence[Facts], now: datetime, confirmed: frozenset[Reason] = frozenset()) -> list[Judged]:
    """Verdicts on members of one group, in the order in which they go; ``confirmed`` holds for all of them."""
    taken = adults = minors = 0
    document_seen = False
    verdicts: list[Judged] = []
    for number in sorted(range(len(members)), key=lambda one: turn(members[one], now)):
        before = members[number]
        facts = replace(
            before,
            tour_taken=before.tour_taken + taken,
            group_adults_inside=before.group_adults_inside + adults,
            group_minors_inside=before.group_minors_inside + minors,
            group_document_seen=before.group_document_seen or document_seen,
            briefed=before.briefed or Reason.NEEDS_BRIEFING in confirmed,
        )
        verdict = judge(facts, now, confirmed)
        verdicts.append(Judged(number, facts, verdict))
        if isinstance(verdict, Admit):
            # Those who come again were counted when they came first.
            taken += max(0, verdict.heads - facts.stay.left)
            band = age_band(facts.visitor, now) if facts.visitor is not None else None
            adults += band is Flag.ADULT
            minors += band is Flag.MINOR
            seen = Reason.NEEDS_DOCUMENT in confirmed and band is not Flag.MINOR
            document_seen = document_seen or (seen and facts.policy.document is DocumentRule.LEADER)
    return verdicts


def foreseen(members: Sequence[Facts], now: datetime) -> list[tuple[Judged, tuple[Reason, ...]]]:
    """What would come of the whole group if every question were settled, and each member's questions.

    A minor whose adult still has to show a document is not asked for an adult: the adult will be there.
    """
    judged = judge_group(members, now, QUESTIONS)
    return [
        (
            one,
            () if isinstance(one.verdict, Refuse) else open_questions(replace(one.facts, briefed=before.briefed), now),
        )
        for one in judged
        for before in (members[one.number],)
    ]
