"""Real X key events, typed as a handheld scanner types, into the real window while its field has the keyboard.

Every code must be in the journal, whole, and none of it in the field: with a Latin layout and with a Russian one, with
the suffixes that scanners send.  A screen that stands still for longer than any scanner could proves nothing: its own
key times show it, and then a failure is a skip.  20 codes each; ``PROHODNAYA_LONG=1`` types 500.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from checkin.domain.events import Kind
from checkin.rosters.taking import take_list
from checkin.scanning.wedge import FIRST_S
from checkin.settings import Profile, Settings
from checkin.store import open_store
from tests.field import person

TOOLS = ("Xvfb", "xdotool", "setxkbmap", "xkbcomp")
COUNT = int(os.environ.get("PROHODNAYA_CODES", "500" if os.environ.get("PROHODNAYA_LONG") else "20"))
ROOT = Path(__file__).resolve().parents[2]
REST_S = {"Enter": 0.12, "Tab": 0.12, "": 0.4}
"""Between two codes; nobody scans tickets faster.  Without a suffix the pause is what ends a code."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)} (.ci/setup test)"
    ),
]

# A scanner's keys do not wait for a busy PC: who stamps their times and who presses them go first.
FIRST = ["nice", "-n", "-15"] if shutil.which("nice") else []

_ROWS = (("1234567890-", 10), ("qwertyuiop", 24), ("asdfghjkl", 38), ("zxcvbnm", 52))
KEYCODES = {character: str(first + number) for row, first in _ROWS for number, character in enumerate(row)}
ENDS = {"Enter": "36", "Tab": "23", "": ""}


def script(codes: list[str], way: str, suffix: str) -> str:
    """What xdotool does: press the keys of the US layout by their places, as a scanner does, or type the characters."""
    lines = []
    for code in codes:
        if way == "keys":
            pressed = [f"shift+{KEYCODES[each.lower()]}" if each.isupper() else KEYCODES[each] for each in code]
            lines.append(f"key --delay 5 {' '.join((*pressed, ENDS[suffix]))}")
        else:
            lines += [f"type --delay 5 {code}", *([f"key --delay 5 {ENDS[suffix]}"] if suffix else [])]
        lines.append(f"sleep {REST_S[suffix]}")
    return "\n".join(lines) + "\n"


def wait(done: Callable[[], bool], within_s: float) -> None:
    until = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def single_visitors(path: Path, codes: list[str]) -> None:
    """A list for now, without groups: the first ticket of a group would open the group's card."""
    begin = datetime.now(UTC) + timedelta(hours=2, minutes=30)  # half an hour ago in Moscow
    times = f"{begin:%Y-%m-%d;%H:%M};{begin + timedelta(minutes=90):%H:%M}"
    rows = [f"Хлебозавод;Экскурсия;{times};{person(number + 20)};{code}" for number, code in enumerate(codes)]
    path.write_text("\n".join(["plant;tour;date;start;end;visitor;code", *rows]), encoding="utf-8")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A screen of its own; its number is whatever is free."""
    reading, writing = os.pipe()
    command = [
        *FIRST,
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1280x720x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    try:
        assert number
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize(
    ("layout", "way", "suffix"),
    [
        ("us", "keys", "Enter"),
        ("ru", "keys", "Enter"),
        ("ru", "keys", "Tab"),
        ("ru", "keys", ""),
        ("us", "type", "Enter"),
        ("us,ru", "type", "Enter"),
    ],
)
def test_every_code_arrives_whole_and_none_in_the_field(
    tmp_path: Path, display: str, layout: str, way: str, suffix: str
) -> None:
    codes = [f"T-{number:05d}" for number in range(COUNT)]
    single_visitors(tmp_path / "list.csv", codes)
    profile = Profile(tmp_path / "gate")
    profile.save(Settings(key_place="file", gate="1", sound=False))
    store, _place = open_store(profile, Settings(key_place="file"))
    take_list(store, tmp_path / "list.csv")
    store.close()
    environment = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
    environment |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    subprocess.run(["setxkbmap", layout], env=environment, check=True, timeout=30)
    window = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "integration" / "watched_window.py"), str(profile.folder), str(tmp_path)],
        env=environment,
    )
    try:
        wait(lambda: (tmp_path / "ready").exists() or window.poll() is not None, 60)
        assert window.poll() is None
        time.sleep(1)
        told = script(codes, way, suffix)
        subprocess.run([*FIRST, "xdotool", "-"], input=told, text=True, env=environment, check=True, timeout=600)
        time.sleep(1)
        (tmp_path / "stop").write_text("")
        assert window.wait(60) == 0
    finally:
        window.kill()
        window.wait(10)
    times = sorted({int(each) for each in (tmp_path / "times").read_text().split()})  # what was typed comes twice
    stood = [after - before for before, after in pairwise(times) if after - before > (FIRST_S + REST_S[suffix]) * 1000]
    store, _place = open_store(profile, Settings(key_place="file"))
    with store.read() as tx:
        events = [stored.line.event for stored in tx.journal.lines()]
        read = [tx.roster.ticket_of(each.plant, each.subject) for each in events if each.subject]
    store.close()
    got = [each.code for each in read if each is not None]
    if stood and got != codes:
        pytest.skip(f"the screen stood still for {stood} ms")
    assert (tmp_path / "field").read_text(encoding="utf-8") == ""
    assert {each.source for each in events} == {"scanner"}
    assert [each.kind for each in events] == [Kind.ENTRY] * len(codes)
    assert got == codes
