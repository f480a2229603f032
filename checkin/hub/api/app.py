"""The hub's web application.  It is made by ``application`` for one engine; nothing is made at import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

from checkin.clock import Clock, SystemClock
from checkin.hub import schema
from checkin.hub.api import gate, problems
from checkin.hub.api.limits import Limits
from checkin.hub.api.outside import Outside
from checkin.hub.api.problems import Code, HttpProblem, documented
from checkin.hub.api.service import Service, Serving
from checkin.hub.api.watch import Watch
from checkin.hub.models import Health

PREFIX = "/api/v1"
state = APIRouter()


@state.get("/health", summary="The process is alive", responses=documented())
def health() -> Health:
    """Asks nothing of the database."""
    return Health()


@state.get("/ready", summary="Requests can be served", responses=documented())
def ready(hub: Serving) -> Health:
    """503 `busy` while the database does not answer, or has another version's schema."""
    if not schema.up_to_date(hub.engine):
        raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, Code.BUSY, "another version's schema", retry_after_s=30)
    return Health()


def application(engine: Engine, clock: Clock | None = None, limits: Limits | None = None) -> FastAPI:
    """The application on a database whose schema is up to date."""
    watch = Watch(engine)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        watch.close()

    app = FastAPI(
        title="Prohodnaya hub",
        version="1",
        description="What gates sync with. Every answer that is not the one asked for is a `Problem`.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere, and a plant's network reaches nothing
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = Service(engine, clock or SystemClock(), limits or Limits(), watch)
    problems.install(app)
    app.include_router(gate.router, prefix=PREFIX, tags=["gate"])
    app.include_router(state, prefix=PREFIX, tags=["state"])
    app.include_router(state, include_in_schema=False)  # where load balancers look
    app.add_middleware(Outside)
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        described = plain()
        described["components"]["schemas"] = gate.components() | described["components"]["schemas"]
        return described

    app.openapi = openapi  # type: ignore[method-assign]
    return app
