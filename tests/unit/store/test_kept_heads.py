"""The heads that triggers keep are those that counting anew gives, whatever was written and in which order."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from checkin.domain.events import Kind
from checkin.domain.headcount import Count
from checkin.domain.visit import Flag, Record, Revocation
from checkin.store import Transaction
from checkin.store.elsewhere import _ELSEWHERE, _INSIDE
from checkin.store.roster import RosterChange, put
from tests.field import event, opened, plant, ticket, tour, visitor

TOURS = ("t1", "t2", "t3")
GROUPS = (None, "g1", "g2")
OLDER = (
    *(
        f"DROP TRIGGER {table}_{change}"
        for table in ("visitor", "ticket", "presence")
        for change in ("added", "gone", "changed")
    ),
    "DROP TABLE tour_heads",
    "DROP TABLE group_heads",
    "DROP INDEX ix_event_tour_kind",
    "DROP INDEX ix_presence_doubles",
    "DROP INDEX ix_presence_walk_in",
    "CREATE INDEX ix_event_tour ON event (tour)",
    "UPDATE alembic_version SET version_num = '0002'",
)
"""What takes a store back to the version before the heads were kept."""


def counted(tx: Transaction) -> dict[str, tuple[int, int, int, int]]:
    """Expected, inside, left and walk-ins of every tour, from the rows themselves."""
    people = list(tx.roster.visitors("hleb"))
    listed = {(one.tour, one.group) for one in people if one.group is not None}
    expected = Counter(one.tour for one in people if Flag.CANCELLED not in one.flags)
    for one in tx.roster.tickets("hleb"):
        if one.visitor is None and (one.tour, one.group) not in listed:
            expected[one.tour] += one.party
    rows = tx.session.connection().exec_driver_sql(
        'SELECT tour, sum(inside), sum("left"), sum((inside + "left") * walk_in) FROM presence GROUP BY tour'
    )
    moved = {row[0]: tuple(row[1:]) for row in rows}
    return {name: (expected[name], *moved.get(name, (0, 0, 0))) for name in TOURS}


def kept(tx: Transaction) -> dict[str, tuple[int, int, int, int]]:
    rows = tx.session.connection().exec_driver_sql(
        'SELECT tour, named + nameless, inside, "left", walk_ins FROM tour_heads'
    )
    found = {row[0]: tuple(row[1:]) for row in rows}
    return {name: found.get(name, (0, 0, 0, 0)) for name in TOURS}


def drawn(dice: random.Random) -> Record:
    """Somebody, or a ticket with or without a name, on some tour."""
    on, group = dice.choice(TOURS), dice.choice(GROUPS)
    number = dice.randrange(8)
    match dice.randrange(3):
        case 0:
            flags = (Flag.CANCELLED,) if dice.random() < 0.3 else ()
            return visitor(f"v{number}", "Иванова Мария", *flags, tour=on, group=group)
        case 1:
            return ticket(f"P{number}", None, tour=on, group=group, party=dice.randrange(1, 30))
        case _:
            return ticket(f"P{number}", f"v{number}", tour=on)


def written(tx: Transaction, dice: random.Random) -> None:
    """Something happens to the roster, or at the gate."""
    match dice.randrange(4):
        case 0:
            subject = dice.choice((f"v{dice.randrange(8)}", f"k-P{dice.randrange(8)}"))
            kind = dice.choice((Kind.ENTRY, Kind.ENTRY, Kind.EXIT, Kind.WALK_IN, Kind.REFUSAL))
            on = dice.choice((*TOURS, None))
            tx.journal.append(event(kind, subject, tour=on, party=dice.randrange(1, 5)), tx.meta.device())
        case 1:
            gone = drawn(dice)
            tx.roster.apply([RosterChange(put(gone).kind, "hleb", gone.id, None)])
        case _:
            tx.roster.apply([put(drawn(dice)) for _ in range(dice.randrange(1, 4))])


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_what_is_there(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    store = opened(tmp_path)
    for _step in range(60):
        with store.write() as tx:
            written(tx, dice)
        with store.read() as tx:
            assert kept(tx) == counted(tx)
            for subject in ("v0", "k-P1"):
                others = tx.session.connection().exec_driver_sql(
                    "SELECT coalesce(sum(inside + \"left\"), 0) FROM presence WHERE tour = 't1' AND subject <> ?",
                    (subject,),
                )
                assert tx.headcounts.taken("hleb", "t1", subject) == others.scalar()
    store.close()


def test_an_undone_transaction_leaves_the_heads_as_they_were(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as tx:
        tx.roster.apply(map(put, [plant(), tour(), visitor()]))
    naive = datetime(2026, 8, 5)  # noqa: DTZ001 - a moment without its zone, which no row holds
    with pytest.raises(TypeError), store.write() as tx:
        tx.roster.put([visitor("v2"), visitor("v3"), Revocation(id="k1", plant="hleb", at=naive)])
    with store.read() as tx:
        assert tx.headcounts.of_tour("hleb", "t1") == Count(expected=1)
    store.close()


def test_a_store_of_the_version_before_is_counted_once_when_it_is_opened(tmp_path: Path) -> None:
    dice = random.Random(7)
    store = opened(tmp_path)
    with store.write() as tx:
        for _step in range(80):
            written(tx, dice)
        expected = counted(tx)
    store.close()

    store = opened(tmp_path)
    with store.write() as tx:
        for statement in OLDER:
            tx.session.connection().exec_driver_sql(statement)
    store.close()
    store = opened(tmp_path)
    with store.read() as tx:
        assert kept(tx) == expected
    with store.write() as tx:
        written(tx, dice)
        assert kept(tx) == counted(tx)
    store.close()


def test_who_came_with_another_tour_is_looked_for_among_the_walk_ins_alone(tmp_path: Path) -> None:
    """A headcount is asked for after every scan: it must not read the list, the journal, or all who are inside."""
    store = opened(tmp_path)
    try:
        with store.read() as tx:
            connection = tx.session.connection().connection.dbapi_connection
            assert connection is not None
            cursor = connection.cursor()
            for statement in (_ELSEWHERE, _INSIDE):
                cursor.execute(f"EXPLAIN QUERY PLAN {statement._text}", {"plant": "hleb", "tour": "t1"})
                plan = [row[3] for row in cursor.fetchall()]
                presence, *others = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
                assert "COVERING INDEX ix_presence_walk_in (plant=?)" in presence
                assert all(step.startswith("SEARCH") for step in others), plan
    finally:
        store.close()
