"""The one way into the GUI thread: a queued signal that carries callables.

Signals carry objects, never bools: PySide 6.12 loses a reference to True at each emit (DESIGN 8).
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from checkin.errors import CheckinError

T = TypeVar("T")
log = logging.getLogger(__name__)


class Bridge(QObject):
    """Lives in the GUI thread; ``post`` and the futures' callbacks come from any.  A ``ui.ports.Turn``."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self.open = 0
        """Futures whose answer has not been handed over yet."""
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        if not self._closed:
            with contextlib.suppress(RuntimeError):  # Qt's side is gone: nobody is left to be told
                self._posted.emit(call)

    def deliver(
        self, future: Future[T], done: Callable[[T], None], failed: Callable[[CheckinError], None] | None = None
    ) -> None:
        self.open += 1

        def hand_over() -> None:
            self.open -= 1
            try:
                result = future.result(timeout=0)
            except CancelledError:
                return
            except CheckinError as error:
                log.warning("an answer is %s", type(error).__name__)
                if failed is not None:
                    failed(error)
                return
            done(result)

        future.add_done_callback(lambda _future: self.post(hand_over))

    def after(self, delay_s: float, call: Callable[[], None]) -> Callable[[], None]:
        timer = QTimer(self)
        timer.setSingleShot(True)

        def fire() -> None:
            timer.deleteLater()
            if not self._closed:
                call()

        timer.timeout.connect(fire)
        timer.start(max(0, round(delay_s * 1000)))

        def cancel() -> None:
            with contextlib.suppress(RuntimeError):  # it has fired and is gone
                timer.stop()
                timer.deleteLater()

        return cancel

    def shut(self) -> None:
        """Nothing that is posted from now on is called."""
        self._closed = True

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()
