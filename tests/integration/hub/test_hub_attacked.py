"""A served hub under somebody on the plant's network: what every answer carries, and what is not answered at all."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from checkin.hub import Hub, patience
from checkin.hub.serve import RunningHub, start
from tests.unit.hub.hub_world import season

EVERYWHERE = (
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cache-control",
    "content-security-policy",
)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningHub]:
    monkeypatch.setattr(patience, "WHOLE_WITHIN_S", 0.5)
    with start(f"sqlite:///{tmp_path}/hub.sqlite") as running:
        made: Hub = running.hub
        made.put_records(season())
        yield running


def asked(hub: RunningHub, request: str | bytes, wait_s: float = 5.0) -> tuple[int, dict[str, list[str]], bytes]:
    """Status, headers and body of what comes back for these very bytes; status 0 for nothing."""
    parts = urlsplit(hub.url)
    assert parts.hostname
    assert parts.port
    raw = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=wait_s) as line:
        line.sendall(request if isinstance(request, bytes) else request.encode())
        try:
            while piece := line.recv(65_536):
                raw += piece
        except (ConnectionResetError, TimeoutError):
            raw += b""  # it had said what it had to say
    head, _blank, body = raw.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for one in rest:
        name, _colon, value = one.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    return int(first.split()[1]) if first else 0, headers, body


def request(path: str, method: str = "GET", *more: str, body: str = "") -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: hub.local", "Connection: close", *more]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    return "\r\n".join([*lines, "", body])


PATHS = (
    "/",
    "/guides/",
    "/guides/app.js",
    "/guides/api/board",
    "/guides/api/live",
    "/api/v1/roster",
    "/api/v1/events",
    "/health",
    "/metrics",
    "/nothing",
    "/static/",
    "/docs",
    "/guides/..%2f..%2f..%2fetc%2fpasswd",
    "/guides/../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//evil.example/%2e%2e",
)


@pytest.mark.parametrize("method", ["GET", "POST", "TRACE", "BREW"])
def test_every_answer_carries_what_it_should_and_no_banner(hub: RunningHub, method: str) -> None:
    for path in PATHS:
        status, headers, body = asked(hub, request(path, method))
        assert status in (200, 307, 401, 403, 404, 405, 411, 413, 415, 422), (method, path, status)
        for name in EVERYWHERE:
            assert headers.get(name), (method, path, name)
        assert not {"server", "x-powered-by", "access-control-allow-origin"} & set(headers), (path, headers)
        assert b"root:" not in body
        assert b"Traceback" not in body
        assert b"uvicorn" not in body.lower()
        for where in headers.get("location", ()):
            assert where.startswith("/guides"), (path, where)


def test_a_browser_of_another_site_changes_nothing(hub: RunningHub) -> None:
    own = ("X-Prohodnaya: 1", "Content-Type: application/json")
    strange: tuple[tuple[str, ...], ...] = (
        ("Content-Type: application/json",),
        (*own, "Origin: https://evil.example"),
        (*own, "Origin: null"),
        (*own, "Sec-Fetch-Site: cross-site"),
        (*own, "Sec-Fetch-Site: same-site"),
        ("Content-Type: application/x-www-form-urlencoded",),
    )
    for path in ("/guides/api/enter", "/guides/api/leave", "/guides/api/marks"):
        for headers in strange:
            status, _headers, _body = asked(hub, request(path, "POST", *headers, body='{"code": "K7QF-4M2X"}'))
            assert status in (401, 403), (path, headers, status)


def test_guessing_guides_codes_is_slowed_down(hub: RunningHub) -> None:
    from checkin.hub.guides.service import OWN_HEADER

    headers = (f"{OWN_HEADER}: 1", "Content-Type: application/json")
    answers = [
        asked(hub, request("/guides/api/enter", "POST", *headers, body=f'{{"code": "K7QF-4{number:03d}"}}'))
        for number in range(30)
    ]
    assert {status for status, _headers, _body in answers[:3]} == {403}
    assert answers[-1][0] == 429
    assert answers[-1][1]["retry-after"]
    assert not any("set-cookie" in headers for _status, headers, _body in answers)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /api/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
    ],
)
def test_a_held_line_is_let_go(hub: RunningHub, begun: bytes) -> None:
    began = time.monotonic()
    asked(hub, begun, wait_s=20)
    assert time.monotonic() - began < 10
    assert asked(hub, request("/health"))[0] == 200


def test_a_request_that_is_whole_is_waited_for(hub: RunningHub) -> None:
    """What takes its time to answer is no held line, and a kept connection begins each request's time anew."""
    parts = urlsplit(hub.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as line:
        for _turn in range(3):
            line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            came = b""
            while not came.endswith(b'{"status":"ok"}'):
                piece = line.recv(65_536)
                assert piece
                came += piece
            time.sleep(0.3)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"POST /api/v1/enrol HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        request("/api/v1/enrol", "POST", "Content-Type: application/json", "Content-Length: 99999999999").encode(),
        request("/guides/api/enter", "POST", body="[" * 100_000).encode(),
    ],
)
def test_what_is_no_request_breaks_nothing(hub: RunningHub, raw: bytes) -> None:
    status, _headers, body = asked(hub, raw)
    assert status == 0 or 400 <= status < 500
    assert b"Traceback" not in body
    assert asked(hub, request("/health"))[0] == 200
