"""The endpoints that gates use.  A token reaches its own plant and nothing else, since no request names a plant."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from checkin import wire
from checkin.hub import attendance, conflicts, counts, devices, findings, roster
from checkin.hub import peers as others
from checkin.hub.api.body import json_text, limited
from checkin.hub.api.problems import Code, HttpProblem, documented
from checkin.hub.api.service import Caller, Device, Service, Serving, Shown, caller, failed, may_try
from checkin.hub.cursors import CursorUnknown, beside
from checkin.hub.database import reading
from checkin.hub.devices import Enrolled
from checkin.hub.models import ConflictOut, FindingOut, Now
from checkin.wire import PAGE, BatchAnswer, CountOut, EnrolAnswer, EnrolRequest, PeerPage, RosterPage

MAX_WAIT_S = 25
SHORT_WAIT_S, LEAST = 2.0, 0.8
"""Longer waits end a little early, each another time: gates that began together do not come again together."""
router = APIRouter()
Body = Annotated[bytes, Depends(limited)]
Cursor = Annotated[str, Query(max_length=200, description="Where the last page ended; empty for the beginning")]
Limit = Annotated[int, Query(ge=1, le=PAGE, description="Rows of a page at most")]

BODY_PROBLEMS = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
GATE_PROBLEMS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNPROCESSABLE_ENTITY)


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """OpenAPI's words for a body that the endpoint reads itself."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


TAKEN = (EnrolRequest, wire.Batch)
"""Models of bodies that the endpoints read themselves; the application adds them to OpenAPI's components."""


class _Envelope(BaseModel):
    """A batch before anybody has looked at its lines: a line that is no line spoils no other."""

    model_config = ConfigDict(extra="forbid")

    lines: list[Any] = Field(max_length=PAGE)
    sent_at: AwareDatetime


@router.post(
    "/enrol",
    summary="Turn a one-use code into a token",
    responses=documented(
        HTTPStatus.FORBIDDEN,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        *BODY_PROBLEMS,
    ),
    openapi_extra=takes(EnrolRequest),
)
def enrol(hub: Serving, request: Request, body: Body) -> EnrolAnswer:
    """The gate sends the code that an administrator gave it, its own random id, and the key that signs its journal.

    403 `code_refused`: the code is wrong, used or expired. 409 `device_taken`: this id has enrolled with another key.
    """
    return enrolled(hub, request, body)


def enrolled(hub: Service, request: Request, body: bytes, role: str | None = None) -> EnrolAnswer:
    """Enrols a gate or a lower hub."""
    may_try(hub, request)
    try:
        return devices.enrol(hub.engine, EnrolRequest.model_validate_json(body), hub.now(), role)
    except devices.CodeRefused as error:
        failed(hub, request)
        raise HttpProblem(HTTPStatus.FORBIDDEN, Code.CODE_REFUSED, "wrong, used or expired code") from error
    except devices.DeviceTaken as error:
        raise HttpProblem(HTTPStatus.CONFLICT, Code.DEVICE_TAKEN, "this id has another key") from error
    except ValueError as error:
        raise malformed() from error


@router.get(
    "/roster",
    summary="Changes of the plant's roster",
    responses=documented(HTTPStatus.BAD_REQUEST, *GATE_PROBLEMS),
    response_model=RosterPage,
)
def roster_page(hub: Serving, request: Request, who: Device, cursor: Cursor = "", limit: Limit = PAGE) -> Response:
    """Changes after a cursor, oldest first. A removed record has `record` null. Save the cursor with its page."""
    try:
        page = roster.page(hub.engine, who.plant, cursor, limit)
    except CursorUnknown as error:
        raise cursor_unknown() from error
    hub.metrics.page()
    held = attendance.held(hub.engine, who)  # for this gate alone, whoever else gets the same page
    return json_text(request, f'{page[:-1]},"known":{held.whole},"beyond":{held.beyond}}}')


@router.post(
    "/attendance",
    summary="Push journal lines",
    responses=documented(*GATE_PROBLEMS, *BODY_PROBLEMS),
    openapi_extra=takes(wire.Batch),
    response_model=BatchAnswer,
)
async def push(hub: Serving, who: Caller, shown: Shown, body: Body) -> Response:
    """Each line is answered by itself, in the order of the batch, after it is on the disk.

    `accepted` and `duplicate` mean that the hub has the event. `rejected` comes with a reason: `malformed`,
    `wrong_plant`, `wrong_gate`, `changed` (the hash is not its content's), `signature`, `private` (the private part is
    not what was hashed), `fork` (another line has this number), `id_taken` (another line has this id). A gap in the
    numbers rejects nothing; it is listed under `/findings` until the missing line comes.
    """
    answer, noted = await hub.in_turn(body, lambda: _pushed(hub, who, body))
    hub.callers.met(shown.hash, noted)
    return answer


def _pushed(hub: Service, who: Enrolled, body: bytes) -> tuple[Response, Enrolled]:
    """The answer, and the device as the database has it then."""
    lines, sent_at = _lines(body)
    now = hub.now()
    received = attendance.receive(hub.engine, who, lines, sent_at, now)
    hub.metrics.answered(received.answers)
    if received.accepted:
        hub.watch.nudge(who.plant, received.position)
    answer = BatchAnswer(answers=received.answers, server_time=now)
    said = Response(answer.model_dump_json().encode(), media_type="application/json")
    return said, devices.noted(who, now, sent_at - now)


def _lines(body: bytes) -> tuple[Sequence[object], datetime]:
    try:
        return wire.pushed(body)
    except (ValidationError, RecursionError):  # a line that is none: then each by itself
        try:
            envelope = _Envelope.model_validate_json(body)
        except (ValidationError, RecursionError) as error:
            raise malformed() from error
        return envelope.lines, envelope.sent_at


@router.get(
    "/peers",
    summary="Other gates' journal lines",
    responses=documented(HTTPStatus.BAD_REQUEST, *GATE_PROBLEMS),
    response_model=PeerPage,
)
async def peers(
    hub: Serving,
    request: Request,
    who: Caller,
    shown: Shown,
    cursor: Cursor = "",
    limit: Limit = PAGE,
    wait_s: Annotated[float, Query(ge=0, le=MAX_WAIT_S, description="How long to wait for the first line")] = 0,
    roster: Annotated[
        str, Query(max_length=200, description="The roster's cursor that is known: no wait past it")
    ] = "",
) -> Response:
    """Lines of the plant's other gates, in the order in which the hub got them, as soon as there is one.

    With `roster`, as soon as there is one or the roster's newest cursor is another.
    """
    until = time.monotonic() + (wait_s if wait_s <= SHORT_WAIT_S else wait_s * random.uniform(LEAST, 1))
    stand = hub.watch.top(who.plant, cursor) if wait_s else None
    if stand is None:  # else others wait at this very place, and there is nothing to look up
        try:
            page = await run_in_threadpool(others.peers, hub.engine, who, cursor, limit, hub.now())
        except CursorUnknown as error:
            raise cursor_unknown() from error
        if not page.empty or not wait_s:
            return json_text(request, page.text)
        cursor, stand = page.cursor, page.stand
    while roster in ("", beside(cursor, stand.revision)) and (left_s := until - time.monotonic()) > 0:
        seen = stand.revision if roster else None
        if not await hub.watch.wait(who.plant, stand.position, left_s, revision=seen, cursor=cursor):
            break
        more = True
        while more:
            pages = await hub.tails.after(who.plant, cursor, limit)
            found = pages.of(who.id)
            if found is not None:
                await caller(hub, request, shown)  # it may have been shut out while it waited
                return found.answer(request)
            cursor, stand, more = pages.cursor, pages.stand, pages.more
    return json_text(request, others.nothing(cursor, stand.revision, hub.now()))


@router.get("/headcount", summary="Heads of each tour and of the plant", responses=documented(*GATE_PROBLEMS))
def headcount(hub: Serving, who: Device) -> list[CountOut]:
    """A line for each tour, then the plant's own with `tour` null."""
    with reading(hub.engine) as connection:
        return counts.headcount(connection, who.plant)


@router.get("/conflicts", summary="Tickets that were admitted twice", responses=documented(*GATE_PROBLEMS))
def conflict_list(hub: Serving, who: Device) -> list[ConflictOut]:
    """Each with the entry that counted and those on top of it. `resolved` when a person has dealt with it."""
    with reading(hub.engine) as connection:
        return conflicts.listed(connection, who.plant)


@router.get("/findings", summary="What is wrong with the gates' journals", responses=documented(*GATE_PROBLEMS))
def finding_list(hub: Serving, who: Device) -> list[FindingOut]:
    """Gaps, forks and lines that are not what was signed, oldest first."""
    with reading(hub.engine) as connection:
        return findings.listed(connection, who.plant)


@router.get("/time", summary="The hub's clock", responses=documented())
async def clock(hub: Serving) -> Now:
    """For gates to see how far their clock is off."""
    return Now(server_time=hub.now())


def components(taken: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """The schemas of these models and of what they are made of."""
    template = "#/components/schemas/{model}"
    found: dict[str, Any] = {}
    for model in taken:
        schema = model.model_json_schema(ref_template=template)
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found


def malformed() -> HttpProblem:
    """The body is no JSON, or not of the shape described."""
    return HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, Code.MALFORMED, "the body is not as described")


def cursor_unknown() -> HttpProblem:
    """The cursor has not the form of one."""
    return HttpProblem(HTTPStatus.BAD_REQUEST, Code.CURSOR_UNKNOWN, "no hub gave out this cursor")
