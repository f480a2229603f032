"""The store when the world is against it: a full disk, a disk that takes nothing, damage, two processes at once.

What was green is there afterwards, always; what could not be written is said and leaves no trace.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.event import listen

from checkin.desk import Source
from checkin.errors import CheckinError, DiskFull, StoreBusy, StoreCorrupt
from checkin.store import engine as engine_module
from checkin.store import open_store
from tests.field import Site, crowd, event, opened, plant, profile, site, tour

ROOT = Path(__file__).resolve().parents[2]


def run(code: str, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    """A Python program of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **more,  # type: ignore[call-overload]
    )


# --- a full disk -------------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_takes_nothing_that_was_green(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(10_000)]) as gate:
        with gate.store.write() as tx:
            pages = tx.session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()

        def is_full(connection: Any, *_rest: object) -> None:  # of every connection: the store keeps several
            connection.execute(f"PRAGMA max_page_count = {pages + 12}").fetchall()

        listen(gate.store._engine, "checkout", is_full)
        written: list[str] = []
        with pytest.raises(DiskFull):
            written.extend(_green(gate, number) for number in range(10_000))
        assert written
        with pytest.raises(DiskFull):
            gate.desk.scan("CODE-9999", Source.PIPE)
        assert [one.id for one in gate.events] == written
        assert gate.inside() == len(written)
    with site(tmp_path) as gate:  # room again: the limit was the old connection's
        assert [one.id for one in gate.events] == written
        assert gate.desk.scan("CODE-9999", Source.PIPE).word == "admit"
        with gate.store.read() as tx:
            assert tx.journal.first_break(gate.desk.device.id) is None
            assert tx.outbox.waiting() == len(written) + 1


def _small_disk(folder: Path) -> bool:
    """Mounts a disk of 3 MB there, where this process may."""
    if os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small_disk(tmp_path: Path):  # type: ignore[no-untyped-def]
    folder = tmp_path / "disk"
    folder.mkdir()
    if not _small_disk(folder):
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_really_full_disk_and_room_again(small_disk: Path) -> None:
    with site(small_disk / "gate", [plant(), tour(), *crowd(400)]) as gate:
        filler = small_disk / "filler"
        written = [_green(gate, number) for number in range(5)]
        _fill(filler)
        with pytest.raises(DiskFull):
            written += [_green(gate, number) for number in range(5, 400)]
        kept = [one.id for one in gate.events]
        assert kept[: len(written)] == written
        filler.unlink()
        assert _green(gate, 399)
    with site(small_disk / "gate") as gate, gate.store.read() as tx:
        assert tx.journal.first_break(gate.desk.device.id) is None
        assert gate.inside() == len(gate.events)


def test_a_full_disk_at_the_first_start_leaves_nothing_half_made(small_disk: Path) -> None:
    folder = small_disk / "gate"
    made = profile(folder)
    filler = small_disk / "filler"
    _fill(filler)
    with pytest.raises(CheckinError):
        open_store(made, made.load()[0])
    filler.unlink()
    opened(folder).close()


def _green(gate: Site, number: int) -> str:
    outcome = gate.desk.scan(f"CODE-{number}", Source.PIPE)
    assert outcome.event is not None
    return outcome.event.id


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass


# --- a disk that takes nothing -----------------------------------------------------------------------

STRANGER = """
import os, sys
from pathlib import Path
from checkin import i18n
from checkin.errors import CheckinError
from checkin.settings import Profile, Settings
from checkin.store import open_store
i18n.use("en")
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    store, _ = open_store(Profile(Path(sys.argv[1])), Settings(key_place="file"))
except CheckinError as error:
    print(type(error).__name__)
else:
    print("opened")
    store.close()
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_not_ours_is_refused_in_words(there: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "gate"
        if there:
            opened(folder).close()
            folder.chmod(0o555)
        Path(place).chmod(0o755)
        done = run(STRANGER, str(folder))
    assert (done.stdout.strip(), done.returncode) == ("SettingsWrong", 0), done.stderr


def test_a_store_that_became_read_only_says_so_and_still_answers(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(5)]) as gate:
        assert gate.desk.scan("CODE-0", Source.PIPE).word == "admit"
        with gate.store.read() as tx:
            tx.session.connection().exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(DiskFull):
            gate.desk.scan("CODE-1", Source.PIPE)
        assert gate.desk.judge("CODE-1").word == "admit"
        assert len(gate.events) == 1


def _work(folder: Path) -> None:
    """A day at the gate: in the end every page of the store has been looked at."""
    with site(folder) as gate:
        for number in range(500):
            gate.desk.scan(f"CODE-{number}", Source.PIPE)
        assert gate.inside() >= 0
        assert gate.events
        with gate.store.read() as tx:
            assert list(tx.roster.visitors())
            assert list(tx.roster.tickets())
            tx.journal.rebuild_presence([("hleb", f"v{number}") for number in range(500)])


# --- damage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_damaged_page_without_the_journals_copy_is_told_and_the_file_is_kept(tmp_path: Path, place: float) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(500)]) as gate:
        for number in range(200):
            gate.desk.scan(f"CODE-{number}", Source.PIPE)
    path = tmp_path / "store.sqlite"
    raw = bytearray(path.read_bytes())
    at = int(len(raw) * place)
    raw[at : at + 8192] = os.urandom(8192)
    path.write_bytes(raw)
    (tmp_path / "store.sqlite-wal").unlink(missing_ok=True)
    (tmp_path / "journal.log").unlink()

    with pytest.raises(StoreCorrupt):
        _work(tmp_path)
    assert path.stat().st_size == len(raw)


def test_a_truncated_store_without_the_journals_copy_is_told(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(500)]):
        pass
    path = tmp_path / "store.sqlite"
    os.truncate(path, path.stat().st_size // 3)
    (tmp_path / "journal.log").unlink()
    with pytest.raises(StoreCorrupt):
        _work(tmp_path)


# --- two processes on one profile --------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from checkin.clock import SystemClock
from checkin.desk import Desk, Place, Source
from tests.field import opened
store = opened(Path(sys.argv[1]))
desk = Desk(store, SystemClock(), Place(plant="hleb", gate=sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3]), int(sys.argv[4])):
    print(desk.scan(f"CODE-{number}", Source.PIPE).event.id, flush=True)
store.close()
"""


def test_two_processes_write_into_one_chain(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(120)]):
        pass
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), gate, *span],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for gate, span in (("1", ("0", "60")), ("2", ("60", "120")))
    ]
    said: list[str] = []
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    with ThreadPoolExecutor() as pool:
        for out, _ in pool.map(lambda writer: writer.communicate("go\n", timeout=120), writers):
            said += out.split()
    assert [writer.returncode for writer in writers] == [0, 0]
    with site(tmp_path) as gate, gate.store.read() as tx:
        assert sorted(one.id for one in gate.events) == sorted(said)
        assert len(said) == 120
        assert tx.journal.first_break(gate.desk.device.id) is None
        assert {one.gate for one in gate.events} == {"1", "2"}


OPENER = """
import json, sys
from pathlib import Path
from checkin.settings import Profile
from checkin.store import open_store
sys.stdin.readline()
profile = Profile(Path(sys.argv[1]))
settings = profile.load()[0].model_copy(update={"key_place": "file"})
store, place = open_store(profile, settings)
profile.save(settings)
with store.read() as tx:
    print(json.dumps([place, tx.meta.device().id]))
store.close()
"""


def test_many_processes_that_start_at_once_make_one_profile(tmp_path: Path) -> None:
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path / "gate")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    with ThreadPoolExecutor(len(starters)) as pool:
        answers = list(pool.map(lambda one: one.communicate("go\n", timeout=120), starters))
    assert [one.returncode for one in starters] == [0] * len(starters), answers
    devices = {tuple(json.loads(out)) for out, _ in answers}
    assert len(devices) == 1


def test_who_waits_too_long_is_told_who_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_S", 0.05)
    one, other = opened(tmp_path), opened(tmp_path)

    def second() -> None:
        with other.write() as tx:
            tx.journal.append(event(), tx.meta.device())

    with one.write() as tx:
        tx.journal.append(event(), tx.meta.device())
        with pytest.raises(StoreBusy):
            second()
        with other.read() as reading:  # whoever only looks waits for nobody
            assert reading.outbox.waiting() == 0
    second()
    with one.read() as tx:
        assert tx.outbox.waiting() == 2
        assert tx.journal.first_break(tx.meta.device().id) is None
    one.close()
    other.close()
