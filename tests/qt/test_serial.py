"""A scanner on a serial port, played by a pty: codes whole, pulled out and put back, garbage harmless."""

from __future__ import annotations

import os
import sys
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.scanner.lines import LONGEST, Lines
from ui.scanner.serial import SerialScanner
from ui.scanner.state import PortState

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pty pair is POSIX's")


class Cable:
    """A pty whose near end has a name that can be taken away, like a plug."""

    def __init__(self, folder: Path) -> None:
        self.name = folder / "ttyTEST"
        self.far = self.near = -1
        self.plug()

    def plug(self) -> None:
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        self.name.symlink_to(os.ttyname(self.near))

    def pull(self) -> None:
        self.name.unlink()
        os.close(self.near)
        os.close(self.far)
        self.far = self.near = -1

    def send(self, data: bytes) -> None:
        os.write(self.far, data)


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path)
    yield made
    if made.far >= 0:
        made.pull()


@pytest.fixture
def codes() -> list[str]:
    return []


@pytest.fixture
def scanner(cable: Cable, codes: list[str], qtbot: QtBot) -> Iterator[SerialScanner]:
    made = SerialScanner(codes.append)
    made.use(str(cable.name), 9600)
    assert made.state is PortState.OPEN
    yield made
    made.stop()
    assert isinstance(made, QObject)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b""])
def test_a_code_ends_with_its_suffix_or_with_a_pause(
    qtbot: QtBot, cable: Cable, scanner: SerialScanner, codes: list[str], end: bytes
) -> None:
    cable.send(b"A-7K4M2QXD" + end)
    qtbot.waitUntil(lambda: codes == ["A-7K4M2QXD"])


def test_a_code_that_comes_in_pieces_is_one(
    qtbot: QtBot, cable: Cable, scanner: SerialScanner, codes: list[str]
) -> None:
    for piece in (b"A-7K", b"4M2", b"QXD\rB-1", b"\r"):
        cable.send(piece)
        qtbot.wait(10)
    qtbot.waitUntil(lambda: codes == ["A-7K4M2QXD", "B-1"])


def test_five_hundred_codes_arrive_in_their_order(
    qtbot: QtBot, cable: Cable, scanner: SerialScanner, codes: list[str]
) -> None:
    sent = [f"TICKET-{number:05}" for number in range(500)]
    for start in range(0, 500, 20):
        cable.send("".join(f"{code}\r\n" for code in sent[start : start + 20]).encode())
        qtbot.wait(1)
    qtbot.waitUntil(lambda: len(codes) == 500)
    assert codes == sent


def test_a_scanner_that_is_pulled_out_is_seen_and_comes_back_by_itself(
    qtbot: QtBot, cable: Cable, scanner: SerialScanner, codes: list[str]
) -> None:
    cable.send(b"HALF")
    cable.pull()
    qtbot.waitUntil(lambda: scanner.state is PortState.LOST, timeout=10_000)
    cable.plug()
    qtbot.waitUntil(lambda: scanner.state is PortState.OPEN, timeout=10_000)
    cable.send(b"AGAIN-1\r")
    qtbot.waitUntil(lambda: codes[-1:] == ["AGAIN-1"])


def test_a_port_that_is_not_there_yet_is_waited_for(qtbot: QtBot, tmp_path: Path, codes: list[str]) -> None:
    told: list[str] = []
    scanner = SerialScanner(codes.append, lambda: told.append(scanner.state.value))
    cable = Cable(tmp_path)
    cable.pull()
    scanner.use(str(cable.name), 115200)
    assert scanner.state is PortState.LOST
    cable.plug()
    qtbot.waitUntil(lambda: scanner.state is PortState.OPEN, timeout=10_000)
    scanner.use("", 9600)
    assert told == ["lost", "open", "off"]
    cable.pull()


def test_garbage_harms_nobody() -> None:
    lines = Lines()
    assert lines.feed(bytes(range(9)) + b"\x02A-1\x03\r") == ["A-1"]
    assert lines.feed(b"\x00\x01\x7f\r") == []
    assert lines.feed("Ж-1\r".encode("cp1251") + "Ж-2\r".encode()) == ["Ж-1", "Ж-2"]
    assert lines.dropped == 1


def test_a_flood_is_dropped_up_to_its_end_and_takes_no_memory() -> None:
    lines = Lines()
    for _number in range(2000):
        assert lines.feed(b"X" * 1000) == []
    assert len(lines._held) <= LONGEST
    assert lines.feed(b"TAIL\rNEXT\r") == ["NEXT"]
    assert lines.dropped == 1
    assert lines.feed(b"Y" * LONGEST + b"\r") == ["Y" * LONGEST]
