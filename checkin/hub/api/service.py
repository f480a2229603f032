"""What every endpoint needs, and who asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine

from checkin.clock import Clock
from checkin.hub import devices
from checkin.hub.api.limits import Buckets, Limits
from checkin.hub.api.metrics import Metrics
from checkin.hub.api.problems import Code, HttpProblem
from checkin.hub.api.watch import Watch
from checkin.hub.devices import Enrolled

MAX_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Service:
    """One process's hub: its database and what it keeps in memory."""

    engine: Engine
    clock: Clock
    limits: Limits
    watch: Watch
    metrics: Metrics

    def now(self) -> datetime:
        return self.clock.now()


def service(request: Request) -> Service:
    """The service that this application was made with."""
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


def device(
    hub: Serving, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Enrolled:
    """The device that asks; a problem for an unknown or revoked token."""
    may_try(hub, request)
    token = credentials.credentials if credentials is not None else ""
    found = None
    if 0 < len(token) <= MAX_TOKEN:
        within(hub.limits.requests, hashlib.sha256(token.encode("utf-8", "replace")).hexdigest())
        found = devices.bearer(hub.engine, token, hub.now())
    if found is None:
        failed(hub, request)
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, Code.UNAUTHORISED, "no such token", challenge=True)
    if found.revoked:
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, Code.DEVICE_REVOKED, "this device was revoked", challenge=True)
    request.state.device = found
    return found


Device = Annotated[Enrolled, Depends(device)]
