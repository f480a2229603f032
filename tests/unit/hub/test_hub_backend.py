"""What the HTTP carrier makes of a server that is not at its best."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from checkin import i18n
from checkin.clock import SettableClock
from checkin.errors import CheckinError, DeviceRevoked, Misunderstood, Offline, ServerBusy, ServerFailed, SettingsWrong
from checkin.sync.http import MAX_PUSH_BYTES, HttpBackend
from checkin.sync.refusals import refusal
from checkin.wire import Batch, EnrolRequest, line_out
from tests.unit.hub.hub_world import NOW, Journal

Answering = Callable[[BaseHTTPRequestHandler, bytes], None]


@contextmanager
def server(answering: Answering) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            answering(self, self.rfile.read(length))

        do_GET = do_POST = _answer

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}"
        finally:
            listening.shutdown()
            thread.join()


def says(status: int, body: bytes | dict[str, object], headers: dict[str, str] | None = None) -> Answering:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        handler.send_response(status)
        # Said before it is done: whoever sent two parts could meet a line that was just being closed.
        for name, value in {"Content-Length": str(len(content)), "Connection": "close", **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def cut(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    says(200, b'{"changes": [', {"Content-Length": "1000"})(handler, b"")


def hang_up(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def problem(code: str) -> dict[str, object]:
    return {"code": code, "detail": "for the log"}


PAGE: dict[str, object] = {"changes": [], "cursor": "abc", "more": False, "total": 0}


@pytest.mark.parametrize(
    ("answering", "kind"),
    [
        (says(200, b"<html>Welcome to the hotel's wi-fi</html>"), ServerBusy),
        (says(200, b""), ServerBusy),
        (says(200, b'{"changes": ['), ServerBusy),
        (says(200, {**PAGE, "cursor": 1}), ServerBusy),
        (says(200, b"not gzip", {"Content-Encoding": "gzip"}), ServerBusy),
        (says(200, gzip.compress(b"\0" * 60_000_000), {"Content-Encoding": "gzip"}), ServerBusy),
        (cut, ServerBusy),
        (says(302, b"", {"Location": "http://127.0.0.1:9/login"}), ServerBusy),
        (says(429, problem("too_many_requests"), {"Retry-After": "7"}), ServerBusy),
        (says(500, problem("internal")), ServerFailed),
        (says(502, b"<html>Bad gateway</html>"), ServerFailed),
        (says(503, problem("busy")), ServerFailed),
        (says(413, b"<html>nginx</html>"), ServerFailed),
        (says(401, b"<html>proxy</html>"), ServerBusy),
        (says(404, b"<html>Not found</html>"), SettingsWrong),
        (says(422, problem("malformed")), Misunderstood),
        (says(401, problem("device_revoked")), DeviceRevoked),
        (says(401, problem("unauthorised")), DeviceRevoked),
        (says(403, problem("code_refused")), SettingsWrong),
        (says(409, problem("device_taken")), SettingsWrong),
        (hang_up, Offline),
    ],
)
def test_what_an_answer_means(answering: Answering, kind: type[CheckinError]) -> None:
    with server(answering) as url, HttpBackend(url, "token", timeout_s=5) as backend:
        with pytest.raises(CheckinError) as caught:
            backend.fetch("")
        assert type(caught.value) is kind
        assert "127.0.0.1" not in str(caught.value)
        assert any("а" <= letter <= "я" for letter in str(caught.value)), "every message has its Russian"


CHANGE: dict[str, object] = {"kind": "visitor", "id": "v", "revision": 1, "record": None}


@pytest.mark.parametrize("odd", [CHANGE | {"kind": ""}, CHANGE | {"id": "x" * 121}, CHANGE | {"record": []}, 7, None])
def test_a_row_that_is_none_is_left_out_and_counted(odd: object) -> None:
    page = PAGE | {"changes": [CHANGE, odd, CHANGE | {"id": "w"}]}
    with server(says(200, page)) as url, HttpBackend(url) as backend:
        told = backend.fetch("")
    assert ([one.id for one in told.changes], told.odd, told.cursor) == (["v", "w"], 1, "abc")


def test_another_gates_line_that_is_none_is_left_out_and_counted() -> None:
    good = {"line": line_out(Journal().write("v1")).model_dump(), "received_at": NOW.isoformat()}
    bad = good | {"line": {"prev": "", "hash": "", "signature": "", "event": {}}}
    page = {"lines": [bad, good, bad], "cursor": "c", "more": False, "server_time": NOW.isoformat()}
    with server(says(200, page)) as url, HttpBackend(url) as backend:
        told = backend.peers("")
    assert (len(told.lines), told.odd) == (1, 2)


def test_the_language_is_the_persons() -> None:
    i18n.use("en")
    try:
        with server(says(503, b"")) as url, HttpBackend(url) as backend, pytest.raises(ServerBusy, match="hub is busy"):
            backend.fetch("")
    finally:
        i18n.use("ru")


@pytest.mark.parametrize(("header", "wait_s"), [("7", 7), ("999999", 3600), ("Wed, 21 Oct 2015 07:28:00 GMT", None)])
def test_retry_after(header: str, wait_s: float | None) -> None:
    with server(says(429, b"", {"Retry-After": header})) as url, HttpBackend(url) as backend:
        with pytest.raises(ServerBusy) as caught:
            backend.fetch("")
        assert caught.value.retry_after_s == wait_s


@pytest.mark.parametrize(
    ("until", "date", "wait_s"),
    [
        ("Wed, 21 Oct 2015 07:29:40 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 100),
        ("Wed, 21 Oct 2015 07:27:00 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 05 Aug 2026 07:31:00 GMT", None, 60),
        ("Wed, 21 Oct 2099 07:28:00 GMT", None, 3600),
        ("Wed, 21 Oct 2015 07:29:40 -0000", "Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("soon", "Wed, 21 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_a_retry_after_that_is_a_date_counts_from_the_answers_own(
    until: str, date: str | None, wait_s: float | None
) -> None:
    response = requests.Response()
    response.status_code = 429
    response.headers.update({"Retry-After": until} | ({"Date": date} if date else {}))
    told = refusal(response, b"", NOW)
    assert isinstance(told, ServerBusy)
    assert told.retry_after_s == wait_s


def drips(head: bytes, drop: bytes) -> Answering:
    """Never ends, and never lets anybody wait long for the next drop."""

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        handler.close_connection = True
        with suppress(OSError):
            handler.wfile.write(head)
            while True:
                handler.wfile.write(drop)
                time.sleep(0.02)

    return answer


DRIPPING = [
    drips(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b" "),
    drips(b"HTTP/1.1 200 OK\r\nX-A: ", b"b"),
]


@pytest.mark.parametrize("answering", DRIPPING)
def test_an_answer_that_drips_ends(answering: Answering) -> None:
    with server(answering) as url, HttpBackend(url, timeout_s=0.3) as backend, pytest.raises((ServerBusy, Offline)):
        backend.fetch("")


def test_a_deadline_that_was_kept_cuts_nothing() -> None:
    with server(says(200, PAGE)) as url, HttpBackend(url, timeout_s=5) as backend:
        for _ in range(3):
            assert backend.fetch("").cursor == "abc"
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer) and not one.finished.is_set()]


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with HttpBackend(f"http://127.0.0.1:{taken.getsockname()[1]}") as backend, pytest.raises(Offline):
            backend.fetch("")


def test_somebody_who_never_answers() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        backend = HttpBackend(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.2)
        with backend, pytest.raises(Offline):
            backend.fetch("")


@pytest.mark.parametrize("url", ["", "hub", "ftp://hub", "http://", "http://[::1", "http://a b", "http://" + "я" * 300])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises((SettingsWrong, Offline)):
        HttpBackend(url, timeout_s=0.2).fetch("")


def test_a_server_that_speaks_no_tls() -> None:
    with server(says(200, PAGE)) as url, pytest.raises(Offline):
        HttpBackend(url.replace("http://", "https://")).fetch("")


def test_the_token_goes_out_and_netrc_does_not(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:
        file.write("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", netrc)
    seen: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seen.append(handler.headers["Authorization"])
        says(200, PAGE)(handler, body)

    with server(answer) as url:
        for token in ("secret", ""):
            with HttpBackend(url, token) as backend:
                backend.fetch("")
    assert seen == ["Bearer secret", None]


def test_a_big_batch_goes_out_packed_and_in_parts() -> None:
    journal = Journal()
    for number in range(150):
        journal.write(f"v1-{number}", code="ё" * 7_000)
    sizes: list[int] = []
    count = 0

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        nonlocal count
        assert handler.headers["Content-Encoding"] == "gzip"
        text = gzip.decompress(body)
        sizes.append(len(text))
        lines = Batch.model_validate_json(text).lines
        count += len(lines)
        answers = [{"id": line.event["id"], "status": "accepted"} for line in lines]
        says(200, {"answers": answers, "server_time": NOW.isoformat()})(handler, b"")

    with server(answer) as url, HttpBackend(url) as backend:
        got = backend.push(journal.lines, NOW)
    assert [answer.id for answer in got.answers] == [line.event.id for line in journal.lines]
    assert count == 150
    assert len(sizes) == 2
    assert max(sizes) <= MAX_PUSH_BYTES + 100


def test_an_answer_for_another_number_of_lines_is_not_believed() -> None:
    journal = Journal()
    journal.write("v1-1")
    nothing: dict[str, object] = {"answers": [], "server_time": NOW.isoformat()}
    with server(says(200, nothing)) as url, HttpBackend(url) as backend, pytest.raises(ServerBusy):
        backend.push(journal.lines, NOW)


def test_nothing_to_push_asks_nobody() -> None:
    assert HttpBackend("http://127.0.0.1:9").push([], NOW).answers == []


def test_the_clock_is_measured() -> None:
    later = (NOW + timedelta(hours=1)).isoformat()
    with server(says(200, {"server_time": later})) as url, HttpBackend(url, clock=SettableClock(NOW)) as backend:
        offset = backend.clock_offset()
    assert offset.offset_s == pytest.approx(3600, abs=2)
    assert 0 <= offset.within_s < 2


def test_a_code_that_is_refused_is_said_so() -> None:
    request = EnrolRequest(code="x", device="0" * 32, public_key="0" * 64)
    with server(says(403, problem("code_refused"))) as url, pytest.raises(SettingsWrong, match="Код неверен"):
        HttpBackend(url).enrol(request)
