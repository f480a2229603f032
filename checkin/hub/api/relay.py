"""The endpoints of a chain: what a lower hub of a plant says to the one above it.  No gate's token opens any."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from checkin.hub import devices, relay, rows
from checkin.hub.api.body import json_text
from checkin.hub.api.gate import (
    BODY_PROBLEMS,
    GATE_PROBLEMS,
    Body,
    Cursor,
    Limit,
    cursor_unknown,
    enrolled,
    malformed,
    takes,
)
from checkin.hub.api.problems import Code, HttpProblem, documented
from checkin.hub.api.service import Device, Service, Serving
from checkin.hub.cursors import CursorUnknown
from checkin.hub.devices import Enrolled
from checkin.hub.models import RelayAnswer, RelayBatch, RelayDevice, RelayPage
from checkin.wire import PAGE, EnrolAnswer, EnrolRequest

router = APIRouter(prefix="/relay")
TAKEN = (RelayBatch,)


class _Envelope(BaseModel):
    """A batch before anybody has looked at its lines."""

    model_config = ConfigDict(extra="forbid")

    devices: list[RelayDevice] = Field(max_length=PAGE)
    lines: list[Any] = Field(max_length=PAGE)
    sent_at: AwareDatetime


async def lower_hub(who: Device) -> Enrolled:
    """The lower hub that asks; a problem for a gate."""
    if who.role != rows.HUB:
        raise HttpProblem(HTTPStatus.FORBIDDEN, Code.NOT_A_HUB, "this token is a gate's")
    return who


LowerHub = Annotated[Enrolled, Depends(lower_hub)]


@router.post(
    "/enrol",
    summary="Turn a one-use code for a lower hub into a token",
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
    """As `/enrol` for a gate; a code for a gate does not work here, nor one for a hub there."""
    return enrolled(hub, request, body, rows.HUB)


@router.post(
    "/attendance",
    summary="Pass journal lines of a lower hub's gates on",
    responses=documented(HTTPStatus.FORBIDDEN, *GATE_PROBLEMS, *BODY_PROBLEMS),
    openapi_extra=takes(RelayBatch),
)
async def push(hub: Serving, who: LowerHub, body: Body) -> RelayAnswer:
    """Each line is answered by itself, in the order of the batch, after it is on the disk.

    `devices` names every device that signed a line of the batch. One that is known here keeps the key that it has here.
    """
    return await hub.in_turn(body, lambda: _pushed(hub, who, body))


def _pushed(hub: Service, who: Enrolled, body: bytes) -> RelayAnswer:
    try:
        envelope = _Envelope.model_validate_json(body)
    except (ValidationError, RecursionError) as error:
        raise malformed() from error
    now = hub.now()
    received = relay.take(hub.engine, who.plant, who.id, envelope.devices, envelope.lines, now)
    relay.name_gates(hub.engine, who.plant, envelope.devices)
    devices.met(hub.engine, who, now, envelope.sent_at - now)
    hub.metrics.answered(received.answers)
    if received.accepted:
        hub.watch.nudge(who.plant, received.position)
    epoch, brought = relay.stand(hub.engine, who.plant, who.id)
    return RelayAnswer(answers=received.answers, epoch=epoch, brought=brought, server_time=now)


@router.get(
    "/attendance",
    summary="Journal lines that a lower hub has not brought itself",
    responses=documented(HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, *GATE_PROBLEMS),
    response_model=RelayPage,
)
def lines(
    hub: Serving,
    request: Request,
    who: LowerHub,
    cursor: Cursor = "",
    limit: Limit = PAGE,
    everything: Annotated[bool, Query(description="Also what it has brought: it was restored from a backup")] = False,
) -> Response:
    """Lines after a cursor with the devices that signed them, in the order in which this hub got them."""
    try:
        text = relay.page(hub.engine, who.plant, who.id, cursor, limit, hub.now(), everything=everything)
    except CursorUnknown as error:
        raise cursor_unknown() from error
    return json_text(request, text)
