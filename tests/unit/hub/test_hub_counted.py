"""What is counted when it is written is what counting it would give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import event

from checkin.domain.visit import Visitor
from checkin.hub import Hub, open_hub, roster, schema
from checkin.hub.database import engine_for, reading, writing
from tests.unit.hub.hub_world import season


def total(hub: Hub) -> int:
    found: int = json.loads(roster.page(hub.engine, "bread", "", 2))["total"]
    return found


def whole(hub: Hub) -> int:
    """The changes of all pages from the first on."""
    found, cursor, more = 0, "", True
    while more:
        page = json.loads(roster.page(hub.engine, "bread", cursor, 7))
        found, cursor, more = found + len(page["changes"]), page["cursor"], page["more"]
    return found


def test_the_first_page_knows_how_much_is_to_come(hub: Hub) -> None:
    hub.put_records(season(tours=2, visitors=10))
    hub.put_records(season("steel", tours=1, visitors=3))
    assert total(hub) == whole(hub) == 43
    hub.put_records([Visitor(id="v1-1", plant="bread", tour="tour-1", name="Другая")])
    hub.put_records([], removed=[("bread", "visitor", "v1-2"), ("bread", "visitor", "nobody")])
    assert total(hub) == whole(hub) == 43
    hub.put_records(season(tours=2, visitors=11))  # the one that was removed comes back, four are new
    assert total(hub) == whole(hub) == 47


@pytest.fixture
def older(tmp_path: Path) -> Iterator[str]:
    """A database as the version before left it."""
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season(tours=2, visitors=10))
    engine = engine_for(url)
    with writing(engine) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
    engine.dispose()
    return url


def test_an_older_database_is_counted_once(older: str) -> None:
    with open_hub(older) as hub:
        assert total(hub) == whole(hub) == 43


def test_a_headcount_reads_no_record(hub: Hub) -> None:
    hub.put_records(season(tours=2, visitors=10))
    asked: list[str] = []
    event.listen(hub.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert hub.headcount("bread")[-1].expected == 20
    plans = []
    with reading(hub.engine) as connection:
        for one in asked:
            if one.startswith("SELECT"):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", ("x",) * one.count("?")).all()
                plans += [row.detail for row in plan]
    assert "SEARCH roster USING COVERING INDEX roster_heads (plant=?)" in plans
    assert not [one for one in plans if one.startswith("SCAN roster")]
    assert not [one for one in plans if one.startswith("SEARCH roster") and one.endswith("roster_parent (plant=?)")]
