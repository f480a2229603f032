"""Tickets on their way out, and the program killed: the next run goes on, nothing is torn, missing, or made twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from checkin.issuing.delivery import MADE, MERGE
from tests.faults import ticketvictim

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
EVERY = ticketvictim.COUNT + 1


def killed(out: Path, where: str, number: int) -> None:
    words = [sys.executable, "-m", "tests.faults.ticketvictim", str(out), where, str(number)]
    assert subprocess.run(words, timeout=60, check=False).returncode == -signal.SIGKILL


def held(out: Path) -> dict[str, bytes]:
    if out.suffix == ".zip":
        with zipfile.ZipFile(out) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}
    return {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file() and path.name != MADE
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "tickets"
    assert ticketvictim.run(out) == EVERY
    return held(out)


@pytest.mark.parametrize(
    ("name", "where", "number", "left"),
    [
        ("tickets", "file", 5, EVERY - 4),
        ("tickets", "moved", 5, EVERY - 4),  # moved, but not yet in the record: made once more, harmless
        ("tickets", "file", EVERY + 1, 0),  # in the merge table
        ("tickets.zip", "file", 5, EVERY - 4),
        ("tickets.zip", "zip", 6, 0),
        ("tickets.zip", "tidy", 1, 0),
    ],
)
def test_a_killed_run_goes_on(
    tmp_path: Path, whole: dict[str, bytes], name: str, where: str, number: int, left: int
) -> None:
    out = tmp_path / name
    killed(out, where, number)
    assert ticketvictim.run(out) == left
    assert held(out) == whole
    assert ticketvictim.run(out) == 0
    assert held(out) == whole
    assert not list(tmp_path.rglob("*.new"))
    if out.suffix == ".zip":
        assert list(tmp_path.iterdir()) == [out]


def test_killed_twice_in_the_same_zip(tmp_path: Path, whole: dict[str, bytes]) -> None:
    out = tmp_path / "tickets.zip"
    killed(out, "file", 4)
    killed(out, "file", 4)
    assert ticketvictim.run(out) == EVERY - 6
    assert held(out) == whole
    assert MERGE in whole


def test_a_torn_record_costs_one_file(tmp_path: Path, whole: dict[str, bytes]) -> None:
    out = tmp_path / "tickets"
    ticketvictim.run(out)
    record = out / MADE
    record.write_bytes(record.read_bytes()[:-5])
    assert ticketvictim.run(out) == 1
    assert ticketvictim.run(out) == 0
    assert held(out) == whole


def test_a_truncated_zip_is_made_anew(tmp_path: Path, whole: dict[str, bytes]) -> None:
    out = tmp_path / "tickets.zip"
    ticketvictim.run(out)
    out.write_bytes(out.read_bytes()[:1000])
    assert ticketvictim.run(out) == EVERY
    assert held(out) == whole
