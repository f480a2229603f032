"""A thread that ends when it is asked to.  Never a daemon: what it holds is let go in order."""

from __future__ import annotations

import threading


class StoppableThread(threading.Thread):
    """Its ``run`` looks at ``_stopping`` often enough that ``stop`` need not wait long."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=False)
        self._stopping = threading.Event()

    def stop(self, timeout_s: float | None = 10.0) -> bool:
        """Asks the thread to end and waits for it; False when something (a driver) still holds it."""
        self._stopping.set()
        if self.ident is None:
            return True
        if self is not threading.current_thread():
            self.join(timeout_s)
        return not self.is_alive()
