"""The guides' tables and statements on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from checkin.domain.events import new_id
from checkin.hub import Hub, open_hub
from checkin.hub.api.watch import Watch
from checkin.hub.guides.athub import AttendanceAtHub
from checkin.hub.guides.board import board
from checkin.hub.guides.marks import Asked
from checkin.hub.guides.stored import StoredPasses
from tests.integration.guides.guides_world import GUIDE, season
from tests.integration.postgres_server import fresh_database, installed, postgres

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here"),
]


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with postgres() as server, open_hub(fresh_database(server, "guides")) as hub:
        hub.put_records(season())
        yield hub


def test_code_marks_and_board(hub: Hub) -> None:
    passes = StoredPasses(hub.engine, hub.clock)
    opened = passes.enter(hub.guide_code("bread", GUIDE).text)
    assert opened is not None
    token, who = opened
    assert passes.holder(token) == who
    assert who.until - hub.clock.now() > timedelta(hours=9)
    house = AttendanceAtHub(hub.engine, hub.clock, Watch(hub.engine))
    ids = [new_id() for _number in range(25)]
    asked = [
        Asked(id=one, do="mark", tour="tour-1", subject=f"v1-{number}", mark="present", age_ms=0)
        for number, one in enumerate(ids, start=1)
    ]
    undo = Asked(id=new_id(), do="undo", tour="tour-1", voids=ids[0], age_ms=0)
    assert {answer.status for answer in house.take(who, [*asked, undo])} == {"accepted"}
    assert {answer.status for answer in house.take(who, [*asked, undo])} == {"duplicate"}
    day, position = house.day(who)
    shown = next(tour for tour in board(day, who).tours if tour.id == "tour-1")
    assert (len(shown.people), sum(person.call is not None for person in shown.people), position) == (25, 24, 26)
    assert hub.findings() == []
    passes.leave(token)
    assert passes.holder(token) is None
