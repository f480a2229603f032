"""The guides' page and what it asks for.  Every answer with a name in it needs a session; everything is from this host.

Only ``mount`` is for others.  The page's files lie in ``resources/web`` and are served by name, those and no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Engine

from checkin.clock import Clock, SystemClock
from checkin.hub.api.body import limited
from checkin.hub.api.problems import Code, HttpProblem
from checkin.hub.api.watch import Watch
from checkin.hub.guides.athub import AttendanceAtHub
from checkin.hub.guides.board import Answered, Board, board
from checkin.hub.guides.live import stream
from checkin.hub.guides.marks import MAX_MARKS, Asked, MarkStatus, Taken
from checkin.hub.guides.passes import SESSION_FOR
from checkin.hub.guides.service import (
    COOKIE,
    Guides,
    GuideService,
    Holder,
    guessed_wrong,
    install,
    is_https,
    may_guess,
    own_page,
    token_of,
)
from checkin.hub.guides.stored import StoredPasses
from checkin.hub.guides.words import chosen, words

PREFIX = "/guides"
PLACE = Path(__file__).resolve().parents[3] / "resources" / "web"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
MAX_STREAMS = 6
"""Of one session: a phone and a tablet with a few tabs."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cache-Control": "no-cache",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Of the page's own files, which name nobody: a phone without a network may show them again."""

T = TypeVar("T", bound=BaseModel)
pages = APIRouter()
front = APIRouter()
Body = Annotated[bytes, Depends(limited)]


class _Entering(BaseModel):
    code: str = Field(max_length=40)


class _Marking(BaseModel):
    marks: list[Any] = Field(max_length=MAX_MARKS)


def mount(app: FastAPI, engine: Engine, clock: Clock | None, watch: Watch) -> None:
    """Serves the page from a hub."""
    clock = clock or SystemClock()
    serve_from(app, GuideService(AttendanceAtHub(engine, clock, watch), StoredPasses(engine, clock)))


def serve_from(app: FastAPI, service: GuideService) -> None:
    """Serves the page from wherever the service keeps its attendance."""
    install(app, service)
    app.include_router(pages, prefix=PREFIX, include_in_schema=False)
    app.include_router(front, include_in_schema=False)


@front.get("/")
@front.get(PREFIX)
def home() -> RedirectResponse:
    return RedirectResponse(f"{PREFIX}/", headers={"Cache-Control": "no-cache"})


@pages.get("/")
def page(request: Request) -> Response:
    return file("index.html", request)


@pages.get("/{name}")
def file(name: str, request: Request) -> Response:
    found = files().get(name)
    if found is None:
        raise HttpProblem(HTTPStatus.NOT_FOUND, Code.NOT_FOUND, "no such file")
    body, kind, tag = found
    headers = {**HEADERS, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=kind, headers=headers)


@cache
def files() -> dict[str, tuple[bytes, str, str]]:
    """The page's files by name: what is in them, their type, and their tag."""
    found: dict[str, tuple[bytes, str, str]] = {}
    for path in sorted(PLACE.iterdir()):
        if path.suffix in TYPES:
            body = path.read_bytes()
            found[path.name] = body, TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return found


@pages.get("/api/words")
def texts(request: Request, lang: str = "") -> dict[str, object]:
    language = chosen(lang, request.headers.get("accept-language", ""))
    return {"language": language, "words": words(language)}


@pages.post("/api/enter", dependencies=[Depends(own_page)])
def enter(guides: Guides, request: Request, body: Body) -> Response:
    may_guess(guides, request)
    opened = guides.passes.enter(_read(_Entering, body).code)
    if opened is None:
        guessed_wrong(guides, request)
        raise HttpProblem(HTTPStatus.FORBIDDEN, Code.CODE_REFUSED, "wrong, used up or expired code")
    token, who = opened
    day, _position = guides.attendance.day(who)
    answer = _json(board(day, who))
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_FOR.total_seconds()),
        path=PREFIX,
        httponly=True,
        samesite="strict",
        secure=is_https(request),
    )
    return answer


@pages.post("/api/leave", dependencies=[Depends(own_page)])
def leave(guides: Guides, request: Request) -> Response:
    guides.passes.leave(token_of(request))
    answer = Response(status_code=HTTPStatus.NO_CONTENT)
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer


@pages.get("/api/board")
def now(guides: Guides, who: Holder) -> Response:
    day, _position = guides.attendance.day(who)
    return _json(board(day, who))


@pages.post("/api/marks", dependencies=[Depends(own_page)])
def marks(guides: Guides, who: Holder, body: Body) -> Response:
    given = [_asked(one) for one in _read(_Marking, body).marks]
    taken = guides.attendance.take(who, [one for one in given if isinstance(one, Asked)])
    answers = [*taken, *(one for one in given if isinstance(one, Taken))]
    day, _position = guides.attendance.day(who)
    return _json(Answered(answers=answers, board=board(day, who)))


@pages.get("/api/live")
async def live(guides: Guides, request: Request, who: Holder) -> StreamingResponse:
    token = token_of(request)
    if guides.streams.get(token, 0) >= MAX_STREAMS:
        raise HttpProblem(HTTPStatus.TOO_MANY_REQUESTS, Code.TOO_MANY, "too many pages are open", retry_after_s=30)

    async def counted() -> AsyncIterator[str]:
        guides.streams[token] = guides.streams.get(token, 0) + 1
        try:
            async for event in stream(guides, token, who):
                yield event
        finally:
            guides.streams[token] -= 1
            if not guides.streams[token]:
                del guides.streams[token]

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(counted(), media_type="text/event-stream", headers=headers)


def _asked(given: object) -> Asked | Taken:
    """A mark, or the answer to what is none: it holds back no other."""
    try:
        return Asked.model_validate(given)
    except ValidationError:
        identity = given.get("id") if isinstance(given, dict) else None
        return Taken(id=identity[:40] if isinstance(identity, str) else "", status=MarkStatus.REJECTED)


def _json(model: Board | Answered) -> Response:
    return Response(model.model_dump_json(), media_type="application/json")


def _read(model: type[T], body: bytes) -> T:
    try:
        return model.model_validate_json(body)
    except (ValidationError, RecursionError) as error:
        problem = HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, Code.MALFORMED, "the body is not as described")
        raise problem from error
