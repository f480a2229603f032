"""What every endpoint needs, and who asks."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine

from checkin.clock import Clock
from checkin.hub import devices
from checkin.hub.api.callers import Callers
from checkin.hub.api.limits import Buckets, Limits
from checkin.hub.api.metrics import Metrics
from checkin.hub.api.problems import Code, HttpProblem
from checkin.hub.api.tails import Tails
from checkin.hub.api.watch import Watch
from checkin.hub.devices import Enrolled

MAX_TOKEN = 200
HEAVY_BYTES = 16_000
HEAVY_AT_ONCE = 1
"""Batches that one process works on at a time: more only take the processor, and the plant's lock, from each other, and
from the single events of gates where somebody waits."""


Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Service:
    """One process's hub: its database and what it keeps in memory."""

    engine: Engine
    clock: Clock
    limits: Limits
    watch: Watch
    metrics: Metrics
    tails: Tails
    callers: Callers
    heavy: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HEAVY_AT_ONCE))

    def now(self) -> datetime:
        return self.clock.now()

    async def in_turn(self, body: bytes, work: Callable[[], Answer]) -> Answer:
        """Runs work on a thread; a long body waits for its turn, and holds no thread while it waits."""
        if len(body) < HEAVY_BYTES:
            return await run_in_threadpool(work)
        async with self.heavy:
            return await run_in_threadpool(work)


async def service(request: Request) -> Service:
    """The service that this application was made with; async, as all that waits for nothing: it takes no thread."""
    found = request.app.state.service
    assert isinstance(found, Service)
    return found


Serving = Annotated[Service, Depends(service)]
_bearer = HTTPBearer(auto_error=False, description="The token that the gate was given when it enrolled")


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else ""


def may_try(hub: Service, request: Request) -> None:
    """A problem when this address has guessed too often lately."""
    _or_wait(hub.limits.failures.wait_s(address(request)))


def failed(hub: Service, request: Request) -> None:
    """Counts a wrong code or token against its address."""
    hub.limits.failures.take(address(request))


def within(buckets: Buckets, caller: str) -> None:
    """A problem when this caller has asked too much lately."""
    _or_wait(buckets.take(caller))


def _or_wait(wait_s: float) -> None:
    if wait_s:
        raise HttpProblem(HTTPStatus.TOO_MANY_REQUESTS, Code.TOO_MANY, "too many requests", retry_after_s=wait_s + 1)


@dataclass(frozen=True, slots=True)
class Token:
    """What a request shows, and its hash."""

    text: str
    hash: str


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def token(hub: Serving, request: Request, credentials: Credentials) -> Token:
    """The request's token, as far as its bearer may ask now; a problem when they asked, or guessed, too often."""
    text = credentials.credentials if credentials is not None else ""
    shown = Token(text, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
    if shown.hash not in hub.limits.honest:
        may_try(hub, request)
    if not 0 < len(text) <= MAX_TOKEN:
        raise _unknown(hub, request)
    within(hub.limits.requests, shown.hash)
    return shown


Shown = Annotated[Token, Depends(token)]


def device(hub: Serving, request: Request, shown: Shown) -> Enrolled:
    """The device that asks; a problem for an unknown or revoked token."""
    return _let_in(hub, request, shown, devices.bearer(hub.engine, shown.text, hub.now()))


async def caller(hub: Serving, request: Request, shown: Shown) -> Enrolled:
    """The device that asks, for what it asks all day: known to this process since ``callers.LOOK_S`` at most."""
    return _let_in(hub, request, shown, await hub.callers.of(shown.hash, shown.text, hub.now()))


def _unknown(hub: Service, request: Request) -> HttpProblem:
    failed(hub, request)
    return HttpProblem(HTTPStatus.UNAUTHORIZED, Code.UNAUTHORISED, "no such token", challenge=True)


def _let_in(hub: Service, request: Request, shown: Token, found: Enrolled | None) -> Enrolled:
    if found is None:
        raise _unknown(hub, request)
    hub.limits.honest.add(shown.hash)
    if found.revoked:
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, Code.DEVICE_REVOKED, "this device was revoked", challenge=True)
    request.state.device = found
    return found


Device = Annotated[Enrolled, Depends(device)]
Caller = Annotated[Enrolled, Depends(caller)]
