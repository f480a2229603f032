"""A hub over HTTP.  Only this module and ``lines`` know ``requests``.

Whatever goes wrong below leaves as one of our own errors, in words for the person at the gate: no host name, no text of
a library.  An answer that is not what the hub would say (a captive portal's page, half an answer) is ``ServerBusy``:
it passes by itself, and until then nothing of it is believed.
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
from checkin.errors import CheckinError, DeviceRevoked, Misunderstood, Offline, ServerBusy, ServerFailed, SettingsWrong
from checkin.i18n import gettext as _
from checkin.sync.backend import ClockOffset
from checkin.sync.lines import CuttableAdapter, Lines
from checkin.wire import (
    PAGE,
    BatchAnswer,
    EnrolAnswer,
    EnrolRequest,
    Message,
    Page,
    PeerPage,
    Problem,
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
MAX_RETRY_AFTER_S = 3600.0
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
        try:
            with self._session.request(
                method,
                f"{self._base}/api/v1/{path}",
                params=query,
                data=body,
                headers=headers,
                timeout=(min(CONNECT_TIMEOUT_S, self._timeout_s), self._timeout_s + wait_s),
                allow_redirects=False,
                verify=self._verify,  # the session's own gives way to REQUESTS_CA_BUNDLE
                stream=True,
            ) as response:
                took_s = time.monotonic() - began
                self._glimpse = _glimpse(response, self._clock.now(), took_s)
                content = _content(response)
        except (requests.RequestException, UnicodeError, OSError) as error:
            raise _ours(error) from error
        if response.status_code != HTTPStatus.OK:
            raise _refusal(response, content)
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


def _content(response: requests.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(_CHUNK):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise strange()
    return bytes(content)


def _refusal(response: requests.Response, content: bytes) -> CheckinError:
    """What an answer that is not 200 means."""
    try:
        code = Problem.model_validate_json(content).code
    except ValidationError:
        code = ""  # not our hub's words: a proxy's, or somebody else's server
    match response.status_code, code:
        case HTTPStatus.UNAUTHORIZED, "device_revoked":
            return DeviceRevoked(_("This gate was shut out at the hub. Enrol it again with a new code."))
        case HTTPStatus.UNAUTHORIZED, "unauthorised":
            return DeviceRevoked(_("The hub does not know this gate. Enrol it again with a new code."))
        case HTTPStatus.FORBIDDEN, "code_refused":
            return SettingsWrong(_("The code is wrong, used or expired. Ask the hub's administrator for a new one."))
        case HTTPStatus.CONFLICT, "device_taken":
            return SettingsWrong(_("This gate has enrolled with another key before. Enrol it with a fresh profile."))
        case HTTPStatus.NOT_FOUND, _:
            return SettingsWrong(_("There is no hub at this address. Check the hub's address in the settings."))
        case (
            (HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
            str(told),
        ) if told:
            return Misunderstood(_("The hub does not understand this program: one of the two must be updated."))
        case status, _:
            pause_s = _retry_after_s(response)
            too_large = status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE  # for a proxy: it lets two halves through
            failed = pause_s is None and (status >= HTTPStatus.INTERNAL_SERVER_ERROR or too_large)
            return (ServerFailed if failed else ServerBusy)(
                _("The hub is busy. The program tries again by itself."), retry_after_s=pause_s
            )


def _retry_after_s(response: requests.Response) -> float | None:
    """``Retry-After`` in seconds; a date, or nonsense, is left to the usual pause."""
    text = response.headers.get("Retry-After", "").strip()
    if not (text.isascii() and text.isdigit()):
        return None
    return min(float(text[:9]), MAX_RETRY_AFTER_S)


def _ours(error: Exception) -> CheckinError:
    """The one place where the library's errors become ours."""
    match error:
        case requests.exceptions.SSLError() if _untrusted(error):
            return SettingsWrong(_("The hub's certificate is not trusted. Ask the hub's administrator."))
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema() | UnicodeError():
            return SettingsWrong(_("The hub's address is not one. Check the hub's address in the settings."))
        case requests.exceptions.ChunkedEncodingError() | requests.exceptions.ContentDecodingError():
            return strange()
        case _:
            return Offline(_("The hub cannot be reached. Everything is kept here and sent when it answers again."))


def _untrusted(error: BaseException) -> bool:
    """Whether a certificate was looked at and refused, rather than the connection cut."""
    seen: list[BaseException] = [error]
    for one in seen:
        if isinstance(one, ssl.SSLCertVerificationError):
            return True
        below = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        seen += [part for part in below if isinstance(part, BaseException) and part not in seen]
    return False


def strange() -> ServerBusy:
    """What came is no hub's answer, or not a whole one."""
    return ServerBusy(_("The answer did not come from a hub, or not whole. The program tries again by itself."))
