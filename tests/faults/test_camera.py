"""Cameras that stall, vanish and come back; films that end.  Hand-made sources, real threads, no sleeping."""

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from checkin.errors import CameraLost
from checkin.runtime.mailbox import Mailbox
from checkin.scanning import Camera, Frame, Reader, State, open_source
from tests.unit.scanning.test_sources import film

BLANK = np.zeros((48, 64), np.uint8)


class ScriptedSource:
    """Does what the test tells it: ``plugged`` lets it open, ``flowing`` lets frames come."""

    name = "scripted"

    def __init__(self) -> None:
        self.plugged, self.flowing, self.closed = threading.Event(), threading.Event(), threading.Event()
        self.state: State = "closed"
        self.opened = 0

    def open(self) -> None:
        if not self.plugged.is_set():
            self.state = "lost"
            raise CameraLost("Check the cable.")
        self.opened += 1
        self.closed.clear()
        self.state = "live"

    def read(self) -> Frame | None:
        # As a driver does: it hangs until there is a frame, the cable is pulled, or it is closed.
        while not self.flowing.wait(0.02):
            if self.closed.is_set():
                return None
        if not self.plugged.is_set():
            self.state = "lost"
            return None
        self.closed.wait(0.005)
        return Frame(BLANK, time.monotonic())

    def close(self) -> None:
        self.closed.set()
        self.state = "closed"


def states() -> tuple[queue.Queue[tuple[State, str]], Callable[[State, str], None], Callable[[State], float]]:
    told: queue.Queue[tuple[State, str]] = queue.Queue()

    def wait_for(wanted: State) -> float:
        begun = time.monotonic()
        while told.get(timeout=10)[0] != wanted:
            assert time.monotonic() - begun < 10
        return time.monotonic() - begun

    return told, lambda state, message: told.put((state, message)), wait_for


def test_a_stall_is_told_within_two_seconds_and_mends_itself() -> None:
    source, box = ScriptedSource(), Mailbox[Frame]()
    source.plugged.set()
    source.flowing.set()
    _told, tell, wait_for = states()
    camera = Camera(source, box, on_state=tell, stall_s=1.5)
    camera.start()
    wait_for("live")
    assert box.get(5) is not None
    source.flowing.clear()
    assert wait_for("lost") < 2.2
    source.flowing.set()
    wait_for("live")
    assert camera.stop()
    assert camera.state == "closed"


def test_a_camera_that_opens_but_gives_nothing_is_lost() -> None:
    source = ScriptedSource()
    source.plugged.set()
    _told, tell, wait_for = states()
    camera = Camera(source, Mailbox[Frame](), on_state=tell, stall_s=0.5)
    camera.start()
    assert wait_for("lost") < 2
    source.flowing.set()
    wait_for("live")
    assert camera.stop()


def test_a_camera_pulled_out_and_put_back() -> None:
    source = ScriptedSource()
    source.flowing.set()
    told, tell, wait_for = states()
    camera = Camera(source, Mailbox[Frame](), on_state=tell, backoff_s=(0.05,))
    camera.start()
    assert told.get(timeout=5) == ("opening", "")
    assert told.get(timeout=5) == ("lost", "Check the cable.")
    source.plugged.set()
    wait_for("live")
    source.plugged.clear()
    assert wait_for("lost") < 2
    source.plugged.set()
    wait_for("live")
    assert source.opened == 2
    assert camera.stop()


def test_stopping_while_lost_and_before_starting_is_clean() -> None:
    camera = Camera(ScriptedSource(), Mailbox[Frame]())
    assert camera.stop()
    camera = Camera(ScriptedSource(), Mailbox[Frame]())
    camera.start()
    assert camera.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("camera")]


def test_a_film_at_thirty_frames_is_read_once_and_ends(tmp_path: Path) -> None:
    path = film(tmp_path / "visit.avi", 45, text="VISIT-1")
    box = Mailbox[Frame]()
    _told, tell, wait_for = states()
    codes: list[str] = []
    outlined: list[int] = []
    camera = Camera(open_source(path), box, on_state=tell)
    reader = Reader(
        box,
        on_codes=lambda texts, _frame: codes.extend(texts),
        on_seen=lambda _frame, sighting: outlined.append(len(sighting.symbols)),
    )
    reader.start()
    camera.start()
    wait_for("live")
    wait_for("ended")
    assert camera.stop()
    box.close()
    assert reader.stop()
    assert codes == ["VISIT-1"]
    assert sum(outlined) >= 10
    assert reader.pace.frames >= 20
    assert camera.state == "ended"
