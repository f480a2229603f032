"""A hub over HTTP.  Only this module, ``lines`` and ``refusals`` know ``requests``.

Whatever goes wrong below leaves as one of our own errors.  A request ends: each of its parts has its time, and the
whole of it has, however slowly it drips.
"""

from __future__ import annotations

import gzip
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, ValidationError

from checkin import __version__
from checkin.clock import Clock, SystemClock
from checkin.domain.events import JournalLine
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.sync.backend import ClockOffset
from checkin.sync.lines import CuttableAdapter, Deadline, Lines
from checkin.sync.refusals import ours, refusal, strange
from checkin.wire import (
    PAGE,
    BatchAnswer,
    EnrolAnswer,
    EnrolRequest,
    Message,
    Page,
    PeerPage,
    RosterPage,
    line_out,
)

TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 5.0
GZIP_FROM_BYTES = 2_000
MAX_PUSH_BYTES = 1_500_000
"""Of one request before packing; the hub takes 2 MB."""
MAX_ANSWER_BYTES = 48 * 1024 * 1024
"""More than the longest page there can be: 500 records of 64 kB, with what stands between them."""
WHOLE_TIMES = 3
"""So many times as long as one part of an answer may take may the whole of it."""
SLOWEST_BYTES_S = 4_000
"""A line that carries this much gets as much longer as what it carries takes."""
_CHUNK = 65_536

_Answer = TypeVar("_Answer", bound=BaseModel)


class _Now(Message):
    server_time: datetime


class _Bearer(requests.auth.AuthBase):
    """Sets the token itself, so that no ``.netrc`` of the user's replaces it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Pinned(CuttableAdapter):
    """Connections that believe one authority and no other, whatever the system and its environment believe."""

    def __init__(self, lines: Lines, ca: str) -> None:
        try:
            self._context = ssl.create_default_context(cadata=ca)
        except (ssl.SSLError, ValueError) as error:
            raise SettingsWrong(_("This is no certificate of an authority (PEM)")) from error
        super().__init__(lines)

    def init_poolmanager(self, *places: Any, **options: Any) -> None:
        super().init_poolmanager(*places, ssl_context=self._context, **options)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Left to the context: the library would add the authorities that browsers believe."""
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None


class HttpBackend:
    """A hub at ``url``.  Keeps its connection open; one thread at a time, a second thread takes a second backend.

    ``verify`` is False, True or the file of certificates to trust; ``ca`` an authority (PEM) that alone vouches for the
    hub, which then has to speak TLS.  ``interrupt`` ends a wait from another thread.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        timeout_s: float = TIMEOUT_S,
        verify: bool | str = True,
        ca: str = "",
        clock: Clock | None = None,
    ) -> None:
        self._base = _base(url)
        if ca and not self._base.lower().startswith("https://"):
            raise SettingsWrong(_("With an authority's certificate the hub's address must begin with https://"))
        self._timeout_s = timeout_s
        self._clock = clock or SystemClock()
        self._glimpse: ClockOffset | None = None
        self._session = requests.Session()
        self._session.auth = _Bearer(token)
        self._verify = verify
        self._lines = Lines()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, CuttableAdapter(self._lines))
        if ca:
            self._session.trust_env = False  # no proxy of the environment stands between
            self._session.mount("https://", _Pinned(self._lines, ca))
        self._session.headers["User-Agent"] = f"prohodnaya/{__version__}"

    def __enter__(self) -> HttpBackend:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._session.close()

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Turns a one-use code into a token; ``SettingsWrong`` for a code that does not work."""
        return self._call(EnrolAnswer, "POST", "enrol", body=request.model_dump_json().encode())

    def fetch(self, cursor: str, limit: int = PAGE) -> RosterPage:
        """The page of roster changes after a cursor."""
        return self._call(RosterPage, "GET", "roster", query={"cursor": cursor, "limit": str(limit)})

    def push(self, lines: Sequence[JournalLine], sent_at: datetime) -> BatchAnswer:
        """Hands lines over, in as many requests as their size needs."""
        answers = []
        server_time = sent_at
        for body, count in _bodies(lines, sent_at):
            answer = self._call(BatchAnswer, "POST", "attendance", body=body)
            if len(answer.answers) != count:
                raise strange()
            answers += answer.answers
            server_time = answer.server_time
        return BatchAnswer(answers=answers, server_time=server_time)

    def interrupt(self) -> None:
        """Cuts what is under way, and whatever is asked through this afterwards."""
        self._lines.cut()

    def peers(self, cursor: str, wait_s: float = 0, roster: str = "") -> PeerPage:
        """Other gates' lines after a cursor; waits up to ``wait_s`` for the first, or for the roster to move."""
        query = {"cursor": cursor, "wait_s": f"{wait_s:g}"} | ({"roster": roster} if roster else {})
        return self._call(PeerPage, "GET", "peers", query=query, wait_s=wait_s)

    def clock_offset(self) -> ClockOffset:
        """The hub's clock against ours, read at the middle of the round trip."""
        began = time.monotonic()
        now = self._call(_Now, "GET", "time").server_time
        took_s = time.monotonic() - began
        return ClockOffset((now - self._clock.now()).total_seconds() + took_s / 2, took_s / 2)

    def glimpse(self) -> ClockOffset | None:
        """The hub's clock as the newest answer's ``Date`` told it, which has whole seconds only."""
        return self._glimpse

    def ask(
        self,
        model: type[_Answer],
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> _Answer:
        """Any other question that a hub answers: what a hub says to the one above it."""
        return self._call(model, method, path, query=query, body=body)

    def _call(
        self,
        model: type[_Answer],
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        wait_s: float = 0,
    ) -> _Answer:
        headers = {}
        if body is not None:
            headers["Content-Type"] = "application/json"
            if len(body) >= GZIP_FROM_BYTES:
                body = gzip.compress(body, 5)
                headers["Content-Encoding"] = "gzip"
        began = time.monotonic()
        whole_s = WHOLE_TIMES * self._timeout_s + wait_s + len(body or b"") / SLOWEST_BYTES_S
        try:
            with (
                Deadline(self._lines, whole_s) as deadline,
                self._session.request(
                    method,
                    f"{self._base}/api/v1/{path}",
                    params=query,
                    data=body,
                    headers=headers,
                    timeout=(min(CONNECT_TIMEOUT_S, self._timeout_s), self._timeout_s + wait_s),
                    allow_redirects=False,
                    verify=self._verify,  # the session's own gives way to REQUESTS_CA_BUNDLE
                    stream=True,
                ) as response,
            ):
                took_s = time.monotonic() - began
                self._glimpse = _glimpse(response, self._clock.now(), took_s)
                content = _content(response, deadline)
        except (requests.RequestException, UnicodeError, OSError) as error:
            raise ours(error) from error
        if response.status_code != HTTPStatus.OK:
            raise refusal(response, content, self._clock.now())
        try:
            return model.read(content) if issubclass(model, Page) else model.model_validate_json(content)
        except ValidationError as error:
            raise strange() from error


def _base(url: str) -> str:
    base = url.strip().rstrip("/")
    if not base.lower().startswith(("http://", "https://")):
        raise SettingsWrong(_("The hub's address must begin with http:// or https://"))
    return base


def _bodies(lines: Sequence[JournalLine], sent_at: datetime) -> Iterator[tuple[bytes, int]]:
    """Batches as JSON with the number of their lines, none longer than the hub takes."""
    end = f'],"sent_at":"{sent_at.isoformat()}"}}'.encode()
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        text = line_out(line).model_dump_json().encode()
        if waiting and (len(waiting) == PAGE or size + len(text) > MAX_PUSH_BYTES):
            yield b'{"lines":[' + b",".join(waiting) + end, len(waiting)
            waiting, size = [], 0
        waiting.append(text)
        size += len(text) + 1
    if waiting:
        yield b'{"lines":[' + b",".join(waiting) + end, len(waiting)


def _glimpse(response: requests.Response, now: datetime, took_s: float) -> ClockOffset | None:
    """A hub's ``Date`` against ours, when its answer has one; whoever answers in its place has another clock."""
    if not response.ok:
        return None
    try:
        told = parsedate_to_datetime(response.headers.get("Date", ""))
        return ClockOffset((told - now).total_seconds() + 0.5, 0.5 + took_s)
    except (TypeError, ValueError):  # no date, or one without its zone
        return None


def _content(response: requests.Response, deadline: Deadline) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(_CHUNK):
        content += chunk
        deadline.extend(len(chunk) / SLOWEST_BYTES_S)
        if len(content) > MAX_ANSWER_BYTES:
            raise strange()
    return bytes(content)
