"""What PostgreSQL reads for a push, on a database that has just been made: it has no statistics yet."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from checkin.domain.events import Kind
from checkin.hub import open_hub
from checkin.hub.attendance import receive
from checkin.hub.database import reading, writing
from tests.integration.postgres_server import fresh_database, installed
from tests.unit.hub.hub_world import NOW, enrolled, raw, season

BATCHES, LINES = 8, 200

pytestmark = [pytest.mark.postgres, pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")]


def rows_read(connection: Connection) -> int:
    """Rows of the journal that were read, by an index or without, by all who have closed their connection."""
    query = """SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'attendance')
        + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname = 'attendance')"""
    return int(connection.execute(text(query)).scalar_one())


def test_a_push_reads_what_it_touches_however_long_the_journal_is(postgres_url: str) -> None:
    url = fresh_database(postgres_url, "plans")
    read = []
    with open_hub(url) as hub:
        hub.put_records(season(tours=1, visitors=LINES))
        with writing(hub.engine) as connection:  # as if it looked at the tables a minute later, which it does
            for table in ("attendance", "presence"):
                connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
        journal, who = enrolled(hub)
    for _half in range(2):
        with open_hub(url) as hub:
            for _batch in range(BATCHES):
                for count in range(LINES):
                    journal.write(f"v1-{1 + count // 2}", Kind.EXIT if count % 2 else Kind.ENTRY)
                lines = [raw(one) for one in journal.lines[-LINES:]]
                assert receive(hub.engine, who, lines, NOW, NOW).accepted == LINES
        with open_hub(url) as hub, reading(hub.engine) as connection:
            read.append(rows_read(connection))
    assert 0 < read[1] - read[0] < 4 * BATCHES * LINES
