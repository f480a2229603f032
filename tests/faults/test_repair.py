"""A damaged or lost store is put together again from the journal's copy; the damaged file is kept.

Shown each time: every green is in the journal, in its place in the chain; the device is the same; everything goes to
the hub again; nothing else is there.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from checkin.desk import Source
from checkin.domain.events import private
from checkin.errors import StoreCorrupt
from checkin.store import Store
from checkin.store.copy import JournalCopy
from tests.field import crowd, event, opened, plant, site, tour

LONG = bool(os.environ.get("PROHODNAYA_LONG"))
ROUNDS = 300 if LONG else 12
GREENS = 60


def day(folder: Path, greens: int = GREENS) -> list[str]:
    """A gate's day; the ids of its greens."""
    with site(folder, [plant(), tour(), *crowd(200)]) as gate:
        with gate.store.write() as tx:
            tx.meta.put("hub.url", "http://hub")
            tx.meta.put("hub.token", "a token")
        return green(gate.desk.scan, range(greens))


def green(scan: Callable[..., object], numbers: range) -> list[str]:
    ids = []
    for number in numbers:
        outcome = scan(f"CODE-{number}", Source.PIPE)
        ids.append(outcome.event.id)  # type: ignore[attr-defined]
    return ids


def journal(store: Store) -> list[str]:
    with store.read() as tx:
        device = tx.meta.device()
        assert tx.journal.first_break(device.id, device.public_hex) is None
        return [stored.line.event.id for stored in tx.journal.lines(device.id)]


def copied(folder: Path) -> list[str]:
    """The events in the copy, in order."""
    copy = JournalCopy(folder / "journal.log", (folder / "store.key").read_text())
    return [line.event.id for _, line in sorted(copy.read().lines.items())]


def who(folder: Path) -> tuple[str, str, str]:
    store = opened(folder)
    try:
        with store.read() as tx:
            device = tx.meta.device()
            return device.id, device.public_hex, tx.meta.get("hub.token")
    finally:
        store.close()


def spoil_store(folder: Path, dice: random.Random) -> None:
    """Damages the store as disks do."""
    path = folder / "store.sqlite"
    raw = bytearray(path.read_bytes())
    match dice.choice(("flip", "flips", "cut", "zeros", "text", "empty", "gone", "random page")):
        case "flip":
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        case "flips":
            for _ in range(50):
                raw[dice.randrange(len(raw))] ^= 0xFF
        case "cut":
            del raw[dice.randrange(1, len(raw)) :]
        case "zeros":
            at = dice.randrange(len(raw))
            raw[at : at + 65_536] = bytes(len(raw[at : at + 65_536]))
        case "text":
            raw = bytearray(b"<html>not a database</html>" * 1000)
        case "empty":
            raw = bytearray()
        case "random page":
            at = dice.randrange(len(raw) // 4096) * 4096
            raw[at : at + 4096] = dice.randbytes(4096)
        case "gone":
            path.unlink()
            return
    path.write_bytes(raw)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_damaged_store_loses_no_attendance(tmp_path: Path, seed: int) -> None:
    greens = day(tmp_path)
    before = who(tmp_path)
    spoil_store(tmp_path, random.Random(seed))

    with site(tmp_path) as gate:
        assert journal(gate.store) == greens
        with gate.store.read() as tx:
            assert tx.outbox.waiting() == len(greens)
        gate.take(plant(), tour(), *crowd(200))  # as the hub sends it again, or a person loads the list
        assert gate.inside() == len(greens)
        assert gate.desk.scan("CODE-0", Source.PIPE).word == "refuse"
        assert gate.desk.scan("CODE-150", Source.PIPE).word == "admit"
    assert who(tmp_path) == before
    assert copied(tmp_path)[:GREENS] == greens
    assert len(copied(tmp_path)) == GREENS + 2


def test_what_is_set_aside_is_kept_byte_for_byte_and_said(tmp_path: Path) -> None:
    day(tmp_path)
    path = tmp_path / "store.sqlite"
    path.write_bytes(path.read_bytes()[:20_000])
    damaged = path.read_bytes()

    store = opened(tmp_path)
    store.close()
    (aside,) = tmp_path.glob("store.damaged-*.sqlite")
    assert aside.read_bytes() == damaged
    assert aside.name in store.note
    again = opened(tmp_path)
    again.close()
    assert again.note == ""
    assert not list(tmp_path.glob("salvage-*"))


def test_the_roster_that_can_still_be_read_stays(tmp_path: Path) -> None:
    day(tmp_path)
    store = opened(tmp_path)
    with store.write() as tx:
        page = (
            tx.session.connection().exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'event'").scalar()
        )
    store.close()
    path = tmp_path / "store.sqlite"
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * 4096 + 100] ^= 1
    path.write_bytes(raw)

    with site(tmp_path) as gate:
        assert len(gate.events) == GREENS
        assert gate.desk.scan("CODE-199", Source.PIPE).word == "admit"


def crashed(folder: Path, place: Path) -> Path:
    """What a power cut leaves: the store, its WAL with all greens in it, the copy, the key."""
    place.mkdir()
    for name in ("store.sqlite", "store.sqlite-wal", "journal.log", "store.key", "settings.json"):
        shutil.copy2(folder / name, place)
    return place


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_damaged_wal_loses_no_attendance(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    with site(tmp_path / "gate", [plant(), tour(), *crowd(100)]) as gate:
        greens = green(gate.desk.scan, range(30))
        left = crashed(tmp_path / "gate", tmp_path / "left")
    wal = left / "store.sqlite-wal"
    raw = bytearray(wal.read_bytes())
    match dice.choice(("flip", "cut", "gone", "noise")):
        case "flip":
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        case "cut":
            del raw[dice.randrange(len(raw)) :]
        case "gone":
            raw.clear()
        case "noise":
            at = dice.randrange(len(raw))
            raw[at:] = dice.randbytes(len(raw) - at)
    wal.write_bytes(raw)
    store = opened(left)
    try:
        assert journal(store) == greens
        with store.read() as tx:
            assert tx.outbox.waiting() == len(greens)
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_damaged_copy_harms_nothing_and_is_whole_again(tmp_path: Path, seed: int) -> None:
    greens = day(tmp_path, 20)
    dice = random.Random(seed)
    path = tmp_path / "journal.log"
    raw = bytearray(path.read_bytes())
    match dice.choice(("cut", "gone", "other", "half line", "flips")):
        case "cut":
            del raw[dice.randrange(len(raw)) :]
        case "gone":
            raw.clear()
        case "other":
            raw = bytearray(b"something else\n" * 10)
        case "flips":
            for _ in range(5):
                raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        case "half line":
            del raw[-40:]
    path.write_bytes(raw)
    with site(tmp_path) as gate:
        assert journal(gate.store) == greens
        greens += green(gate.desk.scan, range(20, 25))
    assert copied(tmp_path) == greens
    (tmp_path / "store.sqlite").unlink()
    store = opened(tmp_path)
    assert journal(store) == greens
    store.close()


def test_flipped_bits_in_the_copy_cost_that_line_alone(tmp_path: Path) -> None:
    greens = day(tmp_path, 20)
    path = tmp_path / "journal.log"
    lines = path.read_bytes().split(b"\n")
    spoilt = next(number for number, line in enumerate(lines) if line.startswith(b"7 "))
    lines[0] = b"prohodnaya?" + lines[0][11:]
    lines[spoilt] = lines[spoilt][:60] + b"AAAA" + lines[spoilt][64:]
    path.write_bytes(b"\n".join(lines))
    copy = JournalCopy(path, (tmp_path / "store.key").read_text())
    read = copy.read()
    assert read.trusted
    assert [line.event.id for _, line in sorted(read.lines.items())] == greens[:6] + greens[7:]
    assert read.unreadable == 1


def test_names_in_the_copy_can_be_read_with_the_key_only_and_are_purged_with_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as tx:
        tx.journal.append(event(private=private(name="Иванова Мария")), tx.meta.device())
    path = tmp_path / "journal.log"
    assert "Иванова".encode() not in path.read_bytes()
    copy = JournalCopy(path, (tmp_path / "store.key").read_text())
    kept = copy.read().lines[1].event.private
    assert kept is not None
    assert kept.name == "Иванова Мария"
    assert not JournalCopy(path, "ab" * 32).read().trusted

    with store.write() as tx:
        tx.session.connection().exec_driver_sql("UPDATE event SET private = NULL")
    store.renew_copy()
    assert copy.read().lines[1].event.private is None
    with store.write() as tx:
        tx.journal.append(event(), tx.meta.device())
    assert sorted(copy.read().lines) == [1, 2]
    store.close()


def test_another_key_mends_nothing_and_moves_nothing(tmp_path: Path) -> None:
    day(tmp_path, 3)
    (tmp_path / "store.key").write_text("ab" * 32)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(StoreCorrupt):
        opened(tmp_path)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert {name: after[name] for name in before if name != "store.suspect"} == {
        name: content for name, content in before.items() if name != "store.suspect"
    }


def test_a_store_that_somebody_has_open_is_not_moved_away(tmp_path: Path) -> None:
    day(tmp_path, 3)
    open_elsewhere = opened(tmp_path)
    path = tmp_path / "store.sqlite"
    (tmp_path / "store.sqlite-wal").unlink(missing_ok=True)
    with path.open("r+b") as file:
        file.write(b"\0" * 8192)
    with pytest.raises(StoreCorrupt):
        opened(tmp_path)
    assert path.exists()
    open_elsewhere.close()
    opened(tmp_path).close()
    assert list(tmp_path.glob("store.damaged-*"))


def test_damage_met_at_work_is_mended_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    greens = day(tmp_path)
    monkeypatch.setattr("checkin.store.repair.WHOLE_BYTES", 0)
    store = opened(tmp_path)
    with store.read() as tx:
        page = (
            tx.session.connection()
            .exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'visitor'")
            .scalar()
        )
    store.close()
    path = tmp_path / "store.sqlite"
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * 4096 + 50] ^= 1
    path.write_bytes(raw)

    store = opened(tmp_path)  # a large store's roster is not read at each start
    assert not list(tmp_path.glob("store.damaged-*"))
    with pytest.raises(StoreCorrupt), store.read() as tx:
        list(tx.roster.visitors())
    store.close()
    store = opened(tmp_path)
    assert list(tmp_path.glob("store.damaged-*"))
    assert journal(store) == greens
    store.close()


def test_a_copy_that_cannot_be_written_does_not_stop_the_gate_and_is_caught_up(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(10)]) as gate:
        greens = green(gate.desk.scan, range(2))
        path = tmp_path / "journal.log"
        kept = path.rename(tmp_path / "away.log")
        path.mkdir()
        greens += green(gate.desk.scan, range(2, 4))
        assert gate.store.copy.trouble is not None
        path.rmdir()
        kept.rename(path)
        greens += green(gate.desk.scan, range(4, 5))
        assert gate.store.copy.trouble is None
    assert copied(tmp_path) == greens


def test_events_cut_off_the_end_of_the_store_come_back(tmp_path: Path) -> None:
    greens = day(tmp_path, 10)
    store = opened(tmp_path)
    with store.write() as tx:
        run = tx.session.connection().exec_driver_sql
        run("DROP TRIGGER event_is_not_deleted")
        run("DELETE FROM event WHERE seq > 6")
        run("DELETE FROM outbox WHERE seq > 6")
        run("DELETE FROM presence")
    store.close()
    store = opened(tmp_path)
    assert journal(store) == greens
    assert store.note
    store.close()
