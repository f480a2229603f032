"""Scanners, sound and printer, as the system tells of them without Qt."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from checkin.doctor.check import Check, State
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.settings import Settings

PATIENCE_S = 8
_TTY = Path("/sys/class/tty")


def scanners(settings: Settings, root: Path = _TTY) -> Iterator[Check]:
    """Ports that a serial scanner may be on.  One that types is like a keyboard: it is tested in the window."""
    title = _("Handheld scanner")
    ports = serial_ports(root)
    test = _("To test it: Settings, “Handheld scanner”, scan the code on the screen")
    figures: dict[str, object] = {"ports": ports, "chosen": settings.scanner_port}
    chosen = settings.scanner_port
    if chosen and Path(chosen).name not in ports and chosen not in ports and not Path(chosen).exists():
        says = _("The scanner's port {port} is not there. Plug the scanner in, or choose its port anew. {test}").format(
            port=chosen, test=test
        )
        yield Check("scanner", title, State.WARN, says, figures)
        return
    if ports:
        found = ngettext("{count} serial port: {names}", "{count} serial ports: {names}", len(ports)).format(
            count=len(ports), names=", ".join(ports)
        )
    else:
        found = _("No serial port; a scanner that types like a keyboard needs none")
    yield Check("scanner", title, State.OK, f"{found}. {test}", figures)


def serial_ports(root: Path = _TTY) -> list[str]:
    """Names of the ports that have a device behind them."""
    match platform.system():
        case "Linux":
            return sorted(
                place.name for place in root.glob("tty*") if place.name.startswith(("ttyUSB", "ttyACM", "rfcomm"))
            )
        case "Darwin":
            return sorted(place.name for place in Path("/dev").glob("cu.usb*"))
        case "Windows":
            names = _asked(["powershell", "-NoProfile", "-Command", "[System.IO.Ports.SerialPort]::GetPortNames()"])
            return names or []
        case _:
            return []


def sound(settings: Settings) -> Iterator[Check]:
    """Whether there is anything that could play a tone."""
    title = _("Sound")
    if not settings.sound:
        yield Check("sound", title, State.OK, _("Switched off in the settings"), {"on": False})
        return
    if _plays():
        says = _("This PC can play the tones. Settings, “Tones”: listen whether they can be heard")
        yield Check("sound", title, State.OK, says, {"on": True, "output": True})
        return
    says = _("This PC has no loudspeaker. Verdicts are shown, not heard: plug one in")
    yield Check("sound", title, State.WARN, says, {"on": True, "output": False})


def _plays() -> bool:
    match platform.system():
        case "Linux":
            run = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
            servers = (run / "pulse" / "native", run / "pipewire-0")
            return any(place.exists() for place in servers) or any(Path("/proc/asound").glob("card[0-9]*"))
        case "Windows":
            return bool(_asked(["powershell", "-NoProfile", "-Command", "Get-CimInstance Win32_SoundDevice"]))
        case _:
            return True


def printer() -> Iterator[Check]:
    """Printers of the system.  The evacuation list can be read on the screen where there is none."""
    title = _("Printer")
    if platform.system() == "Windows":
        names = _asked(["powershell", "-NoProfile", "-Command", "Get-Printer | ForEach-Object Name"])
    elif shutil.which("lpstat"):
        names = _asked(["lpstat", "-e"])
    else:
        says = _("The system has no printing (on Debian: cups-client). Lists can be kept as PDF")
        yield Check("printer", title, State.WARN, says, {"printers": []})
        return
    if names is None:
        says = _("The system's printing does not answer. Lists can be kept as PDF")
        yield Check("printer", title, State.WARN, says, {"printers": []})
    elif not names:
        says = _("No printer is set up. Lists can be kept as PDF; set one up for the evacuation list")
        yield Check("printer", title, State.WARN, says, {"printers": []})
    else:
        says = _("Printers: {names}. Print one test page before the shift").format(names=", ".join(names))
        yield Check("printer", title, State.OK, says, {"printers": names})


def _asked(command: list[str]) -> list[str] | None:
    """Lines that a tool of the system says, in order; None when it does not answer."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE_S, check=False
        )
        return [line.strip() for line in answer.stdout.splitlines() if line.strip()]
    return None
