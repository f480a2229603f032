"""Every reason of the rule book, which of two reasons goes first, and time at its exact borders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checkin.domain.admission import (
    Admit,
    Ask,
    Facts,
    Reason,
    Recognised,
    Refuse,
    Stop,
    age_band,
    judge,
    judge_exit,
    window,
)
from checkin.domain.headcount import Stay
from checkin.domain.visit import DocumentRule, Flag, Policy, Revocation
from tests.field import KEY, NOW, event, plant, ticket, tour, visitor

SECOND = timedelta(seconds=1)
INSIDE = Stay(inside=1, entry=event(), first_in=NOW)
LEFT = Stay(left=1, entry=event(), first_in=NOW, last_out=NOW)


def facts(**fields: Any) -> Facts:
    """Facts on which ``judge`` admits, and what a test changes in them."""
    given: dict[str, Any] = {
        "recognised": Recognised.TICKET,
        "here": "hleb",
        "ticket": ticket(),
        "plant": plant(),
        "tour": tour(),
        "visitor": visitor(),
    }
    return Facts(**given | fields)


def with_policy(**policy: Any) -> dict[str, Any]:
    return {"plant": plant(**policy)}


LATE = {"tour": tour(start=NOW - timedelta(hours=3))}
REFUSALS: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.WRONG_PLANT, {"ticket": ticket(plant="stal")}),
    (Reason.REVOKED, {"revocation": Revocation(id="k", plant="hleb", at=NOW)}),
    (Reason.CANCELLED, {"tour": tour(cancelled=True)}),
    (Reason.STOP_LIST, {"stop": Stop.EXACT}),
    (Reason.WRONG_DAY, {"tour": tour(start=NOW + timedelta(days=1))}),
    (Reason.ALREADY_USED, {"stay": INSIDE}),
    (Reason.TOO_LATE, LATE),
    (Reason.TOUR_FULL, {"tour": tour(capacity=10), "tour_taken": 10}),
    (Reason.UNDER_AGE, {"visitor": visitor(birth_year=2020), **with_policy(minimum_age=14)}),
]
"""Each refusal about a ticket by its only cause, in the order in which the rule book asks."""

QUESTIONS: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.NEAR_STOP_LIST, {"stop": Stop.NEAR}),
    (Reason.NEEDS_DOCUMENT, {"visitor": visitor("v1", "Ли Мэй", Flag.DOCUMENT)}),
    (Reason.NEEDS_ADULT, {"visitor": visitor("v1", "Ежов Глеб", Flag.MINOR)}),
    (Reason.NEEDS_BRIEFING, with_policy(briefing=True)),
]


def test_a_ticket_with_nothing_against_it_is_admitted() -> None:
    assert judge(facts(), NOW) == Admit(reason=Reason.ADMITTED, heads=1)


@pytest.mark.parametrize(
    ("recognised", "reason"),
    [
        (Recognised.FOREIGN, Reason.NOT_OUR_CODE),
        (Recognised.FORGED, Reason.FORGED),
        (Recognised.UNKNOWN, Reason.UNKNOWN_CODE),
    ],
)
def test_what_is_no_ticket_is_refused_whatever_else_is_known(recognised: Recognised, reason: Reason) -> None:
    assert judge(facts(recognised=recognised, stop=Stop.EXACT, stay=INSIDE), NOW) == Refuse(reason=reason)
    assert judge_exit(facts(recognised=recognised, stay=INSIDE)) == Refuse(reason=reason)


@pytest.mark.parametrize(("reason", "cause"), [*REFUSALS, *QUESTIONS])
def test_each_cause_by_itself(reason: Reason, cause: dict[str, Any]) -> None:
    verdict = judge(facts(**cause), NOW)

    assert verdict.reason is reason
    assert isinstance(verdict, Ask if (reason, cause) in QUESTIONS else Refuse)


def combined(*causes: dict[str, Any]) -> Facts:
    """Facts with several causes at once; tours and plants are put together field by field."""
    fields: dict[str, Any] = {}
    for cause in causes:
        for name, value in cause.items():
            mine = fields.get(name)
            if name == "tour" and mine is not None:
                late = min(mine.start, value.start) if LATE["tour"] in (mine, value) else max(mine.start, value.start)
                value = replace(
                    value,
                    start=late,
                    end=late + timedelta(minutes=90),
                    cancelled=mine.cancelled or value.cancelled,
                    capacity=mine.capacity if value.capacity is None else value.capacity,
                )
            elif name == "plant" and mine is not None:
                one, other = mine.policy, value.policy
                value = plant(minimum_age=one.minimum_age or other.minimum_age, briefing=one.briefing or other.briefing)
            elif name == "visitor" and mine is not None:
                value = replace(value, flags=mine.flags | value.flags, birth_year=mine.birth_year or value.birth_year)
            fields[name] = value
    return facts(**fields)


def _pairs(table: list[tuple[Reason, dict[str, Any]]]) -> list[Any]:
    return [
        pytest.param(first, one, other, id=f"{first}-before-{second}")
        for place, (first, one) in enumerate(table)
        for second, other in table[place + 1 :]
    ]


EXCLUDE = {"wrong_day-before-too_late", "stop_list-before-near_stop_list"}
"""A tour that starts tomorrow is not over, and a name is either near or exact."""


@pytest.mark.parametrize(
    ("first", "one", "other"), [pair for pair in _pairs([*REFUSALS, *QUESTIONS]) if pair.id not in EXCLUDE]
)
def test_of_two_causes_the_rule_book_says_the_more_telling(
    first: Reason, one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert judge(combined(one, other), NOW).reason is first


@pytest.mark.parametrize("cause", [cause for _, cause in REFUSALS])
def test_no_confirmation_opens_what_is_refused(cause: dict[str, Any]) -> None:
    assert isinstance(judge(facts(**cause), NOW, frozenset(Reason)), Refuse)


def test_questions_come_one_after_another_until_all_are_settled() -> None:
    asked = combined(*(cause for _, cause in QUESTIONS))
    confirmed: frozenset[Reason] = frozenset()
    for reason, _ in QUESTIONS:
        assert judge(asked, NOW, confirmed) == Ask(reason=reason)
        confirmed |= {reason}
    assert judge(asked, NOW, confirmed) == Admit(heads=1)


def test_a_recognised_ticket_must_be_there() -> None:
    with pytest.raises(ValueError, match="must come with its ticket"):
        judge(facts(ticket=None), NOW)


# --- plants ------------------------------------------------------------------------------------------


def test_a_gate_for_every_plant_judges_by_the_tickets_own_plant() -> None:
    assert judge(facts(here=None, ticket=ticket(plant="stal"), plant=plant("stal")), NOW) == Admit(heads=1)


def test_a_gate_for_every_plant_does_not_admit_to_one_it_does_not_know() -> None:
    elsewhere = facts(here=None, ticket=ticket(plant="?00112233", tour=""), plant=None, tour=None, visitor=None)

    assert judge(elsewhere, NOW) == Refuse(reason=Reason.WRONG_PLANT)


# --- withdrawn ---------------------------------------------------------------------------------------


def test_a_withdrawn_key_counts_from_its_moment_on() -> None:
    key = replace(KEY, revoked_at=NOW)
    assert judge(facts(key=key), NOW - SECOND) == Admit(heads=1)
    assert judge(facts(key=key), NOW) == Refuse(reason=Reason.REVOKED, when=NOW)
    assert judge(facts(key=KEY), NOW) == Admit(heads=1)


def test_a_registration_is_cancelled_by_the_visitor_alone_too() -> None:
    assert judge(facts(visitor=visitor("v1", "Ким", Flag.CANCELLED)), NOW).reason is Reason.CANCELLED


# --- time --------------------------------------------------------------------------------------------


def test_the_window_at_its_exact_borders() -> None:
    known = facts(tour=tour(start=NOW, minutes=60), **with_policy(opens_before_min=30, closes_after_end_min=15))
    opens, closes = NOW - timedelta(minutes=30), NOW + timedelta(minutes=75)

    assert judge(known, opens - SECOND) == Refuse(reason=Reason.TOO_EARLY, when=opens)
    assert judge(known, opens) == judge(known, closes) == Admit(heads=1)
    assert judge(known, closes + SECOND) == Refuse(reason=Reason.TOO_LATE, when=closes)


def test_a_tickets_own_window_goes_before_the_tours_each_side_by_itself() -> None:
    early = ticket(valid_from=NOW - timedelta(hours=5))
    until = ticket(valid_until=NOW + timedelta(minutes=10))

    assert judge(facts(ticket=early), NOW - timedelta(hours=5)) == Admit(heads=1)
    assert judge(facts(ticket=until), NOW + timedelta(minutes=11)).reason is Reason.TOO_LATE
    assert judge(facts(ticket=until), NOW - timedelta(minutes=60)) == Admit(heads=1)


def test_a_ticket_without_any_window_is_always_in_time() -> None:
    known = facts(tour=None)
    assert window(None, ticket(), Policy()) is None
    assert judge(known, NOW + timedelta(days=400)) == Admit(heads=1)


def test_half_a_window_is_none() -> None:
    assert window(None, ticket(valid_from=NOW), Policy()) is None


def test_a_tours_own_policy_replaces_the_plants() -> None:
    own = tour(policy=Policy(opens_before_min=5))
    assert judge(facts(tour=own, **with_policy(opens_before_min=600)), NOW - timedelta(minutes=6)) == Refuse(
        reason=Reason.TOO_EARLY, when=NOW - timedelta(minutes=5)
    )


@pytest.mark.parametrize("zone", ["Europe/Kaliningrad", "Europe/Moscow", "Asia/Vladivostok", "Asia/Kamchatka"])
@pytest.mark.parametrize(("hour", "reason"), [(0, Reason.TOO_EARLY), (8, Reason.TOO_EARLY), (23, Reason.TOO_LATE)])
def test_the_day_is_the_plants_own(zone: str, hour: int, reason: Reason) -> None:
    place = ZoneInfo(zone)
    start = datetime(2026, 8, 5, 12, tzinfo=place)
    known = facts(plant=plant(tz=zone), tour=tour(start=start.astimezone(UTC)))

    assert judge(known, start.replace(hour=hour)).reason is reason
    assert judge(known, datetime(2026, 8, 4, 23, 59, 59, tzinfo=place)).reason is Reason.WRONG_DAY
    assert judge(known, datetime(2026, 8, 6, tzinfo=place)).reason is Reason.WRONG_DAY


def test_the_same_moment_is_another_day_in_vladivostok_than_in_kaliningrad() -> None:
    moment = datetime(2026, 8, 5, 15, 0, tzinfo=UTC)  # 17:00 in Kaliningrad, the sixth in Vladivostok
    west = facts(plant=plant(tz="Europe/Kaliningrad"), tour=tour(start=datetime(2026, 8, 5, 19, 0, tzinfo=UTC)))
    east = replace(west, plant=plant(tz="Asia/Vladivostok"), tour=tour(start=datetime(2026, 8, 5, 5, 0, tzinfo=UTC)))

    assert judge(west, moment).reason is Reason.TOO_EARLY
    assert judge(east, moment).reason is Reason.WRONG_DAY


def test_a_tour_over_midnight_is_of_both_days() -> None:
    zone = ZoneInfo("Asia/Yekaterinburg")
    night = tour(start=datetime(2026, 8, 5, 23, 30, tzinfo=zone).astimezone(UTC), minutes=90)
    known = facts(plant=plant(tz=zone.key), tour=night)

    assert judge(known, datetime(2026, 8, 6, 0, 59, tzinfo=zone)) == Admit(heads=1)
    assert judge(known, datetime(2026, 8, 5, 22, 0, tzinfo=zone)).reason is Reason.TOO_EARLY
    assert judge(known, datetime(2026, 8, 6, 1, 1, tzinfo=zone)).reason is Reason.TOO_LATE
    assert judge(known, datetime(2026, 8, 7, 0, 30, tzinfo=zone)).reason is Reason.WRONG_DAY


def test_a_tour_just_after_midnight_opens_on_the_day_before() -> None:
    zone = ZoneInfo("Europe/Moscow")
    early = facts(tour=tour(start=datetime(2026, 8, 6, 0, 15, tzinfo=zone).astimezone(UTC)))

    assert judge(early, datetime(2026, 8, 5, 23, 15, tzinfo=zone)) == Admit(heads=1)
    assert judge(early, datetime(2026, 8, 5, 23, 14, 59, tzinfo=zone)).reason is Reason.WRONG_DAY


@pytest.mark.parametrize("day", [29, 30], ids=["spring-forward", "the-day-after"])
def test_a_window_is_as_long_on_the_day_when_clocks_change(day: int) -> None:
    zone = ZoneInfo("Europe/Berlin")  # 29 March 2026: 02:00 becomes 03:00
    start = datetime(2026, 3, day, 3, 30, tzinfo=zone).astimezone(UTC)
    known = facts(plant=plant(tz=zone.key), tour=tour(start=start))

    assert judge(known, start - timedelta(minutes=60)) == Admit(heads=1)
    assert judge(known, start - timedelta(minutes=61)).reason is Reason.TOO_EARLY


def test_when_clocks_go_back_the_second_hour_is_still_the_same_day() -> None:
    zone = ZoneInfo("Europe/Berlin")  # 25 October 2026: 03:00 becomes 02:00
    start = datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=1).astimezone(UTC)
    known = facts(plant=plant(tz=zone.key), tour=tour(start=start))

    assert judge(known, start) == Admit(heads=1)
    assert judge(known, datetime(2026, 10, 25, 0, 10, tzinfo=zone)).reason is Reason.TOO_EARLY


# --- used, re-entry, parties -------------------------------------------------------------------------


def test_a_used_ticket_says_when_it_was_used() -> None:
    came = NOW - timedelta(minutes=20)
    stay = Stay(inside=1, entry=event(at=came), first_in=came)

    assert judge(facts(stay=stay), NOW) == Refuse(reason=Reason.ALREADY_USED, when=came)


def test_used_goes_before_too_late_but_not_before_another_day() -> None:
    assert judge(facts(stay=INSIDE, **LATE), NOW).reason is Reason.ALREADY_USED
    assert judge(facts(stay=INSIDE, tour=tour(start=NOW + timedelta(days=1))), NOW).reason is Reason.WRONG_DAY


def test_who_left_may_come_back_where_the_policy_says_so() -> None:
    assert judge(facts(stay=LEFT), NOW) == Admit(reason=Reason.ADMITTED_AGAIN, heads=1)
    assert judge(facts(stay=LEFT, **with_policy(reentry=False)), NOW).reason is Reason.ALREADY_USED


def test_who_comes_back_needs_no_second_look_at_the_document_and_takes_no_new_place() -> None:
    back = facts(
        stay=LEFT,
        visitor=visitor("v1", "Ли Мэй", Flag.DOCUMENT),
        tour=tour(capacity=10),
        tour_taken=9,
        **with_policy(document=DocumentRule.EVERYONE),
    )
    assert judge(back, NOW) == Admit(reason=Reason.ADMITTED_AGAIN, heads=1)
    assert judge(replace(back, tour_taken=10), NOW).reason is Reason.ADMITTED_AGAIN


def party(heads: int, stay: Stay, **fields: Any) -> Facts:
    return facts(ticket=ticket(of=None, group="g", party=heads), visitor=None, stay=stay, **fields)


def test_a_party_comes_in_together_and_the_rest_of_it_later() -> None:
    assert judge(party(25, Stay()), NOW) == Admit(heads=25)
    assert judge(party(25, Stay(inside=20)), NOW) == Admit(heads=5)
    assert judge(party(25, Stay(inside=25, first_in=NOW)), NOW) == Refuse(reason=Reason.ALREADY_USED, when=NOW)
    assert judge(party(25, Stay(inside=20, left=5)), NOW) == Admit(reason=Reason.ADMITTED_AGAIN, heads=5)


def test_without_re_entry_only_those_of_a_party_come_who_have_not_been() -> None:
    once = with_policy(reentry=False)
    assert judge(party(5, Stay(inside=3, left=2), **once), NOW).reason is Reason.ALREADY_USED
    assert judge(party(5, Stay(left=5), **once), NOW).reason is Reason.ALREADY_USED
    assert judge(party(5, Stay(inside=1, left=2), **once), NOW) == Admit(reason=Reason.ADMITTED, heads=2)


@pytest.mark.parametrize(("taken", "admitted"), [(15, True), (16, False)])
def test_a_party_needs_a_place_for_each_head(taken: int, admitted: bool) -> None:
    verdict = judge(party(10, Stay(), tour=tour(capacity=25), tour_taken=taken), NOW)
    assert isinstance(verdict, Admit) is admitted


def test_nobody_counts_places_where_there_is_no_capacity() -> None:
    assert judge(facts(tour=tour(capacity=None), tour_taken=10_000), NOW) == Admit(heads=1)
    assert judge(facts(tour=tour(capacity=0)), NOW).reason is Reason.TOUR_FULL


# --- age, documents, adults, briefing ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "born", "band"),
    [
        ((Flag.MINOR,), 1980, Flag.MINOR),
        ((Flag.ADULT,), 2020, Flag.ADULT),
        ((), None, None),
        ((), 2007, Flag.ADULT),
        ((), 2008, None),
        ((), 2009, Flag.MINOR),
    ],
)
def test_the_age_band_is_said_only_where_it_is_sure(
    flags: tuple[Flag, ...], born: int | None, band: Flag | None
) -> None:
    assert age_band(visitor("v1", "Ким", *flags, birth_year=born), NOW) is band


@pytest.mark.parametrize(
    ("born", "reason"), [(2012, Reason.ADMITTED), (2013, Reason.UNDER_AGE), (None, Reason.ADMITTED)]
)
def test_the_age_limit_refuses_only_whoever_cannot_have_reached_it(born: int | None, reason: Reason) -> None:
    assert judge(facts(visitor=visitor(birth_year=born), **with_policy(minimum_age=14)), NOW).reason is reason


@pytest.mark.parametrize(
    ("rule", "who", "seen", "asked"),
    [
        (DocumentRule.FLAGGED, visitor(), False, False),
        (DocumentRule.FLAGGED, visitor("v1", "Ли Мэй", Flag.DOCUMENT), True, True),
        (DocumentRule.EVERYONE, visitor(), True, True),
        (DocumentRule.LEADER, visitor(birth_year=1980), False, True),
        (DocumentRule.LEADER, visitor(birth_year=1980), True, False),
        (DocumentRule.LEADER, visitor(birth_year=2015), False, False),
        (DocumentRule.LEADER, visitor("v1", "Ли Мэй", Flag.MINOR, Flag.DOCUMENT), True, True),
        (DocumentRule.LEADER, None, False, True),
    ],
)
def test_whose_document_is_wanted(rule: DocumentRule, who: Any, seen: bool, asked: bool) -> None:
    verdict = judge(
        facts(visitor=who, group_document_seen=seen, group_adults_inside=1, **with_policy(document=rule)), NOW
    )
    assert (verdict == Ask(reason=Reason.NEEDS_DOCUMENT)) is asked


@pytest.mark.parametrize(
    ("allowed", "adults", "minors", "asked"),
    [(None, 0, 0, True), (None, 1, 40, False), (8, 0, 0, True), (8, 1, 7, False), (8, 1, 8, True), (8, 2, 8, False)],
)
def test_minors_come_behind_enough_adults(allowed: int | None, adults: int, minors: int, asked: bool) -> None:
    child = facts(
        visitor=visitor("v1", "Ежов Глеб", Flag.MINOR),
        group_adults_inside=adults,
        group_minors_inside=minors,
        **with_policy(minors_per_adult=allowed),
    )
    assert (judge(child, NOW) == Ask(reason=Reason.NEEDS_ADULT)) is asked


def test_a_birth_year_alone_makes_a_minor_only_where_adults_are_counted() -> None:
    child = visitor(birth_year=2015)
    assert judge(facts(visitor=child), NOW) == Admit(heads=1)
    assert judge(facts(visitor=child, **with_policy(minors_per_adult=8)), NOW) == Ask(reason=Reason.NEEDS_ADULT)


def test_a_briefed_group_is_not_asked_again() -> None:
    assert judge(facts(briefed=True, **with_policy(briefing=True)), NOW) == Admit(heads=1)


# --- leaving -----------------------------------------------------------------------------------------


def test_whoever_is_inside_may_go_whatever_the_rules_say() -> None:
    against = combined(*(cause for reason, cause in REFUSALS if reason is not Reason.WRONG_PLANT))
    assert judge_exit(replace(against, stay=INSIDE)) == Admit(reason=Reason.LEFT, heads=1)
    assert judge_exit(party(25, Stay(inside=20, left=5))) == Admit(reason=Reason.LEFT, heads=20)


def test_who_is_not_inside_cannot_leave() -> None:
    assert judge_exit(facts()) == Refuse(reason=Reason.NOT_INSIDE)
    assert judge_exit(facts(stay=LEFT)) == Refuse(reason=Reason.NOT_INSIDE, when=NOW)


def test_nobody_leaves_another_plant_through_this_gate() -> None:
    elsewhere = facts(ticket=ticket(plant="stal"), plant=plant("stal"), stay=INSIDE)
    assert judge_exit(elsewhere) == Refuse(reason=Reason.WRONG_PLANT)


# --- the year is the plant's too ---------------------------------------------------------------------


def test_an_age_is_reached_when_the_year_begins_at_the_plant() -> None:
    eve = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)  # three in the morning of the new year on Kamchatka
    young = facts(tour=tour(start=eve), visitor=visitor(birth_year=2013))

    east = replace(young, plant=plant(tz="Asia/Kamchatka", minimum_age=14))
    assert judge(east, eve) == Admit(heads=1)
    assert judge(replace(young, plant=plant(minimum_age=14)), eve).reason is Reason.UNDER_AGE


@pytest.mark.parametrize("zone", ["Mars/Base", "", "Europe", "../etc/passwd", "x" * 500])
def test_a_plant_in_no_time_zone_is_none(zone: str) -> None:
    with pytest.raises(ValueError, match="no such time zone"):
        plant(tz=zone)
