"""What comes from the other side need not wait for the disk; this gate's own events always do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from checkin.store import Store, Transaction, writeback
from tests.field import event, opened, visitor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = opened(tmp_path)
    yield made
    made.close()


def flushes(tx: Transaction) -> int:
    """``synchronous``: 2 waits for the disk at each commit."""
    return int(tx.session.connection().exec_driver_sql("PRAGMA synchronous").scalar_one())


def test_each_kind_of_write_has_its_own_care_whatever_the_connection_did_before(store: Store) -> None:
    for _ in range(3):
        with store.write() as tx:
            assert flushes(tx) == 2
        with store.take() as tx:
            assert flushes(tx) == 1
            tx.meta.put("sync.roster_cursor", "5")
    with store.read() as tx:
        assert tx.meta.get("sync.roster_cursor") == "5"


def test_no_event_of_this_gates_own_is_taken_so(store: Store) -> None:
    with pytest.raises(AssertionError), store.take() as tx:
        tx.journal.append(event(), tx.meta.device())


def test_no_lasting_fact_is_taken_so(store: Store) -> None:
    with pytest.raises(AssertionError), store.take() as tx:
        tx.meta.put("hub.token", "t")


def test_the_log_is_written_back_beside_whoever_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writeback, "EVERY_S", 0.0)
    store = opened(tmp_path)
    log = tmp_path / "store.sqlite-wal"
    size = 0
    for number in range(60):
        with store.take() as tx:
            tx.roster.put([visitor(f"v{one}") for one in range(number * 50, number * 50 + 50)])
        store.rest()
        size = max(size, log.stat().st_size)
    with store.read() as tx:
        assert len(list(tx.roster.visitors())) == 3000
    store.close()
    assert size < (tmp_path / "store.sqlite").stat().st_size, "the log never began anew"


def test_a_log_that_cannot_be_written_back_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writeback, "EVERY_S", 0.0)
    store = opened(tmp_path)

    class Refusing:
        def raw_connection(self) -> None:
            raise sqlcipher.OperationalError("disk I/O error")

    monkeypatch.setattr(store._write_back, "_engine", Refusing())
    for number in range(5):
        with store.write() as tx:
            tx.journal.append(event(subject=f"v{number}"), tx.meta.device())
        store.rest()
    with store.read() as tx:
        assert tx.journal.count(tx.meta.device().id) == 5
    store.close()
