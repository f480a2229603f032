"""The outermost layer: headers that every answer carries, and a line in the log for every request.

The log names the route, never the address, the query or a body: those may name a person.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from checkin.hub.api.metrics import Metrics
from checkin.hub.devices import Enrolled

log = logging.getLogger("checkin.hub.request")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
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

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self._app = app
        self._metrics = metrics

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
            took_s = time.perf_counter() - began
            facts = _facts(scope, status, took_s)
            if self._metrics is not None:
                self._metrics.request(_known(facts["method"]), facts["route"], status, took_s)
            log.info("request", extra=facts)


def _known(method: str) -> str:
    """The method, or one word for all that nobody knows: a stranger must not invent series without end."""
    return method if method in METHODS else "other"


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
