"""The guides' page by itself, in a thread of another program: what a gate without a hub serves."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from checkin.errors import SettingsWrong
from checkin.hub.api import problems
from checkin.hub.api.outside import Outside
from checkin.hub.guides.service import GuideService
from checkin.hub.guides.web import serve_from
from checkin.hub.server import Server
from checkin.i18n import gettext as _

START_WITHIN_S = 15
STOP_WITHIN_S = 3
BACKLOG = 128


class RunningGuides:
    """The page, served until ``stop``.  Raises ``SettingsWrong`` when neither the port nor any other can be had."""

    def __init__(self, service: GuideService, host: str, port: int, on_stop: Callable[[], None]) -> None:
        self._listener = _bound(host, port)
        self.port: int = self._listener.getsockname()[1]
        self._ready = threading.Event()
        config = uvicorn.Config(
            _application(service),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
        self._server = Server(config, self._ready.set, on_stop)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, name="guides")
        self._thread.start()
        if not self._ready.wait(START_WITHIN_S):
            self.stop()
            raise SettingsWrong(_("The page for guides did not start"))

    def stop(self) -> None:
        """Answers what has come in, and ends; does nothing the second time."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def _application(service: GuideService) -> FastAPI:
    app = FastAPI(title="Prohodnaya guides", openapi_url=None, docs_url=None, redoc_url=None)
    problems.install(app)
    serve_from(app, service)
    app.add_middleware(Outside)
    return app


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket: on the wanted port, or on any free one when that is taken."""
    for wanted in (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":  # there it would let two programs share a port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, wanted))
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
        else:
            return listener
    raise SettingsWrong(_("The page for guides cannot be served: this PC gives no free port"))
