"""Connections that another thread can cut: a thread that waits at the hub must not keep the program from ending."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

AGAIN_S = 0.1
"""How often a line is looked at whose time is up."""


class Lines:
    """The open connections of one backend.  Once cut, every further one is cut as soon as it is made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: WeakSet[socket.socket] = WeakSet()
        self._cut = False

    def add(self, line: socket.socket) -> None:
        """Takes note of a connection that has just been made."""
        with self._lock:
            self._open.add(line)
            if self._cut:
                _end(line)

    def cut(self) -> None:
        """Ends all of them, from any thread, and those to come: whoever reads from one sees its end."""
        with self._lock:
            self._cut = True
        self.end()

    def end(self) -> None:
        """Ends those that are open now."""
        with self._lock:
            for line in self._open:
                _end(line)


class Deadline:
    """Ends the lines when what goes over them takes longer than it may, however much of it drips in meanwhile."""

    def __init__(self, lines: Lines, seconds: float) -> None:
        self._lines = lines
        self._until_s = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._over = False

    def __enter__(self) -> Deadline:
        self._set()
        return self

    def __exit__(self, *_raised: object) -> None:
        with self._lock:
            self._over = True
            if self._timer is not None:
                self._timer.cancel()

    def extend(self, seconds: float) -> None:
        """Allows this much more."""
        self._until_s += seconds

    def _set(self) -> None:
        with self._lock:
            if not self._over:
                self._timer = threading.Timer(max(AGAIN_S, self._until_s - time.monotonic()), self._look)
                self._timer.daemon = True
                self._timer.start()

    def _look(self) -> None:
        if time.monotonic() >= self._until_s and not self._over:
            self._lines.end()  # and again, as long as somebody opens further ones
        self._set()


def _end(line: object) -> None:
    if not isinstance(line, socket.socket):
        return  # TLS within a proxy's TLS: its reader has to wait until its time is up
    with suppress(OSError):  # closed already
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # not TLS's own, which would take the session from its reader


class CuttableAdapter(HTTPAdapter):
    """Makes connections that stand in ``lines``."""

    def __init__(self, lines: Lines) -> None:
        self._pools = _pools(lines)
        super().__init__()

    def init_poolmanager(self, *places: Any, **options: Any) -> None:
        super().init_poolmanager(*places, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *places: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*places, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(lines: Lines) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            lines.add(self.sock)

    class Sealed(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            lines.add(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SealedPool(HTTPSConnectionPool):
        ConnectionCls = Sealed

    return {"http": PlainPool, "https": SealedPool}
