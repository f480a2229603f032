"""Statements that travel together: in their order, in their transaction, and what goes wrong with one is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import event, func, select

from checkin.errors import ServerBusy
from checkin.hub import Hub, open_hub, rows
from checkin.hub.attendance import receive
from checkin.hub.database import reading, writing
from checkin.hub.journeys import Question, later, together
from checkin.hub.statements import add, upsert
from tests.integration.postgres_server import fresh_database, installed, postgres
from tests.unit.hub.hub_world import NOW, enrolled, raw, season

pytestmark = [pytest.mark.postgres, pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")]

COUNT = select(func.count().label("heads")).select_from(rows.presence)
SHUT = rows.presence.update().values(party=9)


def person(subject: str) -> dict[str, object]:
    return {
        "plant": "bread", "subject": subject, "tour": None, "inside": 1, "left": 0, "party": 1, "doubles": None,
        "last_at": NOW,
    }  # fmt: skip


@pytest.fixture
def hub(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[Hub]:
    with open_hub(fresh_database(postgres_url, f"journeys{abs(hash(request.node.name)) % 10**8}")) as hub:
        yield hub


def heads(hub: Hub) -> int:
    with reading(hub.engine) as connection:
        return int(connection.execute(COUNT).scalar_one())


def test_what_comes_later_is_seen_by_what_is_asked_after_it(hub: Hub) -> None:
    with writing(hub.engine) as connection:
        upsert(connection, rows.presence, [person("a")])
        (first,) = together(connection, Question(COUNT, {}))
        later(connection, SHUT, {})
        upsert(connection, rows.presence, [person("b")])
        assert connection.execute(COUNT).scalar_one() == 2  # an ordinary statement goes after what waits
        upsert(connection, rows.presence, [person("c")])
    assert [row.heads for row in first] == [1]
    with reading(hub.engine) as connection:
        found = {row.subject: row.party for row in connection.execute(select(rows.presence))}
    assert found == {"a": 9, "b": 1, "c": 1}


def test_what_waited_is_dropped_with_its_transaction(hub: Hub) -> None:
    def fail() -> None:
        with writing(hub.engine) as connection:
            upsert(connection, rows.presence, [person("a")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with writing(hub.engine) as connection:  # very likely the same connection
        upsert(connection, rows.presence, [person("b")])
    assert heads(hub) == 1


def test_a_write_that_fails_on_its_way_fails_the_transaction_and_nothing_else(hub: Hub) -> None:
    with writing(hub.engine) as connection:
        upsert(connection, rows.presence, [person("a")])

    def twice(*, ask: bool) -> None:
        with writing(hub.engine) as connection:
            upsert(connection, rows.presence, [person("b")])
            add(connection, rows.presence, [person("a")])
            if ask:
                together(connection, Question(COUNT, {}))

    for ask in (False, False, True, False):  # it shows at the commit, or when something is asked
        with pytest.raises(UniqueViolation):
            twice(ask=ask)
    assert heads(hub) == 1
    with writing(hub.engine) as connection:
        upsert(connection, rows.presence, [person("b")])
    assert heads(hub) == 2


def test_a_slice_of_events_is_two_journeys(hub: Hub) -> None:
    hub.put_records(season())
    journal, who = enrolled(hub)
    alone: list[str] = []
    event.listen(hub.engine, "before_cursor_execute", lambda *given: alone.append(given[2]))
    for number in range(3):
        lines = [raw(journal.write(f"v1-{1 + count}")) for count in range(number, 10)]
        assert receive(hub.engine, who, lines, NOW, NOW).accepted == len(lines)
    assert not alone, "a statement went by itself"


def test_a_server_that_dies_under_a_journey_is_a_busy_hub() -> None:
    def cut_off(hub: Hub) -> None:
        with writing(hub.engine) as connection:
            upsert(connection, rows.presence, [person("a")])
            connection.exec_driver_sql("SELECT 1")
            upsert(connection, rows.presence, [person("b")])
            with reading(hub.engine) as another:
                another.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND application_name = 'prohodnaya-hub'"
                )

    with postgres() as url, open_hub(fresh_database(url, "dies")) as hub:
        with pytest.raises(ServerBusy):
            cut_off(hub)
        assert heads(hub) == 0
        with writing(hub.engine) as connection:
            upsert(connection, rows.presence, [person("c")])
        assert heads(hub) == 1
