"""Where frames come from: a device, a film, a folder of pictures or a network camera, behind one interface.

``open`` raises CameraLost with a message for a person; ``read`` never raises: it gives the next frame, or
None, and then ``state`` says whether the source has ended (a file) or is lost (a device or a stream).
``close`` may be called from any thread and more than once.  An address is never logged or shown with its user
name and password.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol, TypeAlias
from urllib.parse import urlsplit

from checkin.errors import CameraLost
from checkin.i18n import gettext as _
from checkin.scanning.devices import devices
from checkin.scanning.frame import Frame, Pixels
from checkin.scanning.images import SUFFIXES, Unreadable, load
from checkin.scanning.vision import cv2

State: TypeAlias = Literal["closed", "opening", "live", "lost", "ended"]

_STREAM_TIMEOUT_MS = 5000
_ADDRESS_CHARACTERS = 2000
_SCHEMES = ("rtsp", "rtsps", "http", "https")


class Source(Protocol):
    """One place that gives frames."""

    @property
    def name(self) -> str:
        """What a person calls it; never holds a password."""
        ...

    @property
    def state(self) -> State: ...

    def open(self) -> None:
        """Raises CameraLost."""
        ...

    def read(self) -> Frame | None:
        """Block for the next frame; None when there is none: ask ``state``."""
        ...

    def close(self) -> None: ...


class CaptureSource:
    """A device or a network camera through cv2."""

    def __init__(
        self,
        target: int | str,
        name: str,
        *,
        size: tuple[int, int] | None = None,
        fps: float | None = None,
        exposure: float | None = None,
    ) -> None:
        self._target = target
        self._name = name
        self._size, self._fps, self._exposure = size, fps, exposure
        self._capture: cv2.VideoCapture | None = None
        self._lock = threading.Lock()
        self._state: State = "closed"
        self._number = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def state(self) -> State:
        return self._state

    def open(self) -> None:
        self.close()
        self._state = "opening"
        capture = self._captured()
        if not capture.isOpened():
            capture.release()
            self._state = "lost"
            raise CameraLost(_("The camera “{name}” does not answer. Check its cable.").format(name=self._name))
        if isinstance(self._target, int) or self._target.startswith("/dev/"):
            self._set_up(capture)
        with self._lock:
            self._capture, self._number, self._state = capture, 0, "live"

    def _captured(self) -> cv2.VideoCapture:
        if isinstance(self._target, str) and "://" in self._target:
            limits = [
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                _STREAM_TIMEOUT_MS,
                cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                _STREAM_TIMEOUT_MS,
            ]
            return cv2.VideoCapture(self._target, cv2.CAP_FFMPEG, limits)
        return cv2.VideoCapture(self._target)

    def _set_up(self, capture: cv2.VideoCapture) -> None:
        """Ask the driver; what it cannot do it ignores, and the picture is then as it is."""
        # MJPG first: most webcams give 30 fps at 720p only compressed.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        if self._size is not None:
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        if self._fps is not None:
            capture.set(cv2.CAP_PROP_FPS, self._fps)
        if self._exposure is not None:
            capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, 1)
            capture.set(cv2.CAP_PROP_EXPOSURE, self._exposure)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self) -> Frame | None:
        capture = self._capture
        if capture is None:
            return None
        got, pixels = capture.read()
        if not got:
            with self._lock:
                if self._state == "live":
                    self._state = "lost"
            return None
        frame = Frame(pixels, time.monotonic(), self._number)  # type: ignore[arg-type]
        self._number += 1
        return frame

    def close(self) -> None:
        with self._lock:
            capture, self._capture, self._state = self._capture, None, "closed"
        if capture is not None:
            capture.release()


class PlayedSource:
    """Pictures that lie somewhere, shown at a pace: the common part of films and folders."""

    def __init__(self, path: Path, *, loop: bool, pace: bool, fps: float | None = None) -> None:
        self._path, self._loop, self._pace = path, loop, pace
        self._wanted_fps = fps
        self._closing = threading.Event()
        self._pictures: Iterator[Pixels] | None = None
        self._state: State = "closed"
        self._number = 0
        self._due = 0.0

    @property
    def name(self) -> str:
        return self._path.name

    @property
    def state(self) -> State:
        return self._state

    @property
    def fps(self) -> float:
        return self._wanted_fps or 2.0

    def open(self) -> None:
        self.close()
        self._closing.clear()
        self._state = "opening"
        try:
            self._pictures = self._begin()
        except CameraLost:
            self._state = "lost"
            raise
        self._number, self._due, self._state = 0, time.monotonic(), "live"

    def _begin(self) -> Iterator[Pixels]:
        """The pictures from the first one.  Raises CameraLost when there are none."""
        raise NotImplementedError

    def read(self) -> Frame | None:
        if self._pictures is None or self._state != "live":
            return None
        pixels = next(self._pictures, None)
        if pixels is None and self._loop and self._number:
            try:
                self._pictures = self._begin()
            except CameraLost:
                self._state = "lost"
                return None
            pixels = next(self._pictures, None)
        if pixels is None:
            self._state = "ended"
            return None
        if self._pace:
            if self._closing.wait(max(0.0, self._due - time.monotonic())):
                return None
            self._due = max(self._due + 1 / self.fps, time.monotonic() - 1.0)
        frame = Frame(pixels, time.monotonic(), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        self._closing.set()
        self._pictures = None
        self._state = "closed"


class FilmSource(PlayedSource):
    """A video file."""

    _film_fps = 30.0

    @property
    def fps(self) -> float:
        return self._wanted_fps or self._film_fps

    def _begin(self) -> Iterator[Pixels]:
        capture = cv2.VideoCapture(str(self._path))
        if not capture.isOpened():
            capture.release()
            raise CameraLost(_("The film “{name}” cannot be opened.").format(name=self.name))
        rate = float(capture.get(cv2.CAP_PROP_FPS))
        self._film_fps = rate if 1 <= rate <= 240 else 30.0
        return _film(capture)


def _film(capture: cv2.VideoCapture) -> Iterator[Pixels]:
    try:
        while True:
            got, pixels = capture.read()
            if not got:
                return
            yield pixels  # type: ignore[misc]
    finally:
        capture.release()


class FolderSource(PlayedSource):
    """A folder of pictures, in the order of their names."""

    def _begin(self) -> Iterator[Pixels]:
        files = sorted(path for path in self._path.rglob("*") if path.suffix.lower() in SUFFIXES)
        if not files:
            raise CameraLost(_("There are no pictures in “{name}”.").format(name=self.name))
        return _loaded(files)


def _loaded(files: list[Path]) -> Iterator[Pixels]:
    for path in files:
        try:
            yield load(path)
        except Unreadable:
            continue


def address(spec: str) -> str:
    """The address when it may be opened.  Raises CameraLost: the user typed it, so the message says what is wrong."""
    try:
        parts = (
            urlsplit(spec) if len(spec) <= _ADDRESS_CHARACTERS and not re.search(r"[\s\x00-\x1f\x7f]", spec) else None
        )
    except ValueError:  # "rtsp://["
        parts = None
    if parts is None or parts.scheme.lower() not in _SCHEMES or not parts.hostname:
        raise CameraLost(_("The camera's address must begin with rtsp:// or http:// and name a device."))
    return spec


def open_source(
    spec: str | Path,
    *,
    loop: bool = False,
    pace: bool = True,
    size: tuple[int, int] | None = (1280, 720),
    fps: float | None = None,
    exposure: float | None = None,
) -> Source:
    """A source for what the user chose: "0", "/dev/video0", a film, a folder, rtsp:// or http://.  It is not
    opened yet.

    ``size``, ``fps`` and ``exposure`` are wishes to a device's driver; ``loop`` and ``pace`` are for films and
    folders. Raises CameraLost when there can be no such source.
    """
    text = str(spec).strip()
    if isinstance(spec, str) and "://" in text:
        parts = urlsplit(address(text))
        return CaptureSource(text, f"{parts.scheme}://{parts.hostname}")
    device = re.fullmatch(r"(?:/dev/video)?(\d{1,3})", text)
    if device is not None:
        number = device[1]
        known = {found.spec: found.name for found in devices()}
        name = known.get(number, _("Camera {number}").format(number=number))
        return CaptureSource(int(number), name, size=size, fps=fps, exposure=exposure)
    path = Path(text)
    if path.is_dir():
        return FolderSource(path, loop=loop, pace=pace, fps=fps)
    if path.is_file():
        return FilmSource(path, loop=loop, pace=pace, fps=fps)
    raise CameraLost(_("There is no camera or file “{name}”.").format(name=path.name[:80]))
