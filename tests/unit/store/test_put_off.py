"""A line that waits aside does not wait for a day because somebody has set the clock back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from checkin.desk import Source
from tests.field import NOW, plant, site, ticket, tour, visitor


def test_a_clock_that_is_set_back_leaves_nothing_behind(tmp_path: Path) -> None:
    roster = [plant(), tour("t1", NOW, 600), visitor("v1"), ticket("CODE-1", "v1")]
    with site(tmp_path, roster) as a:
        event = a.desk.scan("CODE-1", Source.PIPE).event
        assert event is not None
        with a.store.write() as tx:
            tx.outbox.put_off([event.id], NOW, timedelta(minutes=5), timedelta(minutes=5))
        with a.store.read() as tx:
            assert tx.outbox.due(NOW + timedelta(minutes=1), 10) == []
            assert len(tx.outbox.due(NOW + timedelta(minutes=5), 10)) == 1
            assert len(tx.outbox.due(NOW - timedelta(days=1), 10)) == 1
