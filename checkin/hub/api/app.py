"""The hub's web application.  It is made by ``application`` for one engine; nothing is made at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from sqlalchemy import Engine

from checkin.clock import Clock, SystemClock
from checkin.errors import CheckinError
from checkin.hub import devices, schema
from checkin.hub.api import gate, problems, relay
from checkin.hub.api.callers import Callers
from checkin.hub.api.limits import Limits
from checkin.hub.api.metrics import EVERY_S, TYPE, Metrics
from checkin.hub.api.outside import Outside
from checkin.hub.api.problems import Code, HttpProblem, documented
from checkin.hub.api.service import Service, Serving
from checkin.hub.api.tails import Tails
from checkin.hub.api.watch import Watch
from checkin.hub.guides import web as guides
from checkin.hub.models import Health

PREFIX = "/api/v1"
SEEN_WITHIN = timedelta(minutes=5)
state = APIRouter()


@state.get("/health", summary="The process is alive", responses=documented())
async def health() -> Health:
    """Asks nothing of the database."""
    return Health()


@state.get("/ready", summary="Requests can be served", responses=documented())
def ready(hub: Serving) -> Health:
    """503 `busy` while the database does not answer, or has another version's schema."""
    if not schema.up_to_date(hub.engine):
        raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, Code.BUSY, "another version's schema", retry_after_s=30)
    return Health()


@state.get(
    "/metrics",
    summary="Counts for Prometheus",
    response_class=PlainTextResponse,
    responses=documented()
    | {int(HTTPStatus.OK): {"content": {"text/plain": {}}, "description": "Prometheus's text format"}},
)
def metrics(hub: Serving) -> Response:
    """Requests, journal lines, roster pages, devices and the database, in Prometheus's text format 0.0.4.

    Answers 200 also while the database does not: `prohodnaya_database_up` is 0 then.
    """
    gauges = {"prohodnaya_database_up": 1}
    try:
        known, seen = devices.counted(hub.engine, hub.now() - SEEN_WITHIN)
        gauges |= {"prohodnaya_devices": known, "prohodnaya_devices_seen": seen}
    except CheckinError:
        gauges = {"prohodnaya_database_up": 0}
    return Response(hub.metrics.text(gauges), media_type=TYPE)


async def _share(counts: Metrics) -> None:
    while True:
        await run_in_threadpool(counts.share)
        await asyncio.sleep(EVERY_S)


def application(
    engine: Engine, clock: Clock | None = None, limits: Limits | None = None, counts: Metrics | None = None
) -> FastAPI:
    """The application on a database whose schema is up to date."""
    watch = Watch(engine)
    counts = counts or Metrics()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        sharing = None if counts.alone else asyncio.create_task(_share(counts))
        yield
        watch.close()
        if sharing is not None:
            sharing.cancel()

    app = FastAPI(
        title="Prohodnaya hub",
        version="1",
        description="What gates sync with. Every answer that is not the one asked for is a `Problem`.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere, and a plant's network reaches nothing
        redoc_url=None,
        lifespan=lifespan,
    )
    time = clock or SystemClock()
    app.state.service = Service(engine, time, limits or Limits(), watch, counts, Tails(engine, time), Callers(engine))
    problems.install(app)
    app.include_router(gate.router, prefix=PREFIX, tags=["gate"])
    app.include_router(relay.router, prefix=PREFIX, tags=["hub"])
    app.include_router(state, prefix=PREFIX, tags=["state"])
    app.include_router(state, include_in_schema=False)  # where load balancers look
    guides.mount(app, engine, clock, watch)
    app.add_middleware(Outside, metrics=counts)
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        described = plain()
        described["components"]["schemas"] = (
            gate.components((*gate.TAKEN, *relay.TAKEN)) | described["components"]["schemas"]
        )
        return described

    app.openapi = openapi  # type: ignore[method-assign]
    return app
