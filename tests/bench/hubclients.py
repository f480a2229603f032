"""Gates of the hub's load, in a process of their own: what they measure is not spoilt by what the others send.

``python -m tests.bench.hubclients live|poll``: a job as JSON on the first line of standard input; it ends with the
second line, and what was measured is one JSON line on standard output.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

EVERY_S = 0.02
WAIT_S = 20
ROUND_S = 20.0
"""Waits and rounds as a real gate's (``sync.peerwatch.WAIT_S``, ``sync.runner.WATCHED_EVERY_S``)."""
_CURSOR = re.compile(rb'"cursor":"([^"]*)"')
_ROSTER = re.compile(rb'"roster":"([^"]*)"')
_RECEIVED = re.compile(rb'"received_at":"([^"]*)"')


class Client:
    """One such process; ``end`` gives what it measured."""

    def __init__(self, role: str, job: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.hubclients", role],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        told, _nothing = self._process.communicate("end\n", timeout=120)
        assert self._process.returncode == 0
        found: dict[str, Any] = json.loads(told)
        return found


def live(job: dict[str, Any], ended: threading.Event) -> dict[str, Any]:
    """Single events, one every ``EVERY_S``, and the milliseconds that each took to be answered."""
    where = urlsplit(job["url"])
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
    headers = {"Authorization": f"Bearer {job['token']}", "Content-Type": "application/json"}
    took_ms: list[float] = []
    for body in job["bodies"]:
        if ended.wait(EVERY_S):
            break
        began = time.perf_counter()
        connection.request("POST", "/api/v1/attendance", body=body.encode(), headers=headers)
        answer = connection.getresponse()
        told = answer.read()
        took_ms.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, told
        assert b'"accepted"' in told, told
    return {"took_ms": took_ms}


async def poll(job: dict[str, Any], ended: threading.Event) -> dict[str, Any]:
    """Gates as they are with nothing to send: each waits for other gates' events and for the roster to move, asks
    again as soon as it is answered, and on a second connection looks every ``ROUND_S`` for the roster.
    """
    where = urlsplit(job["url"])
    measured: dict[str, Any] = {"answers": 0, "late_ms": [], "failed": 0}

    async def asked(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], token: str, path: str) -> bytes | None:
        reader, writer = line
        writer.write(f"GET /api/v1/{path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        assert length is not None
        body = await reader.readexactly(int(length[1]))
        measured["answers"] += 1
        if b" 200 " in head[:20]:
            return body
        measured["failed"] += 1
        await asyncio.sleep(1)
        return None

    async def rounds(token: str, roster: str) -> None:
        line = await asyncio.open_connection(where.hostname, where.port)
        await asyncio.sleep(random.uniform(0, ROUND_S))
        while not ended.is_set():
            await asked(line, token, f"roster?cursor={roster}&limit=500")
            await asyncio.sleep(ROUND_S)

    async def gate(token: str, cursor: str, roster: str) -> None:
        line = await asyncio.open_connection(where.hostname, where.port)
        while not ended.is_set():
            body = await asked(line, token, f"peers?cursor={cursor}&wait_s={WAIT_S}&limit=500&roster={roster}")
            if body is None:
                continue
            roster = _ROSTER.findall(body)[-1].decode()
            cursor = _CURSOR.findall(body)[-1].decode()
            received = _RECEIVED.findall(body)
            if received:
                late = datetime.now(UTC) - datetime.fromisoformat(received[-1].decode())
                measured["late_ms"].append(late.total_seconds() * 1000)

    waiting = []
    for one in job["gates"]:
        waiting.append(asyncio.create_task(gate(one["token"], one["cursor"], one["roster"])))
        waiting.append(asyncio.create_task(rounds(one["token"], one["roster"])))
        if len(waiting) % 100 == 0:
            await asyncio.sleep(0.05)
    while not ended.is_set():
        await asyncio.sleep(0.05)
    for task in waiting:
        task.cancel()
    for done in await asyncio.gather(*waiting, return_exceptions=True):
        assert done is None or isinstance(done, asyncio.CancelledError), done
    return measured


def main() -> None:
    job = json.loads(sys.stdin.readline())
    ended = threading.Event()

    def listen() -> None:
        with suppress(ValueError):
            sys.stdin.readline()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    told = live(job, ended) if sys.argv[1] == "live" else asyncio.run(poll(job, ended))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
