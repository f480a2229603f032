"""What comes from the other side need not wait for the disk; this gate's own events always do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.store import Store, Transaction
from tests.field import event, opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = opened(tmp_path)
    yield made
    made.close()


def flushes(tx: Transaction) -> tuple[int, int]:
    """``synchronous`` and after how many pages the log is written back."""
    run = tx.session.connection().exec_driver_sql
    return run("PRAGMA synchronous").scalar_one(), run("PRAGMA wal_autocheckpoint").scalar_one()


def test_each_kind_of_write_has_its_own_care_whatever_the_connection_did_before(store: Store) -> None:
    for _ in range(3):
        with store.write() as tx:
            assert flushes(tx) == (2, 4000)
        with store.take() as tx:
            assert flushes(tx) == (1, 1000)
            tx.meta.put("sync.roster_cursor", "5")
    with store.read() as tx:
        assert tx.meta.get("sync.roster_cursor") == "5"


def test_no_event_of_this_gates_own_is_taken_so(store: Store) -> None:
    with pytest.raises(AssertionError), store.take() as tx:
        tx.journal.append(event(), tx.meta.device())


def test_no_lasting_fact_is_taken_so(store: Store) -> None:
    with pytest.raises(AssertionError), store.take() as tx:
        tx.meta.put("hub.token", "t")
