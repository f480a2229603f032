"""An attacker with a stick: damaged, old, foreign, forged and swelling packets are refused, and nothing changes."""

from __future__ import annotations

import gzip
import json
import os
import random
import stat
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyrage
import pytest

from checkin.errors import PacketUntrusted, SettingsWrong
from checkin.packets import envelope, sealing
from checkin.packets.contents import MAX_BYTES, MAX_LINE_BYTES, MAX_RECIPIENTS, Kind
from checkin.packets.identity import Identity
from tests.field import crowd, plant, ticket, tour, visitor
from tests.security.sites import Checkpoint, Office, checkpoint, office

LONG = bool(os.environ.get("PROHODNAYA_LONG"))
MUTATIONS = 5000 if LONG else 300
MEMORY_MB = 200
RECORDS = (plant(), tour(), visitor("v1"), ticket("CODE-1"), *crowd(40, "hleb", "t1"))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Office, Checkpoint, Path]]:
    """An organiser, a gate that has taken a packet of theirs, and a newer packet that is good."""
    with office(tmp_path / "office", RECORDS) as desk, checkpoint(tmp_path / "gate", "Восток") as gate:
        gate.take(desk.roster(tmp_path / "old.packet", gate))
        desk.take(visitor("v9", "Новая Анна"))
        yield desk, gate, desk.roster(tmp_path / "new.packet", gate)


def sealed(gate: Checkpoint, plain: bytes) -> bytes:
    """What anybody can do who has seen the gate's key: encrypt to it."""
    return pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(gate.identity.recipient)])


def signed(maker: Identity, rest: bytes) -> bytes:
    """What anybody can do with a key of their own: sign."""
    return b"prohodnaya-packet-1 %s %s\n" % (maker.public_hex.encode(), sealing._signed(maker, rest).encode()) + rest


def mutated(chance: random.Random, raw: bytes) -> bytes:
    """One accident, or one trick without any key."""
    changed = bytearray(raw)
    match chance.randrange(6):
        case 0:
            for _times in range(chance.randint(1, 8)):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        case 1:
            del changed[chance.randrange(len(changed)) :]
        case 2:
            begin = chance.randrange(len(changed))
            del changed[begin : begin + chance.randint(1, 400)]
        case 3:
            begin = chance.randrange(len(changed))
            changed[begin:begin] = chance.randbytes(chance.randint(1, 400))
        case 4:
            begin, end = sorted(chance.randrange(len(changed)) for _each in range(2))
            changed = changed[:begin] + changed[end:] + changed[begin:end] + b"\n"
        case _:
            begin = chance.randrange(len(changed))
            changed[begin : begin + 32] = bytes(32)
    return bytes(changed) if changed != raw else raw[:-1]


def test_no_damaged_packet_is_taken(pair: tuple[Office, Checkpoint, Path], tmp_path: Path) -> None:
    desk, gate, path = pair
    chance, bad = random.Random(7), tmp_path / "bad.packet"
    raw = path.read_bytes()
    plain = pyrage.decrypt(raw, [gate.identity.opener()])
    begin = plain.index(b"\n") + 1
    stranger = Identity("f" * 32, bytes(32))
    tricks: list[Callable[[], bytes]] = [
        lambda: mutated(chance, raw),  # the file itself
        lambda: sealed(gate, mutated(chance, plain)),  # opened is impossible, but guessed
        lambda: sealed(gate, signed(stranger, mutated(chance, plain[begin:]))),  # and signed by a stranger
    ]
    before, said = gate.state(), Counter[str]()
    for number in range(MUTATIONS):
        bad.write_bytes(tricks[number % 3]())
        with pytest.raises(PacketUntrusted) as refused:
            gate.look(bad)
        said[str(refused.value)[:40]] += 1
        assert str(refused.value).strip()
    assert gate.state() == before
    assert len(said) >= 4, said
    assert gate.take(path).changes == gate.look(path).unchanged  # and the good one is still good
    assert desk.clock is not gate.clock


def test_what_the_organisers_own_key_signs_is_looked_through_too(
    pair: tuple[Office, Checkpoint, Path], tmp_path: Path
) -> None:
    """A stolen organiser's PC, or a bug there: what is malformed is refused whole, before anything is taken."""
    desk, gate, path = pair
    plain = pyrage.decrypt(path.read_bytes(), [gate.identity.opener()])
    _first, header, *parts = plain.split(b"\n")[:-1]
    before, bad = gate.state(), tmp_path / "bad.packet"
    nested = b'{"roster":' + b"[" * 100_000
    wrong: list[list[bytes]] = [
        [header, b"{}"],
        [header, b"[]"],
        [header, b""],
        [header, b'{"roster":null}'],
        [header, *parts, b'{"roster":{"changes":[],"cursor":"","more":false},"peers":null,"shell":"rm"}'],
        [header, nested],
        [header, b'{"roster":{"changes":[],"cursor":"' + b"x" * 300 + b'","more":false}}'],
        [header, b"x" * (MAX_LINE_BYTES + 1)],
        [header, *parts, b"\xff\xfe"],
        [b"{}", *parts],
        [b"[" * 100_000, *parts],
        [header.replace(b'"serial":', b'"serial":-'), *parts],
        [header.replace(b'"serial":', b'"serial":1e400,"x":'), *parts],
        [header.replace(b'"format":1', b'"format":2'), *parts],
        [header.replace("Программа".encode(), "Прог\\u202eрамма".encode()), *parts],
        [header.replace("Программа".encode(), b"\\u001b[2J"), *parts],
        *(
            [header.replace("Программа".encode(), b"\\u%04x" % mark), *parts]
            for mark in (0x00AD, 0x061C, 0x200B, 0x2060, 0xFEFF)
        ),
    ]
    for lines in wrong:
        bad.write_bytes(sealed(gate, signed(desk.identity, b"\n".join(lines) + b"\n")))
        with pytest.raises(PacketUntrusted):
            gate.look(bad)
    assert gate.state() == before


def test_older_foreign_and_resigned(pair: tuple[Office, Checkpoint, Path], tmp_path: Path) -> None:
    desk, gate, path = pair
    gate.take(path)
    before = gate.state()
    with pytest.raises(PacketUntrusted, match="старее"):
        gate.look(tmp_path / "old.packet")
    plain = pyrage.decrypt(path.read_bytes(), [gate.identity.opener()])
    stranger = Identity(desk.identity.device, b"s" * 32)
    resigned = tmp_path / "resigned.packet"
    resigned.write_bytes(sealed(gate, signed(stranger, plain[plain.index(b"\n") + 1 :])))
    with pytest.raises(PacketUntrusted, match="не знает"):
        gate.look(resigned)
    with office(tmp_path / "other", [plant("stal")]) as other:
        foreign = other.roster(tmp_path / "foreign.packet", gate, plant="stal")
        with pytest.raises(PacketUntrusted):
            gate.look(foreign)
    assert gate.state() == before
    journal = gate.journal(tmp_path / "journal.packet")  # takes a serial number
    before = gate.state()
    with pytest.raises(PacketUntrusted, match="не для этого компьютера"):
        gate.look(journal)
    with pytest.raises(PacketUntrusted):
        sealing.read(path, gate.identity, Kind.JOURNAL)
    for strange in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(SettingsWrong):
            gate.look(strange)
    assert gate.state() == before


def _made_up(count: int) -> bytes:
    """Stanzas for keys that nobody has."""
    key = b64encode(os.urandom(32)).rstrip(b"=")
    return b"-> X25519 %s\n%s\n" % (key, key) * count


def test_a_key_is_tried_on_no_more_stanzas_than_a_packet_has(
    pair: tuple[Office, Checkpoint, Path], tmp_path: Path
) -> None:
    _desk, gate, path = pair
    version, seal = b"age-encryption.org/v1\n", b"--- " + b"A" * 43 + b"\n" + b"x" * 100
    grease, to = b"-> a-grease x\n\n", pyrage.x25519.Recipient.from_str(gate.identity.recipient)
    endless = b"-> a-grease\n" + (b"A" * 64 + b"\n") * (MAX_BYTES // 65 - 9)
    wrong = [
        version + _made_up(1000) + seal,
        version + _made_up(MAX_BYTES // 100),
        version + _made_up(1) + grease * 3000 + seal,
        version + endless + seal,
        version + seal,
        pyrage.passphrase.encrypt(b"x", "guessed"),
        pyrage.encrypt(path.read_bytes(), [to], armored=True),
        path.read_bytes().replace(b"\n", b"\r\n"),
    ]
    bad, before = tmp_path / "bad.packet", gate.state()
    for content in wrong:
        bad.write_bytes(content)
        began = time.monotonic()
        with pytest.raises(PacketUntrusted, match="не пакет этой программы"):
            gate.look(bad)
        assert time.monotonic() - began < 3  # the keys of one took 9 s to try
    assert gate.state() == before
    most = [to] * MAX_RECIPIENTS
    assert envelope.acceptable(pyrage.encrypt(b"", most))
    assert not envelope.acceptable(pyrage.encrypt(b"", [*most, to]))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_reads_a_packet(pair: tuple[Office, Checkpoint, Path]) -> None:
    assert stat.S_IMODE(pair[2].stat().st_mode) == 0o600


def _bombs(gate: Checkpoint, folder: Path) -> Iterator[Path]:
    """Files that are, or become, far too big."""
    huge = folder / "huge.packet"
    with huge.open("wb") as file:
        file.write(b"age-encryption.org/v1\n")
        file.truncate(4 << 30)
    yield huge
    member = gzip.compress(bytes(64 << 20), 9)
    squeezed = member * 64  # 4 GB
    (folder / "bomb.gz").write_bytes(squeezed)
    yield folder / "bomb.gz"
    (folder / "keys.packet").write_bytes(b"age-encryption.org/v1\n" + _made_up(MAX_BYTES // 100))
    yield folder / "keys.packet"
    (folder / "bomb.packet").write_bytes(sealed(gate, squeezed))
    yield folder / "bomb.packet"
    stranger = Identity("f" * 32, bytes(32))
    header = {
        "format": 1,
        "kind": "roster",
        "id": "0" * 16,
        "serial": 2**50,
        "made_at": "2026-08-05T00:00:00Z",
        "maker": "x",
        "device": "f" * 32,
        "plant": "hleb",
        "to": [gate.identity.recipient],
    }
    nested = b'{"roster":{"changes":[{"kind":"x","id":"x","revision":1,"record":{"x":[' + b"[]," * (
        MAX_LINE_BYTES // 3 - 60
    )
    line = nested + b'[]]}}],"cursor":"","more":true}}\n'
    lines = line * (MAX_BYTES // len(line) - 1)
    full = signed(stranger, json.dumps(header).encode() + b"\n" + lines)
    (folder / "swelling.packet").write_bytes(sealed(gate, full))
    yield folder / "swelling.packet"


_MEASURE = """
import sys
from pathlib import Path
from checkin.clock import SystemClock
from checkin.packets import gate
from checkin.errors import CheckinError, PacketUntrusted
from tests.field import opened
store = opened(Path(sys.argv[1]))
try:
    gate.look(store, Path(sys.argv[2]), SystemClock())
    print("taken")
except CheckinError as error:
    print("PacketUntrusted" if isinstance(error, PacketUntrusted) else type(error).__name__)
store.close()
# ru_maxrss begins with what the parent had when it forked; the high-water mark begins with the program.
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux measures it")
def test_no_bomb_takes_more_than_200_mb(pair: tuple[Office, Checkpoint, Path], tmp_path: Path) -> None:
    _desk, gate, _path = pair
    before = gate.state()
    for bomb in _bombs(gate, tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, str(gate.folder), str(bomb)], capture_output=True, text=True, timeout=120
        )
        outcome, megabytes = done.stdout.split()
        print(bomb.name, outcome, megabytes, "MB")
        assert outcome == "PacketUntrusted", (bomb.name, done.stdout, done.stderr)
        assert int(megabytes) <= MEMORY_MB, (bomb.name, megabytes)
    assert gate.state() == before
