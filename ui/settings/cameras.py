"""Looking for cameras without keeping anybody waiting.  No Qt."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from ui.settings.presenter import Choice


def look_for_cameras() -> Future[list[Choice]]:
    """Cameras of this PC, found in a thread of its own: some drivers take seconds to answer."""
    future: Future[list[Choice]] = Future()

    def look() -> None:
        try:
            from checkin.scanning.devices import devices

            found = [Choice(key=device.spec, name=device.name) for device in devices()]
        except Exception as error:  # noqa: BLE001  # handed over whole: the bridge tells bugs from the expected
            future.set_exception(error)
        else:
            future.set_result(found)

    threading.Thread(target=look, name="cameras").start()
    return future
