"""A round against a hub that dies, stammers, misunderstands: nothing is lost, nothing counts twice, nothing blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from checkin.desk import Source
from checkin.domain.events import GENESIS, AttendanceEvent, JournalLine, Kind, chained
from checkin.domain.visit import Visitor
from checkin.errors import CheckinError, DeviceRevoked, Misunderstood, Offline, ServerBusy, ServerFailed
from checkin.store.meta import Device
from checkin.sync.engine import Engine
from checkin.sync.halving import BATCH, MOST_FAILURES
from checkin.sync.moved import Moved
from checkin.sync.pushing import ASIDE
from checkin.sync.runner import BACKOFF_S
from checkin.wire import Answer, BatchAnswer, PeerLine, Rejection, Status, line_out, record_fields
from tests.field import NOW, Site, crowd, event, plant, site, tour, visitor
from tests.unit.sync.fake_hub import FakeHub


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, [plant(), tour(), *crowd(12)]) as made:
        yield made


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


@pytest.fixture
def engine(gate: Site, hub: FakeHub) -> Engine:
    return Engine(gate.store, hub, gate.clock, "hleb")


def scan(gate: Site, count: int, first: int = 0) -> list[str]:
    return [
        one.event.id
        for number in range(first, first + count)
        if (one := gate.desk.scan(f"CODE-{number}", Source.PIPE)).event
    ]


def outbox(gate: Site) -> tuple[int, int]:
    with gate.store.read() as tx:
        return tx.outbox.waiting(), tx.outbox.rejected_count()


def peer(*events: AttendanceEvent, device: Device | None = None) -> list[JournalLine]:
    """The journal of another gate."""
    who = device or Device("e" * 32, b"e" * 32)
    lines: list[JournalLine] = []
    for number, one in enumerate(events, 1):
        numbered = replace(one, device=who.id, seq=number)
        lines.append(chained(numbered, lines[-1].hash if lines else GENESIS, who.sign))
    return lines


# --- push --------------------------------------------------------------------------------------------


def test_a_round_sends_fetches_and_listens(gate: Site, hub: FakeHub, engine: Engine) -> None:
    ids = scan(gate, 5)
    hub.put(visitor("new", "Цой Вика"))
    hub.tell(*peer(event(subject="v9")))

    assert engine.round() == Moved(pushed=5, changes=1, peers=1)
    assert hub.ids == ids
    assert outbox(gate) == (0, 0)
    assert gate.inside() == 6
    assert engine.round() == Moved()
    assert hub.calls.count("push") == 1


def test_events_arrive_in_order_and_in_batches(gate: Site, hub: FakeHub, engine: Engine) -> None:
    with gate.store.write() as tx:
        for number in range(BATCH + 30):
            tx.journal.append(event(id=f"e{number:04}", subject=None), gate.desk.device)
    engine.push()
    assert hub.ids == [f"e{number:04}" for number in range(BATCH + 30)]
    assert hub.sizes == [BATCH, 30]


def test_an_answer_that_was_lost_makes_a_duplicate_and_nothing_else(gate: Site, hub: FakeHub, engine: Engine) -> None:
    scan(gate, 3)

    def lost(name: str) -> None:
        raise Offline("cut")

    hub.after = lost
    with pytest.raises(Offline):
        engine.push()
    assert outbox(gate) == (3, 0)
    hub.after = lambda name: None
    assert engine.push() == Moved(pushed=3)
    assert len(hub.received) == 3


def test_an_event_leaves_only_on_its_own_answer(gate: Site, hub: FakeHub, engine: Engine) -> None:
    ids = scan(gate, 4)
    hub.reply = lambda line: None if line.event.id == ids[1] else hub.accept(line)
    assert engine.push() == Moved(pushed=3)
    assert outbox(gate) == (1, 0)
    hub.reply = hub.accept
    engine.push()
    assert outbox(gate) == (0, 0)


def test_answers_for_events_that_were_not_sent_settle_nothing(gate: Site, hub: FakeHub, engine: Engine) -> None:
    scan(gate, 2)
    hub.reply = lambda line: Answer(id="somebody else's", status=Status.ACCEPTED)
    assert engine.push() == Moved()
    assert outbox(gate) == (2, 0)
    assert hub.sizes == [2]  # and it is not asked again and again


@pytest.mark.parametrize("reason", Rejection)
def test_a_rejected_event_stays_visible_and_blocks_nobody(
    gate: Site, hub: FakeHub, engine: Engine, reason: Rejection
) -> None:
    ids = scan(gate, 3)
    hub.reject(ids[0], reason=reason)

    assert engine.push() == Moved(pushed=2, rejected=1)
    assert hub.ids == ids[1:]
    assert outbox(gate) == (0, 1)
    assert engine.push() == Moved()
    with gate.store.read() as tx:
        assert [(one.line.event.id, one.reason) for one in tx.outbox.rejections()] == [(ids[0], reason.value)]


def test_an_event_over_which_the_hub_stumbles_lets_the_others_pass(gate: Site, hub: FakeHub, engine: Engine) -> None:
    """One server error must not stop all uploads (issue 5): the batch is halved until the culprit stands alone."""
    ids = scan(gate, 9)
    poison = ids[4]

    def stumble(line: JournalLine) -> Answer | None:
        if line.event.id == poison:
            raise ServerFailed("500")
        return hub.accept(line)

    hub.reply = stumble
    with pytest.raises(ServerFailed):
        engine.push()
    assert hub.ids == ids[:4] + ids[5:]
    assert len(hub.sizes) == 8  # 9, 4 that pass, 5, 2, 1 alone, and the rest
    assert outbox(gate) == (1, 0)

    hub.reply = hub.accept
    gate.clock.advance(timedelta(seconds=BACKOFF_S[1]))
    assert engine.push() == Moved()  # it waits aside, for longer than a round ever does
    gate.clock.advance(ASIDE)
    assert engine.push() == Moved(pushed=1)
    assert sorted(hub.ids) == sorted(ids)


def stumbling(hub: FakeHub, *poison: str, error: CheckinError | None = None) -> None:
    """The hub breaks down over these."""

    def stumble(line: JournalLine) -> Answer | None:
        if line.event.id in poison:
            raise error or ServerFailed("500")
        return None

    def reply(lines: Sequence[JournalLine], sent_at: datetime) -> BatchAnswer:
        hub.calls.append("push")
        hub.sizes.append(len(lines))
        for line in lines:
            stumble(line)
        return BatchAnswer(answers=[one for line in lines if (one := hub.accept(line))], server_time=sent_at)

    hub.push = reply  # type: ignore[method-assign]


def test_one_event_of_a_whole_batch_is_found_in_one_push(gate: Site, hub: FakeHub, engine: Engine) -> None:
    with gate.store.write() as tx:
        for number in range(310):
            tx.journal.append(event(id=f"e{number:04}", subject=None), gate.desk.device)
    stumbling(hub, "e0000")
    with pytest.raises(ServerFailed):
        engine.push()
    assert outbox(gate) == (1, 0)
    assert len(hub.sizes) < 20


def test_many_in_a_row_hold_nobody_up(gate: Site, hub: FakeHub, engine: Engine) -> None:
    with gate.store.write() as tx:
        for number in range(60):
            tx.journal.append(event(id=f"e{number:04}", subject=None), gate.desk.device)
    stumbling(hub, *(f"e{number:04}" for number in range(40)))
    with pytest.raises(ServerFailed):
        engine.push()
    assert outbox(gate) == (40, 0)


def test_a_hub_that_takes_nothing_puts_no_event_off(gate: Site, hub: FakeHub, engine: Engine) -> None:
    ids = scan(gate, 9)
    stumbling(hub, *ids)
    with pytest.raises(ServerFailed):
        engine.push()
    assert len(hub.sizes) <= MOST_FAILURES + 1
    del hub.push  # type: ignore[method-assign]
    assert engine.push() == Moved(pushed=9)


def test_the_last_event_stands_aside_while_the_hub_is_well(gate: Site, hub: FakeHub, engine: Engine) -> None:
    *_others, last = scan(gate, 3)
    stumbling(hub, last)
    with pytest.raises(ServerFailed):
        engine.push()
    assert outbox(gate) == (1, 0)
    assert engine.push() == Moved()


@pytest.mark.parametrize("error", [ServerBusy("a captive portal"), ServerBusy("429", retry_after_s=5), Offline("cut")])
def test_what_is_no_failure_of_the_hubs_blames_no_event(
    gate: Site, hub: FakeHub, engine: Engine, error: CheckinError
) -> None:
    scan(gate, 1)
    hub.fail(error, "push", times=7)
    for _ in range(7):
        with pytest.raises(type(error)):
            engine.push()
    assert engine.push() == Moved(pushed=1)


def test_a_person_who_asks_sends_what_waits_aside_too(gate: Site, hub: FakeHub, engine: Engine) -> None:
    first, *_others = scan(gate, 3)
    stumbling(hub, first)
    with pytest.raises(ServerFailed):
        engine.push()
    del hub.push  # type: ignore[method-assign]
    assert engine.push() == Moved()
    engine.asked = True
    assert engine.push() == Moved(pushed=1)


def test_an_event_that_the_hub_cannot_read_is_rejected_and_shown(gate: Site, hub: FakeHub, engine: Engine) -> None:
    ids = scan(gate, 7)
    stumbling(hub, ids[3], error=Misunderstood("422"))
    assert engine.push() == Moved(pushed=6, rejected=1)
    with gate.store.read() as tx:
        assert [(one.line.event.id, one.reason) for one in tx.outbox.rejections()] == [(ids[3], "malformed")]


def test_a_hub_that_can_read_nothing_rejects_nothing(gate: Site, hub: FakeHub, engine: Engine) -> None:
    ids = scan(gate, 7)
    stumbling(hub, *ids, error=Misunderstood("422"))
    with pytest.raises(Misunderstood):
        engine.push()
    assert outbox(gate) == (7, 0)


def test_a_push_that_fails_keeps_the_roster_from_nobody(gate: Site, hub: FakeHub, engine: Engine) -> None:
    scan(gate, 2)
    hub.put(visitor("n1", "Ким"))
    hub.tell(*peer(event(subject="v9")))
    hub.fail(ServerFailed("500"), "push", times=50)
    with pytest.raises(ServerFailed):
        engine.round()
    assert names(gate) == ["Ким"]
    assert gate.inside() == 3


def test_a_hub_that_asks_for_patience_gets_its_batches_whole(gate: Site, hub: FakeHub, engine: Engine) -> None:
    scan(gate, 8)
    hub.fail(ServerBusy("429", retry_after_s=30), "push", times=5)
    for _ in range(5):
        with pytest.raises(ServerBusy):
            engine.push()
    engine.push()
    assert hub.sizes == [8]


def test_batches_grow_again_when_the_hub_is_well(gate: Site, hub: FakeHub, engine: Engine) -> None:
    scan(gate, 8)
    hub.fail(ServerFailed("502"), "push", times=2)
    engine.push()
    assert hub.sizes == [2, 4, 2]


# --- pull --------------------------------------------------------------------------------------------


def names(gate: Site) -> list[str]:
    with gate.store.read() as tx:
        return sorted(one.name for one in tx.roster.visitors() if one.id.startswith("n"))


def test_a_fetch_that_dies_between_pages_goes_on_where_it_was(gate: Site, hub: FakeHub, engine: Engine) -> None:
    hub.put(*(visitor(f"n{number}", f"Н{number}") for number in range(10)))
    count = 0

    def dies(name: str) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise Offline("cut")

    hub.after = dies
    with pytest.raises(Offline):
        engine.pull()
    assert len(names(gate)) == 6
    with gate.store.read() as tx:
        assert tx.meta.get("sync.roster_at") == ""  # not whole yet: its age is not said

    again = Engine(gate.store, hub, gate.clock, "hleb")
    assert again.pull() == Moved(changes=4)
    assert len(names(gate)) == 10
    with gate.store.read() as tx:
        assert tx.meta.get("sync.roster_at") == NOW.isoformat()


def test_a_page_and_its_cursor_are_one_transaction(gate: Site, hub: FakeHub) -> None:
    hub.put(*(visitor(f"n{number}", f"Н{number}") for number in range(6)))

    def dies(job) -> int:  # type: ignore[no-untyped-def]
        done = job()
        if len(names(gate)) == 6:
            raise MemoryError
        return int(done)

    with pytest.raises(MemoryError):
        Engine(gate.store, hub, gate.clock, "hleb", unit=dies).pull()
    hub.calls.clear()
    assert Engine(gate.store, hub, gate.clock, "hleb").pull() == Moved()
    assert hub.calls == ["fetch"]


POISON: list[tuple[str, dict[str, object] | None]] = [
    ("visitor", {"id": "x"}),
    ("visitor", record_fields(visitor("x")) | {"birth_year": 10**30}),
    ("visitor", record_fields(visitor("x")) | {"flags": ["flying"]}),
    ("ticket", {"id": "x", "plant": "hleb", "tour": "t1", "code": "c", "valid_from": "2026-08-05T10:00:00"}),
    ("ticket", {"id": "x", "plant": "hleb", "tour": "t1", "code": "c", "party": 2**70}),
    ("tour", {"id": "x", "plant": "hleb", "title": "t", "start": "2026-08-05T10:00:00", "end": "2026-08-05T10:00:00"}),
    ("plant", {"id": "x", "name": "x", "tz": "Mars/Base"}),
    ("spaceship", {"id": "x"}),
    ("spaceship", None),
    ("visitor", {}),
]


@pytest.mark.parametrize(("kind", "record"), POISON)
def test_a_record_that_cannot_be_understood_is_counted_and_passed_over(
    gate: Site, hub: FakeHub, engine: Engine, kind: str, record: dict[str, object] | None
) -> None:
    hub.put(visitor("n1", "До"))
    hub.change(kind, "x", record)
    hub.put(visitor("n2", "После"))

    assert engine.pull() == Moved(changes=2, unreadable=1)
    assert names(gate) == ["До", "После"]
    assert engine.pull() == Moved()


def test_a_page_of_nothing_but_poison_does_not_stop_the_next(gate: Site, hub: FakeHub, engine: Engine) -> None:
    for _ in range(hub.page):
        hub.change("visitor", "x", {"id": "x"})
    hub.put(visitor("n1", "После"))
    assert engine.pull() == Moved(changes=1, unreadable=3)
    assert names(gate) == ["После"]


def test_a_cursor_that_does_not_move_ends_a_round(gate: Site, hub: FakeHub, engine: Engine) -> None:
    hub.put(visitor("n1", "Ким"))
    hub.tell(*peer(event(subject="v9")))
    fetch, peers = hub.fetch, hub.peers
    hub.fetch = lambda *asked: fetch(*asked).model_copy(update={"more": True})  # type: ignore[method-assign]
    hub.peers = lambda *asked: peers(*asked).model_copy(update={"more": True})  # type: ignore[method-assign]
    assert engine.round() == Moved(changes=1, peers=1)
    assert engine.round() == Moved()
    assert len(hub.calls) <= 8


def test_what_is_gone_at_the_hub_goes_here(gate: Site, hub: FakeHub, engine: Engine) -> None:
    hub.put(visitor("n1", "Ким"))
    hub.change("visitor", "n1", None)
    hub.change("visitor", "v3", None)
    engine.pull()
    with gate.store.read() as tx:
        assert tx.roster.visitor("hleb", "n1") is None
        assert tx.roster.visitor("hleb", "v3") is None


def test_progress_tells_how_much_is_still_to_come(gate: Site, hub: FakeHub) -> None:
    hub.put(*(visitor(f"n{number}", "Н") for number in range(7)))
    told: list[tuple[int, int | None]] = []
    Engine(
        gate.store, hub, gate.clock, "hleb", on_progress=lambda moved, left: told.append((moved.changes, left))
    ).pull()
    assert told == [(3, 7), (6, 4), (7, 1)]


def test_a_round_ends_between_two_pages_when_it_shall(gate: Site, hub: FakeHub) -> None:
    hub.put(*(visitor(f"n{number}", "Н") for number in range(7)))
    Engine(gate.store, hub, gate.clock, "hleb", stopping=lambda: "fetch" in hub.calls).round()
    assert hub.calls == ["fetch"]


# --- peers -------------------------------------------------------------------------------------------


def test_other_gates_count_at_once_and_twice_is_once(gate: Site, hub: FakeHub, engine: Engine) -> None:
    scan(gate, 1)
    lines = peer(*(event(subject=f"v{number}", at=NOW + timedelta(minutes=1)) for number in (0, 4, 5, 6)))
    hub.tell(*lines, *lines)

    assert engine.peers() == Moved(peers=4)
    assert gate.inside() == 4
    with gate.store.read() as tx:
        assert tx.outbox.waiting() == 1
        assert tx.journal.first_break("e" * 32) is None
    assert gate.desk.scan("CODE-5", Source.PIPE).word == "refuse"


@pytest.mark.parametrize(
    "bad",
    [
        {"at": "2026-08-05T10:00:00"},
        {"kind": "teleport"},
        {"seq": 2**70},
        {"seq": 0},
        {"party": 10**40},
        {"at": "yesterday"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"id": None},
    ],
)
def test_a_line_that_cannot_be_read_is_counted_and_passed_over(
    gate: Site, hub: FakeHub, engine: Engine, bad: dict[str, object]
) -> None:
    first, second = peer(event(subject="v4"), event(subject="v5"))
    sent = line_out(first)
    hub.others.append(PeerLine(line=sent.model_copy(update={"event": sent.event | bad}), received_at=NOW))
    hub.tell(second)

    assert engine.peers() == Moved(peers=1, unreadable=1)
    assert gate.inside() == 1
    assert engine.peers() == Moved()


def test_a_page_of_peers_that_could_not_be_stored_is_asked_for_again(gate: Site, hub: FakeHub, engine: Engine) -> None:
    """The cursor is saved with the page's lines or not at all."""
    hub.tell(*peer(event(subject="v4"), event(subject="v5")))
    with gate.store.write() as tx:
        tx.session.connection().exec_driver_sql(
            "CREATE TRIGGER broken BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    with pytest.raises(Exception, match="no room"):
        engine.peers()
    with gate.store.write() as tx:
        tx.session.connection().exec_driver_sql("DROP TRIGGER broken")
    assert engine.peers() == Moved(peers=2)
    assert gate.inside() == 2


def test_a_void_that_comes_before_what_it_voids(gate: Site, hub: FakeHub, engine: Engine) -> None:
    came, back = peer(event(subject="v4", id="came"), event(Kind.VOID, "v4", voids="came"))
    hub.page = 1
    hub.tell(back, came)
    engine.peers()
    assert gate.inside() == 0


def test_a_revoked_gate_is_told_and_keeps_what_waits(gate: Site, hub: FakeHub, engine: Engine) -> None:
    scan(gate, 2)
    hub.fail(DeviceRevoked("shut out"))
    with pytest.raises(DeviceRevoked):
        engine.round()
    assert outbox(gate) == (2, 0)
    assert gate.desk.scan("CODE-7", Source.PIPE).word == "admit"


def test_moves_add_up() -> None:
    one = Moved(pushed=1, rejected=2, changes=3, peers=4, unreadable=5)
    assert one + one == Moved(pushed=2, rejected=4, changes=6, peers=8, unreadable=10)
    assert isinstance(visitor(), Visitor)


def test_every_rejected_event_is_shown(gate: Site, hub: FakeHub, engine: Engine) -> None:
    ids = [f"e{number:04}" for number in range(503)]
    with gate.store.write() as tx:
        for one in ids:
            tx.journal.append(event(id=one, subject=None), gate.desk.device)
    hub.reject(*ids)
    engine.push()
    with gate.store.read() as tx:
        assert [one.line.event.id for one in tx.outbox.rejections()] == ids
