"""Cameras that the system knows, by the names people know them by.  Looking never opens a device and never raises."""

from __future__ import annotations

import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from checkin.i18n import gettext as _

_LINUX = Path("/sys/class/video4linux")


@dataclass(frozen=True, slots=True)
class Device:
    """``spec`` is what ``open_source`` takes."""

    spec: str
    name: str


def devices(root: Path = _LINUX) -> list[Device]:
    """Cameras found, in the order of their numbers."""
    system = platform.system()
    if system == "Linux":
        return _linux(root)
    if system == "Windows":
        return _asked(["powershell", "-NoProfile", "-Command", _WINDOWS])
    if system == "Darwin":
        return _asked(["sh", "-c", "system_profiler SPCameraDataType | sed -n 's/^    \\([^ ].*\\):$/\\1/p'"])
    return []


_WINDOWS = "Get-PnpDevice -PresentOnly -Class Camera,Image -Status OK | ForEach-Object FriendlyName"


def _linux(root: Path) -> list[Device]:
    found: list[tuple[int, Device]] = []
    for place in root.glob("video*"):
        number = re.fullmatch(r"video(\d+)", place.name)
        if number is None or _line(place / "index") not in ("", "0"):
            continue  # a UVC camera has a second node that carries only metadata
        name = _line(place / "name") or _("Camera {number}").format(number=number[1])
        # The kernel repeats the name: "HD Webcam: HD Webcam".
        head, colon, tail = name.partition(": ")
        found.append((int(number[1]), Device(number[1], head if colon and tail.startswith(head[:8]) else name)))
    return [device for _number, device in sorted(found, key=lambda pair: pair[0])]


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _asked(command: list[str]) -> list[Device]:
    """Names from a tool of the system; their order is the order of the numbers (best effort)."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    names = [line.strip() for line in answer.stdout.splitlines() if line.strip()]
    return [Device(str(number), name) for number, name in enumerate(names)]
