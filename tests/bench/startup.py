"""From the command to a window that can be used, and its memory with a camera, beside the bare libraries.

Each start is a process of its own, on a warm disk cache; the real command ``checkin`` on a real profile, offscreen.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.gatework import demo_gate, quantile, said
from tests.bench.report import Report

NAME = "startup"
STARTS = 7
LIMIT_S = 2.5
LIMIT_MB = 350.0
ROOT = Path(__file__).resolve().parents[2]

OURS = """
import sys, time
import ui.program
from PySide6.QtCore import QTimer

def usable(program):
    return program.wedge is not None and program.bridge.open == 0 and program.shell.isVisible()

def show(program, before=ui.program.Program.show):
    before(program)
    timer = QTimer(program)
    timer.setInterval(1)
    def look():
        if usable(program):
            timer.stop()
            print("usable", time.monotonic(), time.process_time(), flush=True)
            then(program)
    timer.timeout.connect(look)
    timer.start()

def then(program):
    seconds = float(sys.argv_seconds)
    if not seconds:
        program.shell.close()
        return
    from checkin.scanning.stage import StageSource
    program.app.look_at(StageSource("bench", 1))
    def told():
        import psutil
        print("memory", psutil.Process().memory_info().rss, program.app.status().camera_fps, flush=True)
        program.shell.close()
    QTimer.singleShot(int(seconds * 1000), told)

ui.program.Program.show = show
sys.argv_seconds = sys.argv[2]
sys.argv = ["checkin", "--profile", sys.argv[1]]
from checkin.cli import main
main()
"""

BARE = """
import time
import cv2
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(["bare"])
window = QWidget()
window.resize(1280, 720)
window.show()
app.processEvents()
print("usable", time.monotonic(), time.process_time(), flush=True)
import psutil
print("memory", psutil.Process().memory_info().rss, 0, flush=True)
"""


def run(report: Report) -> None:
    """Ours and the bare libraries by turns; the first of each only warms the disk."""
    starts = 3 if report.quick else STARTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        season = demo_gate(folder / "gate")
        pairs = [(_started(OURS, str(folder / "gate"), "0"), _started(BARE)) for _ in range(starts + 1)][1:]
        seconds = "3" if report.quick else "8"
        with_camera = _started(OURS, str(folder / "gate"), seconds)
    ours, bare = (quantile([pair[which]["usable"] for pair in pairs], 0.5) for which in (0, 1))
    cpu, bare_cpu = (quantile([pair[which]["cpu"] for pair in pairs], 0.5) for which in (0, 1))
    memory, plain = with_camera["memory"] / 2**20, pairs[0][1]["memory"] / 2**20
    report.table(
        f"Start to usable window (median of {starts}), {len(season.visitors):,} people on the roster",
        ("what", "seconds", "of processor", "MB", ""),
        [
            ("PySide6 + cv2 + an empty window", f"{bare:.2f}", f"{bare_cpu:.2f}", f"{plain:.0f}", ""),
            ("checkin", f"{ours:.2f}", f"{cpu:.2f}", "", said(ours, LIMIT_S, "s")),
            (
                f"with a 1280x720 camera, {with_camera['fps']:.0f} fps",
                "",
                "",
                f"{memory:.0f}",
                said(memory, LIMIT_MB, "MB"),
            ),
            ("ratio", f"{ours / bare:.1f}", f"{cpu / bare_cpu:.1f}", f"{memory / plain:.1f}", ""),
        ],
    )
    report.figure("startup.s", ours)
    report.figure("startup.bare_s", bare)
    report.figure("startup.cpu_s", cpu)
    report.figure("startup.ratio", ours / bare)
    report.figure("startup.cpu_ratio", cpu / bare_cpu)
    report.figure("startup.memory_mb", memory)
    report.figure("startup.bare_memory_mb", plain)


def _started(code: str, *arguments: str) -> dict[str, float]:
    """Runs a program and reads when it was usable, and its memory."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONDONTWRITEBYTECODE")  # an installed program has its byte code
    sees = {key: value for key, value in os.environ.items() if key not in hidden}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=sees | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found: dict[str, float] = {}
    for line in done.stdout.splitlines():
        match line.split():
            case ["usable", moment, cpu]:
                found |= {"usable": float(moment) - began, "cpu": float(cpu)}
            case ["memory", size, fps]:
                found |= {"memory": float(size), "fps": float(fps)}
    if "usable" not in found:
        raise RuntimeError(f"it did not start: {done.stdout}{done.stderr}")
    return found
