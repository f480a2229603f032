"""Rosters in and journals out on a stick: what is taken, what is refused, and that nothing counts twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from checkin.desk import Desk, Direction, Place, Source
from checkin.desk.acts import note_act
from checkin.desk.conflicts import conflicts
from checkin.domain.admission import Admit
from checkin.domain.headcount import Count
from checkin.domain.people import Act, Person, Role
from checkin.domain.visit import Policy, Record
from checkin.errors import PacketUntrusted, SettingsWrong
from checkin.hub import open_hub
from checkin.packets import accepting, gate, organiser, sealing, storehouse
from checkin.packets.contents import Kind
from checkin.packets.evidence import elsewhere, gaps
from checkin.packets.gate import MakerUnknown
from checkin.packets.hubhouse import HubHouse
from checkin.packets.known import Known
from checkin.store.purging import purge
from checkin.store.roster import RosterChange
from checkin.store.verifying import verify_store
from checkin.sync.engine import ROSTER_AT
from checkin.wire import kind_of
from tests.field import plant, ticket, tour, visitor
from tests.security.sites import PLANT, Checkpoint, Office, checkpoint, office

ROSTER = (
    plant(),
    tour(),
    visitor("v1"),
    ticket("CODE-1"),
    visitor("v2", "Петров Пётр"),
    ticket("CODE-2", "v2", id="k2"),
)


@pytest.fixture
def organiser_pc(tmp_path: Path):  # type: ignore[no-untyped-def]
    with office(tmp_path / "office", ROSTER) as made:
        yield made


@pytest.fixture
def one(tmp_path: Path):  # type: ignore[no-untyped-def]
    with checkpoint(tmp_path / "one", "Восток") as made:
        yield made


@pytest.fixture
def two(tmp_path: Path):  # type: ignore[no-untyped-def]
    with checkpoint(tmp_path / "two", "Запад") as made:
        yield made


def inside(pc: Checkpoint | Office) -> Count:
    with pc.store.read() as tx:
        return tx.headcounts.of_tour("hleb", "t1")


def test_a_roster_packet_is_looked_at_then_taken(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    path = organiser_pc.roster(tmp_path / "r.packet", one)
    before = one.state()
    said = one.look(path)
    assert (said.maker, said.plant_name, said.believed, said.repeated) == ("Программа", plant().name, False, False)
    assert (said.records["tour"], said.records["visitor"], said.added, said.changed) == (1, 2, 6, 0)
    assert one.state() == before
    assert one.take(path).changes == 6
    assert isinstance(one.desk.scan("CODE-1", Source.SCANNER).verdict, Admit)
    with one.store.read() as tx:
        assert tx.meta.get(ROSTER_AT) == one.look(path).made_at.replace("+00:00", "") + "+00:00"
    again = one.look(path)
    assert (again.repeated, again.believed, again.unchanged) == (True, True, 6)


def test_what_changed_and_what_is_gone_is_said_and_done(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "1.packet", one))
    organiser_pc.take(visitor("v1", "Иванова Мария Петровна"), visitor("v3", "Новый"), ticket("CODE-3", "v3", id="k3"))
    with organiser_pc.store.write() as tx:
        tx.roster.apply([RosterChange(kind, "hleb", key, None) for kind, key in (("visitor", "v2"), ("ticket", "k2"))])
    organiser_pc.clock.advance(timedelta(seconds=60))
    path = organiser_pc.roster(tmp_path / "2.packet", one)
    said = one.look(path)
    assert (said.added, said.changed, said.removed) == (2, 1, 2)
    one.take(path)
    with one.store.read() as tx:
        names = {found.name for found in tx.roster.visitors("hleb")}
    assert names == {"Иванова Мария Петровна", "Новый"}
    with pytest.raises(PacketUntrusted, match="старее"):
        one.look(tmp_path / "1.packet")


def test_a_take_that_dies_half_way_goes_on(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    organiser_pc.take(*(visitor(f"x{number:04d}", f"Гость {number}") for number in range(900)))
    path = organiser_pc.roster(tmp_path / "r.packet", one)
    arrived = gate.look(one.store, path, one.clock)
    units = 0

    def dying(work):  # type: ignore[no-untyped-def]
        nonlocal units
        units += 1
        if units > 5:
            raise KeyboardInterrupt
        return work()

    with pytest.raises(KeyboardInterrupt):
        gate.take(one.store, arrived, one.clock, dying)
    assert not one.look(path).repeated
    one.take(path)
    with one.store.read() as tx:
        assert tx.roster.visitor_count() == 902
    assert one.look(path).repeated


def test_a_journal_comes_as_often_as_it_likes(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    one.desk.scan("CODE-1", Source.SCANNER)
    one.desk.scan("CODE-2", Source.SCANNER)
    journal = one.journal(tmp_path / "j.packet")
    for accepted, duplicate in ((2, 0), (0, 2), (0, 2)):
        took = organiser_pc.accept(journal)
        assert (took.accepted, took.duplicate, took.rejected, took.findings) == (accepted, duplicate, 0, [])
        assert inside(organiser_pc).inside == 2
    one.clock.advance(timedelta(seconds=5))
    one.desk.scan("CODE-1", Source.SCANNER, Direction.OUT)
    assert organiser_pc.accept(one.journal(tmp_path / "k.packet")).line()["accepted"] == 1
    assert organiser_pc.accept(journal).repeated  # the old stick once more, after the new one
    assert one.take(organiser_pc.ack(tmp_path / "a.packet")).settled == 3
    with one.store.read() as tx:
        assert tx.outbox.waiting() == 0
    assert (inside(organiser_pc).inside, inside(organiser_pc).left) == (1, 1)


def test_only_what_arrived_leaves_the_outbox(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    one.desk.scan("CODE-1", Source.SCANNER)
    organiser_pc.accept(one.journal(tmp_path / "j.packet"))
    one.desk.scan("CODE-2", Source.SCANNER)
    took = one.take(organiser_pc.ack(tmp_path / "a.packet"))
    assert (took.settled, took.waiting) == (1, 1)
    one.clock.advance(timedelta(seconds=5))
    assert organiser_pc.accept(one.journal(tmp_path / "k.packet")).events == 1


def test_two_gates_learn_of_a_double_entry(
    organiser_pc: Office, one: Checkpoint, two: Checkpoint, tmp_path: Path
) -> None:
    roster = organiser_pc.roster(tmp_path / "r.packet", one, two)
    for pc in (one, two):
        pc.take(roster)
        pc.desk.scan("CODE-1", Source.SCANNER)
        organiser_pc.accept(pc.journal(tmp_path / f"{pc.name}.packet"))
    back = organiser_pc.ack(tmp_path / "a.packet")
    for pc in (one, two, organiser_pc):
        if isinstance(pc, Checkpoint):
            pc.take(back)
        with pc.store.read() as tx:
            assert [{entry.gate for entry in found.entries} for found in conflicts(tx, None)] == [{"Восток", "Запад"}]
        assert inside(pc).inside == 1


def test_a_hubs_database_stands_behind_packets_as_well(one: Checkpoint, organiser_pc: Office, tmp_path: Path) -> None:
    with open_hub(f"sqlite:///{tmp_path / 'hub.sqlite'}", one.clock) as hub:
        hub.put_records([plant(), tour(), visitor("v1"), ticket("CODE-1")])
        house = HubHouse(hub)
        path, to = tmp_path / "r.packet", [one.identity.recipient]
        organiser.make_roster(organiser_pc.store, house, path, one.clock, plant=plant().name, to=to, name="")
        one.take(path)
        with one.store.read() as tx:
            assert tx.meta.get("sync.roster_cursor").endswith(".4")  # the hub's own: the network goes on from there
        one.desk.scan("CODE-1", Source.SCANNER)
        journal = one.journal(tmp_path / "j.packet")
        for accepted, duplicate in ((1, 0), (0, 1)):
            took = accepting.accept(organiser_pc.store, house, journal, one.clock)
            assert (took.accepted, took.duplicate) == (accepted, duplicate)
        counted = next(line for line in hub.headcount() if line.tour is None)
        assert (counted.inside, counted.expected) == (1, 1)
        organiser.make_ack(organiser_pc.store, house, tmp_path / "a.packet", one.clock, plant=None, name="")
        assert one.take(tmp_path / "a.packet").waiting == 0
        hub.revoke(one.identity.device)
        with pytest.raises(PacketUntrusted, match="отключён"):
            accepting.accept(organiser_pc.store, house, journal, one.clock)


def test_strangers_are_refused_on_both_sides(
    organiser_pc: Office, one: Checkpoint, two: Checkpoint, tmp_path: Path
) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    with office(tmp_path / "stranger", ROSTER) as stranger:
        stranger.clock.advance(timedelta(seconds=3600))
        path = stranger.roster(tmp_path / "s.packet", one)
        before = one.state()
        with pytest.raises(PacketUntrusted, match="не знает"):
            one.look(path)
        assert one.state() == before
        with one.store.write() as tx:
            Known(tx).believe(stranger.identity.recipient, "")
        assert one.look(path).believed
    two.desk.scan("CODE-9", Source.SCANNER)
    journal = two.journal(tmp_path / "j.packet", to=(organiser_pc.identity.recipient,))
    with pytest.raises(PacketUntrusted, match="не составляли"):
        organiser_pc.accept(journal)


def test_a_makers_clock_that_was_ahead_locks_nobody_else_out(
    organiser_pc: Office, one: Checkpoint, tmp_path: Path
) -> None:
    organiser_pc.clock.advance(timedelta(days=400))
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    with office(tmp_path / "second", ROSTER) as second:
        path = second.roster(tmp_path / "s.packet", one)
        with pytest.raises(PacketUntrusted):
            one.look(path)
        with one.store.write() as tx:
            Known(tx).believe(second.identity.recipient, "")
        one.take(path)
        assert one.look(path).repeated
        one.clock.advance(timedelta(hours=1))
        old = second.roster(tmp_path / "old.packet", one)
        one.take(second.roster(tmp_path / "new.packet", one))
        with pytest.raises(PacketUntrusted):
            one.look(old)  # of one maker the order counts as before


def test_the_one_number_of_older_versions_is_kept_for_who_was_believed_then(
    organiser_pc: Office, one: Checkpoint, tmp_path: Path
) -> None:
    first = organiser_pc.roster(tmp_path / "r.packet", one)
    one.take(organiser_pc.roster(tmp_path / "2.packet", one))
    with one.store.write() as tx:
        key = f"packet.taken.roster.{organiser_pc.identity.recipient}"
        tx.meta.put("packet.taken.roster", tx.meta.get(key))
        tx.meta.put(key, "")
    with pytest.raises(PacketUntrusted):
        one.look(first)
    assert one.look(tmp_path / "2.packet").repeated
    with office(tmp_path / "second", ROSTER, at=organiser_pc.clock.now() - timedelta(days=9)) as second:
        with one.store.write() as tx:
            Known(tx).believe(second.identity.recipient, "")
        assert not one.look(second.roster(tmp_path / "s.packet", one)).repeated


def test_who_was_distrusted_is_not_the_first_again(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    with one.store.write() as tx:
        assert Known(tx).doubt(organiser_pc.identity.recipient)
    again = organiser_pc.roster(tmp_path / "2.packet", one)
    with pytest.raises(MakerUnknown, match="больше не доверять"):
        one.look(again)
    with office(tmp_path / "stranger", ROSTER) as stranger, pytest.raises(MakerUnknown, match="не знает"):
        one.look(stranger.roster(tmp_path / "s.packet", one))
    with one.store.write() as tx:
        Known(tx).believe(organiser_pc.identity.recipient, "")
    assert one.look(again).believed


def test_what_is_more_than_a_packet_holds_goes_in_parts(
    organiser_pc: Office, one: Checkpoint, two: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one, two))
    two.take(tmp_path / "r.packet")
    with one.store.write() as tx:
        for number in range(40):
            one.clock.advance(timedelta(seconds=1))
            note_act(one.desk, tx, Act.SEARCH, "p", f"запись {number}")
    monkeypatch.setattr(sealing, "MAX_BYTES", 65_536 + 4096 + 200 + 12_000)
    sizes, rounds = [], 0
    while True:
        rounds += 1
        told = gate.make_journal(one.store, tmp_path / "j.packet", one.clock, gate="1", plant=PLANT)
        organiser_pc.clock.advance(timedelta(seconds=rounds))
        took = organiser_pc.accept(tmp_path / "j.packet")
        assert (took.accepted, took.rolled_back) == (told["events"], False)
        sizes.append(took.accepted)
        one.take(organiser_pc.ack(tmp_path / "a.packet"))
        if not told["left"]:
            break
    assert sum(sizes) == 40
    assert rounds > 2
    to = [two.identity.recipient]
    packed = organiser.make_roster(
        organiser_pc.store, organiser_pc.house, tmp_path / "2.packet", organiser_pc.clock, plant=PLANT, to=to, name=""
    )
    assert isinstance(packed["left_out"], int)
    two.take(tmp_path / "2.packet")
    with two.store.read() as tx:
        numbers = tx.journal.numbers(one.identity.device)
    assert len(numbers) == 40 - packed["left_out"] > 0 < packed["left_out"]
    assert max(numbers) == 40  # the newest are there
    parts, after = 0, 0
    while True:
        options = {"gate": "1", "plant": PLANT, "everything": True, "after": after}
        told = gate.make_journal(one.store, tmp_path / "all.packet", one.clock, **options)  # type: ignore[arg-type]
        parts += int(str(told["events"]))
        after = int(str(told["last"]))
        assert organiser_pc.accept(tmp_path / "all.packet").duplicate == told["events"]
        if not told["left"]:
            break
    assert parts == 40


def test_names_that_are_gone_before_their_time_are_said(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    with one.store.write() as tx:
        note_act(one.desk, tx, Act.SEARCH, "p", "Гость")
    assert organiser_pc.accept(one.journal(tmp_path / "1.packet")).findings == []
    with one.store.write() as tx:
        connection = tx.session.connection()
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE event SET private = NULL")
    (said,) = organiser_pc.accept(one.journal(tmp_path / "2.packet")).findings
    assert "раньше срока: 1" in said
    one.clock.advance(timedelta(days=4000))  # a purge by then
    assert organiser_pc.accept(one.journal(tmp_path / "3.packet")).findings == []


def test_a_packet_is_for_those_whom_it_names(
    organiser_pc: Office, one: Checkpoint, two: Checkpoint, tmp_path: Path
) -> None:
    path = organiser_pc.roster(tmp_path / "r.packet", one)
    with pytest.raises(PacketUntrusted, match="не для этого компьютера"):
        two.look(path)
    plain = pyrage.decrypt(path.read_bytes(), [one.identity.opener()])
    passed_on = tmp_path / "passed-on.packet"
    passed_on.write_bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(two.identity.recipient)]))
    with pytest.raises(PacketUntrusted, match="переделан"):
        two.look(passed_on)
    with pytest.raises(PacketUntrusted, match="принимает его"):
        sealing.read(path, one.identity, Kind.JOURNAL)
    with pytest.raises(SettingsWrong, match="не ключ поста"):
        organiser.make_roster(
            organiser_pc.store, organiser_pc.house, path, one.clock, plant="hleb", to=["age1x"], name=""
        )


def test_another_plants_packet_and_another_plants_records(
    organiser_pc: Office, one: Checkpoint, tmp_path: Path
) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    organiser_pc.take(plant("stal", "Сталь"))
    organiser_pc.clock.advance(timedelta(seconds=60))
    other = organiser_pc.roster(tmp_path / "o.packet", one, plant="stal")
    before = one.state()
    with pytest.raises(PacketUntrusted, match="для другого предприятия"):
        one.look(other)
    packet = sealing.read(tmp_path / "r.packet", one.identity, Kind.ROSTER)
    page = {"changes": [{"kind": "plant", "id": "stal", "revision": 1, "record": {"id": "stal", "name": "Сталь"}}]}
    part = json.dumps({"roster": {**page, "cursor": "x", "more": False}})
    header = packet.header.model_copy(update={"serial": packet.header.serial + 5})
    sealing.write(tmp_path / "x.packet", header, [part], organiser_pc.identity)
    with pytest.raises(PacketUntrusted, match="не того предприятия"):
        one.look(tmp_path / "x.packet")
    assert one.state() == before


def test_an_old_copy_of_a_gates_profile_is_seen(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    one.desk.scan("CODE-1", Source.SCANNER)
    old = one.journal(tmp_path / "old.packet")
    one.desk.scan("CODE-2", Source.SCANNER)
    one.clock.advance(timedelta(seconds=60))
    assert organiser_pc.accept(one.journal(tmp_path / "new.packet")).findings == []
    packet = sealing.read(old, organiser_pc.identity, Kind.JOURNAL)
    later = packet.header.model_copy(update={"serial": packet.header.serial + 10**6})
    sealing.write(tmp_path / "back.packet", later, [], one.identity)
    restored = organiser_pc.accept(tmp_path / "back.packet")
    assert any("старую копию" in text for text in restored.findings)
    assert restored.rolled_back
    assert not restored.sound
    forked = later.model_copy(update={"serial": later.serial + 1, "length": 2, "head": "0" * 64})
    sealing.write(tmp_path / "fork.packet", forked, [], one.identity)
    assert any("скопировали" in text for text in organiser_pc.accept(tmp_path / "fork.packet").findings)


def scanned(pc: Checkpoint, count: int) -> None:
    """So many events at a gate."""
    for number in range(count):
        pc.clock.advance(timedelta(seconds=5))
        pc.desk.scan(f"NOBODY-{number}", Source.SCANNER)


def without(pc: Checkpoint, statement: str) -> None:
    """Somebody with a database editor and the profile's key."""
    with pc.store.write() as tx:
        connection = tx.session.connection()
        for name in ("event_is_not_changed", "event_is_not_deleted"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(statement)


def test_events_that_are_missing_in_the_middle_are_named(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    scanned(one, 9)
    without(one, "DELETE FROM outbox WHERE seq BETWEEN 2 AND 4 OR seq = 6")
    said = organiser_pc.accept(one.journal(tmp_path / "j.packet"))
    assert [text.split(":")[0] for text in said.findings] == [
        "События 2–4 поста «Восток» не пришли",
        "Событие 6 поста «Восток» не пришло",
    ]
    assert said.sound  # nothing was refused: a lost stick looks the same
    one.clock.advance(timedelta(seconds=60))
    assert organiser_pc.accept(one.journal(tmp_path / "all.packet", everything=True)).findings == []
    scanned(one, 3)
    without(one, "DELETE FROM outbox WHERE event_id IN (SELECT id FROM event WHERE seq = 11)")
    without(one, "DELETE FROM event WHERE seq = 11")
    (found,) = organiser_pc.accept(one.journal(tmp_path / "k.packet", everything=True)).findings
    assert found.startswith("Событие 11 поста")


def test_a_hubs_database_misses_the_same_events(one: Checkpoint, organiser_pc: Office, tmp_path: Path) -> None:
    with open_hub(f"sqlite:///{tmp_path / 'hub.sqlite'}", one.clock) as hub:
        hub.put_records([plant(), tour()])
        house, path, to = HubHouse(hub), tmp_path / "r.packet", [one.identity.recipient]
        organiser.make_roster(organiser_pc.store, house, path, one.clock, plant=plant().name, to=to, name="")
        one.take(path)
        scanned(one, 5)
        without(one, "DELETE FROM outbox WHERE seq = 3")
        took = accepting.accept(organiser_pc.store, house, one.journal(tmp_path / "j.packet"), one.clock)
        assert [text[:16] for text in took.findings] == ["Событие 3 поста "]
        one.clock.advance(timedelta(seconds=60))
        everything = one.journal(tmp_path / "k.packet", everything=True)
        assert accepting.accept(organiser_pc.store, house, everything, one.clock).findings == []


def test_events_of_another_plant_are_not_missed(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    """What a gate did before its first roster belongs to no plant, and never travels."""
    nowhere = Desk(one.store, one.clock, Place(plant=None, gate=one.name))
    with one.store.write() as tx:
        for _number in range(3):
            note_act(nowhere, tx, Act.PACKET, "", "before the first roster")
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    scanned(one, 2)
    with one.store.write() as tx:
        note_act(nowhere, tx, Act.PACKET, "", "and one more")
    said = organiser_pc.accept(one.journal(tmp_path / "j.packet"))
    assert (said.accepted, said.findings) == (2, [])
    without(one, 'UPDATE event SET body = replace(body, \'"plant":"hleb"\', \'"plant":""\') WHERE seq = 5')
    one.clock.advance(timedelta(seconds=60))
    with one.store.read() as tx:
        lines = [stored.line for stored in tx.journal.lines(one.identity.device)]
    assert lines[4].event.plant == ""  # claimed to be nobody's by hand: not believed
    assert elsewhere(lines, "hleb") == [(1, 3), (6, 6)]


def test_gaps_are_counted_without_going_through_all_numbers() -> None:
    assert gaps({1, 2, 5}, 2**52, [(4, 4), (9, 3)]) == [(3, 3), (6, 2**52)]
    assert gaps(set(), 0) == []
    assert gaps({1, 2, 3}, 2) == []


def test_nothing_is_packed_for_a_gate_that_was_shut_out(
    one: Checkpoint, two: Checkpoint, organiser_pc: Office, tmp_path: Path
) -> None:
    with open_hub(f"sqlite:///{tmp_path / 'hub.sqlite'}", one.clock) as hub:
        hub.put_records([plant(), tour(), visitor("v1"), ticket("CODE-1")])
        house, to = HubHouse(hub), [one.identity.recipient, two.identity.recipient]

        def pack(name: str, recipients: list[str]) -> Path:
            path = tmp_path / name
            organiser.make_roster(
                organiser_pc.store, house, path, one.clock, plant=plant().name, to=recipients, name=""
            )
            return path

        roster = pack("r.packet", to)
        for pc in (one, two):
            pc.take(roster)
            pc.desk.scan("CODE-1", Source.SCANNER)
            accepting.accept(organiser_pc.store, house, pc.journal(tmp_path / f"{pc.name}.packet"), one.clock)
        hub.revoke(one.identity.device)
        with pytest.raises(SettingsWrong, match="«Восток»"):
            pack("x.packet", to)
        assert not (tmp_path / "x.packet").exists()
        pack("y.packet", to[1:])
        organiser.make_ack(organiser_pc.store, house, tmp_path / "a.packet", one.clock, plant=None, name="")
        with pytest.raises(PacketUntrusted, match="не для этого компьютера"):
            one.look(tmp_path / "a.packet")
        two.look(tmp_path / "a.packet")


def test_people_who_work_at_the_gate_are_counted_before_a_packet_is_taken(
    one: Checkpoint, organiser_pc: Office, tmp_path: Path
) -> None:
    person = Person(id="p1", plant="hleb", name="Главный", role=Role.ADMINISTRATOR)
    with open_hub(f"sqlite:///{tmp_path / 'hub.sqlite'}", one.clock) as hub:
        hub.put_records([plant(), person])
        path, to = tmp_path / "r.packet", [one.identity.recipient]
        organiser.make_roster(organiser_pc.store, HubHouse(hub), path, one.clock, plant="hleb", to=to, name="")
    said = one.look(path)
    assert (said.line()["people"], said.added) == (1, 2)
    one.take(path)
    assert one.look(path).unchanged == 2


def test_a_packet_for_more_gates_than_one_opens_is_not_made(organiser_pc: Office, tmp_path: Path) -> None:
    to = [str(pyrage.x25519.Identity.generate().to_public()) for _gate in range(201)]
    path = tmp_path / "r.packet"
    with pytest.raises(SettingsWrong, match="200"):
        organiser.make_roster(
            organiser_pc.store, organiser_pc.house, path, organiser_pc.clock, plant="hleb", to=to, name=""
        )
    assert not path.exists()


def test_names_of_ours_lose_what_nobody_sees(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    organiser_pc.take(plant("hleb", "Хлебо\u00adзавод\ufeff"))
    said = one.look(organiser_pc.roster(tmp_path / "r.packet", one))
    assert said.plant_name == "Хлебозавод"


def test_a_restored_or_slow_clock_never_makes_a_packet_look_old(
    organiser_pc: Office, one: Checkpoint, tmp_path: Path
) -> None:
    one.take(organiser_pc.roster(tmp_path / "1.packet", one))
    organiser_pc.clock.jump(organiser_pc.clock.now() - timedelta(days=400))
    assert one.take(organiser_pc.roster(tmp_path / "2.packet", one)).changes == 6


def test_a_journal_that_came_in_parts_is_answered_whole(organiser_pc: Office, one: Checkpoint, tmp_path: Path) -> None:
    one.take(organiser_pc.roster(tmp_path / "r.packet", one))
    scanned(one, 8)
    organiser_pc.accept(one.journal(tmp_path / "1.packet"))
    one.clock.advance(timedelta(seconds=5))
    organiser_pc.accept(one.journal(tmp_path / "2.packet", after=5))
    took = one.take(organiser_pc.ack(tmp_path / "a.packet"))
    assert (took.settled, took.waiting) == (8, 0)


STRANGE = {
    "naive": replace(tour("t9"), start=datetime(2026, 6, 1, 10), end=datetime(2026, 6, 1, 12)),  # noqa: DTZ001
    "year 1": replace(tour("t9"), start=datetime(1, 1, 1, tzinfo=UTC), end=datetime(1, 1, 2, tzinfo=UTC)),
    "year 9999": replace(
        tour("t9"), start=datetime(9999, 12, 31, tzinfo=UTC), end=datetime(9999, 12, 31, 23, tzinfo=UTC)
    ),
    **{
        f"{name} {value}": replace(tour("t9"), policy=Policy(**{name: value}))  # type: ignore[arg-type]
        for name, value in (
            *(("retention_h", value) for value in (10**8, 10**12, 2**63, -1)),
            *(("opens_before_min", 10**14), ("closes_after_end_min", -(10**14)), ("shut_out_h", 10**14)),
        )
    },
    "party": replace(ticket("CODE-9", id="k9"), party=2**70),
}


@pytest.mark.parametrize("record", STRANGE.values(), ids=STRANGE)
def test_a_record_that_no_plant_means_is_seen_as_such_and_set_aside(
    organiser_pc: Office, one: Checkpoint, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes the packet is believed, and may still be wrong."""
    fresh = storehouse.held
    monkeypatch.setattr(storehouse, "held", lambda tx, plant_id: [*fresh(tx, plant_id), (kind_of(record), record)])
    path = organiser_pc.roster(tmp_path / "r.packet", one)
    assert one.look(path).unreadable == 1
    one.take(path)
    with one.store.read() as tx:
        assert tx.unread.count() == 1
        assert [found.id for found in tx.roster.tours(PLANT)] == ["t1"]
    assert purge(one.store, one.clock.now()).nothing
    assert one.desk.scan("CODE-1", Source.SCANNER).event is not None
    assert verify_store(one.store, one.clock.now()).breaks_at is None
