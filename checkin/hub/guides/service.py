"""What every endpoint of the guides' page needs: the attendance, the passes, and how much one caller may ask for."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request

from checkin.hub.api.limits import Buckets
from checkin.hub.api.problems import Code, HttpProblem
from checkin.hub.guides.day import Attendance
from checkin.hub.guides.passes import Pass, Passes

COOKIE = "prohodnaya_guide"
MAX_TOKEN = 100
OWN_HEADER = "x-prohodnaya"
"""A page of another origin cannot send it without being asked about it first, and nobody answers that."""


class GuideService:
    """One server's guides.  Wrong codes are counted for each address, and for all together: one address is cheap.

    At the common limit of ten guesses a second one of fifty codes that live four hours is found once in 150,000 times.
    """

    def __init__(self, attendance: Attendance, passes: Passes) -> None:
        self.attendance = attendance
        self.passes = passes
        self.failures = Buckets(per_s=10 / 60, burst=10)
        self.all_failures = Buckets(per_s=10, burst=100)
        self.requests = Buckets(per_s=10, burst=60)
        self.streams: dict[str, int] = {}


def install(app: FastAPI, service: GuideService) -> None:
    """Gives the application its guides."""
    app.state.guides = service


def service(request: Request) -> GuideService:
    """The service that this application was given."""
    found = request.app.state.guides
    assert isinstance(found, GuideService)
    return found


Guides = Annotated[GuideService, Depends(service)]


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else ""


def may_guess(guides: GuideService, request: Request) -> None:
    """A problem when this address, or everybody together, has guessed too often lately."""
    _or_wait(max(guides.failures.wait_s(address(request)), guides.all_failures.wait_s("")))


def guessed_wrong(guides: GuideService, request: Request) -> None:
    """Counts a wrong code."""
    guides.failures.take(address(request))
    guides.all_failures.take("")


def _or_wait(wait_s: float) -> None:
    if wait_s:
        raise HttpProblem(HTTPStatus.TOO_MANY_REQUESTS, Code.TOO_MANY, "too many requests", retry_after_s=wait_s + 1)


def token_of(request: Request) -> str:
    """The session's token, or nothing that is one."""
    token = request.cookies.get(COOKIE, "")
    return token if len(token) <= MAX_TOKEN else ""


def holder(guides: Guides, request: Request) -> Pass:
    """What the session opens; a problem without one."""
    token = token_of(request)
    found = guides.passes.holder(token) if token else None
    if found is None:
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, Code.UNAUTHORISED, "log in with a code")
    _or_wait(guides.requests.take(token))
    return found


Holder = Annotated[Pass, Depends(holder)]


def own_page(request: Request) -> None:
    """A problem for a request that another site's page has made."""
    headers = request.headers
    origin = headers.get("origin")
    strange = origin is not None and urlsplit(origin).netloc != headers.get("host", "")
    fetched = headers.get("sec-fetch-site", "same-origin")
    if strange or fetched != "same-origin" or OWN_HEADER not in headers:
        raise HttpProblem(HTTPStatus.FORBIDDEN, Code.MALFORMED, "not from the page itself")


def is_https(request: Request) -> bool:
    """Whether the guide's browser speaks HTTPS, to us or to a proxy before us.  Whoever lies here harms themselves."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
