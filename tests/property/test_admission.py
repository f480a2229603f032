"""The rule book on any facts at all: it always answers, and what it answers can be acted on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from checkin.domain.admission import Admit, Ask, Facts, Reason, Recognised, Refuse, Stop, judge, judge_exit
from checkin.domain.headcount import Stay
from checkin.domain.visit import (
    DocumentRule,
    Flag,
    Group,
    Plant,
    Policy,
    Revocation,
    SigningKey,
    Ticket,
    Tour,
    Visitor,
)

PLANTS = st.sampled_from(["hleb", "stal"])
ZONES = st.sampled_from(["Europe/Moscow", "Europe/Kaliningrad", "Asia/Vladivostok", "Europe/Berlin", "UTC"])
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NEAR = st.timedeltas(-timedelta(days=2), timedelta(days=2))
MAYBE = st.booleans()
WHOLE = settings(suppress_health_check=[HealthCheck.too_slow])
"""Facts have thirty fields: on a busy machine that is slow to draw, and not a fault of the test."""
QUESTIONS = (Reason.NEAR_STOP_LIST, Reason.NEEDS_DOCUMENT, Reason.NEEDS_ADULT, Reason.NEEDS_BRIEFING)

policies = st.builds(
    Policy,
    opens_before_min=st.integers(0, 10_000),
    closes_after_end_min=st.integers(0, 10_000),
    minimum_age=st.none() | st.integers(0, 120),
    document=st.sampled_from(DocumentRule),
    briefing=MAYBE,
    minors_per_adult=st.none() | st.integers(0, 30),
    reentry=MAYBE,
)
plants = st.builds(Plant, id=PLANTS, name=st.text(max_size=5), tz=ZONES, policy=policies)
flags = st.frozensets(st.sampled_from(Flag))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, datetime]:
    """Facts as any roster and any journal may bring them together, and a moment not too far from the tour."""
    start = draw(MOMENTS)
    end = start + timedelta(minutes=draw(st.integers(0, 2000)))
    party = draw(st.integers(1, 255))
    inside = draw(st.integers(0, party))
    when = st.none() | st.just(start) | MOMENTS
    tour = Tour(
        id="t",
        plant=draw(PLANTS),
        title="",
        start=start,
        end=end,
        capacity=draw(st.none() | st.integers(0, 300)),
        cancelled=draw(MAYBE),
        policy=draw(st.none() | policies),
    )
    ticket = Ticket(
        id="k",
        plant=draw(PLANTS),
        tour="t",
        code="c",
        party=party,
        valid_from=draw(when),
        valid_until=draw(when),
    )
    visitor = Visitor(
        id="v", plant="hleb", tour="t", name="", birth_year=draw(st.none() | st.integers(1, 9999)), flags=draw(flags)
    )
    facts = Facts(
        recognised=draw(st.sampled_from(Recognised)),
        here=draw(st.none() | PLANTS),
        ticket=ticket,
        plant=draw(st.none() | plants),
        tour=draw(st.none() | st.just(tour)),
        group=draw(st.none() | st.just(Group(id="g", plant="hleb", tour="t", name=""))),
        visitor=draw(st.none() | st.just(visitor)),
        revocation=draw(st.none() | st.just(Revocation(id="k", plant="hleb", at=start))),
        key=draw(
            st.none() | st.builds(SigningKey, id=st.just("00"), plant=st.just(""), public=st.just(""), revoked_at=when)
        ),
        stop=draw(st.sampled_from(Stop)),
        stay=Stay(inside=inside, left=draw(st.integers(0, party - inside)), first_in=draw(when), last_out=draw(when)),
        tour_taken=draw(st.integers(0, 400)),
        group_adults_inside=draw(st.integers(0, 5)),
        group_minors_inside=draw(st.integers(0, 40)),
        group_document_seen=draw(MAYBE),
        briefed=draw(MAYBE),
    )
    return facts, start + draw(NEAR)


@WHOLE
@given(cases(), st.frozensets(st.sampled_from(Reason)))
def test_there_is_always_a_verdict_and_it_is_always_the_same(
    case: tuple[Facts, datetime], confirmed: frozenset[Reason]
) -> None:
    facts, now = case
    verdict = judge(facts, now, confirmed)

    assert verdict == judge(facts, now, confirmed)
    match verdict:
        case Admit(reason=reason, heads=heads):
            assert reason in (Reason.ADMITTED, Reason.ADMITTED_AGAIN)
            assert facts.ticket is not None
            assert 1 <= heads <= facts.ticket.party - facts.stay.inside
        case Ask(reason=reason):
            assert reason in QUESTIONS
            assert reason not in confirmed
        case Refuse(reason=reason):
            assert reason not in (*QUESTIONS, Reason.ADMITTED, Reason.ADMITTED_AGAIN, Reason.LEFT, Reason.NOT_INSIDE)
    assert isinstance(judge_exit(facts), Admit | Refuse)


@WHOLE
@given(cases())
def test_every_question_can_be_settled_and_then_the_visitor_comes_in(case: tuple[Facts, datetime]) -> None:
    facts, _ = case
    assert facts.ticket is not None
    willing = replace(
        facts,
        recognised=Recognised.TICKET,
        here=facts.ticket.plant,
        tour=None,
        revocation=None,
        key=None,
        stop=Stop.CLEAR if facts.stop is Stop.EXACT else facts.stop,
        stay=Stay(),
        visitor=None
        if facts.visitor is None
        else replace(facts.visitor, birth_year=None, flags=facts.visitor.flags - {Flag.CANCELLED}),
    )
    now = facts.ticket.valid_until or datetime(2026, 8, 5, tzinfo=UTC)
    assume(facts.ticket.valid_from is None or facts.ticket.valid_from <= now)
    confirmed: frozenset[Reason] = frozenset()
    for _question in QUESTIONS:
        verdict = judge(willing, now, confirmed)
        if isinstance(verdict, Ask):
            confirmed |= {verdict.reason}
    assert isinstance(judge(willing, now, confirmed), Admit)


@WHOLE
@given(cases())
def test_settling_questions_never_turns_a_refusal(case: tuple[Facts, datetime]) -> None:
    facts, now = case
    verdict = judge(facts, now)
    assert isinstance(verdict, Refuse) is isinstance(judge(facts, now, frozenset(Reason)), Refuse)


@WHOLE
@given(cases())
def test_a_full_stay_is_never_admitted_again(case: tuple[Facts, datetime]) -> None:
    facts, now = case
    assert facts.ticket is not None
    full = replace(facts, stay=Stay(inside=facts.ticket.party))
    assert isinstance(judge(full, now, frozenset(Reason)), Refuse)
    verdict = judge_exit(full)
    if isinstance(verdict, Admit):
        assert verdict.heads == facts.ticket.party


@WHOLE
@given(cases(), st.integers(-3, 3))
def test_the_zone_of_the_clock_changes_nothing(case: tuple[Facts, datetime], hours: int) -> None:
    """A verdict is about moments: a hub in UTC and a gate in its own zone say the same."""
    facts, now = case
    assert judge(facts, now.astimezone(timezone(timedelta(hours=hours)))).reason is judge(facts, now).reason
