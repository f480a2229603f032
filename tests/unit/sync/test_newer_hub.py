"""A hub newer than its gate, and a hub out of an old backup: nothing stalls, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checkin.clock import SettableClock
from checkin.desk import Source
from checkin.domain.visit import Flag
from checkin.hub import Hub, attendance, devices, open_hub
from checkin.hub.attendance import Held
from checkin.hub.devices import Enrolled
from checkin.sync import engine as rounds
from checkin.sync import readable
from checkin.sync.engine import Engine
from checkin.sync.moved import Moved
from checkin.sync.rejections import rejection_words
from checkin.wire import (
    Answer,
    BatchAnswer,
    EnrolRequest,
    PeerLine,
    Rejection,
    RosterPage,
    Status,
    line_out,
    record_fields,
)
from tests.field import NOW, Site, crowd, event, plant, site, tour, visitor
from tests.unit.hub.hub_world import raw
from tests.unit.sync.fake_hub import FakeHub
from tests.unit.sync.test_engine_rounds import peer, scan


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path / "gate", [plant(), tour(), *crowd(12)]) as made:
        yield made


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


def started(gate: Site, hub: FakeHub) -> Engine:
    """The program's sync as it is after a start."""
    return Engine(gate.store, hub, gate.clock, "hleb")


def visitors(gate: Site) -> set[str]:
    with gate.store.read() as tx:
        return {one.id for one in tx.roster.visitors("hleb") if not one.id.startswith("v")}


def kept(gate: Site) -> int:
    with gate.store.read() as tx:
        return tx.unread.count()


def tall(identity: str) -> dict[str, Any]:
    """A visitor's record with a flag that this program does not know."""
    return record_fields(visitor(identity, "Ли")) | {"flags": ["on_stilts"]}


# --- what cannot be read -----------------------------------------------------------------------------


def test_a_record_of_a_newer_kind_is_read_after_the_update(
    gate: Site, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.change("visitor", "new", tall("new"))
    hub.put(visitor("old", "Ли"))
    engine = started(gate, hub)
    assert engine.pull() == Moved(changes=1, unreadable=1)
    assert engine.pull() == Moved()
    assert (visitors(gate), kept(gate)) == ({"old"}, 1)

    assert started(gate, hub).pull() == Moved()  # the same program again: still kept
    assert kept(gate) == 1

    understood = readable.record_of

    def newer(kind: str, fields: dict[str, Any]) -> Any:
        known = [flag for flag in fields.get("flags", []) if flag in set(Flag)]
        return understood(kind, fields | {"flags": known} if kind == "visitor" else fields)

    monkeypatch.setattr(readable, "record_of", newer)
    assert started(gate, hub).pull() == Moved(changes=1)
    assert (visitors(gate), kept(gate)) == ({"old", "new"}, 0)


def test_what_comes_later_replaces_what_was_kept(gate: Site, hub: FakeHub) -> None:
    for name in ("mended", "gone", "still"):
        hub.change("visitor", name, tall(name))
    engine = started(gate, hub)
    engine.pull()
    assert kept(gate) == 3
    hub.put(visitor("mended", "Ли"))
    hub.change("visitor", "gone", None)
    hub.change("visitor", "still", tall("still"))
    engine.pull()
    assert (visitors(gate), kept(gate)) == ({"mended"}, 1)


def test_another_gates_event_of_a_newer_kind_is_kept(gate: Site, hub: FakeHub) -> None:
    (line,) = peer(event(subject="v4"))
    sent = line_out(line)
    odd = PeerLine(line=sent.model_copy(update={"event": sent.event | {"kind": "teleport"}}), received_at=NOW)
    hub.others.append(odd)
    started(gate, hub).peers()
    with gate.store.read() as tx:
        (one,) = tx.unread.all()
    assert PeerLine.model_validate_json(one.body) == odd
    with gate.store.write() as tx:  # as if this program knew the kind
        tx.unread.keep([type(one)(one.kind, one.id, PeerLine(line=sent, received_at=NOW).model_dump_json())])
    assert started(gate, hub).pull() == Moved(peers=1)
    assert (gate.inside(), kept(gate)) == (1, 0)


# --- what it answers ---------------------------------------------------------------------------------


def test_an_answer_of_a_newer_hub_is_read() -> None:
    answer = BatchAnswer.model_validate(
        {
            "answers": [
                {"id": "a", "status": "postponed", "mood": "good"},
                {"id": "b", "status": "rejected", "reason": "tired"},
            ],
            "server_time": NOW,
            "weather": "fine",
        }
    )
    assert [(one.status, one.reason) for one in answer.answers] == [
        (Status.OTHER, None),
        (Status.REJECTED, Rejection.OTHER),
    ]
    assert RosterPage.model_validate({"changes": [], "cursor": "", "more": False, "moon": 1}).cursor == ""


def test_an_unknown_answer_is_shown_and_holds_nothing_up(gate: Site, hub: FakeHub) -> None:
    first, *others = scan(gate, 5)

    def reply(line: Any) -> Answer | None:
        return Answer(id=first, status=Status.OTHER) if line.event.id == first else hub.accept(line)

    hub.reply = reply
    assert started(gate, hub).push() == Moved(pushed=4, rejected=1)
    assert hub.ids == others
    with gate.store.read() as tx:
        (shown,) = tx.outbox.rejections()
    assert (shown.line.event.id, shown.reason) == (first, "other")
    assert len({rejection_words(reason) for reason in ("other", "malformed", "changed")}) == 3
    with gate.store.write() as tx:
        tx.outbox.retry(first)
    hub.reply = hub.accept
    assert started(gate, hub).push() == Moved(pushed=1)


# --- a hub out of an old backup ----------------------------------------------------------------------


def test_a_hub_that_knows_less_than_it_answered_for_gets_it_again(gate: Site, hub: FakeHub) -> None:
    ids = scan(gate, 6)
    engine = started(gate, hub)
    engine.round()
    del hub.received[2:]
    hub.known = 2
    engine.round()
    assert sorted(hub.ids) == sorted(ids)
    calls = len(hub.calls)
    for _ in range(3):  # a hub that will not have them: once, not for ever
        engine.round()
    assert hub.calls[calls:].count("push") == 0
    gate.clock.advance(timedelta(seconds=rounds.AGAIN_S + 1))  # it may have been restored once more
    engine.round()
    assert hub.calls[calls:].count("push") == 1
    hub.known = 6
    engine.round()
    hub.known = 2
    del hub.received[2:]
    engine.round()
    assert sorted(hub.ids) == sorted(ids)


def test_a_gap_that_stands_for_ever_sends_nothing_again(gate: Site, hub: FakeHub) -> None:
    """Two events from before this gate was enrolled are rightly refused: the hub's journal of it begins with a gap."""
    early = scan(gate, 2)
    hub.reject(*early, reason=Rejection.WRONG_PLANT)
    scan(gate, 5, first=2)
    engine = started(gate, hub)
    engine.round()
    hub.known, hub.beyond = 0, 5
    for _ in range(3):
        calls = len(hub.calls)
        assert started(gate, hub).round() == Moved()
        assert "push" not in hub.calls[calls:]
    del hub.received[3:]  # out of an old backup: the gap still stands
    hub.beyond = 3
    started(gate, hub).round()
    assert len(hub.ids) == 5


def test_what_was_recorded_at_another_plant_stays_where_it_is(gate: Site, hub: FakeHub) -> None:
    scan(gate, 3)
    engine = started(gate, hub)
    engine.round()
    engine.plant = "other"
    hub.known = 0
    engine.round()
    with gate.store.read() as tx:
        assert tx.outbox.waiting() == 0


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Hub]:
    with open_hub(f"sqlite:///{tmp_path}/hub.sqlite", SettableClock(NOW)) as made:
        made.put_records([plant(), tour(), *crowd(12)])
        yield made


def test_the_hub_says_up_to_where_a_journal_is_whole(gate: Site, real: Hub) -> None:
    device = gate.desk.device
    request = EnrolRequest(code=real.invite("hleb", "1"), device=device.id, public_key=device.public_hex)
    who = devices.bearer(real.engine, devices.enrol(real.engine, request, NOW).token, NOW)
    assert isinstance(who, Enrolled)
    for number in range(6):
        gate.desk.scan(f"CODE-{number}", Source.PIPE)
    with gate.store.read() as tx:
        lines = [raw(stored.line) for stored in tx.journal.lines(device.id)]
    told = [attendance.held(real.engine, who)]
    for some in (lines[:2], lines[4:], lines[3:4], lines[2:3]):
        attendance.receive(real.engine, who, some, NOW, NOW)
        told.append(attendance.held(real.engine, who))
    assert told == [Held(0, 0), Held(2, 0), Held(2, 2), Held(2, 3), Held(6, 0)]
