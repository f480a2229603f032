"""The address of a network camera, ``rtsp://name:password@camera/…``, without its password in any file.

The settings and the screen have ``***`` in its place; the password lies in the encrypted store, for one name at one
camera: an address that leads elsewhere never gets it.
"""

from __future__ import annotations

import json
import re

from checkin.runtime.worker import Urgency, Worker
from checkin.store import Store

KEY = "camera.password"
HIDDEN = "***"
_ADDRESS = re.compile(r"(?P<scheme>\w+://)(?P<user>[^/@:]*):(?P<password>[^/]*)@(?P<rest>[^@/]*(?:/.*)?)", re.DOTALL)


class CameraPassword:
    """One profile's.  Reads the store when made; writes on the store's thread, and waits for nothing."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self._store, self._worker = store, worker
        self._kept = stored(store)

    def hide(self, spec: str) -> str:
        """What may stand in a file; a password in ``spec`` is kept."""
        found = _ADDRESS.fullmatch(spec)
        if found is None or found["password"] in ("", HIDDEN):
            return spec
        self._kept = json.dumps([_where(found), found["password"]])

        def job(kept: str = self._kept) -> None:
            with self._store.write() as tx:
                tx.meta.put(KEY, kept)

        self._worker.submit(Urgency.PAGE, job)
        return f"{found['scheme']}{found['user']}:{HIDDEN}@{found['rest']}"

    def whole(self, spec: str) -> str:
        """The address to open."""
        return whole(spec, self._kept)


def stored(store: Store) -> str:
    """What the store has kept, for ``whole``."""
    with store.read() as tx:
        return tx.meta.get(KEY)


def whole(spec: str, kept: str) -> str:
    """The address with its password, if it is the one that the password was kept for."""
    found = _ADDRESS.fullmatch(spec)
    if found is None or found["password"] != HIDDEN or not kept:
        return spec
    where, password = json.loads(kept)
    if where != _where(found):
        return spec
    return f"{found['scheme']}{found['user']}:{password}@{found['rest']}"


def _where(found: re.Match[str]) -> str:
    return f"{found['scheme']}{found['user']}@{found['rest'].partition('/')[0]}".lower()
