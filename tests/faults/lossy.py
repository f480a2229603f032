"""A network that loses: an HTTP proxy between a gate and a hub that drops, delays, cuts, doubles and answers nonsense.

"late" is a request that the gate has given up on and that reaches the hub behind others that were sent after it.  With
``tls`` the gate speaks to the proxy by a certificate, and "wrong certificate" is somebody else's in its place.

What it does to a request is drawn from a seeded dice, so that a failure can be run again.  One connection carries one
request.
"""

from __future__ import annotations

import random
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal[
    "none",
    "refuse",
    "drop request",
    "drop answer",
    "cut answer",
    "cut request",
    "delay",
    "twice",
    "late",
    "500",
    "429",
    "html",
    "wrong certificate",
]
ALL: tuple[Fault, ...] = (
    "refuse", "drop request", "drop answer", "cut answer", "cut request", "delay", "twice", "late", "500", "429", "html"
)  # fmt: skip
DELAY_S = 0.15
_HTML = b"<html><body>Wi-Fi: please accept the terms</body></html>"
_CANNED = {
    "500": (b"500 Internal Server Error", b"", b"oops"),
    "429": (b"429 Too Many Requests", b"Retry-After: 1\r\n", b"slow down"),
    "html": (b"200 OK", b"Content-Type: text/html\r\n", _HTML),
}


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of the proxy's own certificate with its key, and of a stranger's."""

    right: tuple[Path, Path]
    wrong: tuple[Path, Path]

    def wrapped(self, client: socket.socket, *, wrong: bool) -> ssl.SSLSocket:
        """The connection behind its handshake, which a gate breaks off that looks at certificates."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(self.wrong if wrong else self.right))
        try:
            return context.wrap_socket(client, server_side=True)
        except OSError:
            client.close()
            raise


class LossyProxy:
    """Listens at ``url``.  ``share`` of the requests meet a fault of ``faults``; ``met`` counts them."""

    def __init__(
        self, target: str, seed: int, share: float = 0.5, faults: tuple[Fault, ...] = ALL, tls: Tls | None = None
    ) -> None:
        place = urlsplit(target)
        self._target = (place.hostname or "127.0.0.1", place.port or 80)
        self._dice = random.Random(seed)
        self._guard = threading.Lock()
        self._share, self._faults = share, faults
        self.met: Counter[str] = Counter()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._tls = tls
        self._held: list[bytes] = []
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self._listening.getsockname()[1]}"
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, name="lossy")
        self._acceptor.start()

    def mend(self) -> None:
        """The network is back: no more faults, and what was under way arrives."""
        self._share = 0.0
        self._deliver()

    def close(self) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._acceptor.join(10)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), name="lossy request")
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def _next_fault(self) -> Fault:
        with self._guard:
            fault: Fault = self._dice.choice(self._faults) if self._dice.random() < self._share else "none"
            self.met[fault] += 1
            return fault

    def _serve(self, client: socket.socket) -> None:
        fault = self._next_fault()
        client.settimeout(20)
        with suppress(OSError):
            if self._tls is not None and fault != "refuse":
                client = self._tls.wrapped(client, wrong=fault == "wrong certificate")
        with client, suppress(OSError):
            if fault in ("refuse", "wrong certificate"):
                return
            request = _message(client)
            if not request or fault == "drop request":
                return
            if fault in _CANNED:
                status, more, body = _CANNED[fault]
                client.sendall(
                    b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, more, len(body))
                    + body
                )
                return
            if fault == "cut request":
                with socket.create_connection(self._target, 5) as hub:
                    hub.sendall(request[: len(request) * 2 // 3])
                return
            if fault == "late":
                with self._guard:
                    self._held.append(request)
                return
            if fault == "delay":
                self._closing.wait(DELAY_S)
            answer = self._asked(request)
            if fault == "twice":
                answer = self._asked(request)
            self._deliver()
            if fault == "drop answer":
                return
            client.sendall(answer[: len(answer) // 2] if fault == "cut answer" else answer)

    def _deliver(self) -> None:
        with self._guard:
            held, self._held = self._held[::-1], []
        for request in held:
            with suppress(OSError):
                self._asked(request)

    def _asked(self, request: bytes) -> bytes:
        with socket.create_connection(self._target, 5) as hub:
            hub.settimeout(20)
            hub.sendall(request)
            return _message(hub)


def _message(stream: socket.socket) -> bytes:
    """One HTTP message whose length stands in its head; ``Connection: close`` is put into it."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        chunk = stream.recv(65_536)
        if not chunk:
            return raw
        raw += chunk
    head, body = raw.split(b"\r\n\r\n", 1)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        chunk = stream.recv(65_536)
        if not chunk:
            break
        body += chunk
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


@contextmanager
def lossy(
    target: str, seed: int, share: float = 0.5, faults: tuple[Fault, ...] = ALL, tls: Tls | None = None
) -> Iterator[LossyProxy]:
    """A proxy for a ``with`` statement."""
    proxy = LossyProxy(target, seed, share, faults, tls)
    try:
        yield proxy
    finally:
        proxy.close()
