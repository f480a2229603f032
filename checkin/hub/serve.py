"""The running hub: a process's main job (``serve``), or a part of another program (``start``).

The port is bound before anything else is done, so a port that is taken is told at once.
"""

from __future__ import annotations

import gc
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import FrameType, TracebackType

import uvicorn
from fastapi import Response

from checkin.clock import Clock
from checkin.errors import SettingsWrong
from checkin.hub.api.app import application
from checkin.hub.api.limits import Limits
from checkin.hub.api.metrics import Metrics
from checkin.hub.hub import Hub, open_hub
from checkin.hub.listening import BACKLOG, Outward, bound, many_lines, url_of
from checkin.hub.logs import to_stderr
from checkin.hub.patience import Patient
from checkin.hub.server import Server
from checkin.hub.workers import supervise
from checkin.i18n import gettext as _

HOST = "127.0.0.1"
PORT = 8765
KEEP_ALIVE_S = 75
"""Longer than gates pause between requests, so that they need not connect anew each time."""
STOP_WITHIN_S = 5
SWITCH_S = 0.0005
"""How long a thread may keep the interpreter: a tenth of the default, so that a single event passes the batches."""
START_WITHIN_S = 30
COLLECT = (20_000, 20, 50)
"""After how many new objects the collector looks at the youngest, how many such looks make one at the middle ones, and
how many of those one at all.  With Python's own numbers it stopped a worker with 500 waiting gates for 80 to 200 ms,
several times in ten seconds, and single events with it."""

OnReady = Callable[[str], None]
Beside = Callable[[Hub], AbstractContextManager[object]]
"""What runs in a hub's process beside its server, from when it is opened until it ends."""


def _settled() -> None:
    """Everything that was made to start stays for good: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def _alone(_hub: Hub) -> AbstractContextManager[object]:
    return nullcontext()


def serve(
    db_url: str,
    host: str = HOST,
    port: int = PORT,
    *,
    log_level: str = "info",
    workers: int = 1,
    outward: Outward | None = None,
    beside: Beside = _alone,
    on_ready: OnReady | None = None,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> None:
    """Serves until SIGTERM or SIGINT; port 0 takes any free one.

    Prints ``hub ready on http://HOST:PORT`` when it accepts connections, and calls ``on_ready`` with that address.
    Raises ``SettingsWrong`` (the port is taken, the database's URL is none), ``SchemaTooNew`` and ``ServerBusy``.
    """
    outward = (outward or Outward()).checked()
    sys.setswitchinterval(SWITCH_S)
    many_lines()
    with bound(host, port) as listener:
        url = url_of(listener, outward.scheme)

        def ready() -> None:
            _settled()
            sys.stdout.write(f"hub ready on {url}\n")
            sys.stdout.flush()
            if on_ready is not None:
                on_ready(url)

        if workers == 1:
            with open_hub(db_url, clock) as hub:
                to_stderr(log_level)
                with beside(hub), _signals_end_quietly():
                    _server(hub, limits, ready, outward).run(sockets=[listener])
            return
        open_hub(db_url, clock).close()  # what is wrong with the database is told now, and once
        to_stderr(log_level)
        with tempfile.TemporaryDirectory(prefix="prohodnaya-hub-") as folder:

            def work(number: int, begun: Callable[[], None], orphaned: Callable[[Callable[[], None]], None]) -> None:
                def settled() -> None:
                    _settled()
                    begun()

                with open_hub(db_url, clock) as hub, beside(hub), _signals_end_quietly():
                    server = _server(hub, limits, settled, outward, Metrics(Path(folder), number))
                    orphaned(server.end)
                    server.run(sockets=[listener])

            supervise(workers, work, ready)


def start(
    db_url: str, host: str = HOST, port: int = 0, *, clock: Clock | None = None, limits: Limits | None = None
) -> RunningHub:
    """A hub in a thread of this process; stop it, or use it in a ``with`` statement.  Raises as ``serve`` does."""
    return RunningHub(db_url, host, port, clock, limits)


class RunningHub:
    """A hub that runs beside other things.  ``url`` is where it answers; ``hub`` its administrator's side."""

    def __init__(self, db_url: str, host: str, port: int, clock: Clock | None, limits: Limits | None) -> None:
        self._listener = bound(host, port)
        self.url = url_of(self._listener)
        try:
            self.hub = open_hub(db_url, clock)
        except BaseException:
            self._listener.close()
            raise
        ready = threading.Event()
        self._server = _server(self.hub, limits, ready.set, Outward())
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, name="hub")
        self._thread.start()
        if not ready.wait(START_WITHIN_S):
            self.stop()
            raise SettingsWrong(_("The hub did not start"))

    def __enter__(self) -> RunningHub:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Answers what has come in, and ends; does nothing the second time."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self.hub.close()


def _server(
    hub: Hub, limits: Limits | None, on_ready: Callable[[], None], outward: Outward, counts: Metrics | None = None
) -> Server:
    app = application(hub.engine, hub.clock, limits, counts)
    authority = outward.authority()
    if authority:

        @app.get("/authority.pem", include_in_schema=False)
        async def shown() -> Response:
            return Response(authority, media_type="application/x-pem-file")

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        http=Patient,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        backlog=BACKLOG,
        **outward.uvicorn(),
    )
    return Server(config, on_ready, app.state.service.watch.close)


@contextmanager
def _signals_end_quietly() -> Iterator[None]:
    """Uvicorn raises the signal that ended it once more when it has stopped: then it shall do nothing."""

    def nothing(_number: int, _frame: FrameType | None) -> None:
        return

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, nothing) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
