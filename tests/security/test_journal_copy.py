"""Every flip, cut and insertion in ``journal.log`` and in a copied store is said; a power cut is told from them."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.domain.events import private
from checkin.store.copy import JournalCopy
from checkin.store.verifying import Checked, verify_file
from tests.field import NOW, event, opened

ROUNDS = 1500 if os.environ.get("PROHODNAYA_LONG") else 30
LENGTH = 8


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A closed profile: eight events, and facts written at three times."""
    folder = tmp_path_factory.mktemp("gate")
    store = opened(folder)
    for number in range(LENGTH):
        with store.write() as tx:
            at = NOW + timedelta(minutes=number)
            tx.journal.append(event(subject=f"v{number}", at=at, private=private("Гость")), tx.meta.device())
            if number in (2, 5):
                tx.meta.put(f"hub.fact{number}", "so")
    store.close()
    return folder, (folder / "store.key").read_text().strip()


@pytest.fixture
def place(gate: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    folder, key = gate
    for name in ("store.sqlite", "journal.log"):
        shutil.copy2(folder / name, tmp_path / name)
    return tmp_path, key


def spoilt(raw: bytes, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    for _ in range(ROUNDS):
        where, bit = dice.randrange(len(raw)), dice.randrange(8)
        yield f"bit {bit} at {where}", raw[:where] + bytes([raw[where] ^ 1 << bit]) + raw[where + 1 :]
    for _ in range(ROUNDS):
        where, far = dice.randrange(len(raw)), dice.randrange(1, 900)
        yield f"cut at {where}", raw[:where]
        yield f"{far} taken out at {where}", raw[:where] + raw[where + far :]
        yield f"byte put in at {where}", raw[:where] + bytes([dice.randrange(256)]) + raw[where:]


def test_every_change_of_the_copy_is_said(place: tuple[Path, str]) -> None:
    folder, key = place
    path, away = folder / "journal.log", folder / "elsewhere" / "away.log"
    away.parent.mkdir()
    raw = path.read_bytes()
    lines = raw.split(b"\n")
    changes = list(spoilt(raw, random.Random(7)))
    changes += [("end", raw[:-1]), ("empty line at the end", raw + b"\n")]
    for number in range(len(lines) - 1):
        changes.append((f"line {number} gone", b"\n".join([*lines[:number], *lines[number + 1 :]])))
        for more in (b"", b"\r", b"1 AAAA 00000000", lines[number], lines[2], lines[0]):
            text = b"\n".join([*lines[: number + 1], more, *lines[number + 1 :]])
            changes.append((f"{more[:9]!r} put in at {number}", text))
    for what, text in changes:
        path.write_bytes(text)
        assert verify_file(path, key).breaks_at is not None, what
    path.write_bytes(raw)
    for what, text in changes[:: max(1, len(changes) // 40)]:
        away.write_bytes(text)
        assert verify_file(away, key, folder / "store.sqlite").breaks_at is not None, what
    assert verify_file(path, key) == Checked(LENGTH)
    away.write_bytes(raw)
    assert verify_file(away, key) == verify_file(away, key, folder / "store.sqlite") == Checked(LENGTH)


def test_every_flip_in_a_store_is_said_wherever_it_is(place: tuple[Path, str]) -> None:
    folder, key = place
    path = folder / "store.sqlite"
    raw = path.read_bytes()
    dice = random.Random(8)
    for _ in range(ROUNDS):
        where = dice.randrange(len(raw))
        path.write_bytes(raw[:where] + bytes([raw[where] ^ 1 << dice.randrange(8)]) + raw[where + 1 :])
        assert verify_file(path, key).breaks_at is not None, where
    path.write_bytes(raw)
    assert verify_file(path, key) == Checked(LENGTH)


def test_half_a_line_after_a_power_cut_is_no_alarm_and_is_mended(gate: tuple[Path, str], tmp_path: Path) -> None:
    running = tmp_path / "running"
    shutil.copytree(gate[0], running)
    store = opened(running)
    with store.write() as tx:
        for number in range(3):  # a group: one transaction
            tx.journal.append(event(subject=f"g{number}", at=NOW + timedelta(hours=1)), tx.meta.device())
    dead = tmp_path / "dead"
    shutil.copytree(running, dead)  # as the disk is at that moment
    store.close()
    path = dead / "journal.log"
    raw = path.read_bytes()
    assert verify_file(path, gate[1]) == Checked(LENGTH + 3)
    for cut, left in ((1, 3), (40, 2), (len(raw) - raw.index(b"\n9 ") - 30, 0)):
        path.write_bytes(raw[:-cut])
        assert verify_file(path, gate[1]) == Checked(LENGTH + left, torn=True)
    for seq in (2, 6):  # more than one transaction writes: no power cut does that
        path.write_bytes(raw[: raw.index(b"\n%d " % seq) + 90])
        assert verify_file(path, gate[1]).fault == "short"
    path.write_bytes(raw[:-40])
    opened(dead).close()
    assert verify_file(path, gate[1]) == Checked(LENGTH + 3)
    assert JournalCopy(path, gate[1]).examined().foreign is None


@pytest.mark.parametrize(
    ("number", "content"),
    [
        *((99, content) for content in (b"{}", b"\xff", b"[" * 100_000, b"null")),
        *((0, content) for content in (b"[]", b"nope", b'{"device.id": 5}', b'{"device.key": "zz"}', b"{" * 9000)),
    ],
)
def test_a_line_that_our_key_sealed_and_no_program_wrote_is_said_and_stops_no_gate(
    place: tuple[Path, str], number: int, content: bytes
) -> None:
    folder, key = place
    path = folder / "journal.log"
    copy = JournalCopy(path, key)
    with path.open("ab") as file:
        file.write(copy._line(number, content))
    assert verify_file(path, key).breaks_at == LENGTH + 1
    assert verify_file(folder / "store.sqlite", key).copy == "foreign"
    (folder / "store.key").write_text(key)
    opened(folder).close()
    (folder / "store.sqlite").unlink()
    store = opened(folder)  # made again of the copy
    with store.read() as tx:
        assert tx.journal.count(tx.meta.device().id) == LENGTH
    store.close()
