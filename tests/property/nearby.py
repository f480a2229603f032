"""A network without sockets between gates, a plant's hub and a central one, and everything that a network does wrong.

Requests go through the real HTTP client of a gate and the real application of a hub.  What happens to each is drawn
from a seeded dice: it is lost on the way there or back, comes twice, comes late (after others that were sent behind
it), or somebody else answers.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests
from fastapi import FastAPI
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from checkin.sync.http import HttpBackend

FAULTS = ("no way there", "lost answer", "twice", "late", "500", "html")
_STRANGE = {"500": (500, b"oops"), "html": (200, b"<html>Wi-Fi</html>")}


class Loop:
    """One event loop on a thread, in which every hub's application runs."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hubs")
        self._thread.start()

    def ask(self, app: FastAPI, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        """One request's answer."""
        return asyncio.run_coroutine_threadsafe(_asked(app, request), self._loop).result(30)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


async def _asked(app: FastAPI, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
    place = urlsplit(request.url or "")
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": place.path,
        "raw_path": place.path.encode(),
        "query_string": place.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in _texts(request.headers)],
        "client": ("127.0.0.1", 1),
        "server": (place.hostname, 80),
    }
    sent = [{"type": "http.request", "body": body, "more_body": False}]
    status, headers, answer = 0, {}, b""

    async def receive() -> dict[str, Any]:
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal status, headers, answer
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answer += message.get("body", b"")

    await app(scope, receive, send)  # type: ignore[arg-type]
    return status, headers, answer


def _texts(headers: Mapping[str, str | bytes]) -> list[tuple[str, str]]:
    return [(name, value.decode() if isinstance(value, bytes) else value) for name, value in headers.items()]


class Air(BaseAdapter):
    """What lies between; one for everybody.  ``share`` of the requests meet a fault."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop
        self.apps: dict[str, FastAPI] = {}
        self.dice = Random(0)
        self.share = 0.0
        self.met: Counter[str] = Counter()
        self._late: list[requests.PreparedRequest] = []

    def backend(self, host: str, token: str) -> HttpBackend:
        """A connection to a hub."""
        backend = HttpBackend(f"http://{host}", token)
        backend._session.mount("http://", self)
        return backend

    def send(self, request: requests.PreparedRequest, *_given: Any, **_more: Any) -> requests.Response:
        if len(self._late) > 1 or self.dice.random() < 0.3:
            self.deliver_late()
        fault = self.dice.choice(FAULTS) if self.dice.random() < self.share else ""
        self.met[fault] += 1
        match fault:
            case "no way there":
                raise requests.ConnectionError(fault)
            case "late":
                self._late.append(request)
                raise requests.ReadTimeout(fault)
            case "500" | "html":
                return _response(request, _STRANGE[fault][0], {}, _STRANGE[fault][1])
        answer = self._asked(request)
        if fault == "twice":
            answer = self._asked(request)
        if fault == "lost answer":
            raise requests.ReadTimeout(fault)
        return _response(request, *answer)

    def deliver_late(self) -> None:
        """What was under way arrives, the last first; nobody waits for the answers any more."""
        while self._late:
            self._asked(self._late.pop())

    def _asked(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        return self._loop.ask(self.apps[urlsplit(request.url or "").hostname or ""], request)

    def close(self) -> None:
        """Nothing is held."""


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.url = request.url or ""
    response.request = request
    response.raw = io.BytesIO(_plain(body, headers))
    return response


def _plain(body: bytes, headers: Mapping[str, str]) -> bytes:
    if headers.get("content-encoding") != "gzip":
        return body
    import gzip

    return gzip.decompress(body)
