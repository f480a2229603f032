"""The command ``checkin`` in processes of its own, as a person or a turnstile runs it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 120.0


def environment(**more: str) -> dict[str, str]:
    """What the processes see: English, UTF-8, and no display, whatever this PC has."""
    quiet = {"PROHODNAYA_LANGUAGE": "en", "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    return {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")} | quiet | more


def command(profile: Path | None, *arguments: str) -> list[str]:
    """The words of a command on a profile."""
    where = ["--profile", str(profile)] if profile is not None else []
    return [sys.executable, "-m", "checkin", *where, *arguments]


class Done:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its lines of JSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def line(self) -> dict[str, Any]:
        """Its only line."""
        (line,) = self.lines
        return line

    def __repr__(self) -> str:
        return f"<exit {self.code}\n{self.out[-1500:]}\n{self.err[-1500:]}>"


def run(profile: Path | None, *arguments: str, stdin: str | bytes = "", **more: str) -> Done:
    """Runs a command to its end."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(
        command(profile, *arguments),
        input=given,
        capture_output=True,
        cwd=ROOT,
        env=environment(**more),
        timeout=WITHIN_S,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def ok(profile: Path | None, *arguments: str, stdin: str | bytes = "", **more: str) -> Done:
    """Runs a command that must succeed."""
    done = run(profile, *arguments, stdin=stdin, **more)
    assert done.code == 0, done
    return done


class Scanner:
    """``checkin scan --json`` as it runs: a code goes in, a verdict comes out."""

    def __init__(self, profile: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            command(profile, "scan", "--json", *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), name="scan output")
        self._reader.start()

    def _read(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(b"")

    def write(self, *codes: str) -> None:
        """Codes go in; nothing is waited for."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{code}\n" for code in codes).encode())
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The next verdict; empty when the process ended."""
        line = self._lines.get(timeout=WITHIN_S)
        found: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
        return found

    def ask(self, code: str) -> dict[str, Any]:
        """A code in, its verdict out."""
        self.write(code)
        return self.answer()

    def answers(self) -> list[dict[str, Any]]:
        """Every verdict that comes until the process has ended."""
        found: list[dict[str, Any]] = []
        while answer := self.answer():
            found.append(answer)
        return found

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def end(self) -> int:
        """No more codes; the exit code."""
        assert self.process.stdin is not None
        assert self.process.stderr is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        code = self.process.wait(WITHIN_S)
        self._reader.join(WITHIN_S)
        self.process.stderr.close()
        self.process.stdout.close()
        return code


@contextmanager
def scanning(profile: Path, *arguments: str) -> Iterator[Scanner]:
    """A running ``scan`` for a ``with`` statement."""
    scanner = Scanner(profile, *arguments)
    try:
        yield scanner
    finally:
        if scanner.process.poll() is None:
            scanner.process.terminate()
        scanner.end()
