"""Cameras and the time that reading takes on this PC."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from statistics import median

from checkin.doctor.check import Check, State
from checkin.errors import CameraLost
from checkin.facade import camerapassword
from checkin.i18n import gettext as _
from checkin.issuing.qr import array
from checkin.scanning import Decoder, Device, devices, open_source
from checkin.scanning.frame import Frame, Pixels
from checkin.scanning.stage import scene, shown
from checkin.settings import Settings

ENOUGH_FPS = 10.0
"""Below this a phone that trembles is seldom seen sharp."""
SLOW_MS = 60.0
"""A frame that takes longer is two frames late."""
MOST_CAMERAS = 3
TRIAL_CODE = "PROHODNAYA-DOCTOR-7K4M2QXD-0123456789"


def cameras(settings: Settings, password: str, seconds: float) -> Iterator[Check]:
    """Every camera of this PC and the one that is chosen: does it open, and what frame rate does it really give.

    ``password`` is what the store has kept for the chosen one.
    """
    found = devices()
    chosen = camerapassword.whole(settings.camera.strip(), password)
    if chosen and all(chosen not in (each.spec, f"/dev/video{each.spec}") for each in found):
        found = [Device(chosen, _("the chosen source")), *found]
    if not found:
        says = _("No camera was found. Plug one in; until then the handheld scanner and typed codes work")
        yield Check("camera", _("Camera"), State.WARN, says, {"cameras": 0})
        return
    for device in found[:MOST_CAMERAS]:
        yield _camera(device, (settings.camera_width, settings.camera_height), seconds)


def _camera(device: Device, size: tuple[int, int], seconds: float) -> Check:
    title = _("Camera “{name}”").format(name=device.name)
    figures: dict[str, object] = {"camera": device.name}
    try:
        source = open_source(device.spec, size=size)
        source.open()
    except CameraLost as error:
        says = _("{why} If the gate's window is open it uses the camera now: that is right").format(why=error)
        return Check("camera", title, State.WARN, says, figures)
    try:
        first = source.read()
        begun = time.monotonic()
        frames, last = 0, first
        while last is not None and time.monotonic() - begun < seconds:
            last = source.read()
            frames += last is not None
        spent = time.monotonic() - begun
    finally:
        source.close()
    if first is None:
        return Check("camera", title, State.WARN, _("It opens but gives no picture. Unplug it and plug it in"), figures)
    height, width = first.pixels.shape[:2]
    fps = frames / spent if spent > 0 else 0.0
    figures |= {"width": int(width), "height": int(height), "fps": round(fps, 1)}
    got = _("{width}×{height}, {fps} frames a second").format(width=width, height=height, fps=round(fps))
    if fps < ENOUGH_FPS:
        slow = _("{got}: too slow. Give the gate more light, or another USB port").format(got=got)
        return Check("camera", title, State.WARN, slow, figures)
    return Check("camera", title, State.OK, got, figures)


def decoding() -> Iterator[Check]:
    """Reads a ticket that is drawn here, and an empty hall, as often as the median needs."""
    title = _("Reading codes")
    hit, read = _timed(_drawn(), 15)
    miss, _read = _timed(scene(1), 10)
    figures: dict[str, object] = {"ms_ticket": round(hit, 1), "ms_empty": round(miss, 1), "read": read}
    if not read:
        says = _("The reader did not read its own ticket. Install the program anew; the handheld scanner works")
        yield Check("decoding", title, State.WARN, says, figures)
        return
    took = _("A ticket is read in {hit} ms, a picture without one takes {miss} ms").format(
        hit=round(hit, 1), miss=round(miss, 1)
    )
    if max(hit, miss) > SLOW_MS:
        says = _("{took}. This PC is slow or busy: close other programs").format(took=took)
        yield Check("decoding", title, State.WARN, says, figures)
        return
    yield Check("decoding", title, State.OK, took, figures)


def _drawn() -> Pixels:
    return shown(scene(1), array(TRIAL_CODE), Random(3))


def _timed(pixels: Pixels, times: int) -> tuple[float, bool]:
    """The median in ms, and whether the trial code was read each time."""
    decoder = Decoder()
    decoder.decode(pixels)  # the first look loads libraries
    readings = [decoder.decode(Frame(pixels)) for _number in range(times)]
    return median(each.ms for each in readings), all(TRIAL_CODE in each.texts for each in readings)
