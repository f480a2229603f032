"""Every answer that is not the one asked for: a ``Problem`` with a code for the gate and a detail for the log.

A problem never repeats what was sent: that may name a person.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from checkin.errors import CheckinError, Retry
from checkin.wire import Problem

log = logging.getLogger(__name__)
BUSY_RETRY_S = 5


class Code(StrEnum):
    """What a gate can tell problems apart by."""

    UNAUTHORISED = "unauthorised"
    DEVICE_REVOKED = "device_revoked"
    CODE_REFUSED = "code_refused"
    DEVICE_TAKEN = "device_taken"
    NOT_A_HUB = "not_a_hub"
    CURSOR_UNKNOWN = "cursor_unknown"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    TOO_MANY = "too_many_requests"
    BUSY = "busy"
    NOT_FOUND = "not_found"
    METHOD = "method_not_allowed"
    INTERNAL = "internal"


class HttpProblem(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        status: HTTPStatus,
        code: Code,
        detail: str,
        *,
        retry_after_s: float | None = None,
        challenge: bool = False,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers: dict[str, str] = {}
        if retry_after_s is not None:
            self.headers["Retry-After"] = str(max(1, round(retry_after_s)))
        if challenge:
            self.headers["WWW-Authenticate"] = "Bearer"


def answer(problem: HttpProblem) -> JSONResponse:
    """The problem as a response."""
    body = Problem(code=problem.code, detail=problem.detail)
    return JSONResponse(body.model_dump(), status_code=problem.status, headers=problem.headers)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's entry for problems with these statuses, besides those that every endpoint may answer."""
    return {
        int(status): {"model": Problem, "description": status.phrase}
        for status in sorted({*statuses, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INTERNAL_SERVER_ERROR})
    }


def install(app: FastAPI) -> None:
    """Makes a problem of everything that goes wrong."""
    app.add_exception_handler(HttpProblem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(CheckinError, _on_ours)
    app.add_exception_handler(Exception, _on_bug)


async def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HttpProblem)
    return answer(error)


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            code = Code.NOT_FOUND
        case HTTPStatus.METHOD_NOT_ALLOWED:
            code = Code.METHOD
        case _:
            code = Code.MALFORMED
    status = HTTPStatus(error.status_code)
    problem = HttpProblem(status, code, status.phrase)
    problem.headers |= dict(error.headers or {})
    return answer(problem)


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    where = "; ".join(".".join(str(part) for part in one["loc"])[:80] for one in error.errors()[:3])
    return answer(HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, Code.MALFORMED, f"not as described at: {where}"))


async def _on_ours(_request: Request, error: Exception) -> JSONResponse:
    retry = error.retry_after_s if isinstance(error, Retry) else None
    log.error("cannot serve", extra={"error": type(error).__name__})
    return answer(
        HttpProblem(
            HTTPStatus.SERVICE_UNAVAILABLE, Code.BUSY, "cannot serve right now", retry_after_s=retry or BUSY_RETRY_S
        )
    )


async def _on_bug(_request: Request, _error: Exception) -> JSONResponse:
    return answer(HttpProblem(HTTPStatus.INTERNAL_SERVER_ERROR, Code.INTERNAL, "a bug in the hub; see its log"))
