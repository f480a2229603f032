"""A real hub in a process of its own, for tests that want to kill it."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 60
READY = "hub ready on "


class HubProcess:
    """A hub that was started and answers at ``url``."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """SIGKILL: the hub gets no chance to finish anything."""
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def start_hub(db_url: str, log: Path, port: int = 0, *arguments: str) -> HubProcess:
    """Starts a hub and waits until it accepts connections; its log goes to a file."""
    return started([sys.executable, "-m", "checkin.hub", "--db", db_url, "--port", str(port), *arguments], log)


def started(command: list[str], log: Path) -> HubProcess:
    """Starts any command that is a hub."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, "PYTHONUTF8": "1"}
        )
    assert process.stdout is not None
    line = _first_line(process.stdout)
    if not line.startswith(READY):
        process.kill()
        process.wait(30)
        raise AssertionError(f"the hub did not start: {line!r} {log.read_text(encoding='utf-8')[-2000:]}")
    return HubProcess(process, line.removeprefix(READY).strip(), log)


def _first_line(stream: IO[str]) -> str:
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        with stream:
            lines.put(stream.readline())
            stream.read()

    threading.Thread(target=read, daemon=True).start()
    try:
        return lines.get(timeout=START_WITHIN_S)
    except queue.Empty:
        return ""


@contextmanager
def hub_process(db_url: str, folder: Path, port: int = 0, *arguments: str) -> Iterator[HubProcess]:
    """A hub for a ``with`` statement: stopped at its end, if it still runs."""
    hub = start_hub(db_url, folder / "hub.log", port, *arguments)
    try:
        yield hub
    finally:
        if hub.process.poll() is None:
            hub.process.terminate()
            try:
                hub.process.wait(15)
            except subprocess.TimeoutExpired:
                hub.kill()
