"""The outermost layer: headers that every answer carries, and a line in the log for every request.

The log names the route, never the address, the query or a body: those may name a person.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from checkin.hub.devices import Enrolled

log = logging.getLogger("checkin.hub.request")

HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
"""Set where an endpoint has not set its own."""


class Outside:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message["headers"])
                given = {name.lower() for name, _value in headers}
                headers += [(name, value) for name, value in HEADERS.items() if name not in given]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        finally:
            log.info("request", extra=_facts(scope, status, time.perf_counter() - began))


def _facts(scope: Scope, status: int, took_s: float) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "method": scope["method"],
        "route": getattr(scope.get("route"), "path", "-"),
        "status": status,
        "ms": round(took_s * 1000, 1),
    }
    who = scope.get("state", {}).get("device")
    if isinstance(who, Enrolled):
        facts |= {"plant": who.plant, "device": who.id[:8]}
    return facts
