"""The journal, presence and outbox as one: appended together, folded again to the same, settled only by an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import select

from checkin.domain.events import AttendanceEvent, Break, Fault, JournalLine, Kind, chained, private
from checkin.domain.headcount import Count, stay
from checkin.store import Store, Transaction
from checkin.store.journal import Stored
from checkin.store.meta import Device
from checkin.store.roster import put
from checkin.store.rows import PresenceRow
from tests.field import NOW, crowd, event, opened, plant, school, tour


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    made = opened(tmp_path)
    yield made
    made.close()


class Peer:
    """Another gate's journal, as a hub passes it on."""

    def __init__(self, number: int = 1) -> None:
        self.device = Device(f"{number:032x}", bytes([number]) * 32)
        self.lines: list[JournalLine] = []

    def write(self, event: AttendanceEvent) -> Stored:
        numbered = replace(event, device=self.device.id, seq=len(self.lines) + 1)
        prev = self.lines[-1].hash if self.lines else "0" * 64
        self.lines.append(chained(numbered, prev, self.device.sign))
        return Stored(self.lines[-1], NOW)


def append(store: Store, *events: AttendanceEvent) -> list[JournalLine]:
    with store.write() as tx:
        device = tx.meta.device()
        return [tx.journal.append(one, device) for one in events]


def presence(tx: Transaction) -> dict[tuple[str, str], tuple[str | None, int, int, int, str]]:
    rows = tx.session.exec(select(PresenceRow)).all()
    return {(row.plant, row.subject): (row.tour, row.party, row.inside, row.left, row.doubles) for row in rows}


# --- the chain ---------------------------------------------------------------------------------------


def test_events_come_back_as_they_were_written(store: Store) -> None:
    whole = event(
        reason="admitted",
        ticket="k",
        group="g",
        party=3,
        operator="Гусева",
        source="camera",
        code="Ё…",
        confirmed=("needs_adult", "needs_document"),
        mono_ns=2**62,
        private=private("Иванова Мария", "без паспорта"),
    )
    (line,) = append(store, whole)
    with store.read() as tx:
        assert tx.journal.by_id(whole.id) == line.event
        assert [stored.line for stored in tx.journal.lines()] == [line]
    assert replace(line.event, device="", seq=0, private_digest="") == whole


def test_numbers_have_no_gaps_and_the_chain_holds(store: Store) -> None:
    lines = [line for _ in range(5) for line in append(store, *(event(subject=None) for _ in range(4)))]
    with store.read() as tx:
        device = tx.meta.device()
        assert [line.seq for line in lines] == list(range(1, 21))
        assert tx.journal.count(device.id) == 20
        assert tx.journal.first_break(device.id) is None


def test_what_is_undone_takes_no_number(store: Store) -> None:
    def slip() -> None:
        with store.write() as tx:
            tx.journal.append(event(), tx.meta.device())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        slip()
    (line,) = append(store, event())
    assert line.seq == 1
    with store.read() as tx:
        assert tx.outbox.waiting() == 1
        assert len(presence(tx)) == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("body = replace(body, 'admitted', 'allowed0')", Fault.CHANGED),
        ("reason = 'other'", Fault.CHANGED),
        ("subject = 'v2'", Fault.CHANGED),
        ("at_us = at_us + 1", Fault.CHANGED),
        ("body = 'no json'", Fault.CHANGED),
        ("seq = 40", Fault.CHANGED),
        ("private = replace(private, 'Ким', 'Ли')", Fault.PRIVATE),
    ],
)
def test_whoever_gets_past_the_triggers_is_found_by_the_chain(store: Store, change: str, fault: Fault) -> None:
    append(store, *(event(id=f"e{number}", reason="admitted", private=private("Ким")) for number in range(3)))
    with store.write() as tx:
        run = tx.session.connection().exec_driver_sql
        run("DROP TRIGGER event_is_not_changed")
        run(f"UPDATE event SET {change} WHERE id = 'e1'")
    with store.read() as tx:
        found = tx.journal.first_break(tx.meta.device().id)
        assert found is not None
        assert found.fault is fault


def test_a_line_taken_out_past_the_triggers_is_a_gap(store: Store) -> None:
    append(store, *(event(id=f"e{number}") for number in range(4)))
    with store.write() as tx:
        run = tx.session.connection().exec_driver_sql
        run("DROP TRIGGER event_is_not_deleted")
        run("DELETE FROM event WHERE id = 'e1'")
    with store.read() as tx:
        assert tx.journal.first_break(tx.meta.device().id) == Break(3, Fault.GAP)


# --- other gates -------------------------------------------------------------------------------------


def test_peers_are_taken_once_whatever_comes_how_often(store: Store) -> None:
    peer = Peer()
    lines = [peer.write(event(subject=f"v{number}")) for number in range(5)]
    with store.write() as tx:
        own = tx.meta.device().id
        assert len(tx.journal.take_peers(lines[:3], own)) == 3
        assert [one.id for one in tx.journal.take_peers(lines, own)] == [one.line.event.id for one in lines[3:]]
        assert tx.journal.take_peers([*lines, *lines], own) == []
        assert tx.journal.first_break(peer.device.id) is None
        assert tx.outbox.waiting() == 0
        assert sum(inside for _, _, inside, _, _ in presence(tx).values()) == 5


def test_our_own_events_do_not_come_back_from_the_hub(store: Store) -> None:
    (line,) = append(store, event())
    with store.write() as tx:
        assert tx.journal.take_peers([Stored(line, NOW)], tx.meta.device().id) == []
        assert tx.outbox.waiting() == 1


def test_a_second_line_under_a_peers_number_does_not_replace_the_first(store: Store) -> None:
    one, other = Peer(), Peer()
    first, second = one.write(event(id="a")), other.write(event(id="b"))
    with store.write() as tx:
        tx.journal.take_peers([first, second], tx.meta.device().id)
        assert tx.journal.by_id("a") is not None
        assert tx.journal.by_id("b") is None


def test_two_gates_double_is_one_head_and_named(store: Store) -> None:
    append(store, event(id="mine"))
    with store.write() as tx:
        tx.journal.take_peers([Peer().write(event(id="theirs", at=NOW + timedelta(minutes=1)))], tx.meta.device().id)
        assert presence(tx) == {("hleb", "v1"): ("t1", 1, 1, 0, "theirs")}


# --- presence ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_presence_is_the_fold_of_the_journal(store: Store, seed: int) -> None:
    random = Random(seed)
    peers = [Peer(1), Peer(2)]
    with store.write() as tx:
        tx.roster.apply(map(put, [plant(), tour(), *school(6), *crowd(5)]))
    subjects = ["v0", "v1", "v2", "k-SCHOOL", "nobody-knows"]
    written: list[str] = []
    for number in range(60):
        kind = random.choice([Kind.ENTRY, Kind.ENTRY, Kind.EXIT, Kind.VOID, Kind.REFUSAL, Kind.WALK_IN])
        subject = random.choice(subjects)
        one = event(
            kind,
            subject,
            id=f"e{number}",
            at=NOW + timedelta(minutes=random.randint(-60, 60)),
            party=random.randint(1, 6) if subject in ("k-SCHOOL", "nobody-knows") else 1,
            voids=random.choice(written) if kind is Kind.VOID and written else None,
        )
        written.append(one.id)
        with store.write() as tx:
            if random.random() < 0.5:
                tx.journal.append(one, tx.meta.device())
            else:
                tx.journal.take_peers([random.choice(peers).write(one)], tx.meta.device().id)
    with store.write() as tx:
        kept = presence(tx)
        parties = {"k-SCHOOL": 6, "v0": 1, "v1": 1, "v2": 1}
        for (home, subject), (_, party, inside, left, doubles) in kept.items():
            events = tx.journal.of_subject(home, subject)
            seen = stay(events, parties.get(subject) or max(one.party for one in events))
            assert (inside, left, doubles) == (seen.inside, seen.left, ",".join(seen.doubles)), subject
            assert party == parties.get(subject, party)
        tx.journal.rebuild_presence(kept)
        assert presence(tx) == kept


def test_a_head_is_counted_on_the_tour_of_the_last_entry(store: Store) -> None:
    """A refusal on another tour, or a registration that was moved, must not count somebody where they are not."""
    append(
        store,
        event(Kind.REFUSAL, tour="t0", reason="wrong_day"),
        event(Kind.ENTRY, tour="t1", at=NOW + timedelta(minutes=1)),
    )
    with store.read() as tx:
        assert tx.headcounts.of_tour("hleb", "t0").inside == 0
        assert tx.headcounts.of_tour("hleb", "t1").inside == 1
    append(
        store,
        event(Kind.EXIT, tour="t1", at=NOW + timedelta(minutes=2)),
        event(Kind.ENTRY, tour="t2", at=NOW + timedelta(minutes=3)),
    )
    with store.read() as tx:
        assert tx.headcounts.of_tour("hleb", "t1") == Count()
        assert tx.headcounts.of_tour("hleb", "t2").inside == 1


# --- the outbox --------------------------------------------------------------------------------------


def test_an_event_waits_until_it_was_answered_for(store: Store) -> None:
    ids = [line.event.id for line in append(store, *(event() for _ in range(5)))]
    with store.write() as tx:
        assert [line.event.id for line in tx.outbox.due(NOW, 3)] == ids[:3]
        tx.outbox.settled([])
        tx.outbox.settled([ids[1], "unheard of"])
        assert [line.event.id for line in tx.outbox.due(NOW, 9)] == [ids[0], *ids[2:]]
        assert tx.outbox.waiting() == 4


def test_a_rejected_event_stays_and_blocks_nobody(store: Store) -> None:
    ids = [line.event.id for line in append(store, *(event() for _ in range(3)))]
    with store.write() as tx:
        tx.outbox.rejected([(ids[0], "fork")])
    with store.write() as tx:
        assert [line.event.id for line in tx.outbox.due(NOW, 9)] == ids[1:]
        assert (tx.outbox.waiting(), tx.outbox.rejected_count()) == (2, 1)
        (one,) = tx.outbox.rejections()
        assert (one.line.event.id, one.reason) == (ids[0], "fork")
        tx.outbox.retry(ids[0])
        assert tx.outbox.rejected_count() == 0
        assert [line.event.id for line in tx.outbox.due(NOW, 9)] == ids


def test_many_are_settled_at_once(store: Store) -> None:
    ids = [line.event.id for line in append(store, *(event(subject=None) for _ in range(500)))]
    with store.write() as tx:
        tx.outbox.settled(ids)
        assert tx.outbox.waiting() == 0


def test_what_reads_sees_one_moment(store: Store) -> None:
    append(store, event())
    with store.read() as tx:
        assert tx.outbox.waiting() == 1
        append(store, event(), event())
        assert tx.outbox.waiting() == 1
    with store.read() as tx:
        assert tx.outbox.waiting() == 3
