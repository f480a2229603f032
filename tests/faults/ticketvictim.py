"""Writes tickets out and is killed by SIGKILL at the Nth step: in the middle of a file, of a line, of the ZIP, or of
tidying up behind it.  ``python -m tests.faults.ticketvictim OUT WHERE N``."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checkin.issuing import signing
from checkin.issuing.delivery import Tools, deliver
from checkin.issuing.pieces import Format
from checkin.issuing.signing import Issue
from checkin.reports.cells import plain
from checkin.tickets import codec
from tests.field import KEY, PRIVATE, person, plant, school, ticket, tour, visitor

COUNT = 12
FORMATS = [Format.SVG, Format.GROUP]


def issues() -> list[Issue]:
    """The same tickets in every process."""
    made = [
        Issue(
            ticket=ticket(codec.ticket_short(identity), f"v{number}", id=identity),
            plant=plant(),
            tour=tour(),
            group=school()[0],
            visitor=visitor(f"v{number}", person(number)),
        )
        for number, identity in enumerate(f"{number + 1:016x}" for number in range(COUNT))
    ]
    return signing.signed(made, PRIVATE, {KEY.id: KEY})


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """A page that needs no typesetter."""
    return f"%PDF {template} {data['heads']}".encode()


TOOLS = Tools(typeset=typeset, plain=plain)


def run(out: Path) -> int:
    """The whole job."""
    return deliver(issues(), out, FORMATS, TOOLS, lambda done, of: None, workers=1)


def _dies(number: int, whole: Callable[..., Any], half: Callable[..., object]) -> Callable[..., Any]:
    calls = 0

    def called(*words: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            half(*words, **named)
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(*words, **named)

    return called


def _arm(where: str, number: int) -> None:
    match where:
        case "file":
            write = Path.write_bytes
            Path.write_bytes = _dies(number, write, lambda path, data: write(path, data[: len(data) // 2]))  # type: ignore[method-assign]
        case "moved":
            move = Path.replace
            Path.replace = _dies(number, move, move)  # type: ignore[method-assign]
        case "zip":
            put = zipfile.ZipFile.writestr
            zipfile.ZipFile.writestr = _dies(number, put, put)  # type: ignore[method-assign]
        case "tidy":
            shutil.rmtree = _dies(number, shutil.rmtree, lambda folder: next(folder.rglob("*.svg")).unlink())  # type: ignore[assignment]


if __name__ == "__main__":
    _arm(sys.argv[2], int(sys.argv[3]))
    run(Path(sys.argv[1]))
