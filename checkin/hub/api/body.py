"""Bodies in and out: never more than 2 MB, packed or unpacked, and gzip where the other side wants it."""

from __future__ import annotations

import gzip
import zlib
from functools import cached_property
from http import HTTPStatus

from fastapi import Request, Response

from checkin.hub.api.problems import Code, HttpProblem

MAX_BODY_BYTES = 2 * 1024 * 1024
GZIP_FROM_BYTES = 1000
GZIP_LEVEL = 3
"""Level 3 packs a roster page nearly as well as 6 in half the time."""
_GZIP = 16 + zlib.MAX_WBITS


async def limited(request: Request) -> bytes:
    """A request's body, unpacked; a problem when it is too long, or packed in a way that we do not know."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Code.ENCODING, "gzip or nothing")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:12]) > MAX_BODY_BYTES:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _too_large()
    return bytes(body) if encoding == "identity" else unpacked(bytes(body))


def unpacked(body: bytes) -> bytes:
    """What a gzip body holds; a problem when it is damaged or would be too long."""
    machine = zlib.decompressobj(_GZIP)
    try:
        data = machine.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise HttpProblem(HTTPStatus.BAD_REQUEST, Code.ENCODING, "damaged gzip") from error
    if len(data) > MAX_BODY_BYTES:
        raise _too_large()
    if not machine.eof or machine.unused_data:
        raise HttpProblem(HTTPStatus.BAD_REQUEST, Code.ENCODING, "damaged gzip")
    return data


def _too_large() -> HttpProblem:
    return HttpProblem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Code.TOO_LARGE, f"at most {MAX_BODY_BYTES} bytes")


class Ready:
    """JSON text that is ready, for one caller or many: encoded once, and packed once for those who take it packed."""

    def __init__(self, text: str) -> None:
        self._body = text.encode()

    @cached_property
    def _packed(self) -> bytes:
        return gzip.compress(self._body, GZIP_LEVEL)

    def answer(self, request: Request) -> Response:
        """The answer to a request."""
        headers = {"Vary": "Accept-Encoding"}
        if len(self._body) < GZIP_FROM_BYTES or "gzip" not in request.headers.get("accept-encoding", "").lower():
            return Response(self._body, media_type="application/json", headers=headers)
        return Response(self._packed, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"})


def json_text(request: Request, text: str) -> Response:
    """JSON text that is ready, packed when the caller takes it packed."""
    return Ready(text).answer(request)
