"""A group that is admitted at once is exactly its members admitted one by one, whatever the group and the policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkin.desk import Desk, Direction, Place, Source
from checkin.desk.groups import Groups
from checkin.domain.admission import QUESTIONS, Reason, Verdict
from checkin.domain.group import turn
from checkin.domain.headcount import Count
from checkin.domain.visit import DocumentRule, Flag, Group, Policy, StopEntry
from tests.field import NOW, Site, plant, site, ticket, tour, visitor

_numbers = count()


@dataclass(frozen=True)
class Child:
    """A member before the group comes: flags, year, and what has happened to them already."""

    flags: frozenset[Flag]
    birth_year: int | None
    before: str
    stopped: bool
    ticked: bool


children = st.builds(
    Child,
    flags=st.frozensets(st.sampled_from([Flag.MINOR, Flag.ADULT, Flag.DOCUMENT, Flag.CANCELLED, Flag.MOBILITY])),
    birth_year=st.none() | st.integers(1950, 2022),
    before=st.sampled_from(["", "", "", "inside", "left"]),
    stopped=st.sampled_from([False] * 8 + [True]),
    ticked=st.sampled_from([True] * 5 + [False]),
)
policies = st.builds(
    Policy,
    minimum_age=st.none() | st.integers(5, 18),
    document=st.sampled_from(DocumentRule),
    briefing=st.booleans(),
    minors_per_adult=st.none() | st.integers(0, 4),
    reentry=st.booleans(),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One store for every example: each has two plants of its own."""
    folder: Path = tmp_path_factory.mktemp("groups")
    with site(folder) as made:
        yield made


def prepared(world: Site, here: str, members: list[Child], rules: Policy, capacity: int | None) -> Desk:
    """A plant with one group, some of whom have been in already; all of it on the same roster."""
    world.clock.jump(NOW)
    world.take(plant(here), tour(plant=here, capacity=None))
    world.take(Group(id="g", plant=here, tour="t1", name="Группа"))
    desk = world.at(Place(plant=here, gate="1"))
    for number, child in enumerate(members):
        given: dict[str, Any] = {"plant": here, "group": "g", "birth_year": child.birth_year}
        world.take(visitor(f"v{number}", f"Гость {number:02}", **given))
        world.take(ticket(f"{here}-{number}", f"v{number}", plant=here))
        if child.before:
            desk.scan(f"{here}-{number}", Source.CAMERA)
        if child.before == "left":
            desk.scan(f"{here}-{number}", Source.CAMERA, Direction.OUT)
        world.take(visitor(f"v{number}", f"Гость {number:02}", *child.flags, **given))
        if child.stopped:
            name = f"Гость {number:02}"
            world.take(StopEntry(id=f"s{number}", plant=here, name=name, birth_year=child.birth_year))
    world.take(tour(plant=here, capacity=capacity, policy=rules))
    return desk


def came_to(desk: Desk, here: str) -> tuple[list[tuple[int, int]], Count]:
    card = Groups(desk).open_group(here, "g")
    assert card is not None
    return [(one.stay.inside, one.stay.left) for one in card.members], card.count


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    members=st.lists(children, min_size=1, max_size=7),
    rules=policies,
    capacity=st.none() | st.integers(0, 8),
    confirmed=st.frozensets(st.sampled_from(sorted(QUESTIONS))),
    minutes=st.integers(-90, 120),
)
def test_a_group_at_once_is_its_members_one_by_one(
    world: Site,
    members: list[Child],
    rules: Policy,
    capacity: int | None,
    confirmed: frozenset[Reason],
    minutes: int,
) -> None:
    number = next(_numbers)
    together, singly = f"a{number}", f"b{number}"
    desks = {here: prepared(world, here, members, rules, capacity) for here in (together, singly)}
    world.clock.jump(NOW + timedelta(minutes=minutes))
    now = world.clock.now()
    ticked = {f"v{at}" for at, child in enumerate(members) if child.ticked}

    card = Groups(desks[together]).open_group(together, "g")
    assert card is not None
    result = Groups(desks[together]).admit(card, ticked, confirmed)
    at_once: dict[str | None, Reason] = {one.subject: Reason(one.reason) for one in result.events}
    at_once |= {who.id: verdict.reason for who, verdict in result.held}

    one_by_one: dict[str, Verdict] = {}
    facts = {
        one: desks[singly].judge(f"{singly}-{one[1:]}").facts for one in sorted(ticked, key=lambda who: int(who[1:]))
    }
    for who in sorted(facts, key=lambda one: turn(facts[one], now)):
        one_by_one[who] = desks[singly].scan(f"{singly}-{who[1:]}", Source.CAMERA, confirmed=confirmed).verdict

    assert at_once == {who: verdict.reason for who, verdict in one_by_one.items()}
    (stays, counted), (others, counted_singly) = came_to(desks[together], together), came_to(desks[singly], singly)
    assert stays == others
    assert (counted.inside, counted.left) == (counted_singly.inside, counted_singly.left)
    if capacity is not None and not any(child.before for child in members):
        assert counted.inside + counted.left <= capacity


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(members=st.lists(children, min_size=1, max_size=7), rules=policies, capacity=st.none() | st.integers(0, 8))
def test_what_a_card_foresees_comes_true(
    world: Site, members: list[Child], rules: Policy, capacity: int | None
) -> None:
    """Whoever may come is in once every question is settled; nobody else is."""
    here = f"c{next(_numbers)}"
    desk = prepared(world, here, members, rules, capacity)
    card = Groups(desk).open_group(here, "g")
    assert card is not None
    everybody = {one.visitor.id for one in card.members}
    result = Groups(desk).admit(card, everybody, frozenset(QUESTIONS))
    assert {one.subject for one in result.events} == {one.visitor.id for one in card.members if one.may_come}
    asked = {who.id: set(who_asked) for who, who_asked in ((one.visitor, one.questions) for one in card.members)}
    for one in result.events:
        written = {Reason(reason) for reason in one.confirmed}
        assert written - asked[one.subject or ""] == set(), "nothing is written that was not shown on the card"
